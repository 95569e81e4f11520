import { type EntryReader, type Kind, member } from './entry-reader.ts';
import type { FindingCode } from './findings.ts';

/**
 * What a case's entries must have before them, told from the log alone: core/cases/acts.ts and collecting.ts, read
 * backwards. A closed case keeps nothing here, so what is kept is a few texts for each case that is open.
 *
 * The log does not say whose decisions were voided, only how many. All are taken as voided: where that leaves some
 * standing, acts.ts asks for two more at least before the case opens, so no honest log is called wrong, and no voided
 * decision is counted.
 */

/** Distinct reviewers over one request and scope, whatever the policy (I3). */
const APPROVALS = 2;
/** An intent is checked against the expiry a moment before it is committed, by another clock than the one that set it. */
const SKEW_MS = 10_000;

interface Page {
  collection: number;
  page: number;
}

/** A case as far as its entries have come. Acts change it in place, since there are millions of them. */
export interface CaseSoFar {
  phase: 'waiting' | 'approved' | 'open' | 'retired' | 'suspended' | 'closed';
  request: string;
  /** Who approved, and the one scope that all of them approved. */
  approvals: string[];
  scope: string;
  /** What was minted: its scope, and when it expires (Unix milliseconds). */
  granted: string;
  expiresAt: number;
  collections: number;
  unfinished: Page | undefined;
  pending: Page | undefined;
}

/** Says what is wrong with the entry that is being followed. */
export type Report = (code: FindingCode, what: string) => unknown;

const begun = (phase: CaseSoFar['phase'] = 'waiting'): CaseSoFar => ({
  phase,
  request: '',
  approvals: [],
  scope: '',
  granted: '',
  expiresAt: Number.NaN,
  collections: 0,
  unfinished: undefined,
  pending: undefined,
});
/** What has ended is not changed any more, and is one for all. */
const CLOSED = begun('closed');
const SUSPENDED = begun('suspended');

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
  ['case.withdrawn', ending(['waiting', 'approved', 'open', 'retired'], CLOSED)],
  ['case.expired', ending(['approved', 'open', 'retired', 'suspended'], CLOSED)],
  ['case.cancelled', ending(['waiting', 'approved', 'open', 'retired', 'suspended'], CLOSED)],
  ['case.suspended', ending(['approved', 'open', 'retired'], SUSPENDED)],
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

const RECEIVED = { request: member('request.received', 'request') };

function received(_: CaseSoFar, entry: EntryReader, report: Report): CaseSoFar {
  if (entry.n !== 1) report('act-out-of-place', 'a case is received once, at its start');
  const it = begun();
  it.request = entry.text(RECEIVED.request);
  return it;
}

const APPROVED = {
  request: member('decision.approved', 'request'),
  reviewer: member('decision.approved', 'reviewer'),
  scope: member('decision.approved', 'scope'),
  status: member('decision.approved', 'status'),
};

function approved(it: CaseSoFar, entry: EntryReader, report: Report): CaseSoFar {
  if (!isWaiting(it, report)) return it;
  checkRequest(it, entry, APPROVED.request, report);
  const reviewer = entry.text(APPROVED.reviewer);
  const isRepeated = it.approvals.includes(reviewer);
  if (isRepeated) report('reviewer-repeated', 'one reviewer approved twice');
  // Another scope starts the count anew.
  if (!entry.isText(APPROVED.scope, it.scope)) {
    it.scope = entry.text(APPROVED.scope);
    it.approvals = [reviewer];
  } else if (!isRepeated) {
    it.approvals.push(reviewer);
  }
  if (entry.isText(APPROVED.status, 'AwaitingApproval')) return it;
  if (entry.isText(APPROVED.status, 'AwaitingDisclosure')) {
    checkApprovals(it, report);
    it.phase = 'approved';
  } else {
    report('act-out-of-place', 'an approval leads to no such status');
  }
  return it;
}

const REJECTED = { request: member('decision.rejected', 'request') };

function rejected(it: CaseSoFar, entry: EntryReader, report: Report): CaseSoFar {
  if (!isWaiting(it, report)) return it;
  checkRequest(it, entry, REJECTED.request, report);
  return CLOSED;
}

const VOIDED = { decisions: member('decision.voided', 'decisions') };

function voided(it: CaseSoFar, entry: EntryReader, report: Report): CaseSoFar {
  if (!isWaiting(it, report)) return it;
  if (entry.count(VOIDED.decisions) < 1) report('act-out-of-place', 'no decision was voided');
  it.approvals = [];
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
  return CLOSED;
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
  const far = page === 1 ? 1 : Math.max(page, it.unfinished?.page ?? 1);
  it.collections = collection;
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

function ending(from: readonly CaseSoFar['phase'][], to: CaseSoFar): Act {
  return (it, _, report) => {
    if (!from.includes(it.phase)) report('act-out-of-place', `the case is ${it.phase}`);
    return it.phase === 'closed' ? it : to;
  };
}

function isEnded({ phase }: CaseSoFar): boolean {
  return phase === 'closed' || phase === 'suspended';
}

function isWaiting(it: CaseSoFar, report: Report): boolean {
  if (it.phase !== 'waiting') report('act-out-of-place', `the case is ${it.phase}`);
  return it.phase === 'waiting';
}

function checkRequest(it: CaseSoFar, entry: EntryReader, request: number, report: Report): void {
  // Without a request that is found already.
  if (it.request !== '' && !entry.isText(request, it.request))
    report('request-differs', 'the decision is on another request');
}

function checkApprovals(it: CaseSoFar, report: Report): void {
  if (it.approvals.length < APPROVALS)
    report('approvals-missing', 'fewer than two reviewers approved this scope');
}
