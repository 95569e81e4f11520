import { generateKeyPairSync, hash, sign } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { directoryFiles } from '#client/log/source.ts';
import { utf8 } from '#core/bytes.ts';
import { checkpointText, openCheckpoint } from '#core/log/checkpoint.ts';
import { formatNote, type VerifierKey } from '#core/log/note.ts';
import { type ProvenEntry, readProven } from '#core/log/reading.ts';
import { decodeBundle, encodeBundle, newTiles, TILE_WIDTH, TileWriter, tilePath } from '#core/log/tiles.ts';
import { consistencyProof, HASH_BYTES, inclusionProof, leafHash, verifyInclusion } from '#core/log/tree.ts';
import { verifyLog } from '#core/log/verify.ts';
import { costTable } from './log-cost.ts';
import { sequencing } from './log-sequencing.ts';
import { syntheticLog } from './synthetic-log.ts';

/**
 * The log: building its tree and verifying it whole, on one core, beside the bare SHA-256 of the very same hashes in
 * rounds that take turns; how large proofs are; sequencing on the local cloud (log-sequencing.ts); what it costs
 * (log-cost.ts). `--entries` makes it smaller, `--offline` leaves the cloud out.
 */
const { values } = parseArgs({
  args: process.argv.slice(3),
  options: { entries: { type: 'string', default: '1000000' }, offline: { type: 'boolean', default: false } },
});
const entries = Number(values.entries);
const rounds = 3;
const goal = 0.5;

const print = (line = '') => process.stdout.write(`${line}\n`);
const say = (line: string) => process.stderr.write(`${line}\n`);

interface Made {
  dir: string;
  key: VerifierKey;
  /** Bytes of each leaf's hash. */
  lengths: Uint16Array;
  /** How many inner nodes were hashed. */
  nodes: number;
  bytes: number;
}

/** A log on disk, as a mirror of it would be. */
function makeLog(dir: string): Made {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const { x = '' } = publicKey.export({ format: 'jwk' });
  const key = { name: 'bench.invalid/v1/log', publicKey: Buffer.from(x, 'base64url') };
  const keep = (path: string, bytes: Uint8Array) => {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), bytes);
  };
  const writer = new TileWriter();
  const lengths = new Uint16Array(entries);
  let [at, bytes] = [0, 0];
  let bundle: Uint8Array[] = [];
  const flush = () => {
    if (bundle.length === 0) return;
    const from = writer.size;
    for (const { tile, bytes } of writer.append(bundle.map(leafHash))) keep(tilePath(tile), bytes);
    const [tile] = newTiles(from, writer.size);
    if (tile !== undefined) keep(tilePath(tile), encodeBundle(bundle));
    bundle = [];
  };
  for (const entry of syntheticLog(entries)) {
    lengths[at++] = entry.length + 1;
    bytes += entry.length;
    bundle.push(entry);
    if (bundle.length === TILE_WIDTH) flush();
  }
  flush();
  const text = checkpointText({ origin: key.name, size: writer.size, root: writer.root() });
  keep('checkpoint', utf8(formatNote(text, key, sign(null, utf8(text), privateKey))));
  return { dir, key, lengths, nodes: entries - 1, bytes };
}

/** The same hashes and nothing else. */
function bareHashes({ lengths, nodes }: Made): void {
  const from = Buffer.alloc(65_536, 7);
  for (const length of lengths) hash('sha256', from.subarray(0, length), 'binary');
  const node = from.subarray(0, 1 + 2 * HASH_BYTES);
  for (let i = 0; i < nodes; i++) hash('sha256', node, 'binary');
}

function buildTree({ dir }: Made): void {
  const writer = new TileWriter();
  for (const tile of newTiles(0n, BigInt(entries))) {
    if (tile.level !== 'entries') break;
    writer.append(decodeBundle(readFileSync(join(dir, tilePath(tile))), tile).map(leafHash));
  }
  writer.root();
}

async function verifyWhole({ dir, key }: Made): Promise<void> {
  const found = await verifyLog(directoryFiles(dir), key);
  if (!found.ok || found.warnings > 0) throw new Error(`the log has findings: ${found.findings[0]?.code}`);
}

async function seconds(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

async function offline(made: Made): Promise<void> {
  print(
    `${entries} entries, ${(made.bytes / entries).toFixed(0)} bytes each; ${entries + made.nodes} hashes`,
  );
  const before = process.memoryUsage().rss;
  const times: Record<string, number[]> = {
    'bare SHA-256': [],
    'building the tree': [],
    'verifying it all': [],
  };
  const acts = [() => bareHashes(made), () => buildTree(made), () => verifyWhole(made)];
  for (let round = 0; round < rounds; round++) {
    for (const [i, name] of Object.keys(times).entries()) {
      const act = acts[i];
      if (act !== undefined) times[name]?.push(await seconds(act));
    }
  }
  print(`${''.padEnd(20)}${'seconds'.padStart(9)}${'entries/s'.padStart(12)}${'of the floor'.padStart(14)}`);
  const floors = times['bare SHA-256'] ?? [];
  for (const [name, all] of Object.entries(times)) {
    const share = median(all.map((time, i) => (floors[i] ?? 0) / time));
    const verdict =
      name === 'bare SHA-256' ? '' : share >= goal ? `  (goal ${goal}: met)` : `  (goal ${goal}: missed)`;
    print(
      `${name.padEnd(20)}${median(all).toFixed(2).padStart(9)}${(entries / median(all)).toFixed(0).padStart(12)}${share.toFixed(2).padStart(14)}${verdict}`,
    );
  }
  const grown = process.resourceUsage().maxRSS * 1024 - before;
  print(
    `at most ${(grown / 2 ** 20).toFixed(0)} MB more memory than before, ${(grown / entries).toFixed(0)} bytes an entry`,
  );
}

async function proofs({ dir, key }: Made): Promise<void> {
  const read = directoryFiles(dir);
  const checkpoint = openCheckpoint(readFileSync(join(dir, 'checkpoint'), 'utf8'), key);
  const places = Array.from({ length: 200 }, (_, i) => BigInt(Math.floor((i * entries) / 200)));
  const proven: ProvenEntry[] = [];
  const reading = await seconds(async () => {
    for (const place of places) proven.push(await readProven(read, place, checkpoint));
  });
  const { size, root } = checkpoint;
  const verifying = await seconds(() => {
    for (const { index, bytes, proof } of proven) verifyInclusion(index, size, leafHash(bytes), proof, root);
  });
  print();
  print(
    `an entry with its proof, from files: ${((reading / places.length) * 1e6).toFixed(0)} µs; verifying the proof alone: ${((verifying / places.length) * 1e6).toFixed(0)} µs`,
  );
  print(`${'a tree of'.padStart(16)}${'inclusion'.padStart(16)}${'consistency'.padStart(16)}`);
  for (const size of [1000n, 1_000_000n, 1_000_000_000n]) {
    const none = async (nodes: readonly unknown[]) => nodes.map(() => new Uint8Array(HASH_BYTES));
    const inclusion = await inclusionProof(size / 3n, size, none);
    const consistency = await consistencyProof(size / 3n, size, none);
    const bytes = (proof: readonly Uint8Array[]) => `${proof.length * HASH_BYTES} bytes`;
    print(
      `${size.toLocaleString('en-US').padStart(16)}${bytes(inclusion).padStart(16)}${bytes(consistency).padStart(16)}`,
    );
  }
}

function median(all: readonly number[]): number {
  return all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0;
}

const dir = mkdtempSync(join(tmpdir(), 'writ-bench-log-'));
try {
  say(`making a log of ${entries} entries`);
  const made = makeLog(dir);
  await offline(made);
  await proofs(made);
} finally {
  rmSync(dir, { recursive: true });
}
if (!values.offline) await sequencing();
print();
print(costTable());
