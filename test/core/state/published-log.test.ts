import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { toHex, utf8 } from '#core/bytes.ts';
import { canonicalJson } from '#core/canonical.ts';
import { checkpointText } from '#core/log/checkpoint.ts';
import { LogError, type LogErrorCode } from '#core/log/errors.ts';
import { formatNote } from '#core/log/note.ts';
import { keepingFiles } from '#core/sequencer/kept-files.ts';
import { placeFiles, placePath } from '#core/state/log-places.ts';
import type { OutboxItem } from '#core/state/outbox.ts';
import { type Logged, readPublishedLog } from '#core/state/published-log.ts';
import { memoryChance } from '../../memory/outside.ts';
import { type Bytes, NaiveTree, naiveLeaf } from '../log/naive.ts';
import { signedNote, signer } from '../log/signer.ts';
import { Acts, instanceOf, newLog } from '../sequencer/own-log.ts';

/** An entry of the same kind that says something else. */
const edited = (entry: string) => utf8(entry.replace('"code":"field-unknown"', '"code":"field-invalid"'));

/** The log as `collect` and `authorise` read it, out of a bucket that somebody rewrites. */
describe('I4 the published log', () => {
  const acts = new Acts();
  const cases = Array.from({ length: 30 }, () => acts.newStream());
  const items = Array.from({ length: 300 }, (_, i) => acts.one(cases[i % 30] ?? ''));
  const entries = items.map(({ entry }) => utf8(entry));
  const tree = new NaiveTree(entries);
  /** Two checkpoints were published, of so many entries and of all. */
  const older = 270;
  const files = new Map<string, Bytes>(tree.files(older, entries.length));
  const log = newLog();
  let key: { name: string; publicKey: Uint8Array };
  let olderCheckpoint: Bytes;

  const at = (index: number): OutboxItem => {
    const item = items[index];
    assert.ok(item);
    return item;
  };
  const fileAt = (path: string): Bytes => {
    const bytes = files.get(path);
    assert.ok(bytes, path);
    return bytes;
  };
  const hashOf = (index: number) => toHex(naiveLeaf(utf8(at(index).entry)));
  const published = (path: string): Bytes => log.files.files.get(path) ?? new Uint8Array();

  before(async () => {
    const { deliver } = instanceOf(log);
    await deliver(items.slice(0, older));
    olderCheckpoint = published('checkpoint');
    await deliver(items.slice(older));
    for (const [path, bytes] of files) assert.deepEqual(Buffer.from(published(path)), Buffer.from(bytes));
    for (const { path, bytes } of placeFiles(0n, entries)) files.set(path, bytes);
    files.set('checkpoint', published('checkpoint'));
    key = await log.signer.key();
  });

  /** A reader as an instance is started: it has seen nothing yet. */
  const newReader = () => {
    const ports = { ...log, files: keepingFiles(log.files) };
    return () => readPublishedLog(ports);
  };

  const write = (path: string, body: Bytes | string | undefined) =>
    log.files.force(path, typeof body === 'string' ? utf8(body) : body);

  /** Signs a text with the log's key, under a name that need not be the log's. */
  const signedBy = async (text: string, name = key.name) =>
    formatNote(text, { ...key, name }, await log.signer.sign(utf8(text)));

  /** What a new reader finds while the bucket holds something else. */
  async function whatIsFound(
    forged: Record<string, Bytes | string | undefined>,
    index: number,
    hash?: string,
  ): Promise<Logged | undefined> {
    const read = newReader();
    try {
      for (const [path, body] of Object.entries(forged)) write(path, body);
      const { stream, n } = at(index);
      return await (await read())?.find(stream, n, hash);
    } finally {
      for (const path of Object.keys(forged)) write(path, files.get(path));
    }
  }

  const refuses = (code: LogErrorCode, ...what: Parameters<typeof whatIsFound>) =>
    assert.rejects(whatIsFound(...what), (error) => error instanceof LogError && error.code === code, code);
  const findsAnother = (...what: Parameters<typeof whatIsFound>) =>
    assert.rejects(whatIsFound(...what), /the log holds another entry in this place/);

  async function finds(index: number, ...what: [Parameters<typeof whatIsFound>[0]?, string?]) {
    const found = await whatIsFound(what[0] ?? {}, index, what[1]);
    assert.deepEqual(Buffer.from(found?.proven.bytes ?? []), Buffer.from(utf8(at(index).entry)));
    assert.equal(found?.proven.index, BigInt(index));
    assert.equal(canonicalJson(found?.entry), at(index).entry);
  }

  test('I4 gives an entry where it is, of the hash that was committed and no other', async () => {
    for (const index of [0, 5, 255, 256, 299]) await finds(index, {}, hashOf(index));
    await findsAnother({}, 5, hashOf(6));
  });

  test('I4 is that of its own key and name, and of no other', async () => {
    const of = { size: 300n, root: tree.mth() };
    const { name } = key;
    const checkpoint = (note: string) => ({ checkpoint: note });
    await refuses(
      'note-unsigned',
      checkpoint(signedNote(checkpointText({ origin: name, ...of }), signer(name, 7))),
      5,
    );
    const other = 'other.invalid/log';
    await refuses(
      'note-unsigned',
      checkpoint(await signedBy(checkpointText({ origin: other, ...of }), other)),
      5,
    );
    await refuses('origin-differs', checkpoint(await signedBy(checkpointText({ origin: other, ...of }))), 5);
    await refuses('checkpoint-malformed', checkpoint(await signedBy(`${name}\n0300\nAAAA\n`)), 5);
    const note = new TextDecoder().decode(fileAt('checkpoint'));
    await refuses('note-unsigned', checkpoint(note.replace('\n300\n', '\n299\n')), 5);
    await refuses('note-malformed', checkpoint(note.replace('— ', '- ')), 5);
    await refuses('note-malformed', checkpoint('\n'), 5);
    await finds(5, checkpoint(await signedBy(checkpointText({ origin: name, ...of }))));
  });

  test('I4 gives no entry that was edited, or that another was put in the place of', async () => {
    const rewritten = entries.map((bytes, i) => (i === 5 || i === 299 ? edited(at(i).entry) : bytes));
    for (const [path, bytes] of new NaiveTree(rewritten).bundles(300))
      for (const index of [5, 299].filter((count) => count < 256 === path.endsWith('/000')))
        await refuses('not-included', { [path]: bytes }, index);
    const swapped = [...entries.slice(0, 5), ...entries.slice(5, 7).reverse(), ...entries.slice(7)];
    const swap = Object.fromEntries(new NaiveTree(swapped).bundles(300));
    await refuses('not-included', swap, 5);
    await refuses('not-included', swap, 6);
    await finds(7, swap);
    const dropped = Object.fromEntries(new NaiveTree(entries.toSpliced(5, 1)).bundles(299));
    await refuses('file-malformed', { 'tile/entries/001.p/44': dropped['tile/entries/001.p/43'] }, 299);
    await refuses('not-included', { 'tile/entries/000': dropped['tile/entries/000'] }, 5);
  });

  test('I4 gives no entry by a tile that was edited', async () => {
    const flipped = (path: string, byte: number) => {
      const bytes = Buffer.from(fileAt(path));
      bytes[byte] = (bytes[byte] ?? 0) ^ 1;
      return { [path]: bytes };
    };
    // Entry 4 is the sibling of entry 5; entries 256 to 299 are the other side of the tree.
    await refuses('not-included', flipped('tile/0/000', 4 * 32), 5);
    await refuses('not-included', flipped('tile/0/001.p/44', 0), 5);
    await refuses('not-included', flipped('tile/1/000.p/1', 31), 299);
    for (const path of ['tile/0/000', 'tile/0/001.p/44'])
      await refuses('file-malformed', { [path]: fileAt(path).subarray(32) }, 5);
  });

  test('I4 gives no entry by files that are not there', async () => {
    for (const path of ['tile/entries/000', 'tile/0/000', 'tile/0/001.p/44'])
      await refuses('file-missing', { [path]: undefined }, 5);
    // What is over a full tile follows from it, and its root is held against the checkpoint's all the same.
    await finds(299, { 'tile/1/000.p/1': undefined });
    assert.equal(await whatIsFound({ checkpoint: undefined }, 5), undefined);
  });

  test('I4 gives no entry by another tree’s checkpoint, even if the key signed it', async () => {
    const fork = new NaiveTree(entries.with(5, edited(at(5).entry)));
    const origin = key.name;
    const checkpoint = await signedBy(checkpointText({ origin, size: 300n, root: fork.mth() }));
    for (const index of [0, 5, 299]) await refuses('not-included', { checkpoint }, index);
    // With all of its files it is a log, but not the one that holds what was committed.
    const whole = { ...Object.fromEntries(fork.files(300)), checkpoint };
    await findsAnother(whole, 5, hashOf(5));
    const moved = new NaiveTree(entries.toReversed());
    const reversed = await signedBy(checkpointText({ origin, size: 300n, root: moved.mth() }));
    await findsAnother({ ...Object.fromEntries(moved.files(300)), checkpoint: reversed }, 5);
  });

  test('I4 as an older checkpoint has it lacks what is newer', async () => {
    for (const index of [5, 265, 269]) await finds(index, { checkpoint: olderCheckpoint });
    for (const index of [270, 299])
      assert.equal(await whatIsFound({ checkpoint: olderCheckpoint }, index), undefined);
  });

  test('I4 is read again by who has read it, and the newest counts', async () => {
    const read = newReader();
    const { stream, n } = at(299);
    try {
      write('checkpoint', olderCheckpoint);
      assert.equal((await read())?.checkpoint.size, BigInt(older));
    } finally {
      write('checkpoint', files.get('checkpoint'));
    }
    assert.equal((await (await read())?.find(stream, n))?.proven.index, 299n);
  });

  test('I4 gives no other entry than the one of its place, whatever somebody wrote there', async () => {
    const path = placePath(at(5));
    const place = (text: string) => ({ [path]: text });
    for (const other of [6, 299]) {
      await findsAnother(place(`${other} ${hashOf(other)}\n`), 5);
      await findsAnother(place(`${other} ${hashOf(5)}\n`), 5);
    }
    await findsAnother(place(`5 ${hashOf(6)}\n`), 5);
    for (const index of ['300', String(2n ** 64n - 1n)])
      assert.equal(await whatIsFound(place(`${index} ${hashOf(5)}\n`), 5), undefined);
    for (const text of [
      '',
      '5',
      `5 ${hashOf(5)}`,
      `-1 ${hashOf(5)}\n`,
      `05 ${hashOf(5)}\n`,
      `5 ${hashOf(5)}\n\n`,
      `5  ${hashOf(5)}\n`,
      `5 ${hashOf(5).toUpperCase()}\n`,
      `five ${hashOf(5)}\n`,
      `5 ${hashOf(5).slice(1)}\n`,
    ])
      await refuses('file-malformed', place(text), 5);
    await finds(5, place(`5 ${hashOf(5)}\n`));
  });

  test('I11 needs no table: with all of them empty, every entry is where it was', async () => {
    const tables = log.store.items('log');
    for (const { pk, sk } of tables) log.store.remove('log', { pk: String(pk), sk: String(sk) });
    try {
      for (const index of [0, 255, 299]) await finds(index, {}, hashOf(index));
    } finally {
      for (const item of tables) log.store.force('log', item);
    }
  });

  test('I11 knows that a stream goes on as soon as the next entry has its place, and never keeps that it did not', async () => {
    const read = newReader();
    const next = 270;
    const { stream, n } = at(next);
    const path = placePath(at(next));
    write('checkpoint', olderCheckpoint);
    try {
      write(path, undefined);
      const older = await read();
      assert.equal(await older?.follows(stream, n - 1), false);
      assert.equal(await older?.find(stream, n), undefined);
      // The place is there, the checkpoint that covers it not yet.
      write(path, files.get(path));
      assert.equal(await older?.follows(stream, n - 1), true);
      assert.equal(await older?.find(stream, n), undefined);
    } finally {
      write(path, files.get(path));
      write('checkpoint', files.get('checkpoint'));
    }
    const newest = await read();
    assert.equal((await newest?.find(stream, n))?.proven.index, BigInt(next));
    assert.equal(await newest?.follows(stream, 10), false);
    assert.equal(await newest?.follows('case/nobody’s', 0), false);
    assert.equal(await newest?.follows(stream, 0), true);
  });

  test('I4 gives the entry or none, whichever byte of the bucket is another', async () => {
    // Places are many and small: what becomes of one that is another is said above.
    const paths = [...files.keys()].filter((path) => !path.startsWith('place/'));
    const chance = memoryChance('bytes of the bucket');
    const upTo = (n: number) => Math.floor(chance.fraction() * n);
    for (let round = 0; round < 400; round++) {
      const path = paths[round % paths.length] ?? '';
      const bytes = Buffer.from(fileAt(path));
      const byte = upTo(bytes.length);
      bytes[byte] = (bytes[byte] ?? 0) ^ (1 << upTo(8));
      const index = upTo(300);
      const found = await whatIsFound({ [path]: bytes }, index).catch((error: unknown) => {
        assert.ok(error instanceof LogError, String(error));
      });
      if (found === undefined) continue;
      assert.equal(new TextDecoder().decode(found.proven.bytes), at(index).entry, `${path}, byte ${byte}`);
    }
  });

  test('I4 gives the entries between two indices, as far as its checkpoint goes', async () => {
    const read = newReader();
    const log = await read();
    assert.ok(log);
    const between = await Array.fromAsync(log.entries(250n, 260n));
    assert.deepEqual(
      between.map(canonicalJson),
      items.slice(250, 260).map(({ entry }) => entry),
    );
    assert.deepEqual(await Array.fromAsync(log.entries(5n, 5n)), []);
    await assert.rejects(Array.fromAsync(log.entries(299n, 301n)), RangeError);
  });
});
