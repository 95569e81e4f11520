import { ExchangeError, RefusedError } from './errors.ts';

/**
 * A call is repeated only where that is safe. A signature is accepted once, so each attempt is signed anew. A call that
 * reads, or that the provider knows by its reference, may be repeated. A decision may not: a person has to look up
 * whether the first one stands.
 */

/**
 * - `safe`: a second call does nothing more than the first.
 * - `unless-arrived`: a second call does more, so only one that certainly did not arrive is repeated.
 * - `never`: the person who signs decides.
 */
export type Repeat = 'safe' | 'unless-arrived' | 'never';

/** How a session waits. `sleep` and `now` are for tests, and for clocks that are known to be wrong. */
export interface Waiting {
  /** Attempts at most (4 by default), and for how long (30 s by default). `{ attempts: 1 }` never repeats a call. */
  retry?: { attempts?: number | undefined; patienceMs?: number | undefined } | undefined;
  /** Ends the call that is under way, which throws the signal's reason. */
  signal?: AbortSignal | undefined;
  sleep?: ((ms: number, signal?: AbortSignal) => Promise<unknown>) | undefined;
  /** Unix milliseconds. */
  now?: (() => number) | undefined;
}

const firstPauseMs = 300;

/**
 * Repeats an attempt until it succeeds, fails for good, or the time for it is over.
 *
 * @param attempt takes its number, from 1 on
 */
export async function withRetries<T>(
  waiting: Waiting,
  repeat: Repeat,
  attempt: (count: number) => Promise<T>,
): Promise<T> {
  const { retry: { attempts = 4, patienceMs = 30_000 } = {}, now = Date.now } = waiting;
  const until = now() + patienceMs;
  for (let count = 1; ; count++) {
    try {
      return await attempt(count);
    } catch (error) {
      if (count >= attempts || !isWorthRepeating(error, repeat)) throw error;
      const pauseMs = Math.max(retryAfterMsOf(error), jittered(firstPauseMs * 2 ** (count - 1)));
      if (now() + pauseMs > until) throw error;
      await pause(waiting, pauseMs);
    }
  }
}

/** @throws the signal's reason */
export async function pause({ sleep = sleepFor, signal }: Waiting, ms: number): Promise<void> {
  signal?.throwIfAborted();
  await sleep(ms, signal);
  signal?.throwIfAborted();
}

/** Half of the pause is random, so that clients that were refused together do not return together. */
const jittered = (ms: number) => ms * (0.5 + Math.random() / 2);

/** Reasons that do not change within seconds. */
const lasting: readonly unknown[] = [
  'host-not-found',
  'certificate-expired',
  'certificate-not-yet-valid',
  'certificate-of-other-host',
  'certificate-untrusted',
];

function isWorthRepeating(error: unknown, repeat: Repeat): boolean {
  if (repeat === 'never') return false;
  if (error instanceof RefusedError) {
    // With `try-again` the provider says that it changed nothing. Its other refusals are final, whatever their status.
    return error.code === 'try-again' || (!error.verified && isBusy(error.status, repeat));
  }
  if (!(error instanceof ExchangeError)) return false;
  if (error.code === 'answer-malformed') return isBusy(error.status, repeat);
  if (error.code !== 'unreachable' || lasting.includes(error.reason)) return false;
  return repeat === 'safe' || !error.mayHaveArrived;
}

/** A gateway's statuses. Only 429 says for certain that it passed nothing on. */
function isBusy(status: number | undefined, repeat: Repeat): boolean {
  return status === 429 || (repeat === 'safe' && status !== undefined && [502, 503, 504].includes(status));
}

function retryAfterMsOf(error: unknown): number {
  return error instanceof RefusedError || error instanceof ExchangeError ? (error.retryAfterMs ?? 0) : 0;
}

/** `Retry-After` (RFC 9110 section 10.2.3): seconds, or a date. */
export function retryAfterMs(headers: Headers, now: number): number | undefined {
  const text = headers.get('retry-after')?.trim() ?? '';
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  // RFC 9110 section 5.6.7: senders may write only this one of the three forms of a date.
  const at = /^[A-Z][a-z]{2}, .+ GMT$/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}

/** Waits, until a signal ends it. */
export function sleepFor(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((done, reject) => {
    const aborted = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', aborted);
      done();
    }, ms);
    signal?.addEventListener('abort', aborted, { once: true });
  });
}
