import { generateKeyPairSync, hash, sign } from 'node:crypto';
import { utf8 } from '#core/bytes.ts';
import { checkpointText } from '#core/log/checkpoint.ts';
import { formatNote, type VerifierKey } from '#core/log/note.ts';
import { decodeBundle, everyFile, TILE_WIDTH, TileWriter, tilePath } from '#core/log/tiles.ts';
import { HASH_BYTES, leafHash } from '#core/log/tree.ts';
import { verifyLog } from '#core/log/verify/verify.ts';
import { LogWriter } from '#core/log/writing.ts';
import { compare, print } from './rounds.ts';
import { syntheticLog } from './synthetic-log.ts';

/**
 * Building the tree of a large log, and verifying the log from its files, beside the floor: as many SHA-256 over as many
 * bytes, by `crypto.hash`, which answers a text that nothing is done with (a buffer would take it three times as long).
 * All of it on one core, from memory.
 */
const rounds = 5;

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
  const read = async (path: string) => files.get(path);
  const verified = async (onProgress?: () => void) => {
    const report = await verifyLog(read, key, { onProgress });
    if (!report.ok) throw new Error(`the log does not verify: ${report.findings[0]?.message}`);
    return report;
  };
  const before = process.memoryUsage.rss();
  let peak = before;
  const { streams, cases } = await verified(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  });
  const growth = peak - before;

  await compare(
    `${size.toLocaleString('en-US')} entries of ${Math.round(bytes / size)} bytes`,
    ['entry', 'entries'],
    [
      {
        name: 'floor: the same SHA-256, bare',
        units: size,
        run: () => {
          for (const length of lengths) hash('sha256', inputs[length] ?? input, 'binary');
          for (let i = 1; i < size; i++) hash('sha256', node, 'binary');
        },
      },
      { name: 'building the tree and its tiles', units: size, goal: 0.5, run: () => build(files, size) },
      { name: 'verifying: tree, tiles, root, every rule', units: size, goal: 0.5, run: () => verified() },
    ],
    rounds,
  );
  print('memory: what verifying adds at its peak, beside the files', `${megabytes(growth)} MB`);
  print(
    `  ${cases} cases and ${streams} streams are told apart`,
    `${Math.round(growth / streams)} bytes each`,
  );
  print('');
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

function makeLog(size: number): MadeLog {
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
