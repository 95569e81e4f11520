import type { z } from 'zod';
import { AnswerRefused, bodyWithin, checkNoRedirect, plainFetch } from '#core/answer-body.ts';
import { parseJson } from '#core/json.ts';
import { ExchangeError } from './errors.ts';
import { unreachableReason } from './network.ts';
import { retryAfterMs, type Waiting } from './retry.ts';

/** One HTTP request and its whole answer, as nobody has verified it yet. */

/** A request that is ready to be sent, once. */
export interface Prepared {
  method: string;
  url: string;
  headers: Record<string, string>;
  body: Uint8Array | undefined;
}

export interface Answered {
  status: number;
  headers: Headers;
  body: Uint8Array;
}

/** How a request is sent. */
export interface Reaching extends Waiting {
  fetch?: typeof fetch | undefined;
  /** How long one answer is waited for: 120 s by default. Gateways give up long before. */
  timeoutMs?: number | undefined;
}

/** No answer is longer: API Gateway passes no more on (10 MB). */
export const maxAnswerBytes = 10 * 1024 * 1024;

/** @throws ExchangeError unreachable, answer-malformed; or the signal's reason */
export async function reach(
  { fetch: send = fetch, signal, timeoutMs = 120_000 }: Reaching,
  { method, url, headers, body }: Prepared,
): Promise<Answered> {
  signal?.throwIfAborted();
  const timeout = AbortSignal.timeout(timeoutMs);
  let answered: number | undefined;
  try {
    const response = await send(url, {
      method,
      headers,
      // The signature says who is calling: no cookies, no store, no other host.
      ...plainFetch,
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      ...(body === undefined ? {} : { body: new Uint8Array(body) }),
    });
    const { status, headers: fields } = response;
    answered = status;
    checkNoRedirect(response);
    return { status, headers: fields, body: await bodyWithin(response, maxAnswerBytes) };
  } catch (cause) {
    signal?.throwIfAborted();
    if (cause instanceof AnswerRefused)
      throw new ExchangeError('answer-malformed', { cause, part: cause.why, status: answered });
    throw new ExchangeError('unreachable', { cause, reason: unreachableReason(cause) });
  }
}

/** @throws ExchangeError answer-malformed */
export function parseAnswer<S extends z.ZodType>(schema: S, answer: Answered): z.infer<S> {
  const parsed = schema.safeParse(jsonOf(answer));
  if (parsed.success) return parsed.data;
  throw malformed(answer, partOf(parsed.error), parsed.error);
}

export function jsonOf(answer: Answered): unknown {
  try {
    return parseJson(answer.body);
  } catch (cause) {
    throw malformed(answer, 'body', cause);
  }
}

/** Where an answer is not what it should be, in names alone: a value there may be a person's. */
export function partOf({ issues: [issue] }: z.ZodError): string {
  const names: PropertyKey[] = [...(issue?.path ?? [])];
  if (issue?.code === 'unrecognized_keys') names.push(...issue.keys.slice(0, 1));
  const shown = names.map((name) =>
    /^(\d+|[A-Za-z][A-Za-z-]{0,40})$/.test(String(name)) ? String(name) : '?',
  );
  return shown.length === 0 ? 'body' : shown.join('.');
}

export function malformed(answer: Answered, part: string, cause?: unknown): ExchangeError {
  const { status, headers } = answer;
  const wait = retryAfterMs(headers, Date.now());
  return new ExchangeError('answer-malformed', { part, status, cause, retryAfterMs: wait });
}
