import { generateKeyPairSync, hash, sign } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { utf8 } from '#core/bytes.ts';
import { checkpointText } from '#core/log/checkpoint.ts';
import { formatNote, formatVerifierKey, type VerifierKey } from '#core/log/note.ts';
import type { ReadFile } from '#core/log/reading.ts';
import { decodeBundle, everyFile, TILE_WIDTH, TileWriter, tilePath } from '#core/log/tiles.ts';
import { HASH_BYTES, leafHash } from '#core/log/tree.ts';
import { verifyLog } from '#core/log/verify/verify.ts';
import { LogWriter } from '#core/log/writing.ts';
import { otherVerifiers } from '../test/conformance/tlog-verifiers.ts';
import { compare, print } from './rounds.ts';
import { syntheticLog } from './synthetic-log.ts';

/**
 * Building the tree of a large log, and verifying the log from its files, beside the floor: as many SHA-256 over as many
 * bytes, by `crypto.hash`. Then the same files from disk, beside another implementation's reader: Tessera's fsck, which
 * rebuilds the tree and holds every tile against it, and knows nothing of what entries say.
 */
const rounds = 5;
const goalPerSecond = 150_000;

export async function verifying(size: number): Promise<void> {
  process.stderr.write(`a log of ${size} entries is made\n`);
  const log = makeLog(size);
  const { files, key, lengths } = log;
  const bytes = lengths.reduce((sum, length) => sum + length - 1, 0);
  // One view for each length: what is measured is hashing, and no garbage.
  const input = Buffer.alloc(1 + MOST_BYTES);
  const inputs = Array.from({ length: 1 + Math.max(...new Set(lengths)) }, (_, length) =>
    input.subarray(0, length),
  );
  const node = Buffer.alloc(1 + 2 * HASH_BYTES);
  const verified = async (read: ReadFile, onProgress?: (entries: number) => void) => {
    const report = await verifyLog(read, key, { onProgress });
    if (!report.ok) throw new Error(`the log does not verify: ${report.findings[0]?.message}`);
    return report;
  };
  const fromMemory: ReadFile = async (path) => files.get(path);

  const [, , perSecond = 0] = await compare(
    `${size.toLocaleString('en-US')} entries of ${Math.round(bytes / size)} bytes, from memory, on one core`,
    ['entry', 'entries'],
    [
      {
        name: 'floor: the same SHA-256, bare',
        units: size,
        run: () => {
          for (const length of lengths) hash('sha256', inputs[length] ?? input, 'hex');
          for (let i = 1; i < size; i++) hash('sha256', node, 'hex');
        },
      },
      { name: 'building the tree and its tiles', units: size, goal: 0.5, run: () => build(files, size) },
      {
        name: 'verifying: tree, tiles, root, every rule',
        units: size,
        run: () => verified(fromMemory),
      },
    ],
    rounds,
  );
  const verdict = perSecond >= goalPerSecond ? 'met' : 'NOT MET';
  print(`verifying: the goal is ${goalPerSecond.toLocaleString('en-US')} entries/s`, verdict);

  let kept = 0;
  const before = heapInUse();
  const { streams, cases } = await verified(fromMemory, (entries) => {
    if (entries === size) kept = heapInUse() - before;
  });
  print('memory: what is kept at the end of the log', `${megabytes(kept)} MB`);
  print(`  ${cases} cases, ${streams} streams: of each`, `${Math.round(kept / streams)} bytes`);
  print('');
  await besideTessera(log, size, verified);
}

type Verified = (read: ReadFile) => Promise<unknown>;

async function besideTessera({ files, key }: MadeLog, size: number, verified: Verified): Promise<void> {
  const tessera = (await otherVerifiers()).find(({ name }) => name.startsWith('Tessera'));
  if (tessera?.missing !== undefined || tessera === undefined) {
    print('beside Tessera’s fsck: skipped', tessera?.missing ?? 'there is no adapter for it');
    print('');
    return;
  }
  const directory = mkdtempSync(join(tmpdir(), 'writ-bench-log-'));
  try {
    for (const [path, bytes] of files) {
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(join(directory, path), bytes);
    }
    await compare(
      'the same files, from disk',
      ['entry', 'entries'],
      [
        {
          name: `Tessera’s fsck (Go), on ${availableParallelism()} cores: tree and tiles`,
          units: size,
          run: async () => {
            const { ok, why } = await tessera.verify(directory, formatVerifierKey(key));
            if (!ok) throw new Error(`Tessera refuses the log: ${why}`);
          },
        },
        {
          name: 'ours, on one core: tree, tiles and every rule',
          units: size,
          run: () => verified((path) => readFile(join(directory, path))),
        },
      ],
      3,
    );
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Bytes of the heap that something still refers to. */
function heapInUse(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage().heapUsed;
}

const megabytes = (bytes: number) => (bytes / 2 ** 20).toFixed(0);

/** C2SP tlog-tiles: an entry's length has two bytes. */
const MOST_BYTES = 0xffff;

interface MadeLog {
  files: Map<string, Uint8Array>;
  key: VerifierKey;
  /** How many bytes each leaf hash is over. */
  lengths: Uint16Array;
}

/** A log of so many entries, in memory. */
export function makeLog(size: number): MadeLog {
  const lengths = new Uint16Array(size);
  const files = new Map<string, Uint8Array>();
  const writer = new LogWriter();
  let bundle: Uint8Array[] = [];
  let count = 0;
  for (const entry of syntheticLog(size)) {
    lengths[count++] = entry.length + 1;
    bundle.push(entry);
    if (bundle.length < TILE_WIDTH && count < size) continue;
    for (const { tile, bytes } of writer.append(bundle)) files.set(tilePath(tile), bytes);
    bundle = [];
  }
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const { x = '' } = publicKey.export({ format: 'jwk' });
  const key = { name: 'bench.example/v1/log', publicKey: Buffer.from(x, 'base64url') };
  const text = checkpointText({ origin: key.name, size: writer.size, root: writer.root() });
  files.set('checkpoint', utf8(formatNote(text, key, sign(null, utf8(text), privateKey))));
  return { files, key, lengths };
}

function build(files: ReadonlyMap<string, Uint8Array>, size: number): void {
  const writer = new TileWriter();
  for (const tile of everyFile(BigInt(size), false)) {
    const bundle = files.get(tilePath(tile)) ?? new Uint8Array();
    writer.append(decodeBundle(bundle, tile).map(leafHash));
  }
  writer.root();
}
