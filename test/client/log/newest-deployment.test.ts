import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { newestCheckpoint } from '#client/log/entries.ts';
import { newestDeployment } from '#client/log/newest-deployment.ts';
import type { EntryBody } from '#core/log/entry.ts';
import type { ReadFile } from '#core/log/reading.ts';
import { bytesOf, entriesOf, minutes, type Told } from '../../core/log/verify/logs.ts';
import { TestLog } from '../report/logs.ts';

const digest = (n: number) => `sha-256=:${Buffer.alloc(32, n).toString('base64')}:`;
const made = (n: number): EntryBody => ({
  kind: 'deployment.made',
  data: { code: digest(n), policy: digest(0), keys: [] },
});
const other: EntryBody = { kind: 'strangers.refused', data: { hour: minutes(0), counts: {} } };

/** A log of so many entries with deployments at these places, each one's number its place modulo 256. */
function logOf(size: number, places: readonly number[]): TestLog {
  const acts = Array.from({ length: size }, (_, i): Told => {
    const isDeployment = places.includes(i);
    const stream = isDeployment ? 'deployment' : 'strangers';
    return { stream, body: isDeployment ? made(i % 256) : other, at: minutes(i) };
  });
  return new TestLog().appendBytes(bytesOf(entriesOf(acts)));
}

async function newest({ read, key }: TestLog, mostBundles = 100, reading: ReadFile = read) {
  const found = await newestDeployment(reading, await newestCheckpoint({ read, key }), mostBundles);
  return found?.data.code;
}

describe('the newest deployment of a log', () => {
  test('is the last one, wherever it lies and however long the log is', async () => {
    const places = fc.uniqueArray(fc.integer({ min: 0, max: 699 }), { maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 700 }), places, async (size, at) => {
        const there = at.filter((place) => place < size);
        const expected = there.length === 0 ? undefined : digest(Math.max(...there) % 256);
        assert.equal(await newest(logOf(size, there)), expected);
      }),
      { numRuns: 30 },
    );
  });

  test('is looked for no farther back than it was asked to', async () => {
    const log = logOf(600, [10]);
    assert.equal(await newest(log, 2), undefined);
    assert.equal(await newest(log, 3), digest(10));
  });

  test('cannot be left out by a server: not by another entry in its place, not with the tile to match', async () => {
    for (const [size, newer] of [
      [300, 280],
      [300, 40],
      [512, 300],
      [512, 511],
    ] as const) {
      const log = logOf(size, [5, newer]);
      const older = logOf(size, [5]);
      const changed = [...log.files.keys()].filter(
        (path) => !Buffer.from(log.files.get(path) ?? []).equals(older.files.get(path) ?? Buffer.of()),
      );
      const hiding = (paths: readonly string[]): ReadFile => {
        return async (path) => (paths.includes(path) ? older.files.get(path) : log.files.get(path));
      };
      const entries = changed.filter((path) => path.includes('/entries/'));
      const tiles = changed.filter((path) => path !== 'checkpoint');
      for (const paths of [entries, tiles])
        await assert.rejects(newest(log, 100, hiding(paths)), { name: 'LogError', code: 'not-included' });
    }
  });
});
