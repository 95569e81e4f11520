import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { behindInstant, keepingNewest, lifeOf, lookBack, ofDay, ofStream } from '#client/log/browse.ts';
import { foldOf } from '#client/log/fold.ts';
import { toHex, utf8 } from '#core/bytes.ts';
import { canonicalJson } from '#core/canonical.ts';
import { LogError } from '#core/log/errors.ts';
import { type ReadFile, readCheckpoint, readProven, type SignedCheckpoint } from '#core/log/reading.ts';
import { leafHash, sameHash } from '#core/log/tree.ts';
import { TestLog } from '../report/logs.ts';

/** Looking at a long log: how much is read for it, and that what is shown is the log's. */
const size = 100_000;
const start = Date.parse('2026-01-01T00:00:00Z');
/** An entry every five minutes: nearly a year. */
const atOf = (i: number) => new Date(start + i * 300_000).toISOString();
const caseOf = (i: number) => `case/${String(Math.floor(i / 40)).padStart(8, '0')}`;

/** Of kinds that no reader knows: only where and when they stand matters here. */
const entries: Uint8Array[] = [];
for (let i = 0; i < size; i++) {
  const last = entries[i - 1];
  const previous = i % 40 === 0 || last === undefined ? {} : { previous: toHex(leafHash(last)) };
  const envelope = { v: 2, kind: `synthetic.${i % 2}`, at: atOf(i), stream: caseOf(i), n: (i % 40) + 1 };
  entries.push(utf8(canonicalJson({ ...envelope, ...previous })));
}
const entryAt = (i: number) => entries[i] ?? new Uint8Array();

const log = new TestLog();
let of: SignedCheckpoint;
before(async () => {
  for (let from = 0; from < size; from += 5000) log.appendBytes(entries.slice(from, from + 5000));
  const found = await readCheckpoint(log.read, log.key);
  assert.ok(found !== undefined);
  of = found;
});

/** Counts what is asked for. */
function counting(read: ReadFile = log.read) {
  const paths: string[] = [];
  return {
    paths,
    read: (async (path) => {
      paths.push(path);
      return read(path);
    }) satisfies ReadFile,
  };
}
const all = { matches: () => true };
const indices = (entries: readonly { index: bigint }[]) => entries.map(({ index }) => Number(index));

test('the newest entries of a log of 100,000 are read from its last bundle', async () => {
  const { read, paths } = counting();
  const { entries, from, isEnd } = await lookBack(keepingNewest(read).read, of, of.size, all);
  assert.deepEqual(indices(entries).slice(0, 3), [99_999, 99_998, 99_997]);
  assert.equal(from, 99_840n, 'its 391st bundle has 160');
  assert.equal(isEnd, false);
  assert.ok(paths.length <= 8, `${paths.length} files`);
});

test('further back begins where the step before ended, and every entry comes once', async () => {
  const read = keepingNewest(log.read).read;
  const one = await lookBack(read, of, of.size, all);
  const two = await lookBack(read, of, one.from, all);
  assert.deepEqual(
    indices([...one.entries, ...two.entries]),
    Array.from({ length: 160 + 256 }, (_, i) => size - 1 - i),
  );
});

test('the end is the first entry, and nothing is before it', async () => {
  const { entries, from, isEnd } = await lookBack(log.read, of, 100n, all);
  assert.deepEqual([indices(entries).at(-1), from, isEnd], [0, 0n, true]);
  const none = await lookBack(log.read, of, 0n, all);
  assert.deepEqual(none, { entries: [], from: 0n, isEnd: true });
});

test('what is rare is looked for in a bounded number of files, and goes on where it stopped', async () => {
  const { read, paths } = counting();
  const rare = { matches: ({ index }: { index: bigint }) => index === 5n };
  const step = await lookBack(keepingNewest(read).read, of, of.size, rare, { mostBundles: 8 });
  assert.deepEqual([step.entries, step.isEnd, step.from], [[], false, 99_840n - 7n * 256n]);
  assert.ok(paths.length <= 8 * 2 + 8, `${paths.length} files`);
  const last = await lookBack(log.read, of, 300n, rare);
  assert.deepEqual(indices(last.entries), [5]);
});

test('a day in the middle is found by halves, whole and without the days beside it', async () => {
  const { read, paths } = counting();
  const kept = keepingNewest(read).read;
  const day = ofDay('2026-06-15');
  const behind = await behindInstant(kept, of, day.end);
  const { entries, isEnd } = await lookBack(kept, of, behind, day, { enough: 1000 });
  assert.equal(isEnd, true, 'it is known that nothing of the day is further back');
  const first = (Date.parse('2026-06-15T00:00:00Z') - start) / 300_000;
  assert.deepEqual(
    indices(entries),
    Array.from({ length: 288 }, (_, i) => first + 287 - i),
  );
  assert.ok(paths.length <= 40, `${paths.length} of ${log.files.size} files`);
});

test('the first and the last day, and days before and behind the log, are told apart', async () => {
  const on = async (text: string) => {
    const day = ofDay(text);
    const step = await lookBack(log.read, of, await behindInstant(log.read, of, day.end), day, {
      enough: 1000,
    });
    return [step.entries.length, step.isEnd];
  };
  assert.deepEqual(await on('2026-01-01'), [288, true]);
  assert.deepEqual(await on(atOf(size - 1).slice(0, 10)), [size % 288, true]);
  assert.deepEqual(await on('2025-12-31'), [0, true]);
  assert.deepEqual(await on('2027-06-01'), [0, true]);
});

test('an entry that came up to an hour late is on its day all the same', async () => {
  const late = new TestLog();
  const at = (time: string) => ({ v: 2, kind: 'synthetic.0', at: `${time}:00.000Z`, stream: 'a', n: 1 });
  const before = Array.from({ length: 256 }, () => at('2026-03-01T12:00'));
  const stray = [at('2026-03-02T00:30'), at('2026-03-01T23:59')];
  const after = Array.from({ length: 600 }, () => at('2026-03-02T12:00'));
  late.appendBytes([...before, ...stray, ...after].map((entry) => utf8(canonicalJson(entry))));
  const its = await readCheckpoint(late.read, late.key);
  assert.ok(its !== undefined);
  const day = ofDay('2026-03-01');
  const behind = await behindInstant(late.read, its, day.end);
  const { entries } = await lookBack(late.read, its, behind, day, { enough: 1000 });
  assert.equal(entries.length, 257);

  const early = new TestLog();
  const many = (n: number, time: string) => Array.from({ length: n }, () => at(time));
  const three = [many(255, '2026-03-01T12:00'), many(1, '2026-03-02T00:10'), many(256, '2026-03-01T23:30')];
  early.appendBytes(
    [...three.flat(), ...many(100, '2026-03-02T01:00')].map((each) => utf8(canonicalJson(each))),
  );
  const grown = await readCheckpoint(early.read, early.key);
  assert.ok(grown !== undefined);
  const second = await lookBack(early.read, grown, grown.size, ofDay('2026-03-02'), { enough: 1000 });
  assert.equal(second.entries.length, 101, 'one stands before a whole bundle of the day before');
});

test('a stream is whole from its first entry to its newest, and not before the first is found', async () => {
  const stream = caseOf(99_000);
  const { read, paths } = counting();
  const options = { enough: 1000, mostBundles: 40 };
  const { entries, isEnd } = await lookBack(keepingNewest(read).read, of, of.size, ofStream(stream), options);
  assert.equal(isEnd, true, 'nothing is looked for behind its first');
  assert.ok(paths.length <= 30, `${paths.length} files`);
  const life = lifeOf(entries);
  assert.deepEqual([life.isWhole, life.entries.length], [true, 40]);
  assert.equal(lifeOf(entries.slice(0, 39)).isWhole, false, 'its first entry is missing');
  assert.equal(lifeOf(entries.toSpliced(3, 1)).isWhole, false, 'one in between is missing');
  assert.equal(lifeOf([]).isWhole, false);
  const [newest, ...older] = entries;
  assert.ok(newest !== undefined);
  const unchained = { ...newest, envelope: { ...newest.envelope, previous: '0'.repeat(64) } };
  assert.equal(lifeOf([unchained, ...older]).isWhole, false, 'it names another one before it');
});

test('of a bundle or a tile that was changed nothing is returned', async () => {
  const spoil =
    (spoiled: RegExp): ReadFile =>
    async (path) => {
      const bytes = await log.read(path);
      return bytes === undefined || !spoiled.test(path) ? bytes : bytes.with(40, (bytes[40] ?? 0) ^ 1);
    };
  for (const path of [/^tile\/entries\//, /^tile\/0\//, /^tile\/1\//])
    await assert.rejects(
      lookBack(spoil(path), of, of.size, all),
      (error) => error instanceof LogError && ['not-included', 'entry-malformed'].includes(error.code),
      String(path),
    );
});

test('the fold of a proof begins with the entry and ends with the root, wherever the entry stands', async () => {
  for (const index of [0n, 1n, 255n, 256n, 65_535n, 65_536n, 99_998n, 99_999n]) {
    const { bytes, proof } = await readProven(log.read, index, of);
    const { steps } = foldOf(index, of.size, bytes, proof);
    assert.equal(steps.length, proof.length);
    assert.ok(sameHash(steps.at(-1)?.node ?? bytes, of.root), String(index));
  }
  const one = new TestLog().appendBytes([entryAt(0)]);
  const single = await readCheckpoint(one.read, one.key);
  assert.ok(single !== undefined);
  const { leaf, steps } = foldOf(0n, 1n, entryAt(0), []);
  assert.deepEqual(steps, []);
  assert.ok(sameHash(leaf, single.root));
});

test('files that were read are kept, up to a number, and the checkpoint never', async () => {
  const { read, paths } = counting();
  const { read: kept, forget } = keepingNewest(read, 2);
  for (const path of ['tile/0/000', 'tile/0/001', 'tile/0/000', 'tile/0/002', 'tile/0/000', 'tile/0/001'])
    await kept(path);
  assert.deepEqual(paths, ['tile/0/000', 'tile/0/001', 'tile/0/002', 'tile/0/001']);
  await kept('checkpoint');
  await kept('checkpoint');
  await kept('tile/0/x999/000');
  await kept('tile/0/x999/000');
  assert.equal(paths.length, 8);
  forget();
  await kept('tile/0/001');
  assert.equal(paths.length, 9);
});
