import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isTlogProof, proveTlog } from '#client/log/prove-tlog.ts';
import { everywhere, isProofOf, othersIn, witnessedBy, witnessesOf } from '#client/log/witnesses.ts';
import { utf8 } from '#core/bytes.ts';
import { formatTlogProof, parseTlogProof } from '#core/log/tlog-proof.ts';
import { type TrustPolicy, unwitnessed } from '#core/log/trust-policy.ts';
import { cosignatureLine, cosigner } from '../../core/log/cosigner.ts';
import {
  cosignedSeconds,
  coverageOf,
  disclosed,
  disclosedScope,
  epoc,
  Keys,
  login,
} from '../package/pages.ts';

const keys = new Keys();
const w1 = cosigner('w1.example/witness', 31);
const w2 = cosigner('w2.example/witness', 32);
const facts = { order: epoc, coverage: coverageOf(disclosedScope), isFourth: true, cosigners: [w1] };
const { disclosures } = await disclosed(keys, [[login(1)], [login(2)]], facts);
const [page, second] = disclosures;
assert.ok(page?.tlogProof !== undefined && second?.tlogProof !== undefined);
const text = page.tlogProof;

const trust = (quorum: string, logs: TrustPolicy['logs'] = [{ key: keys.log.key }]): TrustPolicy => ({
  logs,
  witnesses: [
    { name: 'one', key: w1.key },
    { name: 'two', key: w2.key },
  ],
  groups: [{ name: 'both', threshold: 2, members: ['one', 'two'] }],
  quorum,
});

const at = new Date(Number(cosignedSeconds) * 1000).toISOString().replace('.000Z', 'Z');

test('a tlog-proof says which entry it is of, and by whom the log was cosigned', () => {
  const { entry, log, witnesses, faults } = proveTlog(text, trust('one'));
  assert.deepEqual(faults, []);
  assert.deepEqual([entry?.index, entry?.kind, log?.origin], [0n, 'collection.intended', keys.log.key.name]);
  assert.deepEqual(witnesses, { cosigned: [{ name: w1.key.name, at }], isQuorum: true });
  assert.equal(isTlogProof(text), true);
  assert.equal(isTlogProof('{}'), false);
});

test('too few witnesses are told of by name, and the proof does not hold', () => {
  const { entry, witnesses, faults } = proveTlog(text, trust('both'));
  assert.deepEqual([faults, witnesses?.isQuorum, witnesses?.cosigned.length], [['quorum-missing'], false, 1]);
  assert.ok(entry);
});

test('a tlog-proof of another log, without its entry, or of other bytes does not hold', () => {
  const proof = parseTlogProof(text);
  const { extra: _, ...bare } = proof;
  const stranger = new Keys();
  const cases: [string, string, TrustPolicy][] = [
    ['note-unsigned', text, unwitnessed(stranger.log.key)],
    ['origin-differs', text, unwitnessed({ ...stranger.log.key, name: 'other.example' })],
    ['entry-malformed', formatTlogProof(bare), trust('one')],
    ['not-included', formatTlogProof({ ...proof, extra: utf8('{}') }), trust('one')],
    ['not-included', formatTlogProof({ ...proof, index: 1n }), trust('one')],
    ['proof-malformed', text.slice(0, 40), trust('one')],
  ];
  for (const [code, wrong, policy] of cases) assert.deepEqual(proveTlog(wrong, policy).faults, [code], code);
});

test('a page’s tlog-proof is of that page’s entry, of its log, and holds', () => {
  const { key } = keys.log;
  assert.equal(isProofOf(text, page.log, key), true);
  assert.equal(isProofOf(second.tlogProof ?? '', page.log, key), false);
  assert.equal(isProofOf(text, page.log, new Keys().log.key), false);
  assert.equal(isProofOf(text.replace('index 0', 'index 1'), page.log, key), false);
  const proof = parseTlogProof(text);
  assert.equal(isProofOf(formatTlogProof({ ...proof, extra: utf8('{}') }), page.log, key), false);
  assert.equal(isProofOf(formatTlogProof({ ...proof, hashes: [] }), page.log, key), false);
  assert.equal(isProofOf('no proof', page.log, key), false);
});

test('witnesses of a policy for other logs, and cosignatures that do not hold, count for nothing', () => {
  const { key } = keys.log;
  const none = { cosigned: [], isQuorum: false };
  assert.equal(witnessedBy(page, { key, policy: trust('one', []) }).isQuorum, true);
  assert.deepEqual(witnessedBy(page, { key, policy: trust('one', [{ key: new Keys().log.key }]) }), none);
  const spoilt = {
    ...page.log,
    checkpoint: page.log.checkpoint.replace(/\n$/, '\n— w2.example/witness AAAAAAAAAAAA\n'),
  };
  assert.equal(witnessedBy({ log: spoilt }, { key, policy: trust('one') }).isQuorum, true, 'of no known id');
  const [line = ''] = [cosignatureLine(page.log.checkpoint, cosigner(w1.key.name, 31), cosignedSeconds + 1n)];
  const forged = page.log.checkpoint + line.replace(/.....\n$/, 'AAA=\n');
  assert.throws(() => witnessesOf(forged, key, trust('one')), { code: /cosignature-invalid|note-malformed/ });
  assert.deepEqual(
    witnessedBy({ log: { ...page.log, checkpoint: forged } }, { key, policy: trust('one') }),
    none,
  );
});

test('a file that was cosigned since counts where the page’s own checkpoint has too few', () => {
  const { key } = keys.log;
  const file = text + cosignatureLine(page.log.checkpoint, w2, cosignedSeconds + 60n);
  assert.equal(isProofOf(file, page.log, key), true);
  assert.equal(witnessedBy(page, { key, policy: trust('both') }).isQuorum, false);
  assert.equal(witnessedBy(page, { key, policy: trust('both'), file }).isQuorum, true);
  assert.deepEqual([othersIn(page.log.checkpoint), othersIn(parseTlogProof(file).checkpoint)], [1, 2]);
});

test('a witness whose algorithm not every machine verifies does not count in what all are to find alike', () => {
  const post = {
    name: 'post',
    key: { name: 'p.example', algorithm: 'ml-dsa-44' as const, publicKey: new Uint8Array(1312) },
  };
  const policy = { ...trust('one'), witnesses: [...trust('one').witnesses, post] };
  assert.deepEqual(
    everywhere(policy).witnesses.map(({ name }) => name),
    ['one', 'two'],
  );
});

test('a time that no calendar has does not keep the others from being told', () => {
  const line = cosignatureLine(page.log.checkpoint, w1, 2n ** 62n);
  const { cosigned } = witnessesOf(page.log.checkpoint.split('— w1')[0] + line, keys.log.key, trust('one'));
  assert.deepEqual(cosigned, [{ name: w1.key.name, at: '9999-12-31T23:59:59Z' }]);
});
