import { canonicalInstant } from '#core/instant.ts';
import { calendarOf } from './calendar.ts';
import { type Case, isAsked } from './case.ts';
import { addStopped, count, stoppedBetween, type Term } from './deadline.ts';
import { CaseError } from './errors.ts';
import { type Basis, linesFor, type Policy } from './policy.ts';
import type { Request } from './request.ts';
import { may, type Outcome, step } from './transitions.ts';

/**
 * The time that a case has: until when it is to be answered, when that time stands still, and when a case that nobody
 * decides ends. How a period is counted is in deadline.ts; by which days, in the policy.
 */
/** What a case keeps of it: it goes by the terms that it was received under, whatever policy comes after. */
export type CaseTime = NonNullable<Case['time']>;

/** An order may ask for an answer so many days ahead, where no lifetime of the case bounds it. */
const mostStatedDays = 366;

/** The periods that a request falls under: of each line that takes it, its own or the policy's. */
function periodsOf(
  { priority, categories: asked }: Pick<Request, 'priority' | 'categories'>,
  basis: Basis,
  policy: Policy,
): (Term | 'as-stated')[] {
  const usual = policy.deadlines[priority];
  const lines = asked.flatMap((category) => linesFor({ ...basis, priority }, category, policy));
  const own = lines.map(({ deadline }) => deadline ?? usual);
  return own.length === 0 ? [usual] : own;
}

/**
 * A case's time begins with its receipt. Under several periods, the one that is over first counts.
 *
 * @throws CaseError answer-by-out-of-range
 */
export function beginTime(
  request: Pick<Request, 'priority' | 'categories' | 'instrument'>,
  basis: Basis,
  policy: Policy,
  at: string,
): { dueAt: string; time: CaseTime } {
  const calendar = calendarOf(policy);
  const { lifetimeDays, deadlines } = policy;
  const stops = deadlines.stops === true ? { stops: true as const } : {};
  const endsAt = lifetimeDays === undefined ? undefined : count(at, { days: lifetimeDays }, calendar).dueAt;
  const ends = endsAt === undefined ? {} : { endsAt };
  const stated = statedBy(request, at, endsAt ?? count(at, { days: mostStatedDays }, calendar).dueAt);
  const [first, ...others] = periodsOf(request, basis, policy).map((period) => {
    if (period === 'as-stated' && stated !== undefined) return { dueAt: stated, time: {} };
    const term = period === 'as-stated' ? deadlines[request.priority] : period;
    return { dueAt: count(at, term, calendar).dueAt, time: { term } };
  });
  if (first === undefined) throw new Error('a request falls under no period');
  const { dueAt, time } = others.reduce((soonest, one) => (one.dueAt < soonest.dueAt ? one : soonest), first);
  return { dueAt, time: { ...time, ...stops, ...ends } };
}

/** @throws CaseError answer-by-out-of-range */
function statedBy(
  { instrument }: Pick<Request, 'instrument'>,
  at: string,
  latest: string,
): string | undefined {
  if (instrument.answerBy === undefined) return undefined;
  const stated = canonicalInstant(instrument.answerBy);
  if (stated <= at || stated > latest) throw new CaseError('answer-by-out-of-range');
  return stated;
}

/** Whether the time stands still: the agency was asked for information, and has not answered. */
export function isStopped(current: Pick<Case, 'information' | 'time'>): boolean {
  return current.time?.stops === true && isAsked(current);
}

/**
 * The agency answered: what was left of the time when it was asked is left now. Time that was over when it was asked does
 * not come back. The days are those of the calendar that is in force, and nothing is due sooner for it.
 *
 * @param at when the answer came
 */
export function resumed(current: Case, at: string, policy: Policy): Pick<Case, 'dueAt' | 'time'> {
  const { dueAt, time, receivedAt, information } = current;
  if (time === undefined || information === undefined || !isStopped(current) || information.askedAt >= dueAt)
    return { dueAt, ...(time === undefined ? {} : { time }) };
  const calendar = calendarOf(policy);
  const more = stoppedBetween({ receivedAt, from: information.askedAt, to: at }, calendar);
  if (more.days === 0 && more.seconds === 0) return { dueAt, time };
  const stopped = addStopped(time.stopped, more);
  const later =
    time.term === undefined
      ? new Date(Date.parse(dueAt) + more.seconds * 1000).toISOString()
      : count(receivedAt, time.term, calendar, stopped).dueAt;
  return { dueAt: later > dueAt ? later : dueAt, time: { ...time, stopped } };
}

/** How much of the time for the answer is over at an instant: 1 is all of it. It stands still where that does. */
export function shareOver(current: Case, at: string): number {
  const { receivedAt, dueAt, information, time } = current;
  const stopped = (time?.stopped?.seconds ?? 0) * 1000;
  const asked = isStopped(current) ? Date.parse(information?.askedAt ?? at) : Number.POSITIVE_INFINITY;
  const from = Date.parse(receivedAt) + stopped;
  return (Math.min(Date.parse(at), asked) - from) / (Date.parse(dueAt) - from);
}

/** When a case that nobody decides ends: never before its answer is due. Undefined: never. */
export function undecidedUntil({ time, dueAt }: Pick<Case, 'time' | 'dueAt'>): string | undefined {
  const endsAt = time?.endsAt;
  return endsAt === undefined || endsAt > dueAt ? endsAt : dueAt;
}

/** Nobody decided the case in its lifetime: nothing is preserved for it any more. Undefined while that is not over. */
export function endUndecided(current: Case, at: string): Outcome | undefined {
  const until = undecidedUntil(current);
  if (until === undefined || at < until || !may(current, 'end-undecided')) return undefined;
  const [status, because] = ['Expired', 'undecided'] as const;
  const next: Case = { ...current, status, reason: because };
  return step(current, 'end-undecided', next, { kind: 'case.expired', data: { status, because } });
}
