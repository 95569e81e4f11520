import assert from 'node:assert/strict';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { type MirrorOptions, MirrorRefused, mirrorLog } from '#client/log/mirror.ts';
import { FileFault } from '#client/log/monitor/proven-files.ts';
import { directoryFiles, SourceError } from '#client/log/source.ts';
import { encodeBundle } from '#core/log/tiles.ts';
import { leafHash } from '#core/log/tree.ts';
import { verifyLog } from '#core/log/verify/verify.ts';
import { bytesOf, entriesOf, filesOf, ours, preamble, refusals } from '../../core/log/verify/logs.ts';

const folder = mkdtempSync(join(tmpdir(), 'writ-mirror-'));
after(() => rmSync(folder, { recursive: true }));
let places = 0;
const place = () => join(folder, `${++places}`);

type Files = ReadonlyMap<string, Uint8Array>;
const leaves = bytesOf(entriesOf([...preamble(), ...refusals(900, 20)]));
const at = (...sizes: number[]): Files => filesOf(leaves, sizes);
const noteOf = (files: Files) => new TextDecoder().decode(files.get('checkpoint'));

/** Copies the log, and counts what is read from it. */
function copying(files: Files, to: string, options: Partial<MirrorOptions> = {}) {
  const reads: string[] = [];
  const read = async (path: string) => {
    reads.push(path);
    return files.get(path);
  };
  return { reads, done: mirrorLog({ read, key: ours.key, to, ...options }) };
}

const filesIn = (dir: string) =>
  globSync('{checkpoint,tile/**/*}', { cwd: dir, withFileTypes: true })
    .filter((file) => file.isFile())
    .map((file) =>
      join(file.parentPath, file.name)
        .slice(dir.length + 1)
        .replaceAll('\\', '/'),
    )
    .sort();

async function assertWhole(to: string, size: number) {
  const report = await verifyLog(directoryFiles(to), ours.key);
  assert.deepEqual([report.findings, report.size], [[], BigInt(size)]);
  // Just what a log of this size has that never had another.
  assert.deepEqual(filesIn(to), [...at(size).keys()].sort());
}

test('a mirror has just the files of the newest checkpoint, and a log of any size goes on from any smaller one', async () => {
  for (const sizes of [[0], [1], [255, 256], [256, 257], [300, 512, 700, 907], [10, 11, 12]]) {
    const to = place();
    for (const [i, size] of sizes.entries()) {
      const { reads, done } = copying(at(...sizes.slice(0, i + 1)), to);
      const { size: now, before } = await done;
      assert.deepEqual([now, before], [BigInt(size), i === 0 ? undefined : BigInt(sizes[i - 1] ?? 0)]);
      await assertWhole(to, size);
      assert.equal(new Set(reads).size, reads.length, 'no file is read twice');
    }
    const { reads, done } = copying(at(...sizes), to);
    assert.equal((await done).fetched, 0);
    assert.deepEqual(reads, ['checkpoint'], 'where nothing is new, nothing is read');
  }
});

test('a copy that ends at any place is as it was until it goes on, and then reads only what it does not have', async () => {
  const whole = at(300, 907);
  for (let last = 1; ; last++) {
    const to = place();
    await copying(at(300), to).done;
    let read = 0;
    const until = async (path: string) => {
      if (path !== 'checkpoint' && ++read > last) throw new SourceError('cannot be reached');
      return whole.get(path);
    };
    const ended = await mirrorLog({ read: until, key: ours.key, to, ahead: 1 }).then(
      () => false,
      (error: unknown) => error instanceof SourceError,
    );
    if (!ended) {
      assert.ok(last > 6, 'there are places at which it can end');
      break;
    }
    assert.equal(readFileSync(join(to, 'checkpoint'), 'utf8'), noteOf(at(300)));
    assert.deepEqual((await verifyLog(directoryFiles(to), ours.key)).findings, []);
    const kept = new Set(filesIn(to));
    const { reads, done } = copying(whole, to);
    await done;
    await assertWhole(to, 907);
    assert.deepEqual(
      reads.filter((path) => path !== 'checkpoint' && kept.has(path)),
      [],
      `ended at ${last}`,
    );
  }
});

test('a log that was rewritten or became smaller is refused: the copy stays as it is, and both checkpoints are kept', async () => {
  const others = bytesOf(entriesOf([...preamble(), ...refusals(900, 21)]));
  for (const [files, code] of [
    [filesOf(others, [300]), 'log-forked'],
    [filesOf(others, [500]), 'log-forked'],
    [at(299), 'log-truncated'],
  ] as const) {
    const to = place();
    await copying(at(300), to).done;
    const before = filesIn(to).map((file) => readFileSync(join(to, file), 'hex'));
    const refusal = await copying(files, to).done.then(
      () => assert.fail('it was taken'),
      (error: unknown) => error,
    );
    assert.ok(refusal instanceof MirrorRefused);
    assert.equal(refusal.code, code);
    const notes = [1, 2].map((n) => readFileSync(join(refusal.evidence, `checkpoint-${n}`), 'utf8'));
    assert.deepEqual(notes, [noteOf(at(300)), noteOf(files)]);
    assert.equal(readFileSync(join(to, 'checkpoint'), 'utf8'), noteOf(at(300)));
    if (code === 'log-truncated')
      assert.deepEqual(
        filesIn(to).map((file) => readFileSync(join(to, file), 'hex')),
        before,
      );
    assert.deepEqual((await verifyLog(directoryFiles(to), ours.key)).findings, []);
    // And it goes on with the log that it knows, whatever the other one left.
    await copying(at(300, 500), to).done;
    await assertWhole(to, 500);
  }
});

test('a file that is not the checkpoint’s is not written, nor is the checkpoint', async () => {
  const entries = leaves.slice(256, 512).with(3, leaves[0] ?? new Uint8Array());
  const wrong: [string, Uint8Array | undefined][] = [
    ['tile/entries/001', encodeBundle(entries)],
    ['tile/entries/001', new Uint8Array([0])],
    ['tile/0/001', Buffer.concat(entries.map(leafHash))],
    ['tile/0/001', undefined],
    ['tile/1/000.p/3', new Uint8Array(96)],
    ['tile/entries/003.p/139', undefined],
  ];
  for (const [path, bytes] of wrong) {
    const files = new Map(at(907));
    if (bytes === undefined) files.delete(path);
    else files.set(path, bytes);
    const to = place();
    await assert.rejects(copying(files, to).done, FileFault, path);
    assert.deepEqual([existsSync(join(to, path)), existsSync(join(to, 'checkpoint'))], [false, false], path);
    await copying(at(907), to).done;
    await assertWhole(to, 907);
  }
});

test('what lies in the copy and is not the log’s is read from the log again', async () => {
  const others = filesOf(bytesOf(entriesOf([...preamble(), ...refusals(900, 21)])), [907]);
  const to = place();
  await copying(others, to).done;
  rmSync(join(to, 'checkpoint'));
  writeFileSync(join(to, 'tile/0/000'), 'damaged');
  writeFileSync(join(to, 'tile/0/001.0badcafe.new'), 'left by a copy that was ended');
  await copying(at(907), to).done;
  await assertWhole(to, 907);
});
