import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { concat, fromBase64, toBase64 } from '#core/bytes.ts';
import { openCheckpoint } from '#core/log/checkpoint.ts';
import {
  cosignedMessage,
  formatCosignature,
  formatWitnessKey,
  parseWitnessKey,
  verifyCosignatures,
  withSignatures,
} from '#core/log/cosignature.ts';
import type { LogErrorCode } from '#core/log/errors.ts';
import { formatVerifierKey, parseNote, parseVerifierKey } from '#core/log/note.ts';
import { EMPTY_ROOT } from '#core/log/tree.ts';
import { cosignatureLine, cosigner } from './cosigner.ts';
import { signedCheckpoint, signer } from './signer.ts';

interface Published {
  logKey: string;
  witnesses: string[];
  note: string;
  extended: string;
}
const published: Published = JSON.parse(
  readFileSync(new URL('../../vectors/tlog/cosignatures.json', import.meta.url), 'utf8'),
);
const theirs = published.witnesses.map(parseWitnessKey);

const log = signer('log.example/writ', 1);
const note = signedCheckpoint(7, EMPTY_ROOT, log);
const ours = cosigner('witness.example/w1', 2);
const other = cosigner('witness.example/w2', 3);
const at = 1_800_000_000n;

function spoilt(of: string, code: LogErrorCode = 'cosignature-invalid', keys = [ours.key]): void {
  assert.throws(() => verifyCosignatures(of, keys), { name: 'LogError', code });
}

test('what other programs cosigned verifies, with Ed25519 and with ML-DSA-44', () => {
  for (const whole of [published.note, published.extended]) {
    const found = verifyCosignatures(whole, theirs);
    assert.deepEqual(
      found.map(({ key }) => key.algorithm),
      ['ed25519', 'ml-dsa-44'],
    );
    for (const { seconds } of found) assert.equal(seconds, 1_796_075_921n);
    openCheckpoint(whole, parseVerifierKey(published.logKey));
  }
});

test('a witness’s key is read and written as text; a log’s key is none', () => {
  for (const text of published.witnesses) assert.equal(formatWitnessKey(parseWitnessKey(text)), text);
  const malformed = { name: 'LogError', code: 'verifier-key-malformed' };
  assert.throws(() => parseWitnessKey(formatVerifierKey(log.key)), malformed);
  // The same public key of type 0x04 has another id.
  const [name, , key = ''] = formatWitnessKey(ours.key).split('+');
  assert.throws(() => parseWitnessKey(`${name}+00000000+${key}`), malformed);
  assert.throws(() => parseVerifierKey(formatWitnessKey(ours.key)), malformed);
  assert.throws(
    () => parseWitnessKey(formatWitnessKey({ ...ours.key, publicKey: new Uint8Array(31) })),
    malformed,
  );
});

test('a signature of type 0x01 by a witness’s key is no cosignature', () => {
  const plain = signedCheckpoint(7, EMPTY_ROOT, { key: ours.key, privateKey: ours.privateKey });
  const [, line = ''] = plain.split('\n\n');
  assert.deepEqual(verifyCosignatures(withSignatures(note, [line]), [ours.key]), []);
});

test('cosignatures of keys that are not known are passed over', () => {
  const both = withSignatures(
    note,
    [ours, other].map((one) => cosignatureLine(note, one, at)),
  );
  assert.deepEqual(
    verifyCosignatures(both, [other.key]).map(({ key }) => key.name),
    ['witness.example/w2'],
  );
  assert.deepEqual(verifyCosignatures(note, [ours.key, other.key]), []);
});

test('a cosignature of another text, another time or another key spoils the note', () => {
  const line = cosignatureLine(note, ours, at);
  const blob = fromBase64(line.trim().split(' ')[2] ?? '') ?? new Uint8Array();
  const changed = (place: number) => {
    const bytes = Uint8Array.from(blob);
    bytes[place] = (bytes[place] ?? 0) ^ 1;
    return `— ${ours.key.name} ${toBase64(bytes)}\n`;
  };
  assert.equal(verifyCosignatures(note + line, [ours.key]).length, 1);
  // Of the time and of the signature; the id's four bytes make it another key's.
  for (const place of [4, 11, 12, 75]) spoilt(note + changed(place));
  assert.deepEqual(verifyCosignatures(note + changed(0), [ours.key]), []);
  spoilt(note + cosignatureLine(signedCheckpoint(8, EMPTY_ROOT, log), ours, at));
  spoilt(note + cosignatureLine(note, { ...ours, privateKey: other.privateKey }, at));
  spoilt(`${note}— ${ours.key.name} ${toBase64(blob.subarray(0, 75))}\n`);
  spoilt(`${note}— ${ours.key.name} ${toBase64(concat(blob, Uint8Array.of(0)))}\n`);
});

test('a cosignature that says no time, or none that there is, spoils the note', () => {
  for (const seconds of [0n, 2n ** 63n]) {
    const signature = sign(null, cosignedMessage(ours.key, parseNote(note).text, seconds), ours.privateKey);
    spoilt(note + formatCosignature(ours.key, seconds, signature));
  }
});

test('an ML-DSA-44 cosignature is of its witness’s name as well', () => {
  const [, pq] = theirs;
  assert.ok(pq);
  const { publicKey, privateKey } = generateKeyPairSync('ml-dsa-44');
  const raw = Uint8Array.from(publicKey.export({ format: 'der', type: 'spki' }).subarray(22));
  const mine = { name: 'witness.example/pq', algorithm: 'ml-dsa-44', publicKey: raw } as const;
  const { text } = parseNote(note);
  const line = (of: { name: string }) =>
    formatCosignature(mine, at, sign(null, cosignedMessage({ ...mine, ...of }, text, at), privateKey));
  assert.equal(verifyCosignatures(note + line(mine), [mine])[0]?.seconds, at);
  spoilt(note + line({ name: 'witness.example/other' }), 'cosignature-invalid', [mine]);
});

test('of several cosignatures by one key the newest counts', () => {
  const lines = [at, at + 9n, at + 3n].map((seconds) => cosignatureLine(note, ours, seconds));
  assert.equal(verifyCosignatures(note + lines.join(''), [ours.key])[0]?.seconds, at + 9n);
});

test('a line that is added takes the place of the same key’s, and leaves the log’s and others’', () => {
  const once = withSignatures(note, [cosignatureLine(note, ours, at), cosignatureLine(note, other, at)]);
  const twice = withSignatures(once, [cosignatureLine(note, ours, at + 60n)]);
  assert.equal(parseNote(twice).signatures.length, 3);
  assert.deepEqual(
    verifyCosignatures(twice, [ours.key, other.key]).map(({ seconds }) => seconds),
    [at + 60n, at],
  );
  openCheckpoint(twice, log.key);
  assert.equal(withSignatures(note, []), note);
  assert.throws(() => withSignatures(note, ['no line']), { code: 'note-malformed' });
});

test('what a witness is asked to sign is a checkpoint', () => {
  for (const text of ['', 'no checkpoint\n', 'origin\n-1\nAAAA\n'])
    assert.throws(() => cosignedMessage(ours.key, text, at), { code: 'checkpoint-malformed' });
});
