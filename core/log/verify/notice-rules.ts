import { parseInstant } from '#core/instant.ts';
import type { EntryData } from '#core/log/kinds.ts';
import { type CaseSoFar, isEnded } from './case-state.ts';
import { type Here, SKEW_MS } from './here.ts';

/**
 * Notifying the person: of what was disclosed and not before, and not while the notice is delayed. A person who learns
 * too early may flee, or endanger a witness.
 *
 * All of this may come after a case ended. Of a case that ended with nothing disclosed nothing is kept, so a further
 * delay is not checked there: nobody will be notified.
 */

/** Until when a notice is delayed, in Unix milliseconds: without a delay since ever, and for what is no instant never. */
export function delayOf(delayUntil: string | undefined): number {
  if (delayUntil === undefined || delayUntil === '') return Number.NEGATIVE_INFINITY;
  return Date.parse(parseInstant(delayUntil) ?? '');
}

export function sent(current: CaseSoFar, _: unknown, here: Here): void {
  checkUnnotified(current, _, here);
  if (!(here.at >= current.delayUntil - SKEW_MS))
    here.report('notice-early', 'the person was told before the delay had ended');
  current.notified = current.answers;
}

export function delayed(current: CaseSoFar, { delayUntil }: EntryData<'notice.delayed'>, here: Here): void {
  if (isEnded(current) && current.answers === 0) return;
  if (current.notified > 0) here.report('act-out-of-place', 'the person was told');
  else if (here.at >= current.delayUntil + SKEW_MS) here.report('act-out-of-place', 'the delay had ended');
  else current.delayUntil = delayOf(delayUntil);
}

/** Something was disclosed that the person was not notified of. */
export function checkUnnotified(current: CaseSoFar, _: unknown, here: Here): void {
  if (current.answers <= current.notified) here.report('act-out-of-place', 'there is nothing to tell of');
}

/** The provider learns whom to notify once there is a notice. */
export function addressed(current: CaseSoFar, _: unknown, here: Here): void {
  if (current.notified === 0) here.report('act-out-of-place', 'there is no notice');
}
