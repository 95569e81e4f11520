import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { before, describe, test } from 'node:test';
import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { toHex, utf8 } from '#core/bytes.ts';
import { canonicalJson } from '#core/canonical.ts';
import { checkpointText } from '#core/log/checkpoint.ts';
import { LogError, type LogErrorCode } from '#core/log/errors.ts';
import type { OutboxItem } from '#functions/aws/entries.ts';
import type { Logged } from '#functions/aws/log.ts';
import { type Bytes, NaiveTree, naiveLeaf } from '../core/log/naive.ts';
import { signedNote, signer } from '../core/log/signer.ts';
import { Acts, newInstance, newLog, newLogKey, type OwnLog, signedBy, theCloud } from './sequencing.ts';

/** The log as `collect` and `authorise` read it, out of a bucket that somebody rewrites. */
/** Whatever the commitment begins with: it is changed. */
const otherLetter = (_: string, letter: string) => `"reviewer":"${letter === 'A' ? 'B' : 'A'}`;

describe('I4 the published log', () => {
  const acts = new Acts();
  const items = Array.from({ length: 300 }, (_, i) => acts.one(`case/${i % 30}`));
  const entries = items.map(({ entry }) => utf8(entry));
  const tree = new NaiveTree(entries);
  /** Two checkpoints were published, of so many entries and of all. */
  const older = 270;
  const files = new Map<string, Bytes>(tree.files(older, entries.length));
  let log: OwnLog;
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

  before(async () => {
    const cloud = theCloud();
    log = await newLog(cloud, await newLogKey(cloud), { locked: false });
    const { deliver, bucket } = await newInstance(log);
    const bytesAt = async (path: string) => (await bucket.getLogObject(path))?.bytes ?? new Uint8Array();
    await deliver(items.slice(0, older));
    olderCheckpoint = await bytesAt('checkpoint');
    await deliver(items.slice(older));
    for (const [path, bytes] of files) assert.deepEqual(Buffer.from(await bytesAt(path)), Buffer.from(bytes));
    files.set('checkpoint', await bytesAt('checkpoint'));
  });

  async function write(Key: string, Body: Bytes | string | undefined): Promise<void> {
    const { bucket: Bucket, aws } = log;
    if (Body === undefined) await aws.s3.send(new DeleteObjectCommand({ Bucket, Key }));
    else await aws.s3.send(new PutObjectCommand({ Bucket, Key, Body }));
  }

  /** What an instance that has seen nothing yet finds while the bucket holds something else. */
  async function whatIsFound(
    forged: Record<string, Bytes | string | undefined>,
    index: number,
    hash?: string,
  ): Promise<Logged | undefined> {
    const { reader } = await newInstance(log);
    try {
      for (const [path, body] of Object.entries(forged)) await write(path, body);
      const { stream, n } = at(index);
      return await (await reader.publishedLog())?.find(stream, n, hash);
    } finally {
      for (const path of Object.keys(forged)) await write(path, files.get(path));
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
    const { name } = log.key;
    const checkpoint = (note: string) => ({ checkpoint: note });
    await refuses(
      'note-unsigned',
      checkpoint(signedNote(checkpointText({ origin: name, ...of }), signer(name, 7))),
      5,
    );
    const other = 'other.invalid/log';
    await refuses(
      'note-unsigned',
      checkpoint(await signedBy(log, checkpointText({ origin: other, ...of }), other)),
      5,
    );
    await refuses(
      'origin-differs',
      checkpoint(await signedBy(log, checkpointText({ origin: other, ...of }))),
      5,
    );
    await refuses('checkpoint-malformed', checkpoint(await signedBy(log, `${name}\n0300\nAAAA\n`)), 5);
    const note = new TextDecoder().decode(fileAt('checkpoint'));
    await refuses('note-unsigned', checkpoint(note.replace('\n300\n', '\n299\n')), 5);
    await refuses('note-malformed', checkpoint(note.replace('— ', '- ')), 5);
    await refuses('note-malformed', checkpoint('\n'), 5);
    await finds(5, checkpoint(await signedBy(log, checkpointText({ origin: name, ...of }))));
  });

  test('I4 gives no entry that was edited, or that another was put in the place of', async () => {
    const edited = entries.map((bytes, i) =>
      i === 5 || i === 299 ? utf8(at(i).entry.replace(/"reviewer":"(.)/, otherLetter)) : bytes,
    );
    for (const [path, bytes] of new NaiveTree(edited).bundles(300))
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
    await refuses('file-missing', { 'tile/1/000.p/1': undefined }, 299);
    assert.equal(await whatIsFound({ checkpoint: undefined }, 5), undefined);
  });

  test('I4 gives no entry by another tree’s checkpoint, even if the key signed it', async () => {
    const fork = new NaiveTree(entries.with(5, utf8(at(5).entry.replace(/"reviewer":"(.)/, otherLetter))));
    const origin = log.key.name;
    const checkpoint = await signedBy(log, checkpointText({ origin, size: 300n, root: fork.mth() }));
    for (const index of [0, 5, 299]) await refuses('not-included', { checkpoint }, index);
    // With all of its files it is a log, but not the one that holds what was committed.
    const whole = { ...Object.fromEntries(fork.files(300)), checkpoint };
    await findsAnother(whole, 5, hashOf(5));
    const moved = new NaiveTree(entries.toReversed());
    const reversed = await signedBy(log, checkpointText({ origin, size: 300n, root: moved.mth() }));
    await findsAnother({ ...Object.fromEntries(moved.files(300)), checkpoint: reversed }, 5);
  });

  test('I4 as an older checkpoint has it lacks what is newer', async () => {
    for (const index of [5, 265, 269]) await finds(index, { checkpoint: olderCheckpoint });
    for (const index of [270, 299])
      assert.equal(await whatIsFound({ checkpoint: olderCheckpoint }, index), undefined);
  });

  test('I4 is read again by who has read it, and the newest counts', async () => {
    const { reader } = await newInstance(log);
    const { stream, n } = at(299);
    try {
      await write('checkpoint', olderCheckpoint);
      assert.equal((await reader.publishedLog())?.checkpoint.size, BigInt(older));
    } finally {
      await write('checkpoint', files.get('checkpoint'));
    }
    assert.equal((await (await reader.publishedLog())?.find(stream, n))?.proven.index, 299n);
  });

  test('I4 does not believe the table about where an entry is', async () => {
    const { stream, n } = at(5);
    const Key = { pk: `place#${stream}`, sk: String(n) };
    const place = (index: string) =>
      log.aws.dynamo.send(new PutCommand({ TableName: log.table, Item: { ...Key, index } }));
    try {
      for (const index of ['6', '299']) {
        await place(index);
        await findsAnother({}, 5);
      }
      for (const index of ['300', String(2n ** 64n)]) {
        await place(index);
        assert.equal(await whatIsFound({}, 5), undefined);
      }
      await place('-1');
      await refuses('not-included', {}, 5);
      await place('five');
      await assert.rejects(whatIsFound({}, 5));
      await log.aws.dynamo.send(new DeleteCommand({ TableName: log.table, Key }));
      assert.equal(await whatIsFound({}, 5), undefined);
    } finally {
      await place('5');
    }
  });

  test('I4 gives the entry or none, whichever byte of the bucket is another', async () => {
    const paths = [...files.keys()];
    for (let round = 0; round < 30; round++) {
      const path = paths[round % paths.length] ?? '';
      const bytes = Buffer.from(fileAt(path));
      const byte = randomInt(bytes.length);
      bytes[byte] = (bytes[byte] ?? 0) ^ (1 << randomInt(8));
      const index = randomInt(300);
      const found = await whatIsFound({ [path]: bytes }, index).catch((error: unknown) => {
        assert.ok(error instanceof LogError, String(error));
      });
      if (found === undefined) continue;
      assert.equal(new TextDecoder().decode(found.proven.bytes), at(index).entry, `${path}, byte ${byte}`);
    }
  });
});
