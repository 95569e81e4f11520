import { ExchangeError, RefusedError } from './errors.ts';

/**
 * Asking again, only where that is safe. A signature is accepted once, so each attempt is signed anew; what the
 * provider knows by its reference, or does not change, may be asked twice, and a decision may not: whether the first one
 * stands is for a person to look up.
 */

/**
 * - `safe`: a second time does nothing more than the first.
 * - `unless-arrived`: it does, so only what certainly came to nothing is repeated.
 * - `never`: whoever signs it decides.
 */
export type Repeat = 'safe' | 'unless-arrived' | 'never';

/** How a session waits. `sleep` and `now` are for tests, and for clocks that are known to be wrong. */
export interface Waiting {
  /** How often is asked at most, 4 unless told, and for how long, 30 s: `{ attempts: 1 }` never asks again. */
  retry?: { attempts?: number | undefined; patienceMs?: number | undefined } | undefined;
  /** Ends whatever is under way; what it throws is the signal's reason. */
  signal?: AbortSignal | undefined;
  sleep?: ((ms: number, signal?: AbortSignal) => Promise<unknown>) | undefined;
  /** Unix milliseconds. */
  now?: (() => number) | undefined;
}

const firstPauseMs = 300;

/**
 * Attempts something until it succeeds, fails for good, or patience ends.
 *
 * @param attempt is told the how manieth it is, from 1 on
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

/** Half of it by chance, so that those who were turned away together do not come back together. */
const jittered = (ms: number) => ms * (0.5 + Math.random() / 2);

/** Reasons that are the same in a second. */
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
    // The provider says itself that nothing was changed. Its other refusals stay as they are, whatever their status.
    return error.code === 'try-again' || (!error.verified && isBusy(error.status, repeat));
  }
  if (!(error instanceof ExchangeError)) return false;
  if (error.code === 'answer-malformed') return isBusy(error.status, repeat);
  if (error.code !== 'unreachable' || lasting.includes(error.reason)) return false;
  return repeat === 'safe' || !error.mayHaveArrived;
}

/** What gateways say. Only one that turned a call away, 429, certainly passed nothing on. */
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
  // Of three forms of a date only this one may still be written.
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
