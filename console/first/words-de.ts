import type { FirstWords } from './words.ts';

export const first: FirstWords = {
  welcome: {
    title: (provider) => `Der Arbeitsplatz von ${provider}`,
    says: 'Hier entscheiden Prüfer, was auf rechtmäßige Anfragen herausgegeben wird. Jede Entscheidung unterschreiben Sie mit einem eigenen Schlüssel. Dieser Browser hat noch keinen.',
  },
  compare: {
    title: '1. Den Schlüssel des Anbieters vergleichen',
    says: 'Rufen Sie den Betreiber unter einer Nummer an, die Sie kennen. Er liest Ihnen diese Wörter vor. Ist eines anders, hören Sie auf.',
    is: 'Der Schlüssel des Anbieters',
    label: 'Die Wörter sind gleich',
    hint: 'Dieser Browser nimmt dann Antworten an, die mit diesem Schlüssel unterschrieben sind, und keine anderen.',
  },
  make: {
    title: '2. Ihren Schlüssel erzeugen',
    says: 'Er entsteht in diesem Browser und bleibt dort: Niemand kann ihn herauskopieren, auch Sie nicht.',
    lost: 'Wer die Daten dieses Browsers löscht, löscht den Schlüssel. Dann müssen zwei Prüfer Sie neu eintragen.',
    name: 'Wie Sie diesen Schlüssel nennen',
    nameHint: 'Zum Beispiel: Rechner im Büro. Sie sehen den Namen, wenn Sie den Arbeitsplatz entsperren.',
    nameWrong: 'Geben Sie einen Namen mit 1 bis 64 Zeichen an.',
    button: 'Schlüssel erzeugen',
    goOn: 'Den Arbeitsplatz mit dem Schlüssel der Brücke öffnen',
  },
  bridge: {
    title: 'Oder einen vorhandenen Schlüssel benutzen',
    says: 'Ein Schlüssel auf einer Karte oder in einer Datei des Befehls writ unterschreibt von dort. Starten Sie diesen Befehl auf diesem Rechner und öffnen Sie den Link, den er ausgibt:',
    command: 'writ bridge',
  },
  sheet: {
    title: 'Ihren Schlüssel eintragen lassen',
    says: 'Zwei Prüfer tragen ihn ein. Schicken Sie ihnen den öffentlichen Schlüssel und lesen Sie ihnen dann diese Wörter am Telefon vor. Sie vergleichen sie mit dem, was sie sehen.',
    words: 'In Wörtern',
    hex: 'Hexadezimal',
    thumbprint: 'Fingerabdruck',
    key: 'Ihr öffentlicher Schlüssel',
    save: 'Als Datei speichern',
    copy: 'Kopieren',
    copied: 'Kopiert',
    lost: 'Wer die Daten dieses Browsers löscht, löscht den Schlüssel. Dann müssen Sie neu eingetragen werden.',
    check: 'Nachsehen, ob er eingetragen ist',
    notYet: 'Der Anbieter kennt diesen Schlüssel noch nicht.',
    cooling: 'Er ist eingetragen, die Wartezeit ist aber noch nicht vorbei.',
    sent: 'Der öffentliche Schlüssel ist an den Befehl auf diesem Rechner übergeben.',
    forget: 'Diesen Schlüssel vergessen',
    forgetSure:
      'Endgültig vergessen? Ein eingetragener Schlüssel bleibt eingetragen, bis ein Prüfer ihn widerruft.',
  },
  locked: {
    title: 'Der Arbeitsplatz ist gesperrt',
    says: 'Von keinem Fall ist noch etwas auf dieser Seite. Nach dem Entsperren sehen Sie wieder den Eingang.',
    unlock: 'Entsperren',
    passkey: 'Mit dem Passkey entsperren',
    failed: 'Er wurde nicht entsperrt.',
    whose: (name) => `Schlüssel: ${name}`,
    name: (name) => `Geben Sie den Namen Ihres Schlüssels ein: ${name}`,
    nameHint:
      'Er ist kein Geheimnis. Er stellt nur sicher, dass jemand es will: Ein Passkey hält andere fern.',
    nameDiffers: 'So heißt er nicht.',
    bridged: 'Der Befehl writ bridge unterschreibt. Er fragt an seinem Terminal nach jeder Entscheidung.',
  },
  own: {
    title: 'Ihr Schlüssel',
    button: 'Schlüssel',
    thumbprint: 'Sein Fingerabdruck',
    lost: 'Er liegt allein in diesem Browser. Gehen dessen Daten verloren, müssen zwei Prüfer Sie neu eintragen.',
    bridged: 'Er unterschreibt aus dem Befehl writ bridge.',
    usePasskey: 'Ab jetzt mit einem Passkey entsperren',
    passkeySays:
      'Ein Passkey hält andere von dieser Seite fern. Er unterschreibt keine Entscheidung: Das tut Ihr Schlüssel.',
    passkeyUsed: 'Ein Passkey entsperrt diese Seite.',
    passkeyFailed: 'Es wurde kein Passkey angelegt.',
  },
  page: {
    title: 'Diese Seite',
    says: 'Das Protokoll kennt den Fingerabdruck der Seite, die eingespielt wurde. Was jetzt ausgeliefert wird, wird damit verglichen. Eine Seite, die lügt, würde auch hier lügen: Verlässlich prüft der Befehl „writ console verify“.',
    compare: 'Mit dem Protokoll vergleichen',
    verdicts: {
      recorded: 'Ausgeliefert wird, was im Protokoll steht.',
      changed:
        'Ausgeliefert wird etwas anderes, als im Protokoll steht. Unterschreiben Sie hier nichts und sagen Sie es dem Betreiber.',
      unrecorded: 'Das Protokoll hat zur neuesten Einspielung keine Seite.',
      unknown: 'Die neueste Einspielung wurde im Protokoll nicht gefunden.',
    },
  },
  changed: {
    title: 'Der Schlüssel des Anbieters ist ein anderer',
    says: 'Diese Seite hält hier an. Antworten sind jetzt mit einem Schlüssel unterschrieben, den Sie nicht verglichen haben. Mit Ihrem Schlüssel wurde nichts gesendet.',
    known: 'Der Schlüssel, den Sie verglichen haben',
    now: 'Der Schlüssel, den er jetzt zeigt',
    telephone:
      'Rufen Sie den Betreiber unter einer Nummer an, die Sie kennen. Hat er den Schlüssel gewechselt, vergleichen Sie die Wörter des neuen.',
    take: 'Die Wörter sind gleich: den neuen Schlüssel annehmen',
  },
};
