import { z } from 'zod';
import { importPublicKey, type VerificationKey } from '#core/signature/keys.ts';
import type { Message } from '#core/signature/message.ts';
import { SKEW_SECONDS } from '#core/signature/profile.ts';
import { readSignature, verifySignature } from '#core/signature/verify.ts';
import type { Case, StoredDecision } from './case.ts';
import { decisionSchema } from './request.ts';
import { scopeText } from './scope.ts';

/** A signed message as it is kept: base64 in JSON, byte for byte what arrived. */
const stored = z.strictObject({
  method: z.string(),
  authority: z.string(),
  path: z.string(),
  query: z.string(),
  headers: z.array(z.tuple([z.string(), z.string()])),
  body: z.string(),
});

export function storeMessage(message: Message): Uint8Array {
  // Only what the signature is made of and over: the rest of the headers is none of the case's business.
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

export function restoreMessage(bytes: Uint8Array): Message {
  const message = stored.parse(JSON.parse(new TextDecoder().decode(bytes)));
  return { ...message, body: Buffer.from(message.body, 'base64') };
}

/** Whoever signed, as the registry knows them now. */
export interface EnrolledReviewer {
  keyId: string;
  holder: string;
  publicKey: unknown;
}

/**
 * Whether one stored decision really is this reviewer's approval of this case and scope: the signature over the
 * bytes that arrived, at the time it arrived, on this case's path, over this request digest and the scope that is
 * approved. `authorise` trusts nothing that is merely written in a table (I3).
 */
export function provesApproval(
  it: Case,
  decision: StoredDecision,
  message: Message,
  reviewer: EnrolledReviewer,
): boolean {
  if (it.scope === undefined || reviewer.keyId !== decision.keyId || reviewer.holder !== decision.reviewer)
    return false;
  const reading = readSignature(message, { now: Date.parse(decision.at) / 1000, skewSeconds: SKEW_SECONDS });
  if (!reading.ok || reading.claims.keyId !== reviewer.keyId) return false;
  const key = publicKeyOf(reviewer);
  if (key === undefined || !verifySignature(reading.claims, key)) return false;
  if (message.method !== 'POST' || message.path !== `/v1/reviews/${it.id}/decisions`) return false;
  const body = decisionSchema.safeParse(safeJson(message.body));
  return (
    body.success &&
    body.data.decision === 'approve' &&
    body.data.requestDigest === it.requestDigest &&
    scopeText(body.data.scope) === scopeText(it.scope)
  );
}

/** A key's id is its thumbprint, so nobody can put another key under it. */
function publicKeyOf({ keyId, publicKey }: EnrolledReviewer): VerificationKey | undefined {
  try {
    const key = importPublicKey(publicKey);
    return key.thumbprint === keyId ? key : undefined;
  } catch {
    return undefined;
  }
}

function safeJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return undefined;
  }
}
