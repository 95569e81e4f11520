/** What must hold after every step of any history, said of what can be seen and of who did what, and of nothing else. */
import assert from 'node:assert/strict';
import { type Case, caseSchema, type Obligation, openStatuses, type Status } from '#core/cases/case.ts';
import type { Scope } from '#core/cases/scope.ts';
import type { Entry } from '#core/log/entry.ts';
import { hoursAfter, receivedAt } from '../core/cases/cases.ts';
import { type Asked, officers, policies, type ReviewerKey, reviewers, type Step, scopes } from './acts.ts';
import { checkOrder } from './custody.ts';
import type { Seen } from './driver.ts';
import { checkNotOverdue, checkReceived, checkWithheld, longestDays } from './embargo.ts';
import { type Mode, orders } from './notice.ts';
import {
  type AuthorityWitness,
  checkMinted,
  checkNotified,
  takeAnswer,
  witnessNotified,
} from './notified.ts';

/** Who signed what, as the steps that were done say: not what the case says of itself. */
interface Signature {
  person: string;
  key: ReviewerKey;
  scope: string;
  policy: number;
}

export interface Witness {
  of: 0 | 1;
  mode: Mode;
  /** Which kind of order it asks by. */
  instrument: string;
  now: number;
  policy: number;
  revoked: Set<string>;
  signatures: Signature[];
  /** Of the approval that opened it. */
  openedAt?: number;
  openedUnder?: number;
  delayUntil?: number;
  notified?: AuthorityWitness;
  before: Case;
  /** How many entries were looked at. */
  seen: number;
  /** The page that is announced, as its entry says. */
  announced?: string | undefined;
  /** Answers so far, and how many of them the person was notified of. */
  answers: number;
  noticed: number;
  /** Of the policy that it was received under: how long the log may withhold anything. */
  longestDays: number;
}

export function witness(
  of: 0 | 1,
  { delayDays, mode, notified, priority, instrument = orders[mode] }: Asked,
  { it: current, entries }: Seen,
): Witness {
  checkReceived(entries, delayDays, instrument);
  return {
    of,
    mode,
    instrument,
    now: Date.parse(receivedAt),
    policy: 0,
    revoked: new Set(),
    signatures: [],
    ...(delayDays === 0 ? {} : { delayUntil: Date.parse(hoursAfter(receivedAt, delayDays * 24)) }),
    ...(notified === true ? { notified: witnessNotified(priority) } : {}),
    before: current,
    seen: entries.length,
    answers: 0,
    noticed: 0,
    longestDays,
  };
}

const leadsTo: Record<Status, readonly Status[]> = {
  AwaitingApproval: ['AwaitingDisclosure', 'Rejected', 'Cancelled', 'Expired'],
  AwaitingDisclosure: [
    // An authority objected to a part of what was approved.
    'AwaitingApproval',
    'Disclosed',
    'DisclosureNotAvailable',
    'Rejected',
    'Cancelled',
    'Suspended',
    'Expired',
    'Invalid',
  ],
  Disclosed: ['Rejected', 'Cancelled', 'Suspended', 'Expired'],
  Suspended: ['Expired', 'Cancelled'],
  DisclosureNotAvailable: [],
  Rejected: [],
  Cancelled: [],
  Expired: [],
  Invalid: [],
};

const text = ({ subjects, categories, period }: Scope) =>
  JSON.stringify([
    subjects.toSorted(),
    categories.toSorted(),
    Date.parse(period.from),
    Date.parse(period.to),
  ]);

/**
 * Looks on after a step that was done.
 *
 * @param acts how many it stands for: on the running stack others act by themselves
 */
export function check(
  w: Witness,
  step: Step,
  isDone: boolean,
  { it: current, entries }: Seen,
  acts = 1,
): void {
  const { before } = w;
  if (isDone) take(w, step);
  const fresh = entries.slice(w.seen);
  w.seen = entries.length;
  for (const entry of fresh) checkEntry(w, entry, entries, current);
  if (step.do === 'clock') checkNotOverdue(entries, w.now, w.longestDays);
  w.before = current;
  if (current === before) {
    assert.equal(fresh.length, 0, 'I6: an entry of nothing');
    if (step.do !== 'clock') return;
  } else {
    assert.deepEqual(caseSchema.parse(current), current);
    assert.equal(current.version - before.version, fresh.length, 'I6: one entry a change');
    assert.ok(step.do === 'clock' || fresh.length === acts, 'I6: one act, one entry');
  }
  assert.equal(current.entries.n, entries.length);
  checkOrder(current);
  checkStatus(before, current, step);
  if (among.includes(step.do))
    assert.deepEqual(deciding(current), deciding(before), 'a word among colleagues decided something');
  checkTime(before, current, step);
  checkOpening(w, current, step);
  if (w.notified !== undefined) checkNotified(w.notified, current);
  checkObligations(w, before, current, step);
  assert.ok(current.collections <= current.collectionsAllowed, 'collected more often than allowed');
  assert.ok(current.notice.told <= w.answers, 'notified of what did not happen');
  const shut = !openStatuses.includes(current.status);
  if (shut) assert.equal(current.pending, undefined, 'I4: announced after access ended');
  if (step.do !== 'clock') return;
  const usedUp = current.collections >= current.collectionsAllowed && current.unfinished === undefined;
  if (shut || usedUp) assert.equal(current.grants?.length ?? 0, 0, 'I9: a grant after access ended');
  else assert.ok(Date.parse(current.expiresAt ?? '') > w.now, 'I9: open past its time');
  const rests = [current.askedBy, ...current.decisions.map(({ keyId }) => keyId)];
  if (!shut) assert.ok(!rests.some((key) => w.revoked.has(key)), 'I3: open on a key that is gone');
}

/** What a step that was done says of the world. */
function take(w: Witness, step: Step): void {
  if (step.do === 'wait') w.now += step.minutes * 60_000;
  else if (step.do === 'adopt') w.policy = step.policy;
  else if (step.do === 'revoke') w.revoked.add(step.key);
  else if (step.of !== w.of) return;
  else if (step.do === 'renew') w.delayUntil = w.now + step.days * 86_400_000;
  else if (step.do === 'consent' || step.do === 'object') {
    if (w.notified !== undefined) takeAnswer(w.notified, step);
  } else if (step.do === 'approve')
    w.signatures.push({
      person: reviewers[step.by],
      key: step.by,
      scope: text(scopes[step.scope]),
      policy: w.policy,
    });
}

/** What a case has of time: an answer puts it off, nothing brings it forward, and the case does not end before it. */
function checkTime(before: Case, current: Case, step: Step): void {
  assert.ok(current.dueAt >= before.dueAt, 'an answer is due sooner than it was');
  if (step.do !== 'inform') assert.deepEqual([current.dueAt, current.time], [before.dueAt, before.time]);
  if (current.reason === 'undecided')
    assert.equal(current.approvedAt, undefined, 'decided, and said not to be');
}

/** What people say to each other. */
const among: readonly Step['do'][] = ['claim', 'note', 'inquire', 'inform', 'hand-in', 'write'];

/** A case without what they say, and without its place in its stream. */
function deciding({
  claim: _,
  messages: __,
  information: ___,
  document: ____,
  version: _____,
  entries: ______,
  dueAt: _______,
  time: ________,
  letters: _________,
  ...rest
}: Case) {
  return rest;
}

function checkStatus(before: Case, current: Case, step: Step): void {
  if (current.status === before.status) return;
  // The clock may close a case and find that it expired as well.
  const twice = step.do === 'clock' ? leadsTo[before.status].flatMap((status) => leadsTo[status]) : [];
  assert.ok(
    [...leadsTo[before.status], ...twice].includes(current.status),
    `${before.status} became ${current.status}`,
  );
}

function checkOpening(w: Witness, current: Case, step: Step): void {
  const isOpen = openStatuses.includes(current.status);
  if (current.status === 'AwaitingApproval') {
    delete w.openedAt;
    delete w.openedUnder;
  }
  if (!isOpen && (current.grants ?? []).length === 0) return;
  const { scope } = current;
  assert.ok(scope !== undefined, 'I3: open without a scope');
  if (w.openedAt === undefined) {
    w.openedAt = w.now;
    w.openedUnder = w.policy;
  }
  const { asked } = current;
  assert.ok(
    scope.subjects.every((subject) => asked.subjects.includes(subject)) &&
      Date.parse(scope.period.from) >= Date.parse(asked.period.from) &&
      Date.parse(scope.period.to) <= Date.parse(asked.period.to),
    'I3: wider than asked',
  );
  const rules = policies[w.openedUnder ?? 0];
  assert.ok(rules !== undefined);
  assert.ok(
    scope.categories.every((name) => asked.categories.includes(name) && rules.categories[name].length > 0),
    'I5: another category than was asked, or than the policy discloses',
  );
  const people = (policy: number | undefined) =>
    new Set(
      w.signatures
        .filter((one) => one.scope === text(scope) && (policy === undefined || one.policy === policy))
        .map(({ person }) => person),
    ).size;
  if (current.priority !== 'Emergency') {
    assert.ok(people(w.openedUnder) >= Math.max(2, rules.approvals), 'I3: too few people under one policy');
    return;
  }
  assert.ok(people(w.openedUnder) >= Math.min(rules.approvals, rules.emergency.approvals), 'I3: nobody');
  // What is signed afterwards is signed under the policy of then, over the scope that was opened.
  const isYoung = w.now < w.openedAt + rules.emergency.debtHours * 3_600_000;
  const isSigned = people(undefined) >= rules.approvals;
  const mustBe = isOpen && (step.do === 'clock' || (step.do === 'ask' && current.pending?.at === iso(w.now)));
  if (mustBe) assert.ok(isYoung || isSigned, 'I3: an emergency on one signature for too long');
}

const iso = (time: number) => new Date(time).toISOString();

function checkObligations(w: Witness, before: Case, current: Case, step: Step): void {
  if (current.debts === undefined) {
    assert.equal(before.debts, undefined, 'a debt was forgotten');
    if (current.priority === 'Emergency')
      assert.equal(w.openedAt, undefined, 'an emergency that owes nothing');
    return;
  }
  const { debts } = current;
  if (before.debts !== undefined) {
    assert.equal(debts.dueAt, before.debts.dueAt, 'a debt was put off');
    const gone = before.debts.owed.filter((debt) => !debts.owed.includes(debt));
    const pays: Partial<Record<Step['do'], Obligation>> = {
      approve: 'second-signature',
      validate: 'authorisation',
    };
    assert.ok(
      gone.every((obligation) => obligation === pays[step.do]),
      'an obligation went away unfulfilled',
    );
    assert.deepEqual(
      before.debts.missed.filter((debt) => !debts.missed.includes(debt)),
      [],
    );
  }
  const due = w.now >= Date.parse(debts.dueAt);
  if (step.do === 'clock' && due && debts.owed.length > 0)
    assert.ok(!openStatuses.includes(current.status), 'a door is open on debts');
  if (current.reason === 'emergency-overdue') assert.ok(debts.missed.length > 0, 'a miss is not marked');
  assert.ok(
    debts.missed.every((debt) => debts.owed.includes(debt)),
    'missed, and not owed',
  );
  // However it ended: who was given something answers for it.
  if (step.do === 'clock' && due && w.answers > 0 && debts.owed.includes('authorisation'))
    assert.ok(debts.missed.includes('authorisation'), 'an emergency that nobody answers for');
}

function checkEntry(w: Witness, entry: Entry, all: readonly Entry[], current: Case): void {
  const previous = all[entry.n - 2];
  assert.ok(all[entry.n - 1] === entry && previous !== undefined, 'I6: a gap');
  assert.ok(entry.at >= previous.at, 'an entry goes back in time');
  checkWithheld(entry, all, w.instrument);
  const { kind } = entry;
  const isMinted = kind === 'grant.minted' || kind === 'data.absent';
  if (isMinted && w.notified !== undefined) checkMinted(w.notified, w);
  if (kind === 'collection.intended') w.announced = pageOf(entry.data);
  else if (kind === 'collection.failed') w.announced = undefined;
  else if (kind === 'collection.completed') {
    assert.equal(w.announced, pageOf(entry.data), 'I4: an answer that nothing announced');
    w.announced = undefined;
    w.answers++;
  } else if (kind === 'notice.sent') {
    assert.ok(w.now >= (w.delayUntil ?? 0), 'notified before the delay ended');
    assert.notEqual(w.mode, 'authority', 'notified by the provider, and it is the authority’s to tell');
    assert.ok(w.answers > w.noticed, 'notified twice of one answer');
    w.noticed = w.answers;
  } else if (kind === 'grant.minted') {
    assert.ok(!w.revoked.has(officers[w.of]), 'I3: minted for an officer whose key is gone');
    assert.ok(current.status === 'AwaitingDisclosure', 'I3: minted for a case that is not approved');
    // Whose key is lost by now signed nothing.
    w.signatures = w.signatures.filter(({ key }) => !w.revoked.has(key));
  }
}

const pageOf = ({ collection, page }: { collection: number; page: number }) => `${collection}/${page}`;
