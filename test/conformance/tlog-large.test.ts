import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { formatVerifierKey } from '#core/log/note.ts';
import { type Log, makeEntries, makeSigner, rootOf, writeLog } from './tlog/logs.ts';
import { otherVerifiers } from './tlog-verifiers.ts';

/** Logs of three levels of tiles, and of more than a thousand files, under other people's verifiers. */
const verifiers = await otherVerifiers();
const own = makeSigner();
const vkey = formatVerifierKey(own);

// Sigstore judges entry by entry, and what it judges has no paths: a large log tells nothing more of it.
for (const { name, missing, verify } of verifiers.filter(
  (verifier) => !verifier.name.startsWith('Sigstore'),
)) {
  describe(`a large log of ours is what ${name} takes`, { skip: missing ?? false }, () => {
    test('a log of 70,000 entries verifies, and begins with its older trees', async () => {
      const { directory, checkpoints } = large();
      for (const [i, oldSize] of [300, 65_536].entries()) {
        const report = await verify(directory, vkey, checkpoints[i]);
        assert.deepEqual(report, { ok: true, size: 70_000, root: rootOf({ checkpoints }), oldSize });
      }
    });

    test('files past the thousandth are found', async () => {
      const { directory, checkpoints } = wide();
      const report = await verify(directory, vkey, checkpoints[0]);
      assert.deepEqual(report, {
        ok: true,
        size: 256_300,
        root: rootOf({ checkpoints }),
        oldSize: 255_999,
      });
    });
  });
}

let largeLog: Log | undefined;
function large(): Log {
  largeLog ??= writeLog(makeEntries(70_000), [300, 65_536, 70_000], own);
  return largeLog;
}

let wideLog: Log | undefined;
/** A thousand full tiles and two more, of the shortest of entries. */
function wide(): Log {
  if (wideLog === undefined) {
    const entries = Array.from({ length: 256_300 }, (_, i) => Uint8Array.of(i >> 16, i >> 8, i));
    wideLog = writeLog(entries, [255_999, 256_300], own);
  }
  return wideLog;
}
