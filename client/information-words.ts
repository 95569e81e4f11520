import type { InformationNeeded } from '#core/cases/messages.ts';

/** What a desk asks an agency about, in words for either side. */
export const partTexts: Record<InformationNeeded, string> = {
  order: 'the order itself, or a part of it that is missing',
  authority: 'who issued or validated the order, and that they may',
  offence: 'the offence',
  subject: 'who or which account is meant',
  scope: 'which data, and of which time',
  contradiction: 'what contradicts itself, in the order or between it and the request',
  impossible: 'what stands in the way, through no fault of the provider',
  'immunity-or-privilege': 'immunities or privileges that might be touched',
  'press-freedom': 'freedom of the press or of expression that might be touched',
  'third-country-conflict': 'another country’s law, which forbids it',
  other: 'what the question says',
};
