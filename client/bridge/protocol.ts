import { z } from 'zod';

/**
 * What a page and a command on the same machine say to each other, over the loopback server (client/cli/bridge/loopback.ts).
 * The page sends the call that it wants signed, and never a digest or a signature base: what the person reads at the
 * terminal is then what is signed, whatever the page shows.
 */

/** What `POST /pair` answers: the secret of the session. */
export const pairAnswer = z.strictObject({ session: z.string().regex(/^[\w-]{43}$/) });

const jwk = z.record(z.string(), z.unknown());

/** What `GET /key` answers: whose calls the bridge signs. */
export const keyAnswer = z.strictObject({
  publicJwk: jwk,
  /** The key's RFC 7638 thumbprint. */
  keyId: z.string().max(64),
  alg: z.enum(['ed25519', 'ecdsa-p256-sha256']),
});
export type KeyAnswer = z.infer<typeof keyAnswer>;

/** What `POST /sign` takes: a call as it will be sent. */
export const signCall = z.strictObject({
  method: z.enum(['GET', 'POST']),
  url: z.string().max(8 * 1024 + 300),
  contentType: z.string().max(200).optional(),
  /** Of a call that has one. */
  body: z.base64url().optional(),
  /** Unix seconds. */
  created: z.int().nonnegative(),
  expires: z.int().nonnegative(),
  nonce: z.string().max(130),
});
export type SignCall = z.infer<typeof signCall>;

/** What it answers: the fields to add to the call. */
export const signAnswer = z.strictObject({
  signature: z.string(),
  'signature-input': z.string(),
  'content-digest': z.string().optional(),
});

/** The longest body of a call that is signed over the bridge, in bytes. Reviewers send JSON, and no documents. */
export const mostCallBytes = 256 * 1024;

/**
 * Why a call was not signed.
 *
 * - `not-a-call`: it is none of the provider's API, or is made for another time.
 * - `other-provider`: it goes to another provider than the profile's.
 * - `not-confirmed`: the person said no.
 * - `not-attended`: it changes something, and nobody is at the terminal to read it.
 * - `expired`: nobody answered before the signature would have ended.
 * - `signer-failed`: the key could not be used: the terminal says why.
 */
export const signRefusals = [
  'not-a-call',
  'other-provider',
  'not-confirmed',
  'not-attended',
  'expired',
  'signer-failed',
] as const;
export type SignRefusal = (typeof signRefusals)[number];

/** What a refusal is: a route's own code, or the server's (LoopbackRefusal). */
export const refusalAnswer = z.object({ error: z.string().max(64) });

/** What `POST /enrol` takes, of a page that hands its public keys to a command on the same machine. */
export const enrolCall = z.strictObject({
  publicJwk: jwk,
  /** Of an officer's page: the key that answers are encrypted to. */
  encryptionJwk: jwk.optional(),
  name: z.string().min(1).max(64),
});
