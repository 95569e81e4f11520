import { pseudonyms as pseudonymsUnder } from '#core/vault/pseudonyms.ts';
import { env } from './env.ts';
import { kmsMacs } from './kms/macs.ts';

const { INDEX_KEY } = env('INDEX_KEY');

/** Pseudonyms, blind indices and tags, under the index key. */
export const pseudonyms = pseudonymsUnder(kmsMacs(INDEX_KEY));
