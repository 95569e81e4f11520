/**
 * Why a request, or a part of it, is not answered: the grounds of Regulation (EU) 2023/1543 Annex III (cf.), and what else a
 * desk turns down for.
 */
export const grounds = [
  'incomplete',
  'manifest-error',
  'insufficient-information',
  'authority-not-competent',
  'service-not-covered',
  'not-held',
  'impossible',
  'immunity-or-privilege',
  'press-freedom',
  'third-country-conflict',
  'threshold-not-met',
  'not-proportionate',
  'other',
] as const;
export type Ground = (typeof grounds)[number];
