import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isWholeChain, type Looked, lookForCase } from '#client/notice/find.ts';
import { LogError } from '#core/log/errors.ts';
import { type ReadFile, readCheckpoint } from '#core/log/reading.ts';
import { type SentLetter, sentLetter } from '../../console/letters.ts';

/** The entries of a letter's case are looked for in a small part of the log. */
const letter = await sentLetter();

async function looked({ log, file }: SentLetter, read: ReadFile = log.read): Promise<Looked[]> {
  const checkpoint = (await readCheckpoint(log.read, log.key)) ?? assert.fail();
  const steps: Looked[] = [];
  for await (const step of lookForCase(read, checkpoint, file)) steps.push(step);
  return steps;
}

test('all entries of the case are found, in their order, and none that are older than it are read', async () => {
  const bundles = new Set<string>();
  const steps = await looked(letter, async (path) => {
    if (path.startsWith('tile/entries/')) bundles.add(path);
    return letter.log.read(path);
  });
  const found = steps.at(-1);
  const own = letter.entries.filter(({ stream }) => stream === letter.file.stream);
  assert.deepEqual(
    found?.entries.map(({ envelope }) => envelope.n),
    own.map(({ n }) => n),
  );
  assert.equal(found.read, found.of);
  const all = Math.ceil(letter.entries.length / 256);
  assert.ok(bundles.size < all, `${bundles.size} of ${all} bundles were read`);
  assert.ok(isWholeChain(found.entries));
});

test('a letter whose case began with the log is found too', async () => {
  const young = await sentLetter({ filling: 0 });
  const [step, ...more] = await looked(young);
  assert.deepEqual([step?.read, step?.of, more.length], [1, 1, 0]);
  assert.ok(step && step.entries.length > 5 && isWholeChain(step.entries));
});

test('entries that are left out, or change places, make no whole chain', async () => {
  const entries = (await looked(letter)).at(-1)?.entries ?? [];
  for (let i = 0; i < entries.length - 1; i++) {
    assert.ok(!isWholeChain(entries.toSpliced(i, 1)), `entry ${i} is left out`);
    const swapped = entries.with(i, entries[i + 1] ?? assert.fail()).with(i + 1, entries[i] ?? assert.fail());
    assert.ok(!isWholeChain(swapped));
  }
  const [first, second, ...rest] = entries;
  assert.ok(first && second);
  const renumbered = { ...second, envelope: { ...second.envelope, previous: '0'.repeat(64) } };
  assert.ok(!isWholeChain([first, renumbered, ...rest]), 'it names another one before it');
});

test('a file that is not the log’s is an error, and no entry', async () => {
  const changed: ReadFile = async (path) => {
    const bytes = await letter.log.read(path);
    return path.startsWith('tile/entries/') ? bytes?.with(40, 7) : bytes;
  };
  await assert.rejects(
    looked(letter, changed),
    (error) => error instanceof LogError && error.code !== 'file-missing',
  );
});
