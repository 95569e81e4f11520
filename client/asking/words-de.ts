import type { AskingWords } from './words.ts';

const why = (reason: string, order: string | undefined) =>
  order === undefined ? reason : `${reason}, durch die Anordnung ${order}`;

export const asking: AskingWords = {
  authorities: {
    PublicProsecutor: 'einer Staatsanwaltschaft',
    JudgeCourtOrInvestigatingJudge:
      'einem Gericht oder einer Ermittlungsrichterin oder einem Ermittlungsrichter',
    OtherCompetentAuthority: 'einer anderen zuständigen Behörde',
  },
  categories: {
    SubscriberData: 'Telefonnummern und wann jede galt',
    UserIdentifyingData: 'jede IP-Adresse einmal, mit Port und Zeit der letzten Nutzung',
    TrafficData: 'jede Anmeldung: IP-Adresse, Port und Zeit',
  },
  kinds: { account: 'Konto', phone: 'Telefon', username: 'Benutzername' },
  threats: {
    life: 'das Leben',
    limb: 'die körperliche Unversehrtheit',
    safety: 'die Sicherheit',
    'critical infrastructure': 'kritische Infrastruktur',
  },
  reasons: {
    'life or safety': 'Gefahr für Leben oder Sicherheit',
    flight: 'Fluchtgefahr',
    evidence: 'Gefahr für Beweismittel',
    witnesses: 'Gefahr für Zeugen',
    'jeopardising the investigation': 'Gefährdung der Ermittlungen',
  },
  tells: {
    provider: 'Der Anbieter benachrichtigt die Person.',
    authority: 'Sie benachrichtigen die Person selbst.',
    nobody: 'Niemand benachrichtigt die Person.',
  },
  ask: (reference) => `Sie fragen unter dem Aktenzeichen ${reference} Folgendes an:`,
  preserve: (reference) => `Sie lassen unter dem Aktenzeichen ${reference} Folgendes sichern:`,
  of: 'zu',
  period: (from, to) => `vom ${from} bis zum ${to}, dieser Zeitpunkt nicht eingeschlossen.`,
  nothingDisclosed: 'Es wird nichts herausgegeben.',
  known: (authority, known) => `${authority} (${known})`,
  order: ({ kind, law, issued, by, offence, meets }) =>
    `Die Anordnung ist von der Art ${kind}, nach dem Recht von ${law}, erlassen am ${issued} von ${by}, wegen ${offence}${meets ? '; nach der Anordnung erreicht die Straftat die Schwelle' : ''}.`,
  digest: 'Ihre Prüfsumme SHA-256 ist',
  answerBy: (when) => `Sie verlangt die Antwort bis ${when}.`,
  emergency: (threat) =>
    `Es ist ein Notfall${threat === undefined ? '' : `, bedroht ist ${threat}`}: Die validierte Anordnung reichen Sie nach, außer wenn, wer sie erlassen hat, sie auch validieren darf oder die Regeln des Anbieters keine verlangen.`,
  routine: 'Es ist kein Notfall.',
  told: 'Die Person wird benachrichtigt, sobald etwas herausgegeben wurde.',
  notTold: (until, reason, order) =>
    `Die Person wird nicht vor diesem Zeitpunkt benachrichtigt: ${until} (${why(reason, order)}).`,
  resident:
    'Sie erklären, dass die Straftat dort begangen wurde, wo die Anordnung erlassen wurde, und dass die Person dort wohnt: Keine Vollstreckungsbehörde wird unterrichtet.',
  enforcing: (authority) =>
    `Die Vollstreckungsbehörde ${authority} wurde unterrichtet und kann Einwände erheben.`,
  ofOrder: (order) => `Sie gehört zur Anordnung ${order}.`,
  amends: (id) => `Sie tritt an die Stelle der Anfrage ${id}.`,
  preserved: (ids) => `Sie beruht auf dem, was gesichert wurde: ${ids}.`,
  validated: (by, when) =>
    `Sie erklären, dass die Anordnung am ${when} von ${by} validiert wurde. Die Prüfsumme SHA-256 der validierten Anordnung ist`,
  delay: (until, reason, order) =>
    `Sie verlangen, dass die Person nicht vor diesem Zeitpunkt benachrichtigt wird: ${until} (${why(reason, order)}).`,
  hasTold: (when) => `Sie erklären, dass Ihre Behörde die Person benachrichtigt hat: ${when}.`,
};
