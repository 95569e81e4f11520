import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { utf8 } from '#core/bytes.ts';
import type { LogFiles } from '#core/ports.ts';

/**
 * What a sequencer relies on in whatever keeps the log's files: the same test for S3 and for the files in memory.
 *
 * @param open an empty log
 */
export function logFilesContract(name: string, open: () => Promise<LogFiles>): void {
  const [one, two, three] = [utf8('one'), utf8('two'), utf8('three')];
  const same = (bytes: Uint8Array | undefined, expected: Uint8Array) =>
    assert.deepEqual(bytes && Buffer.from(bytes), Buffer.from(expected));

  describe(`I6 the log's files ${name}`, () => {
    test('I6 a file that is not there is none', async () => {
      const files = await open();
      assert.equal(await files.read('tile/0/000'), undefined);
      assert.equal(await files.read('checkpoint'), undefined);
      assert.equal(await files.checkpoint(), undefined);
    });

    test('I6 a file is written once, and stays as it was written first', async () => {
      const files = await open();
      assert.equal(await files.create('tile/0/000.p/1', one), true);
      assert.equal(await files.create('tile/0/000.p/1', two), false);
      assert.equal(await files.create('tile/0/000.p/1', one), false);
      same(await files.read('tile/0/000.p/1'), one);
      assert.equal(await files.create('tile/0/000.p/2', two), true);
      same(await files.read('tile/0/000.p/2'), two);
    });

    test('I6 of several that write a file at the same time, one does', async () => {
      const files = await open();
      const bodies = Array.from({ length: 6 }, (_, i) => utf8(`body ${i}`));
      const written = await Promise.all(bodies.map((bytes) => files.create('tile/entries/000', bytes)));
      assert.equal(written.filter((isWritten) => isWritten).length, 1);
      same(await files.read('tile/entries/000'), bodies[written.indexOf(true)] ?? one);
    });

    test('I6 the first checkpoint takes no other’s place', async () => {
      const files = await open();
      assert.equal(await files.publish(one, '"another"'), false);
      assert.equal(await files.checkpoint(), undefined);
      assert.equal(await files.publish(one, undefined), true);
      assert.equal(await files.publish(two, undefined), false);
      same((await files.checkpoint())?.bytes, one);
      same(await files.read('checkpoint'), one);
    });

    test('I6 a checkpoint takes the place of the version that it names, and of no other', async () => {
      const files = await open();
      await files.publish(one, undefined);
      const first = await files.checkpoint();
      assert.equal(await files.publish(two, first?.version), true);
      assert.equal(await files.publish(three, first?.version), false);
      const second = await files.checkpoint();
      same(second?.bytes, two);
      assert.notEqual(second?.version, first?.version);
      assert.equal(await files.publish(three, second?.version), true);
      same(await files.read('checkpoint'), three);
    });

    test('I6 of several checkpoints in the place of one, one is published', async () => {
      const files = await open();
      await files.publish(one, undefined);
      const { version } = (await files.checkpoint()) ?? {};
      const bodies = Array.from({ length: 6 }, (_, i) => utf8(`checkpoint ${i}`));
      const published = await Promise.all(bodies.map((bytes) => files.publish(bytes, version)));
      assert.equal(published.filter((isPublished) => isPublished).length, 1);
      same((await files.checkpoint())?.bytes, bodies[published.indexOf(true)] ?? one);
    });
  });
}
