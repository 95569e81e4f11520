import type { LetterWords } from './words.ts';

export const german: LetterWords = {
  tag: 'de-DE',
  colon: ': ',
  title: 'Daten über Sie wurden an eine Behörde herausgegeben',
  opening: ({ provider, agency, about }) =>
    `${agency} hat von ${provider} Daten über ${about} verlangt. Die Anordnung wurde geprüft, und die unten genannten Daten wurden herausgegeben.`,
  about: {
    account: (value) => `das Konto ${value}`,
    phone: (value) => `die Telefonnummer ${value}`,
    username: (value) => `den Benutzernamen ${value}`,
  },
  meaning:
    'Dieser Brief bedeutet nicht, dass Ihnen etwas vorgeworfen wird: Auch Daten von Zeuginnen, Zeugen und Geschädigten werden verlangt. Inhalte von Nachrichten wurden weder verlangt noch herausgegeben.',
  headings: {
    facts: 'Was herausgegeben wurde',
    why: 'Warum Sie es jetzt erfahren',
    complain: 'Wenn Sie nicht einverstanden sind',
    check: 'Wie Sie diesen Brief prüfen',
    code: 'Ihr Code',
  },
  names: {
    who: 'Verlangt von',
    basis: 'Auf Grundlage',
    received: 'Eingang',
    what: 'Daten',
    period: 'Aus dem Zeitraum',
    left: 'Herausgegeben',
    case: 'Vorgang',
  },
  instruments: {
    EPOC: 'einer Europäischen Herausgabeanordnung, Verordnung (EU) 2023/1543',
    EIO: 'einer Europäischen Ermittlungsanordnung, Richtlinie 2014/41/EU',
    MLA: 'eines Rechtshilfeersuchens',
    NationalOrder: 'einer Anordnung nach nationalem Recht',
  },
  basis: ({ instrument, country, authoriser }) =>
    `${instrument}, nach dem Recht von ${country}, erlassen oder bestätigt durch ${authoriser}`,
  authorisers: {
    PublicProsecutor: 'eine Staatsanwaltschaft',
    JudgeCourtOrInvestigatingJudge: 'ein Gericht',
    OtherCompetentAuthority: 'eine andere zuständige Behörde',
  },
  categories: {
    SubscriberData: 'die Telefonnummer des Kontos',
    UserIdentifyingData: 'Internetadressen, von denen das Konto benutzt wurde, jede einmal',
    TrafficData: 'Zeiten und Internetadressen von Anmeldungen am Konto',
  },
  emergency: 'Die Daten wurden als Notfall verlangt.',
  records: (count) => (count === 1 ? '1 Datensatz' : `${count} Datensätze`),
  span: (from, to) => (from === to ? `am ${from}` : `vom ${from} bis ${to}`),
  delayed: ({ until, ordered }) =>
    ordered
      ? `Eine Anordnung hat verboten, es Ihnen vor diesem Zeitpunkt zu sagen: ${until}.`
      : `Die Behörde hatte verlangt, dass Sie es nicht vor diesem Zeitpunkt erfahren: ${until}.`,
  reason: (text) => `Als Grund ist angegeben: ${text}.`,
  reasons: {
    'life or safety': 'Gefahr für Leben oder Sicherheit eines Menschen',
    flight: 'Fluchtgefahr',
    evidence: 'Gefahr, dass Beweise vernichtet werden',
    witnesses: 'Gefahr, dass Zeuginnen oder Zeugen unter Druck gesetzt werden',
    'jeopardising the investigation': 'Gefährdung der Ermittlungen',
  },
  notDelayed: 'Niemand hat verlangt, dass dieser Brief später kommt.',
  complain: {
    provider: (name) =>
      `Schreiben Sie an ${name}, wenn Sie Fragen haben oder meinen, dass die Daten nicht hätten herausgegeben werden dürfen.`,
    contact: (text) => `So erreichen Sie uns: ${text}`,
    remedies: (country) =>
      `Ob die Anordnung rechtmäßig war, entscheiden die Gerichte des Staates, nach dessen Recht sie erlassen wurde (${country}). Wie und bis wann Sie sich an sie wenden können, sagt Ihnen eine Rechtsanwältin oder ein Rechtsanwalt.`,
    epoc: 'Artikel 18 der Verordnung (EU) 2023/1543 sagt, welche Rechtsbehelfe Sie gegen die Anordnung haben.',
  },
  check: ({ log }) => [
    `Jede Anfrage, jede Entscheidung und jede Herausgabe steht in einem öffentlichen Protokoll (${log}), das niemand nachträglich ändern kann. Es nennt keine Person. Mit Ihrem Code sehen Sie die Einträge Ihres Vorgangs, und dass sie sagen, was dieser Brief sagt.`,
  ],
  page: 'Öffnen Sie in einem Browser diese Seite und geben Sie dort Ihren Code ein. Er verlässt Ihren Browser nicht:',
  command: 'Dasselbe mit dem Befehl writ, auf einem eigenen Rechner:',
  code: [
    'Der Code öffnet, was zu diesem Brief aufbewahrt wird, für Sie allein. Wer ihn hat, kann lesen, was in diesem Brief steht: Bewahren Sie ihn auf wie den Brief.',
  ],
  lost: 'Wenn Sie ihn verlieren, verlangen Sie einen neuen Brief. Der alte Code öffnet dann nichts mehr.',
};
