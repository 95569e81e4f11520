import type { Ground } from '#core/cases/grounds.ts';
import type { InformationNeeded } from '#core/cases/messages.ts';

export const grounds: Record<Ground, string> = {
  incomplete: 'der Anordnung fehlt etwas, das sie enthalten muss',
  'manifest-error': 'sie widerspricht sich, oder die Anfrage widerspricht ihr',
  'insufficient-information': 'niemand kann sagen, wer oder was gemeint ist',
  'authority-not-competent': 'nicht von einer befugten Behörde erlassen oder validiert',
  'service-not-covered': 'das genannte Recht gilt nicht für diesen Dienst',
  'not-held': 'solche Daten gibt es hier nicht',
  impossible: 'es ist unmöglich, ohne dass der Anbieter etwas dafür kann',
  'immunity-or-privilege': 'Immunitäten oder Vorrechte könnten berührt sein',
  'press-freedom': 'die Presse- oder Meinungsfreiheit könnte berührt sein',
  'third-country-conflict': 'das Recht eines anderen Staates verbietet es',
  'threshold-not-met': 'die Straftat trägt diese Kategorie nicht',
  'not-proportionate': 'mehr, als die Sache braucht',
  other: 'wie die Erläuterung sagt',
};

export const parts: Record<InformationNeeded, string> = {
  order: 'die Anordnung selbst oder ein fehlender Teil davon',
  authority: 'wer die Anordnung erlassen oder validiert hat und dass er es darf',
  offence: 'die Straftat',
  subject: 'wer oder welches Konto gemeint ist',
  scope: 'welche Daten und aus welcher Zeit',
  contradiction: 'was sich widerspricht, in der Anordnung oder zwischen ihr und der Anfrage',
  impossible: 'was im Weg steht, ohne dass der Anbieter etwas dafür kann',
  'immunity-or-privilege': 'Immunitäten oder Vorrechte, die berührt sein könnten',
  'press-freedom': 'Presse- oder Meinungsfreiheit, die berührt sein könnte',
  'third-country-conflict': 'das Recht eines anderen Staates, das es verbietet',
  other: 'was die Frage sagt',
};
