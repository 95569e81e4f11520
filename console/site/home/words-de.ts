import type { HomeWords } from './words.ts';

export const home: HomeWords = {
  title: 'Wer Daten verlangt hat, und was herausgegeben wurde',
  lead: (provider) =>
    `Polizei und Gerichte können ${provider} verpflichten, Daten herauszugeben. Hier sehen alle, wie oft sie das tun, was entschieden wird und was herausgeht, und können es nachweisen.`,
  numbers: {
    asked: (requests) => `Anfragen von Behörden: ${requests}.`,
    granted: (granted) => `Davon genehmigt: ${granted}.`,
    collected: (collected) => `Fälle, in denen Daten herausgegeben wurden: ${collected}.`,
    counted: 'Vom Anbieter aus dem öffentlichen Protokoll gezählt; jeder kann nachzählen.',
    report: 'Der ganze Bericht',
  },
  ways: {
    report: {
      title: 'Der Bericht',
      says: 'Wie viele Anfragen, wie viele verspätet, wie viele Notfälle: in Zahlen und Diagrammen.',
    },
    log: { title: 'Das Protokoll', says: 'Jeder Vorgang, Eintrag für Eintrag, in Ihrem Browser bewiesen.' },
    letter: {
      title: 'Ich habe ein Schreiben',
      says: 'Öffnen Sie mit seinem Code, wer nach Ihren Daten gefragt und was er erhalten hat.',
    },
    checkpoint: {
      title: 'Prüfpunkte',
      says: 'Bewahren Sie einen auf, und niemand kann das Protokoll unbemerkt ändern.',
    },
    portal: { title: 'Für Beamte', says: 'Hier reichen Behörden Anfragen ein, mit eigenen Schlüsseln.' },
    console: { title: 'Für Prüfer', says: 'Hier entscheidet die Rechtsabteilung des Anbieters.' },
  },
  asked: {
    title: 'Was verlangt werden kann',
    says: 'IP-Adressen mit den Zeiten, zu denen sie benutzt wurden, und die Telefonnummer eines Kontos: für die Konten, die Datenarten und den Zeitraum, die eine Anordnung nennt, und nichts darüber hinaus.',
    never: 'Niemals Nachrichten.',
    neverSays:
      'Dieses System kann keine enthalten: keine Inhalte, keine Kontakte, keine Gruppen, keine Dateien.',
  },
  decides: {
    title: 'Wer entscheidet',
    says: (approvals) =>
      `Jede Anfrage unterschreibt ein Beamter mit einem Schlüssel, der für ihn eingetragen ist. Menschen beim Anbieter prüfen sie, und ${approvals ?? 'mehrere'} von ihnen müssen denselben Umfang unterschreiben, bevor etwas geöffnet werden kann. Sie können weniger genehmigen, als verlangt ist, oder ablehnen.`,
    emergency: (hours) =>
      `In einem Notfall öffnet eine Unterschrift, und die zweite, dazu die Anordnung, wo sie fehlt, muss${hours === undefined ? '' : ` binnen ${hours} Stunden`} folgen.`,
  },
  checks: {
    title: 'Wie es sich prüfen lässt',
    says: 'Jeder Vorgang wird in ein öffentliches Protokoll geschrieben, das nur wachsen kann. Es ist unterschrieben und nennt niemanden: keine Person, kein Konto, keine Nummer. Wer einige Zeilen davon aufbewahrt, bemerkt jede spätere Änderung.',
    how: 'Selbst prüfen',
  },
  told: {
    title: 'Wer die Betroffenen benachrichtigt',
    says: 'Der Anbieter, mit einem Schreiben, wenn das Recht es nicht der Behörde überlässt. Eine Behörde kann es für eine Zeit aufschieben lassen; das Protokoll enthält jeden Aufschub und jede verspätete Benachrichtigung.',
    contact: 'Fragen:',
  },
  programs: {
    title: 'Ohne diese Seite',
    says: 'Diese Befehle prüfen das ganze Protokoll und zählen den Bericht neu, auf Ihrem eigenen Rechner:',
    raw: 'Für Programme:',
  },
};
