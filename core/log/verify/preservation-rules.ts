import { z } from 'zod';
import { timeOf } from '#core/instant.ts';
import type { EntryData, Kind } from '#core/log/kinds.ts';
import { mostPreservationDays } from '#core/log/limits.ts';
import { SKEW_MS } from './case-state.ts';
import type { Here } from './here.ts';
import { storedTime } from './stored.ts';

/**
 * A preservation from its order to its end: what is kept is not released before its time. It is extended once, becomes
 * part of a request, or of another that is asked in place of that one, and says once for each end that it is kept.
 */
export class PreservationSoFar {
  isOver = false;
  isForgotten = false;
  isExtended = false;
  /** The case that it is part of. */
  case = '';
  /** Whether an entry says that it is kept until its end. */
  isKept = false;
  /** Whether it is a request's own, and ends with that. */
  isOfRequest = false;
  /** Unix milliseconds; NaN where that is not known. */
  endsAt = Number.NaN;
  /** It never ends later than this, in Unix milliseconds. */
  latestEnd = Number.POSITIVE_INFINITY;
}

/** What has ended is not changed any more, and is one object for all. */
export const OVER = Object.assign(new PreservationSoFar(), { isOver: true });

/** And what is forgotten is another. */
export const FORGOTTEN = Object.assign(new PreservationSoFar(), { isOver: true, isForgotten: true });

export const storedPreservation = z
  .strictObject({
    isOver: z.boolean(),
    isForgotten: z.boolean(),
    isExtended: z.boolean(),
    case: z.string(),
    isKept: z.boolean(),
    isOfRequest: z.boolean(),
    endsAt: storedTime,
    latestEnd: storedTime,
  })
  .partial();

export type PreservationAct<K extends Kind> = (
  order: PreservationSoFar,
  data: EntryData<K>,
  here: Here,
) => void;

export const received: PreservationAct<'preservation.received'> = (order, data, here) => {
  const { endsAt, latestEnd, agency, key } = data;
  here.signers.asked(key, agency, here);
  if (here.n !== 1) {
    here.report('act-out-of-place', 'a preservation is received once, at its start');
    return;
  }
  // Whatever the policy was: nothing is kept for longer.
  const most = here.at + mostPreservationDays * 86_400_000;
  order.isOfRequest = data.case !== undefined;
  order.case = data.case ?? '';
  order.endsAt = timeOf(endsAt);
  order.latestEnd = latestEnd === undefined ? most : timeOf(latestEnd);
  if (!(order.latestEnd <= most + SKEW_MS && order.endsAt <= order.latestEnd))
    here.report('act-out-of-place', 'it would last longer than a preservation may');
};

export const kept: PreservationAct<'preservation.kept'> = (order, _, here) => {
  if (order.isKept) here.report('act-out-of-place', 'an entry before it says that it is kept until its end');
  order.isKept = true;
};

export const extended: PreservationAct<'preservation.extended'> = (order, { endsAt }, here) => {
  if (order.isExtended || order.case !== '')
    here.report('act-out-of-place', 'it was extended before, or is part of a request');
  order.isExtended = true;
  prolong(order, endsAt, here);
};

export const requested: PreservationAct<'preservation.requested'> = (order, data, here) => {
  if (order.isOfRequest) here.report('act-out-of-place', 'it is a request’s own');
  else if (data.case === order.case) here.report('act-out-of-place', 'it is part of that request already');
  order.case = data.case;
  prolong(order, data.endsAt, here);
};

export const ended: PreservationAct<'preservation.ended'> = (order, _, here) => {
  // A request's own ends as soon as that is answered, refused or withdrawn.
  if (!order.isOfRequest && here.at < order.endsAt - SKEW_MS)
    here.report('act-out-of-place', 'its time was not over');
  order.isOver = true;
};

/** A preservation never ends sooner than it did before. */
function prolong(order: PreservationSoFar, until: string, here: Here): void {
  const endsAt = timeOf(until);
  if (here.at >= order.endsAt + SKEW_MS) here.report('act-out-of-place', 'its time was over');
  if (endsAt < order.endsAt) here.report('act-out-of-place', 'it would end sooner than before');
  if (!(endsAt <= order.latestEnd)) here.report('act-out-of-place', 'it would last longer than it ever may');
  if (endsAt !== order.endsAt) order.isKept = false;
  order.endsAt = endsAt;
}
