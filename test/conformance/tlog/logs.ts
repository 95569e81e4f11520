/** Logs as the gateway writes them, in directories: what other people's verifiers are given, as it is and tampered with. */
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { concat, toBase64, toHex, utf8 } from '#core/bytes.ts';
import { checkpointText } from '#core/log/checkpoint.ts';
import { appendEntry, entryBytes, noEntries, type StreamHead } from '#core/log/entry.ts';
import { formatNote, keyId, type VerifierKey } from '#core/log/note.ts';
import { tilePath } from '#core/log/tiles.ts';
import type { Hash } from '#core/log/tree.ts';
import { LogWriter } from '#core/log/writing.ts';

const folder = mkdtempSync(join(tmpdir(), 'writ-tlog-test-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
let places = 0;

/** A directory that does not exist yet, removed when the process ends. */
export function newPlace(): string {
  return join(folder, `${++places}`);
}

/** A key that signs checkpoints, as KMS's does. */
export interface Signer extends VerifierKey {
  readonly privateKey: KeyObject;
}

export function makeSigner(name = 'log.writ.example/2026'): Signer {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const { x = '' } = publicKey.export({ format: 'jwk' });
  return { name, publicKey: Buffer.from(x, 'base64url'), privateKey };
}

/** A signer as Go's note package writes it down. */
export function signerKey(signer: Signer): string {
  const { d = '' } = signer.privateKey.export({ format: 'jwk' });
  const seed = concat(Uint8Array.of(1), Buffer.from(d, 'base64url'));
  return `PRIVATE+KEY+${signer.name}+${toHex(keyId(signer))}+${toBase64(seed)}`;
}

export function signed(signer: Signer, size: number, root: Hash, origin = signer.name): string {
  const text = checkpointText({ origin, size: BigInt(size), root });
  return formatNote(text, signer, sign(null, utf8(text), signer.privateKey));
}

/** Entries as the gateway writes them, of a handful of cases, each case's in one stream. */
export function makeEntries(count: number): Uint8Array[] {
  const heads: StreamHead[] = Array.from({ length: 7 }, () => noEntries);
  return Array.from({ length: count }, (_, i) => {
    const stream = i % heads.length;
    const body = { kind: 'grant.retired', data: { grants: i, because: 'Expired' } } as const;
    const at = new Date(Date.UTC(2026, 10, 20) + i).toISOString();
    const { entry, head } = appendEntry(`case/${stream}`, heads[stream] ?? noEntries, body, at);
    heads[stream] = head;
    return entryBytes(entry);
  });
}

export interface Log {
  readonly directory: string;
  /** Each as it was published, from the first to the newest, which is the one in the directory. */
  readonly checkpoints: readonly string[];
}

/** Writes a log as the sequencer does: bundles and tiles of each batch, and then its checkpoint. */
export function writeLog(entries: readonly Uint8Array[], sizes: readonly number[], signer: Signer): Log {
  const directory = newPlace();
  const put = (path: string, bytes: Uint8Array | string) => {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), bytes);
  };
  const writer = new LogWriter();
  const checkpoints = sizes.map((size) => {
    for (const { tile, bytes } of writer.append(entries.slice(Number(writer.size), size)))
      put(tilePath(tile), bytes);
    const note = signed(signer, size, writer.root());
    put('checkpoint', note);
    return note;
  });
  return { directory, checkpoints };
}

/** A log's root as its newest checkpoint says it, in base64. */
export function rootOf({ checkpoints }: Pick<Log, 'checkpoints'>): string {
  return checkpoints.at(-1)?.split('\n')[2] ?? '';
}
