import { SKEW_SECONDS } from '#core/signature/profile.ts';
import { type Check, ok, unknown, wrong } from './check.ts';

/** One exchange: when it began and ended by this machine's clock, and what the answer's `Date` and `Age` said. */
export interface Timing {
  beganMs: number;
  endedMs: number;
  date: string | undefined;
  age: string | undefined;
}

/**
 * How far this machine's clock is ahead of the server's, in milliseconds; negative: behind. The result is two bounds,
 * since `Date` has whole seconds and the server wrote it at some moment of the round trip.
 */
export function skewOf({
  beganMs,
  endedMs,
  date,
  age = '0',
}: Timing): { from: number; to: number } | undefined {
  const saidMs = Date.parse(date ?? '') + 1000 * Number(age);
  if (Number.isNaN(saidMs)) return undefined;
  return { from: beganMs - (saidMs + 1000), to: endedMs - saidMs };
}

/** A smaller difference may come from whole seconds and the round trip. */
const WORTH_SAYING_MS = 2000;
const TOLERATED_MS = 1000 * SKEW_SECONDS;

/**
 * Whether the provider accepts signatures by this clock, and this machine accepts answers by the provider's: either may
 * lie as far in the future as the wire tolerates.
 */
export function clockCheck(timing: Timing): Check {
  const name = 'clock';
  const skew = skewOf(timing);
  if (skew === undefined)
    return unknown(name, 'the answer has no Date to compare with', 'compare the clock with a time server');
  const { from, to } = skew;
  const next = 'set this machine’s clock, by a time server (NTP)';
  const tolerated = `the wire tolerates ${SKEW_SECONDS} s`;
  if (from > TOLERATED_MS) return wrong(name, `ahead by ${seconds(from)} or more; ${tolerated}`, next);
  if (to < -TOLERATED_MS) return wrong(name, `behind by ${seconds(-to)} or more; ${tolerated}`, next);
  if (to > TOLERATED_MS && from < -TOLERATED_MS)
    return unknown(name, 'the answer took too long to tell', 'try again over a better line');
  if (from > WORTH_SAYING_MS) return ok(name, `ahead by about ${seconds(from)}, which is tolerated`);
  if (to < -WORTH_SAYING_MS) return ok(name, `behind by about ${seconds(-to)}, which is tolerated`);
  return ok(name, 'as the provider’s, to a second or two');
}

function seconds(ms: number): string {
  const whole = Math.round(ms / 1000);
  return whole < 120 ? `${whole} s` : `${Math.round(whole / 60)} min`;
}
