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
  return (
    entries.some(({ kind }) => closing.has(kind)) || ofKind(entries, 'authority.objected').some(endsAccess)
  );
}

/** An authority that objects to all, or to a part of what is minted, ends the case. */
const endsAccess = ({ data }: EntryOf<'authority.objected'>) =>
  data.status === 'Rejected' || data.status === 'Suspended';

export function ofKind<K extends Kind>(entries: readonly Entry[], kind: K): EntryOf<K>[] {
  return entries.filter((entry): entry is Entry & EntryOf<K> => entry.kind === kind);
}

/** The approval that opened the case. Where a notified authority objected to a part of what it opened, one after that. */
export function openingOf(entries: readonly Entry[]): EntryOf<'decision.approved'> | undefined {
  const before = ofKind(entries, 'authority.objected').find(({ data }) => data.status === 'AwaitingApproval');
  return ofKind(entries, 'decision.approved').find(
    ({ n, data }) => data.status === 'AwaitingDisclosure' && n > (before?.n ?? 0),
  );
}

/** What a notified authority answered. It answers once. */
export function answerOf(
  entries: readonly Entry[],
): EntryOf<'authority.consented'> | EntryOf<'authority.objected'> | undefined {
  return [...ofKind(entries, 'authority.consented'), ...ofKind(entries, 'authority.objected')][0];
}

/** The key, as the log names it, of an authority on whose word something is open before its time to object is over. */
function consentKeyOf(entries: readonly Entry[], at: string): string[] {
  const [received] = ofKind(entries, 'request.received');
  if (received?.data.waits !== true || Date.parse(at) >= Date.parse(received.data.notifiedUntil ?? ''))
    return [];
  const key = answerOf(entries)?.data.key;
  return key === undefined ? [] : [key];
}

/**
 * The keys, as the log names them, that signed the request, the approvals that opened it, and the consent that it waited for. Of approvals before one was
 * voided the log does not say which.
 */
export function signersOf(entries: readonly Entry[], at: string): string[] {
  const opening = openingOf(entries);
  const voided = ofKind(entries, 'decision.voided').at(-1)?.n ?? 0;
  const approvals = ofKind(entries, 'decision.approved').filter(
    ({ n, data }) =>
      n > voided && data.scope === opening?.data.scope && data.policyHash === opening.data.policyHash,
  );
  const signed = [...ofKind(entries, 'request.received'), ...approvals].flatMap(({ data }) => data.key ?? []);
  return [...signed, ...consentKeyOf(entries, at)];
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
