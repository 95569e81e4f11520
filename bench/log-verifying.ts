import { generateKeyPairSync, hash, sign } from 'node:crypto';
import { utf8 } from '#core/bytes.ts';
import { checkpointText } from '#core/log/checkpoint.ts';
import { formatNote, type VerifierKey } from '#core/log/note.ts';
import { decodeBundle, encodeBundle, TILE_WIDTH, TileWriter, tilePath } from '#core/log/tiles.ts';
import { HASH_BYTES, leafHash } from '#core/log/tree.ts';
import { verifyLog } from '#core/log/verify/verify.ts';
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
  const { bundles, files, key } = log;
  const inputs = bundles.flatMap((bundle) => leafInputs(bundle));
  const bytes = inputs.reduce((sum, { length }) => sum + length - 1, 0);
  const node = Buffer.alloc(1 + 2 * HASH_BYTES);
  const read = async (path: string) => files.get(path);
  let peak = 0;
  const verified = async () => {
    const report = await verifyLog(read, key, {
      onProgress: () => (peak = Math.max(peak, process.memoryUsage.rss())),
    });
    if (!report.ok) throw new Error(`the log does not verify: ${report.findings[0]?.message}`);
    return report;
  };
  const before = process.memoryUsage.rss();
  const { streams, cases } = await verified();
  const growth = peak - before;

  await compare(
    `${size.toLocaleString('en-US')} entries of ${Math.round(bytes / size)} bytes`,
    ['entry', 'entries'],
    [
      {
        name: 'floor: the same SHA-256, bare',
        units: size,
        run: () => {
          for (const input of inputs) hash('sha256', input, 'binary');
          for (let i = 1; i < size; i++) hash('sha256', node, 'binary');
        },
      },
      { name: 'building the tree and its tiles', units: size, goal: 0.5, run: () => build(bundles) },
      { name: 'verifying: tree, tiles, root, every rule', units: size, goal: 0.5, run: verified },
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

interface MadeLog {
  /** Entries, up to 256 together. */
  bundles: Uint8Array[][];
  files: Map<string, Uint8Array>;
  key: VerifierKey;
}

function makeLog(size: number): MadeLog {
  const bundles: Uint8Array[][] = [];
  const files = new Map<string, Uint8Array>();
  const writer = new TileWriter();
  let bundle: Uint8Array[] = [];
  let count = 0;
  for (const entry of syntheticLog(size)) {
    bundle.push(entry);
    if (bundle.length < TILE_WIDTH && ++count < size) continue;
    const tile = { level: 'entries', index: BigInt(bundles.length), width: bundle.length } as const;
    const bytes = encodeBundle(bundle);
    files.set(tilePath(tile), bytes);
    for (const { tile, bytes } of writer.append(bundle.map(leafHash))) files.set(tilePath(tile), bytes);
    // Views of the file, so that nothing is held twice.
    bundles.push(decodeBundle(bytes, tile));
    bundle = [];
  }
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const { x = '' } = publicKey.export({ format: 'jwk' });
  const key = { name: 'bench.example/v1/log', publicKey: Buffer.from(x, 'base64url') };
  const text = checkpointText({ origin: key.name, size: writer.size, root: writer.root() });
  files.set('checkpoint', utf8(formatNote(text, key, sign(null, utf8(text), privateKey))));
  return { bundles, files, key };
}

/** As many bytes as each leaf hash is over: the byte before an entry stands in for the one that says "leaf". */
function leafInputs(bundle: readonly Uint8Array[]): Uint8Array[] {
  return bundle.map((entry) => Buffer.from(entry.buffer, entry.byteOffset - 1, entry.length + 1));
}

function build(bundles: readonly Uint8Array[][]): void {
  const writer = new TileWriter();
  for (const bundle of bundles) writer.append(bundle.map(leafHash));
  writer.root();
}
