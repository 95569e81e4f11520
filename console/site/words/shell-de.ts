import type { SiteWords } from './shell.ts';

export const shell: SiteWords = {
  title: 'Wer Daten verlangt hat, und was herausgegeben wurde',
  skip: 'Zum Inhalt springen',
  nav: 'Seiten',
  screens: {
    home: 'Start',
    report: 'Bericht',
    log: 'Protokoll',
    checkpoint: 'Prüfpunkt',
    letter: 'Ihr Schreiben',
    prove: 'Selbst prüfen',
  },
  opening: 'Der Anbieter wird gefragt, wer er ist',
  loading: 'Wird geladen',
  failed: 'Das ging nicht.',
  again: 'Erneut versuchen',
  copy: 'Kopieren',
  copied: 'Kopiert',
  footer: {
    keeps:
      'Diese Seite setzt keine Cookies und lädt nichts von Dritten. In Ihrem Browser bleiben nur die Sprache und, wenn Sie ihn verglichen haben, der Schlüssel des Protokolls. Der Anbieter zeichnet Ihre IP-Adresse nicht auf.',
    portal: 'Für Beamte der Behörden',
    console: 'Für die Prüfer des Anbieters',
    feed: 'Feed der neuesten Einträge (Atom)',
    api: 'Die Schnittstelle (API)',
  },
  log: {
    none: 'Das Protokoll hat noch keinen Eintrag.',
    wrong: 'Der Prüfpunkt des Protokolls ist nicht mit dem Schlüssel des Protokolls unterschrieben.',
    otherHistory: 'Der Anbieter zeigt jetzt einen anderen Verlauf des Protokolls als eben noch.',
    notProven: 'Was ankam, stimmt nicht mit dem Prüfpunkt des Protokolls überein.',
    nothingShown: 'Nichts davon wird gezeigt.',
  },
  key: {
    ownWord: 'Für den Schlüssel, der unterschrieb, steht nur das Wort des Anbieters.',
    compare: 'Vergleichen Sie ihn mit einem, den Ihnen jemand anderes gegeben hat.',
    compared: 'Der Schlüssel, der unterschrieb, ist der, den Sie verglichen haben.',
  },
};
