import { createHash } from 'node:crypto';

/**
 * The Merkle tree as RFC 6962 §2.1 defines it, word for word and as slow as that: what the log's own code is held
 * against. Nothing of `core/log` is used here.
 */
export type Bytes = Uint8Array;

export function sha256(...parts: readonly Uint8Array[]): Bytes {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return Uint8Array.from(hash.digest());
}

export const naiveLeaf = (entry: Bytes) => sha256(Uint8Array.of(0), entry);
export const naiveNode = (left: Bytes, right: Bytes) => sha256(Uint8Array.of(1), left, right);

/** `k`: the largest power of two smaller than `n`. */
export function naiveSplit(n: bigint): bigint {
  let k = 1n;
  while (k * 2n < n) k *= 2n;
  return k;
}

/** Entries as different as their numbers, of many lengths, the first of them empty. */
export const entryAt = (i: number): Bytes => Buffer.from(i.toString().repeat(i % 5));

/** A list `D` of entries. */
export class NaiveTree {
  readonly entries: readonly Bytes[];
  private readonly known = new Map<string, Bytes>();

  constructor(entries: readonly Bytes[]) {
    this.entries = entries;
  }

  /** `MTH(D[from:to])`, §2.1. */
  mth(from = 0, to = this.entries.length): Bytes {
    const name = `${from}:${to}`;
    const hash = this.known.get(name) ?? this.compute(from, to);
    this.known.set(name, hash);
    return hash;
  }

  private compute(from: number, to: number): Bytes {
    if (to === from) return sha256();
    if (to - from === 1) return naiveLeaf(this.entries[from] ?? new Uint8Array());
    const middle = from + this.split(to - from);
    return naiveNode(this.mth(from, middle), this.mth(middle, to));
  }

  /** `PATH(m, D[from:to])`, §2.1.1. */
  path(m: number, from: number, to: number): Bytes[] {
    if (to - from === 1) return [];
    const k = this.split(to - from);
    return m < k
      ? [...this.path(m, from, from + k), this.mth(from + k, to)]
      : [...this.path(m - k, from + k, to), this.mth(from, from + k)];
  }

  /** `PROOF(m, D[0:n])`, §2.1.2. */
  proof(m: number, n: number): Bytes[] {
    return this.subproof(m, 0, n, true);
  }

  private subproof(m: number, from: number, to: number, whole: boolean): Bytes[] {
    if (m === to - from) return whole ? [] : [this.mth(from, to)];
    const k = this.split(to - from);
    return m <= k
      ? [...this.subproof(m, from, from + k, whole), this.mth(from + k, to)]
      : [...this.subproof(m - k, from + k, to, false), this.mth(from, from + k)];
  }

  private split(n: number): number {
    return Number(naiveSplit(BigInt(n)));
  }

  /** Each full and partial tile of the tree's first `size` entries, as C2SP tlog-tiles defines it by `MTH`. */
  tiles(size: number): Map<string, Bytes> {
    const files = new Map<string, Bytes>();
    for (let level = 0, span = 1; span <= size; level++, span *= 256) {
      for (let n = 0; n * 256 * span + span <= size; n++) {
        const hashes = [];
        for (let i = n * 256; i < n * 256 + 256 && (i + 1) * span <= size; i++)
          hashes.push(this.mth(i * span, (i + 1) * span));
        files.set(naivePath(String(level), n, hashes.length), Uint8Array.from(Buffer.concat(hashes)));
      }
    }
    return files;
  }

  /** Each full and partial bundle of the tree's first `size` entries. */
  bundles(size: number): Map<string, Bytes> {
    const files = new Map<string, Bytes>();
    for (let n = 0; n * 256 < size; n++) {
      const entries = this.entries.slice(n * 256, Math.min(n * 256 + 256, size));
      const parts = entries.flatMap((entry) => [Uint8Array.of(entry.length >> 8, entry.length & 255), entry]);
      files.set(naivePath('entries', n, entries.length), Buffer.concat(parts));
    }
    return files;
  }

  /** All files of a log whose checkpoints were at these sizes. */
  files(...sizes: readonly number[]): Map<string, Bytes> {
    return new Map(sizes.flatMap((size) => [...this.tiles(size), ...this.bundles(size)]));
  }
}

/** Of places below 1,000,000. */
function naivePath(level: string, n: number, width: number): string {
  const digits = String(n).padStart(6, '0');
  const place = n < 1000 ? digits.slice(3) : `x${digits.slice(0, 3)}/${digits.slice(3)}`;
  return `tile/${level}/${place}${width === 256 ? '' : `.p/${width}`}`;
}

/** How long `PATH(m, D[n])` is. */
export function pathLength(m: bigint, n: bigint): number {
  if (n === 1n) return 0;
  const k = naiveSplit(n);
  return 1 + (m < k ? pathLength(m, k) : pathLength(m - k, n - k));
}

/** The root that a leaf and hashes in the form of `PATH(m, D[n])` make; undefined if they have another form. */
export function rootOfPath(leaf: Bytes, m: bigint, n: bigint, path: readonly Bytes[]): Bytes | undefined {
  if (n === 1n) return path.length === 0 ? leaf : undefined;
  const last = path.at(-1);
  if (last === undefined) return undefined;
  const k = naiveSplit(n);
  const below =
    m < k ? rootOfPath(leaf, m, k, path.slice(0, -1)) : rootOfPath(leaf, m - k, n - k, path.slice(0, -1));
  if (below === undefined) return undefined;
  return m < k ? naiveNode(below, last) : naiveNode(last, below);
}

/** How long `PROOF(m, D[n])` is. */
export function proofLength(m: bigint, n: bigint, whole = true): number {
  if (m === n) return whole ? 0 : 1;
  const k = naiveSplit(n);
  return 1 + (m <= k ? proofLength(m, k, whole) : proofLength(m - k, n - k, false));
}

/**
 * The old and the new root that hashes in the form of `PROOF(m, D[n])` make; undefined if they have another form.
 *
 * @param old the old tree's root, which the proof leaves out where the old tree is one of its nodes
 */
export function rootsOfProof(
  old: Bytes,
  m: bigint,
  n: bigint,
  proof: readonly Bytes[],
  whole = true,
): [Bytes, Bytes] | undefined {
  const last = proof.at(-1);
  if (m === n) {
    if (whole) return proof.length === 0 ? [old, old] : undefined;
    return last !== undefined && proof.length === 1 ? [last, last] : undefined;
  }
  if (last === undefined) return undefined;
  const k = naiveSplit(n);
  const rest = proof.slice(0, -1);
  const below = m <= k ? rootsOfProof(old, m, k, rest, whole) : rootsOfProof(old, m - k, n - k, rest, false);
  if (below === undefined) return undefined;
  const [older, newer] = below;
  return m <= k ? [older, naiveNode(newer, last)] : [naiveNode(last, older), naiveNode(last, newer)];
}
