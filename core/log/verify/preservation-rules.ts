import { type Report, SKEW_MS } from './case-state.ts';
import { type EntryReader, type Kind, member } from './entry-reader.ts';

/**
 * A preservation from its order to its end: what is kept is not let go of before its time. It is extended once, becomes
 * part of a request, or of another that is asked in place of that one, and says that it is kept once for each end that
 * it had. core/cases/preservation.ts, read backwards.
 */
export interface PreservationSoFar {
  isOver: boolean;
  isExtended: boolean;
  /** The case that it is part of. */
  case: string;
  /** Whether it said that it is kept until its end. */
  isKept: boolean;
  /** Unix milliseconds; NaN where that is not known. */
  endsAt: number;
}

const begun = (): PreservationSoFar => ({
  isOver: false,
  isExtended: false,
  case: '',
  isKept: false,
  endsAt: Number.NaN,
});
/** What has ended is not changed any more, and is one for all. */
const OVER: PreservationSoFar = { ...begun(), isOver: true };

type Act = (it: PreservationSoFar, entry: EntryReader, report: Report) => PreservationSoFar;

/** Every kind of entry that is of preservations and no others, and what it does to one. */
export const preservationActs: ReadonlyMap<Kind, Act> = new Map<Kind, Act>([
  ['preservation.received', received],
  ['preservation.kept', kept],
  ['preservation.extended', extended],
  ['preservation.requested', requested],
  ['preservation.ended', ended],
]);

/** The next entry of a preservation. @param it undefined before its first */
export function followPreservation(
  it: PreservationSoFar | undefined,
  act: Act,
  entry: EntryReader,
  report: Report,
): PreservationSoFar {
  if (it === undefined && act !== received)
    report('request-missing', 'the preservation does not start with its order');
  if (it?.isOver === true) {
    report('act-out-of-place', 'the preservation has ended');
    return it;
  }
  return act(it ?? begun(), entry, report);
}

const RECEIVED = { endsAt: member('preservation.received', 'endsAt') };

function received(it: PreservationSoFar, entry: EntryReader, report: Report): PreservationSoFar {
  if (entry.n !== 1) report('act-out-of-place', 'a preservation is received once, at its start');
  else it.endsAt = entry.instant(RECEIVED.endsAt);
  return it;
}

function kept(it: PreservationSoFar, _: EntryReader, report: Report): PreservationSoFar {
  if (it.isKept) report('act-out-of-place', 'that it is kept until its end was told before');
  it.isKept = true;
  return it;
}

const EXTENDED = { endsAt: member('preservation.extended', 'endsAt') };

function extended(it: PreservationSoFar, entry: EntryReader, report: Report): PreservationSoFar {
  if (it.isExtended || it.case !== '')
    report('act-out-of-place', 'it was extended before, or is part of a request');
  it.isExtended = true;
  return lasting(it, entry, entry.instant(EXTENDED.endsAt), report);
}

const REQUESTED = {
  case: member('preservation.requested', 'case'),
  endsAt: member('preservation.requested', 'endsAt'),
};

function requested(it: PreservationSoFar, entry: EntryReader, report: Report): PreservationSoFar {
  if (entry.isText(REQUESTED.case, it.case)) report('act-out-of-place', 'it is part of that request already');
  it.case = entry.text(REQUESTED.case);
  return lasting(it, entry, entry.instant(REQUESTED.endsAt), report);
}

/** It lasts longer, or as long: never does it end sooner. */
function lasting(
  it: PreservationSoFar,
  entry: EntryReader,
  endsAt: number,
  report: Report,
): PreservationSoFar {
  if (entry.at >= it.endsAt + SKEW_MS) report('act-out-of-place', 'its time was over');
  if (endsAt < it.endsAt) report('act-out-of-place', 'it would end sooner than before');
  if (endsAt !== it.endsAt) it.isKept = false;
  it.endsAt = endsAt;
  return it;
}

function ended(it: PreservationSoFar, entry: EntryReader, report: Report): PreservationSoFar {
  if (entry.at < it.endsAt - SKEW_MS) report('act-out-of-place', 'its time was not over');
  return OVER;
}
