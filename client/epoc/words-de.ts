import type { ImportWords } from './words.ts';

const roles: Readonly<Record<string, string>> = {
  PublicProsecutor: 'einer Staatsanwaltschaft',
  JudgeCourtOrInvestigatingJudge: 'einem Richter, Gericht oder Ermittlungsrichter',
  OtherCompetentAuthority: 'einer anderen zuständigen Behörde',
};

const approver = (role: string, at: string | undefined) =>
  [roles[role] ?? role, at].filter((part) => part !== undefined).join(', ');

const deadlines: Readonly<Record<string, string>> = {
  'ten-days': 'innerhalb von zehn Tagen',
  'as-soon-as-possible': 'so bald wie möglich, innerhalb von zehn Tagen',
  'eight-hours': 'innerhalb von acht Stunden',
};

export const german: ImportWords = {
  headings: {
    taken: 'Übernommen',
    missing: 'Fehlt und wird für die Übernahme benötigt',
    open: 'Von Ihnen noch anzugeben',
    refused: 'Abgelehnt',
    note: 'Zu prüfen',
  },
  section: (letter) => `Abschnitt ${letter}`,
  identifier: (number) => `Kennung ${number}`,
  said: {
    kind: (value) => `Die Anordnung ist von der Art ${value}.`,
    authority: (value) => `Ausgestellt hat sie: ${value}.`,
    jurisdiction: (value) => `Sie wurde nach dem Recht von ${value} erlassen.`,
    'form-id': (value) => `Die Kennnummer des Formulars, ${value}, verbindet alle Anfragen daraus.`,
    'case-id': (value) => `Das Aktenzeichen wird Ihr Zeichen: ${value}.`,
    deadline: (value) => `Die Antwort wird ${deadlines[value] ?? value} verlangt.`,
    'answer-by': (value) => `Die Antwort wird bis ${value} verlangt.`,
    emergency: () => 'Es ist ein Notfall.',
    threat: (value) => `Bedroht ist: ${value}.`,
    issued: (value, at) => `Ausgestellt von ${approver(value, at)}.`,
    validated: (value, at) =>
      `Validiert von ${approver(value, at)}; die Anfrage nennt diese Stelle als anordnende.`,
    evidence: (value) => `${value}.`,
    offence: (value) => `Die Straftat ist ${value}.`,
    threshold: () => 'Die Behörde erklärt, dass die Straftat die Schwelle erreicht.',
    delay: (value) => `Die betroffene Person wird nicht vor ${value} unterrichtet.`,
    'delay-default': (value) =>
      `Das Formular nennt kein Ende des Aufschubs; der Entwurf enthält das späteste, das die Regeln des Anbieters zulassen: ${value}.`,
    notified: (value) => `Die Vollstreckungsbehörde ${value} wurde unterrichtet.`,
    'notified-exempt': () => 'Eine Vollstreckungsbehörde muss nicht unterrichtet werden.',
    digest: (value) => `Die Prüfsumme der Anordnung ist die des Dokuments im Formular: ${value}.`,
    amends: (value) => `Sie tritt an die Stelle der Anfrage ${value}.`,
    preserved: (value) => `Für sie wurde gesichert: ${value}.`,
    'as-preservation': () => 'Ein EPOC-PR sichert Daten und legt nichts offen; daraus werden Sicherungen.',
    'authority-id-missing': () => 'Die Kennnummer der Behörde fehlt.',
    'form-id-missing': () => 'Die Kennnummer des Formulars fehlt.',
    'case-id-missing': () => 'Das Aktenzeichen fehlt.',
    'evidence-missing': () => 'Es wird keine Kennung genannt, zu der etwas verlangt wird.',
    'issuer-missing': () => 'Die Art der Anordnungsbehörde fehlt.',
    'issued-at-missing': () => 'Tag und Uhrzeit der Ausstellung fehlen.',
    'deadline-missing': () => 'Bis wann die Antwort verlangt wird, steht nicht darin.',
    'digest-open': () => 'Die Datei der Anordnung; aus ihr wird die Prüfsumme berechnet.',
    'kind-open': () => 'Die Art der Anordnung (--instrument).',
    'jurisdiction-open': () => 'Nach wessen Recht sie erlassen wurde (--jurisdiction).',
    'offence-open': () => 'Die Straftat, wie die Anordnung sie nennt (--offence).',
    'period-open': () => 'Von wann bis wann (--from, --to).',
    'threat-open': () => 'Was bedroht ist (--threat).',
    'delay-open': () =>
      'Der Aufschub der Unterrichtung; das Formular nennt kein Ende oder keinen Grund (--delay-until, --delay-reason).',
    'notification-open': () =>
      'Die unterrichtete Vollstreckungsbehörde, oder dass keine zu unterrichten ist (--notified, --resident).',
    'related-open': (value) =>
      `Was das Formular ${value} nennt: Geben Sie die Nummer bei diesem Anbieter an (--amends, --preservation, --of-order).`,
    'other-addressee': (value) => `Sie ist an ${value} gerichtet und nicht an diesen Anbieter.`,
    content: () => 'Es werden Inhaltsdaten verlangt. Writ hat keine und kann keine anfragen.',
    'address-and-time': () =>
      'Es werden nur eine Adresse und eine Zeit genannt. Wer eine Adresse benutzt hat, kann absichtlich nicht nachgeschlagen werden; im Formular ist der Grund dafür, dass die Befolgung nicht möglich ist (impossible).',
    'identifier-unknown': (value) =>
      `Nach dieser Kennung${value === '' ? '' : ` (${value})`} kann nicht gefragt werden, nur nach einem Konto, einer Telefonnummer mit Plus und Ländervorwahl oder einem Nutzernamen.`,
    'identifiers-several': (value) =>
      `Es werden mehrere Werte (${value}) genannt, die einander einschränken. Eine Anfrage nach einem davon würde mehr verlangen.`,
    'category-unknown': (value) => `${value} ist hier keine bekannte Datenkategorie.`,
    'category-missing': () => 'Es wird keine Datenkategorie verlangt, nach der gefragt werden kann.',
    'emergency-contradicted': () =>
      'An einer Stelle steht, dass es ein Notfall ist, an einer anderen, dass es keiner ist.',
    'digest-differs': () => 'Das enthaltene Dokument ist nicht das, zu dem die Prüfsumme gehört.',
    test: () => 'Sie ist als Test gekennzeichnet. Auf einen Test hin werden keine Daten angefragt.',
    'not-in-force': (value) => `Sie ist nicht in Kraft: ${value}.`,
    'task-elsewhere': () => 'Diese Kennung gehört zu einer anderen Anordnung.',
    interception: () => 'Es wird eine Überwachung verlangt. Writ legt nur gespeicherte Daten offen.',
    'preservation-edition': () =>
      'Sie enthält einen Sicherungsauftrag (LPTask), den die hier gelesene Ausgabe (V1.12.1) nicht kennt. Nehmen Sie den EPOC-PR als JSON.',
    'addressee-unknown': (value) =>
      value === ''
        ? 'Es wird kein Adressat genannt. Prüfen Sie, ob sie für diesen Anbieter ist.'
        : `Sie ist an ${value} gerichtet. Prüfen Sie, ob das der Anbieter ist.`,
    'as-soon-as-possible': () =>
      '„So bald wie möglich“ hat in einer Anfrage keinen Platz; die Frist ist zehn Tage.',
    'without-validation': () =>
      'Sie wurde vor ihrer Validierung ausgestellt. Reichen Sie die validierte Anordnung nach.',
    recipient: (value) =>
      `Die Daten sollen an ${value} gehen. Sie werden für die Person verschlüsselt, die sie abholt, und gehen nirgends sonst hin.`,
    unfit: (value) => `„${value}“ hat nicht die Form, die eine Anfrage verlangt, und wurde weggelassen.`,
    unread: (value) => `${value}: gelesen, aber in keiner Anfrage.`,
    edition: (value) =>
      `Die Nachricht gibt eine andere Ausgabe an${value === '' ? '' : ` (${value})`}; sie wurde als V1.12.1 gelesen.`,
    'term-outside-agency': (value) => `Die Bedingungen Ihrer Behörde enthalten es nicht: ${value}.`,
    'term-outside-policy': (value) => `Die Regeln des Anbieters lassen es nicht zu: ${value}.`,
  },
};
