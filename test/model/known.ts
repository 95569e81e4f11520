/** What the model knows of a case, and what becomes of it; model.ts says when. */
import type { Obligation, Status, SupersededReason } from '#core/cases/case.ts';
import type { AuthoriserRole, Policy } from '#core/cases/policy.ts';
import type { Priority } from '#core/cases/request.ts';
import { receivedAt } from '../core/cases/cases.ts';
import { type Asked, officers, type ReviewerKey, type ScopeName } from './acts.ts';
import type { KnownOrder } from './custody.ts';
import type { Talk } from './dialogue.ts';
import { embargoAt, type KnownEmbargo, lacksValidation, revealIfDue } from './embargo.ts';
import type { Telling } from './notice.ts';
import { begun, consentGone, held, type KnownNotified } from './notified.ts';
import { endOf, quartersOf } from './time.ts';

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

export interface Known extends Telling {
  officer: string;
  role: AuthoriserRole;
  priority: Priority;
  status: Status;
  received: number;
  /** Decisions that count. */
  votes: Vote[];
  /** Of each approval that ceased to count, why. */
  superseded: SupersededReason[];
  /** What was opened, until when and how often it may be collected. */
  opening?: {
    scope: ScopeName;
    policy: number;
    opensOn: number;
    needed: number;
    until: number;
    collections: number;
  };
  debts?: { due: number; owed: Obligation[]; missed: Obligation[] };
  isValidated: boolean;
  /** Undefined: not minted yet. */
  grants?: number;
  collections: number;
  pending?: (Page & { at: number }) | undefined;
  unfinished?: Page | undefined;
  /** Pages that were answered. */
  answers: number;
  lastAnswer: number;
  delayUntil?: number;
  renewals: number;
  notified: number;
  isLate: boolean;
  /** The enforcing authority that was notified. */
  authority?: KnownNotified;
  /** What the log withholds of it still. */
  embargo?: KnownEmbargo;
  /** How many quarters of the time for the answer are known to be over: 0, 2, 3 or 4. */
  quarters: number;
  /** Who says that they work on it, until when. */
  claim?: { person: string; until: number } | undefined;
  order: KnownOrder;
  notes: number;
  /** What is said between the desk and the agency; see dialogue.ts. */
  talk: Talk;
  /** What the desk asked, and what the agency answered. */
  questions: number;
  informed: number;
  /** Since when the desk waits for an answer, and how long its time stood still before. */
  askedAt?: number | undefined;
  stopped: { days: number; ms: number };
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
  const cases = asked.map(({ priority, delayDays, mode, order = 'optional', notified, role }, i): Known => {
    const known: Known = {
      mode,
      isSaid: false,
      officer: officers[i] ?? '',
      role,
      ...embargoAt(now, delayDays),
      priority,
      status: 'AwaitingApproval',
      received: now,
      votes: [],
      superseded: [],
      isValidated: false,
      collections: 0,
      answers: 0,
      lastAnswer: 0,
      ...(delayDays === 0 ? {} : { delayUntil: now + delayDays * day }),
      renewals: 0,
      notified: 0,
      isLate: false,
      quarters: 0,
      order: { terms: order, isHere: false },
      notes: 0,
      talk: { letters: { desk: 0, agency: 0 } },
      questions: 0,
      informed: 0,
      stopped: { days: 0, ms: 0 },
      log: ['request.received'],
    };
    return notified === true ? { ...known, authority: begun(known) } : known;
  });
  return { now, policy: 0, revoked: new Set(), cases };
}

export const isOpen = (status: Status) => status === 'AwaitingDisclosure' || status === 'Disclosed';
export const isWaiting = (status: Status) => status === 'AwaitingApproval';

/** One scope has one name here, however it is spelled. */
export const plain = (scope: ScopeName): ScopeName => (scope === 'respelled' ? 'asked' : scope);
export const tooWide: readonly ScopeName[] = ['more subjects', 'another category', 'longer'];
export const hasTraffic = (scope: ScopeName) => scope !== 'phone only' && scope !== 'another category';

export const signed = ({ votes }: Known) => new Set(votes.map(({ person }) => person)).size;
export const owes = (known: Known, debt: Obligation) => known.debts?.owed.includes(debt) === true;
export const isOverdue = ({ debts }: Known, now: number) =>
  debts !== undefined && debts.owed.length > 0 && now >= debts.due;

/** Who claims it now. Closed, it is nobody's. */
export const claimer = ({ claim, status }: Known, now: number) =>
  claim !== undefined && now < claim.until && (isWaiting(status) || isOpen(status))
    ? claim.person
    : undefined;

export const same = (a: Page | undefined, b: Page) => a?.collection === b.collection && a.page === b.page;
/** An intent announces for a quarter of an hour. */
export const isFresh = ({ pending }: Known, now: number) =>
  pending !== undefined && now < pending.at + 15 * minute;
export const opensOn = (known: Known, { approvals, emergency }: Policy) =>
  known.priority === 'Emergency' ? Math.min(approvals, emergency.approvals) : approvals;

export function openCase(
  known: Known,
  scope: ScopeName,
  { now, policy: under }: World,
  policy: Policy,
): void {
  known.status = 'AwaitingDisclosure';
  const needed = policy.approvals;
  known.opening = {
    scope,
    policy: under,
    opensOn: opensOn(known, policy),
    needed,
    until: now + policy.collectHours * hour,
    collections: policy.limits.collections,
  };
  if (known.priority !== 'Emergency') return;
  known.debts = { due: now + policy.emergency.debtHours * hour, owed: [], missed: [] };
  if (signed(known) < needed) known.debts.owed.push('second-signature');
  if (lacksValidation(known, policy)) known.debts.owed.push('authorisation');
}

export function pay({ debts }: Known, debt: Obligation): void {
  if (debts !== undefined) debts.owed = debts.owed.filter((other) => other !== debt);
}

export function close(known: Known, status: Status, kind: string): void {
  known.status = status;
  known.pending = undefined;
  known.log.push(kind);
}

export function disclose(known: Known, more: boolean, now: number): void {
  const { collection, page } = known.pending ?? { collection: 0, page: 0 };
  known.log.push('collection.completed');
  known.status = 'Disclosed';
  known.pending = undefined;
  known.collections = collection;
  const isRepeated = page > 1 && page <= (known.unfinished?.page ?? 1);
  if (!isRepeated) {
    known.answers++;
    known.firstAnswer ??= now;
    known.lastAnswer = now;
  }
  const reached = page === 1 ? 1 : Math.max(page, known.unfinished?.page ?? 1);
  known.unfinished = more ? { collection, page: reached } : undefined;
}

/** Since when the person should know of an answer that they were not notified of. */
export function noticeDue(known: Known, now: number): number | undefined {
  if (known.mode === 'authority' || known.firstAnswer === undefined || known.notified === known.answers)
    return undefined;
  const since = Math.max(known.notified === 0 ? known.firstAnswer : known.lastAnswer, known.delayUntil ?? 0);
  return now >= since ? since : undefined;
}

/** The clock comes by: keys that were revoked, then what time has run out for, then grants. */
export function clock(known: Known, world: World, inForce: Policy): void {
  const { now, revoked } = world;
  const lost = known.votes.filter(({ key }) => revoked.has(key));
  if (revoked.has(known.officer)) {
    if (isWaiting(known.status) || isOpen(known.status) || known.status === 'Suspended')
      close(known, 'Cancelled', 'case.cancelled');
  } else if (
    isOpen(known.status) &&
    (lost.length > 0 || (known.grants !== undefined && consentGone(known, now, revoked)))
  )
    close(known, 'Suspended', 'case.suspended');
  else if (lost.length > 0 && isWaiting(known.status)) {
    known.votes = known.votes.filter((vote) => !lost.includes(vote));
    known.superseded.push(...lost.map(() => 'key-revoked' as const));
    known.talk.stated = undefined;
    known.log.push('decision.voided');
  }

  if (known.debts !== undefined && isOverdue(known, now) && known.debts.missed.length === 0) {
    if (isOpen(known.status)) {
      known.debts.missed = known.debts.owed;
      close(known, 'Suspended', 'emergency.overdue');
    } else if (known.answers > 0 && owes(known, 'authorisation')) {
      // Who was given something owes for it, however the case ended.
      known.debts.missed = ['authorisation'];
      known.log.push('emergency.overdue');
    }
  }
  const isOver = known.opening !== undefined && now >= known.opening.until;
  if (isOver && (isOpen(known.status) || known.status === 'Suspended'))
    close(known, 'Expired', 'case.expired');

  const quarters = quartersOf(known, now);
  const isUnanswered = isWaiting(known.status) || known.status === 'AwaitingDisclosure';
  // What is approved and waits for an authority waits for nobody here, and is minted a quarter of an hour after that.
  const isHeld = !isWaiting(known.status) && held(known, now - 15 * minute);
  if (isUnanswered && !isHeld && known.grants === undefined && quarters >= 2 && quarters > known.quarters) {
    known.quarters = quarters;
    known.log.push('deadline.passed');
  }
  if (isWaiting(known.status) && now >= endOf(known)) close(known, 'Expired', 'case.expired');
  revealIfDue(known, now);
  const due = noticeDue(known, now);
  if (due !== undefined && !known.isLate && now >= due + inForce.notice.graceHours * hour) {
    known.isLate = true;
    known.log.push('notice.overdue');
  }
  const usedUp = known.collections >= (known.opening?.collections ?? 0) && known.unfinished === undefined;
  if ((known.grants ?? 0) > 0 && (!isOpen(known.status) || usedUp)) {
    known.grants = 0;
    known.log.push('grant.retired');
  }
}
