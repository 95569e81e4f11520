import { z } from 'zod';
import { LogError } from '#core/log/errors.ts';
import { parseVerifierKey } from '#core/log/note.ts';
import { SignatureError } from '#core/signature/errors.ts';
import { importPublicKey } from '#core/signature/keys.ts';
import type { FeedSigner } from './verify.ts';

/** Which other providers' feeds are heeded: where each is, and both of its keys, which an operator compared beforehand. */

/** Providers at most: an hour's run reads them all. */
const mostProviders = 20;

/** As `GET /v1/provider` shows them. */
const jwk = z.looseObject({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: z.string().max(64),
  y: z.string().max(64),
});

/** `https:`; or `http:` to this very machine, for tests. Neither credentials nor a query has a place in it. */
function isFeedAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password, search, hash } = new URL(text);
  const isHere = protocol === 'http:' && (hostname === '127.0.0.1' || hostname === 'localhost');
  return (protocol === 'https:' || isHere) && [username, password, search, hash].every((part) => part === '');
}

export const subscriptionsSchema = z.strictObject({
  providers: z
    .array(
      z.strictObject({
        /** Of its API: `https://writ.example.org/v1`. */
        url: z.string().max(300).refine(isFeedAddress, { error: 'an https address without a query' }),
        /** Its log's verifier key, as text. */
        log: z.string().max(400).refine(isVerifierKey, { error: 'a verifier key of a log' }),
        /** The keys that it signs with. */
        keys: z
          .array(jwk.refine(isPublicKey, { error: 'a public P-256 key' }))
          .min(1)
          .max(5),
      }),
    )
    .max(mostProviders)
    // One log is one provider's: what was read of it is remembered by its name.
    .refine((all) => new Set(all.map(({ log }) => log.split('+', 1)[0])).size === all.length, {
      error: 'the same log twice',
    }),
});
export type SubscriptionsFile = z.infer<typeof subscriptionsSchema>;

export interface Subscription {
  url: string;
  signer: FeedSigner;
}

export function subscriptionsOf({ providers }: SubscriptionsFile): Subscription[] {
  return providers.map(({ url, log, keys }) => ({
    url: url.replace(/\/+$/, ''),
    signer: { log: parseVerifierKey(log), keys: keys.map(importPublicKey) },
  }));
}

function isVerifierKey(text: string): boolean {
  try {
    // The name is stored, and stands in the public log.
    return /^[\x21-\x7e]{1,253}$/.test(parseVerifierKey(text).name);
  } catch (error) {
    if (error instanceof LogError) return false;
    throw error;
  }
}

function isPublicKey(key: unknown): boolean {
  try {
    return importPublicKey(key).alg === 'ecdsa-p256-sha256';
  } catch (error) {
    if (error instanceof SignatureError) return false;
    throw error;
  }
}
