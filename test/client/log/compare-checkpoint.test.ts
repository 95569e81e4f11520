import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareCheckpoint } from '#client/log/compare-checkpoint.ts';
import { readCheckpoint } from '#core/log/reading.ts';
import { history, TestLog } from '../report/logs.ts';

/** What somebody learns who kept a checkpoint, of which nobody else needs to know. */
const entries = history();
const log = new TestLog().append(entries.slice(0, 100));
const early = log.checkpoint();
log.append(entries.slice(100, 300));
const middle = log.checkpoint();
log.append(entries.slice(300));

async function compared(given: string, its = log) {
  const newest = await readCheckpoint(its.read, its.key);
  assert.ok(newest !== undefined);
  return compareCheckpoint({ read: its.read, key: its.key }, newest, given);
}
const size = BigInt(entries.length);

test('a checkpoint that was kept is of the same history, and it is said how much came since', async () => {
  assert.deepEqual(await compared(early), { is: 'same-history', size: 100n, since: size - 100n });
  assert.deepEqual(await compared(middle), { is: 'same-history', size: 300n, since: size - 300n });
  assert.deepEqual(await compared(log.checkpoint()), { is: 'same-history', size, since: 0n });
});

test('as it comes out of a letter or another system it is the same checkpoint', async () => {
  for (const text of [early.trimEnd(), `\n  ${early}\n\n`, early.replaceAll('\n', '\r\n')])
    assert.equal((await compared(text)).is, 'same-history');
});

test('a log that was written anew under the same key is another history, though it is as long or longer', async () => {
  const other = log.twin().append(entries.slice(1, 101));
  assert.deepEqual(await compared(other.checkpoint()), { is: 'other-history', size: 100n });
  other.append(entries.slice(101)).append(entries.slice(0, 1));
  assert.deepEqual(await compared(other.checkpoint()), { is: 'other-history', size });
});

test('the same text of other words of the log, of another log and of none are told apart', async () => {
  const other = new TestLog('other.example/log').append(entries.slice(0, 5));
  assert.deepEqual(await compared(other.checkpoint()), { is: 'other-log', origin: 'other.example/log' });
  const forged = new TestLog(log.key.name).append(entries.slice(0, 5));
  assert.deepEqual(await compared(forged.checkpoint()), { is: 'not-signed' });
  assert.deepEqual(await compared(early.replace('\n100\n', '\n101\n')), { is: 'not-signed' });
  for (const text of ['', 'hello', early.split('\n')[0] ?? '', early.slice(0, 40)])
    assert.deepEqual(await compared(text), { is: 'no-checkpoint' });
});

test('a checkpoint of more entries than are shown says that something is kept back', async () => {
  const behind = log.twin().append(entries.slice(0, 100));
  assert.deepEqual(await compared(middle, behind), { is: 'ahead', size: 300n });
});
