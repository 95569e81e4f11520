import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { toHex } from '#core/bytes.ts';
import {
  consistencyProof,
  EMPTY_ROOT,
  foldPeaks,
  inclusionProof,
  leafHash,
  type Node,
  nodeHash,
  type ReadNodes,
  rootAt,
  subtrees,
  verifyConsistency,
  verifyInclusion,
} from '#core/log/tree.ts';
import {
  entryAt,
  NaiveTree,
  naiveLeaf,
  naiveNode,
  naiveSplit,
  pathLength,
  proofLength,
  rootOfPath,
  rootsOfProof,
} from './naive.ts';

interface InclusionCase {
  name: string;
  index: string;
  size: string;
  leaf: string;
  proof: string[];
  root: string;
  valid: boolean;
}

interface ConsistencyCase {
  name: string;
  oldSize: string;
  newSize: string;
  proof: string[];
  oldRoot: string;
  newRoot: string;
  valid: boolean;
}

function published<T>(name: string): T[] {
  return JSON.parse(readFileSync(new URL(`../../vectors/merkle/${name}.json`, import.meta.url), 'utf8'));
}

const inclusions = published<InclusionCase>('inclusion');
const consistencies = published<ConsistencyCase>('consistency');
const bytesOf = (base64: string) => Buffer.from(base64, 'base64');

for (const { name, index, size, leaf, proof, root, valid } of inclusions) {
  test(`transparency-dev’s case ${name} is ${valid ? 'proven' : 'refused'}`, () => {
    assert.equal(
      verifyInclusion(BigInt(index), BigInt(size), bytesOf(leaf), proof.map(bytesOf), bytesOf(root)),
      valid,
    );
  });
}

for (const { name, oldSize, newSize, proof, oldRoot, newRoot, valid } of consistencies) {
  test(`transparency-dev’s case ${name} is ${valid ? 'proven' : 'refused'}`, () => {
    assert.equal(
      verifyConsistency(
        BigInt(oldSize),
        BigInt(newSize),
        proof.map(bytesOf),
        bytesOf(oldRoot),
        bytesOf(newRoot),
      ),
      valid,
    );
  });
}

test('of transparency-dev’s 196 cases 184 are wrong on purpose, with indices up to 2^64 - 1', () => {
  assert.deepEqual([inclusions.length, consistencies.length], [98, 98]);
  assert.equal([...inclusions, ...consistencies].filter(({ valid }) => !valid).length, 184);
  assert.ok(inclusions.some(({ index }) => BigInt(index) === 2n ** 64n - 1n));
});

/** What the right ones of the published cases are proofs of. */
const eight = new NaiveTree(
  ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'].map(
    (text) => Buffer.from(text, 'hex'),
  ),
);

/** Reads nodes out of a tree that has all of them. */
const nodesOf =
  (tree: NaiveTree): ReadNodes =>
  async (nodes) =>
    nodes.map(({ level, at }) => tree.mth(Number(at) << level, Number(at + 1n) << level));

test('the published right proofs are those that we make', async () => {
  const read = nodesOf(eight);
  let made = 0;
  for (const inclusion of inclusions.filter(({ name }) => name.endsWith('happy-path'))) {
    const [index, size] = [BigInt(inclusion.index), BigInt(inclusion.size)];
    assert.deepEqual((await inclusionProof(index, size, read)).map(base64), inclusion.proof);
    assert.equal(base64(await rootAt(size, read)), inclusion.root);
    assert.equal(base64(leafHash(eight.entries[Number(index)] ?? new Uint8Array())), inclusion.leaf);
    made++;
  }
  for (const consistency of consistencies.filter(({ name }) => name.endsWith('happy-path'))) {
    const [oldSize, newSize] = [BigInt(consistency.oldSize), BigInt(consistency.newSize)];
    assert.deepEqual((await consistencyProof(oldSize, newSize, read)).map(base64), consistency.proof);
    assert.equal(base64(await rootAt(oldSize, read)), consistency.oldRoot);
    assert.equal(base64(await rootAt(newSize, read)), consistency.newRoot);
    made++;
  }
  assert.equal(made, 10);
});

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

test('the hashes of nothing are the published ones', () => {
  assert.equal(toHex(EMPTY_ROOT), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  assert.equal(
    toHex(leafHash(new Uint8Array())),
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  );
  assert.deepEqual(foldPeaks([]), EMPTY_ROOT);
});

const hash = fc.uint8Array({ minLength: 32, maxLength: 32 });

test('leaves and nodes hash as RFC 6962 says, whatever was hashed before', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), hash, hash, (entry, left, right) => {
      assert.deepEqual(leafHash(entry), naiveLeaf(entry));
      assert.deepEqual(nodeHash(left, right), naiveNode(left, right));
    }),
  );
});

const most = 600;
const tree = new NaiveTree(Array.from({ length: most }, (_, i) => entryAt(i)));
const read = nodesOf(tree);

test('the root of every tree of up to 600 entries is MTH', async () => {
  for (let size = 0; size <= most; size++)
    assert.deepEqual(await rootAt(BigInt(size), read), tree.mth(0, size), `of ${size}`);
});

test('a range of leaves falls into the fewest complete subtrees, from left to right', () => {
  const bound = fc.bigInt(0n, 2n ** 64n - 1n);
  fc.assert(
    fc.property(bound, bound, (a, b) => {
      const [from, to] = a < b ? [a, b] : [b, a];
      const nodes = subtrees(from, to);
      let next = from;
      for (const { level, at } of nodes) {
        assert.equal(at << BigInt(level), next);
        next = (at + 1n) << BigInt(level);
      }
      assert.equal(next, to);
      const mergeable = nodes.some(
        ({ level, at }, i) => at % 2n === 0n && sameNode(nodes[i + 1], { level, at: at + 1n }),
      );
      assert.ok(!mergeable);
    }),
  );
});

function sameNode(a: Node | undefined, b: Node): boolean {
  return a?.level === b.level && a.at === b.at;
}

const smallIndex = fc
  .integer({ min: 1, max: most })
  .chain((size) => fc.tuple(fc.nat(size - 1), fc.constant(size)));
const smallSizes = fc
  .integer({ min: 1, max: most })
  .chain((size) => fc.tuple(fc.integer({ min: 1, max: size }), fc.constant(size)));

test('an inclusion proof is PATH, and verifies', async () => {
  await fc.assert(
    fc.asyncProperty(smallIndex, async ([index, size]) => {
      const proof = await inclusionProof(BigInt(index), BigInt(size), read);
      assert.deepEqual(proof, tree.path(index, 0, size));
      assert.ok(
        verifyInclusion(BigInt(index), BigInt(size), tree.mth(index, index + 1), proof, tree.mth(0, size)),
      );
    }),
    { numRuns: 300 },
  );
});

test('a consistency proof is PROOF, and verifies', async () => {
  await fc.assert(
    fc.asyncProperty(smallSizes, async ([oldSize, newSize]) => {
      const proof = await consistencyProof(BigInt(oldSize), BigInt(newSize), read);
      assert.deepEqual(proof, tree.proof(oldSize, newSize));
      assert.ok(
        verifyConsistency(
          BigInt(oldSize),
          BigInt(newSize),
          proof,
          tree.mth(0, oldSize),
          tree.mth(0, newSize),
        ),
      );
    }),
    { numRuns: 300 },
  );
});

test('of small trees every proof there is is PATH and PROOF, and verifies', async () => {
  for (let size = 1; size <= 34; size++) {
    const root = tree.mth(0, size);
    for (let at = 0; at < size; at++) {
      const path = await inclusionProof(BigInt(at), BigInt(size), read);
      assert.deepEqual(path, tree.path(at, 0, size));
      assert.ok(verifyInclusion(BigInt(at), BigInt(size), tree.mth(at, at + 1), path, root));
      const proof = await consistencyProof(BigInt(at), BigInt(size), read);
      assert.deepEqual(proof, at === 0 ? [] : tree.proof(at, size));
      assert.ok(verifyConsistency(BigInt(at), BigInt(size), proof, tree.mth(0, at), root));
    }
  }
});

test('what is asked for outside a tree is an error of whoever asks', async () => {
  for (const [index, size] of [
    [0n, 0n],
    [5n, 5n],
    [-1n, 5n],
  ] as const)
    await assert.rejects(inclusionProof(index, size, read), /^RangeError: no such entry/);
  for (const [oldSize, newSize] of [
    [6n, 5n],
    [-1n, 5n],
  ] as const)
    await assert.rejects(consistencyProof(oldSize, newSize, read), /^RangeError: the older tree/);
});

test('every tree begins with the empty one, and nothing else is proven of it', () => {
  const [root, other] = [tree.mth(0, 5), tree.mth(0, 6)];
  assert.ok(verifyConsistency(0n, 5n, [], EMPTY_ROOT, root));
  assert.ok(verifyConsistency(0n, 0n, [], EMPTY_ROOT, EMPTY_ROOT));
  assert.ok(!verifyConsistency(0n, 5n, [], other, root));
  assert.ok(!verifyConsistency(0n, 5n, [root], EMPTY_ROOT, root));
  assert.ok(!verifyConsistency(0n, 0n, [], root, root));
  assert.ok(!verifyConsistency(0n, 0n, [], EMPTY_ROOT, root));
  assert.ok(!verifyConsistency(0n, 5n, [], EMPTY_ROOT, root.subarray(1)));
  assert.ok(!verifyInclusion(0n, 0n, root, [], root));
});

test('a tree is consistent with itself and with no other of its size', () => {
  const [root, other] = [tree.mth(0, 5), tree.mth(1, 6)];
  assert.ok(verifyConsistency(5n, 5n, [], root, root));
  assert.ok(!verifyConsistency(5n, 5n, [], root, other));
  assert.ok(!verifyConsistency(5n, 5n, [root], root, root));
});

// From here on, trees too large to build: the roots are those that the hashes of a proof lead to.

const size64 = fc.oneof(fc.bigInt(1n, 2n ** 64n - 1n), fc.bigInt(1n, 40n), nearPowerOfTwo());

function nearPowerOfTwo() {
  return fc
    .tuple(fc.bigInt(1n, 63n), fc.bigInt(-2n, 2n))
    .map(([bits, by]) => 2n ** bits + by)
    .filter((size) => size > 0n);
}

const path64 = size64
  .chain((size) => fc.tuple(fc.oneof(fc.bigInt(0n, size - 1n), fc.constant(size - 1n)), fc.constant(size)))
  .chain(([index, size]) => {
    const length = pathLength(index, size);
    return fc.record({
      index: fc.constant(index),
      size: fc.constant(size),
      leaf: hash,
      proof: fc.array(hash, { minLength: length, maxLength: length }),
    });
  });

const proof64 = size64
  .chain((size) => fc.tuple(fc.oneof(fc.bigInt(1n, size), nearSplit(size)), fc.constant(size)))
  .chain(([oldSize, newSize]) => {
    const length = proofLength(oldSize, newSize);
    return fc.record({
      oldSize: fc.constant(oldSize),
      newSize: fc.constant(newSize),
      old: hash,
      proof: fc.array(hash, { minLength: length, maxLength: length }),
    });
  });

function nearSplit(size: bigint) {
  return fc.constant(naiveSplit(size)).map((k) => (k > size ? size : k));
}

test('a proof in a tree of any size verifies, and with any bit changed it does not', () => {
  fc.assert(
    fc.property(path64, fc.nat(), fc.nat(255), ({ index, size, leaf, proof }, which, bit) => {
      const root = rootOfPath(leaf, index, size, proof);
      assert.ok(root !== undefined && verifyInclusion(index, size, leaf, proof, root));
      const parts = [leaf, root, ...proof];
      const at = which % parts.length;
      const [changedLeaf, changedRoot, ...changed] = parts.with(at, flipped(parts[at], bit));
      assert.ok(changedLeaf !== undefined && changedRoot !== undefined);
      assert.ok(!verifyInclusion(index, size, changedLeaf, changed, changedRoot));
    }),
    { numRuns: 300 },
  );
});

test('a consistency proof between any sizes verifies, and with any bit changed it does not', () => {
  fc.assert(
    fc.property(proof64, fc.nat(), fc.nat(255), ({ oldSize, newSize, old, proof }, which, bit) => {
      const roots = rootsOfProof(old, oldSize, newSize, proof);
      assert.ok(roots !== undefined && verifyConsistency(oldSize, newSize, proof, ...roots));
      const parts = [...roots, ...proof];
      const at = which % parts.length;
      const [older, newer, ...changed] = parts.with(at, flipped(parts[at], bit));
      assert.ok(older !== undefined && newer !== undefined);
      assert.ok(!verifyConsistency(oldSize, newSize, changed, older, newer));
    }),
    { numRuns: 300 },
  );
});

function flipped(bytes: Uint8Array | undefined, bit: number): Uint8Array {
  const copy = Uint8Array.from(bytes ?? []);
  copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return copy;
}

/** A proof with a hash left out, put in or doubled, two that changed places, or one cut short or made longer. */
function spoilt(proof: readonly Uint8Array[]) {
  const at = fc.nat(proof.length);
  return fc
    .oneof(
      at.map((i) => proof.toSpliced(i, 1)),
      fc.tuple(at, hash).map(([i, more]) => proof.toSpliced(i, 0, more)),
      at.map((i) => proof.toSpliced(i, 0, ...proof.slice(i, i + 1))),
      fc.tuple(at, at).map(([i, j]) => swapped(proof, i, j)),
      at.map((i) => proof.map((bytes, k) => (k === i ? bytes.subarray(1) : bytes))),
      at.map((i) => proof.map((bytes, k) => (k === i ? Buffer.concat([bytes, Buffer.alloc(1)]) : bytes))),
    )
    .filter(
      (bytes) => Buffer.concat(bytes).compare(Buffer.concat(proof)) !== 0 || bytes.length !== proof.length,
    );
}

function swapped(proof: readonly Uint8Array[], i: number, j: number): Uint8Array[] {
  const [a, b] = [proof[i], proof[j]];
  return a === undefined || b === undefined ? [...proof] : proof.with(i, b).with(j, a);
}

test('a proof with a hash too few, too many, in another place or of another length is none', () => {
  fc.assert(
    fc.property(
      path64.chain((each) => fc.tuple(fc.constant(each), spoilt(each.proof))),
      ([{ index, size, leaf, proof }, changed]) => {
        const root = rootOfPath(leaf, index, size, proof);
        assert.ok(root !== undefined && !verifyInclusion(index, size, leaf, changed, root));
      },
    ),
    { numRuns: 300 },
  );
  fc.assert(
    fc.property(
      proof64.chain((each) => fc.tuple(fc.constant(each), spoilt(each.proof))),
      ([{ oldSize, newSize, old, proof }, changed]) => {
        const roots = rootsOfProof(old, oldSize, newSize, proof);
        assert.ok(roots !== undefined && !verifyConsistency(oldSize, newSize, changed, ...roots));
      },
    ),
    { numRuns: 300 },
  );
});

test('a proof as long as somebody likes is none, and no more than that', () => {
  const root = tree.mth(0, 5);
  const endless = Array.from({ length: 500_000 }, () => root);
  assert.equal(verifyInclusion(3n, 5n, root, endless, root), false);
  assert.equal(verifyConsistency(3n, 5n, endless, root, root), false);
});

test('a proof that goes on above the root is none, even if it leads to what is given for one', () => {
  fc.assert(
    fc.property(path64, hash, ({ index, size, leaf, proof }, more) => {
      const root = rootOfPath(leaf, index, size, proof) ?? leaf;
      for (const above of [naiveNode(more, root), naiveNode(root, more)])
        assert.ok(!verifyInclusion(index, size, leaf, [...proof, more], above));
    }),
    { numRuns: 50 },
  );
  fc.assert(
    fc.property(proof64, hash, ({ oldSize, newSize, old, proof }, more) => {
      const [older, newer] = rootsOfProof(old, oldSize, newSize, proof) ?? [old, old];
      for (const [left, right] of [
        [naiveNode(more, older), naiveNode(more, newer)],
        [older, naiveNode(newer, more)],
      ] as const)
        assert.ok(!verifyConsistency(oldSize, newSize, [...proof, more], left, right));
    }),
    { numRuns: 50 },
  );
});

test('a root cut short is none, though all of it was hashed a moment ago', () => {
  const [left, right] = [tree.mth(0, 1), tree.mth(1, 2)];
  assert.ok(verifyConsistency(1n, 2n, [right], left, tree.mth(0, 2)));
  assert.ok(!verifyConsistency(1n, 2n, [right], left.subarray(0, 31), tree.mth(0, 2)));
  assert.ok(!verifyConsistency(1n, 2n, [right], left, tree.mth(0, 2).subarray(0, 31)));
  assert.ok(verifyInclusion(0n, 2n, left, [right], tree.mth(0, 2)));
  assert.ok(!verifyInclusion(0n, 2n, left.subarray(0, 31), [right], tree.mth(0, 2)));
});

test('a leaf or root of another length is none', () => {
  fc.assert(
    fc.property(path64, ({ index, size, leaf, proof }) => {
      const root = rootOfPath(leaf, index, size, proof) ?? leaf;
      for (const wrong of [Buffer.alloc(0), leaf.subarray(1), Buffer.concat([root, Buffer.alloc(1)])]) {
        assert.ok(!verifyInclusion(index, size, wrong, proof, root));
        assert.ok(!verifyInclusion(index, size, leaf, proof, wrong));
        assert.ok(!verifyInclusion(0n, 1n, wrong, [], wrong));
      }
    }),
    { numRuns: 50 },
  );
});

test('a proof is of one index only', () => {
  fc.assert(
    fc.property(path64, fc.bigInt(-2n, 2n ** 64n), ({ index, size, leaf, proof }, other) => {
      const root = rootOfPath(leaf, index, size, proof) ?? leaf;
      const near = [index + 1n, index - 1n, index ^ 1n, index + size, index - size, index + 2n ** 64n];
      for (const wrong of [other, ...near, size, -1n - index].filter((count) => count !== index))
        assert.ok(!verifyInclusion(wrong, size, leaf, proof, root), `${index} as ${wrong}`);
    }),
    { numRuns: 300 },
  );
});

// Sizes whose trees have one shape on the way to a leaf share its proofs: a checkpoint says which size is meant.

test('at another size a proof counts for what RFC 6962 makes of it there, and for nothing else', () => {
  fc.assert(
    fc.property(path64, size64, ({ index, size, leaf, proof }, other) => {
      const root = rootOfPath(leaf, index, size, proof) ?? leaf;
      for (const wrong of [other, size + 1n, size - 1n, size * 2n, size / 2n, index + 1n].filter(
        (count) => count > index,
      )) {
        const there = wrong < 2n ** 64n ? rootOfPath(leaf, index, wrong, proof) : undefined;
        assert.equal(
          verifyInclusion(index, wrong, leaf, proof, root),
          there !== undefined && Buffer.compare(there, root) === 0,
          `${index} of ${size} in ${wrong}`,
        );
      }
    }),
    { numRuns: 300 },
  );
});

test('between other sizes a consistency proof counts for what RFC 6962 makes of it there, and for nothing else', () => {
  fc.assert(
    fc.property(proof64, size64, size64, ({ oldSize, newSize, old, proof }, otherOld, otherNew) => {
      const roots = rootsOfProof(old, oldSize, newSize, proof);
      assert.ok(roots !== undefined);
      for (const [from, to] of [
        [otherOld, newSize],
        [oldSize, otherNew],
        [oldSize - 1n, newSize],
        [oldSize + 1n, newSize],
        [oldSize, newSize - 1n],
        [oldSize, newSize + 1n],
        [oldSize, newSize * 2n],
        [oldSize * 2n, newSize * 2n],
        [newSize, oldSize],
        [-oldSize, newSize],
        [-oldSize, -oldSize],
      ] as const) {
        if (from === 0n) continue;
        const possible = from > 0n && from <= to && to < 2n ** 64n;
        const there: Uint8Array[] | undefined = possible
          ? rootsOfProof(roots[0], from, to, proof)
          : undefined;
        const same: boolean = there?.every((root, i) => Buffer.compare(root, roots[i] ?? old) === 0) ?? false;
        assert.equal(
          verifyConsistency(from, to, proof, ...roots),
          same,
          `${oldSize}–${newSize} as ${from}–${to}`,
        );
      }
    }),
    { numRuns: 150 },
  );
});

test('no tree is as large as 2^64', () => {
  const leaf = tree.mth(0, 1);
  const proof = Array.from({ length: 64 }, () => leaf);
  const root = proof.reduce((node, sibling) => nodeHash(node, sibling), leaf);
  assert.ok(verifyInclusion(0n, 2n ** 64n - 1n, leaf, proof, root));
  assert.ok(!verifyInclusion(0n, 2n ** 64n, leaf, proof, root));
  assert.ok(verifyConsistency(1n, 2n ** 64n - 1n, proof, leaf, root));
  assert.ok(!verifyConsistency(1n, 2n ** 64n, proof, leaf, root));
  assert.ok(!verifyConsistency(2n ** 64n, 2n ** 64n, [], root, root));
});
