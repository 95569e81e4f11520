import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { toHex } from '#core/bytes.ts';
import { readAhead } from '#core/log/reading.ts';
import { everyFile, newTiles, TileWriter, tilePath } from '#core/log/tiles.ts';
import { EMPTY_ROOT, leafHash } from '#core/log/tree.ts';
import { TreeCheck } from '#core/log/verify/tree-check.ts';
import { entryAt, NaiveTree } from '../naive.ts';

/** Adds entries as a verifier does: rows that are full rise. */
function add(tree: TreeCheck, entry: Uint8Array): void {
  if (tree.width(0) === 256) for (let level = 0; tree.rise(level); ) level++;
  assert.equal(tree.addLeaf(entry), toHex(leafHash(entry)));
}

test('the verifier’s tree has the root of RFC 6962 at each size, and at each smaller size of its last row', () => {
  const entries = Array.from({ length: 600 }, (_, i) => entryAt(i));
  const naive = new NaiveTree(entries);
  const tree = new TreeCheck();
  assert.deepEqual(tree.root(), EMPTY_ROOT);
  for (const [i, entry] of entries.entries()) {
    add(tree, entry);
    assert.deepEqual(Buffer.from(tree.root()), Buffer.from(naive.mth(0, i + 1)), `${i + 1}`);
    for (const back of [1, 2, 3, 17]) {
      if (back < tree.width(0)) {
        const root = tree.root(tree.width(0) - back);
        assert.deepEqual(Buffer.from(root), Buffer.from(naive.mth(0, i + 1 - back)));
      }
    }
  }
});

test('the verifier’s tree and the writer’s, which share no code, agree past the second level of tiles', () => {
  const count = 256 * 256 + 256 + 3;
  const tree = new TreeCheck();
  const writer = new TileWriter();
  const leaves = [];
  for (let i = 0; i < count; i++) {
    add(tree, entryAt(i));
    leaves.push(leafHash(entryAt(i)));
    if (![256, 65_535, 65_536, 65_537, count].includes(i + 1)) continue;
    writer.append(leaves.splice(0));
    assert.deepEqual(Buffer.from(tree.root()), Buffer.from(writer.root()), `${i + 1}`);
  }
  assert.equal(tree.width(2), 1);
});

test('every file is each bundle and tile of a tree, once, each behind what it is over', () => {
  const sizes = fc.oneof(fc.nat(2000), fc.integer({ min: 65_000, max: 140_000 }));
  fc.assert(
    fc.property(sizes, (size) => {
      const tiles = [...everyFile(BigInt(size))];
      assert.deepEqual(tiles.map(tilePath).sort(), newTiles(0n, BigInt(size)).map(tilePath).sort());
      const place = new Map(tiles.map((tile, i) => [tilePath(tile), i]));
      for (const tile of tiles) {
        if (tile.level === 'entries') continue;
        const below = tile.level === 0 ? 'entries' : tile.level - 1;
        const last = tile.level === 0 ? tile.index : tile.index * 256n + BigInt(tile.width) - 1n;
        const width = below === 'entries' ? tile.width : 256;
        const before = place.get(tilePath({ level: below, index: last, width })) ?? Number.NaN;
        assert.ok(before < (place.get(tilePath(tile)) ?? 0), tilePath(tile));
      }
      const bundles = [...everyFile(BigInt(size), false)];
      assert.deepEqual(
        bundles,
        tiles.filter(({ level }) => level === 'entries'),
      );
    }),
    { numRuns: 60 },
  );
});

test('files are read some ahead, no more, and come in their order', async () => {
  const tiles = [...everyFile(2000n)];
  let open = 0;
  let most = 0;
  const read = async (path: string) => {
    most = Math.max(most, ++open);
    // The later ones answer first.
    for (let i = 0; i < 20 - (path.length % 20); i++) await undefined;
    open--;
    return Buffer.from(path);
  };
  const came = [];
  for await (const { tile, bytes } of readAhead(read, tiles.values(), 5)) {
    assert.equal(String(bytes), tilePath(tile));
    came.push(tile);
  }
  assert.deepEqual(came, tiles);
  assert.equal(most, 5);
});
