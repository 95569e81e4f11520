import type { SiteReportWords } from './words.ts';

export const de: SiteReportWords = {
  title: 'Transparenzbericht',
  lead: 'Wie oft Behörden gefragt haben, was daraus wurde und was verspätet war: gezählt aus dem öffentlichen Protokoll und aus nichts anderem.',
  years: 'Jahr',
  all: 'Alle Jahre',
  asOf: (day) => `Gezählt bis zum ${day}.`,
  emergenciesIn: (year) => `Eilfälle ${year}: wie viele, und wie viele verspätet?`,
  emergenciesEver: 'Eilfälle: wie viele, und wie viele verspätet?',
  answer: {
    none: 'Keine Anfrage wurde als Eilfall gestellt.',
    hidden: 'Wie viele Anfragen Eilfälle waren, ist nicht aufgeschlüsselt: Es waren zu wenige.',
    asked: (n, isOne) => (isOne ? '1 Anfrage war ein Eilfall.' : `${n} Anfragen waren Eilfälle.`),
    inTime: (hours) => `Keine wurde nach Ablauf der Frist beantwortet; sie beträgt ${hours} Stunden.`,
    late: (n, isOne, hours) =>
      `${n} ${isOne ? 'wurde' : 'wurden'} verspätet beantwortet, nach Ablauf der Frist von ${hours} Stunden.`,
    lateHidden: 'Wie viele davon verspätet beantwortet wurden, ist nicht aufgeschlüsselt.',
    opened: (n, isOne) => `${n} ${isOne ? 'wurde' : 'wurden'} auf die Unterschrift eines Prüfers geöffnet.`,
    owed: (settled, overdue) =>
      `Die zweite Unterschrift und die bestätigte Anordnung sind innerhalb von 48 Stunden fällig: Rechtzeitig da waren sie bei ${settled}, nicht rechtzeitig bei ${overdue}.`,
    left: (n) => `Bei ${n} waren sie noch nicht fällig oder nicht mehr geschuldet.`,
    rejected: (n, isOne) =>
      `${n} ${isOne ? 'wurde' : 'wurden'} abgelehnt, nachdem die Daten abgeholt werden konnten.`,
  },
  tiles: {
    asked: 'Eilfälle',
    late: 'Verspätet beantwortet',
    opened: 'Auf eine Unterschrift geöffnet',
    settled: 'Rechtzeitig erledigt',
    overdue: 'Nicht rechtzeitig erledigt',
  },
  untold: 'nicht aufgeschlüsselt',
  nothing: (year) => `Im Jahr ${year} hat niemand etwas verlangt.`,
  shortIn: (year) => `${year} kurz gesagt`,
  chartSays: 'Die Tabelle darunter hat dieselben Zahlen.',
  byYear: 'Jahr für Jahr',
  year: 'Jahr',
  save: 'Als CSV speichern',
  recount: {
    title: 'In dieser Seite nachzählen',
    says: (entries) =>
      `Sie müssen diesen Zahlen nicht glauben. Diese Seite kann die ${entries} gezählten Einträge lesen, prüfen, dass der unterschriebene Prüfpunkt des Protokolls genau sie umfasst, noch einmal zählen und vergleichen. Sie behält keinen davon.`,
    start: 'Nachzählen',
    stop: 'Anhalten',
    again: 'Noch einmal zählen',
    progress: (read, of) => `${read} von ${of} Einträgen gelesen`,
    same: 'Der Bericht stimmt.',
    sameSays: (entries, size) =>
      `Jede Zahl folgt aus den ersten ${entries} Einträgen des Protokolls. Das Protokoll hat inzwischen ${size} und beginnt mit diesen.`,
    different: 'Der Bericht stimmt nicht.',
    otherLog: 'Der Bericht ist nicht von diesem Protokoll.',
    place: 'Der erste Unterschied steht bei',
    published: 'Veröffentlicht',
    recomputed: 'Hier gezählt',
    nothing: 'nichts',
    stopped: 'Angehalten. Es wurde nichts verglichen.',
    failed: 'Das Protokoll konnte nicht zu Ende gelesen werden. Es wurde nichts verglichen.',
    keyFromServer:
      'Den Schlüssel des Protokolls nennt dieser Server selbst. Wer ihn mit einem vergleicht, den er anderswo bekam, weist mehr nach.',
    keyCompared: 'Der Schlüssel des Protokolls ist der, den Sie verglichen haben.',
    compare: 'Schlüssel vergleichen',
    elsewhere: 'Auch diese Seite kommt vom Anbieter. Auf einem eigenen Rechner tut dies dasselbe:',
  },
};
