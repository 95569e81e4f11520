/**
 * The profile: what a signature in Writ must cover and say, nothing more and nothing less.
 *
 * Reader and signer go through the same functions, so we never sign what we would refuse. No Node
 * imports: the browser signs with these too.
 */
import { component } from './base.ts';
import type { SignatureErrorCode } from './errors.ts';
import {
  type BareItem,
  type InnerList,
  type Item,
  integer,
  type Parameters,
  serializeParameters,
  string,
} from './structured.ts';

export type SignatureAlgorithm = 'ed25519' | 'ecdsa-p256-sha256';

/** The label that we write. A reader takes any: it names nothing outside the two fields. */
export const LABEL = 'writ';
const TAG = 'writ';

/** The longest a signature may live: `expires` − `created`. */
export const MAX_WINDOW_SECONDS = 300;

/**
 * How far `created` may lie ahead of the reader's clock. The signature check and later proofs of a kept message must use the same value,
 * or what was accepted could not be proven.
 */
export const SKEW_SECONDS = 30;

const TARGET = ['@method', '@authority', '@path', '@query'].map((name) => component(name));
const BODY = ['content-digest', 'content-type'].map((name) => component(name));

/** What a request's signature covers, and all it may cover. */
export const requestWithBody: InnerList['items'] = [...TARGET, ...BODY];
export const requestWithoutBody: InnerList['items'] = TARGET;
/** What an answer's signature covers: always its body, and the signature of the request it answers. */
export const answerComponents: InnerList['items'] = [
  component('@status'),
  ...BODY,
  component('signature', 'req'),
];

/** Whether exactly these components are covered, each once, in any order. */
export function coversExactly(covered: InnerList, expected: InnerList['items']): boolean {
  // The length first: of a list of any other length nothing is looked at.
  if (covered.items.length !== expected.length) return false;
  return expected.every((item) => covered.items.some((other) => isSameComponent(item, other)));
}

function isSameComponent(a: Item, b: Item): boolean {
  return (
    a.value.type === 'string' &&
    b.value.type === 'string' &&
    a.value.value === b.value.value &&
    serializeParameters(a.params) === serializeParameters(b.params)
  );
}

/** What the parameters of a signature say. Times are unix seconds. */
export interface SignatureStatement {
  readonly created: number;
  readonly expires: number;
  readonly keyId: string;
  readonly alg: SignatureAlgorithm;
}

/** A request's statement has a nonce; an answer needs none, it covers the request's signature. */
export interface RequestStatement extends SignatureStatement {
  readonly nonce: string;
}

/** The parameters that say this, in the order in which we write them. */
export function writeParameters(statement: SignatureStatement & { readonly nonce?: string }): Parameters {
  const nonce: Parameters = statement.nonce === undefined ? [] : [['nonce', string(statement.nonce)]];
  return [
    ['created', integer(statement.created)],
    ['expires', integer(statement.expires)],
    ...nonce,
    ['keyid', string(statement.keyId)],
    ['alg', string(statement.alg)],
    ['tag', string(TAG)],
  ];
}

/** Reads a request's parameters: every one there, none besides, of the right type and size. */
export function readRequestParameters(params: Parameters): RequestStatement | SignatureErrorCode {
  const statement = readParameters(params, 6);
  if (typeof statement === 'string') return statement;
  const nonce = stringOf(params, 'nonce');
  if (nonce === undefined) return 'signature-parameters';
  return holds128Bits(nonce) ? { ...statement, nonce } : 'signature-nonce';
}

/** Reads an answer's parameters: the same without a nonce. */
export function readAnswerParameters(params: Parameters): SignatureStatement | SignatureErrorCode {
  return readParameters(params, 5);
}

/** The key id that a signature claims, if it has the form of one. */
export function claimedKeyId(params: Parameters): string | undefined {
  const keyId = stringOf(params, 'keyid');
  return keyId !== undefined && KEY_ID.test(keyId) ? keyId : undefined;
}

// Key ids reach logs, metrics and table keys: no blanks, quotes or control characters.
const KEY_ID = /^[A-Za-z0-9._~:/+=@-]{1,200}$/;

function readParameters(params: Parameters, count: number): SignatureStatement | SignatureErrorCode {
  const created = secondsOf(params, 'created');
  const expires = secondsOf(params, 'expires');
  const keyId = claimedKeyId(params);
  const alg = stringOf(params, 'alg');
  if (created === undefined || expires === undefined || keyId === undefined || alg === undefined) {
    return 'signature-parameters';
  }
  // Keys are unique (the parser sees to that), so the right number of them leaves room for no other.
  if (stringOf(params, 'tag') !== TAG || params.length !== count) return 'signature-parameters';
  if (alg !== 'ed25519' && alg !== 'ecdsa-p256-sha256') return 'signature-algorithm';
  if (expires <= created || expires - created > MAX_WINDOW_SECONDS) return 'signature-window';
  return { created, expires, keyId, alg };
}

/**
 * Whether a nonce is long enough to hold 128 bits, judged by the poorest alphabet it fits: 39 decimal
 * digits, 32 hexadecimal digits (hyphens not counted, so a UUID passes), else 22 characters of base64 or
 * base64url. Length is all that can be seen of randomness; that a nonce is new, the replay table says.
 */
function holds128Bits(nonce: string): boolean {
  if (!/^[A-Za-z0-9+/_-]{22,128}={0,2}$/.test(nonce)) return false;
  if (/[^0-9A-Fa-f-]/.test(nonce)) return true;
  const digits = nonce.replaceAll('-', '');
  return digits.length >= (/^[0-9]*$/.test(digits) ? 39 : 32);
}

function stringOf(params: Parameters, key: string): string | undefined {
  const item = parameter(params, key);
  return item?.type === 'string' ? item.value : undefined;
}

function secondsOf(params: Parameters, key: string): number | undefined {
  const item = parameter(params, key);
  // Numbers from the wire are whole already; those of a signer's own program may not be.
  return item?.type === 'integer' && Number.isSafeInteger(item.value) && item.value >= 0
    ? item.value
    : undefined;
}

function parameter(params: Parameters, key: string): BareItem | undefined {
  return params.find(([name]) => name === key)?.[1];
}
