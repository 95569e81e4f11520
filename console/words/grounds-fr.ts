import type { Ground } from '#core/cases/grounds.ts';
import type { InformationNeeded } from '#core/cases/messages.ts';

export const grounds: Record<Ground, string> = {
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
};

export const parts: Record<InformationNeeded, string> = {
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
};
