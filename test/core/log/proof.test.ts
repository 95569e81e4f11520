import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { concat, toBase64, utf8 } from '#core/bytes.ts';
import { canonicalJson } from '#core/canonical.ts';
import { appendEntry, entryBytes, noEntries } from '#core/log/entry.ts';
import type { LogErrorCode } from '#core/log/errors.ts';
import { type LogProof, logProofSchema, makeLogProof, verifyLogProof } from '#core/log/proof.ts';
import { readCheckpoint, readProven } from '#core/log/reading.ts';
import { type Bytes, NaiveTree, naiveLeaf, pathLength, rootOfPath } from './naive.ts';
import { type Signer, signedCheckpoint, signedNote, signer } from './signer.ts';

const ours = signer('log.example/writ', 1);

/** Entries of five cases, as they come. */
const entries = Array.from({ length: 5 }, (_, id) => caseEntries(`case/${id}`)).flat();

function caseEntries(stream: string): Bytes[] {
  const all: Bytes[] = [];
  let head = noEntries;
  for (let i = 0; i < 60; i++) {
    const body = { kind: 'grant.retired', data: { grants: i, because: 'Expired' } } as const;
    const next = appendEntry(stream, head, body, '2026-11-20T09:00:00.000Z');
    all.push(entryBytes(next.entry));
    head = next.head;
  }
  return all;
}

const tree = new NaiveTree(entries);
const size = entries.length;

/** The proof of one entry of a log, read out of its files as `collect` does. */
async function proofOf(
  index: number,
  of = tree,
  by: Signer = ours,
  size = of.entries.length,
): Promise<LogProof> {
  const files = of.files(size).set('checkpoint', utf8(signedCheckpoint(size, of.mth(0, size), by)));
  const read = async (path: string) => files.get(path);
  const checkpoint = await readCheckpoint(read, by.key);
  assert.ok(checkpoint);
  return makeLogProof(await readProven(read, BigInt(index), checkpoint), checkpoint);
}

const sent = (proof: unknown): LogProof => logProofSchema.parse(JSON.parse(JSON.stringify(proof)));

function refused(proof: LogProof, code: LogErrorCode, key = ours.key): void {
  assert.throws(() => verifyLogProof(proof, key), { name: 'LogError', code });
}

test('I4: an entry’s proof verifies years later, from what a disclosure carries', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(size - 1), async (index) => {
      const { envelope, ...where } = verifyLogProof(sent(await proofOf(index)), ours.key);
      assert.deepEqual(where, { index: BigInt(index), size: BigInt(size) });
      assert.equal(canonicalJson(envelope), Buffer.from(entries[index] ?? []).toString());
    }),
    { numRuns: 30 },
  );
});

test('the order of an entry’s fields does not matter, since its leaf is its RFC 8785 form', async () => {
  const proof = await proofOf(7);
  const entry = Object.fromEntries(Object.entries(proof.entry).toReversed());
  assert.equal(verifyLogProof({ ...proof, entry }, ours.key).index, 7n);
});

test('an entry of a younger log is proven by its envelope', async () => {
  const young = {
    v: 2,
    kind: 'moon.landed',
    at: '2031-01-01T00:00:00.000Z',
    stream: 'moon',
    n: 1,
    more: [1.5],
  };
  const of = new NaiveTree([utf8(canonicalJson(young))]);
  assert.equal(verifyLogProof(sent(await proofOf(0, of)), ours.key).envelope.kind, 'moon.landed');
});

test('an index may pass 2^53, and is that one and no other', async () => {
  const [size, index] = [2n ** 60n + 12_345n, 2n ** 53n + 1n];
  const hashes = Array.from({ length: pathLength(index, size) }, (_, i) => naiveLeaf(Buffer.alloc(i)));
  const root = rootOfPath(naiveLeaf(entries[7] ?? new Uint8Array()), index, size, hashes);
  assert.ok(root);
  const { entry } = await proofOf(7);
  const of = (index: bigint) =>
    sent({
      entry,
      proof: { index: index.toString(), hashes: hashes.map(toBase64) },
      checkpoint: signedCheckpoint(size, root, ours),
    });
  const { envelope: _, ...where } = verifyLogProof(of(index), ours.key);
  assert.deepEqual(where, { index, size });
  refused(of(index - 1n), 'not-included');
});

test('I4: an entry that says anything else is not in the log', async () => {
  const proof = await proofOf(7);
  const { entry } = proof;
  for (const changed of [
    { ...entry, n: 9 },
    { ...entry, n: '8' },
    { ...entry, stream: 'case/1' },
    { ...entry, at: '2026-11-20T09:00:00.001Z' },
    { ...entry, data: { grants: 8, because: 'Expired' } },
    { ...entry, data: { grants: 7, because: 'Expired', more: null } },
    { ...entry, more: null },
    { ...entry, previous: undefined },
    {},
  ])
    refused(sent({ ...proof, entry: changed }), 'not-included');
});

test('I4: an entry at another index is not in the log there', async () => {
  const proof = await proofOf(7);
  for (const index of ['6', '8', '0', '299', '300', '18446744073709551615', '99999999999999999999'])
    refused(sent({ ...proof, proof: { ...proof.proof, index } }), 'not-included');
});

test('I4: a proof with any hash changed, left out, put in or moved is none', async () => {
  const proof = await proofOf(7);
  const { hashes } = proof.proof;
  const [first = '', second = ''] = hashes;
  const bit = (base64: string, at: number) => {
    const bytes = Buffer.from(base64, 'base64');
    bytes[at >> 3] = (bytes[at >> 3] ?? 0) ^ (1 << (at & 7));
    return bytes.toString('base64');
  };
  const others = [
    [],
    ...hashes.map((_, i) => hashes.toSpliced(i, 1)),
    ...hashes.map((hash, i) => hashes.with(i, bit(hash, i * 29))),
    ...hashes.map((hash, i) => hashes.toSpliced(i, 0, hash)),
    hashes.with(0, second).with(1, first),
    hashes.toReversed(),
    [...hashes, first],
    Array.from({ length: 64 }, () => first),
    // 44 characters that are 33 bytes, 31 bytes, or no base64.
    hashes.with(0, toBase64(Buffer.alloc(33))),
    hashes.with(0, toBase64(Buffer.alloc(31))),
    hashes.with(0, '!'.repeat(44)),
    [...hashes, '!'.repeat(44)],
  ];
  for (const changed of others)
    refused(sent({ ...proof, proof: { ...proof.proof, hashes: changed } }), 'not-included');
});

test('I4: a hash has one spelling', async () => {
  const proof = await proofOf(7);
  const [first = ''] = proof.proof.hashes;
  // The two bits that a hash leaves over, not zero.
  const spelt = first.replace(
    /(.)=$/,
    (_, last: string) => `${String.fromCharCode(last.charCodeAt(0) + 1)}=`,
  );
  assert.equal(Buffer.from(spelt, 'base64').toString('base64'), first);
  refused(
    sent({ ...proof, proof: { ...proof.proof, hashes: [spelt, ...proof.proof.hashes.slice(1)] } }),
    'not-included',
  );
});

test('I4: a checkpoint counts by the log’s own key and name', async () => {
  const proof = await proofOf(7);
  const root = tree.mth(0, size);
  const cases: [string, LogErrorCode][] = [
    [signedCheckpoint(size, root, signer(ours.key.name, 2)), 'note-unsigned'],
    [signedCheckpoint(size, root, signer('other.example', 1)), 'note-unsigned'],
    [proof.checkpoint.replace('\n300\n', '\n301\n'), 'note-unsigned'],
    [proof.checkpoint.slice(0, -1), 'note-malformed'],
    ['', 'note-malformed'],
    [signedNote('300\n', ours), 'checkpoint-malformed'],
    [
      signedNote(proof.checkpoint.split('\n\n')[0]?.replace('writ', 'else').concat('\n') ?? '', ours),
      'origin-differs',
    ],
    [signedCheckpoint(size, tree.mth(0, size - 1), ours), 'not-included'],
    [signedCheckpoint(7, tree.mth(0, 7), ours), 'not-included'],
    [signedCheckpoint(0, tree.mth(0, 0), ours), 'not-included'],
    [signedCheckpoint(size * 4, root, ours), 'not-included'],
  ];
  for (const [checkpoint, code] of cases) refused(sent({ ...proof, checkpoint }), code);
  refused(proof, 'note-unsigned', signer(ours.key.name, 2).key);
  refused(proof, 'note-unsigned', { ...ours.key, name: 'other.example' });
});

test('a proof of another log, or of an older checkpoint, goes with its own checkpoint only', async () => {
  const proof = await proofOf(7);
  const older = await proofOf(7, tree, ours, 200);
  assert.equal(verifyLogProof(older, ours.key).size, 200n);
  refused({ ...proof, checkpoint: older.checkpoint }, 'not-included');
  refused({ ...older, checkpoint: proof.checkpoint }, 'not-included');
});

test('what is in the log and is no entry is told apart from what is not in it', async () => {
  const of = new NaiveTree([utf8('{"v":1}'), utf8('{"kind":"grant.retired","v":1}')]);
  for (const index of [0, 1]) refused(sent(await proofOf(index, of)), 'entry-malformed');
});

test('an entry that has no RFC 8785 form is none', async () => {
  const proof = await proofOf(7);
  for (const json of ['1e400', '"\\ud83d"', '{"a":[-1e400]}', '{"\\ude00":1}']) {
    const more: unknown = JSON.parse(json);
    refused(logProofSchema.parse({ ...proof, entry: { ...proof.entry, more } }), 'entry-malformed');
  }
});

test('no proof is made of bytes that the JSON would not be again', () => {
  const of = { ...{ origin: ours.key.name, size: 1n, root: tree.mth(0, 1) }, note: 'note' };
  const [entry = new Uint8Array()] = entries;
  const text = new TextDecoder().decode(entry);
  assert.ok(makeLogProof({ index: 0n, bytes: entry, proof: [] }, of));
  for (const bytes of [
    utf8(''),
    utf8('no JSON'),
    utf8('5'),
    utf8('null'),
    utf8('[]'),
    utf8(` ${text}`),
    utf8(`${text}\n`),
    utf8(text.replace('{', '{"v":1,')),
    utf8(text.replace('"n":1', '"n":1.0')),
    utf8(text.replace('Expired', 'Ex\\u0070ired')),
    utf8('{"b":1,"a":2}'),
    utf8('{"a":1e400}'),
    utf8('{"a":"\\ud83d"}'),
    utf8('{"__proto__":{"a":1}}'),
    concat(Uint8Array.of(0xef, 0xbb, 0xbf), entry),
    concat(utf8('{"a":"'), Uint8Array.of(0xff), utf8('"}')),
  ])
    assert.throws(
      () => makeLogProof({ index: 0n, bytes, proof: [] }, of),
      { name: 'LogError', code: 'entry-malformed' },
      Buffer.from(bytes).toString(),
    );
});

test('a proof has its fields and no others, each in its form', async () => {
  const proof = await proofOf(7);
  const { index, hashes } = proof.proof;
  assert.ok(logProofSchema.safeParse(proof).success);
  for (const [what, wrong] of Object.entries({
    'a field more': { ...proof, more: 1 },
    'a field less': { entry: proof.entry, proof: proof.proof },
    'a field more within': { ...proof, proof: { ...proof.proof, more: 1 } },
    'a list for an entry': { ...proof, entry: [] },
    'a text for an entry': { ...proof, entry: '{}' },
    'a number for an index': { ...proof, proof: { index: 7, hashes } },
    ...Object.fromEntries(
      ['', '07', '00', '-1', '+7', '7.0', '7n', ' 7', '7\n', '0x7', '7e0', '1'.repeat(21)].map((text) => [
        `the index ${JSON.stringify(text)}`,
        { ...proof, proof: { index: text, hashes } },
      ]),
    ),
    'a hash too short': { ...proof, proof: { index, hashes: ['AAAA'] } },
    'a hash too long': { ...proof, proof: { index, hashes: ['A'.repeat(48)] } },
    '65 hashes': { ...proof, proof: { index, hashes: Array.from({ length: 65 }, () => hashes[0]) } },
    'a checkpoint that is no text': { ...proof, checkpoint: {} },
    'a checkpoint without end': { ...proof, checkpoint: 'a'.repeat(524_289) },
  }))
    assert.ok(!logProofSchema.safeParse(wrong).success, what);
});
