import { canonicalJson } from '#core/canonical.ts';
import { appendEntry, type EntryBody, noEntries } from '#core/log/entry.ts';
import { receivedAt } from '../cases/cases.ts';
import type { World } from './world.ts';

/** An entry that somebody puts into the outbox, and with it into the log. @param n its number in its stream */
export async function smuggle(current: World, stream: string, body: EntryBody, n = 1): Promise<void> {
  const before = current.entriesIn(stream).at(-1);
  const head = n === 1 ? noEntries : { n: n - 1, hash: before === undefined ? '' : current.hashOf(before) };
  const { entry } = appendEntry(stream, head, body, receivedAt);
  current.store.plant('entries', { stream, n, kind: entry.kind, entry: canonicalJson(entry) });
  await current.log.publish();
}
