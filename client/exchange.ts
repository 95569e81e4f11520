import { z } from 'zod';
import { parseVerifierKey, type VerifierKey } from '#core/log/note.ts';
import { type Problem, problemSchema } from '#core/problem.ts';
import { importPublicKey, type VerificationKey } from '#core/signature/keys.ts';
import type { HeaderLines } from '#core/signature/message.ts';
import { SKEW_SECONDS } from '#core/signature/profile.ts';
import { type Signer, signRequest } from '#core/signature/sign.ts';
import { readAnswerSignature, verifyWith } from '#core/signature/verify.ts';
import { ExchangeError, RefusedError } from './errors.ts';

/** One signed exchange with a provider: sign, send, verify the answer. Everything else in client/ is made of it. */
export interface Session {
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

/** Who runs this and with which keys they sign. Public and unsigned: trust it as far as you trust the connection. */
export async function fetchProvider(url: string, send: typeof fetch = fetch): Promise<ProviderDocument> {
  const answer = await reach(() => send(`${url}/v1/provider`));
  return providerSchema.parse(await answer.json());
}

/** A session with the keys that the provider publishes. */
export async function openSession(
  given: Omit<Session, 'providerKeys'>,
  published?: ProviderDocument,
): Promise<Session> {
  const refreshKeys = async () => keysOf(await fetchProvider(given.url, given.fetch));
  const known = published ?? (await fetchProvider(given.url, given.fetch));
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
  const created = Math.floor(Date.now() / 1000);
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
 * Sends a prepared request and verifies the answer's signature, which covers the request's.
 *
 * @throws RefusedError when the provider refuses
 * @throws ExchangeError when it cannot be reached, or its answer cannot be relied on
 */
export async function send(session: Session, prepared: Prepared): Promise<Answered> {
  const { method, url, headers, body } = prepared;
  const response = await reach(() =>
    (session.fetch ?? fetch)(url, {
      method,
      headers,
      redirect: 'error',
      ...(body === undefined ? {} : { body: new Uint8Array(body) }),
    }),
  );
  const answer = { status: response.status, headers: response.headers, body: await response.bytes() };
  const verified = await isVerified(session, prepared, answer);
  if (response.ok) {
    if (!verified) throw new ExchangeError('answer-unsigned');
    return answer;
  }
  throw new RefusedError(problemOf(answer), verified);
}

/** Signs, sends, and parses a JSON answer. */
export async function call<S extends z.ZodType>(
  session: Session,
  schema: S,
  method: string,
  target: string,
  value?: unknown,
): Promise<z.infer<S>> {
  return parseAnswer(schema, await send(session, await prepare(session, method, target, value)));
}

export function parseAnswer<S extends z.ZodType>(schema: S, answer: Answered): z.infer<S> {
  try {
    return schema.parse(JSON.parse(new TextDecoder().decode(answer.body)));
  } catch (cause) {
    throw new ExchangeError('answer-malformed', { cause });
  }
}

/** @returns false if there is no signature; @throws if there is one and it does not hold */
async function isVerified(session: Session, prepared: Prepared, answer: Answered): Promise<boolean> {
  const lines: HeaderLines = [...answer.headers];
  if (!answer.headers.has('signature')) return false;
  const reading = readAnswerSignature(
    { status: answer.status, headers: lines, body: answer.body },
    { requestSignature: prepared.headers.signature ?? '' },
    { now: Date.now() / 1000, skewSeconds: SKEW_SECONDS },
  );
  const outcome = await verifyWith(reading, (keyId) => providerKey(session, keyId));
  if (!outcome.ok) throw new ExchangeError('answer-not-verified', { cause: outcome.code });
  return true;
}

function problemOf(answer: Answered): Problem {
  try {
    const { code, title, status, at } = problemSchema.parse(
      JSON.parse(new TextDecoder().decode(answer.body)),
    );
    return { type: `urn:writ:problem:${code}`, code, title, status, at };
  } catch (cause) {
    throw new ExchangeError('answer-malformed', { cause });
  }
}

async function reach(attempt: () => Promise<Response>): Promise<Response> {
  try {
    return await attempt();
  } catch (cause) {
    throw new ExchangeError('unreachable', { cause });
  }
}

/** 192 random bits in base64url. */
function newNonce(): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(24))).toString('base64url');
}
