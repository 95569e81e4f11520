/** What the model knows of a case, and what becomes of it; model.ts says when. */
import type { Debt, Status } from '#core/cases/case.ts';
import type { Policy } from '#core/cases/policy.ts';
import type { Priority } from '#core/cases/request.ts';
import { receivedAt } from '../core/cases/cases.ts';
import { type Asked, officers, type ReviewerKey, type ScopeName } from './acts.ts';

export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;

interface Vote {
  person: string;
  key: ReviewerKey;
  scope?: ScopeName;
  policy: number;
}

interface Page {
  collection: number;
  page: number;
}

export interface Known {
  officer: string;
  priority: Priority;
  status: Status;
  received: number;
  /** Decisions that count. */
  votes: Vote[];
  /** What was opened, until when and how often it may be collected. */
  door?: { scope: ScopeName; opensOn: number; needed: number; until: number; collections: number };
  debts?: { due: number; owed: Debt[]; missed: Debt[] };
  isValidated: boolean;
  /** Undefined: not minted yet. */
  grants?: number;
  collections: number;
  pending?: (Page & { at: number }) | undefined;
  unfinished?: Page | undefined;
  /** Pages that were answered. */
  answers: number;
  firstAnswer?: number;
  lastAnswer: number;
  delayUntil?: number;
  renewals: number;
  told: number;
  isLate: boolean;
  /** How many quarters of the time for the answer are known to be over: 0, 2, 3 or 4. */
  quarters: number;
  /** The kinds of its entries. */
  log: string[];
}

export interface World {
  now: number;
  policy: number;
  revoked: Set<string>;
  cases: Known[];
}

export function beginning(asked: readonly Asked[]): World {
  const now = Date.parse(receivedAt);
  const cases = asked.map(
    ({ priority, delayDays }, i): Known => ({
      officer: officers[i] ?? '',
      priority,
      status: 'AwaitingApproval',
      received: now,
      votes: [],
      isValidated: false,
      collections: 0,
      answers: 0,
      lastAnswer: 0,
      ...(delayDays === 0 ? {} : { delayUntil: now + delayDays * day }),
      renewals: 0,
      told: 0,
      isLate: false,
      quarters: 0,
      log: ['request.received'],
    }),
  );
  return { now, policy: 0, revoked: new Set(), cases };
}

export const isOpen = (status: Status) => status === 'AwaitingDisclosure' || status === 'Disclosed';
export const isWaiting = (status: Status) => status === 'AwaitingApproval';

/** One scope has one name here, however it is spelled. */
export const plain = (scope: ScopeName): ScopeName => (scope === 'respelled' ? 'asked' : scope);
export const tooWide: readonly ScopeName[] = ['more subjects', 'another category', 'longer'];
export const hasTraffic = (scope: ScopeName) => scope !== 'phone only' && scope !== 'another category';

export const signed = ({ votes }: Known) => new Set(votes.map(({ person }) => person)).size;
export const owes = (it: Known, debt: Debt) => it.debts?.owed.includes(debt) === true;
export const isOverdue = ({ debts }: Known, now: number) =>
  debts !== undefined && debts.owed.length > 0 && now >= debts.due;

export const same = (a: Page | undefined, b: Page) => a?.collection === b.collection && a.page === b.page;
/** An intent announces for a quarter of an hour. */
export const isFresh = ({ pending }: Known, now: number) =>
  pending !== undefined && now < pending.at + 15 * minute;
export const opensOn = (it: Known, { approvals, emergency }: Policy) =>
  it.priority === 'Emergency' ? Math.min(approvals, emergency.approvals) : approvals;

export function openDoor(it: Known, scope: ScopeName, policy: Policy, now: number): void {
  it.status = 'AwaitingDisclosure';
  const needed = policy.approvals;
  it.door = {
    opensOn: opensOn(it, policy),
    scope,
    needed,
    until: now + policy.collectHours * hour,
    collections: policy.limits.collections,
  };
  if (it.priority !== 'Emergency') return;
  it.debts = { due: now + policy.emergency.debtHours * hour, owed: [], missed: [] };
  if (signed(it) < needed) it.debts.owed.push('second-signature');
  if (!it.isValidated) it.debts.owed.push('authorisation');
}

export function pay({ debts }: Known, debt: Debt): void {
  if (debts !== undefined) debts.owed = debts.owed.filter((other) => other !== debt);
}

export function close(it: Known, status: Status, kind: string): void {
  it.status = status;
  it.pending = undefined;
  it.log.push(kind);
}

export function disclose(it: Known, more: boolean, now: number): void {
  const { collection, page } = it.pending ?? { collection: 0, page: 0 };
  it.log.push('collection.completed');
  it.status = 'Disclosed';
  it.pending = undefined;
  it.collections = collection;
  const isRepeated = page > 1 && page <= (it.unfinished?.page ?? 1);
  if (!isRepeated) {
    it.answers++;
    it.firstAnswer ??= now;
    it.lastAnswer = now;
  }
  const reached = page === 1 ? 1 : Math.max(page, it.unfinished?.page ?? 1);
  it.unfinished = more ? { collection, page: reached } : undefined;
}

/** Since when the person should know of an answer that they were not told of. */
export function noticeDue(it: Known, now: number): number | undefined {
  if (it.firstAnswer === undefined || it.told === it.answers) return undefined;
  const since = Math.max(it.told === 0 ? it.firstAnswer : it.lastAnswer, it.delayUntil ?? 0);
  return now >= since ? since : undefined;
}

/** The clock comes by: keys that were revoked, then what time has run out for, then grants. */
export function clock(it: Known, world: World, inForce: Policy): void {
  const { now, revoked } = world;
  const lost = it.votes.filter(({ key }) => revoked.has(key));
  if (revoked.has(it.officer)) {
    if (isWaiting(it.status) || isOpen(it.status) || it.status === 'Suspended')
      close(it, 'Cancelled', 'case.cancelled');
  } else if (lost.length > 0 && isOpen(it.status)) close(it, 'Suspended', 'case.suspended');
  else if (lost.length > 0 && isWaiting(it.status)) {
    it.votes = it.votes.filter((vote) => !lost.includes(vote));
    it.log.push('decision.voided');
  }

  if (it.debts !== undefined && isOverdue(it, now) && it.debts.missed.length === 0) {
    if (isOpen(it.status)) {
      it.debts.missed = it.debts.owed;
      close(it, 'Suspended', 'emergency.overdue');
    } else if (it.answers > 0 && owes(it, 'authorisation')) {
      // Who was given something owes for it, however the case ended.
      it.debts.missed = ['authorisation'];
      it.log.push('emergency.overdue');
    }
  }
  const isOver = it.door !== undefined && now >= it.door.until;
  if (isOver && (isOpen(it.status) || it.status === 'Suspended')) close(it, 'Expired', 'case.expired');

  const allowed = inFull(it.priority);
  const quarters = Math.min(4, Math.floor(((now - it.received) * 4) / allowed));
  const isUnanswered = isWaiting(it.status) || it.status === 'AwaitingDisclosure';
  if (isUnanswered && it.grants === undefined && quarters >= 2 && quarters > it.quarters) {
    it.quarters = quarters;
    it.log.push('deadline.passed');
  }
  const due = noticeDue(it, now);
  if (due !== undefined && !it.isLate && now >= due + inForce.notice.graceHours * hour) {
    it.isLate = true;
    it.log.push('notice.overdue');
  }
  const usedUp = it.collections >= (it.door?.collections ?? 0) && it.unfinished === undefined;
  if ((it.grants ?? 0) > 0 && (!isOpen(it.status) || usedUp)) {
    it.grants = 0;
    it.log.push('grant.retired');
  }
}

/** Regulation (EU) 2023/1543 Art. 10: ten days, in an emergency eight hours. */
const inFull = (priority: Priority) => (priority === 'Emergency' ? 8 * hour : 10 * day);
