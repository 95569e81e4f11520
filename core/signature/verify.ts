/**
 * The door: reads a signed message and says what it claims, then whether the key bears it out.
 *
 * Two steps, because the key is found by what the message claims. `readSignature` and
 * `readAnswerSignature` decide everything that needs no key, down to the digest of the body, and never
 * throw, whatever comes in. `verifySignature` is the only step that costs a public-key operation.
 */
import { hash, verify } from 'node:crypto';
import { sameBytes } from '#core/bytes.ts';
import { answerValues, type ComponentValues, requestValues, signatureBase } from './base.ts';
import { isStrictSignature, SIGNATURE_BYTES } from './encodings.ts';
import type { SignatureErrorCode } from './errors.ts';
import type { VerificationKey } from './keys.ts';
import {
  type Answer,
  type HeaderLines,
  isSignableTarget,
  isStatus,
  type Message,
  singleField,
} from './message.ts';
import {
  answerComponents,
  claimedKeyId,
  coversExactly,
  type RequestStatement,
  readAnswerParameters,
  readRequestParameters,
  requestWithBody,
  requestWithoutBody,
  type SignatureStatement,
} from './profile.ts';
import { type Dictionary, type InnerList, parseDictionary } from './structured.ts';

/**
 * What a well-formed, timely signature claims over a body that has the digest it says.
 *
 * NOTHING HERE IS VERIFIED BY A KEY YET: anybody can write any key id. Only `verifySignature` makes it
 * true.
 */
export interface SignatureClaims extends SignatureStatement {
  readonly label: string;
  /** The signature base: the bytes that the signature is over. */
  readonly base: Uint8Array;
  readonly signature: Uint8Array;
}

/** A request's claims. Remember `keyId` and `nonce` until `expires` at least, and accept them once. */
export interface RequestClaims extends SignatureClaims, RequestStatement {}

export interface Refusal {
  readonly ok: false;
  readonly code: SignatureErrorCode;
  /** The key id as claimed, for counting. Unverified: anybody can write it. */
  readonly keyId?: string;
}

export type Reading<C extends SignatureClaims> = { readonly ok: true; readonly claims: C } | Refusal;

export interface Clock {
  /** Unix seconds. */
  readonly now: number;
  /** How far `created` may lie ahead of `now`. `expires` gets no such grace. */
  readonly skewSeconds: number;
}

/**
 * Reads a request's signature against the profile: RFC 9421 and RFC 9530.
 *
 * A request with a body must cover `content-digest` and `content-type`. Without a body it may, if both
 * are there. A `Content-Digest` that is there must match, covered or not; a `Content-Type` that is not
 * covered describes nothing, and HTTP libraries add it unasked.
 */
export function readSignature(message: Message, clock: Clock): Reading<RequestClaims> {
  if (!isSignableTarget(message)) return refuse('message-malformed');
  const found = findSignature(message.headers);
  if (typeof found === 'string') return refuse(found);

  const hasBody = message.body.length > 0;
  const bodyCovered = coversExactly(found.covered, requestWithBody);
  if (!bodyCovered && (hasBody || !coversExactly(found.covered, requestWithoutBody))) {
    return refuse('signature-components', found);
  }

  const statement = readRequestParameters(found.covered.params);
  if (typeof statement === 'string') return refuse(statement, found);
  return conclude(found, statement, message, bodyCovered, requestValues(message), clock);
}

/** The request that an answer must belong to, as the client remembers it. */
export interface Asked {
  /** The `Signature` field's value that the client sent. */
  readonly requestSignature: string;
}

/**
 * Reads an answer's signature, for clients: exactly `@status`, `content-digest`, `content-type` and the
 * request's `signature`, so that the answer is to this request and no other.
 *
 * To judge an answer kept as evidence, `now` is when it was received.
 */
export function readAnswerSignature(answer: Answer, asked: Asked, clock: Clock): Reading<SignatureClaims> {
  const request = singleField([['signature', asked.requestSignature]], 'signature');
  if (!isStatus(answer.status) || typeof request !== 'string') return refuse('message-malformed');
  const found = findSignature(answer.headers);
  if (typeof found === 'string') return refuse(found);
  if (!coversExactly(found.covered, answerComponents)) return refuse('signature-components', found);

  const statement = readAnswerParameters(found.covered.params);
  if (typeof statement === 'string') return refuse(statement, found);
  const values = answerValues(answer, () => request);
  return conclude(found, statement, answer, true, values, clock);
}

/**
 * Whether this key made this signature over these claims' base. Costs a public-key operation only if the
 * algorithm is the key's own and the signature has the one strict encoding.
 */
export function verifySignature(claims: SignatureClaims, key: VerificationKey): boolean {
  if (claims.alg !== key.alg || !isStrictSignature(key.alg, claims.signature)) return false;
  return key.alg === 'ed25519'
    ? verify(null, claims.base, key.keyObject, claims.signature)
    : verify('sha256', claims.base, { key: key.keyObject, dsaEncoding: 'ieee-p1363' }, claims.signature);
}

/**
 * Reading, key and verification in one: finds the claimed key and holds the claims against it.
 *
 * @param keyOf - the key enrolled under this id, with whatever its registry knows about it
 * @returns the claims, now true, and that key; or the first reason to refuse
 */
export async function verifyWith<C extends SignatureClaims, K extends VerificationKey>(
  reading: Reading<C>,
  keyOf: (keyId: string) => Promise<K | undefined>,
): Promise<{ readonly ok: true; readonly claims: C; readonly key: K } | Refusal> {
  if (!reading.ok) return reading;
  const { claims } = reading;
  const refused = (code: SignatureErrorCode): Refusal => ({ ok: false, code, keyId: claims.keyId });
  const key = await keyOf(claims.keyId);
  if (key === undefined) return refused('signature-key-unknown');
  if (key.alg !== claims.alg) return refused('signature-algorithm');
  return verifySignature(claims, key) ? { ok: true, claims, key } : refused('signature-invalid');
}

interface Found {
  readonly label: string;
  readonly covered: InnerList;
  readonly signature: Uint8Array;
}

/** The one signature of a message: one label, the same in both fields, and no second. */
function findSignature(headers: HeaderLines): Found | SignatureErrorCode {
  const inputs = singleField(headers, 'signature-input');
  const signatures = singleField(headers, 'signature');
  if (inputs === undefined || signatures === undefined) return 'signature-missing';
  if (inputs === null || signatures === null) return 'signature-malformed';

  const input = onlyMember(inputs);
  const signed = onlyMember(signatures);
  if (input === undefined || signed === undefined) return 'signature-malformed';

  const [label, covered] = input;
  const [sameLabel, item] = signed;
  if (label !== sameLabel || covered.kind !== 'list' || item.kind !== 'item') return 'signature-malformed';
  if (item.value.type !== 'bytes' || item.params.length > 0) return 'signature-malformed';
  const signature = item.value.value;
  return signature.length === SIGNATURE_BYTES ? { label, covered, signature } : 'signature-malformed';
}

function onlyMember(field: string): Dictionary[number] | undefined {
  const members = parseDictionary(field);
  return members?.length === 1 ? members[0] : undefined;
}

/** What requests and answers have in common once their statement is read: time, fields, base, digest. */
function conclude<S extends SignatureStatement>(
  found: Found,
  statement: S,
  message: Message | Answer,
  bodyCovered: boolean,
  values: ComponentValues,
  clock: Clock,
): Reading<S & SignatureClaims> {
  // Put so that a clock that is not a number refuses everything.
  if (!(statement.created <= clock.now + clock.skewSeconds)) return refuse('signature-not-yet-valid', found);
  if (!(clock.now < statement.expires)) return refuse('signature-expired', found);

  if (bodyCovered) {
    const contentType = singleField(message.headers, 'content-type');
    if (contentType === null) return refuse('message-malformed', found);
    if (contentType === undefined) return refuse('signature-components', found);
  }
  const contentDigest = singleField(message.headers, 'content-digest');
  if (contentDigest === undefined && bodyCovered) return refuse('digest-missing', found);
  const wrong = contentDigest === undefined ? undefined : digestFault(contentDigest, message.body);
  if (wrong !== undefined) return refuse(wrong, found);

  // Every component has been looked at by now; that it might have no value is for the type's sake.
  const base = signatureBase(found.covered, values);
  if (base === undefined) return refuse('signature-components', found);
  return { ok: true, claims: { ...statement, label: found.label, base, signature: found.signature } };
}

/** What is wrong with a `Content-Digest` (RFC 9530 section 2): each digest in it must be the body's. */
function digestFault(field: string | null, body: Uint8Array): SignatureErrorCode | undefined {
  const digests = field === null ? undefined : parseDictionary(field);
  if (digests === undefined || digests.length === 0) return 'digest-malformed';
  for (const [algorithm, item] of digests) {
    const known = DIGESTS.get(algorithm);
    // An algorithm that we cannot check is not ignored: its author relied on it.
    if (known === undefined || item.kind !== 'item' || item.params.length > 0) return 'digest-malformed';
    if (item.value.type !== 'bytes' || item.value.value.length !== known.bytes) return 'digest-malformed';
    if (!sameBytes(item.value.value, hash(known.name, body, 'buffer'))) return 'digest-mismatch';
  }
  return undefined;
}

const DIGESTS = new Map([
  ['sha-256', { name: 'sha256', bytes: 32 }],
  ['sha-512', { name: 'sha512', bytes: 64 }],
]);

function refuse(code: SignatureErrorCode, found?: Found): Refusal {
  const keyId = found && claimedKeyId(found.covered.params);
  return keyId === undefined ? { ok: false, code } : { ok: false, code, keyId };
}
