import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { mirrorLog } from '#client/log/mirror.ts';
import { directoryFiles } from '#client/log/source.ts';
import { formatVerifierKey } from '#core/log/note.ts';
import { makeEntries, makeSigner, newPlace, rootOf, writeLog } from './tlog/logs.ts';
import { otherVerifiers } from './tlog-verifiers.ts';

/** A mirror is a tlog-tiles log like the one it is of, to other people's verifiers too. */
const own = makeSigner();
const entries = makeEntries(1000);
const sizes = [257, 700, 1000] as const;
const whole = writeLog(entries, sizes, own);
const mirror = newPlace();
for (const size of sizes) {
  const { directory } = writeLog(
    entries.slice(0, size),
    sizes.filter((one) => one <= size),
    own,
  );
  await mirrorLog({ read: directoryFiles(directory), key: own, to: mirror });
}

for (const { name, missing, verify } of await otherVerifiers()) {
  describe(`a mirror of our log is what ${name} takes`, { skip: missing ?? false }, () => {
    test('it verifies, and begins with each of its older trees', async () => {
      for (const [i, old] of whole.checkpoints.entries()) {
        const report = await verify(mirror, formatVerifierKey(own), old);
        assert.deepEqual(report, { ok: true, size: 1000, root: rootOf(whole), oldSize: sizes[i] });
      }
    });
  });
}
