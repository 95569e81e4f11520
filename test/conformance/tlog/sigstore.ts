/**
 * Verifies a C2SP tlog-tiles log with npm's @sigstore/verify: `node sigstore.ts verify LOG VKEY [OLD-CHECKPOINT-FILE]`,
 * LOG a directory or a URL.
 *
 * It judges one entry at a time: the checkpoint's signature, and an inclusion proof from the entry to the checkpoint's
 * root. The proofs are made here, out of the log's tiles, by our own code; that is nothing to trust, for a proof that
 * its verification accepts is one whoever made it. Sigstore has no consistency proofs: that a log begins with an older
 * one is shown by proving each of the older one's entries, at the same index, under the older checkpoint too.
 */
import { createPublicKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type LogCheckpoint, verifyCheckpoint } from '@sigstore/verify/dist/tlog/checkpoint.js';
import { verifyMerkleInclusion } from '@sigstore/verify/dist/tlog/merkle.js';
import { toBase64 } from '#core/bytes.ts';
import { type ReadFile, readBundles, readTile } from '#core/log/reading.ts';
import { TILE_WIDTH, tileAt, tileHashes, tilePath } from '#core/log/tiles.ts';
import { type Hash, inclusionProof, type Node, nodeHash, type ReadNodes } from '#core/log/tree.ts';

/** An entry of a log, and a log, as Sigstore has them. */
type TLogEntry = Parameters<typeof verifyCheckpoint>[0];
type TLogAuthority = Parameters<typeof verifyCheckpoint>[1][number];

/** Levels of the tree that a level of tiles spans. */
const TILE_HEIGHT = 8;
/** Before the key in a verifier key: what kind of key it is. */
const ED25519 = 1;

function filesAt(at: string): ReadFile {
  if (!at.startsWith('http')) return (path) => readFile(join(at, path));
  return async (path) => {
    const answer = await fetch(`${at.replace(/\/$/, '')}/${path}`);
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    return new Uint8Array(await answer.arrayBuffer());
  };
}

/** An entry in the form that Sigstore knows: of its many fields, these alone are looked at here. */
function told(entry: Uint8Array, index: bigint, hashes: readonly Hash[], note: string): TLogEntry {
  return {
    logIndex: String(index),
    logId: { keyId: Buffer.alloc(0) },
    kindVersion: { kind: '', version: '' },
    integratedTime: '0',
    inclusionPromise: undefined,
    inclusionProof: {
      logIndex: String(index),
      rootHash: Buffer.alloc(0),
      treeSize: '0',
      hashes: hashes.map((hash) => Buffer.from(hash)),
      checkpoint: { envelope: note },
    },
    canonicalizedBody: Buffer.from(entry),
  };
}

/** A verifier key as Sigstore has a log's: its id, the bytes in the text, and what it may be named. */
function authority(vkey: string): TLogAuthority {
  const [, name = '', id = '', key = ''] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(vkey) ?? [];
  const [algorithm, ...publicKey] = Buffer.from(key, 'base64');
  if (algorithm !== ED25519) throw new Error('no Ed25519 key');
  const x = Buffer.from(publicKey).toString('base64url');
  return {
    logID: Buffer.from(id, 'hex'),
    baseURL: name,
    publicKey: createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' }),
    validFor: { start: new Date(0), end: new Date(0) },
  };
}

/** @throws Error unless Sigstore finds the key's signature below the checkpoint */
function opened(note: string, log: TLogAuthority): LogCheckpoint {
  const checkpoint = verifyCheckpoint(told(new Uint8Array(), 0n, [], note), [log]);
  // Sigstore passes over what the checkpoint calls the log.
  if (checkpoint.origin !== log.baseURL) throw new Error("another log's checkpoint");
  return checkpoint;
}

/** Each tile is read and each node hashed once: all proofs of a log share most of theirs. */
function remembering(size: bigint, read: ReadFile): ReadNodes {
  const tiles = new Map<string, Promise<Hash[]>>();
  const nodes = new Map<string, Promise<Hash>>();
  const inTile = async (level: number, at: bigint) => {
    const tile = tileAt(level / TILE_HEIGHT, at, size);
    const hashes = await held(tiles, tilePath(tile), async () =>
      tileHashes(await readTile(read, tile), tile),
    );
    const hash = hashes[Number(at) % TILE_WIDTH];
    if (hash === undefined) throw new Error(`no hash ${at} at level ${level}`);
    return hash;
  };
  const one = ({ level, at }: Node): Promise<Hash> =>
    held(nodes, `${level}/${at}`, async () => {
      if (level % TILE_HEIGHT === 0) return inTile(level, at);
      const below = (child: bigint) => one({ level: level - 1, at: 2n * at + child });
      return nodeHash(await below(0n), await below(1n));
    });
  return (wanted) => Promise.all(wanted.map(one));
}

function held<T>(map: Map<string, T>, key: string, make: () => T): T {
  const known = map.get(key) ?? make();
  map.set(key, known);
  return known;
}

async function verify(at: string, vkey: string, oldFile?: string) {
  const key = authority(vkey);
  const read = filesAt(at);
  const note = new TextDecoder().decode(await read('checkpoint'));
  const checkpoint = opened(note, key);
  const size = checkpoint.logSize;
  const old = oldFile === undefined ? undefined : opened(await readFile(oldFile, 'utf8'), key);
  if (old !== undefined && old.logSize > size) throw new Error('the log is smaller than it was');

  const nodes = remembering(size, read);
  let index = 0n;
  for await (const { entries } of readBundles(read, 0n, size, size)) {
    for (const entry of entries) {
      for (const tree of old !== undefined && index < old.logSize ? [old, checkpoint] : [checkpoint]) {
        const proof = await inclusionProof(index, tree.logSize, nodes);
        verifyMerkleInclusion(told(entry, index, proof, note), tree);
      }
      index++;
    }
  }
  if (index !== size) throw new Error(`only ${index} entries`);
  const found = { ok: true, size: Number(size), root: toBase64(checkpoint.logHash) };
  return old === undefined ? found : { ...found, oldSize: Number(old.logSize) };
}

const [verb, at, vkey, oldFile] = process.argv.slice(2);
if (verb !== 'verify' || at === undefined || vkey === undefined) {
  process.stderr.write('node sigstore.ts verify LOG VKEY [OLD-CHECKPOINT-FILE]\n');
  process.exitCode = 2;
} else {
  const answer = await verify(at, vkey, oldFile).catch((refusal: unknown) => ({
    ok: false,
    why: String(refusal),
  }));
  process.stdout.write(`${JSON.stringify(answer)}\n`);
  process.exitCode = answer.ok ? 0 : 1;
}
