import type { ProveWords } from './words.ts';

export const prove: ProveWords = {
  title: 'Selbst prüfen',
  lead: 'Nichts hier müssen Sie glauben. Das können Sie prüfen, und damit.',
  key: {
    title: 'Der Schlüssel des Protokolls',
    says: 'Jeder Beweis auf dieser Seite beruht auf diesem Schlüssel. Ihr Browser hat ihn eben vom Server erfahren, und ein Server, der lügt, nennt einen anderen. Vergleichen Sie ihn also mit dem, den Sie von anderswo kennen: aus einem Brief, einer Zeitung, von einer anderen Person.',
    yours: 'Der Schlüssel, den Sie von anderswo kennen',
    yoursHint: 'Er beginnt mit dem Namen des Protokolls und einem Pluszeichen.',
    compare: 'Vergleichen',
    malformed: 'Das ist kein Schlüssel eines Protokolls, oder es fehlt ein Zeichen.',
    differs: 'Das ist ein anderer Schlüssel als der des Servers.',
    differsSays:
      'Einer von beiden ist falsch. Fragen Sie, wer ihn Ihnen gegeben hat. Sind Sie sich Ihres Schlüssels sicher, lassen Sie diese Seite Ihrem glauben: Dann zeigt sie nichts, was nicht mit Ihrem unterschrieben ist.',
    believe: 'Meinem glauben',
    same: 'Der Schlüssel des Servers ist der, den Sie verglichen haben.',
    other: 'Der Server nennt einen anderen Schlüssel als den, den Sie verglichen haben.',
    otherSays: 'Diese Seite glaubt nur Ihrem:',
    kept: 'Ihr Browser merkt ihn sich.',
    forget: 'Vergessen',
  },
  given: {
    title: 'Ein Paket, das Sie erhalten haben',
    says: 'Ob Daten, die jemandem vorgehalten werden, von diesem Anbieter stammen und vorher im Protokoll standen, lässt sich in Ihrem Browser beweisen. Die Dateien bleiben auf Ihrem Rechner.',
    link: 'Ein Paket prüfen',
  },
  limits: 'Was diese Seite beweist und was nicht',
  limitsSay: [
    'Sie beweist, dass jeder gezeigte Eintrag in dem Protokoll steht, das der Schlüssel unterschrieben hat, und dass das Protokoll aus einem Prüfpunkt gewachsen ist, den Sie aufbewahrt haben.',
    'Sie beweist nicht, dass alle dasselbe Protokoll sehen. Tauschen Sie dafür Prüfpunkte mit anderen aus.',
    'Sie beweist nicht, dass wahr ist, was ein Eintrag sagt. Dass genügend Prüfer jede Entscheidung unterschrieben haben und mehr, prüft der Befehl unten über das ganze Protokoll.',
    'Die Seite kommt von dem Server, den sie prüft. Der Befehl nicht.',
  ],
  page: {
    title: 'Diese Seite',
    says: 'Das Protokoll kennt den Fingerabdruck der Seite, die eingespielt wurde. Was jetzt ausgeliefert wird, wird damit verglichen. Eine Seite, die lügt, würde auch hier lügen: Verlässlich prüft der Befehl.',
    compare: 'Mit dem Protokoll vergleichen',
    verdicts: {
      recorded: 'Ausgeliefert wird, was im Protokoll steht.',
      changed:
        'Ausgeliefert wird etwas anderes, als im Protokoll steht. Verlassen Sie sich hier auf nichts und benutzen Sie den Befehl.',
      unrecorded: 'Das Protokoll hat zur neuesten Einspielung keine Seite.',
      unknown: 'Die neueste Einspielung wurde im Protokoll nicht gefunden.',
    },
  },
  commands: {
    title: 'Mit dem Befehl writ',
    says: 'Er läuft auf Ihrem eigenen Rechner, mit Node, und ist quelloffen. Er braucht kein Konto.',
    log: 'Das ganze Protokoll prüfen: seinen Baum, seine Unterschriften, und dass jede Herausgabe genehmigt war, wie die Regeln es verlangen',
    report: 'Den Bericht aus dem Protokoll neu zählen',
    page: 'Diese Seite mit dem Protokoll vergleichen',
  },
  addresses: {
    title: 'Rohe Adressen',
    says: 'Für Programme jeder Art. Alles steht allen offen, auch von anderen Webseiten aus. Die Formate sind die von C2SP: tlog-checkpoint, tlog-tiles, signed-note.',
    checkpoint: 'Der neueste Prüfpunkt',
    tile: 'Die ersten Hashwerte des Baums',
    entries: 'Die ersten Einträge',
    feed: 'Die neuesten Einträge (Atom)',
    report: 'Der Bericht',
    provider: 'Der Anbieter, seine Schlüssel und Regeln',
    api: 'Die Schnittstelle (OpenAPI)',
    checkpoints: 'Einen aufbewahrten Prüfpunkt vergleichen',
  },
};
