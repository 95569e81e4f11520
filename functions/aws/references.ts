import { references as referencesUnder } from '#core/cases/references.ts';
import { systemChance } from './chance.ts';
import { env } from './env.ts';
import { kmsMacs } from './kms/macs.ts';

const { REFERENCE_KEY } = env('REFERENCE_KEY');

/** Agencies' references, under the reference key. */
export const references = referencesUnder(kmsMacs(REFERENCE_KEY), systemChance);
