import assert from 'node:assert/strict';
import { type NoticeCode, partsOfCode } from '#core/cases/notice-code.ts';
import type { NoticeFile } from '#core/cases/notice-file.ts';
import { appendEntry, type Entry, entrySchema, noEntries } from '#core/log/entry.ts';
import { TestLog } from '../client/report/logs.ts';
import { notified } from '../core/gateway/acts.ts';
import { gateway, inhabited } from '../core/gateway/gateway.ts';

/** A case of which a person was sent a letter, by the code that is deployed, in a log of which it is a small part. */
export interface SentLetter {
  id: string;
  code: NoticeCode;
  file: NoticeFile;
  /** What lies for its code, by tag. */
  notices: Map<string, Uint8Array>;
  /** All of the log, in the order of time. */
  entries: readonly Entry[];
  log: TestLog;
}

export async function sentLetter({ filling = 3000 } = {}): Promise<SentLetter> {
  const cloud = await inhabited();
  const calls = gateway(cloud);
  const id = await notified(calls);
  const [one] = (await calls.address(id)).subjects;
  assert.ok(one);
  const { tag } = partsOfCode(one.code);
  const sealed = (await calls.notices.get(tag)) ?? assert.fail();
  const own = cloud.store.items('entries').map(({ entry }) => entrySchema.parse(JSON.parse(String(entry))));
  const entries = [...own, ...sweeps(filling)].toSorted(
    (a, b) => Date.parse(a.at) - Date.parse(b.at) || a.n - b.n,
  );
  const log = new TestLog('log.example').append(entries);
  return { id, code: one.code, file: one.file, notices: new Map([[tag, sealed]]), entries, log };
}

/** What else happens in a log: a sweep every eight hours, from long before the case on. */
function sweeps(count: number): Entry[] {
  const first = Date.parse('2026-03-01T00:00:00Z');
  return Array.from({ length: count }, (_, i) => {
    const at = new Date(first + i * 8 * 3_600_000).toISOString();
    const data = { grants: 1, missing: 0, surplus: 0 };
    return appendEntry(`sweep/${i}`, noEntries, { kind: 'sweep.done', data }, at).entry;
  });
}
