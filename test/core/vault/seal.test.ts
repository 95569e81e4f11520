import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { toHex, utf8 } from '#core/bytes.ts';
import { SEAL_OVERHEAD_BYTES } from '#core/vault/hpke.ts';
import type { VaultRecord } from '#core/vault/record.ts';
import {
  drawerKey,
  encryptionContext,
  generateEpochKeyPair,
  openRecord,
  type Slot,
  sealRecord,
} from '#core/vault/seal.ts';

const slot: Slot = {
  subject: 'iN3zQ0bQm2cYc1m0m1o2Yw',
  kind: 'access',
  epoch: '2026-11',
  at: '2026-11-20T09:00:00.000Z',
  id: '1',
};
const record: VaultRecord = { kind: 'access', ip: '203.0.113.77', port: 51_234 };
const phoneSlot: Slot = { ...slot, kind: 'phone' };
const phone: VaultRecord = { kind: 'phone', phone: '+4915112345678' };
const openFailed = { name: 'VaultError', code: 'open-failed', message: 'open-failed' };
const slotInvalid = { name: 'VaultError', code: 'slot-invalid' };

test('a record opens in its slot, with the key of its drawer', () => {
  const { publicKey, privateKey } = generateEpochKeyPair();
  const key = drawerKey(privateKey);
  assert.deepEqual(openRecord(slot, key, sealRecord(slot, publicKey, record)), record);
  assert.deepEqual(openRecord(phoneSlot, key, sealRecord(phoneSlot, publicKey, phone)), phone);
});

test('a sealed record moved to another subject, kind, month, time or id does not open', () => {
  const { publicKey, privateKey } = generateEpochKeyPair();
  const key = drawerKey(privateKey);
  const sealed = sealRecord(slot, publicKey, record);
  const moves: Partial<Slot>[] = [
    { subject: 'iN3zQ0bQm2cYc1m0m1o2Yx' },
    { kind: 'phone' },
    { epoch: '2026-12', at: '2026-12-20T09:00:00.000Z' },
    { at: '2026-11-20T09:00:00.001Z' },
    { id: '2' },
  ];
  for (const move of moves) {
    assert.throws(() => openRecord({ ...slot, ...move }, key, sealed), openFailed, JSON.stringify(move));
  }
});

test('no two slots are bound alike, however their names run together', () => {
  const { publicKey, privateKey } = generateEpochKeyPair();
  const key = drawerKey(privateKey);
  const name = fc.string({
    maxLength: 4,
    unit: fc.constantFrom('a', '\0', '\u0001', '\u0002', '2026-11', 'access'),
  });
  fc.assert(
    fc.property(name, name, name, name, (subjectA, idA, subjectB, idB) => {
      fc.pre(subjectA !== subjectB || idA !== idB);
      const sealed = sealRecord({ ...slot, subject: subjectA, id: idA }, publicKey, record);
      assert.throws(() => openRecord({ ...slot, subject: subjectB, id: idB }, key, sealed), openFailed);
    }),
    { numRuns: 200 },
  );
});

test('I2: the public key and everything stored open nothing; another drawer’s key neither', () => {
  const { publicKey } = generateEpochKeyPair();
  const sealed = sealRecord(slot, publicKey, record);
  assert.throws(() => openRecord(slot, drawerKey(publicKey), sealed), openFailed);
  assert.throws(() => openRecord(slot, drawerKey(generateEpochKeyPair().privateKey), sealed), openFailed);
});

test('I1: a sealed record shows no byte of the address, and the same log-in twice is not the same', () => {
  const { publicKey } = generateEpochKeyPair();
  const one = sealRecord(slot, publicKey, record);
  const two = sealRecord(slot, publicKey, record);
  assert.ok(!toHex(one).includes('cb00714d'));
  assert.notDeepEqual(one.subarray(0, 32), two.subarray(0, 32));
  assert.notDeepEqual(one.subarray(32), two.subarray(32));
  assert.equal(one.length, 19 + SEAL_OVERHEAD_BYTES);
  assert.ok(one.length <= 6 + 64, 'at most 64 bytes more than an IPv4 address and port');
});

test('a slot has one spelling: a canonical instant, inside its epoch, and text that has bytes of its own', () => {
  const { publicKey } = generateEpochKeyPair();
  const wrong: Partial<Slot>[] = [
    { at: '2026-11-20T09:00:00Z' },
    { at: '2026-10-20T09:00:00.000Z' },
    { at: 'yesterday' },
    { epoch: '2026-1' },
    { id: '\ud800' },
    { subject: 'a'.repeat(70_000) },
  ];
  for (const change of wrong) {
    assert.throws(() => sealRecord({ ...slot, ...change }, publicKey, record), slotInvalid);
  }
});

test('I5: a record of one kind is not sealed into a drawer of the other', () => {
  const { publicKey } = generateEpochKeyPair();
  assert.throws(() => sealRecord(phoneSlot, publicKey, record), { code: 'record-invalid' });
  assert.throws(() => sealRecord(slot, publicKey, phone), { code: 'record-invalid' });
});

test('I1: no refusal carries anything of what it refused', () => {
  const { publicKey } = generateEpochKeyPair();
  const secret = '203.0.113.999';
  for (const attempt of [
    () => sealRecord(slot, publicKey, { kind: 'access', ip: secret, port: 1 }),
    () => sealRecord({ ...slot, at: secret }, publicKey, record),
    () => sealRecord(slot, utf8(secret), record),
  ]) {
    assert.throws(attempt, (error: Error) => {
      assert.ok(!`${error.message} ${error.stack} ${JSON.stringify(error)}`.includes(secret));
      assert.equal(error.cause, undefined);
      return true;
    });
  }
});

test('I3: the encryption context names the drawer and nothing else', () => {
  assert.deepEqual(encryptionContext(slot), { subject: slot.subject, kind: 'access', epoch: '2026-11' });
});

test('a key pair is 32 raw bytes each, and new each time', () => {
  const [a, b] = [generateEpochKeyPair(), generateEpochKeyPair()];
  for (const bytes of [a.publicKey, a.privateKey]) assert.equal(bytes.length, 32);
  assert.notDeepEqual(a.privateKey, b.privateKey);
  assert.notDeepEqual(a.publicKey, b.publicKey);
});
