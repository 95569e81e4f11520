import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { toBase64, toHex, utf8 } from '#core/bytes.ts';
import { openCheckpoint } from '#core/log/checkpoint.ts';
import { readEntry } from '#core/log/entry.ts';
import type { VerifierKey } from '#core/log/note.ts';
import { decodeBundle, newTiles, tilePath } from '#core/log/tiles.ts';
import { verifyLog } from '#core/log/verify/verify.ts';
import { type OutboxItem, placeName } from '#core/state/outbox.ts';
import type { Item } from '#core/store/store.ts';
import { NaiveTree, naiveLeaf } from '../log/naive.ts';
import type { OwnLog } from './own-log.ts';

/** All of a log, and of the table behind it. */
export interface Snapshot {
  key: VerifierKey;
  /** Everything that was ever written to the bucket; the versions of a file in their order. */
  versions: readonly { path: string; bytes: Uint8Array }[];
  /** The log's table. */
  items: readonly Item[];
  /** How many entries were in it before the test. */
  before: number;
}

/** Looks through a log in memory: see `auditSnapshot`. */
export async function audit(log: OwnLog, committed: readonly OutboxItem[]): Promise<string[]> {
  const { signer, files, store, before } = log;
  const key = await signer.key();
  return auditSnapshot({ key, versions: files.versions, items: store.items('log'), before }, committed);
}

/**
 * Looks through all of a log and the table behind it: the bucket is one log (`auditBucket`), the head is where the bucket
 * is, and nothing is left of what was staged.
 *
 * @param committed what has to be in the log, once each, beside what was there before the test, and nothing else
 * @returns the names of its entries, in their order
 */
export async function auditSnapshot(log: Snapshot, committed: readonly OutboxItem[]): Promise<string[]> {
  const { entries, root, more } = await auditBucket(log);
  assert.deepEqual(more, []);
  const names = entries.map((bytes) => placeName(readEntry(bytes).envelope));
  const size = names.length;
  const wanted = new Map(committed.map((item) => [placeName(item), item.entry]));
  for (const [i, name] of names.entries())
    if (i >= log.before) assert.equal(new TextDecoder().decode(entries[i]), wanted.get(name), name);
  assert.deepEqual([...new Set(wanted.keys()).difference(new Set(names))], [], 'not in the log');
  assert.deepEqual(
    log.items.map(({ pk, size, published, root }) => ({ pk, size, published, root })),
    root === undefined ? [] : [{ pk: 'head', size, published: size, root: toBase64(root) }],
  );
  sideBySide(names, committed);
  return names;
}

/** Buckets by all that was ever written to them. Most runs end in the same one, and what was found of it still holds. */
const audited = new Map<string, ReturnType<typeof lookThrough>>();

/** Looks through the bucket: see `lookThrough`. */
export async function auditBucket({ key, versions }: Pick<Snapshot, 'key' | 'versions'>) {
  const hash = createHash('sha256').update(`${key.name} ${toHex(key.publicKey)} `);
  for (const { path, bytes } of versions) hash.update(`${path} ${bytes.length} `).update(bytes);
  const name = hash.digest('hex');
  const found = audited.get(name) ?? lookThrough({ key, versions });
  audited.set(name, found);
  return found;
}

/**
 * Looks through the bucket. Its tree is RFC 6962's, recomputed by other code than the log's, and our own verifier finds
 * nothing to say against it. Each stream is a chain from its first entry, and each entry's place is where it is. There
 * is nothing else in the bucket but what a sequencer wrote before it died.
 */
async function lookThrough({ key, versions }: Pick<Snapshot, 'key' | 'versions'>) {
  const files = new Map(versions.map(({ path, bytes }) => [path, bytes]));
  const paths = versions.filter(({ path }) => path !== 'checkpoint').map(({ path }) => path);
  assert.equal(new Set(paths).size, paths.length, 'a file was written twice');

  const texts = versions
    .filter(({ path }) => path === 'checkpoint')
    .map(({ bytes }) => new TextDecoder().decode(bytes));
  for (const text of texts)
    assert.equal(text.split('\n').length, 6, 'a checkpoint with more than a signature');
  const notes = texts.map((text) => openCheckpoint(text, key));
  const sizes = notes.map(({ size }) => Number(size));
  for (const [i, size] of sizes.entries()) assert.ok(size > (sizes[i - 1] ?? 0), 'a checkpoint is no larger');
  const size = sizes.at(-1) ?? 0;

  const entries = entriesOf(files, size);
  const tree = new NaiveTree(entries);
  for (const { size, root } of notes)
    assert.deepEqual(Buffer.from(root), Buffer.from(tree.mth(0, Number(size))), 'another root');
  // What the published trees consist of is there, and nothing else is.
  const expected = new Map<string, Uint8Array>([
    ...tree.files(...sizes),
    ...chained(entries),
    ...notes.map(({ size, root }, i): [string, Uint8Array] => [
      `head/${sizes[i - 1] ?? 0}`,
      utf8(`${key.name}\n${size}\n${toBase64(root)}\n`),
    ]),
  ]);
  for (const [path, bytes] of expected)
    assert.deepEqual(Buffer.from(files.get(path) ?? []), Buffer.from(bytes), path);
  const more = paths.filter((path) => !expected.has(path));
  if (size > 0) {
    const { findings, ok } = await verifyLog(async (path) => files.get(path), key);
    assert.ok(ok, findings.map(({ code, message }) => `${code}: ${message}`).join('; '));
  }
  return { entries, root: notes.at(-1)?.root, more };
}

/** All entries, out of the bundles of the newest checkpoint's tree. */
function entriesOf(files: ReadonlyMap<string, Uint8Array>, size: number): Uint8Array[] {
  return newTiles(0n, BigInt(size))
    .filter(({ level }) => level === 'entries')
    .flatMap((tile) => decodeBundle(files.get(tilePath(tile)) ?? new Uint8Array(), tile));
}

/** Each entry is the next of its stream. @returns the file that says where each is, by its path */
function chained(entries: readonly Uint8Array[]): [string, Uint8Array][] {
  const streams = new Map<string, { n: number; hash: string }>();
  return entries.map((bytes, index) => {
    const { stream, n, previous } = readEntry(bytes).envelope;
    const last = streams.get(stream);
    assert.equal(n, (last?.n ?? 0) + 1, `${stream} ${n} is not the next`);
    assert.equal(previous, last?.hash);
    const hash = toHex(naiveLeaf(bytes));
    streams.set(stream, { n, hash });
    const name = createHash('sha256').update(stream).digest('base64url');
    return [`place/${name}/${n}`, utf8(`${index} ${hash}\n`)];
  });
}

/** Entries of one transaction lie one behind the other, as far as they were committed. */
function sideBySide(names: readonly string[], committed: readonly OutboxItem[]): void {
  const isCommitted = new Set(committed.map(placeName));
  for (const { together = [] } of committed) {
    const members = together.map(placeName).filter((name) => isCommitted.has(name));
    const at = members.map((name) => names.indexOf(name));
    assert.deepEqual(
      at,
      at.map((_, i) => (at[0] ?? 0) + i),
      'a transaction is torn apart',
    );
  }
}

/** The bytes of an outbox item's entry. */
export const bytesOf = ({ entry }: OutboxItem): Uint8Array => utf8(entry);
