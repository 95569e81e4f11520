import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { utf8 } from '#core/bytes.ts';
import { keepingFiles } from '#core/sequencer/kept-files.ts';
import { placePath } from '#core/state/log-places.ts';
import { memoryLogFiles } from '../../memory/log-files.ts';

/** Files that say what was read past the memory of an instance. */
function watched() {
  const files = memoryLogFiles();
  const read: string[] = [];
  const kept = keepingFiles({
    ...files,
    read: (path) => {
      read.push(path);
      return files.read(path);
    },
  });
  return { files, kept, read };
}

describe('the files that an instance keeps in memory', () => {
  test('I11: that a file is not there is asked anew each time', async () => {
    const { files, kept, read } = watched();
    const path = placePath({ stream: 'key/of-a-reviewer', n: 2 });
    for (let i = 0; i < 3; i++) assert.equal(await kept.read(path), undefined);
    files.force(path, utf8('5'));
    for (let i = 0; i < 3; i++)
      assert.deepEqual(Buffer.from((await kept.read(path)) ?? []), Buffer.from('5'));
    assert.equal(read.length, 4);
  });

  test('a file that somebody else wrote first is not the one that was to be written', async () => {
    const { files, kept } = watched();
    files.force('tile/0/000', utf8('theirs'));
    assert.equal(await kept.create('tile/0/000', utf8('own')), false);
    assert.deepEqual(Buffer.from((await kept.read('tile/0/000')) ?? []), Buffer.from('theirs'));
  });

  test('the checkpoint is read each time', async () => {
    const { files, kept } = watched();
    for (const text of ['one', 'two']) {
      files.force('checkpoint', utf8(text));
      assert.deepEqual(Buffer.from((await kept.read('checkpoint')) ?? []), Buffer.from(text));
    }
  });

  test('places push out no bundle and no tile, and are not kept for ever', async () => {
    const { kept, read } = watched();
    await kept.create('tile/entries/000', utf8('bundle'));
    const paths = Array.from({ length: 10_000 }, (_, n) => placePath({ stream: 'case/1', n: n + 1 }));
    for (const path of paths) await kept.create(path, utf8('5'));
    await kept.read('tile/entries/000');
    await kept.read(paths.at(-1) ?? '');
    assert.deepEqual(read, []);
    await kept.read(paths[0] ?? '');
    assert.deepEqual(read, paths.slice(0, 1));
  });
});
