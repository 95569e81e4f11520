import type { CollectWords } from './words.ts';

export const collect: CollectWords = {
  title: 'Abholen',
  before: [
    'Zuerst entschlüsselt diese Seite eine Nachricht an ihren eigenen Schlüssel und fragt den Anbieter, ob Antworten an diesen Schlüssel gehen. Wenn nicht, wird nichts gesendet.',
    'Eine Abholung wird gezählt und steht im öffentlichen Protokoll. Die Person wird unterrichtet, was mitgeteilt wurde, sofern kein Aufschub läuft.',
    'Was kommt, wird hier entschlüsselt und ist nur in dieser Seite: Im Browser bleibt nichts davon. Speichern Sie das Paket, bevor Sie die Seite verlassen oder sperren.',
  ],
  left: (n) =>
    n <= 0
      ? 'Nach den geltenden Regeln ist keine Abholung mehr übrig; eine begonnene kann fortgesetzt werden.'
      : n === 1
        ? 'Nach den geltenden Regeln ist noch 1 Abholung übrig.'
        : `Nach den geltenden Regeln sind noch ${n} Abholungen übrig.`,
  collected: 'Bisher abgeholt:',
  names: 'Die Anfrage ist hier bekannt; das Paket nennt daher, wen sie betrifft.',
  namesNot:
    'Die Anfrage wurde nicht von hier gesendet; das Paket nennt die Personen daher nur mit ihrer Nummer. Müssen sie genannt sein, holt ab, wer angefragt hat.',
  go: 'Schlüssel prüfen und abholen',
  goOn: 'Diese Abholung fortsetzen',
  testing: 'Es wird geprüft, ob Ihr Schlüssel entschlüsselt und ob Antworten an ihn gehen',
  asking: (pages, records) =>
    pages === 0
      ? 'Es wird abgeholt'
      : `Es wird abgeholt: bisher ${pages === 1 ? '1 Seite' : `${pages} Seiten`}, ${records} Datensätze`,
  waiting: 'Zuerst muss es im Protokoll des Anbieters stehen. Das dauert Sekunden, manchmal eine Minute.',
  refused: {
    nothing: 'Es wurde nichts abgeholt, und nichts ist gezählt.',
    'no-key':
      'Der Schlüssel, der entschlüsselt, ist nicht in diesem Browser: Ein Schlüssel hinter der Brücke unterschreibt nur. Holen Sie mit dem Befehl writ ab.',
    'no-log':
      'Der Anbieter veröffentlicht keinen Schlüssel seines Protokolls; es könnte nichts nachgewiesen werden.',
    'broken-key':
      'Der Schlüssel in diesem Browser entschlüsselt nicht, was an ihn verschlüsselt ist. Die Daten des Browsers sind vielleicht beschädigt. Lassen Sie einen anderen Schlüssel eintragen.',
    other: (whose, thumbprint) =>
      `Antworten an Sie sind an ${whose} verschlüsselt, ${thumbprint}, und nicht an den Schlüssel in diesem Browser.`,
    whose: { officer: 'einen anderen Schlüssel von Ihnen', agency: 'den Schlüssel der Behörde' },
    later: (when) =>
      `Der Schlüssel in diesem Browser gilt ab ${when}. Warten Sie bis dahin, oder nehmen Sie den anderen.`,
    enrol:
      'Nehmen Sie den Browser oder das Profil mit jenem Schlüssel, oder lassen Sie den Schlüssel dieses Browsers als Ihren eintragen.',
  },
  stopped: {
    title: 'Die Abholung brach vorzeitig ab',
    late: 'Das Protokoll des Anbieters ist noch nicht so weit, oder zu wenige seiner Zeugen. Versuchen Sie es gleich noch einmal.',
    unwitnessed:
      'Zu wenige Zeugen haben das Protokoll des Anbieters schon gesehen. Versuchen Sie es in einer Minute noch einmal. Hält es an, sagen Sie es dem Anbieter.',
    notCounted: 'Es wurde nichts abgeholt, und nichts ist gezählt.',
    mayCount: 'Sie ist vielleicht schon gezählt. Sie von hier fortzusetzen zählt keine weitere.',
    kept: (pages, records) =>
      `${pages === 1 ? '1 Seite' : `${pages} Seiten`} mit ${records} Datensätzen kamen an und stimmen. Sie bleiben in dieser Seite, bis Sie sie verlassen.`,
  },
  wrong: {
    title: (page) => `Seite ${page} stimmt nicht`,
    says: 'Nichts von dem, was kam, wird gezeigt oder behalten. Rufen Sie den Anbieter an, und nennen Sie ihm diesen Code:',
  },
  done: {
    title: 'Abgeholt und nachgewiesen',
    says: 'Der Anbieter hat jede Seite unterschrieben, und das öffentliche Protokoll hat sie angekündigt, bevor sie geöffnet wurde. Beides wurde geprüft, bevor etwas gezeigt wurde.',
    closes: 'Es ist nur in dieser Seite. Wer sie verlässt oder sperrt, vergisst es.',
    zip: 'Paket speichern (ZIP)',
    zipHint:
      'Alle vier Dateien des Pakets. Es lässt sich ohne den Anbieter nachweisen, hier oder mit writ log prove.',
    csv: 'Tabelle speichern (CSV)',
    certificate: 'Bescheinigung speichern',
    certificateHint: 'Öffnen Sie sie, um sie zu drucken. Sie wird von Hand unterschrieben.',
    unnamed: 'Das Paket nennt die Personen mit ihrer Nummer.',
    drop: 'Jetzt vergessen',
  },
};
