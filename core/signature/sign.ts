/**
 * Signing: what agencies and reviewers put on their requests, and the provider on its answers.
 *
 * No Node imports: the same code signs in the browser. Keys stay outside, behind `Signer`, be it a file,
 * WebCrypto or KMS.
 */
import { toBase64 } from '#core/bytes.ts';
import { answerValues, type ComponentValues, requestValues, signatureBase } from './base.ts';
import { isStrictSignature } from './encodings.ts';
import { SignatureError } from './errors.ts';
import { type HeaderLines, isSignableTarget, isStatus, singleField } from './message.ts';
import {
  answerComponents,
  LABEL,
  type RequestStatement,
  readAnswerParameters,
  readRequestParameters,
  requestWithBody,
  requestWithoutBody,
  type SignatureAlgorithm,
  type SignatureStatement,
  writeParameters,
} from './profile.ts';
import { bytes, type InnerList, serializeDictionary } from './structured.ts';

export interface Signer {
  readonly keyId: string;
  readonly alg: SignatureAlgorithm;
  /** Signs these bytes: Ed25519 as RFC 8032 (64 bytes), ECDSA over their SHA-256 as r ‖ s (not DER). */
  sign(base: Uint8Array): Promise<Uint8Array>;
}

export interface RequestToSign {
  readonly method: string;
  readonly authority: string;
  readonly path: string;
  /** `''`, or the query with its `?`. */
  readonly query: string;
  /** Required with a body. */
  readonly contentType?: string | undefined;
  readonly body?: Uint8Array | undefined;
}

/** A request, and what its signature says of itself: `created` and `expires` in unix seconds, and a nonce. */
export interface CallToSign extends RequestToSign, Pick<RequestStatement, 'created' | 'expires' | 'nonce'> {}

export interface AnswerToSign {
  readonly status: number;
  readonly contentType: string;
  readonly body: Uint8Array;
  /** The value of the `Signature` field of the request that is answered. */
  readonly requestSignature: string;
}

/** The fields to add to a message, in lower case. */
export type SignatureFields = Record<string, string>;

/**
 * Signs a request.
 *
 * @param statement - `created` and `expires` in unix seconds, at most 300 apart; `nonce` of at least 128
 * bits, never used before with this key
 * @returns `signature-input` and `signature`, and with a body `content-digest`; send the content type
 * exactly as given
 * @throws SignatureError with the code that the door would refuse this request with
 */
export async function signRequest(
  request: RequestToSign,
  signer: Signer,
  statement: Pick<RequestStatement, 'created' | 'expires' | 'nonce'>,
): Promise<SignatureFields> {
  const body = request.body ?? new Uint8Array();
  const headers = body.length > 0 ? await bodyFields(body, request.contentType ?? '') : [];
  const message = { ...request, body, headers };
  if (!isSignableTarget(message)) throw new SignatureError('message-malformed');

  const params = writeParameters({ ...statement, keyId: signer.keyId, alg: signer.alg });
  const fault = readRequestParameters(params);
  if (typeof fault === 'string') throw new SignatureError(fault);
  const items = body.length > 0 ? requestWithBody : requestWithoutBody;
  return signed({ kind: 'list', items, params }, requestValues(message), signer, headers);
}

/**
 * Signs an answer, over the request's signature as well: who holds both can prove what was asked and
 * what was answered.
 *
 * @returns `content-digest`, `signature-input` and `signature`
 * @throws SignatureError with the code that a client would refuse this answer with
 */
export async function signAnswer(
  answer: AnswerToSign,
  signer: Signer,
  statement: Pick<SignatureStatement, 'created' | 'expires'>,
): Promise<SignatureFields> {
  const headers = await bodyFields(answer.body, answer.contentType);
  const params = writeParameters({ ...statement, keyId: signer.keyId, alg: signer.alg });
  const fault = readAnswerParameters(params);
  if (typeof fault === 'string') throw new SignatureError(fault);

  const request = singleField([['signature', answer.requestSignature]], 'signature');
  if (typeof request !== 'string' || !isStatus(answer.status)) throw new SignatureError('message-malformed');
  const message = { status: answer.status, headers, body: answer.body };
  const values = answerValues(message, () => request);
  return signed({ kind: 'list', items: answerComponents, params }, values, signer, headers);
}

/** The `Content-Digest` of a body (RFC 9530), by SHA-256. */
export async function contentDigest(body: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new Uint8Array(body));
  return `sha-256=:${toBase64(new Uint8Array(digest))}:`;
}

async function bodyFields(body: Uint8Array, contentType: string): Promise<HeaderLines> {
  const type = ['content-type', contentType] as const;
  if (typeof singleField([type], 'content-type') !== 'string') throw new SignatureError('message-malformed');
  return [type, ['content-digest', await contentDigest(body)]];
}

async function signed(
  covered: InnerList,
  values: ComponentValues,
  signer: Signer,
  headers: HeaderLines,
): Promise<SignatureFields> {
  const base = signatureBase(covered, values);
  if (base === undefined) throw new SignatureError('signature-components');
  const signature = await signer.sign(base);
  // Above all this catches a DER signature, as OpenSSL and KMS write it.
  if (!isStrictSignature(signer.alg, signature)) throw new SignatureError('signature-invalid');
  const item = { kind: 'item', value: bytes(signature), params: [] } as const;
  const digest = singleField(headers, 'content-digest');
  return {
    ...(typeof digest === 'string' && { 'content-digest': digest }),
    'signature-input': serializeDictionary([[LABEL, covered]]),
    signature: serializeDictionary([[LABEL, item]]),
  };
}
