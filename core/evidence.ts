import { z } from 'zod';
import { parseJson } from '#core/json.ts';
import { WireError } from '#core/problem.ts';
import { importPublicKey, type VerificationKey } from '#core/signature/keys.ts';
import type { Message } from '#core/signature/message.ts';
import { SKEW_SECONDS } from '#core/signature/profile.ts';
import { readSignature, verifySignature } from '#core/signature/verify.ts';

/** Signed messages kept as evidence: byte for byte what arrived, for those who act on them later to verify again. */
const stored = z.strictObject({
  method: z.string(),
  authority: z.string(),
  path: z.string(),
  query: z.string(),
  headers: z.array(z.tuple([z.string(), z.string()])),
  body: z.string(),
});

export function storeMessage(message: Message): Uint8Array {
  // Other headers may name a person's machine, and no signature is over them.
  const kept = ['signature', 'signature-input', 'content-digest', 'content-type'];
  const { method, authority, path, query, body } = message;
  const headers = message.headers.filter(([name]) => kept.includes(name.toLowerCase()));
  const text = JSON.stringify({
    method,
    authority,
    path,
    query,
    headers,
    body: Buffer.from(body).toString('base64'),
  });
  return new TextEncoder().encode(text);
}

/**
 * The same, of a message that takes no more bytes than there is room for.
 *
 * @throws WireError body-too-large
 */
export function storeWithin(most: number, message: Message): Uint8Array {
  const stored = storeMessage(message);
  if (stored.length > most) throw new WireError('body-too-large');
  return stored;
}

/** @returns undefined for bytes that hold no message: somebody who can write tables can write anything */
export function restoreMessage(bytes: Uint8Array): Message | undefined {
  try {
    const message = stored.parse(JSON.parse(new TextDecoder().decode(bytes)));
    return { ...message, body: Buffer.from(message.body, 'base64') };
  } catch {
    return undefined;
  }
}

/** A key as the registry knows it. */
export interface EnrolledKey {
  keyId: string;
  publicKey: unknown;
}

/**
 * What a kept message says, if this key really signed it.
 *
 * @param at when it arrived: its window is judged as of then
 * @returns the JSON that was signed; undefined if the signature does not hold, or the body is not JSON
 */
export function provenBody(message: Message, signer: EnrolledKey, at: string): unknown {
  const reading = readSignature(message, { now: Date.parse(at) / 1000, skewSeconds: SKEW_SECONDS });
  if (!reading.ok || reading.claims.keyId !== signer.keyId) return undefined;
  const key = publicKeyOf(signer);
  if (key === undefined || !verifySignature(reading.claims, key)) return undefined;
  try {
    return parseJson(message.body);
  } catch {
    return undefined;
  }
}

/** A key's id is its thumbprint, so nobody can put another key under it. */
function publicKeyOf({ keyId, publicKey }: EnrolledKey): VerificationKey | undefined {
  try {
    const key = importPublicKey(publicKey);
    return key.thumbprint === keyId ? key : undefined;
  } catch {
    return undefined;
  }
}
