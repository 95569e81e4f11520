import { partTexts } from '#client/information-words.ts';
import { groundTexts } from '#client/package/ground-words.ts';
import type { Ground } from '#core/cases/grounds.ts';
import type { InformationNeeded } from '#core/cases/messages.ts';
import type { Words } from './lang.ts';

/** Why a request, or a part of it, is not answered. */
export const groundWords: Words<Record<Ground, string>> = {
  en: groundTexts,
  de: {
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
  },
  fr: {
    incomplete: 'il manque à l’injonction quelque chose qu’elle doit contenir',
    'manifest-error': 'elle se contredit, ou la demande la contredit',
    'insufficient-information': 'personne ne peut dire qui ou quoi est visé',
    'authority-not-competent': 'ni émise ni validée par une autorité compétente',
    'service-not-covered': 'le droit invoqué ne couvre pas ce service',
    'not-held': 'de telles données n’existent pas ici',
    impossible: 'c’est impossible, sans faute du fournisseur',
    'immunity-or-privilege': 'des immunités ou privilèges pourraient être touchés',
    'press-freedom': 'la liberté de la presse ou d’expression pourrait être touchée',
    'third-country-conflict': 'le droit d’un autre pays l’interdit',
    'threshold-not-met': 'l’infraction ne permet pas cette catégorie',
    'not-proportionate': 'plus que l’affaire n’exige',
    other: 'comme l’explication le dit',
  },
};

/** What the desk asks an agency about. */
export const partWords: Words<Record<InformationNeeded, string>> = {
  en: partTexts,
  de: {
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
  },
  fr: {
    order: 'l’injonction elle-même, ou une partie qui manque',
    authority: 'qui a émis ou validé l’injonction, et qu’il en a le droit',
    offence: 'l’infraction',
    subject: 'qui ou quel compte est visé',
    scope: 'quelles données, et de quelle période',
    contradiction: 'ce qui se contredit, dans l’injonction ou entre elle et la demande',
    impossible: 'ce qui y fait obstacle, sans faute du fournisseur',
    'immunity-or-privilege': 'des immunités ou privilèges qui pourraient être touchés',
    'press-freedom': 'la liberté de la presse ou d’expression qui pourrait être touchée',
    'third-country-conflict': 'le droit d’un autre pays, qui l’interdit',
    other: 'ce que dit la question',
  },
};
