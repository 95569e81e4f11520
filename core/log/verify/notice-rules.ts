import { parseInstant } from '#core/instant.ts';
import { type CaseSoFar, isEnded, over, type Report, SKEW_MS } from './case-state.ts';
import { type EntryReader, type Kind, member } from './entry-reader.ts';

/**
 * Telling the person: of what was disclosed and not before, and not while they are not to know. Somebody who learns too
 * early may flee, or endanger a witness. core/cases/notice.ts, read backwards.
 *
 * All of this may come after a case ended. Of one that ended before anything was disclosed nothing is kept, so a delay
 * that is put off there is not checked: nobody will be told.
 */
const RECEIVED_DELAY = member('request.received', 'delayUntil');

export function delayOf(entry: EntryReader): number {
  return delayIn(entry, RECEIVED_DELAY);
}

/** Absent, it is over since ever; what is no instant never is. */
function delayIn(entry: EntryReader, place: number): number {
  const text = entry.text(place);
  // As the agency wrote it, with a fraction or without.
  return text === '' ? Number.NEGATIVE_INFINITY : Date.parse(parseInstant(text) ?? '');
}

export function sent(it: CaseSoFar, entry: EntryReader, report: Report): CaseSoFar {
  checkUntold(it, report);
  if (!(entry.at >= it.delayUntil - SKEW_MS))
    report('notice-early', 'the person was told before the delay had ended');
  const { phase } = it;
  if (phase === 'closed' || phase === 'suspended') return over({ ...it, told: it.answers }, phase, entry.at);
  it.told = it.answers;
  return it;
}

const DELAYED_UNTIL = member('notice.delayed', 'delayUntil');

export function delayed(it: CaseSoFar, entry: EntryReader, report: Report): CaseSoFar {
  if (isEnded(it) && it.answers === 0) return it;
  if (it.told > 0) report('act-out-of-place', 'the person was told');
  else if (entry.at >= it.delayUntil + SKEW_MS) report('act-out-of-place', 'the delay had ended');
  else it.delayUntil = delayIn(entry, DELAYED_UNTIL);
  return it;
}

/** There is something that the person was not told. */
export function checkUntold(it: CaseSoFar, report: Report): CaseSoFar {
  if (it.answers <= it.told) report('act-out-of-place', 'there is nothing to tell of');
  return it;
}

export const noticeActs: readonly (readonly [Kind, Act])[] = [
  ['notice.sent', sent],
  ['notice.delayed', delayed],
  ['notice.overdue', (it, _, report) => checkUntold(it, report)],
  ['notice.addressed', addressed],
];

/** Whom to tell is said once there is a notice. */
function addressed(it: CaseSoFar, _: EntryReader, report: Report): CaseSoFar {
  if (it.told === 0) report('act-out-of-place', 'there is no notice');
  return it;
}

type Act = (it: CaseSoFar, entry: EntryReader, report: Report) => CaseSoFar;
