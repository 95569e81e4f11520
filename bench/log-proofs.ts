import { generateKeyPairSync, hash, sign, verify } from 'node:crypto';
import { utf8 } from '#core/bytes.ts';
import { checkpointText } from '#core/log/checkpoint.ts';
import { appendEntry, entryBytes, noEntries } from '#core/log/entry.ts';
import { formatNote } from '#core/log/note.ts';
import { makeLogProof, verifyLogProof } from '#core/log/proof.ts';
import {
  consistencyProof,
  HASH_BYTES,
  type Hash,
  inclusionProof,
  leafHash,
  nodeHash,
  type ReadNodes,
  rootAt,
  verifyConsistency,
  verifyInclusion,
} from '#core/log/tree.ts';
import { compare, print } from './rounds.ts';

/**
 * How large proofs are, and how fast they are verified beside as many bare SHA-256. A tree whose leaves are all one entry
 * has one hash on each level, so that a tree of a thousand million needs no more than thirty.
 */
const sizes = [1_000n, 1_000_000n, 1_000_000_000n];
const rounds = 11;
const times = 2000;

const { entry } = appendEntry(
  'case/00000000-0000-4000-8000-000000000000',
  noEntries,
  {
    kind: 'collection.intended',
    data: { collection: 1, page: 1, scope: 'A'.repeat(43), recipient: 'B'.repeat(43) },
  },
  '2026-11-20T10:00:00.000Z',
);
const bytes = entryBytes(entry);
const leaf = leafHash(bytes);
const levels: Hash[] = [leaf];
const hashOf = (level: number): Hash => {
  while (levels.length <= level) {
    const below = levels[levels.length - 1] ?? leaf;
    levels.push(nodeHash(below, below));
  }
  return levels[level] ?? leaf;
};
const read: ReadNodes = async (nodes) => nodes.map(({ level }) => hashOf(level));

export async function proving(): Promise<void> {
  print('proofs, in the middle of a log', 'hashes', 'bytes', 'consistency', 'bytes');
  for (const size of sizes) {
    const [inclusion, consistency] = await proofsAt(size);
    const name = `  of ${Number(size).toLocaleString('en-US')} entries`;
    const figures = [inclusion, consistency].flatMap(({ length }) => [length, length * HASH_BYTES]);
    print(name, ...figures);
  }
  print('');
  for (const size of sizes) await timesAt(size);
  await disclosures();
}

async function proofsAt(size: bigint): Promise<[Hash[], Hash[]]> {
  return [await inclusionProof(size / 2n, size, read), await consistencyProof(size / 3n, size, read)];
}

async function timesAt(size: bigint): Promise<void> {
  const [inclusion, consistency] = await proofsAt(size);
  const [root, older] = [await rootAt(size, read), await rootAt(size / 3n, read)];
  const node = Buffer.alloc(1 + 2 * HASH_BYTES);
  const bare = (count: number) => {
    for (let i = 0; i < count; i++) hash('sha256', node, 'hex');
  };
  await compare(
    `verifying inclusion in ${Number(size).toLocaleString('en-US')}`,
    ['proof', 'proofs'],
    [
      { name: `floor: ${inclusion.length} SHA-256`, units: 1, times, run: () => bare(inclusion.length) },
      {
        name: 'verifyInclusion',
        units: 1,
        times,
        run: () => sure(verifyInclusion(size / 2n, size, leaf, inclusion, root)),
      },
    ],
    rounds,
  );
  const nodes = nodesOf(size / 3n, size, consistency.length);
  await compare(
    `verifying consistency with a third of ${Number(size).toLocaleString('en-US')}`,
    ['proof', 'proofs'],
    [
      { name: `floor: ${nodes} SHA-256`, units: 1, times, run: () => bare(nodes) },
      {
        name: 'verifyConsistency',
        units: 1,
        times,
        run: () => sure(verifyConsistency(size / 3n, size, consistency, older, root)),
      },
    ],
    rounds,
  );
}

/** How many nodes a consistency proof makes: each hash of it but the first one or two, where it is of both trees. */
function nodesOf(older: bigint, newer: bigint, hashes: number): number {
  let [place, last, nodes] = [older - 1n, newer - 1n, 0];
  while ((place & 1n) === 1n) [place, last] = [place >> 1n, last >> 1n];
  for (let i = place === 0n ? 0 : 1; i < hashes; i++) {
    if ((place & 1n) === 1n || place === last) {
      nodes += 2;
      while ((place & 1n) === 0n && place !== 0n) [place, last] = [place >> 1n, last >> 1n];
    } else nodes++;
    [place, last] = [place >> 1n, last >> 1n];
  }
  return nodes;
}

/** What whoever has a disclosure checks: the checkpoint's signature and the proof, from JSON. */
async function disclosures(): Promise<void> {
  const size = 1_000_000n;
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const { x = '' } = publicKey.export({ format: 'jwk' });
  const key = { name: 'bench.example/v1/log', publicKey: Buffer.from(x, 'base64url') };
  const checkpoint = { origin: key.name, size, root: await rootAt(size, read) };
  const text = utf8(checkpointText(checkpoint));
  const signature = sign(null, text, privateKey);
  const note = formatNote(checkpointText(checkpoint), key, signature);
  const index = size / 2n;
  const proven = { index, bytes, proof: await inclusionProof(index, size, read) };
  const proof = makeLogProof(proven, { ...checkpoint, note });
  print(`what a disclosure carries of a log of 1,000,000: ${JSON.stringify(proof).length} bytes of JSON`);
  await compare(
    'checking that of a disclosure',
    ['proof', 'proofs'],
    [
      {
        name: 'floor: one Ed25519 verification',
        units: 1,
        times: 500,
        run: () => sure(verify(null, text, publicKey, signature)),
      },
      { name: 'verifyLogProof', units: 1, times: 500, run: () => verifyLogProof(proof, key) },
    ],
    rounds,
  );
}

function sure(holds: boolean): void {
  if (!holds) throw new Error('a proof does not hold');
}
