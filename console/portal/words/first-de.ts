import type { FirstWords } from '../../first/words.ts';
import { first as desk } from '../../first/words-de.ts';

const loss =
  'Werden die Daten dieses Browsers gelöscht, sind Ihre Schlüssel weg, und niemand kann mehr entschlüsseln, was an sie gesendet wurde: weder Sie noch der Anbieter.';

export const first: FirstWords = {
  ...desk,
  welcome: {
    title: (provider) => `Daten anfragen bei ${provider}`,
    says: 'Hier fragen Behörden aufgrund einer rechtmäßigen Anordnung Daten an, verfolgen ihre Anfragen und rufen die Auskünfte ab. Sie unterschreiben mit einem eigenen Schlüssel. Dieser Browser hat noch keinen.',
  },
  compare: {
    ...desk.compare,
    says: 'Rufen Sie den Anbieter unter einer Nummer an, die Sie kennen. Er liest Ihnen diese Wörter vor. Ist eines anders, hören Sie auf.',
  },
  make: {
    ...desk.make,
    title: '2. Ihre Schlüssel erzeugen',
    says: 'Es entstehen zwei: einer, der Ihre Anfragen unterschreibt, und einer, der die Auskünfte entschlüsselt. Beide entstehen in diesem Browser und bleiben dort. Niemand kann sie herauskopieren, auch Sie nicht.',
    lost: loss,
    nameHint: 'Zum Beispiel: Rechner im Büro. Sie sehen den Namen, wenn Sie das Portal entsperren.',
    button: 'Schlüssel erzeugen',
    goOn: 'Das Portal mit dem Schlüssel der Brücke öffnen',
  },
  bridge: {
    ...desk.bridge,
    says: 'Ein Schlüssel auf einer Karte oder in einer Datei des Befehls writ unterschreibt von dort. Er entschlüsselt hier nichts: Auskünfte rufen Sie dann mit dem Befehl writ ab. Starten Sie diesen Befehl auf diesem Rechner und öffnen Sie den Link, den er ausgibt:',
  },
  sheet: {
    ...desk.sheet,
    title: 'Ihre Schlüssel eintragen lassen',
    says: 'Schicken Sie dem Anbieter beide öffentlichen Schlüssel in der Datei unten. Rufen Sie ihn dann unter einer Nummer an, die Sie kennen, und lesen Sie die Wörter beider Schlüssel vor. Er vergleicht sie mit dem, was er sieht. Auch jemand aus Ihrer Behörde, der schon eingetragen ist, bestätigt es.',
    thumbprint: 'Der Schlüssel, der unterschreibt',
    decrypts: {
      title: 'Der Schlüssel, der entschlüsselt',
      says: 'An diesen Schlüssel werden die Auskünfte verschlüsselt. Auch seine Wörter werden vorgelesen.',
      words: 'In Wörtern',
    },
    key: 'Ihre öffentlichen Schlüssel',
    lost: `${loss} Dann müssen Sie neu eingetragen werden.`,
    check: 'Nachsehen, ob sie eingetragen sind',
    notYet: 'Der Anbieter kennt Ihren Schlüssel noch nicht.',
    cooling: 'Ihr Schlüssel ist eingetragen, die Wartezeit ist aber noch nicht vorbei.',
    sent: 'Die öffentlichen Schlüssel sind an den Befehl auf diesem Rechner übergeben.',
    forget: 'Diese Schlüssel vergessen',
    forgetSure:
      'Endgültig vergessen? Was an Sie verschlüsselt wurde, kann dann niemand mehr lesen. Ein eingetragener Schlüssel bleibt eingetragen, bis er widerrufen wird.',
  },
  locked: {
    ...desk.locked,
    title: 'Das Portal ist gesperrt',
    says: 'Von keiner Anfrage ist noch etwas auf dieser Seite. Nach dem Entsperren sehen Sie wieder Ihre Anfragen.',
    bridged: 'Der Befehl writ bridge unterschreibt. Er fragt an seinem Terminal nach jedem Aufruf.',
  },
  own: {
    ...desk.own,
    title: 'Ihre Schlüssel',
    thumbprint: 'Der Schlüssel, der unterschreibt',
    decrypts: 'Der Schlüssel, der entschlüsselt',
    lost: loss,
    bridged:
      'Der Befehl writ bridge unterschreibt. Diese Seite hat keinen Schlüssel, der entschlüsselt: Rufen Sie Auskünfte mit dem Befehl writ ab.',
    passkeySays:
      'Ein Passkey hält andere von dieser Seite fern. Er unterschreibt nichts: Das tut Ihr Schlüssel.',
  },
};
