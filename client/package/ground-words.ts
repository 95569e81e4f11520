import type { Ground } from '#core/cases/grounds.ts';

/** Grounds in a reviewer’s and an officer’s words. */
export const groundTexts: Record<Ground, string> = {
  incomplete: 'the order lacks something that it must have',
  'manifest-error': 'it contradicts itself, or the request contradicts it',
  'insufficient-information': 'nobody can tell who or what is meant',
  'authority-not-competent': 'not issued or validated by an authority that may',
  'service-not-covered': 'the law that it names does not cover this service',
  'not-held': 'there is no such data here',
  impossible: 'it cannot be done, through no fault of the provider',
  'immunity-or-privilege': 'immunities or privileges might be touched',
  'press-freedom': 'freedom of the press or of expression might be touched',
  'third-country-conflict': 'another country’s law forbids it',
  'threshold-not-met': 'the offence does not carry this category',
  'not-proportionate': 'more than the matter needs',
  other: 'as the explanation says',
};
