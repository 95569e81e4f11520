import type { ShellWords } from './shell.ts';

export const shell: ShellWords = {
  skip: 'Zum Inhalt springen',
  screens: { queue: 'Eingang', registry: 'Register', statistics: 'Statistik' },
  nav: 'Ansichten',
  lock: 'Sperren',
  keys: {
    title: 'Was die Tastatur tut',
    help: 'Diese Tasten zeigen',
    close: 'Schließen',
    go: (screen) => `Wechseln zu: ${screen}`,
  },
  connection: {
    offline: {
      title: 'Der Anbieter antwortet nicht.',
      says: 'Was Sie sehen, ist so alt wie seine letzte Antwort. Bis er wieder antwortet, kann nichts unterschrieben werden.',
    },
    cooling: {
      title: 'Ihr Schlüssel ist neu und darf noch nicht benutzt werden.',
      says: 'Nach Ablauf der Wartezeit können Sie ihn benutzen. Es geht nichts verloren: Versuchen Sie es dann wieder.',
    },
    suspended: {
      title: 'Ihr Schlüssel ist ausgesetzt.',
      says: 'Ein anderer Anbieter hat ihn widerrufen, weil ihn jemand missbrauchen könnte. Rufen Sie diesen Anbieter an: Seine Prüfer entscheiden.',
    },
    'key-refused': {
      title: 'Der Anbieter nimmt Ihren Schlüssel nicht an.',
      says: 'Er ist nicht eingetragen oder wurde widerrufen. Rufen Sie zuerst die anderen Prüfer an.',
    },
    'clock-wrong': {
      title: 'Die Uhr dieses Rechners geht falsch.',
      says: 'Der Anbieter lehnt ab, was mehr als einige Sekunden neben seiner Zeit unterschrieben ist. Stellen Sie die Uhr und versuchen Sie es erneut.',
    },
    'not-believed': {
      title: 'Eine Antwort war nicht mit dem Schlüssel des Anbieters unterschrieben.',
      says: 'Nichts davon wird gezeigt. Unterschreiben Sie nichts und rufen Sie den Betreiber an.',
    },
  },
  again: 'Erneut versuchen',
  close: 'Schließen',
  loading: 'Wird geladen',
  failed: 'Das ging nicht.',
  opening: 'Der Arbeitsplatz wird geöffnet',
};
