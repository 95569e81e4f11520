import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { toBase64, utf8 } from '#core/bytes.ts';
import { LogError, type LogErrorCode } from '#core/log/errors.ts';
import { formatTlogProof, openWitnessed, parseTlogProof, verifyTlogProof } from '#core/log/tlog-proof.ts';
import { leafHash } from '#core/log/tree.ts';
import { parseTrustPolicy, type TrustPolicy, unwitnessed } from '#core/log/trust-policy.ts';
import { cosignatureLine, cosigner } from './cosigner.ts';
import { signedCheckpoint, signer } from './signer.ts';

const published: { proof: string; plainProof: string; entry: string; policy: string; note: string } =
  JSON.parse(readFileSync(new URL('../../vectors/tlog/cosignatures.json', import.meta.url), 'utf8'));
const policy = parseTrustPolicy(published.policy);
const leaf = leafHash(utf8(published.entry));

const refused = (text: string, code: LogErrorCode, of = leaf, by: TrustPolicy = policy) =>
  assert.throws(() => verifyTlogProof(parseTlogProof(text), of, by), { name: 'LogError', code });

test('a proof that another program made is verified, and written as it was', () => {
  for (const text of [published.proof, published.plainProof]) {
    const proof = parseTlogProof(text);
    const { index, checkpoint, cosignatures } = verifyTlogProof(proof, leaf, policy);
    assert.deepEqual([index, checkpoint.size], [2n, 5n]);
    assert.deepEqual(
      cosignatures.map(({ key }) => key.name),
      ['witness.example/w1'],
    );
    assert.equal(formatTlogProof(proof), text);
  }
  assert.deepEqual(Buffer.from(parseTlogProof(published.proof).extra ?? []).toString(), published.entry);
  assert.equal(parseTlogProof(published.plainProof).extra, undefined);
});

test('a proof of another entry, another place or another path is refused', () => {
  refused(published.proof, 'not-included', leafHash(utf8('four')));
  refused(published.proof.replace('index 2', 'index 3'), 'not-included');
  const lines = published.proof.split('\n');
  refused([...lines.slice(0, 3), ...lines.slice(4)].join('\n'), 'not-included');
});

test('a proof by a log that is not known, or with too few witnesses, is refused', () => {
  const another = signer('other.example', 3);
  refused(published.proof, 'origin-differs', leaf, unwitnessed(another.key));
  const [own] = policy.logs;
  assert.ok(own);
  refused(published.proof, 'note-unsigned', leaf, unwitnessed({ ...another.key, name: own.key.name }));
  // Without its witness's line.
  const [w1] = published.proof.match(/— witness\.example\/w1 .*\n/) ?? [];
  refused(published.proof.replace(w1 ?? '', ''), 'quorum-missing');
  assert.ok(verifyTlogProof(parseTlogProof(published.proof), leaf, unwitnessed(own.key)));
});

test('of a log with several keys any opens its checkpoint', () => {
  const [own] = policy.logs;
  assert.ok(own);
  const older = { key: { ...signer('x', 9).key, name: own.key.name } };
  const both = { ...policy, logs: [older, own] };
  assert.equal(openWitnessed(published.note, both).checkpoint.size, 5n);
});

test('a cosignature that is a known witness’s and wrong spoils the proof', () => {
  const log = signer('log.example/writ', 1);
  const w = cosigner('witness.example/w', 4);
  const note = signedCheckpoint(1, leaf, log);
  const line = cosignatureLine(signedCheckpoint(2, leaf, log), w, 1_800_000_000n);
  const text = formatTlogProof({ index: 0n, hashes: [], checkpoint: note + line });
  const trusted = { ...unwitnessed(log.key), witnesses: [{ name: 'w', key: w.key }] };
  refused(text, 'cosignature-invalid', leaf, trusted);
  assert.ok(verifyTlogProof(parseTlogProof(text), leaf, unwitnessed(log.key)));
});

test('what is no proof is refused', () => {
  const { proof } = published;
  const [header = '', extra = '', index = ''] = proof.split('\n');
  const malformed = [
    '',
    'c2sp.org/tlog-proof@v1',
    proof.replace('@v1', '@v2'),
    proof.replace(extra, 'extra !'),
    proof.replace(extra, `${extra}\n${extra}`),
    proof.replace(index, 'index 02'),
    proof.replace(index, 'index -1'),
    proof.replace(index, `index ${2n ** 64n}`),
    proof.replace(`${index}\n`, ''),
    proof.replace(index, `${index}\n${toBase64(new Uint8Array(31))}`),
    proof.replace(index, `${index}\n${`${toBase64(leaf)}\n`.repeat(62)}`.trimEnd()),
    proof.replace(`${header}\n`, `${header}\r\n`),
    proof.replace(/\n\n/, '\n'),
    `${proof}${'x'.repeat(700_000)}`,
  ];
  for (const text of malformed)
    assert.throws(() => parseTlogProof(text), { code: 'proof-malformed' }, text.slice(0, 200));
});

test('whatever is changed in a proof, it is refused or proves the same', () => {
  const { proof } = published;
  const until = proof.indexOf('witness.example/pq');
  fc.assert(
    fc.property(fc.nat(until - 1), fc.constantFrom('A', '1', '\n', ' ', '—', ''), (at, by) => {
      const text = proof.slice(0, at) + by + proof.slice(at + 1);
      try {
        const { index, checkpoint } = verifyTlogProof(parseTlogProof(text), leaf, policy);
        assert.deepEqual([index, checkpoint.size], [2n, 5n]);
      } catch (error) {
        assert.ok(error instanceof LogError, String(error));
      }
    }),
    { numRuns: 300 },
  );
});
