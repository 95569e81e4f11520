import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { openNote, parseVerifierKey } from '#core/log/note.ts';
import {
  decodeBundle,
  encodeBundle,
  newTiles,
  nodesInTiles,
  parseTilePath,
  type Tile,
  TileWriter,
  tileAt,
  tileHashes,
  tilePath,
  tileRoot,
} from '#core/log/tiles.ts';
import {
  consistencyProof,
  inclusionProof,
  leafHash,
  type Node,
  rootAt,
  verifyConsistency,
  verifyInclusion,
} from '#core/log/tree.ts';
import { type Bytes, entryAt, NaiveTree, naiveNode, naiveSplit } from './naive.ts';

// C2SP tlog-tiles' own examples, and what follows from its rules.
const paths: [string, Tile][] = [
  ['tile/0/x001/x234/067', { level: 0, index: 1_234_067n, width: 256 }],
  ['tile/0/x001/x234/067.p/8', { level: 0, index: 1_234_067n, width: 8 }],
  ['tile/entries/x001/x234/067', { level: 'entries', index: 1_234_067n, width: 256 }],
  ['tile/entries/003.p/17', { level: 'entries', index: 3n, width: 17 }],
  ['tile/0/000', { level: 0, index: 0n, width: 256 }],
  ['tile/0/999', { level: 0, index: 999n, width: 256 }],
  ['tile/0/x001/000', { level: 0, index: 1_000n, width: 256 }],
  ['tile/1/x999/999.p/1', { level: 1, index: 999_999n, width: 1 }],
  ['tile/2/x001/x000/000.p/255', { level: 2, index: 1_000_000n, width: 255 }],
  ['tile/63/000.p/10', { level: 63, index: 0n, width: 10 }],
  ['tile/0/x072/x057/x594/x037/x927/935', { level: 0, index: 72_057_594_037_927_935n, width: 256 }],
];

for (const [path, tile] of paths) {
  test(`${path} is a tile’s path`, () => {
    assert.equal(tilePath(tile), path);
    assert.deepEqual(parseTilePath(path), tile);
  });
}

const tiles = fc
  .tuple(
    fc.oneof(fc.constant('entries' as const), fc.nat(63)),
    fc.oneof(fc.bigInt(0n, 2n ** 64n - 1n), fc.bigInt(0n, 2_000_000n)),
    fc.integer({ min: 1, max: 256 }),
  )
  .map(([level, index, width]): Tile => ({ level, index, width }));

test('every tile has one path, and is read from it', () => {
  fc.assert(fc.property(tiles, (tile) => assert.deepEqual(parseTilePath(tilePath(tile)), tile)));
});

const noPaths = [
  '',
  'tile',
  'tile/0',
  'tile/0/',
  'checkpoint',
  '/tile/0/000',
  'tile/0/000/',
  'tile/0/000\n',
  ' tile/0/000',
  'tile//000',
  'tile/0//000',
  // Levels.
  'tile/64/000',
  'tile/00/000',
  'tile/01/000',
  'tile/-1/000',
  'tile/100/000',
  'tile/1e1/000',
  'tile/data/000',
  'tile/Entries/000',
  'tile/entries',
  'TILE/0/000',
  // Places: three digits each, an x before all but the last, no group of zeros before the first that counts.
  'tile/0/0',
  'tile/0/00',
  'tile/0/0000',
  'tile/0/x000/000',
  'tile/0/x000/001',
  'tile/0/x001',
  'tile/0/001/000',
  'tile/0/x001/x000',
  'tile/0/X001/000',
  'tile/0/x1/000',
  'tile/0/x0001/000',
  'tile/0/00a',
  'tile/0/-01',
  'tile/0/+01',
  'tile/0/ 01',
  'tile/0/٠٠٠',
  'tile/0/x001\\000',
  'tile/0/x001/../000',
  'tile/0/..',
  'tile/0/%30%30%30',
  `tile/0/${'x001/'.repeat(7)}000`,
  `tile/0/${'x999/'.repeat(100_000)}999`,
  // Widths.
  'tile/0/000.p',
  'tile/0/000.p/',
  'tile/0/000.p/0',
  'tile/0/000.p/01',
  'tile/0/000.p/256',
  'tile/0/000.p/257',
  'tile/0/000.p/260',
  'tile/0/000.p/300',
  'tile/0/000.p/999',
  'tile/0/000.p/1000',
  'tile/0/000.p/-1',
  'tile/0/000.p/1.0',
  'tile/0/000.P/1',
  'tile/0/000/p/1',
  'tile/0/000.p/1/',
  'tile/0/000.p/1.p/1',
  'tile/0/x001.p/1/000',
  // Other files of the bucket: nobody outside has a use for them.
  'head/0',
  `place/${'A'.repeat(43)}/1`,
  `tile/../place/${'A'.repeat(43)}/1`,
  `tile/entries/../../place/${'A'.repeat(43)}/1`,
  `tile/place/${'A'.repeat(43)}/1`,
];

test('nothing else is a tile’s path', () => {
  for (const path of noPaths) assert.equal(parseTilePath(path), undefined, path.slice(0, 40));
});

test('a path with a character changed is no path, or another tile’s', () => {
  fc.assert(
    fc.property(tiles, fc.nat(), fc.constantFrom(...'0123456789x./p- eX'), (tile, place, character) => {
      const path = tilePath(tile);
      const at = place % path.length;
      const changed = path.slice(0, at) + character + path.slice(at + 1);
      const read = parseTilePath(changed);
      assert.ok(read === undefined || tilePath(read) === changed);
    }),
    { numRuns: 500 },
  );
});

test('new files are told bundles first, then tiles from the lowest level up', () => {
  const levels = newTiles(100n, 70_000n).map(({ level }) => (level === 'entries' ? -1 : level));
  assert.deepEqual(
    levels,
    levels.toSorted((a, b) => a - b),
  );
  assert.equal(levels.filter((level) => level === -1).length, 274);
});

test('a tree has the tiles that tlog-tiles counts in its examples', () => {
  const shape = (size: bigint) =>
    newTiles(0n, size)
      .filter(({ level }) => level !== 'entries')
      .map(({ level, width }) => `${level}: ${width}`)
      .reduce((counts, text) => counts.set(text, (counts.get(text) ?? 0) + 1), new Map<string, number>());
  assert.deepEqual(
    [...shape(70_000n)],
    [
      ['0: 256', 273],
      ['0: 112', 1],
      ['1: 256', 1],
      ['1: 17', 1],
      ['2: 1', 1],
    ],
  );
  assert.deepEqual(
    [...shape(256n)],
    [
      ['0: 256', 1],
      ['1: 1', 1],
    ],
  );
  assert.deepEqual(newTiles(0n, 0n), []);
});

const most = 1_400;
const tree = new NaiveTree(Array.from({ length: most }, (_, i) => entryAt(i)));
const leaves = tree.entries.map(leafHash);
const sorted = (files: Iterable<string>) => [...files].toSorted();

const growth = fc
  .array(fc.oneof(fc.nat(5), fc.nat(300), fc.constantFrom(255, 256, 257)), { maxLength: 8 })
  .map((batches) => {
    const sizes = [0];
    for (const batch of batches) sizes.push(Math.min((sizes.at(-1) ?? 0) + batch, most));
    return sizes;
  });

test('however entries come, the files are those that tlog-tiles defines for the sizes in between', () => {
  fc.assert(
    fc.property(growth, (sizes) => {
      const writer = new TileWriter();
      const written = new Map<string, Bytes>();
      for (const [i, size] of sizes.entries()) {
        const from = sizes[i - 1] ?? 0;
        const news = writer.append(leaves.slice(from, size));
        for (const { tile, bytes } of news) {
          assert.ok(!written.has(tilePath(tile)), 'no file is written twice');
          written.set(tilePath(tile), bytes);
        }
        const announced = newTiles(BigInt(from), BigInt(size)).map(tilePath);
        assert.deepEqual(
          news.map(({ tile }) => tilePath(tile)),
          announced.filter((path) => !path.includes('entries')),
        );
        const [before, after] = [tree.files(from), tree.files(size)];
        assert.deepEqual(
          sorted(announced),
          sorted([...after.keys()].filter((path) => !before.has(path))),
          'the new files are those that the smaller tree had not',
        );
        assert.equal(writer.size, BigInt(size));
        assert.deepEqual(writer.root(), tree.mth(0, size));
      }
      const defined = new Map(sizes.flatMap((size) => [...tree.tiles(size)]));
      assert.deepEqual(sorted(written.keys()), sorted(defined.keys()));
      for (const [path, bytes] of written)
        assert.ok(Buffer.compare(bytes, defined.get(path) ?? bytes) === 0, path);
    }),
    { numRuns: 30 },
  );
});

/** The edge of a tree of some size, as its files have it. */
function edge(of: NaiveTree, size: number): Bytes[][] {
  const rows: Bytes[][] = [];
  for (let span = 1; span <= size; span *= 256) {
    const [start, end] = [Math.floor(size / span / 256) * 256, Math.floor(size / span)];
    rows.push(
      Array.from({ length: end - start }, (_, i) => of.mth((start + i) * span, (start + i + 1) * span)),
    );
  }
  return rows;
}

test('a writer that resumes at a tree’s edge goes on as one that never stopped', () => {
  fc.assert(
    fc.property(fc.nat(most), fc.nat(most), (a, b) => {
      const [from, to] = a < b ? [a, b] : [b, a];
      const whole = new TileWriter();
      whole.append(leaves.slice(0, from));
      const resumed = new TileWriter(BigInt(from), edge(tree, from));
      assert.deepEqual(resumed.root(), whole.root());
      assert.deepEqual(resumed.append(leaves.slice(from, to)), whole.append(leaves.slice(from, to)));
      assert.deepEqual(resumed.root(), tree.mth(0, to));
    }),
    { numRuns: 30 },
  );
});

test('a writer takes no edge of a tree of another size', () => {
  const rows = edge(tree, 600);
  for (const [size, wrong] of [
    [601n, rows],
    [599n, rows],
    [856n, rows],
    [600n, []],
    [600n, rows.slice(0, 1)],
    [600n, rows.slice(1)],
    [600n, [...rows, [leafHash(new Uint8Array())]]],
    [0n, rows],
  ] as const)
    assert.throws(() => new TileWriter(size, wrong), RangeError);
  assert.equal(new TileWriter(600n, [...rows, []]).size, 600n);
});

test('a writer leaves the rows that it was given as they were', () => {
  const rows = edge(tree, 255);
  new TileWriter(255n, rows).append(leaves.slice(255, 300));
  assert.deepEqual(rows, edge(tree, 255));
});

/** `MTH` over the complete subtrees that are known: of trees too large to build. */
function rootOver(known: ReadonlyMap<string, Bytes>, from: bigint, to: bigint): Bytes {
  const size = to - from;
  const complete = (size & (size - 1n)) === 0n && from % size === 0n;
  const hash = complete ? known.get(`${size}:${from / size}`) : undefined;
  if (hash !== undefined) return hash;
  assert.ok(size > 1n, 'a leaf that nobody knows');
  const middle = from + naiveSplit(size);
  return naiveNode(rootOver(known, from, middle), rootOver(known, middle, to));
}

test('a tree of any size grows, across whatever tiles that fills', () => {
  const width = fc.oneof(fc.nat(255), fc.constantFrom(0, 254, 255));
  fc.assert(
    fc.property(fc.array(width, { maxLength: 7 }), fc.integer({ min: 1, max: 4 }), (widths, more) => {
      const size = widths.reduceRight((sum, count) => sum * 256n + BigInt(count), 0n);
      const known = new Map<string, Bytes>();
      const rows = widths.map((count, level) => {
        const span = 256n ** BigInt(level);
        return Array.from({ length: count }, (_, i) => {
          const at = ((size / span) >> 8n) * 256n + BigInt(i);
          const hash = leafHash(Buffer.from(`${level} ${at}`));
          known.set(`${span}:${at}`, hash);
          return hash;
        });
      });
      const writer = new TileWriter(size, rows);
      if (size > 0n) assert.deepEqual(writer.root(), rootOver(known, 0n, size));
      const added = leaves.slice(0, more);
      for (const [i, leaf] of added.entries()) known.set(`1:${size + BigInt(i)}`, leaf);
      const written = writer.append(added);
      assert.deepEqual(writer.root(), rootOver(known, 0n, size + BigInt(more)));
      for (const { tile, bytes } of written) {
        const span = 256n ** BigInt(Number(tile.level));
        for (const [i, hash] of tileHashes(bytes, tile).entries()) {
          const at = (tile.index * 256n + BigInt(i)) * span;
          assert.equal(base64(hash), base64(rootOver(known, at, at + span)));
        }
      }
    }),
    { numRuns: 30 },
  );
});

/** Reads tiles as a tree of some size has them, and counts how often. */
function reader(of: NaiveTree, size: number) {
  const files = of.tiles(size);
  const reads: string[] = [];
  const fetch = async (tile: Tile) => {
    reads.push(tilePath(tile));
    const bytes = files.get(tilePath(tile));
    assert.ok(bytes, `${tilePath(tile)} is no tile of this tree`);
    return bytes;
  };
  return { reads, read: nodesInTiles(BigInt(size), fetch) };
}

const sizesAndNodes = fc.integer({ min: 1, max: most }).chain((size) =>
  fc.tuple(
    fc.constant(size),
    fc.array(
      fc.nat(10).chain((level) => {
        const last = (size >> level) - 1;
        return last < 0
          ? fc.constant({ level: 0, at: 0n })
          : fc.bigInt(0n, BigInt(last)).map((at): Node => ({ level, at }));
      }),
      { maxLength: 12 },
    ),
  ),
);

test('nodes are read out of tiles in the order asked for, each tile once', async () => {
  await fc.assert(
    fc.asyncProperty(sizesAndNodes, async ([size, nodes]) => {
      const { read, reads } = reader(tree, size);
      const hashes = await read(nodes);
      assert.deepEqual(
        hashes,
        nodes.map(({ level, at }) => tree.mth(Number(at) << level, Number(at + 1n) << level)),
      );
      assert.equal(new Set(reads).size, reads.length);
    }),
    { numRuns: 60 },
  );
});

test('what is proven out of tiles is what the naive tree proves', async () => {
  const size = fc.integer({ min: 1, max: most });
  await fc.assert(
    fc.asyncProperty(size, fc.nat(), async (size, place) => {
      const at = place % size;
      const { read } = reader(tree, size);
      assert.deepEqual(await rootAt(BigInt(size), read), tree.mth(0, size));
      assert.deepEqual(await inclusionProof(BigInt(at), BigInt(size), read), tree.path(at, 0, size));
      assert.deepEqual(await consistencyProof(BigInt(at + 1), BigInt(size), read), tree.proof(at + 1, size));
      // An older tree's root comes out of the tiles of a newer one.
      assert.deepEqual(await rootAt(BigInt(at), read), tree.mth(0, at));
    }),
    { numRuns: 60 },
  );
});

test('a node that a tree has not is an error before anything is read', async () => {
  for (const node of [
    { level: 0, at: 600n },
    { level: 0, at: -1n },
    { level: 0, at: 10_000n },
    { level: 3, at: 75n },
    { level: 8, at: 2n },
    { level: 9, at: 1n },
    { level: 10, at: 0n },
    { level: 16, at: 0n },
  ]) {
    const { read, reads } = reader(tree, 600);
    await assert.rejects(read([{ level: 0, at: 0n }, node]), RangeError);
    assert.deepEqual(reads, []);
  }
});

test('a tile that is not as wide as its name says is an error', async () => {
  const files = tree.tiles(300);
  for (const by of [-32, -1, 1, 32]) {
    const read = nodesInTiles(300n, async (tile) => {
      const bytes = files.get(tilePath(tile)) ?? new Uint8Array();
      return Buffer.concat([bytes, Buffer.alloc(32)]).subarray(0, bytes.length + by);
    });
    await assert.rejects(read([{ level: 0, at: 256n }]), RangeError, `${by} bytes`);
    await assert.rejects(read([{ level: 8, at: 0n }]), RangeError, `${by} bytes`);
  }
});

test('a place is in one tile, as wide as the tree makes it', () => {
  assert.deepEqual(tileAt('entries', 299n, 300n), { level: 'entries', index: 1n, width: 44 });
  assert.deepEqual(tileAt(0, 255n, 300n), { level: 0, index: 0n, width: 256 });
  assert.deepEqual(tileAt(0, 256n, 300n), { level: 0, index: 1n, width: 44 });
  assert.deepEqual(tileAt(1, 0n, 300n), { level: 1, index: 0n, width: 1 });
  assert.deepEqual(tileAt(1, 256n, 70_000n), { level: 1, index: 1n, width: 17 });
  for (const [level, place] of [
    ['entries', 300n],
    [0, 300n],
    [0, -1n],
    [1, 1n],
    [2, 0n],
  ] as const)
    assert.throws(() => tileAt(level, place, 300n), RangeError);
});

test('only a full tile has a root', () => {
  assert.deepEqual(tileRoot(leaves.slice(0, 256)), tree.mth(0, 256));
  for (const count of [0, 1, 128, 255, 257])
    assert.throws(() => tileRoot(leaves.slice(0, count)), RangeError);
});

const entries = fc.array(
  fc.oneof(fc.uint8Array({ maxLength: 20 }), fc.uint8Array({ minLength: 250, maxLength: 520 })),
  { maxLength: 256, size: 'medium' },
);

test('a bundle holds its entries and nothing else', () => {
  fc.assert(
    fc.property(entries, (all) => {
      const bundle = encodeBundle(all);
      const parts = all.flatMap((bytes) => [Uint8Array.of(bytes.length >> 8, bytes.length & 255), bytes]);
      assert.equal(Buffer.compare(bundle, Buffer.concat(parts)), 0);
      const read = decodeBundle(bundle, { width: all.length });
      assert.deepEqual(read.map(base64), all.map(base64));
      for (const width of [all.length - 1, all.length + 1])
        assert.throws(() => decodeBundle(bundle, { width }), RangeError);
    }),
  );
});

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

test('a bundle that is cut short anywhere, or goes on, is none', () => {
  fc.assert(
    fc.property(entries, fc.nat(), fc.uint8Array({ minLength: 1, maxLength: 4 }), (all, place, more) => {
      const bundle = encodeBundle(all);
      const width = { width: all.length };
      if (all.length > 0)
        assert.throws(() => decodeBundle(bundle.subarray(0, place % bundle.length), width), RangeError);
      assert.throws(() => decodeBundle(Buffer.concat([bundle, more]), width), RangeError);
    }),
  );
});

test('an entry has up to 65,535 bytes', () => {
  const largest = Buffer.alloc(65_535, 7);
  const bundle = encodeBundle([new Uint8Array(), largest, new Uint8Array()]);
  assert.deepEqual(decodeBundle(bundle, { width: 3 }).map(base64), ['', base64(largest), '']);
  assert.deepEqual([...bundle.subarray(0, 4)], [0, 0, 255, 255]);
  assert.throws(() => encodeBundle([Buffer.alloc(65_536)]), RangeError);
});

test('the bundles of the naive tree are read', () => {
  for (const [path, bytes] of tree.bundles(600)) {
    const tile = parseTilePath(path);
    assert.ok(tile);
    const start = Number(tile.index) * 256;
    assert.deepEqual(decodeBundle(bytes, tile).map(leafHash), leaves.slice(start, start + tile.width));
  }
});

// A log of 71,909,756 entries that somebody else keeps, and proofs that somebody else's code made of it.
interface OthersLog {
  key: string;
  head: string;
  inclusions: { index: string; record: string; proof: string[] }[];
  consistencies: { head: string; proof: string[] }[];
  tiles: Record<string, string>;
}

const others: OthersLog = JSON.parse(
  readFileSync(new URL('../../vectors/tlog/go-checksum-database.json', import.meta.url), 'utf8'),
);

const bytesOf = (text: string) => Uint8Array.from(Buffer.from(text, 'base64'));

/** What a head says that the log's key signed. */
function signedHead(note: string): { size: bigint; root: Bytes } {
  const [, size = '', root = ''] = openNote(note, parseVerifierKey(others.key)).split('\n');
  return { size: BigInt(size), root: bytesOf(root) };
}

const { size, root } = signedHead(others.head);
const readOthers = nodesInTiles(size, async (tile) => {
  const bytes = others.tiles[tilePath(tile)];
  assert.ok(bytes, `${tilePath(tile)} is not among the tiles`);
  return bytesOf(bytes);
});

test('the Go checksum database’s entries are in the tree that its signed head says', () => {
  for (const { index, record, proof } of others.inclusions) {
    const leaf = leafHash(Buffer.from(record));
    assert.ok(verifyInclusion(BigInt(index), size, leaf, proof.map(bytesOf), root), record);
    assert.ok(!verifyInclusion(BigInt(index) + 1n, size, leaf, proof.map(bytesOf), root));
  }
  assert.equal(others.inclusions.length, 6);
});

test('the Go checksum database’s newest head begins with all that its older heads had', () => {
  for (const { head, proof } of others.consistencies) {
    const older = signedHead(head);
    assert.ok(verifyConsistency(older.size, size, proof.map(bytesOf), older.root, root), head);
    assert.ok(!verifyConsistency(older.size - 1n, size, proof.map(bytesOf), older.root, root));
  }
  assert.equal(others.consistencies.length, 5);
});

test('the Go checksum database’s tiles give the root that it signed, and the proofs that its own code makes', async () => {
  assert.deepEqual(await rootAt(size, readOthers), root);
  let made = 0;
  for (const { index, proof } of others.inclusions.filter((inclusion) => Number(inclusion.index) < 256)) {
    assert.deepEqual((await inclusionProof(BigInt(index), size, readOthers)).map(base64), proof);
    made++;
  }
  assert.equal(made, 2);
  for (const older of [1n, 200n, 256n, 65_536n, 16_777_216n, size - 1n]) {
    const proof = await consistencyProof(older, size, readOthers);
    assert.ok(verifyConsistency(older, size, proof, await rootAt(older, readOthers), root), `from ${older}`);
  }
});

test('a writer that resumes at the edge of the Go checksum database’s tree has the root that it signed', () => {
  const rows = ['0/x280/897.p/124', '1/x001/097.p/65', '2/004.p/73', '3/000.p/4'].map((path) => {
    const tile = parseTilePath(`tile/${path}`);
    assert.ok(tile);
    return tileHashes(bytesOf(others.tiles[`tile/${path}`] ?? ''), tile);
  });
  assert.deepEqual(new TileWriter(size, rows).root(), root);
});
