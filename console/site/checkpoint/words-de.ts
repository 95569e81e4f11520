import type { CheckpointWords } from './words.ts';

export const checkpoint: CheckpointWords = {
  title: 'Prüfpunkte',
  lead: 'Ein Prüfpunkt sagt in wenigen Zeilen, wie lang das Protokoll ist und was es enthält, unterschrieben. Bewahren Sie einen auf oder tauschen Sie ihn mit jemandem aus: Von da an kann der Anbieter keinen Eintrag davor ändern oder entfernen, ohne dass es auffällt.',
  newest: 'Der neueste Prüfpunkt',
  save: 'Speichern',
  log: 'Protokoll',
  size: 'Einträge',
  root: 'Wurzel',
  at: 'Neuester Eintrag vom',
  compare: 'Einen eigenen vergleichen',
  compareSays:
    'Ihren von einem anderen Tag, oder den, den eine andere Person sieht. Er bleibt in Ihrem Browser: Zum Vergleich werden nur Dateien des Protokolls abgerufen.',
  kept: 'Der Prüfpunkt',
  keptHint:
    'Alle seine Zeilen, wie sie waren: der Name, die Zahl, die Wurzel, eine leere Zeile, die Unterschrift.',
  hold: 'Vergleichen',
  results: {
    same: (size, since) =>
      `Derselbe Verlauf: Alle ${size} Einträge von damals sind unverändert da, und ${since} kamen hinzu.`,
    sameSays: 'Ihr Browser hat die Unterschrift geprüft und den Konsistenzbeweis errechnet (RFC 6962).',
    other: 'Ein anderer Verlauf: Das Protokoll wurde verändert.',
    otherSays: (provider) =>
      `Derselbe Schlüssel hat zwei Protokolle unterschrieben, die sich widersprechen. Dafür gibt es keinen redlichen Grund. Bewahren Sie beide Prüfpunkte auf, sie sind der Beweis: Zeigen Sie sie ${provider}, der zuständigen Aufsichtsbehörde und anderen, die das Protokoll beobachten.`,
    ahead: (size) =>
      `Der Anbieter zeigt weniger Einträge, als er unterschrieben hat: Ihr Prüfpunkt hat ${size}.`,
    aheadSays:
      'Laden Sie diese Seite in einer Minute neu. Ändert sich das nicht, werden Ihnen Einträge vorenthalten.',
    otherLog: (origin) => `Ein Prüfpunkt eines anderen Protokolls: ${origin}.`,
    notSigned: 'Er nennt dieses Protokoll und ist nicht mit dessen Schlüssel unterschrieben.',
    notSignedSays:
      'Vielleicht fehlt ein Zeichen. Wenn nicht, hat jemand ihn gefälscht, oder der Schlüssel ist ein anderer.',
    none: 'Das ist kein Prüfpunkt. Fügen Sie alle seine Zeilen ein.',
  },
};
