import { toBase64url } from '#core/bytes.ts';
import { parseVerifierKey, type VerifierKey } from '#core/log/note.ts';
import { type Problem, problemSchema } from '#core/problem.ts';
import { importPublicKey, type VerificationKey } from '#core/signature/keys.ts';
import type { HeaderLines } from '#core/signature/message.ts';
import { SKEW_SECONDS } from '#core/signature/profile.ts';
import { type CallToSign, type SignatureFields, type Signer, signRequest } from '#core/signature/sign.ts';
import { readAnswerSignature, verifyWith } from '#core/signature/verify.ts';
import { ExchangeError, RefusedError } from './errors.ts';
import { fetchProvider, type ProviderDocument } from './provider.ts';
import { type Repeat, retryAfterMs, type Waiting, withRetries } from './retry.ts';
import type { RouteCall } from './route-call.ts';
import {
  type Answered,
  jsonOf,
  malformed,
  type Prepared,
  parseAnswer,
  partOf,
  type Reaching,
  reach,
} from './transport.ts';

export type { Prepared } from './transport.ts';

/** One signed exchange with a provider: sign, send, verify the answer. Everything else in `client/` is made of it. */
export interface Session extends Reaching {
  /** Where the provider's API is: `https://host[:port]`, without `/v1`. */
  url: string;
  signer: Signer;
  /**
   * Signs whole calls in the signer's place, for a key whose holder looks at what is signed: it gets the call, and not the
   * bytes of a signature base. `signer` then says which key it is. It returns what `signRequest` returns for the call.
   */
  signCall?: (call: CallToSign) => Promise<SignatureFields>;
  /** The provider's keys by their id, as published at `/v1/provider` and, better, as compared by telephone. */
  providerKeys: ReadonlyMap<string, VerificationKey>;
  /**
   * Fetches the keys that the provider publishes, when an answer names a key that is not known: so a session outlives a
   * rotation. Absent where keys are pinned.
   */
  refreshKeys?: () => Promise<ReadonlyMap<string, VerificationKey>>;
  /** The log's verifier key: a disclosure that this log did not announce first is not accepted. */
  logKey?: VerifierKey;
  /** Seconds that a signature is valid: 1 to 300. */
  lifetimeSeconds?: number;
  /**
   * Asks a person, before a call that changes something is signed: the call is what will be sent, to the byte. It is
   * asked once for all attempts of a call. What it throws ends the call, and nothing is signed.
   */
  confirm?: (call: RouteCall) => Promise<void>;
}

/** A session with the keys that the provider publishes. @throws ExchangeError as `fetchProvider` */
export async function openSession(
  given: Omit<Session, 'providerKeys'>,
  published?: ProviderDocument,
): Promise<Session> {
  const refreshKeys = async () => keysOf(await fetchProvider(given.url, given.fetch, given));
  const known = published ?? (await fetchProvider(given.url, given.fetch, given));
  const logKey = known.log === undefined ? {} : { logKey: parseVerifierKey(known.log.verifierKey) };
  return { refreshKeys, ...logKey, ...given, providerKeys: keysOf(known) };
}

/** By each key's thumbprint, and not by the id that it claims: people compare the thumbprint. */
export function keysOf({ keys }: Pick<ProviderDocument, 'keys'>): Map<string, VerificationKey> {
  const imported = keys.map((jwk) => importPublicKey(jwk));
  return new Map(imported.map((key) => [key.thumbprint, key]));
}

/** The provider's key of this id; asked for once more if it is not known. */
export async function providerKey(session: Session, keyId: string): Promise<VerificationKey | undefined> {
  return session.providerKeys.get(keyId) ?? (await session.refreshKeys?.())?.get(keyId);
}

/** Signs a request without sending it. `perform` makes the calls that the table of routes has. */
export async function prepare(
  session: Session,
  method: string,
  target: string,
  value?: unknown,
): Promise<Prepared> {
  return signed(session, method, target, value === undefined ? undefined : json(JSON.stringify(value)));
}

const json = (text: string) => ({ type: 'application/json', bytes: new TextEncoder().encode(text) });

async function signed(
  session: Session,
  method: string,
  target: string,
  content: { type: string; bytes: Uint8Array } | undefined,
): Promise<Prepared> {
  const url = new URL(target, session.url);
  const body = content?.bytes;
  const created = Math.floor(nowOf(session) / 1000);
  const call: CallToSign = {
    method,
    authority: url.host,
    path: url.pathname,
    query: url.search,
    ...(content === undefined ? {} : { body: content.bytes, contentType: content.type }),
    created,
    expires: created + (session.lifetimeSeconds ?? 60),
    nonce: newNonce(),
  };
  const { signer, signCall = (one: CallToSign) => signRequest(one, signer, one) } = session;
  const headers = { ...(await signCall(call)) };
  if (content !== undefined) headers['content-type'] = content.type;
  return { method, url: url.href, headers, body };
}

/**
 * Sends a prepared request, once, and verifies the answer's signature, which covers the request's.
 *
 * @throws RefusedError when the provider refuses
 * @throws ExchangeError when it cannot be reached, or its answer cannot be relied on
 */
export async function send(session: Session, prepared: Prepared): Promise<Answered> {
  const answer = await reach(session, prepared);
  const verified = await isVerified(session, prepared, answer);
  if (answer.status >= 200 && answer.status < 300) {
    if (!verified) throw new ExchangeError('answer-unsigned', { status: answer.status });
    return answer;
  }
  const problem = problemOf(answer);
  // A provider that knows the route signs its `not-found`.
  if (problem.code === 'not-found' && !verified) throw malformed(answer, 'route');
  throw new RefusedError(problem, verified, retryAfterMs(answer.headers, nowOf(session)));
}

/** Has a person confirm a call, where the session asks one. Reading takes no confirmation. */
export async function confirmed(session: Session, call: RouteCall): Promise<void> {
  if (call.method !== 'GET') await session.confirm?.(call);
}

/** Signs and sends a call, once. @throws as `send` */
export async function sendCall(session: Session, call: RouteCall): Promise<Answered> {
  const { method, target, body, document } = call;
  const content = document ?? (body === undefined ? undefined : json(body));
  return send(session, await signed(session, method, target, content));
}

/** Signs and sends a call, once, and parses its answer by the route's schema. @throws as `send` */
export async function answerTo<Output>(session: Session, call: RouteCall<Output>): Promise<Output> {
  const answered = await sendCall(session, call);
  if (call.answer === undefined) throw malformed(answered, 'body');
  return parseAnswer(call.answer, answered);
}

/**
 * Makes a call of a route: a person confirms it, where the session asks one; it is signed, sent, and its answer is
 * verified and parsed.
 *
 * @param repeat whether a call that came to nothing is made again: by default, one that reads
 */
export async function perform<Output>(
  session: Session,
  call: RouteCall<Output>,
  repeat: Repeat = call.method === 'GET' ? 'safe' : 'never',
): Promise<Output> {
  await confirmed(session, call);
  return withRetries(session, repeat, () => answerTo(session, call));
}

/** @returns false if there is no signature; @throws if there is one and it does not hold */
async function isVerified(session: Session, prepared: Prepared, answer: Answered): Promise<boolean> {
  const lines: HeaderLines = [...answer.headers];
  if (!answer.headers.has('signature')) return false;
  const reading = readAnswerSignature(
    { status: answer.status, headers: lines, body: answer.body },
    { requestSignature: prepared.headers.signature ?? '' },
    { now: nowOf(session) / 1000, skewSeconds: SKEW_SECONDS },
  );
  const outcome = await verifyWith(reading, (keyId) => providerKey(session, keyId));
  if (!outcome.ok) throw new ExchangeError('answer-not-verified', { cause: outcome.code });
  return true;
}

function problemOf(answer: Answered): Problem {
  const json = jsonOf(answer);
  // A gateway's own problems do not repeat their status.
  const parsed = problemSchema.safeParse(
    typeof json === 'object' ? { status: answer.status, ...json } : json,
  );
  if (!parsed.success) throw malformed(answer, partOf(parsed.error), parsed.error);
  const { code, title, status, at } = parsed.data;
  return { type: `urn:writ:problem:${code}`, code, title, status, at };
}

const nowOf = ({ now = Date.now }: Waiting) => now();

/** 192 random bits in base64url. */
function newNonce(): string {
  return toBase64url(crypto.getRandomValues(new Uint8Array(24)));
}
