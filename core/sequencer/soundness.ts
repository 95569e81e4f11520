import { utf8 } from '#core/bytes.ts';
import { canonicalJson } from '#core/canonical.ts';
import { readEntry } from '#core/log/entry.ts';
import type { Watch } from '#core/ports.ts';
import { type OutboxItem, placeName } from '#core/state/outbox.ts';

/** A bundle has two bytes for an entry's length (C2SP tlog-tiles). */
const maxEntryBytes = 0xffff;
/** As many as one transaction of DynamoDB writes. */
const transactionItems = 100;

/**
 * Whether an outbox item is the entry of its place, as RFC 8785 writes it (another form could not be proven), and part
 * of the transaction that it names.
 */
export function isSound(item: OutboxItem): boolean {
  try {
    const bytes = utf8(item.entry);
    const together = item.together ?? [item];
    const { envelope } = readEntry(bytes);
    return (
      placeName(envelope) === placeName(item) &&
      bytes.length <= maxEntryBytes &&
      canonicalJson(JSON.parse(item.entry)) === item.entry &&
      together.length <= transactionItems &&
      together.some((place) => placeName(place) === placeName(item))
    );
  } catch {
    return false;
  }
}

/**
 * Raises an alarm for what is no entry: no function of Writ wrote it. It stays where it is, and must not stop the log.
 */
export function reportMalformed(watch: Watch): undefined {
  watch.error('what the outbox holds is no entry');
  watch.count('EntriesMalformed');
}

/**
 * Why an entry is not appended: its place in the log is another entry's (`taken`), or the entry before it is not the one
 * that it names, or nowhere (`unchained`).
 */
export type Refusal = 'taken' | 'unchained';

const refusals: Record<Refusal, string> = {
  taken: 'the outbox holds another entry than the log in a place',
  unchained: 'the outbox holds an entry that does not follow on the log',
};

/** Raises an alarm for an entry that somebody put into the outbox, or whose predecessor somebody took out of it. */
export function reportRefused(watch: Watch, reason: Refusal): void {
  watch.error(refusals[reason]);
  watch.count('EntriesConflicting');
}
