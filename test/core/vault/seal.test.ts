import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { concat, toHex, utf8 } from '#core/bytes.ts';
import type { EpochKey } from '#core/vault/epoch-key.ts';
import { framed } from '#core/vault/framing.ts';
import { sender } from '#core/vault/hpke.ts';
import type { VaultRecord } from '#core/vault/kinds.ts';
import { encodeRecord } from '#core/vault/record.ts';
import {
  type Arrived,
  encryptionContext,
  generateEpochKeyPair,
  privateEpochKey,
  recordOpener,
  type SealedItem,
  sealRecords,
} from '#core/vault/seal.ts';

const epochKey: EpochKey = { subject: 'iN3zQ0bQm2cYc1m0m1o2Yw', kind: 'access', epoch: '2026-11' };
const phones: EpochKey = { ...epochKey, kind: 'phone' };
const { publicKey, privateKey } = generateEpochKeyPair();
const key = privateEpochKey(privateKey);

const record: VaultRecord = { kind: 'access', ip: '203.0.113.77', port: 51_234 };
const phone: VaultRecord = { kind: 'phone', phone: '+4915112345678' };
const login = (at: string, place = at, port = 51_234): Arrived => ({
  at,
  place,
  record: { kind: 'access', ip: '203.0.113.77', port },
});
const noon = '2026-11-20T12:00:00.000Z';
const refusal = (code: string) => ({ name: 'VaultError', code, message: code });
const openFailed = refusal('open-failed');
const recordInvalid = refusal('record-invalid');
const slotInvalid = refusal('slot-invalid');

/** Seals what makes one item. */
function sealOne(...arrived: Arrived[]): SealedItem {
  const [item, ...more] = sealRecords(epochKey, publicKey, arrived);
  assert.ok(item !== undefined && more.length === 0);
  return item;
}
const open = (item: Omit<SealedItem, 'count'>, from = epochKey, by = key) => recordOpener(from, by)(item);

// Few places and instants, so that they meet.
const epochStart = Date.parse('2026-11-01T00:00:00.000Z');
const day = 24 * 3600 * 1000;
const instants = fc
  .oneof(
    fc.integer({ min: 0, max: 30 * day - 1 }),
    fc.tuple(fc.nat(29), fc.constantFrom(0, 1, 2, day - 2, day - 1)).map(([n, ms]) => n * day + ms),
  )
  .map((ms) => new Date(epochStart + ms).toISOString());
const logins = fc
  .tuple(fc.ipV4(), fc.integer({ min: 1, max: 65_535 }), fc.boolean())
  .map(
    ([ip, port, isFailed]): VaultRecord =>
      isFailed ? { kind: 'access', ip, port, outcome: 'failed' } : { kind: 'access', ip, port },
  );
const arrivals = fc.uniqueArray(fc.record({ at: instants, place: fc.string(), record: logins }), {
  maxLength: 40,
  selector: ({ place }) => place,
});
const inOrder = (a: Arrived, b: Arrived) => (`${a.at} ${a.place}` < `${b.at} ${b.place}` ? -1 : 1);

test('what arrives for an epoch key comes out again: all of it, by day and in order of time', () => {
  fc.assert(
    fc.property(arrivals, (arrived) => {
      const items = sealRecords(epochKey, publicKey, arrived);
      const opener = recordOpener(epochKey, key);
      const opened = items.map((item) => ({ item, records: opener(item) }));
      const expected = arrived.toSorted(inOrder).map(({ at, record }) => ({ at, record }));
      assert.deepEqual(
        opened.flatMap(({ records }) => records),
        expected,
      );
      const days = items.map(({ at }) => at.slice(0, 10));
      assert.deepEqual(days, [...new Set(expected.map(({ at }) => at.slice(0, 10)))]);
      for (const { item, records } of opened) {
        assert.equal(item.count, records.length);
        assert.equal(item.at, records[0]?.at);
        assert.ok(records.every(({ at }) => at.slice(0, 10) === item.at.slice(0, 10)));
      }
    }),
  );
});

test('a number comes out of its epoch key as it went in', () => {
  const [item, ...more] = sealRecords(phones, publicKey, [{ at: noon, place: '1', record: phone }]);
  assert.ok(item !== undefined && more.length === 0);
  assert.deepEqual(open(item, phones), [{ at: noon, record: phone }]);
});

test('addresses come out in their canonical form', () => {
  const arrived = ['2001:0DB8::0:1', '::ffff:192.0.2.1'].map((ip, i): Arrived => {
    return { at: noon, place: String(i), record: { kind: 'access', ip, port: 1 } };
  });
  const ips = open(sealOne(...arrived)).map(({ record }) => record.kind === 'access' && record.ip);
  assert.deepEqual(ips, ['2001:db8::1', '192.0.2.1']);
});

test('nothing that arrives makes no item', () => {
  assert.deepEqual(sealRecords(epochKey, publicKey, []), []);
});

test('midnight in UTC parts items, to the millisecond', () => {
  const [last, first] = ['2026-11-20T23:59:59.999Z', '2026-11-21T00:00:00.000Z'];
  const items = sealRecords(epochKey, publicKey, [login(first), login(noon), login(last)]);
  assert.deepEqual(
    items.map(({ at, count }) => ({ at, count })),
    [
      { at: noon, count: 2 },
      { at: first, count: 1 },
    ],
  );
});

test('an item holds at most 1,000 records, and a busy day takes several', () => {
  const arrived = Array.from({ length: 2500 }, (_, i) => login(noon, String(i).padStart(4, '0'), 1 + i));
  const items = sealRecords(epochKey, publicKey, arrived.toReversed());
  assert.deepEqual(
    items.map(({ count }) => count),
    [1000, 1000, 500],
  );
  const opener = recordOpener(epochKey, key);
  assert.deepEqual(
    items.flatMap((item) => opener(item).map(({ record }) => record.kind === 'access' && record.port)),
    arrived.map((_, i) => 1 + i),
  );
  assert.equal(new Set(items.map(({ at, id }) => `${at} ${id}`)).size, 3);
});

test('a sequence number has two bytes: the 257th item of a batch opens as the first does', () => {
  const arrived = Array.from({ length: 257_000 }, (_, i) => login(noon, String(i).padStart(6, '0')));
  const items = sealRecords(epochKey, publicKey, arrived);
  assert.deepEqual(
    [0, 255, 256].map((i) => toHex((items[i] ?? assert.fail()).sealed.subarray(0, 3))),
    ['020000', '0200ff', '020100'],
  );
  const opener = recordOpener(epochKey, key);
  for (const i of [256, 0, 255]) assert.equal(opener(items[i] ?? assert.fail()).length, 1000);
});

test('an item is laid out as written down: form, sequence, enc, ciphertext, tag', () => {
  const days = ['2026-11-20T12:00:00.000Z', '2026-11-21T12:00:00.000Z', '2026-11-22T12:00:00.000Z'];
  const items = sealRecords(
    epochKey,
    publicKey,
    days.map((at) => login(at)),
  );
  assert.deepEqual(
    items.map(({ sealed }) => toHex(sealed.subarray(0, 3))),
    ['020000', '020001', '020002'],
  );
  assert.equal(new Set(items.map(({ sealed }) => toHex(sealed.subarray(3, 35)))).size, 1);
});

/** Calls of one of Node's own functions, until the test ends. */
function countCalls(t: TestContext, name: 'encapsulate' | 'decapsulate'): () => number {
  const { mock } = t.mock.method(crypto, name);
  syncBuiltinESMExports();
  t.after(() => {
    mock.restore();
    syncBuiltinESMExports();
  });
  return () => mock.callCount();
}

test('what arrives together costs one encapsulation, and opening it in order one decapsulation', (t) => {
  const [sealing, opening] = [countCalls(t, 'encapsulate'), countCalls(t, 'decapsulate')];
  const arrived = Array.from({ length: 20 }, (_, i) =>
    login(`2026-11-${11 + (i % 10)}T12:00:0${i % 7}.000Z`),
  );
  const [one, two] = [sealRecords(epochKey, publicKey, arrived), sealRecords(epochKey, publicKey, arrived)];
  assert.equal(sealing(), 2);
  const opener = recordOpener(epochKey, key);
  for (const item of [...one, ...two]) opener(item);
  assert.equal(one.length, 10);
  assert.equal(opening(), 2);
});

test('an opener opens items of several encapsulations in any order, also after one that it refused', () => {
  const batches = [1, 2, 3].map((n) =>
    sealRecords(
      epochKey,
      publicKey,
      [1, 2, 3].map((d) => login(`2026-11-0${d}T12:00:00.000Z`, `${n}`, n)),
    ),
  );
  const opener = recordOpener(epochKey, key);
  for (const i of [2, 0, 1]) {
    for (const [n, items] of batches.entries()) {
      const item = items[i] ?? assert.fail();
      const broken = { ...item, sealed: item.sealed.map((byte, at) => (at === 10 ? byte ^ 1 : byte)) };
      assert.throws(() => opener(broken), openFailed);
      assert.deepEqual(opener(item), [{ at: item.at, record: { ...record, port: n + 1 } }]);
    }
  }
});

test('an opener keeps nothing of the bytes it is given: the reader may use its buffer again', () => {
  const items = [1, 2].map((port) => sealOne(login(noon, '1', port)));
  for (const buffer of [new Uint8Array(73), Buffer.alloc(73)]) {
    const opener = recordOpener(epochKey, key);
    for (const [i, item] of items.entries()) {
      buffer.set(item.sealed);
      assert.deepEqual(opener({ ...item, sealed: buffer }), [
        { at: noon, record: { ...record, port: i + 1 } },
      ]);
    }
  }
});

test('sealed again after redelivery, in whatever order, an item takes its own place', () => {
  fc.assert(
    fc.property(arrivals, fc.integer(), (arrived, turn) => {
      const again = [
        ...arrived.slice(turn % (arrived.length + 1)),
        ...arrived.slice(0, turn % (arrived.length + 1)),
      ];
      const names = (records: Arrived[]) =>
        sealRecords(epochKey, publicKey, records).map(({ at, id, count }) => ({ at, id, count }));
      assert.deepEqual(names(again), names(arrived));
    }),
    { numRuns: 50 },
  );
});

test('grouped otherwise, as when a batch is bisected, an item takes no place of one with other records', () => {
  fc.assert(
    fc.property(arrivals, fc.func(fc.boolean()), (arrived, chosen) => {
      const held = new Map<string, string>();
      const groups = [
        arrived,
        arrived.filter((each) => chosen(each.place)),
        arrived.filter((each) => !chosen(each.place)),
      ];
      for (const group of groups) {
        for (const item of sealRecords(epochKey, publicKey, group)) {
          const places = group
            .filter(({ at }) => at.slice(0, 10) === item.at.slice(0, 10))
            .map(({ place }) => place);
          const name = `${item.at} ${item.id}`;
          const records = JSON.stringify(places.sort());
          assert.equal(held.get(name) ?? records, records);
          held.set(name, records);
        }
      }
    }),
  );
});

test('I1: an id comes from places in the stream alone, so no guess at a record can be tested on it', () => {
  const places = ['49650000000000000001:0', '49650000000000000001:1'];
  const ids = [1, 65_535].map((port) => sealOne(...places.map((place) => login(noon, place, port))).id);
  assert.equal(new Set(ids).size, 1);
  const framing = Buffer.concat(
    places.map((place) => Buffer.from(`\0${String.fromCharCode(place.length)}${place}`)),
  );
  const digest = crypto.createHash('sha256').update(framing).digest();
  assert.equal(ids[0], digest.subarray(0, 12).toString('base64url'));
});

test('places that run together are not the same places', () => {
  const ids = [
    ['ab', 'c'],
    ['a', 'bc'],
    ['abc', ''],
  ].map((places) => sealOne(...places.map((place) => login(noon, place))).id);
  assert.equal(new Set(ids).size, 3);
});

test('I1: a sealed record shows no byte of the address, and the same log-in twice is not the same', () => {
  const [one, two] = [sealOne(login(noon)), sealOne(login(noon))];
  assert.ok(!toHex(one.sealed).includes('cb00714d'));
  assert.notDeepEqual(one.sealed.subarray(3, 35), two.sealed.subarray(3, 35));
  assert.notDeepEqual(one.sealed.subarray(35), two.sealed.subarray(35));
});

test('I1: the length of an item tells how many records it holds, and nothing else', () => {
  fc.assert(
    fc.property(fc.array(logins, { minLength: 1, maxLength: 5 }), (records) => {
      const arrived = records.map((record, i) => ({ at: noon, place: String(i), record: record }));
      assert.equal(sealOne(...arrived).sealed.length, 51 + 22 * records.length);
    }),
  );
  for (const number of ['+1234567', '+123456789012345']) {
    const arrived: Arrived[] = [{ at: noon, place: '1', record: { kind: 'phone', phone: number } }];
    assert.deepEqual(
      sealRecords(phones, publicKey, arrived).map(({ sealed }) => sealed.length),
      [51 + 12],
    );
  }
});

test('a single record is sealed in at most 64 bytes more than its address, port and time', () => {
  const time = 4;
  assert.ok(sealOne(login(noon)).sealed.length <= 4 + 2 + time + 64, 'IPv4');
  const v6: Arrived = { at: noon, place: '1', record: { kind: 'access', ip: '2001:db8::1', port: 1 } };
  assert.ok(sealOne(v6).sealed.length <= 16 + 2 + time + 64, 'IPv6');
});

test('I2: the public key and everything stored open nothing; another epoch key’s key neither', () => {
  const item = sealOne(login(noon));
  assert.throws(() => open(item, epochKey, privateEpochKey(publicKey)), openFailed);
  assert.throws(() => open(item, epochKey, privateEpochKey(generateEpochKeyPair().privateKey)), openFailed);
});

test('an item moved to another subject, kind, month, day, time or id does not open', () => {
  const item = sealOne(login(noon), login('2026-11-20T12:00:00.001Z'));
  assert.equal(open(item).length, 2);
  const epochKeys: Partial<EpochKey>[] = [
    { subject: 'iN3zQ0bQm2cYc1m0m1o2Yx' },
    { kind: 'phone' },
    { epoch: '2026-12' },
    { epoch: '2026-11-20' },
    { epoch: '' },
  ];
  for (const move of epochKeys) {
    assert.throws(() => open(item, { ...epochKey, ...move }), openFailed, JSON.stringify(move));
  }
  const places: Partial<SealedItem>[] = [
    { at: '2026-11-21T12:00:00.000Z' },
    { at: '2026-11-20T12:00:00.001Z' },
    { at: '2026-11-20T11:59:59.999Z' },
    { at: '2026-11-20T12:00:00Z' },
    { at: 'yesterday' },
    { id: 'AAAAAAAAAAAAAAAA' },
    { id: '' },
    { id: `${item.id}A` },
  ];
  for (const move of places)
    assert.throws(() => open({ ...item, ...move }), openFailed, JSON.stringify(move));
  // Month and time together: what a thief of the table would do to make it another month's.
  const december = { ...item, at: '2026-12-20T12:00:00.000Z' };
  assert.throws(() => open(december, { ...epochKey, epoch: '2026-12' }), openFailed);
});

test('no subject is taken for another, however their names run together with the rest', () => {
  const name = fc.string({
    maxLength: 4,
    unit: fc.constantFrom('a', '\0', '\u0001', '\u0006', '2026-11', 'access'),
  });
  fc.assert(
    fc.property(name, name, (a, b) => {
      fc.pre(a !== b);
      const [item] = sealRecords({ ...epochKey, subject: a }, publicKey, [login(noon)]);
      assert.ok(item);
      assert.throws(() => open(item, { ...epochKey, subject: b }), openFailed);
    }),
    { numRuns: 200 },
  );
});

test('items of one encapsulation do not open in each other’s place', () => {
  const items = sealRecords(epochKey, publicKey, [
    login('2026-11-20T12:00:00.000Z'),
    login('2026-11-21T12:00:00.000Z'),
  ]);
  const [a, b] = items;
  assert.ok(a && b);
  assert.throws(() => open({ ...a, sealed: b.sealed }), openFailed);
  assert.throws(() => open({ ...b, sealed: a.sealed }), openFailed);
  // Nor with the other's number before them.
  assert.throws(
    () => open({ ...a, sealed: concat(b.sealed.subarray(0, 3), a.sealed.subarray(3)) }),
    openFailed,
  );
  assert.throws(
    () => open({ ...b, sealed: concat(a.sealed.subarray(0, 3), b.sealed.subarray(3)) }),
    openFailed,
  );
});

test('any changed bit of an item opens nothing', () => {
  const item = sealOne(login(noon), login('2026-11-20T12:00:00.001Z'));
  const opener = recordOpener(epochKey, key);
  for (let bit = 0; bit < item.sealed.length * 8; bit++) {
    const sealed = item.sealed.slice();
    sealed[bit >> 3] = (sealed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    assert.throws(() => opener({ ...item, sealed }), openFailed, `bit ${bit}`);
  }
  assert.equal(opener(item).length, 2);
});

test('an item cut short, or with something added, opens nothing', () => {
  const item = sealOne(login(noon), login('2026-11-20T12:00:00.001Z'));
  const opener = recordOpener(epochKey, key);
  for (let length = 0; length < item.sealed.length; length++) {
    assert.throws(
      () => opener({ ...item, sealed: item.sealed.subarray(0, length) }),
      openFailed,
      `${length}`,
    );
    assert.throws(() => opener({ ...item, sealed: item.sealed.subarray(length + 1) }), openFailed);
  }
  assert.throws(() => opener({ ...item, sealed: concat(item.sealed, Uint8Array.of(0)) }), openFailed);
});

/** What someone seals who has the public key and not our code. */
function forge(plaintext: Uint8Array, { form = 2, label = 'writ/vault/v2', at = noon } = {}): SealedItem {
  const { subject, kind, epoch } = epochKey;
  const { enc, seal } = sender(publicKey, framed(label, subject, kind, epoch) ?? assert.fail());
  const id = 'AAAAAAAAAAAAAAAA';
  const sealed = concat(Uint8Array.of(form, 0, 0), enc, seal(framed(at, id) ?? assert.fail(), plaintext));
  return { at, id, count: 1, sealed };
}
const encoded = (offsetMs: number, bytes = encodeRecord(record)) => {
  const offset = Buffer.alloc(4);
  offset.writeUInt32BE(offsetMs);
  return concat(offset, bytes);
};

test('what was sealed before there were failed tries opens as it did', () => {
  const sealedThen = forge(concat(encoded(0), encoded(5)));
  assert.deepEqual(open(sealedThen), [
    { at: noon, record },
    { at: '2026-11-20T12:00:00.005Z', record },
  ]);
});

test('a try that failed is one bit of its item', () => {
  const failed: VaultRecord = { ...record, outcome: 'failed' };
  assert.deepEqual(open(forge(encoded(2 ** 31))), [{ at: noon, record: failed }]);
  const both = sealOne(login(noon, '1'), { at: noon, place: '2', record: failed });
  assert.deepEqual(
    open(both).map((each) => each.record),
    [record, failed],
  );
  assert.throws(() => open(forge(encoded(2 ** 30))), recordInvalid);
});

test('what is forged with the public key opens only if it is what we would have sealed', () => {
  assert.deepEqual(open(forge(encoded(0))), [{ at: noon, record }]);
  assert.equal(open(forge(concat(encoded(0), encoded(0), encoded(5), encoded(day / 2 - 1)))).length, 4);
  const invalid: Record<string, Uint8Array> = {
    'no record': new Uint8Array(),
    'half a record': encoded(0).subarray(1),
    'a record and a half': concat(encoded(0), encoded(1).subarray(1)),
    'records of the other kind': concat(...Array.from({ length: 11 }, () => encoded(0, encodeRecord(phone)))),
    'a first offset': encoded(1),
    'offsets that go back': concat(encoded(0), encoded(5), encoded(4)),
    'an offset into the next day': concat(encoded(0), encoded(day / 2)),
    'the largest offset': concat(encoded(0), encoded(0xffff_ffff)),
    'port 0': concat(encoded(0, encodeRecord(record).fill(0, 16))),
    'more records than an item takes': concat(...Array.from({ length: 1001 }, () => encoded(0))),
  };
  for (const [what, plaintext] of Object.entries(invalid)) {
    assert.throws(() => open(forge(plaintext)), recordInvalid, what);
  }
});

test('an item of another form opens nothing, whether its first byte or its seal says so', () => {
  for (const form of [0, 1, 3, 255]) assert.throws(() => open(forge(encoded(0), { form })), openFailed);
  assert.throws(() => open(forge(encoded(0), { label: 'writ/vault/v1' })), openFailed);
});

test('an item whose instant is not the canonical one, or not of its epoch key, opens nothing, whoever sealed it', () => {
  for (const at of ['2026-11-20T12:00:00Z', '2026-10-20T12:00:00.000Z', '2026-11-31T12:00:00.000Z', 'noon']) {
    assert.throws(() => open(forge(encoded(0), { at })), openFailed, at);
  }
});

test('a record has a canonical instant inside its epoch, and names that have bytes of their own', () => {
  const wrong: [Partial<EpochKey>, Partial<Arrived>][] = [
    [{}, { at: '2026-11-20T12:00:00Z' }],
    [{}, { at: '2026-10-31T23:59:59.999Z' }],
    [{}, { at: '2026-12-01T00:00:00.000Z' }],
    [{}, { at: '2026-11-31T00:00:00.000Z' }],
    [{}, { at: 'yesterday' }],
    [{}, { place: '\ud800' }],
    [{}, { place: 'a'.repeat(70_000) }],
    [{ epoch: '2026-1' }, {}],
    [{ epoch: '' }, {}],
    [{ subject: '\ud800' }, {}],
    [{ subject: 'a'.repeat(70_000) }, {}],
  ];
  for (const [toEpochKey, toRecord] of wrong) {
    const arrived = [login('2026-11-19T12:00:00.000Z'), { ...login(noon), ...toRecord }];
    assert.throws(() => sealRecords({ ...epochKey, ...toEpochKey }, publicKey, arrived), slotInvalid);
  }
  assert.throws(() => recordOpener({ ...epochKey, subject: '\ud800' }, key), slotInvalid);
  assert.throws(() => open({ ...sealOne(login(noon)), id: '\ud800' }), slotInvalid);
});

test('I5: a record of one kind is not sealed into an epoch key of the other', () => {
  assert.throws(() => sealRecords(phones, publicKey, [login(noon)]), recordInvalid);
  const arrived = [login(noon), { at: noon, place: '2', record: phone }];
  assert.throws(() => sealRecords(epochKey, publicKey, arrived), recordInvalid);
});

test('I1: no refusal carries anything of what it refused', () => {
  const secret = '203.0.113.999';
  const item = sealOne(login(noon));
  for (const attempt of [
    () =>
      sealRecords(epochKey, publicKey, [{ ...login(noon), record: { kind: 'access', ip: secret, port: 1 } }]),
    () => sealRecords(epochKey, publicKey, [login(secret)]),
    () => sealRecords(epochKey, publicKey, [login(noon, `${secret}\ud800`)]),
    () => sealRecords(epochKey, utf8(secret), [login(noon)]),
    () => open({ ...item, id: secret }),
    () => open({ ...item, sealed: utf8(secret) }),
    () => open(forge(concat(encoded(1), utf8(secret)))),
  ]) {
    assert.throws(attempt, (error: Error) => {
      assert.equal(error.name, 'VaultError');
      assert.ok(!`${error.message} ${error.stack} ${JSON.stringify(error)}`.includes(secret));
      assert.equal(error.cause, undefined);
      return true;
    });
  }
});

test('I3: the encryption context names the epoch key and nothing else', () => {
  assert.deepEqual(encryptionContext({ ...epochKey }), {
    subject: epochKey.subject,
    kind: 'access',
    epoch: '2026-11',
  });
  const wide = { ...epochKey, publicKey, keyId: 'more' };
  assert.deepEqual(Object.keys(encryptionContext(wide)).sort(), ['epoch', 'kind', 'subject']);
});

test('a key pair is 32 raw bytes each, and new each time', () => {
  const [a, b] = [generateEpochKeyPair(), generateEpochKeyPair()];
  for (const bytes of [a.publicKey, a.privateKey]) assert.equal(bytes.length, 32);
  assert.notDeepEqual(a.privateKey, b.privateKey);
  assert.notDeepEqual(a.publicKey, b.publicKey);
});
