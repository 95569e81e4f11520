/** The program of a stranger who has Go and nothing of ours, over logs that we write and change. */
import assert from 'node:assert/strict';
import { sign } from 'node:crypto';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { utf8 } from '#core/bytes.ts';
import { cosignedMessage, formatCosignature, withSignatures } from '#core/log/cosignature.ts';
import { appendEntry, entryBytes, noEntries } from '#core/log/entry.ts';
import { parseNote } from '#core/log/note.ts';
import { nodesInTiles, tilePath } from '#core/log/tiles.ts';
import { formatTlogProof } from '#core/log/tlog-proof.ts';
import { inclusionProof } from '#core/log/tree.ts';
import { formatTrustPolicy, unwitnessed } from '#core/log/trust-policy.ts';
import { home } from '#dev/cloud/emulator.ts';
import { makeEntries, makeSigner, newPlace, rootOf, signed, writeLog } from '../conformance/tlog/logs.ts';
import { serveLog } from '../conformance/tlog/serving.ts';
import { run } from '../conformance/tlog-verifiers.ts';
import { goPrograms } from '../go-programs.ts';

const built = await goPrograms('verify-disclosure', join(home, 'examples/go/verify-disclosure'));
const [skip, program] =
  'missing' in built ? [built.missing, ''] : [false as const, join(built.folder, 'verify-disclosure')];

const commitment = Buffer.alloc(32, 1).toString('base64url');
const { entry } = appendEntry(
  'case/0f8b6b1e',
  noEntries,
  {
    kind: 'collection.intended',
    data: { collection: 1, page: 1, scope: commitment, recipient: commitment, key: commitment },
  },
  '2026-11-20T10:00:00.000Z',
);
const INDEX = 600;
const entries = makeEntries(1000).with(INDEX, entryBytes(entry));
const own = makeSigner();
const witness = makeSigner('witness.example/w1');
const w1 = { ...witness, algorithm: 'ed25519' } as const;
const log = writeLog(entries, [700, 1000], own);
const [at700 = '', at1000 = ''] = log.checkpoints;

const place = newPlace();
cpSync(log.directory, place, { recursive: true });
let files = 0;
const file = (text: string) => {
  const path = join(place, `given-${++files}`);
  writeFileSync(path, text);
  return path;
};
const cosigned = (note: string) => {
  const message = cosignedMessage(w1, parseNote(note).text, 1_800_000_000n);
  return withSignatures(note, [formatCosignature(w1, 1_800_000_000n, sign(null, message, w1.privateKey))]);
};
const proofOf = async (index: number, checkpoint: string, size: number, extra = entries[index]) => {
  const nodes = nodesInTiles(BigInt(size), (tile) => readFile(join(log.directory, tilePath(tile))));
  const hashes = await inclusionProof(BigInt(index), BigInt(size), nodes);
  return formatTlogProof({ index: BigInt(index), hashes, checkpoint, extra: extra ?? utf8('') });
};
const policy = formatTrustPolicy(unwitnessed(own));
const witnessed = formatTrustPolicy({
  ...unwitnessed(own),
  witnesses: [{ name: 'w1', key: w1 }],
  quorum: 'w1',
});

async function verify(proof: string, under: string, at: string, caFile?: string) {
  const { line, code, stderr } = await run([program], [file(proof), file(under), at], { caFile });
  return { lines: line.split('\n'), code, stderr };
}

/** What it says where everything holds. */
const good = (size: number) => [
  `${own.name} announced it at 2026-11-20T10:00:00.000Z, for case/0f8b6b1e: entry ${INDEX} of ${size}`,
  'The log, of 1000 entries now, is the one that it was then',
  'All 1000 entries are there and are those of its tree',
];

describe('with Go alone', { skip }, () => {
  test('a disclosure is proven, in a folder and at its address, and so is the log of now', async () => {
    const proof = await proofOf(INDEX, at700, 700);
    const verified = { code: 0, stderr: '' };
    assert.deepEqual(await verify(proof, policy, place), { lines: good(700), ...verified });
    const { url, caFile, stop } = await serveLog(place);
    try {
      assert.deepEqual(await verify(proof, policy, url, caFile), { lines: good(700), ...verified });
    } finally {
      stop();
    }
  });

  test('docs/witness.md shows what it prints', () => {
    const shown = good(700).map((line) => line.replace(own.name, 'disclosure.example/log'));
    assert.ok(readFileSync(join(home, 'docs/witness.md'), 'utf8').includes(shown.join('\n')));
  });

  test('where a witness is asked for, its cosignature is: of what was proven, and of the log of now', async () => {
    const at = newPlace();
    cpSync(place, at, { recursive: true });
    const proof = await proofOf(INDEX, cosigned(at700), 700);
    const without = await verify(await proofOf(INDEX, at700, 700), witnessed, at);
    assert.deepEqual([without.code, without.lines], [1, ['']]);
    const uncosigned = await verify(proof, witnessed, at);
    assert.deepEqual([uncosigned.code, uncosigned.lines], [1, good(700).slice(0, 1)]);
    writeFileSync(join(at, 'cosigned'), cosigned(at1000));
    assert.deepEqual((await verify(proof, witnessed, at)).lines, good(700));
    // The newest that was cosigned is older than what was proven.
    writeFileSync(join(at, 'cosigned'), cosigned(at700));
    const later = await verify(await proofOf(INDEX, cosigned(at1000), 1000), witnessed, at);
    assert.equal(later.code, 0, later.stderr);
    assert.match(later.lines[2] ?? '', /^All 700 entries/);
  });

  test('what was changed is refused', async () => {
    const proof = await proofOf(INDEX, at700, 700);
    const impostor = makeSigner(own.name);
    const changed = (change: (at: string) => void) => {
      const at = newPlace();
      cpSync(place, at, { recursive: true });
      change(at);
      return at;
    };
    const other = writeLog(entries.with(3, entries[4] ?? utf8('')), [700, 1000], own);
    const cases: [why: RegExp, proof: string, under: string, at: string][] = [
      [/announces no disclosure/, await proofOf(INDEX + 1, at700, 700), policy, place],
      [/inclusion proof/, await proofOf(INDEX, at700, 700, entries[INDEX + 1]), policy, place],
      [/inclusion proof/, proof.replace(`index ${INDEX}`, 'index 5'), policy, place],
      [/policy|verifiable/, proof, formatTrustPolicy(unwitnessed(impostor)), place],
      [/not the one that it was/, proof, policy, other.directory],
      [
        /invalid signature|no verifiable signatures|policy/,
        proof,
        policy,
        changed((at) =>
          writeFileSync(join(at, 'checkpoint'), signed(impostor, 1000, Buffer.from(rootOf(log), 'base64'))),
        ),
      ],
      [/no such file/, proof, policy, changed((at) => rmSync(join(at, 'tile/entries/001')))],
      [
        /hash mismatch for entry 0/,
        proof,
        policy,
        changed((at) => {
          const bundle = join(at, 'tile/entries/000');
          writeFileSync(bundle, readFileSync(bundle).fill(0x20, 100, 104));
        }),
      ],
    ];
    for (const [why, text, under, at] of cases) {
      const { code, stderr } = await verify(text, under, at);
      assert.equal(code, 1, String(why));
      assert.match(stderr, /^not verified: /);
      assert.match(stderr, why);
    }
  });
});
