import type { MiddlewareObj } from '@middy/core';
import type { revocationCheck, suspensionCheck } from '#core/access/caller.ts';
import type { Clock } from '#core/ports.ts';
import { WireError } from '#core/problem.ts';
import { isActive, type Role } from '#core/registry/records.ts';
import { SignatureError } from '#core/signature/errors.ts';
import type { Message } from '#core/signature/message.ts';
import { MAX_WINDOW_SECONDS, SKEW_SECONDS } from '#core/signature/profile.ts';
import { type Signer, signAnswer } from '#core/signature/sign.ts';
import { type RequestClaims, readSignature } from '#core/signature/verify.ts';
import type { CallState } from '#core/state/calls.ts';
import type { RegistryState } from '#core/state/registry.ts';
import { queryText } from '#core/wire/query.ts';
import type { QueryParameters } from '#core/wire/route.ts';
import { logger } from '../aws/observe.ts';
import type { Answer, Arrived, Caller, Signed } from './event.ts';
import { keyHolds } from './key-holds.ts';
import { answerTo } from './problem.ts';

/** How long an answer's signature may be relied on without asking again. */
const answerSeconds = MAX_WINDOW_SECONDS;

export interface SignatureCheck {
  /** Whose keys may call. */
  roles: readonly Role[];
  /** The query parameters that the route takes. */
  query: QueryParameters;
  /** Whether the route does nothing but end access. */
  endsAccess: boolean;
  /** The custom domain that callers sign for; without one, the domain that the API was reached by. */
  authority: string | undefined;
}

/** What the check reads and writes. */
export interface SignaturePorts {
  registry: Pick<RegistryState, 'getKey'>;
  calls: Pick<CallState, 'acceptOnce' | 'traceRefusal'>;
  /** Whether a key that signed was revoked, by the log too. */
  isRevoked: ReturnType<typeof revocationCheck>;
  /** The same of whether it is suspended. */
  isSuspended: ReturnType<typeof suspensionCheck>;
  /** Signs answers. */
  signer(): Promise<Signer>;
  clock: Pick<Clock, 'now'>;
}

/**
 * The signature check. It verifies a request's signature over the bytes that arrived, accepts it once, and checks that
 * the caller's role may use the route. It signs the answer, with the request's signature covered, and leaves a trace of
 * every refusal, whether this check or the handler refused (I8).
 *
 * Until a signature holds, nothing tells whether the key that it names is enrolled: not the answer, nor what the check
 * does, nor in which order.
 */
export function signedRequest<Input = undefined>(
  check: SignatureCheck,
  ports: SignaturePorts,
): MiddlewareObj<Signed<Input>, Answer> {
  return {
    before: async ({ event }) => {
      event.at = ports.clock.now();
      event.caller = await enter(event, check, ports);
    },
    after: async ({ event, response }) => {
      if (response) await sign(event, response, ports);
    },
    onError: async (request) => {
      const { event } = request;
      try {
        await trace(event, ports);
      } catch (error) {
        // No refusal goes out without its trace.
        request.response = answerTo(error, logger).answer;
      }
      const { response } = request;
      if (!response) return;
      try {
        await sign(event, response, ports);
      } catch (error) {
        // The key does not answer. The problem says as much as it may, and a client relies on no unsigned answer.
        request.response = answerTo(error, logger).answer;
      }
    },
  };
}

/** @throws SignatureError, WireError */
async function enter(event: Arrived, check: SignatureCheck, ports: SignaturePorts): Promise<Caller> {
  const query = queryText(check.query, event.multiValueQueryStringParameters ?? {});
  const message = arrivedMessage(event, check, query ?? '');
  const claims = await readClaims(event, message, ports);
  if (query === undefined) throw new WireError('query-unsupported');
  const key = event.named;
  if (!keyHolds(claims, key) || key === undefined) throw new SignatureError('signature-invalid');
  event.proven = { nonce: claims.nonce, signature: fieldOf(message, 'signature') };
  const [isRevoked, isSuspended] = await Promise.all([
    ports.isRevoked(key, check),
    ports.isSuspended(key, check),
  ]);
  if (isRevoked) throw new SignatureError('signature-key-unknown');
  if (!(await ports.calls.acceptOnce(claims.keyId, claims.nonce, claims.expires)))
    throw new WireError('replayed');
  if (isSuspended) throw new WireError('key-suspended');
  if (!isActive(key, event.at)) throw new WireError('key-cooling');
  if (!check.roles.includes(key.role)) throw new WireError('key-role');
  return { key, message };
}

/** What the signature claims. Keeps the enrolled key that it names, even where the signature is malformed. */
async function readClaims(
  event: Arrived,
  message: Message,
  { registry }: SignaturePorts,
): Promise<RequestClaims> {
  const reading = readSignature(message, { now: Date.parse(event.at) / 1000, skewSeconds: SKEW_SECONDS });
  const keyId = reading.ok ? reading.claims.keyId : reading.keyId;
  const named = keyId === undefined ? undefined : await registry.getKey(keyId);
  if (named !== undefined) event.named = named;
  if (!reading.ok) throw new SignatureError(reading.code);
  return reading.claims;
}

/** An error on the provider's side is no refusal, and leaves no trace. */
async function trace({ problem, named, proven, at }: Arrived, { calls }: SignaturePorts): Promise<void> {
  if (problem === undefined || problem.status >= 500) return;
  // The log keeps what the answer does not tell.
  const isUnknown = problem.code === 'signature-invalid' && named === undefined;
  const code = isUnknown ? 'signature-key-unknown' : problem.code;
  await calls.traceRefusal({ code, at, key: named, proven: proven?.nonce });
}

async function sign(event: Arrived, response: Answer, { signer, clock }: SignaturePorts): Promise<void> {
  if (event.proven === undefined) return;
  const created = Math.floor(Date.parse(clock.now()) / 1000);
  const fields = await signAnswer(
    {
      status: response.statusCode,
      contentType: String(response.headers?.['content-type'] ?? ''),
      body: Buffer.from(response.body, response.isBase64Encoded === true ? 'base64' : 'utf8'),
      requestSignature: event.proven.signature,
    },
    await signer(),
    { created, expires: created + answerSeconds },
  );
  response.headers = { ...response.headers, ...fields };
}

/** The message as the client sent it, as far as API Gateway hands it over. */
function arrivedMessage(event: Arrived, check: SignatureCheck, query: string): Message {
  return {
    method: event.httpMethod,
    authority: check.authority ?? event.requestContext.domainName ?? '',
    // With the stage or base path, as the client wrote it.
    path: event.requestContext.path,
    query,
    headers: Object.entries(event.multiValueHeaders ?? {}).flatMap(([name, values]) =>
      (values ?? []).map((value) => [name, value] as const),
    ),
    body: Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8'),
  };
}

function fieldOf(message: Message, name: string): string {
  return message.headers.find(([field]) => field.toLowerCase() === name)?.[1].trim() ?? '';
}
