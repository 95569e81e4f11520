import { commitment } from '#core/log/commitment.ts';
import { intentMinutes } from '#core/log/limits.ts';
import { approvedScope, scopeCommitment } from './acts.ts';
import type { Case } from './case.ts';
import type { Cursor } from './cursor.ts';
import { CaseError } from './errors.ts';
import { checkNotHeld } from './notification.ts';
import { isOverdue } from './obligations.ts';
import { checkMay, type Outcome, step } from './transitions.ts';

/** The acts of collecting, page by page: each is announced, then answered or given up. */

/**
 * The agency asks for the data: the intent that must be in the log before anything opens (I4). One intent is open
 * at a time; asking for the same page again soon resumes it, asking for another or much later takes its place.
 *
 * @param act.key the key that asks, as the log calls it
 * @param act.cursor which page; without one, the first of a new collection
 * @throws CaseError case-not-approved, case-closed, notification-pending, collections-used-up, page-gone
 */
export function intend(
  current: Case,
  act: { at: string; recipient: string; key: string; cursor?: PageCursor | undefined },
): Outcome {
  checkCollectable(current, act.at, act.cursor);
  const { collection, page } = act.cursor ?? firstPage(current);
  const { at, recipient } = act;
  const pending = { entry: current.entries.n + 1, hash: '', at, recipient, collection, page };
  return step(
    current,
    'intend',
    { ...current, pending },
    {
      kind: 'collection.intended',
      data: {
        collection,
        page,
        scope: scopeCommitment(current, approvedScope(current)),
        recipient: commitment(current.salt, 'recipient', recipient),
        key: act.key,
      },
    },
  );
}

/** Whether the open intent is for the page that is asked for, and still good. */
export function isPending(current: Case, at: string, cursor: PageCursor | undefined): boolean {
  const { collection, page } = cursor ?? firstPage(current);
  const { pending } = current;
  return (
    pending?.collection === collection &&
    pending.page === page &&
    Date.parse(at) < Date.parse(pending.at) + intentMinutes * 60_000
  );
}

type PageCursor = Pick<Cursor, 'collection' | 'page'>;

const firstPage = (current: Case): PageCursor => ({ collection: current.collections + 1, page: 1 });

/**
 * A collection may be gone on with, page by page and each as often as it takes to arrive, until its last page is
 * answered or a new collection begins.
 *
 * @throws CaseError case-not-approved, case-closed, notification-pending, collections-used-up, page-gone
 */
export function checkCollectable(current: Case, at: string, cursor?: PageCursor): void {
  checkMay(current, 'intend');
  // The clock may be late; what an emergency owes is due all the same.
  if (isOverdue(current, at)) throw new CaseError('case-closed');
  if (current.expiresAt === undefined || Date.parse(at) >= Date.parse(current.expiresAt))
    throw new CaseError('case-closed');
  checkNotHeld(current, at);
  if (cursor === undefined) {
    if (current.collections >= current.collectionsAllowed) throw new CaseError('collections-used-up');
    return;
  }
  const { unfinished } = current;
  if (unfinished?.collection !== cursor.collection || cursor.page > unfinished.page + 1)
    throw new CaseError('page-gone');
}

/**
 * What was opened is about to leave: counted, and committed to by its digest.
 *
 * @param epoch keys how many keys KMS unwrapped for it
 * @param more whether pages of this collection are left
 * @throws CaseError case-closed without an intent that announced it (I4); collections-used-up, page-gone
 */
export function collected(
  current: Case,
  act: {
    at: string;
    records: readonly { subject: number }[];
    epochKeys: number;
    digest: string;
    more: boolean;
  },
): Outcome {
  checkMay(current, 'answer');
  const { pending, unfinished, ...rest } = current;
  if (pending === undefined) throw new CaseError('case-closed');
  const { collection, page } = pending;
  if (page === 1 && current.collections >= current.collectionsAllowed)
    throw new CaseError('collections-used-up');
  if (page > 1 && unfinished?.collection !== collection) throw new CaseError('page-gone');
  // It did not arrive, and is the same again.
  const isRepeated = page > 1 && page <= (unfinished?.page ?? 1);
  const answered = page === 1 ? 1 : Math.max(page, unfinished?.page ?? 1);
  const next: Case = {
    ...rest,
    status: 'Disclosed',
    collections: collection,
    disclosed:
      isRepeated && current.disclosed !== undefined ? current.disclosed : disclosedSoFar(current, act),
    ...(act.more ? { unfinished: { collection, page: answered } } : {}),
  };
  return step(current, 'answer', next, {
    kind: 'collection.completed',
    data: {
      collection,
      page,
      more: act.more,
      records: act.records.length,
      drawers: act.epochKeys,
      package: commitment(current.salt, 'package', act.digest),
    },
  });
}

/** What has left of each subject, for the notice that each is sent. */
function disclosedSoFar(
  current: Case,
  { at, records }: { at: string; records: readonly { subject: number }[] },
): NonNullable<Case['disclosed']> {
  const counts = { ...current.disclosed?.records };
  for (const { subject } of records) counts[subject] = (counts[subject] ?? 0) + 1;
  const answers = (current.disclosed?.answers ?? 0) + 1;
  return { firstAt: current.disclosed?.firstAt ?? at, lastAt: at, answers, records: counts };
}

/**
 * An intent came to nothing: KMS refused, or what it opened was not what was sealed.
 *
 * @throws CaseError case-closed without an intent
 */
export function collectionFailed(current: Case, act: { code: string; epochKeys: number }): Outcome {
  const { pending, ...rest } = current;
  if (pending === undefined) throw new CaseError('case-closed');
  const { collection, page } = pending;
  const data = { collection, page, drawers: act.epochKeys, code: act.code };
  return step(current, 'fail', rest, { kind: 'collection.failed', data });
}
