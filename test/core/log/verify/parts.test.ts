import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { LogError } from '#core/log/errors.ts';
import { everyFile, tilePath } from '#core/log/tiles.ts';
import { type Finding, Findings } from '#core/log/verify/findings.ts';
import { LogCheck } from '#core/log/verify/log-check.ts';
import { verifyLog } from '#core/log/verify/verify.ts';
import { openCase } from './cheats.ts';
import {
  bytesOf,
  Desk,
  deskOf,
  entriesOf,
  filesOf,
  minutes,
  ours,
  refusals,
  type Told,
  wholeCase,
} from './logs.ts';
import { checkpointOf, type Files, Kept, readByBundles, readGrowing, readPart } from './parts.ts';

/** A log that is read in parts, with all that is known stored as text in between, is found to be what it is when read at once. */

const texts = (findings: readonly Finding[]) =>
  findings.map(({ code, index, message }) => `${index} ${code} ${message}`).sort();

const verified = (files: Files) => verifyLog(async (path) => files.get(path), ours.key);

function otherCase(id: string, minute: number): Told[] {
  const { told } = openCase();
  const stream = `case/${id.repeat(8)}-0000-4000-8000-000000000001`;
  return told.map((entry, i) => ({ ...entry, stream, at: minutes(minute + i) }));
}

const honest: readonly Told[] = [
  ...deskOf(['one', 'two', 'three', 'four', 'five']),
  ...wholeCase(),
  ...refusals(5, 20),
  ...otherCase('a', 21),
  ...new Desk().told.map((entry) => ({ ...entry, stream: 'case/another', at: minutes(30) })),
];
const entries = entriesOf(honest);

/** What the log's own writer does to the entries before it signs them. */
type Cheat = { drop: number } | { swap: number } | { again: number } | { told: number };
const place = fc.nat(entries.length - 2);
const cheat: fc.Arbitrary<Cheat> = fc.oneof(
  fc.record({ drop: place }),
  fc.record({ swap: place }),
  fc.record({ again: place }),
  fc.record({ told: place }),
);

function cheated(cheats: readonly Cheat[]): Uint8Array[] {
  let told = [...honest];
  // An act that was never told is one that the numbers of its stream do not miss.
  for (const one of cheats) if ('told' in one) told = told.toSpliced(one.told, 1);
  let all = bytesOf(entriesOf(told));
  for (const one of cheats) {
    if ('drop' in one) all = all.toSpliced(one.drop, 1);
    if ('swap' in one)
      all = [
        ...all.slice(0, one.swap),
        ...all.slice(one.swap, one.swap + 2).reverse(),
        ...all.slice(one.swap + 2),
      ];
    if ('again' in one) all = [...all, ...all.slice(one.again, one.again + 1)];
  }
  return all;
}

test('however a log is cut into parts, and whatever its writer did, the same is found as when it is read at once', async () => {
  const cuts = fc.array(fc.nat(entries.length), { maxLength: 6 });
  const property = fc.asyncProperty(fc.array(cheat, { maxLength: 4 }), cuts, async (cheats, at) => {
    const bytes = cheated(cheats);
    const sizes = [...new Set([...at, bytes.length])]
      .filter((size) => size <= bytes.length)
      .sort((a, b) => a - b);
    const whole = await verified(filesOf(bytes));
    const { found, tally } = readGrowing(
      sizes.map((size) => filesOf(bytes.slice(0, size))),
      ours.key,
    );
    assert.deepEqual(texts(found), texts(whole.findings));
    assert.deepEqual(
      { streams: tally.streams, kinds: Object.fromEntries(tally.kinds) },
      { streams: whole.streams, kinds: whole.kinds },
    );
  });
  await fc.assert(property, { numRuns: 150 });
});

const long = filesOf(bytesOf(entriesOf([...honest, ...refusals(1500, 40)])));
const paths = [...long.keys()].filter((path) => path !== 'checkpoint');

test('whatever somebody did to its files, the same is found some bundles at a time', async () => {
  const change = fc.record({ path: fc.constantFrom(...paths), at: fc.nat(), isGone: fc.boolean() });
  const property = fc.asyncProperty(
    change,
    fc.integer({ min: 1, max: 7 }),
    async ({ path, at, isGone }, most) => {
      const files = new Map(long);
      const bytes = Uint8Array.from(long.get(path) ?? []);
      if (isGone) files.delete(path);
      else files.set(path, bytes.with(at % bytes.length, (bytes[at % bytes.length] ?? 0) ^ 1));
      const { findings } = await verified(files);
      assert.deepEqual(texts(readByBundles(files, ours.key, most)), texts(findings));
    },
  );
  await fc.assert(property, { numRuns: 60 });
});

test('an entry that was exchanged after it was read is found when its bundle is read again', () => {
  const all = bytesOf(entries);
  const kept = new Kept();
  readPart(kept, filesOf(all.slice(0, 20)), ours.key);
  const others = filesOf(all.with(3, all[4] ?? new Uint8Array()));
  const honestTree = filesOf(all);
  const path = tilePath({ level: 'entries', index: 0n, width: all.length });
  readPart(
    kept,
    new Map(honestTree).set(path, others.get(path) ?? new Uint8Array()),
    ours.key,
    undefined,
    true,
  );
  assert.deepEqual(
    kept.list().map(({ code, index }) => `${code} @${index}`),
    ['leaf-differs @3'],
  );
});

test('a log that goes on from another history does not make the root that it signs', () => {
  const all = bytesOf(entries);
  const kept = new Kept();
  readPart(kept, filesOf(all.slice(0, 20)), ours.key);
  readPart(kept, filesOf(all.toSpliced(3, 1)), ours.key, undefined, true);
  assert.ok(kept.list().some(({ code }) => code === 'leaf-differs'));
});

test('an older checkpoint is compared when the reading passes it, in whichever part that is', () => {
  const all = bytesOf(entries);
  const files = filesOf(all);
  const older = checkpointOf(filesOf(all.slice(0, 12)));
  for (const cut of [0, 5, 11, 12]) {
    const kept = new Kept();
    readPart(kept, filesOf(all.slice(0, cut)), ours.key);
    const findings = new Findings();
    const check = new LogCheck(checkpointOf(files), older, findings, true, kept.before());
    for (const tile of everyFile(BigInt(all.length), true, BigInt(check.entries)))
      check.take({ tile, bytes: files.get(tilePath(tile)) });
    check.end();
    assert.deepEqual([check.isContained, findings.errors], [true, 0], `cut at ${cut}`);
  }
});

test('what is stored and is not as it was stored is refused', () => {
  const kept = new Kept();
  const files = filesOf(bytesOf(entries));
  readPart(kept, files, ours.key);
  const [name = '', text = ''] = [...kept.streams].find(([, stream]) => stream.includes('"asker"')) ?? [];
  const refused = (error: unknown) => error instanceof LogError && error.code === 'state-malformed';
  kept.streams.set(name, text.replace('"asker":"', '"asker":"x'));
  const again = filesOf(bytesOf(entriesOf([...honest, ...honest.filter(({ stream }) => stream === name)])));
  assert.throws(() => readPart(kept, again, ours.key), refused);
  kept.check = kept.check?.replace('"v":1', '"v":2');
  assert.throws(() => readPart(kept, again, ours.key), refused);
});
