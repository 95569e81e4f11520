import { sameBytes } from '#core/bytes.ts';
import { sha256 } from '#core/canonical.ts';

/**
 * The Merkle tree of RFC 6962 §2.1, as proofs and as it grows: hashing, verifying, proving. Indices and sizes are
 * 64-bit and `bigint`; hashes are 32 bytes. The sender of a proof chooses its index, its size and its length, so each
 * is checked before it is used.
 */
export type Hash = Uint8Array;

export const HASH_BYTES = 32;

const LEAF = 0x00;
const NODE = 0x01;
/** No tree is as large as this: RFC 6962 counts entries in 64 bits. */
export const SIZE_LIMIT = 2n ** 64n;

/** `MTH({})`: the root of a tree without entries. */
export const EMPTY_ROOT: Hash = sha256(new Uint8Array());

/** `SHA-256(0x00 || entry)`. */
export function leafHash(entry: Uint8Array): Hash {
  const length = entry.length + 1;
  if (leaf.length < length) leaf = new Uint8Array(2 * length);
  leaf[0] = LEAF;
  leaf.set(entry, 1);
  return sha256(leaf.subarray(0, length));
}

/** Used again for each leaf: to allocate what is only hashed takes longer than hashing it. */
let leaf = new Uint8Array(1024);
const pair = new Uint8Array(1 + 2 * HASH_BYTES);
pair[0] = NODE;

/** `SHA-256(0x01 || left || right)`. */
export function nodeHash(left: Hash, right: Hash): Hash {
  pair.set(left, 1);
  pair.set(right, 1 + HASH_BYTES);
  return sha256(pair);
}

export const sameHash: (a: Hash, b: Hash) => boolean = sameBytes;

/** The root above complete subtrees, given from left to right. */
export function foldPeaks(peaks: readonly Hash[]): Hash {
  return (
    peaks.reduceRight<Hash | undefined>(
      (right, left) => (right === undefined ? left : nodeHash(left, right)),
      undefined,
    ) ?? EMPTY_ROOT
  );
}

/**
 * Verifies that a leaf is at an index of the tree with this root (RFC 9162 §2.1.3.2).
 *
 * @param proof from the leaf's sibling up
 * @returns false for whatever does not prove it: a wrong hash, too few or too many, an index that is not in the tree
 */
export function verifyInclusion(
  index: bigint,
  size: bigint,
  leaf: Hash,
  proof: readonly Hash[],
  root: Hash,
): boolean {
  if (index < 0n || index >= size || size >= SIZE_LIMIT) return false;
  if (!areHashes([leaf, root, ...proof])) return false;
  let node = leaf;
  let place = index;
  let last = size - 1n;
  for (const sibling of proof) {
    if (last === 0n) return false;
    if ((place & 1n) === 1n || place === last) {
      node = nodeHash(sibling, node);
      // A subtree that ends the tree rises without a sibling until it is a right child.
      while ((place & 1n) === 0n && place !== 0n) {
        place >>= 1n;
        last >>= 1n;
      }
    } else {
      node = nodeHash(node, sibling);
    }
    place >>= 1n;
    last >>= 1n;
  }
  return last === 0n && sameHash(node, root);
}

/**
 * Verifies that the tree with root `newRoot` begins with all of the tree with root `oldRoot` (RFC 9162 §2.1.4.2).
 *
 * Every tree begins with the empty one, so from size 0 there is nothing to prove: the proof must be empty, and
 * `oldRoot` the empty tree's. Nor is there between equal sizes: the roots must be the same.
 */
export function verifyConsistency(
  oldSize: bigint,
  newSize: bigint,
  proof: readonly Hash[],
  oldRoot: Hash,
  newRoot: Hash,
): boolean {
  if (oldSize < 0n || newSize < oldSize || newSize >= SIZE_LIMIT) return false;
  if (oldSize === 0n && !sameHash(oldRoot, EMPTY_ROOT)) return false;
  if (oldSize === newSize) return proof.length === 0 && sameHash(oldRoot, newRoot);
  if (!areHashes([oldRoot, newRoot, ...proof])) return false;
  if (oldSize === 0n) return proof.length === 0;

  let place = oldSize - 1n;
  let last = newSize - 1n;
  while ((place & 1n) === 1n) {
    place >>= 1n;
    last >>= 1n;
  }
  // An old tree that is complete is itself the first node of the new one's proof.
  const [first, ...rest] = place === 0n ? [oldRoot, ...proof] : proof;
  if (first === undefined) return false;
  let older = first;
  let newer = first;
  for (const sibling of rest) {
    if (last === 0n) return false;
    if ((place & 1n) === 1n || place === last) {
      older = nodeHash(sibling, older);
      newer = nodeHash(sibling, newer);
      while ((place & 1n) === 0n && place !== 0n) {
        place >>= 1n;
        last >>= 1n;
      }
    } else {
      newer = nodeHash(newer, sibling);
    }
    place >>= 1n;
    last >>= 1n;
  }
  return last === 0n && sameHash(older, oldRoot) && sameHash(newer, newRoot);
}

function areHashes(all: readonly Hash[]): boolean {
  return all.every((hash) => hash.length === HASH_BYTES);
}

/** A complete subtree: the `at`-th, from the left, of those with 2^`level` leaves. */
export interface Node {
  level: number;
  at: bigint;
}

/** Reads the hashes of complete subtrees, in the order asked for. */
export type ReadNodes = (nodes: readonly Node[]) => Promise<Hash[]>;

/** The complete subtrees that leaves `from` (inclusive) to `to` consist of, from left to right: its decomposition. */
export function subtrees(from: bigint, to: bigint): Node[] {
  const nodes: Node[] = [];
  for (let start = from; start < to; ) {
    let level = 0;
    // As large as the alignment of its start and the room up to the end allow.
    while ((start & ((2n << BigInt(level)) - 1n)) === 0n && start + (2n << BigInt(level)) <= to) level++;
    nodes.push({ level, at: start >> BigInt(level) });
    start += 1n << BigInt(level);
  }
  return nodes;
}

/** The root of the tree's first `size` leaves. */
export async function rootAt(size: bigint, read: ReadNodes): Promise<Hash> {
  return foldPeaks(await read(subtrees(0n, size)));
}

/**
 * Proves that a leaf is in a tree (RFC 6962 §2.1.1).
 *
 * @returns the proof, from the leaf's sibling up: at most 64 hashes
 * @throws RangeError if the index is not in the tree
 */
export async function inclusionProof(index: bigint, size: bigint, read: ReadNodes): Promise<Hash[]> {
  if (index < 0n || index >= size) throw new RangeError('no such entry in a tree of this size');
  return fromRanges(siblings(index, 0n, size), read);
}

/**
 * Proves that a tree begins with all of a smaller one (RFC 6962 §2.1.2).
 *
 * @throws RangeError if the smaller one is not smaller or equal
 */
export async function consistencyProof(oldSize: bigint, newSize: bigint, read: ReadNodes): Promise<Hash[]> {
  if (oldSize < 0n || oldSize > newSize) throw new RangeError('the older tree is not the smaller one');
  if (oldSize === 0n) return [];
  return fromRanges(subproof(oldSize, 0n, newSize), read);
}

/** Leaves from (inclusive) to (exclusive): a subtree of the whole, complete or not. */
type Range = readonly [from: bigint, to: bigint];

/** The subtrees beside the way from a leaf to the top, lowest first. */
function siblings(index: bigint, from: bigint, to: bigint): Range[] {
  if (to - from === 1n) return [];
  const middle = from + split(to - from);
  return index < middle
    ? [...siblings(index, from, middle), [middle, to]]
    : [...siblings(index, middle, to), [from, middle]];
}

/** `SUBPROOF` of RFC 6962 §2.1.2: what the first `size` leaves of a range share with the whole of it. */
function subproof(size: bigint, from: bigint, to: bigint): Range[] {
  const [end, whole] = [from + size, to - from];
  // A verifier knows the old root, unless the old tree's last subtree is not the old tree.
  if (size === whole) return from === 0n ? [] : [[from, to]];
  const middle = from + split(whole);
  return end <= middle
    ? [...subproof(size, from, middle), [middle, to]]
    : [...subproof(end - middle, middle, to), [from, middle]];
}

/** The largest power of two smaller than a number of leaves. */
function split(count: bigint): bigint {
  let k = 1n;
  while (k << 1n < count) k <<= 1n;
  return k;
}

async function fromRanges(ranges: readonly Range[], read: ReadNodes): Promise<Hash[]> {
  const parts = ranges.map(([from, to]) => subtrees(from, to));
  const hashes = await read(parts.flat());
  let next = 0;
  return parts.map((part) => {
    const peaks = hashes.slice(next, next + part.length);
    next += part.length;
    return foldPeaks(peaks);
  });
}
