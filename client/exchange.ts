import { z } from 'zod';
import { toBase64url } from '#core/bytes.ts';
import { parseVerifierKey, type VerifierKey } from '#core/log/note.ts';
import { type Problem, problemSchema } from '#core/problem.ts';
import { importPublicKey, type VerificationKey } from '#core/signature/keys.ts';
import type { HeaderLines } from '#core/signature/message.ts';
import { SKEW_SECONDS } from '#core/signature/profile.ts';
import { type Signer, signRequest } from '#core/signature/sign.ts';
import { readAnswerSignature, verifyWith } from '#core/signature/verify.ts';
import { ExchangeError, RefusedError } from './errors.ts';
import { unreachableReason } from './network.ts';
import { type Repeat, retryAfterMs, type Waiting, withRetries } from './retry.ts';

/** One signed exchange with a provider: sign, send, verify the answer. Everything else in client/ is made of it. */
export interface Session extends Waiting {
  /** Where the provider's API is: `https://host[:port]`, without `/v1`. */
  url: string;
  signer: Signer;
  /** The provider's keys by their id, as published at `/v1/provider` and, better, as compared by telephone. */
  providerKeys: ReadonlyMap<string, VerificationKey>;
  /**
   * Asks what the provider publishes now, when an answer names a key that is not known yet: how a session outlives a
   * rotation. Absent where keys are pinned.
   */
  refreshKeys?: () => Promise<ReadonlyMap<string, VerificationKey>>;
  /** The log's verifier key: a disclosure that this log did not announce first is not accepted. */
  logKey?: VerifierKey;
  /** Seconds that a signature is valid: 1 to 300. */
  lifetimeSeconds?: number;
  /** How long one answer is waited for: 120 s unless told; gateways give up long before. */
  timeoutMs?: number;
  fetch?: typeof fetch;
}

export interface Answered {
  status: number;
  headers: Headers;
  body: Uint8Array;
}

const providerSchema = z.looseObject({
  name: z.string(),
  keys: z.array(z.looseObject({ kid: z.string() })),
  /** Officers' and reviewers' keys that count no more. */
  revoked: z.array(z.looseObject({ keyid: z.string(), revokedAt: z.string() })).default([]),
  policyHash: z.string(),
  /** The log's name and verifier key (C2SP signed-note). */
  log: z.looseObject({ origin: z.string(), verifierKey: z.string() }).optional(),
});
export type ProviderDocument = z.infer<typeof providerSchema>;

/**
 * Who runs this and with which keys they sign. Public and unsigned: trust it as far as you trust the connection.
 *
 * @throws ExchangeError unreachable, answer-malformed
 */
export async function fetchProvider(
  url: string,
  send: typeof fetch = fetch,
  options: Waiting & Pick<Session, 'timeoutMs'> = {},
): Promise<ProviderDocument> {
  const request = { method: 'GET', url: new URL('/v1/provider', url).href, headers: {}, body: undefined };
  return withRetries(options, 'safe', async () => {
    const answer = await reach({ ...options, fetch: send }, request);
    if (answer.status !== 200) throw malformed(answer, answer.status === 404 ? 'route' : 'status');
    return parseAnswer(providerSchema, answer);
  });
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

/** By the thumbprint of what each key is, not by the id that it claims: the thumbprint is what people compare. */
function keysOf({ keys }: ProviderDocument): Map<string, VerificationKey> {
  const imported = keys.map((jwk) => importPublicKey(jwk));
  return new Map(imported.map((key) => [key.thumbprint, key]));
}

/** The provider's key of this id; asked for once more if it is not known. */
export async function providerKey(session: Session, keyId: string): Promise<VerificationKey | undefined> {
  return session.providerKeys.get(keyId) ?? (await session.refreshKeys?.())?.get(keyId);
}

/** A request that is signed and ready to be sent, once. */
export interface Prepared {
  method: string;
  url: string;
  headers: Record<string, string>;
  body: Uint8Array | undefined;
}

/** Signs a call without sending it. */
export async function prepare(
  session: Session,
  method: string,
  target: string,
  value?: unknown,
): Promise<Prepared> {
  const url = new URL(target, session.url);
  const body = value === undefined ? undefined : new TextEncoder().encode(JSON.stringify(value));
  const created = Math.floor(nowOf(session) / 1000);
  const headers = await signRequest(
    {
      method,
      authority: url.host,
      path: url.pathname,
      query: url.search,
      ...(body === undefined ? {} : { body, contentType: 'application/json' }),
    },
    session.signer,
    { created, expires: created + (session.lifetimeSeconds ?? 60), nonce: newNonce() },
  );
  if (body !== undefined) headers['content-type'] = 'application/json';
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
  // Whoever has come as far as to be told that something is not there is told so with a signature.
  if (problem.code === 'not-found' && !verified) throw malformed(answer, 'route');
  throw new RefusedError(problem, verified, retryAfterMs(answer.headers, nowOf(session)));
}

/**
 * Signs, sends, and parses a JSON answer.
 *
 * @param repeat whether a call that came to nothing is made again: one that reads, unless told otherwise
 */
export async function call<S extends z.ZodType>(
  session: Session,
  schema: S,
  method: string,
  target: string,
  value?: unknown,
  repeat: Repeat = method === 'GET' ? 'safe' : 'never',
): Promise<z.infer<S>> {
  return withRetries(session, repeat, async () =>
    parseAnswer(schema, await send(session, await prepare(session, method, target, value))),
  );
}

/** @throws ExchangeError answer-malformed */
export function parseAnswer<S extends z.ZodType>(schema: S, answer: Answered): z.infer<S> {
  const parsed = schema.safeParse(jsonOf(answer));
  if (parsed.success) return parsed.data;
  throw malformed(answer, partOf(parsed.error), parsed.error);
}

function jsonOf(answer: Answered): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(answer.body));
  } catch (cause) {
    throw malformed(answer, 'body', cause);
  }
}

/** Where an answer is not what it should be, in names alone: what stands there is somebody's. */
function partOf({ issues: [issue] }: z.ZodError): string {
  const names: PropertyKey[] = [...(issue?.path ?? [])];
  if (issue?.code === 'unrecognized_keys') names.push(...issue.keys.slice(0, 1));
  const said = names.map((name) =>
    /^(\d+|[A-Za-z][A-Za-z-]{0,40})$/.test(String(name)) ? String(name) : '?',
  );
  return said.length === 0 ? 'body' : said.join('.');
}

function malformed(answer: Answered, part: string, cause?: unknown): ExchangeError {
  const { status, headers } = answer;
  const wait = retryAfterMs(headers, Date.now());
  return new ExchangeError('answer-malformed', { part, status, cause, retryAfterMs: wait });
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

/** One request and its whole answer, whatever it says. @throws ExchangeError unreachable; or the signal's reason */
async function reach(
  { fetch: send = fetch, signal, timeoutMs = 120_000 }: Pick<Session, 'fetch' | 'signal' | 'timeoutMs'>,
  { method, url, headers, body }: Prepared,
): Promise<Answered> {
  signal?.throwIfAborted();
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const response = await send(url, {
      method,
      headers,
      // Who is calling is what the signature says: no cookies, no store, no other host.
      redirect: 'error',
      credentials: 'omit',
      cache: 'no-store',
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      ...(body === undefined ? {} : { body: new Uint8Array(body) }),
    });
    const { status, headers: fields } = response;
    return { status, headers: fields, body: new Uint8Array(await response.arrayBuffer()) };
  } catch (cause) {
    signal?.throwIfAborted();
    throw new ExchangeError('unreachable', { cause, reason: unreachableReason(cause) });
  }
}

const nowOf = ({ now = Date.now }: Waiting) => now();

/** 192 random bits in base64url. */
function newNonce(): string {
  return toBase64url(crypto.getRandomValues(new Uint8Array(24)));
}
