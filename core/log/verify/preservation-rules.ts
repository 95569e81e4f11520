import { timeOf } from '#core/instant.ts';
import type { EntryData } from '#core/log/kinds.ts';
import { SKEW_MS } from './case-state.ts';
import type { Here } from './here.ts';

/**
 * A preservation from its order to its end: what is kept is not released before its time. It is extended once, becomes
 * part of a request, or of another that is asked in place of that one, and says once for each end that it is kept.
 */
class PreservationSoFar {
  isOver = false;
  isExtended = false;
  /** The case that it is part of. */
  case = '';
  /** Whether an entry says that it is kept until its end. */
  isKept = false;
  /** Unix milliseconds; NaN where that is not known. */
  endsAt = Number.NaN;
}

/** What has ended is not changed any more, and is one object for all. */
const OVER = Object.assign(new PreservationSoFar(), { isOver: true });

/** Every preservation of a log, by its stream. */
export class PreservationRules {
  private readonly known = new Map<string, PreservationSoFar>();

  received({ endsAt }: EntryData<'preservation.received'>, here: Here): void {
    const order = this.known.get(here.stream.name) ?? new PreservationSoFar();
    this.known.set(here.stream.name, order);
    if (order.isOver) here.report('act-out-of-place', 'the preservation has ended');
    else if (here.n !== 1) here.report('act-out-of-place', 'a preservation is received once, at its start');
    else order.endsAt = timeOf(endsAt);
  }

  kept(here: Here): void {
    const order = this.open(here);
    if (order?.isKept === true)
      here.report('act-out-of-place', 'an entry before it says that it is kept until its end');
    if (order !== undefined) order.isKept = true;
  }

  extended({ endsAt }: EntryData<'preservation.extended'>, here: Here): void {
    const order = this.open(here);
    if (order === undefined) return;
    if (order.isExtended || order.case !== '')
      here.report('act-out-of-place', 'it was extended before, or is part of a request');
    order.isExtended = true;
    prolong(order, endsAt, here);
  }

  requested(data: EntryData<'preservation.requested'>, here: Here): void {
    const order = this.open(here);
    if (order === undefined) return;
    if (data.case === order.case) here.report('act-out-of-place', 'it is part of that request already');
    order.case = data.case;
    prolong(order, data.endsAt, here);
  }

  ended(here: Here): void {
    const order = this.open(here);
    if (order === undefined) return;
    if (here.at < order.endsAt - SKEW_MS) here.report('act-out-of-place', 'its time was not over');
    this.known.set(here.stream.name, OVER);
  }

  /** The preservation that the entry continues; undefined if it has ended. */
  private open(here: Here): PreservationSoFar | undefined {
    const { name } = here.stream;
    const order = this.known.get(name) ?? new PreservationSoFar();
    if (!this.known.has(name))
      here.report('request-missing', 'the preservation does not start with its order');
    this.known.set(name, order);
    if (!order.isOver) return order;
    here.report('act-out-of-place', 'the preservation has ended');
    return undefined;
  }
}

/** A preservation never ends sooner than it did before. */
function prolong(order: PreservationSoFar, until: string, here: Here): void {
  const endsAt = timeOf(until);
  if (here.at >= order.endsAt + SKEW_MS) here.report('act-out-of-place', 'its time was over');
  if (endsAt < order.endsAt) here.report('act-out-of-place', 'it would end sooner than before');
  if (endsAt !== order.endsAt) order.isKept = false;
  order.endsAt = endsAt;
}
