import type { LetterWords } from './words.ts';

export const french: LetterWords = {
  tag: 'fr-FR',
  colon: '\u00a0: ',
  title: 'Des données vous concernant ont été remises à une autorité',
  opening: ({ provider, agency, about }) =>
    `${agency} a demandé à ${provider} des données concernant ${about}. L’injonction a été examinée, et les données indiquées ci-dessous ont été remises.`,
  about: {
    account: (value) => `le compte ${value}`,
    phone: (value) => `le numéro de téléphone ${value}`,
    username: (value) => `le nom d’utilisateur ${value}`,
  },
  meaning:
    'Cette lettre ne signifie pas que vous êtes soupçonné de quoi que ce soit\u00a0: on demande aussi des données de témoins et de victimes. Le contenu de messages n’a été ni demandé ni remis.',
  headings: {
    facts: 'Ce qui a été remis',
    why: 'Pourquoi vous l’apprenez maintenant',
    complain: 'Si vous n’êtes pas d’accord',
    check: 'Comment vérifier cette lettre',
    code: 'Votre code',
  },
  names: {
    who: 'Demandé par',
    basis: 'Sur la base',
    received: 'Demande reçue',
    what: 'Données',
    period: 'Pour la période',
    left: 'Remises',
    case: 'Dossier',
  },
  instruments: {
    EPOC: 'd’une injonction européenne de production, règlement (UE) 2023/1543',
    EIO: 'd’une décision d’enquête européenne, directive 2014/41/UE',
    MLA: 'd’une demande d’entraide judiciaire',
    NationalOrder: 'd’une injonction de droit national',
  },
  basis: ({ instrument, country, authoriser }) =>
    `${instrument}, selon le droit de ce pays\u00a0: ${country}, émise ou validée par ${authoriser}`,
  authorisers: {
    PublicProsecutor: 'un procureur',
    JudgeCourtOrInvestigatingJudge: 'un juge ou une juridiction',
    OtherCompetentAuthority: 'une autre autorité compétente',
  },
  categories: {
    SubscriberData: 'le numéro de téléphone du compte',
    UserIdentifyingData: 'les adresses internet depuis lesquelles le compte a été utilisé, chacune une fois',
    TrafficData: 'les heures et les adresses internet des connexions au compte',
  },
  emergency: 'La demande a été faite en urgence.',
  records: (count) => (count === 1 ? '1 enregistrement' : `${count} enregistrements`),
  span: (from, to) => (from === to ? `le ${from}` : `du ${from} au ${to}`),
  delayed: ({ until, ordered }) =>
    ordered
      ? `Une injonction a interdit de vous le dire avant cette date\u00a0: ${until}.`
      : `L’autorité avait demandé que vous ne l’appreniez pas avant cette date\u00a0: ${until}.`,
  reason: (text) => `Motif indiqué\u00a0: ${text}.`,
  reasons: {
    'life or safety': 'danger pour la vie ou la sécurité d’une personne',
    flight: 'risque de fuite',
    evidence: 'risque de destruction de preuves',
    witnesses: 'risque de pressions sur des témoins',
    'jeopardising the investigation': 'l’enquête aurait été compromise',
  },
  notDelayed: 'Personne n’a demandé que cette lettre soit retardée.',
  complain: {
    provider: (name) =>
      `Écrivez à ${name} si vous avez des questions ou si vous pensez que les données n’auraient pas dû être remises.`,
    contact: (text) => `Voici comment nous joindre\u00a0: ${text}`,
    remedies: (country) =>
      `La légalité de l’injonction relève des juridictions du pays selon le droit duquel elle a été émise (${country}). Un avocat peut vous dire comment les saisir, et jusqu’à quand.`,
    epoc: 'L’article 18 du règlement (UE) 2023/1543 dit quels recours vous avez contre l’injonction.',
  },
  check: ({ log }) => [
    `Chaque demande, chaque décision et chaque remise figure dans un journal public (${log}) que personne ne peut modifier après coup. Il ne nomme personne. Avec votre code, vous voyez les entrées de votre dossier, et qu’elles disent ce que dit cette lettre.`,
  ],
  page: 'Dans un navigateur, ouvrez cette page et saisissez-y votre code. Il ne quitte pas votre navigateur\u00a0:',
  command: 'La même chose avec la commande writ, sur votre propre ordinateur\u00a0:',
  code: [
    'Le code ouvre ce qui est conservé au sujet de cette lettre, pour vous seul. Quiconque le possède peut lire ce que dit cette lettre\u00a0: gardez-le comme vous gardez la lettre.',
  ],
  lost: 'Si vous le perdez, demandez une nouvelle lettre. L’ancien code n’ouvre alors plus rien.',
};
