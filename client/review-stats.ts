import { openStatuses } from '#core/cases/case.ts';
import type { ReviewLine } from '#core/cases/review.ts';
import { scopeText } from '#core/cases/scope.ts';
import { medianOf } from '#core/median.ts';

/** What a reviewer, or the whole desk, decided and how fast: made of the lists that every reviewer may read. */
export interface Stats {
  /** Approvals, those that count no more among them. */
  approved: number;
  /** Of those that count: of less than what was asked. */
  narrowed: number;
  /** Of the approvals: those that count no more. */
  superseded: number;
  /** Cases that are or were open under an approval of theirs. */
  opened: number;
  rejected: number;
  suspended: number;
  /** From the receipt of a request to their first decision, in minutes; undefined where there is none. */
  medianMinutes?: { routine?: number; emergency?: number };
}

/** @param since only decisions of this instant or later */
export function statsOf(reviews: readonly ReviewLine[], reviewer: string, since?: string): Stats {
  const isMine = (made: { reviewer: string; at: string }) =>
    made.reviewer === reviewer && (since === undefined || Date.parse(made.at) >= Date.parse(since));
  const stats: Stats = { approved: 0, narrowed: 0, superseded: 0, opened: 0, rejected: 0, suspended: 0 };
  const minutes: Record<ReviewLine['priority'], number[]> = { Routine: [], Emergency: [] };
  for (const review of reviews) {
    const decisions = review.decisions.filter(isMine);
    const superseded = (review.superseded ?? []).filter(isMine);
    const suspended = review.suspension !== undefined && isMine(review.suspension);
    const approvals = decisions.filter(({ decision }) => decision === 'approve');
    stats.approved += approvals.length + superseded.length;
    stats.narrowed += approvals.filter((approval) => isNarrower(approval, review)).length;
    stats.superseded += superseded.length;
    stats.opened += Number(approvals.length > 0 && wasOpened(review));
    stats.rejected += decisions.length - approvals.length;
    stats.suspended += Number(suspended);
    const first = firstOf([...decisions, ...superseded]);
    if (first !== undefined) minutes[review.priority].push(minutesBetween(review.receivedAt, first));
  }
  const [routine, emergency] = [median(minutes.Routine), median(minutes.Emergency)];
  if (routine === undefined && emergency === undefined) return stats;
  return {
    ...stats,
    medianMinutes: {
      ...(routine === undefined ? {} : { routine }),
      ...(emergency === undefined ? {} : { emergency }),
    },
  };
}

/** A case has a scope once it was opened, however it ended. */
const wasOpened = ({ status, scope }: ReviewLine) => openStatuses.includes(status) || scope !== undefined;

const isNarrower = ({ scope }: ReviewLine['decisions'][number], { asked }: ReviewLine) =>
  scope !== undefined && scopeText(scope) !== scopeText(asked);

/** The middle one, to the nearest whole number. */
export function median(values: readonly number[]): number | undefined {
  const exact = medianOf(values);
  return exact === undefined ? undefined : Math.round(exact);
}

/** Times, in minutes: how many there are, the middle one, and the one that nine in ten do not pass. */
export interface Spread {
  count: number;
  median: number;
  ninth: number;
}

/** @returns undefined where there is none */
export function spreadOf(minutes: readonly number[]): Spread | undefined {
  const middle = median(minutes);
  // By the nearest rank: a time that a case really took.
  const ninth = minutes.toSorted((a, b) => a - b)[Math.ceil(minutes.length * 0.9) - 1];
  if (middle === undefined || ninth === undefined) return undefined;
  return { count: minutes.length, median: middle, ninth: Math.round(ninth) };
}

/** What some cases amount to. */
export interface Figures {
  cases: number;
  /** From receipt to the first decision: of whoever is meant. */
  toFirst: Spread | undefined;
  /** From receipt to the approval that opened the case. */
  toOpening: Spread | undefined;
  /** Approvals that count, and those of them that are of less than what was asked. */
  approvals: number;
  narrowed: number;
  rejections: number;
  /** Not decided, and past their time. */
  overdue: number;
  /** Decided, and only after their time. */
  late: number;
}

export interface Counting {
  /** As of when a case is overdue, in milliseconds. */
  now: number;
  /** Signatures that open an emergency, by the policy. */
  emergencyApprovals: number;
  /** Only cases that this reviewer decided, and only their decisions. */
  reviewer?: string | undefined;
}

export function figuresOf(reviews: readonly ReviewLine[], counting: Counting): Figures {
  const { reviewer, now } = counting;
  const isMeant = (made: { reviewer: string }) => reviewer === undefined || made.reviewer === reviewer;
  const figures = { cases: 0, approvals: 0, narrowed: 0, rejections: 0, overdue: 0, late: 0 };
  const firsts: number[] = [];
  const openings: number[] = [];
  for (const review of reviews) {
    const { receivedAt, dueAt, decisions, superseded = [], due } = review;
    const own = decisions.filter(isMeant);
    const first = firstOf([...own, ...superseded.filter(isMeant)]);
    if (reviewer !== undefined && first === undefined) continue;
    const approvals = own.filter(({ decision }) => decision === 'approve');
    const opened = openedAt(review, counting.emergencyApprovals);
    const rejected = decisions.find(({ decision }) => decision === 'reject')?.at;
    const answered = opened ?? (rejected === undefined ? undefined : Date.parse(rejected));
    // While the agency is asked, the time may stand still.
    const isWaiting = review.status === 'AwaitingApproval' && due?.since === undefined;
    figures.cases++;
    figures.approvals += approvals.length;
    figures.narrowed += approvals.filter((approval) => isNarrower(approval, review)).length;
    figures.rejections += own.length - approvals.length;
    figures.overdue += Number(isWaiting && Date.parse(dueAt) < now);
    figures.late += Number(answered !== undefined && answered > Date.parse(dueAt));
    if (first !== undefined) firsts.push(minutesBetween(receivedAt, first));
    if (opened !== undefined) openings.push(minutesBetween(receivedAt, opened));
  }
  return { ...figures, toFirst: spreadOf(firsts), toOpening: spreadOf(openings) };
}

/** When the last signature came that it took to open a case; undefined where it was not opened, or the approvals count no more. */
export function openedAt(review: ReviewLine, emergencyApprovals: number): number | undefined {
  if (!wasOpened(review)) return undefined;
  const needed = review.priority === 'Emergency' ? emergencyApprovals : review.approvalsNeeded;
  const approvals = review.decisions
    .filter(({ decision }) => decision === 'approve')
    .map(({ at }) => Date.parse(at))
    .toSorted((a, b) => a - b);
  return approvals[needed - 1];
}

const firstOf = (made: readonly { at: string }[]): number | undefined =>
  made.length === 0 ? undefined : Math.min(...made.map(({ at }) => Date.parse(at)));

const minutesBetween = (from: string, to: number) => (to - Date.parse(from)) / 60_000;
