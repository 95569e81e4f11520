import type { LetterScreenWords } from './words.ts';

const numbers = ['Keine', 'Eine', 'Zwei', 'Drei', 'Vier', 'Fünf', 'Sechs'];

export const de: LetterScreenWords = {
  title: 'Ihr Schreiben',
  lead: 'Hat man Ihnen geschrieben, dass Daten über Sie an eine Behörde herausgegeben wurden? Geben Sie hier den Code aus dem Schreiben ein. Sie sehen, wer gefragt hat, wer entschieden hat und was herausgegeben wurde, und die Seite prüft es am öffentlichen Protokoll.',
  privacy:
    'Der Code bleibt in dieser Seite. Der Anbieter wird nach einer versiegelten Datei gefragt, unter einem Namen, aus dem sich der Code nicht ergibt, und zeichnet nicht auf, wer fragt. Wenn Sie die Seite verlassen, bleibt nichts zurück.',
  field: 'Code aus dem Schreiben',
  hint: '28 Buchstaben und Ziffern in sieben Gruppen. Großschreibung, Bindestriche und Leerzeichen sind gleichgültig.',
  open: 'Öffnen',
  readBack: (groups, signs, of) => `${groups} (${signs} von ${of})`,
  mistakes: {
    empty: 'Geben Sie den Code ein, der in Ihrem Schreiben steht.',
    length: (signs, of) =>
      signs < of
        ? `Ein Code hat ${of} Zeichen, hier sind es ${signs}. ${of - signs === 1 ? 'Eines fehlt' : `${of - signs} fehlen`}.`
        : `Ein Code hat ${of} Zeichen, hier sind es ${signs}. ${signs - of === 1 ? 'Eines ist' : `${signs - of} sind`} zu viel.`,
    sign: (sign, group, place) =>
      `„${sign}“ kommt in keinem Code vor. Es steht in Gruppe ${group} an Stelle ${place}: Vergleichen Sie mit Ihrem Schreiben.`,
    checks: 'Etwas ist vertippt: Vergleichen Sie den Code Zeichen für Zeichen mit Ihrem Schreiben.',
    groups: (groups) =>
      `Etwas ist vertippt. Sehen Sie zuerst Gruppe ${groups.join(' und ')} an und vergleichen Sie mit Ihrem Schreiben.`,
  },
  asking: 'Was der Code öffnet, wird geholt',
  looking: (read, of) => `Ihr Vorgang wird im Protokoll gesucht: ${read} von ${of} Dateien gelesen`,
  stop: 'Anhalten',
  answers: {
    nothing: {
      title: 'Zu diesem Code gibt es nichts.',
      says: 'Der Code ist geschrieben, wie Codes geschrieben sind. Ein neueres Schreiben hat ihn ersetzt, oder der Anbieter bewahrt Ihren Vorgang nicht mehr auf, oder niemand hat diesen Code bekommen. Wenn Sie kein neueres Schreiben haben, fragen Sie den Anbieter.',
    },
    unopened: {
      title: 'Was da ist, lässt sich mit diesem Code nicht öffnen.',
      says: 'Es wurde verändert oder ist beschädigt. Bewahren Sie Ihr Schreiben auf und fragen Sie den Anbieter.',
    },
    unsaid: {
      title: 'Das Protokoll sagt nicht, dass Sie dies bekommen haben.',
      says: 'Was der Code öffnet, ist nicht das, worauf sich das Protokoll festlegt. Deshalb wird es nicht gezeigt. Bewahren Sie Ihr Schreiben auf und fragen Sie den Anbieter nach dem Grund. Sie können sich auch an die Datenschutzaufsicht wenden.',
    },
    broken: {
      title: 'Die Einträge Ihres Vorgangs im Protokoll sind nicht vollständig.',
      says: 'Einer fehlt oder steht nicht an seiner Stelle. Deshalb wird nichts gezeigt. Bewahren Sie Ihr Schreiben auf und fragen Sie den Anbieter nach dem Grund. Sie können sich auch an die Datenschutzaufsicht wenden.',
    },
    differs: {
      title: 'Das Protokoll sagt etwas anderes als das, was Ihr Code öffnet.',
      says: 'Deshalb wird nichts gezeigt. Bewahren Sie Ihr Schreiben auf und fragen Sie den Anbieter nach dem Grund. Sie können sich auch an die Datenschutzaufsicht wenden. Verschieden ist:',
    },
    failed: {
      title: 'Das konnte nicht zu Ende gelesen werden.',
      says: 'Über Ihr Schreiben sagt das nichts. Versuchen Sie es später noch einmal.',
    },
  },
  parts: {
    agency: 'welche Behörde gefragt hat',
    instrument: 'die Art der Anordnung',
    jurisdiction: 'das Land der Anordnung',
    priority: 'ob es ein Notfall war',
    categories: 'welche Daten genehmigt wurden',
    records: 'wie viel herausgegeben wurde',
  },
  proven: 'Das öffentliche Protokoll sagt dasselbe.',
  provenSays: (index) =>
    `Eintrag ${index} legt sich auf genau das fest, was Sie hier lesen, und die Einträge Ihres Vorgangs sind vollständig und in ihrer Reihenfolge.`,
  about: (agency, provider) => `${agency} hat von ${provider} Daten über Sie verlangt.`,
  decided: 'Wer entschieden hat',
  decidedSays: (people, isEmergency) =>
    isEmergency
      ? `Die Daten wurden als Notfall verlangt: Die Unterschrift einer Person beim Anbieter öffnet einen solchen Vorgang, und eine zweite muss folgen. ${numbers[people] ?? people} ${people === 1 ? 'Person hat' : 'verschiedene Personen haben'} ihn genehmigt.`
      : `${numbers[people] ?? people} ${people === 1 ? 'Person' : 'verschiedene Personen'} beim Anbieter ${people === 1 ? 'hat' : 'haben'} ihn genehmigt, jede mit einer eigenen Unterschrift.`,
  person: (who) => `Person ${who}`,
  did: {
    approved: 'hat alles genehmigt, was verlangt war',
    narrowed: 'hat weniger genehmigt, als verlangt war',
    rejected: 'hat abgelehnt',
  },
  steps: 'Was geschah, Schritt für Schritt',
  stepsSay:
    'Jede Zeile ist ein Eintrag des öffentlichen Protokolls, das niemanden nennt. Der Nachweis öffnet sich in einem eigenen Tab.',
  later: (read, of) => `Was später geschah, wird gesucht: ${read} von ${of} Dateien gelesen`,
  laterFailed: 'Was später geschah, konnte nicht gelesen werden. Was Sie hier sehen, ist nachgewiesen.',
  entry: (index) => `Eintrag ${index}`,
  what: {
    title: 'Was nachgewiesen ist und was nicht',
    log: 'Das Protokoll weist nach, was der Anbieter wann eingetragen hat und dass es seither nicht geändert wurde. Dass das Eingetragene wahr ist, kann es nicht nachweisen.',
    byLog: 'Im Protokoll steht:',
    logSays: [
      'welche Behörde gefragt hat, mit welcher Art von Anordnung und wann',
      'welche Personen beim Anbieter wann entschieden haben und ob sie weniger genehmigten',
      'wann Daten herausgegeben wurden und wie viele Datensätze insgesamt',
      'dass genau dies als das eingetragen wurde, was Ihnen gesagt wurde',
    ],
    byProvider: 'Das sagt nur der Anbieter:',
    providerSays: [
      'dass die Daten über Sie waren',
      'den vollen Namen der Behörde und wer die Anordnung erlassen oder bestätigt hat',
      'wie viele der Datensätze Sie betrafen',
    ],
  },
  elsewhere:
    'Auch diese Seite kommt vom Anbieter. Auf einem eigenen Rechner tut dieser Befehl dasselbe, mit Ihrem Code an der Stelle von CODE:',
  print: 'Drucken',
  close: 'Schreiben schließen',
};
