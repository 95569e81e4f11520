import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { utf8 } from '#core/bytes.ts';
import { readBundles } from '#core/log/reading.ts';
import { nodesInTiles, TileWriter, tilePath } from '#core/log/tiles.ts';
import { leafHash, rootAt, sameHash } from '#core/log/tree.ts';
import { LogWriter } from '#core/log/writing.ts';

const entries = Array.from({ length: 1200 }, (_, i) => utf8(`entry ${i}`));

test('whatever the batches, and whoever goes on, the files hold what was appended and make its root', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 8 }),
      async (batches) => {
        const files = new Map<string, Uint8Array>();
        let size = 0;
        let tree = new TileWriter();
        for (const batch of batches) {
          const some = entries.slice(size, size + batch);
          // As after a crash: with the tree and what is in its last bundle, and nothing else.
          const writer = new LogWriter(tree, entries.slice(size - (size % 256), size));
          for (const { tile, bytes } of writer.append(some)) files.set(tilePath(tile), bytes);
          size += some.length;
          assert.equal(writer.size, BigInt(size));
          tree = new TileWriter();
          tree.append(entries.slice(0, size).map(leafHash));
          assert.ok(sameHash(writer.root(), tree.root()));
        }
        const read = async (path: string) => files.get(path);
        const found = [];
        for await (const bundle of readBundles(read, 0n, BigInt(size), BigInt(size)))
          found.push(...bundle.entries);
        assert.deepEqual(found.map(String), entries.slice(0, size).map(String));
        const nodes = nodesInTiles(
          BigInt(size),
          async (tile) => files.get(tilePath(tile)) ?? new Uint8Array(),
        );
        assert.ok(sameHash(await rootAt(BigInt(size), nodes), tree.root()));
      },
    ),
    { numRuns: 40 },
  );
});

test('a last bundle that is not of the tree’s size is refused', () => {
  const tree = new TileWriter();
  tree.append(entries.slice(0, 257).map(leafHash));
  for (const last of [[], entries.slice(0, 2)]) assert.throws(() => new LogWriter(tree, last), RangeError);
  new LogWriter(tree, entries.slice(256, 257));
});
