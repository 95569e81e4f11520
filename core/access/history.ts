import type { Entry, EntryOf } from '#core/log/entry.ts';
import type { Kind } from '#core/log/kinds.ts';

/** What a case's own history in the log says of it, whatever its item says. */

/** After one of these nothing is opened for the case again. */
const closing: ReadonlySet<Kind> = new Set([
  'case.withdrawn',
  'case.expired',
  'case.invalid',
  'case.cancelled',
  'case.suspended',
  'data.absent',
  'decision.rejected',
  'emergency.overdue',
  'grant.retired',
]);

export function isClosed(entries: readonly Entry[]): boolean {
  return entries.some(({ kind }) => closing.has(kind));
}

export function ofKind<K extends Kind>(entries: readonly Entry[], kind: K): EntryOf<K>[] {
  return entries.filter((entry): entry is Entry & EntryOf<K> => entry.kind === kind);
}

/** The approval that opened the case. */
export function openingOf(entries: readonly Entry[]): EntryOf<'decision.approved'> | undefined {
  return ofKind(entries, 'decision.approved').find(({ data }) => data.status === 'AwaitingDisclosure');
}

/**
 * The keys, as the log names them, that signed the request and the approvals that opened it. Of approvals before one was
 * voided the log does not say which.
 */
export function signersOf(entries: readonly Entry[]): string[] {
  const opening = openingOf(entries);
  const voided = ofKind(entries, 'decision.voided').at(-1)?.n ?? 0;
  const approvals = ofKind(entries, 'decision.approved').filter(
    ({ n, data }) =>
      n > voided && data.scope === opening?.data.scope && data.policyHash === opening.data.policyHash,
  );
  return [...ofKind(entries, 'request.received'), ...approvals].flatMap(({ data }) => data.key ?? []);
}

/** How often the case was collected, and the collection that has pages left. */
export function collectedIn(entries: readonly Entry[]): {
  collections: number;
  unfinished: { collection: number; page: number } | undefined;
} {
  const answers = ofKind(entries, 'collection.completed').map(({ data }) => data);
  const last = answers.at(-1);
  if (last === undefined) return { collections: 0, unfinished: undefined };
  const { collection, more } = last;
  const page = Math.max(...answers.filter((one) => one.collection === collection).map((one) => one.page));
  return { collections: collection, unfinished: more ? { collection, page } : undefined };
}
