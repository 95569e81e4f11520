import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { jsonDigest } from '#core/canonical.ts';
import { type StoredScope, storedScope } from '#core/cases/stored.ts';
import { type Category, type DisclosedRecord, recordSchema } from '#core/categories/categories.ts';
import { disclose, type Opened } from '#core/disclosure/records.ts';

const september = { from: '2026-09-01T00:00:00Z', to: '2026-10-01T00:00:00Z' };
const receivedAt = '2026-11-20T10:00:00.000Z';
const asking = (...categories: Category[]): StoredScope =>
  storedScope({ subjects: [0], categories, period: september }, receivedAt);
const login = (at: string, ip = '192.0.2.1', port = 7, subject = 0): Opened => ({
  subject,
  kind: 'access',
  at,
  ip,
  port,
});
const number = (phone: string, validFrom: string, validTo?: string, subject = 0): Opened => ({
  subject,
  kind: 'phone',
  phone,
  validFrom,
  ...(validTo === undefined ? {} : { validTo }),
});
const day = (n: number, ms = '000') => `2026-09-${String(n).padStart(2, '0')}T12:00:00.${ms}Z`;

// Few values of each, so that what is drawn meets, repeats and ties.
const opened: fc.Arbitrary<Opened> = fc.oneof(
  fc.record({
    subject: fc.nat(2),
    kind: fc.constant('access' as const),
    at: fc.constantFrom(
      day(1),
      day(1, '500'),
      day(2),
      '2026-08-31T23:59:59.999Z',
      '2026-10-01T00:00:00.000Z',
    ),
    ip: fc.constantFrom('192.0.2.1', '192.0.2.2', '2001:db8::1'),
    port: fc.constantFrom(1, 2, 10),
  }),
  fc
    .constantFrom(day(1), day(2))
    .map((at): Opened => ({ subject: 0, kind: 'access', at, ip: '192.0.2.1', port: 2, outcome: 'failed' })),
  fc
    .record({
      subject: fc.nat(2),
      kind: fc.constant('phone' as const),
      phone: fc.constantFrom('+4915112345678', '+4915112345679'),
      validFrom: fc.constantFrom('2025-01-01T00:00:00.000Z', day(1), day(3)),
      validTo: fc.constantFrom(undefined, '2026-09-01T00:00:00.000Z', day(4), day(9)),
    })
    .map(({ validTo, ...rest }): Opened => (validTo === undefined ? rest : { ...rest, validTo })),
);
const scope: fc.Arbitrary<StoredScope> = fc.record({
  subjects: fc.subarray([0, 1, 2], { minLength: 1 }),
  categories: fc.subarray<Category>(['SubscriberData', 'UserIdentifyingData', 'TrafficData'], {
    minLength: 1,
  }),
  period: fc.constantFrom(september, { from: day(1), to: day(2) }, { from: day(2), to: day(9) }),
  asOf: fc.constantFrom(receivedAt, day(3)),
});

test('traffic data is every log-in of the period in order of time, an event delivered twice counting once', () => {
  const answer = disclose(asking('TrafficData'), [
    login(day(3)),
    login(day(1)),
    login(day(1)),
    login(day(1), '192.0.2.1', 8),
    login(day(2, '250'), '2001:db8::1'),
  ]);
  const records = [
    { at: '2026-09-01T12:00:00Z', ip: '192.0.2.1', port: 7 },
    { at: '2026-09-01T12:00:00Z', ip: '192.0.2.1', port: 8 },
    { at: '2026-09-02T12:00:00.250Z', ip: '2001:db8::1', port: 7 },
    { at: '2026-09-03T12:00:00Z', ip: '192.0.2.1', port: 7 },
  ];
  assert.deepEqual(
    answer,
    records.map((record) => ({ subject: 0, category: 'TrafficData', ...record })),
  );
});

test('I5: identifying takes each address once, with the port and time of its latest use, not a diary', () => {
  const answer = disclose(asking('UserIdentifyingData'), [
    login(day(1), '192.0.2.1', 1),
    login(day(5), '192.0.2.1', 5),
    login(day(3), '192.0.2.1', 3),
    login(day(2), '192.0.2.2', 2),
    login('2026-10-01T00:00:00.000Z', '192.0.2.1', 9),
  ]);
  assert.deepEqual(answer, [
    { subject: 0, category: 'UserIdentifyingData', at: '2026-09-02T12:00:00Z', ip: '192.0.2.2', port: 2 },
    { subject: 0, category: 'UserIdentifyingData', at: '2026-09-05T12:00:00Z', ip: '192.0.2.1', port: 5 },
  ]);
});

const failed = (at: string, ip = '192.0.2.1', port = 7): Opened => ({
  subject: 0,
  kind: 'access',
  at,
  ip,
  port,
  outcome: 'failed',
});

test('I5: a try that failed identifies nobody, and in the access history it says that it failed', () => {
  const both = [
    login(day(1), '192.0.2.1', 1),
    failed(day(1), '192.0.2.1', 1),
    failed(day(2), '192.0.2.1', 2),
    failed(day(3), '203.0.113.66', 3),
  ];
  const record = { subject: 0, at: '2026-09-01T12:00:00Z', ip: '192.0.2.1', port: 1 };
  assert.deepEqual(disclose(asking('UserIdentifyingData'), both), [
    { ...record, category: 'UserIdentifyingData' },
  ]);
  assert.deepEqual(disclose(asking('UserIdentifyingData'), [failed(day(3))]), []);
  const traffic = disclose(asking('TrafficData'), both);
  assert.deepEqual(
    traffic.map((each) => ['port' in each && each.port, 'outcome' in each && each.outcome]),
    [
      [1, 'failed'],
      [1, false],
      [2, 'failed'],
      [3, 'failed'],
    ],
  );
  for (const each of traffic) assert.deepEqual(recordSchema.parse(each), each);
});

test('I5: an address that two subjects used is there once for each of them', () => {
  const both = { ...asking('UserIdentifyingData'), subjects: [0, 1] };
  const answer = disclose(both, [login(day(1)), login(day(2), '192.0.2.1', 7, 1), login(day(3))]);
  assert.deepEqual(
    answer.map((record) => [record.subject, 'at' in record && record.at]),
    [
      [1, '2026-09-02T12:00:00Z'],
      [0, '2026-09-03T12:00:00Z'],
    ],
  );
});

test('the period is cut from its first instant to just before its last', () => {
  const edges = [
    '2026-08-31T23:59:59.999Z',
    '2026-09-01T00:00:00.000Z',
    '2026-09-30T23:59:59.999Z',
    '2026-10-01T00:00:00.000Z',
  ];
  for (const category of ['TrafficData', 'UserIdentifyingData'] as const) {
    const answer = disclose(
      asking(category),
      edges.map((at, i) => login(at, `192.0.2.${i}`)),
    );
    assert.deepEqual(
      answer.map((record) => 'at' in record && record.at),
      ['2026-09-01T00:00:00Z', '2026-09-30T23:59:59.999Z'],
    );
  }
});

test('subscriber data is every number that held at some moment of the period, with how long it held', () => {
  const answer = disclose(asking('SubscriberData'), [
    number('+4915112345678', '2025-01-01T00:00:00.000Z', '2026-09-01T00:00:00.000Z'),
    number('+4915112345671', day(2), day(4, '500')),
    number('+4915112345672', '2025-06-01T00:00:00.000Z', day(2)),
    number('+4915112345673', day(4)),
    number('+4915112345674', '2026-10-01T00:00:00.000Z'),
  ]);
  assert.deepEqual(answer, [
    {
      subject: 0,
      category: 'SubscriberData',
      phone: '+4915112345672',
      validFrom: '2025-06-01T00:00:00Z',
      validTo: '2026-09-02T12:00:00Z',
    },
    {
      subject: 0,
      category: 'SubscriberData',
      phone: '+4915112345671',
      validFrom: '2026-09-02T12:00:00Z',
      validTo: '2026-09-04T12:00:00.500Z',
    },
    { subject: 0, category: 'SubscriberData', phone: '+4915112345673', validFrom: '2026-09-04T12:00:00Z' },
  ]);
});

test('I5: nothing of another subject or another category leaves, though it was opened', () => {
  const all = [login(day(1)), login(day(1), '192.0.2.9', 9, 1), number('+4915112345678', day(1))];
  assert.deepEqual(
    disclose(asking('SubscriberData'), all).map((record) => record.category),
    ['SubscriberData'],
  );
  assert.deepEqual(
    disclose(asking('TrafficData'), all).map((record) => [record.category, record.subject]),
    [['TrafficData', 0]],
  );
  assert.deepEqual(disclose({ ...asking('TrafficData'), subjects: [2] }, all), []);
});

test('two accounts behind one subject that took one number in the same moment keep both of its ends', () => {
  // One subject of a request may stand for two accounts, both of which took the number in the same moment.
  const twice = [number('+4915112345678', day(1), day(2)), number('+4915112345678', day(1), day(3))];
  assert.equal(disclose(asking('SubscriberData'), twice).length, 2);
  assert.deepEqual(
    disclose(asking('SubscriberData'), twice),
    disclose(asking('SubscriberData'), twice.toReversed()),
  );
});

test('a disclosure is the same, to its digest, in whatever order the vault was read and however often', () => {
  const shuffled = fc
    .array(opened, { maxLength: 15 })
    .chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }), fc.subarray(all)),
    );
  fc.assert(
    fc.property(scope, shuffled, (its, [all, reordered, again]) => {
      assert.equal(jsonDigest(disclose(its, [...reordered, ...again])), jsonDigest(disclose(its, all)));
    }),
    { numRuns: 1000 },
  );
});

test('I5: whatever was opened, only the approved scope leaves, in order, each record once', () => {
  fc.assert(
    fc.property(scope, fc.array(opened, { maxLength: 15 }), (its, all) => {
      const records = disclose(its, all);
      const from = Date.parse(its.period.from);
      const to = Math.min(Date.parse(its.period.to), Date.parse(its.asOf));
      const time = (disclosedRecord: DisclosedRecord) =>
        Date.parse(
          disclosedRecord.category === 'SubscriberData' ? disclosedRecord.validFrom : disclosedRecord.at,
        );
      records.forEach((record, i) => {
        recordSchema.parse(record);
        assert.ok(its.subjects.includes(record.subject) && its.categories.includes(record.category));
        if (record.category === 'SubscriberData') {
          assert.ok(time(record) < to && (record.validTo === undefined || Date.parse(record.validTo) > from));
          assert.ok(record.validTo === undefined || record.validTo < its.asOf, 'a fact of after the receipt');
        } else assert.ok(time(record) >= from && time(record) < to);
        const before = records[i - 1];
        assert.ok(before === undefined || time(before) <= time(record));
      });
      assert.equal(new Set(records.map((record) => JSON.stringify(record))).size, records.length);
      const identifying = records.filter((record) => record.category === 'UserIdentifyingData');
      const addresses = identifying.map((record) => `${record.subject} ${'ip' in record && record.ip}`);
      assert.equal(new Set(addresses).size, addresses.length);
    }),
    { numRuns: 1000 },
  );
});

test('nothing that is approved and was opened is missing', () => {
  fc.assert(
    fc.property(scope, fc.array(opened, { maxLength: 15 }), (its, all) => {
      const has = new Set(
        disclose(its, all).map((record) =>
          record.category === 'SubscriberData'
            ? `SubscriberData ${record.subject} ${record.phone} ${Date.parse(record.validFrom)} ${record.validTo && Date.parse(record.validTo)}`
            : record.category === 'TrafficData'
              ? `TrafficData ${record.subject} ${record.ip} ${record.port} ${Date.parse(record.at)} ${record.outcome}`
              : `UserIdentifyingData ${record.subject} ${record.ip} ${Date.parse(record.at)}`,
        ),
      );
      const from = Date.parse(its.period.from);
      const to = Math.min(Date.parse(its.period.to), Date.parse(its.asOf));
      for (const opened of all.filter((o) => its.subjects.includes(o.subject))) {
        if (opened.kind === 'phone') {
          const ends = opened.validTo === undefined ? undefined : Date.parse(opened.validTo);
          const held = Date.parse(opened.validFrom) < to && (ends === undefined || ends > from);
          if (!held || !its.categories.includes('SubscriberData')) continue;
          const known = ends !== undefined && ends < Date.parse(its.asOf) ? ends : undefined;
          assert.ok(
            has.has(
              `SubscriberData ${opened.subject} ${opened.phone} ${Date.parse(opened.validFrom)} ${known}`,
            ),
          );
          continue;
        }
        const time = Date.parse(opened.at);
        if (time < from || time >= to) continue;
        if (its.categories.includes('TrafficData')) {
          assert.ok(
            has.has(`TrafficData ${opened.subject} ${opened.ip} ${opened.port} ${time} ${opened.outcome}`),
          );
        }
        if (its.categories.includes('UserIdentifyingData') && opened.outcome === undefined) {
          const latest = Math.max(
            ...all.flatMap((o) =>
              o.kind === 'access' &&
              o.outcome === undefined &&
              o.subject === opened.subject &&
              o.ip === opened.ip &&
              Date.parse(o.at) < to
                ? [Date.parse(o.at)]
                : [],
            ),
          );
          assert.ok(has.has(`UserIdentifyingData ${opened.subject} ${opened.ip} ${latest}`));
        }
      }
    }),
    { numRuns: 1000 },
  );
});

test('I5: a record has no field that could hold content', () => {
  const [good] = disclose(asking('TrafficData'), [login(day(1))]);
  const [phone] = disclose(asking('SubscriberData'), [number('+4915112345678', day(1))]);
  for (const record of [good, phone]) {
    assert.ok(recordSchema.safeParse(record).success);
    assert.equal(recordSchema.safeParse({ ...record, message: 'hello' }).success, false);
    assert.equal(recordSchema.safeParse({ ...record, category: 'ContentData' }).success, false);
  }
});

test('I5: what happened when the request arrived or later does not leave, whatever the period says', () => {
  const asOf = day(5);
  // As somebody would who forgets to cut the period.
  const its = { ...asking('TrafficData', 'UserIdentifyingData'), asOf };
  const logins = [login(day(1)), login('2026-09-05T11:59:59.999Z'), login(day(5)), login(day(6))];
  assert.deepEqual(
    disclose(its, logins).map((record) => 'at' in record && `${record.category} ${record.at}`),
    [
      'TrafficData 2026-09-01T12:00:00Z',
      'TrafficData 2026-09-05T11:59:59.999Z',
      'UserIdentifyingData 2026-09-05T11:59:59.999Z',
    ],
  );
});

test('I5: a number that was set after the request arrived does not leave, nor that the one before it ended then', () => {
  const its = { ...asking('SubscriberData'), asOf: day(5) };
  const numbers = [
    number('+4915112345671', day(1), day(3)),
    number('+4915112345672', day(3), day(5)),
    number('+4915112345673', day(5)),
  ];
  assert.deepEqual(disclose(its, numbers), [
    {
      subject: 0,
      category: 'SubscriberData',
      phone: '+4915112345671',
      validFrom: '2026-09-01T12:00:00Z',
      validTo: '2026-09-03T12:00:00Z',
    },
    { subject: 0, category: 'SubscriberData', phone: '+4915112345672', validFrom: '2026-09-03T12:00:00Z' },
  ]);
});

test('I5: a period that begins after the receipt discloses nothing, numbers that last included', () => {
  const its = storedScope(
    { subjects: [0], categories: ['SubscriberData', 'TrafficData'], period: september },
    '2026-08-01T00:00:00.000Z',
  );
  assert.deepEqual(disclose(its, [login(day(1)), number('+4915112345671', '2025-01-01T00:00:00.000Z')]), []);
});
