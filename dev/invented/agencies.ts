import type { Terms } from '#core/registry/terms.ts';

/**
 * Agencies that do not exist, in towns that do not exist. Their countries, their orders and the ways in which they write a
 * reference are as in life, so that a screen is tried with names, numbers and letters of the lengths that it will meet.
 */
export interface InventedAgency {
  id: string;
  name: string;
  country: string;
  /** What its orders are, and who issues them. */
  authority: 'JudgeCourtOrInvestigatingJudge' | 'PublicProsecutor' | 'OtherCompetentAuthority';
  instruments: readonly string[];
  /** As orders of its country name them. */
  offences: readonly string[];
  /** Its own reference for the n-th request of a year. */
  reference(n: number, year: string): string;
  officers: readonly string[];
  terms: Terms;
}

type Written = Omit<InventedAgency, 'terms'>;

const judge = 'JudgeCourtOrInvestigatingJudge';
const prosecutor = 'PublicProsecutor';
const police = 'OtherCompetentAuthority';

const written: readonly Written[] = [
  {
    id: 'de-sta-altenwerda',
    name: 'Staatsanwaltschaft Altenwerda',
    country: 'DE',
    authority: prosecutor,
    instruments: ['EPOC'],
    offences: ['StGB 263a', 'StGB 202a', 'StGB 238', 'StGB 303b', 'StGB 185'],
    reference: (n, year) => `415 Js ${10_000 + n}/${year}`,
    officers: ['de-altenwerda-1', 'de-altenwerda-2'],
  },
  {
    id: 'de-ag-rheinfurt',
    name: 'Amtsgericht Rheinfurt, Ermittlungsrichter',
    country: 'DE',
    authority: judge,
    instruments: ['EPOC'],
    offences: ['StGB 184b', 'StGB 176b', 'StGB 253', 'StGB 129a', 'BtMG 29a'],
    reference: (n, year) => `12 Gs ${800 + n}/${year}`,
    officers: ['de-rheinfurt-1'],
  },
  {
    id: 'de-lka-mittelmark',
    name: 'Landeskriminalamt Mittelmark, Dezernat 54',
    country: 'DE',
    authority: police,
    instruments: ['NationalOrder'],
    offences: ['StGB 240', 'StGB 239b', 'StGB 126'],
    reference: (n, year) => `LKA 54-${String(n).padStart(5, '0')}/${year}`,
    officers: ['de-mittelmark-1', 'de-mittelmark-2', 'de-mittelmark-3'],
  },
  {
    id: 'fr-ji-montclar',
    name: 'Tribunal judiciaire de Montclar-sur-Lys, cabinet d’instruction n° 4',
    country: 'FR',
    authority: judge,
    instruments: ['EPOC', 'EIO'],
    offences: ['art. 227-23 CP', 'art. 323-1 CP', 'art. 313-1 CP'],
    reference: (n, year) => `${year}/118/${String(n).padStart(4, '0')}`,
    officers: ['fr-montclar-1', 'fr-montclar-2'],
  },
  {
    id: 'nl-om-waterkerk',
    name: 'Openbaar Ministerie, parket Waterkerk-Oost',
    country: 'NL',
    authority: prosecutor,
    instruments: ['EPOC'],
    offences: ['art. 138ab Sr', 'art. 326 Sr', 'art. 285 Sr'],
    reference: (n, year) => `WKO/${year}-${String(n).padStart(6, '0')}`,
    officers: ['nl-waterkerk-1'],
  },
  {
    id: 'it-procura-montalbino',
    name: 'Procura della Repubblica presso il Tribunale di Montalbino',
    country: 'IT',
    authority: prosecutor,
    instruments: ['EPOC', 'EIO'],
    offences: ['art. 640-ter c.p.', 'art. 612-bis c.p.', 'art. 615-ter c.p.'],
    reference: (n, year) => `R.G.N.R. ${4000 + n}/${year}`,
    officers: ['it-montalbino-1', 'it-montalbino-2'],
  },
  {
    id: 'es-juzgado-villarroja',
    name: 'Juzgado de Instrucción n.º 3 de Villarroja del Campo',
    country: 'ES',
    authority: judge,
    instruments: ['EPOC'],
    offences: ['art. 189 CP', 'art. 248 CP', 'art. 197 bis CP'],
    reference: (n, year) => `DP ${1000 + n}/20${year}`,
    officers: ['es-villarroja-1'],
  },
  {
    id: 'pl-prokuratura-nowa-brama',
    name: 'Prokuratura Rejonowa w Nowej Bramie',
    country: 'PL',
    authority: prosecutor,
    instruments: ['EPOC', 'MLA'],
    offences: ['art. 286 § 1 k.k.', 'art. 190a k.k.', 'art. 267 k.k.'],
    reference: (n, year) => `4023-0.Ds.${n}.20${year}`,
    officers: ['pl-nowa-brama-1'],
  },
  {
    id: 'se-aklagare-norrhamn',
    name: 'Åklagarkammaren i Norrhamn',
    country: 'SE',
    authority: prosecutor,
    instruments: ['EPOC'],
    offences: ['BrB 4:9 c', 'BrB 9:3', 'BrB 4:5'],
    reference: (n, year) => `AM-${118_000 + n}-${year}`,
    officers: ['se-norrhamn-1'],
  },
  {
    id: 'cz-osz-hradek',
    name: 'Okresní státní zastupitelství v Novém Hrádku nad Labem',
    country: 'CZ',
    authority: prosecutor,
    instruments: ['EPOC'],
    offences: ['§ 230 tr. zák.', '§ 209 tr. zák.'],
    reference: (n, year) => `2 ZT ${n}/20${year}`,
    officers: ['cz-hradek-1'],
  },
  {
    id: 'at-lg-donaufurt',
    name: 'Landesgericht Donaufurt',
    country: 'AT',
    authority: judge,
    instruments: ['EPOC'],
    offences: ['§ 118a StGB', '§ 146 StGB', '§ 207a StGB'],
    reference: (n, year) => `7 HR ${n}/${year}k`,
    officers: ['at-donaufurt-1'],
  },
  {
    id: 'gr-eisangelia-nea-akri',
    name: 'Εισαγγελία Πρωτοδικών Νέας Άκρης',
    country: 'GR',
    authority: prosecutor,
    instruments: ['EPOC'],
    offences: ['ΠΚ άρθρο 386Α', 'ΠΚ άρθρο 370Β'],
    reference: (n, year) => `ΑΒΜ Δ${year}/${n}`,
    officers: ['gr-nea-akri-1'],
  },
  {
    id: 'bg-prokuratura-novi-bryag',
    name: 'Районна прокуратура Нови Бряг',
    country: 'BG',
    authority: prosecutor,
    instruments: ['EPOC'],
    offences: ['НК чл. 319а', 'НК чл. 212а'],
    reference: (n, year) => `ДП ${n}/20${year}`,
    officers: ['bg-novi-bryag-1'],
  },
  {
    id: 'ie-garda-ballyquay',
    name: 'Cyber Investigation Unit, Ballyquay',
    country: 'IE',
    authority: prosecutor,
    instruments: ['MLA'],
    offences: ['s. 6 Theft and Fraud Act 2001', 's. 2 Information Systems Act 2017'],
    reference: (n, year) => `MLA/${year}/${String(n).padStart(5, '0')}`,
    officers: ['ie-ballyquay-1'],
  },
];

/** Those that ask. */
export const agencies: readonly InventedAgency[] = written.map((agency) => ({
  ...agency,
  terms: {
    jurisdictions: [agency.country],
    instruments: [...agency.instruments],
    categories: ['SubscriberData', 'UserIdentifyingData', 'TrafficData'],
    rates: { requestsPerDay: 2000, emergenciesPerWeek: 100 },
  },
}));

/** Whom requests for traffic data are notified to: Regulation (EU) 2023/1543 Art. 8. It asks for nothing. */
export const enforcing = {
  id: 'de-gsta-havelwerder',
  name: 'Generalstaatsanwaltschaft Havelwerder',
  officers: ['de-havelwerder-1'],
  terms: {
    jurisdictions: ['DE'],
    instruments: [],
    categories: [],
    rates: { requestsPerDay: 0, emergenciesPerWeek: 0 },
    enforces: true,
  },
} satisfies Pick<InventedAgency, 'id' | 'name' | 'officers' | 'terms'>;
