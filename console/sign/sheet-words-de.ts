import type { SheetWords } from './sheet-words.ts';

export const sheet: SheetWords = {
  title: 'Das unterschreiben Sie',
  lasting: {
    request:
      'Eine gesendete Anfrage kann nicht geändert werden, und das Protokoll behält, dass es sie gab. Sie kann zurückgezogen werden.',
    withdrawal:
      'Das ist endgültig: Der Zugang zu den Daten endet sofort. Was noch gebraucht wird, muss neu angefragt werden.',
    validation: 'Eine Validierung wird einmal gegeben: Keine andere kann an ihre Stelle treten.',
    delay: 'Das verbraucht eine der Verlängerungen, die die Regeln des Anbieters erlauben.',
    telling:
      'Das wird einmal gesagt und kann nicht zurückgenommen werden: Im Protokoll steht, dass die Person benachrichtigt wurde.',
    extension: 'Eine Sicherung wird einmal verlängert.',
    answer: 'Eine Antwort kann nicht geändert oder zurückgenommen werden.',
    order: 'Die Anordnung kann nicht zurückgenommen werden. Sie wird mit dem Fall vergessen.',
    'letter-to-desk':
      'Ein Brief kann nicht geändert oder zurückgenommen werden: Die Prüfer des Anbieters lesen ihn sofort.',
    collection:
      'Ein Abruf wird gezählt, und die Person wird über das Mitgeteilte benachrichtigt, wenn kein Aufschub läuft. Beides kann nicht zurückgenommen werden.',
    consent:
      'Eine Zustimmung kann nicht zurückgenommen werden, und kein Einspruch folgt ihr: Der Anbieter wartet nicht länger auf Sie.',
    objection:
      'Ein Einspruch kann nicht zurückgenommen werden: Was er betrifft, wird nicht mitgeteilt, und der Zugang dazu endet.',
    note: 'Eine Notiz kann nicht geändert oder gelöscht werden. Sie wird mit dem Fall vergessen.',
    question: 'Eine Frage kann nicht zurückgenommen werden: Die Behörde liest sie sofort.',
    letter: 'Ein Brief kann nicht geändert oder zurückgenommen werden: Die Behörde liest ihn sofort.',
    approval:
      'Eine Genehmigung kann nicht zurückgenommen werden. Sobald genug unterschrieben haben, kann die Behörde abrufen, und was sie abgerufen hat, behält sie.',
    rejection: 'Das ist endgültig: Der Fall wird geschlossen, und die Behörde muss neu anfragen.',
    suspension:
      'Das ist endgültig: Der Zugang zu den Daten des Falls endet sofort, und der Fall kann nicht wieder geöffnet werden.',
    'change-rejected': 'Das ist endgültig: Die Änderung wird geschlossen und muss neu vorgeschlagen werden.',
    'change-signed':
      'Eine Unterschrift kann nicht zurückgenommen werden. Mit der letzten, die nötig ist, gilt die Änderung sofort.',
    revocation:
      'Das ist endgültig: Der Schlüssel zählt nie wieder, und was unter ihm offen ist, endet. Wer ihn hatte, braucht einen anderen.',
  },
  refusedTitle: 'Das kann nicht unterschrieben werden.',
  whatItDoes: 'Was es bewirkt',
  goesTo: 'Geht an',
  key: 'Unterschrieben mit dem Schlüssel',
  bytes: 'Genau die Bytes, die unterschrieben werden',
  noBody: 'Nur die Adresse wird unterschrieben.',
  bodyDigest: 'SHA-256 dieser Bytes',
  read: 'Ich habe das gelesen',
  armKey: 'Ich habe das gelesen und will unterschreiben',
  armHint: 'Drücken Sie s und danach Enter. Mit der Maus: erst das Kästchen, dann der Knopf.',
  armed: 'Enter unterschreibt, Escape verlässt.',
  sign: 'Unterschreiben und senden',
  leave: 'Nichts unterschreiben',
  close: 'Schließen',
};
