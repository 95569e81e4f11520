import { intentMinutes } from '#core/cases/collecting.ts';
import { begun, type CaseSoFar, isEnded, over, type Page, type Report, SKEW_MS } from './case-state.ts';
import {
  approved,
  checkApprovals,
  checkDebts,
  overdue,
  receivedCase,
  rejected,
  validated,
  voided,
} from './decision-rules.ts';
import { type EntryReader, type Kind, member } from './entry-reader.ts';
import { delayOf, noticeActs } from './notice-rules.ts';

/**
 * What a case's entries must have before them, told from the log alone: core/cases/acts.ts and collecting.ts, read
 * backwards. Deciding is in decision-rules.ts, telling the person in notice-rules.ts.
 */

/** How long an intent may be answered. */
const INTENT_MS = (intentMinutes + 1) * 60_000;

type Act = (it: CaseSoFar, entry: EntryReader, report: Report) => CaseSoFar;

/** Every kind of entry that is of cases and no others, and what it does to one. */
export const caseActs: ReadonlyMap<Kind, Act> = new Map<Kind, Act>([
  ['request.received', received],
  ['review.opened', (it) => it],
  ['case-file.issued', (it) => it],
  ['decision.approved', approved],
  ['decision.rejected', rejected],
  ['decision.voided', voided],
  ['grant.minted', minted],
  ['grant.retired', retired],
  ['data.absent', absent],
  ['collection.intended', intended],
  ['collection.completed', completed],
  ['collection.failed', failed],
  ['authorisation.validated', validated],
  ['emergency.overdue', overdue],
  ['deadline.passed', passed],
  ['case.withdrawn', ending(['waiting', 'approved', 'open', 'retired'], 'closed')],
  ['case.expired', ending(['approved', 'open', 'retired', 'suspended'], 'closed')],
  ['case.invalid', ending(['approved'], 'closed')],
  ['case.cancelled', ending(['waiting', 'approved', 'open', 'retired', 'suspended'], 'closed')],
  ['case.suspended', ending(['approved', 'open', 'retired'], 'suspended')],
  ...noticeActs,
]);

/**
 * The next entry of a case.
 *
 * @param it the case so far; undefined before its first entry
 */
export function followCase(
  it: CaseSoFar | undefined,
  act: Act,
  entry: EntryReader,
  report: Report,
): CaseSoFar {
  if (it === undefined && act !== received)
    report('request-missing', 'the case does not start with its request');
  return act(it ?? begun(), entry, report);
}

function received(_: CaseSoFar, entry: EntryReader, report: Report): CaseSoFar {
  if (entry.n !== 1) report('act-out-of-place', 'a case is received once, at its start');
  const it = receivedCase(entry);
  it.delayUntil = delayOf(entry);
  return it;
}

const PASSED = { part: member('deadline.passed', 'part') };
const parts = ['half', 'three-quarters', 'whole'];

/** So much of the time for the answer is over: each part once, and only where there is no answer. */
function passed(it: CaseSoFar, entry: EntryReader, report: Report): CaseSoFar {
  const deadline = 1 + parts.indexOf(entry.text(PASSED.part));
  if (it.phase !== 'waiting' && it.phase !== 'approved')
    report('act-out-of-place', `the case is ${it.phase}`);
  else if (deadline <= it.deadline) report('act-out-of-place', 'that was told before');
  else it.deadline = deadline;
  return it;
}

const MINTED = { scope: member('grant.minted', 'scope'), expiresAt: member('grant.minted', 'expiresAt') };

function minted(it: CaseSoFar, entry: EntryReader, report: Report): CaseSoFar {
  if (it.phase === 'waiting') report('approvals-missing', 'the case was not approved');
  else if (it.phase !== 'approved') report('act-out-of-place', `the case is ${it.phase}`);
  else checkApprovals(it, report);
  const isApproved = entry.isText(MINTED.scope, it.scope);
  if (it.phase === 'approved' && !isApproved)
    report('scope-differs', 'the grant is of another scope than was approved');
  if (isEnded(it)) return it;
  // Whatever is wrong with it, from here on there is a grant.
  it.granted = isApproved ? it.scope : entry.text(MINTED.scope);
  it.expiresAt = entry.instant(MINTED.expiresAt);
  it.phase = 'open';
  return it;
}

/** A closed case's grants are retired too. */
function retired(it: CaseSoFar): CaseSoFar {
  if (it.phase === 'open') it.phase = 'retired';
  return it;
}

const ABSENT = { scope: member('data.absent', 'scope') };

function absent(it: CaseSoFar, entry: EntryReader, report: Report): CaseSoFar {
  if (it.phase !== 'approved') report('act-out-of-place', `the case is ${it.phase}`);
  else if (!entry.isText(ABSENT.scope, it.scope)) report('scope-differs', 'another scope than was approved');
  return isEnded(it) ? it : over(it, 'closed', entry.at);
}

const INTENDED = {
  collection: member('collection.intended', 'collection'),
  page: member('collection.intended', 'page'),
  scope: member('collection.intended', 'scope'),
};

function intended(it: CaseSoFar, entry: EntryReader, report: Report): CaseSoFar {
  checkGrant(it, entry, report);
  const collection = entry.count(INTENDED.collection);
  const page = entry.count(INTENDED.page);
  const { unfinished } = it;
  const follows =
    page === 1
      ? collection === it.collections + 1
      : page > 1 && unfinished?.collection === collection && page <= unfinished.page + 1;
  if (!follows && it.phase === 'open')
    report('page-out-of-order', 'the page does not follow on what was collected before');
  if (!isEnded(it)) it.pending = { collection, page };
  return it;
}

/** Every collection has two reviewers' approval and an unexpired grant of its scope before it (I3, I9). */
function checkGrant(it: CaseSoFar, entry: EntryReader, report: Report): void {
  if (isEnded(it)) {
    report('case-closed', `the case is ${it.phase}`);
    return;
  }
  checkApprovals(it, report);
  checkDebts(it, entry.at, report);
  if (it.phase === 'retired') report('grant-retired', 'the grant was retired');
  else if (it.phase !== 'open') report('grant-missing', 'nothing was minted');
  else {
    // An expiry that is no instant is one that has passed.
    if (!(entry.at < it.expiresAt + SKEW_MS)) report('grant-expired', 'the grant had expired');
    if (!entry.isText(INTENDED.scope, it.granted)) report('scope-differs', 'another scope than was minted');
  }
}

const COMPLETED = {
  collection: member('collection.completed', 'collection'),
  page: member('collection.completed', 'page'),
  more: member('collection.completed', 'more'),
};

function completed(it: CaseSoFar, entry: EntryReader, report: Report): CaseSoFar {
  const { collection, page } = answeredPage(it, entry, COMPLETED, report);
  if (isEnded(it)) return it;
  // Announced in time, it may leave a little later.
  checkDebts(it, entry.at, report, INTENT_MS);
  const far = page === 1 ? 1 : Math.max(page, it.unfinished?.page ?? 1);
  it.collections = collection;
  it.answers++;
  it.unfinished = entry.flag(COMPLETED.more) ? { collection, page: far } : undefined;
  it.pending = undefined;
  return it;
}

const FAILED = {
  collection: member('collection.failed', 'collection'),
  page: member('collection.failed', 'page'),
};

function failed(it: CaseSoFar, entry: EntryReader, report: Report): CaseSoFar {
  answeredPage(it, entry, FAILED, report);
  if (!isEnded(it)) it.pending = undefined;
  return it;
}

/** Nothing is opened that the log had not announced (I4). What closes a case takes its open intent with it. */
function answeredPage({ pending }: CaseSoFar, entry: EntryReader, members: Page, report: Report): Page {
  const collection = entry.count(members.collection);
  const page = entry.count(members.page);
  if (pending?.collection === collection && pending.page === page) return pending;
  report('collection-unannounced', 'no open intent announced this page');
  return { collection, page };
}

function ending(from: readonly CaseSoFar['phase'][], to: 'suspended' | 'closed'): Act {
  return (it, entry, report) => {
    if (!from.includes(it.phase)) report('act-out-of-place', `the case is ${it.phase}`);
    return it.phase === 'closed' ? it : over(it, to, entry.at);
  };
}
