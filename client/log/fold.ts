import { type Hash, leafHash, nodeHash } from '#core/log/tree.ts';

/**
 * How an inclusion proof leads from an entry to the root, step by step: to be shown beside a proof that was verified
 * (`readProven`). It proves nothing by itself.
 */
export interface Fold {
  /** Of the entry. */
  leaf: Hash;
  steps: readonly FoldStep[];
}

export interface FoldStep {
  sibling: Hash;
  /** On which side the sibling stands. */
  side: 'left' | 'right';
  /** The hash of both. */
  node: Hash;
}

/** @param proof from the entry's sibling up, verified */
export function foldOf(index: bigint, size: bigint, entry: Uint8Array, proof: readonly Hash[]): Fold {
  const leaf = leafHash(entry);
  const steps: FoldStep[] = [];
  let node = leaf;
  let place = index;
  let last = size - 1n;
  for (const sibling of proof) {
    const side = (place & 1n) === 1n || place === last ? 'left' : 'right';
    node = side === 'left' ? nodeHash(sibling, node) : nodeHash(node, sibling);
    steps.push({ sibling, side, node });
    // A subtree that ends the tree rises without a sibling until it is a right child (RFC 9162 section 2.1.3.2).
    while (side === 'left' && (place & 1n) === 0n && place !== 0n) {
      place >>= 1n;
      last >>= 1n;
    }
    place >>= 1n;
    last >>= 1n;
  }
  return { leaf, steps };
}
