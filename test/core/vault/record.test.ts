import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { concat, toHex } from '#core/bytes.ts';
import { isMarked, recordBytes, type VaultRecord } from '#core/vault/kinds.ts';
import { decodeRecord, encodeRecord } from '#core/vault/record.ts';

const invalid = { name: 'VaultError', code: 'record-invalid', message: 'record-invalid' };
const port = fc.integer({ min: 1, max: 65_535 });
const phone = fc.stringMatching(/^\+[1-9][0-9]{6,14}$/);
const access = fc.record({ kind: fc.constant('access' as const), ip: fc.oneof(fc.ipV4(), fc.ipV6()), port });

test('records have the bytes that are written down', () => {
  const bytes = (record: VaultRecord) => toHex(encodeRecord(record));
  assert.equal(
    bytes({ kind: 'access', ip: '192.0.2.1', port: 51_234 }),
    '00000000000000000000ffffc0000201c822',
  );
  assert.equal(bytes({ kind: 'access', ip: '2001:db8::1', port: 1 }), '20010db80000000000000000000000010001');
  assert.equal(bytes({ kind: 'phone', phone: '+4915112345678' }), '4915112345678fff');
});

test('any record comes back as it was, with its address in canonical form', () => {
  fc.assert(
    fc.property(access, (record) => {
      const decoded = decodeRecord('access', encodeRecord(record));
      assert.equal(decoded.kind === 'access' && decoded.port, record.port);
      assert.deepEqual(encodeRecord(decoded), encodeRecord(record));
    }),
  );
  fc.assert(
    fc.property(phone, (number) => {
      const record: VaultRecord = { kind: 'phone', phone: number };
      assert.deepEqual(decodeRecord('phone', encodeRecord(record)), record);
    }),
  );
});

test('any bytes decode to a record that encodes to those very bytes, or to none', () => {
  const near = fc.oneof(
    access.map(encodeRecord),
    phone.map((number) => encodeRecord({ kind: 'phone', phone: number })),
    fc.uint8Array({ minLength: 8, maxLength: 8 }),
    fc.uint8Array({ minLength: 18, maxLength: 18 }),
    fc.uint8Array({ maxLength: 24 }),
  );
  const changed = fc.tuple(near, fc.nat(23), fc.integer({ min: 0, max: 255 })).map(([bytes, at, value]) => {
    const copy = bytes.slice();
    if (at < copy.length) copy[at] = value;
    return copy;
  });
  fc.assert(
    fc.property(changed, fc.constantFrom('phone' as const, 'access' as const), (bytes, kind) => {
      let record: VaultRecord;
      try {
        record = decodeRecord(kind, bytes);
      } catch (error) {
        assert.throws(() => {
          throw error;
        }, invalid);
        return;
      }
      assert.equal(record.kind, kind);
      assert.deepEqual(encodeRecord(record), bytes);
    }),
    { numRuns: 5000 },
  );
});

test('a try that failed has the bytes of a log-in, and its mark beside them; a number has no mark', () => {
  const login: VaultRecord = { kind: 'access', ip: '192.0.2.1', port: 1 };
  const failed: VaultRecord = { ...login, outcome: 'failed' };
  assert.deepEqual(encodeRecord(failed), encodeRecord(login));
  assert.deepEqual([isMarked(login), isMarked(failed)], [false, true]);
  assert.deepEqual(decodeRecord('access', encodeRecord(failed), true), failed);
  assert.deepEqual(decodeRecord('access', encodeRecord(login), false), login);
  const phone: VaultRecord = { kind: 'phone', phone: '+4915112345678' };
  assert.equal(isMarked(phone), false);
  assert.throws(() => decodeRecord('phone', encodeRecord(phone), true), invalid);
});

test('I5: a record of one kind is no record of the other', () => {
  const access = encodeRecord({ kind: 'access', ip: '192.0.2.1', port: 1 });
  const phone = encodeRecord({ kind: 'phone', phone: '+4915112345678' });
  assert.throws(() => decodeRecord('phone', access), invalid);
  assert.throws(() => decodeRecord('access', phone), invalid);
});

test('I5: nothing can be added to a record, and nothing left out', () => {
  const records: VaultRecord[] = [
    { kind: 'access', ip: '192.0.2.1', port: 1 },
    { kind: 'phone', phone: '+4915112345678' },
    { kind: 'phone', phone: '+1234567' },
    { kind: 'phone', phone: '+123456789012345' },
  ];
  for (const record of records) {
    const bytes = encodeRecord(record);
    for (const more of [0x00, 0x12, 0xff]) {
      assert.throws(() => decodeRecord(record.kind, concat(bytes, Uint8Array.of(more))), invalid);
    }
    for (let length = 0; length < bytes.length; length++) {
      assert.throws(() => decodeRecord(record.kind, bytes.subarray(0, length)), invalid);
    }
  }
});

test('bytes with port zero are no record', () => {
  const bytes = encodeRecord({ kind: 'access', ip: '192.0.2.1', port: 1 });
  bytes[17] = 0;
  assert.throws(() => decodeRecord('access', bytes), invalid);
});

test('I1: how long a record is says nothing but its kind', () => {
  assert.deepEqual([recordBytes('access'), recordBytes('phone')], [18, 8]);
  fc.assert(fc.property(access, (record) => encodeRecord(record).length === recordBytes('access')));
  fc.assert(
    fc.property(
      phone,
      (number) => encodeRecord({ kind: 'phone', phone: number }).length === recordBytes('phone'),
    ),
  );
});

test('what cannot be is not encoded', () => {
  for (const ip of ['', '192.0.2.256', 'fe80::1%eth0', 'example.org']) {
    assert.throws(() => encodeRecord({ kind: 'access', ip, port: 1 }), invalid);
  }
  for (const bad of [0, -1, 65_536, 1.5, Number.NaN]) {
    assert.throws(() => encodeRecord({ kind: 'access', ip: '192.0.2.1', port: bad }), invalid);
  }
  for (const number of [
    '',
    '+',
    '4915112345678',
    '+0915112345',
    '+123456',
    '+1234567890123456',
    '+49 151 12345678',
  ]) {
    assert.throws(() => encodeRecord({ kind: 'phone', phone: number }), invalid);
  }
});
