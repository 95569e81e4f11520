import assert from 'node:assert/strict';
import { cpSync, globSync, readFileSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fromBase64, toBase64 } from '#core/bytes.ts';
import { formatVerifierKey } from '#core/log/note.ts';
import { type ReadFile, readBundles, readCheckpoint, readProven } from '#core/log/reading.ts';
import { newTiles, nodesInTiles, tilePath } from '#core/log/tiles.ts';
import {
  consistencyProof,
  inclusionProof,
  leafHash,
  rootAt,
  verifyConsistency,
  verifyInclusion,
} from '#core/log/tree.ts';
import { makeEntries, makeSigner, newPlace, rootOf, signerKey, writeLog } from './tlog/logs.ts';
import { serveLog } from './tlog/serving.ts';
import { tamperings } from './tlog/tamperings.ts';
import { type OtherVerifier, otherVerifiers } from './tlog-verifiers.ts';

/** Our log under other people's verifiers, and their logs and proofs under ours. */
const verifiers = await otherVerifiers();
const empty = new Uint8Array();
const own = makeSigner();
const vkey = formatVerifierKey(own);

/** The sizes at which a log publishes; the last is how large it is. */
const growths = [[1], [100, 255], [255, 256], [256, 257], [257, 700, 1000]] as const;
const thousand = makeEntries(1000);
const logs = growths.map((sizes) => ({ sizes, log: writeLog(thousand, sizes, own) }));
const whole = writeLog(thousand, [257, 700, 1000], own);
const [, at700 = ''] = whole.checkpoints;

const readFrom =
  (directory: string): ReadFile =>
  (path) =>
    readFile(join(directory, path));

for (const verifier of verifiers) {
  const { name, missing, verify } = verifier;
  describe(`our log is what ${name} takes, and what was changed it refuses`, {
    skip: missing ?? false,
  }, () => {
    for (const { sizes, log } of logs) {
      test(`a log that grew to ${sizes.join(', ')} entries verifies, and begins with each of its older trees`, async () => {
        for (const [i, old] of log.checkpoints.entries()) {
          const report = await verify(log.directory, vkey, old);
          assert.deepEqual(report, { ok: true, size: sizes.at(-1), root: rootOf(log), oldSize: sizes[i] });
        }
        assert.equal((await verify(log.directory, vkey)).ok, true);
      });
    }

    test('entries as short and as long as a bundle can hold verify', async () => {
      const entries = [0, 1, 255, 256, 257, 65_535].map((length) =>
        new Uint8Array(length).fill(length & 0xff),
      );
      const { directory } = writeLog(entries, [entries.length], own);
      assert.deepEqual(await verify(directory, vkey).then(({ ok, why }) => ({ ok, why })), {
        ok: true,
        why: undefined,
      });
    });

    test('a log is verified at its URL too', async () => {
      const { url, caFile, stop } = await serveLog(whole.directory);
      try {
        const report = await verify(url, vkey, at700, caFile);
        assert.deepEqual(report, { ok: true, size: 1000, root: rootOf(whole), oldSize: 700 });
      } finally {
        stop();
      }
    });

    for (const { what, change, key = vkey, old, because } of tamperings(own, thousand, whole)) {
      test(`refuses ${what}`, async () => {
        const directory = newPlace();
        cpSync(whole.directory, directory, { recursive: true });
        change?.(directory);
        const { ok, why = '' } = await verify(directory, key, old);
        assert.equal(ok, false);
        // For the right reason: a verifier that did not even find the log refuses it as well.
        assert.match(why, because);
      });
    }
  });
}

describe('what others write', () => {
  const able = <K extends 'prove' | 'write'>(what: K) =>
    verifiers.flatMap(({ name, missing, [what]: otherVerifier }) =>
      otherVerifier === undefined ? [] : [{ name, missing, it: otherVerifier }],
    );
  assert.equal(able('write').length + able('prove').length, 4);

  for (const { name, missing, it: write } of able('write')) {
    test(`a log by ${name} is ours file by file, and ours reads it`, { skip: missing ?? false }, async () => {
      const directory = newPlace();
      await write(directory, signerKey(own), thousand, [257, 700, 1000]);
      const files = newTiles(0n, 1000n).map(tilePath);
      for (const path of [...files, 'checkpoint'])
        assert.deepEqual(
          readFileSync(join(directory, path)),
          readFileSync(join(whole.directory, path)),
          path,
        );

      const read = readFrom(directory);
      const checkpoint = await readCheckpoint(read, own);
      assert.ok(checkpoint?.size === 1000n);
      const bundles = await Array.fromAsync(readBundles(read, 0n, 1000n, 1000n));
      assert.deepEqual(
        bundles.flatMap(({ entries }) => entries.map((entry) => Buffer.from(entry))),
        thousand.map((entry) => Buffer.from(entry)),
      );
      for (const index of [0n, 255n, 256n, 767n, 768n, 999n]) {
        const { bytes } = await readProven(read, index, checkpoint);
        assert.deepEqual(Buffer.from(bytes), Buffer.from(thousand[Number(index)] ?? empty));
      }
    });
  }

  test('a log by tlog-scales that published three times has exactly our files', {
    skip: skipOf('tlog-scales'),
  }, async () => {
    const directory = newPlace();
    await find('tlog-scales')?.write?.(directory, signerKey(own), thousand, [257, 700, 1000]);
    assert.deepEqual(filesBelow(directory), filesBelow(whole.directory));
  });

  for (const { name, missing, it: prove } of able('prove')) {
    test(`proofs by ${name} over our log are ours, and ours accepts them`, {
      skip: missing ?? false,
    }, async () => {
      const nodes = nodesInTiles(1000n, (tile) => readFile(join(whole.directory, tilePath(tile))));
      const root = await rootAt(1000n, nodes);
      for (const [index, oldSize] of [
        [0, 1],
        [255, 255],
        [256, 256],
        [700, 257],
        [767, 768],
        [999, 999],
      ] as const) {
        const proofs = await prove(whole.directory, vkey, index, oldSize);
        const inclusion = proofs.inclusion.map(hashOf);
        const consistency = proofs.consistency.map(hashOf);
        assert.ok(verifyInclusion(BigInt(index), 1000n, leafHash(thousand[index] ?? empty), inclusion, root));
        assert.ok(
          verifyConsistency(BigInt(oldSize), 1000n, consistency, await rootAt(BigInt(oldSize), nodes), root),
        );
        assert.deepEqual(proofs, {
          inclusion: (await inclusionProof(BigInt(index), 1000n, nodes)).map(toBase64),
          consistency: (await consistencyProof(BigInt(oldSize), 1000n, nodes)).map(toBase64),
        });
      }
    });
  }
});

const hashOf = (text: string) => fromBase64(text) ?? empty;

function find(name: string): OtherVerifier | undefined {
  return verifiers.find((verifier) => verifier.name.startsWith(name));
}

function skipOf(name: string): string | false {
  return find(name)?.missing ?? false;
}

function filesBelow(directory: string): string[] {
  return globSync('**/*', { cwd: directory })
    .filter((path) => statSync(join(directory, path)).isFile())
    .sort();
}
