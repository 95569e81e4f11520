import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { concat, utf8 } from '#core/bytes.ts';
import type { LogErrorCode } from '#core/log/errors.ts';
import {
  type ReadFile,
  readBundles,
  readCheckpoint,
  readEdge,
  readProven,
  readTile,
} from '#core/log/reading.ts';
import { TileWriter } from '#core/log/tiles.ts';
import { type Bytes, entryAt, NaiveTree } from './naive.ts';
import { signedCheckpoint, signedNote, signer } from './signer.ts';

const most = 1_400;
const tree = new NaiveTree(Array.from({ length: most }, (_, i) => entryAt(i)));
const ours = signer('log.example/writ', 1);
const origin = ours.key.name;
const checkpointOf = (size: number) => ({ origin, size: BigInt(size), root: tree.mth(0, size) });

/** A log's files in memory, and which of them were read. */
function log(files: ReadonlyMap<string, Bytes>): { read: ReadFile; reads: string[]; most(): number } {
  const reads: string[] = [];
  let [now, most] = [0, 0];
  const read: ReadFile = async (path) => {
    reads.push(path);
    most = Math.max(most, ++now);
    await new Promise(setImmediate);
    now--;
    return files.get(path);
  };
  return { read, reads, most: () => most };
}

const isCode = (code: LogErrorCode) => ({ name: 'LogError', code });
const outage = new Error('no network');
const unreachable: ReadFile = async () => {
  throw outage;
};

/** The files with one of them changed, or without it. */
function withFile(
  files: ReadonlyMap<string, Bytes>,
  path: string,
  change: (bytes: Bytes) => Bytes | undefined,
) {
  const bytes = files.get(path);
  assert.ok(bytes, `${path} is one of the files`);
  const changed = new Map(files);
  const other = change(bytes);
  if (other === undefined) changed.delete(path);
  else changed.set(path, other);
  return changed;
}

const flip =
  (bit: number) =>
  (bytes: Bytes): Bytes => {
    const copy = Uint8Array.from(bytes);
    copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    return copy;
  };

// readCheckpoint

const withCheckpoint = (bytes: Bytes): ReadFile => log(new Map([['checkpoint', bytes]])).read;

test('the checkpoint is read with the note that says it', async () => {
  const note = signedCheckpoint(600, tree.mth(0, 600), ours);
  const { read, reads } = log(new Map([['checkpoint', utf8(note)]]));
  const root = Uint8Array.from(tree.mth(0, 600));
  assert.deepEqual(await readCheckpoint(read, ours.key), { ...checkpointOf(600), root, note });
  assert.deepEqual(reads, ['checkpoint']);
});

test('before the first checkpoint there is none', async () => {
  assert.equal(await readCheckpoint(log(new Map()).read, ours.key), undefined);
  await assert.rejects(readCheckpoint(unreachable, ours.key), outage);
});

test('a checkpoint of another key, another log, or none at all is refused', async () => {
  const root = tree.mth(0, 600);
  const cases: [string, LogErrorCode][] = [
    ['', 'note-malformed'],
    [signedCheckpoint(600, root, signer(origin, 2)), 'note-unsigned'],
    [signedCheckpoint(600, root, ours).replace('600', '601'), 'note-unsigned'],
    [signedNote('x\n', ours), 'checkpoint-malformed'],
    [signedNote(`other.example\n600\n${Buffer.from(root).toString('base64')}\n`, ours), 'origin-differs'],
  ];
  for (const [note, code] of cases)
    await assert.rejects(readCheckpoint(withCheckpoint(utf8(note)), ours.key), isCode(code), code);
});

test('a checkpoint that is no UTF-8 is refused, even where nobody signed it', async () => {
  const note = utf8(signedCheckpoint(600, tree.mth(0, 600), ours));
  const witness = (name: Bytes) =>
    concat(note, utf8('— '), name, utf8(` ${Buffer.alloc(68).toString('base64')}\n`));
  assert.equal((await readCheckpoint(withCheckpoint(witness(utf8('w'))), ours.key))?.size, 600n);
  for (const name of [[0xff], [0xc3], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80]])
    await assert.rejects(
      readCheckpoint(withCheckpoint(witness(Uint8Array.from(name))), ours.key),
      isCode('note-malformed'),
    );
});

test('a byte order mark in front of a checkpoint is text that nobody signed', async () => {
  const note = utf8(signedCheckpoint(600, tree.mth(0, 600), ours));
  const marked = concat(Uint8Array.of(0xef, 0xbb, 0xbf), note);
  await assert.rejects(readCheckpoint(withCheckpoint(marked), ours.key), isCode('note-unsigned'));
});

// readTile

test('a tile is read from its path, or is missing', async () => {
  const { read } = log(tree.files(600));
  assert.deepEqual(
    await readTile(read, { level: 0, index: 2n, width: 88 }),
    tree.files(600).get('tile/0/002.p/88'),
  );
  await assert.rejects(readTile(read, { level: 0, index: 2n, width: 89 }), isCode('file-missing'));
  await assert.rejects(readTile(unreachable, { level: 0, index: 2n, width: 88 }), outage);
});

// readBundles

const span = fc
  .integer({ min: 0, max: most })
  .chain((size) => fc.tuple(fc.nat(size), fc.nat(size), fc.constant(size)))
  .map(([a, b, size]) => ({ from: Math.min(a, b), to: Math.max(a, b), size }));

const base64 = (all: readonly Bytes[]) => all.map((bytes) => Buffer.from(bytes).toString('base64'));

test('entries are read in order, bundle by bundle, and no file twice or without need', async () => {
  await fc.assert(
    fc.asyncProperty(span, fc.integer({ min: 1, max: 10 }), async ({ from, to, size }, ahead) => {
      const { read, reads, most } = log(tree.files(size));
      const found: Bytes[] = [];
      for await (const bundle of readBundles(read, BigInt(from), BigInt(to), BigInt(size), ahead)) {
        assert.equal(bundle.from, BigInt(from + found.length));
        assert.ok(bundle.entries.length > 0 && bundle.entries.length <= 256);
        found.push(...bundle.entries);
      }
      assert.deepEqual(base64(found), base64(tree.entries.slice(from, to)));
      const bundles = from === to ? 0 : Math.ceil(to / 256) - Math.floor(from / 256);
      assert.equal(reads.length, bundles);
      assert.equal(new Set(reads).size, reads.length);
      assert.equal(most(), Math.min(ahead, bundles));
    }),
    { numRuns: 60 },
  );
});

test('unless told otherwise, eight bundles are being read at once', async () => {
  const { read, most } = log(
    new Map(
      [...Array(12).keys()].map((n) => [`tile/entries/${String(n).padStart(3, '0')}`, new Uint8Array(512)]),
    ),
  );
  const all = await Array.fromAsync(readBundles(read, 0n, 3_072n, 3_072n));
  assert.equal(all.length, 12);
  assert.equal(most(), 8);
});

test('entries that a tree has not are nobody’s to read', async () => {
  for (const [from, to] of [
    [0n, 601n],
    [-1n, 5n],
    [700n, 800n],
  ] as const) {
    const { read, reads } = log(tree.files(600, 601, 800));
    await assert.rejects(Array.fromAsync(readBundles(read, from, to, 600n)), RangeError);
    assert.deepEqual(reads, []);
  }
  const { read, reads } = log(tree.files(600));
  assert.deepEqual(await Array.fromAsync(readBundles(read, 500n, 300n, 600n)), []);
  assert.deepEqual(reads, []);
});

test('an older tree’s last bundle is the partial one that it had', async () => {
  const files = tree.files(600, 700);
  const { read, reads } = log(files);
  const [bundle] = await Array.fromAsync(readBundles(read, 590n, 600n, 600n));
  assert.deepEqual(reads, ['tile/entries/002.p/88']);
  assert.equal(bundle?.entries.length, 10);
});

const badBundles: [string, (bytes: Bytes) => Bytes | undefined, LogErrorCode][] = [
  ['is missing', () => undefined, 'file-missing'],
  ['is empty', () => new Uint8Array(), 'file-malformed'],
  ['is cut short', (bytes) => bytes.subarray(0, -1), 'file-malformed'],
  ['is cut in half', (bytes) => bytes.subarray(0, bytes.length / 2), 'file-malformed'],
  ['has a byte more', (bytes) => concat(bytes, Uint8Array.of(0)), 'file-malformed'],
  ['has an entry more', (bytes) => concat(bytes, Uint8Array.of(0, 0)), 'file-malformed'],
  ['is of a wider tree', () => tree.files(700).get('tile/entries/002.p/188'), 'file-malformed'],
  ['is full', () => tree.files(768).get('tile/entries/002'), 'file-malformed'],
];

for (const [what, change, code] of badBundles) {
  test(`a bundle that ${what} ends the reading behind the bundles before it`, async () => {
    const { read } = log(withFile(tree.files(600), 'tile/entries/002.p/88', change));
    const found: Bytes[] = [];
    const reading = async () => {
      for await (const { entries } of readBundles(read, 0n, 600n, 600n)) found.push(...entries);
    };
    await assert.rejects(reading(), isCode(code));
    assert.equal(found.length, 512);
  });
}

test('what keeps a bundle from being read is told as it is', async () => {
  await assert.rejects(Array.fromAsync(readBundles(unreachable, 0n, 5n, 600n)), outage);
});

test('who stops early leaves nothing behind that could fail', async () => {
  const unhandled: unknown[] = [];
  const listener = (reason: unknown) => unhandled.push(reason);
  process.on('unhandledRejection', listener);
  const { read } = log(withFile(tree.files(1_400), 'tile/entries/001', () => undefined));
  for await (const { from } of readBundles(read, 0n, 1_400n, 1_400n)) {
    assert.equal(from, 0n);
    break;
  }
  for (let i = 0; i < 5; i++) await new Promise(setImmediate);
  process.off('unhandledRejection', listener);
  assert.deepEqual(unhandled, []);
});

// readProven

const indexAndSize = fc
  .integer({ min: 1, max: most })
  .chain((size) => fc.tuple(fc.nat(size - 1), fc.constant(size)));

test('an entry is read with its proof', async () => {
  await fc.assert(
    fc.asyncProperty(indexAndSize, async ([index, size]) => {
      const { read } = log(tree.files(size));
      const { bytes, ...rest } = await readProven(read, BigInt(index), checkpointOf(size));
      assert.deepEqual(rest, { index: BigInt(index), proof: tree.path(index, 0, size) });
      assert.deepEqual(base64([bytes]), base64([entryAt(index)]));
    }),
    { numRuns: 60 },
  );
});

test('for a proof no file is read that it does not need, nor any twice', async () => {
  const { read, reads } = log(tree.files(600));
  await readProven(read, 3n, checkpointOf(600));
  assert.deepEqual(reads.toSorted(), ['tile/0/000', 'tile/0/002.p/88', 'tile/1/000.p/2', 'tile/entries/000']);
});

test('a file with any bit changed proves nothing else than what is in the log', async () => {
  const files = tree.files(600);
  const path = fc.constantFrom(...files.keys());
  let caught = 0;
  await fc.assert(
    fc.asyncProperty(fc.nat(599), path, fc.nat(), async (index, path, place) => {
      const bits = (files.get(path)?.length ?? 0) * 8;
      const { read } = log(withFile(files, path, flip(place % bits)));
      try {
        const { bytes, proof } = await readProven(read, BigInt(index), checkpointOf(600));
        assert.deepEqual(base64([bytes]), base64([entryAt(index)]));
        assert.deepEqual(base64(proof), base64(tree.path(index, 0, 600)));
      } catch (error) {
        // A length changed in a bundle may make another bundle of it, or none.
        const codes = path.includes('entries') ? ['not-included', 'file-malformed'] : ['not-included'];
        assert.ok(error instanceof Error && 'code' in error && codes.includes(String(error.code)), path);
        caught++;
      }
    }),
    { numRuns: 200 },
  );
  assert.ok(caught > 20);
});

test('an entry in another’s place is not proven', async () => {
  const { read } = log(tree.files(600));
  const swapped: ReadFile = async (path) =>
    path === 'tile/entries/000' ? tree.files(600).get('tile/entries/001') : read(path);
  await assert.rejects(readProven(swapped, 3n, checkpointOf(600)), isCode('not-included'));
});

test('a proof leads to the checkpoint’s root, or is none', async () => {
  const { read } = log(tree.files(599, 600));
  const other = { ...checkpointOf(600), root: tree.mth(0, 599) };
  await assert.rejects(readProven(read, 3n, other), isCode('not-included'));
  await assert.rejects(
    readProven(read, 3n, { ...checkpointOf(599), root: tree.mth(0, 600) }),
    isCode('not-included'),
  );
  await assert.rejects(
    readProven(read, 3n, { ...checkpointOf(600), root: new Uint8Array() }),
    isCode('not-included'),
  );
});

test('an index that a checkpoint does not cover is not included, and nothing is read for it', async () => {
  for (const index of [600n, 601n, -1n, 2n ** 64n]) {
    const { read, reads } = log(tree.files(600, 700));
    await assert.rejects(readProven(read, index, checkpointOf(600)), isCode('not-included'));
    assert.deepEqual(reads, []);
  }
  await assert.rejects(readProven(log(new Map()).read, 0n, checkpointOf(0)), isCode('not-included'));
});

test('without one of the files that it needs, or with one of another length, no entry is proven', async () => {
  const files = tree.files(600);
  for (const path of ['tile/entries/000', 'tile/0/000', 'tile/0/002.p/88', 'tile/1/000.p/2']) {
    const bad = (change: (bytes: Bytes) => Bytes | undefined) =>
      readProven(log(withFile(files, path, change)).read, 3n, checkpointOf(600));
    const without = bad(() => undefined);
    // What is over full tiles follows from them.
    if (path.startsWith('tile/1/')) assert.deepEqual((await without).bytes, entryAt(3));
    else await assert.rejects(without, isCode('file-missing'), path);
    for (const change of [
      () => new Uint8Array(),
      (bytes: Bytes) => bytes.subarray(1),
      (bytes: Bytes) => bytes.subarray(32),
      (bytes: Bytes) => concat(bytes, bytes.subarray(0, 32)),
    ])
      await assert.rejects(bad(change), isCode('file-malformed'), path);
  }
});

test('what keeps a tile from being read is told as it is', async () => {
  const { read } = log(tree.files(600));
  const half: ReadFile = (path) => (path.includes('entries') ? read(path) : unreachable(path));
  await assert.rejects(readProven(half, 3n, checkpointOf(600)), outage);
});

// readEdge

test('a tree grows on from its edge', async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.nat(most), fc.constantFrom(0, 255, 256, 257, 512)), async (size) => {
      const { read } = log(tree.files(size));
      const writer = new TileWriter(BigInt(size), await readEdge(read, BigInt(size)));
      assert.deepEqual(writer.root(), tree.mth(0, size));
    }),
    { numRuns: 60 },
  );
});

test('of the edge only the partial tiles are read', async () => {
  const { read, reads } = log(tree.files(600));
  await readEdge(read, 600n);
  assert.deepEqual(reads, ['tile/0/002.p/88', 'tile/1/000.p/2']);
  const full = log(tree.files(512));
  assert.deepEqual(
    (await readEdge(full.read, 512n)).map((row) => row.length),
    [0, 2],
  );
  assert.deepEqual(full.reads, ['tile/1/000.p/2']);
  assert.deepEqual(await readEdge(unreachable, 0n), []);
});

test('an edge with a tile missing, or of another length, is none', async () => {
  for (const path of ['tile/0/002.p/88', 'tile/1/000.p/2']) {
    const bad = (change: (bytes: Bytes) => Bytes | undefined) =>
      readEdge(log(withFile(tree.files(600), path, change)).read, 600n);
    const without = bad(() => undefined);
    if (path.startsWith('tile/1/'))
      assert.deepEqual(await without, await readEdge(log(tree.files(600)).read, 600n));
    else await assert.rejects(without, isCode('file-missing'));
    await assert.rejects(
      bad((bytes) => bytes.subarray(32)),
      isCode('file-malformed'),
    );
    await assert.rejects(
      bad((bytes) => concat(bytes, bytes.subarray(0, 32))),
      isCode('file-malformed'),
    );
  }
  await assert.rejects(readEdge(unreachable, 600n), outage);
});

test('a mirror that holds only full tiles serves a checkpoint that ends within them', async () => {
  const size = 600;
  const full = [...tree.files(768)].filter(([path]) => !path.includes('.p/'));
  const { read, reads } = log(new Map(full));
  const of = checkpointOf(size);
  const read1 = await readProven(read, 590n, of);
  assert.deepEqual(read1.bytes, entryAt(590));
  assert.ok(reads.includes('tile/entries/002') && reads.includes('tile/entries/002.p/88'));
  const entries: Uint8Array[] = [];
  for await (const bundle of readBundles(read, 0n, BigInt(size), BigInt(size)))
    entries.push(...bundle.entries);
  assert.equal(entries.length, size);
  assert.deepEqual(
    await readTile(read, { level: 1, index: 0n, width: 2 }),
    tree.files(size).get('tile/1/000.p/2'),
  );
  await assert.rejects(readTile(read, { level: 0, index: 3n, width: 2 }), isCode('file-missing'));
});
