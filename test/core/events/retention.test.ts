import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { EventErrorCode, IdentityEvent } from '#core/events/identity.ts';
import { checkTime } from '#core/events/retention.ts';
import { epochBounds, epochOf } from '#core/vault/epoch.ts';
import { epochForgottenAt, keptUntil, type Retention, retentionSchema } from '#core/vault/retention.ts';

const year: Retention = { phone: 12, access: 12 };
const kinds = ['phone', 'access', 'username'] as const;

function event(kind: IdentityEvent['kind'], at: string): IdentityEvent {
  const of = { account: 'alice', at };
  if (kind === 'access') return { kind, ...of, ip: '192.0.2.1', port: 7 };
  return kind === 'phone' ? { kind, ...of, phone: '+4915112345678' } : { kind, ...of, username: 'alice' };
}

function refused(
  identityEvent: IdentityEvent,
  retention: Retention,
  now: string,
  code: EventErrorCode,
): void {
  assert.throws(() => checkTime(identityEvent, retention, now), { name: 'EventError', code, message: code });
}

test('a month that has no such day ends retention on its last one', () => {
  const months = (count: number) => ({ phone: 0, access: count });
  const after = (at: string, count: number) => keptUntil('access', at, months(count));
  assert.equal(after('2024-01-31T10:00:00.000Z', 1), '2024-02-29T00:00:00.000Z');
  assert.equal(after('2023-01-31T10:00:00.000Z', 1), '2023-02-28T00:00:00.000Z');
  assert.equal(after('2024-02-29T23:59:59.999Z', 12), '2025-02-28T00:00:00.000Z');
  assert.equal(after('2024-02-29T23:59:59.999Z', 48), '2028-02-29T00:00:00.000Z');
  assert.equal(after('2023-12-31T00:00:00.000Z', 2), '2024-02-29T00:00:00.000Z');
  assert.equal(after('2026-08-31T00:00:00.000Z', 13), '2027-09-30T00:00:00.000Z');
  assert.equal(after('2026-12-15T09:00:00Z', 1), '2027-01-15T00:00:00.000Z', 'canonical');
  assert.equal(after('2026-12-15T09:00:00Z', 0), '2026-12-15T00:00:00.000Z');
  assert.equal(after('9999-12-31T00:00:00Z', 1), '9999-12-31T23:59:59.999Z', 'as late as can be written');
});

test('each kind has its months, and a username the longer ones', () => {
  const at = '2026-01-15T00:00:00.000Z';
  const until = (retention: Retention) => kinds.map((kind) => keptUntil(kind, at, retention).slice(0, 7));
  assert.deepEqual(until({ phone: 1, access: 6 }), ['2026-02', '2026-07', '2026-07']);
  assert.deepEqual(until({ phone: 6, access: 1 }), ['2026-07', '2026-02', '2026-07']);
});

test('what is past retention is refused when its day ends, not before', () => {
  for (const kind of kinds) {
    const identityEvent = event(kind, '2025-11-20T09:00:00.000Z');
    checkTime(identityEvent, year, '2026-11-19T23:59:59.999Z');
    refused(identityEvent, year, '2026-11-20T00:00:00.000Z', 'time-before-retention');
    refused(identityEvent, year, '2026-11-20T00:00:00Z', 'time-before-retention');
    refused(identityEvent, year, '2030-01-01T00:00:00Z', 'time-before-retention');
  }
});

test('a clock may be five minutes ahead of ours, and no more', () => {
  for (const kind of kinds) {
    const identityEvent = event(kind, '2026-11-20T09:05:00.000Z');
    checkTime(identityEvent, year, '2026-11-20T09:00:00.000Z');
    refused(identityEvent, year, '2026-11-20T08:59:59.999Z', 'time-future');
  }
});

test('a kind of zero months is not kept, at any time; a username as long as either is', () => {
  const now = '2026-11-20T09:00:00.000Z';
  for (const at of [
    now,
    '2026-11-20T08:00:00.000Z',
    '2020-01-01T00:00:00.000Z',
    '2030-01-01T00:00:00.000Z',
  ]) {
    refused(event('phone', at), { phone: 0, access: 12 }, now, 'kind-not-kept');
    refused(event('access', at), { phone: 12, access: 0 }, now, 'kind-not-kept');
    for (const kind of kinds) refused(event(kind, at), { phone: 0, access: 0 }, now, 'kind-not-kept');
  }
  checkTime(event('access', now), { phone: 0, access: 1 }, now);
  checkTime(event('username', now), { phone: 0, access: 1 }, now);
  checkTime(event('username', now), { phone: 1, access: 0 }, now);
});

test('an epoch is forgotten when its last instant is past retention', () => {
  const retention = { phone: 1, access: 12 };
  assert.equal(epochForgottenAt('phone', '2026-01', retention), '2026-03-01T00:00:00.000Z');
  assert.equal(epochForgottenAt('access', '2026-01', retention), '2027-02-01T00:00:00.000Z');
  assert.equal(epochForgottenAt('username', '2025-12', retention), '2027-01-01T00:00:00.000Z');
  assert.equal(epochForgottenAt('phone', '2026-02', { phone: 0, access: 1 }), '2026-03-01T00:00:00.000Z');
  assert.throws(() => epochForgottenAt('phone', '2026-13', retention), { code: 'epoch-invalid' });
});

test('what is no instant is an error that does not say what it was', () => {
  const silent = (error: Error) => error instanceof RangeError && !error.message.includes('secret');
  for (const at of ['secret', '2026-11-20T09:00:00+01:00', '2026-11-19T24:00:00Z', '2026-11-20'])
    assert.throws(() => keptUntil('phone', at, year), silent, at);
  assert.throws(() => checkTime(event('phone', '2026-01-01T00:00:00.000Z'), year, 'secret'), silent);
});

test('retention is whole months from 0 to 240, for every kind and no other', () => {
  assert.deepEqual(retentionSchema.parse({ phone: 0, access: 240 }), { phone: 0, access: 240 });
  const wrong = [{ phone: 12 }, { ...year, username: 1 }, { ...year, phone: -1 }, { ...year, phone: 1.5 }];
  for (const value of [...wrong, { ...year, access: 241 }, { ...year, access: '12' }])
    assert.equal(retentionSchema.safeParse(value).success, false, JSON.stringify(value));
});

const instants = fc
  .date({ min: new Date('1999-01-01T00:00:00Z'), max: new Date('2101-01-01T00:00:00Z'), noInvalidDate: true })
  .map((date) => date.toISOString());
const retentions = fc.record({ phone: fc.nat(40), access: fc.nat(40) });
const anyKind = fc.constantFrom(...kinds);

test('retention ends in the month that many months on, on the same day or the last, when that begins', () => {
  fc.assert(
    fc.property(instants, fc.nat(40), (at, months) => {
      const until = keptUntil('phone', at, { phone: months, access: 0 });
      const monthOf = (text: string) => 12 * Number(text.slice(0, 4)) + Number(text.slice(5, 7));
      assert.equal(monthOf(until) - monthOf(at), months);
      assert.equal(until.slice('YYYY-MM-DD'.length), 'T00:00:00.000Z');
      const last = Number(
        new Date(Date.parse(epochBounds(epochOf(until)).to) - 1).toISOString().slice(8, 10),
      );
      assert.equal(Number(until.slice(8, 10)), Math.min(Number(at.slice(8, 10)), last));
    }),
  );
});

test('later events are not forgotten sooner, and none outlives its epoch', () => {
  fc.assert(
    fc.property(instants, instants, anyKind, retentions, (a, b, kind, retention) => {
      const [first = '', second = ''] = [a, b].sort();
      assert.ok(keptUntil(kind, first, retention) <= keptUntil(kind, second, retention));
      const end = epochForgottenAt(kind, epochOf(a), retention);
      assert.ok(keptUntil(kind, a, retention) <= end);
      // Nor is a whole month kept for longer than a month that it needs.
      const { to } = epochBounds(epochOf(a));
      const lastOfMonth = new Date(Date.parse(to) - 1).toISOString();
      assert.ok(Date.parse(end) - Date.parse(keptUntil(kind, lastOfMonth, retention)) <= 4 * 86_400_000);
    }),
  );
});

test('an event that may come now lies in an epoch that is not forgotten', () => {
  fc.assert(
    fc.property(
      instants,
      fc.integer({ min: -400_000, max: 4e10 }),
      anyKind,
      retentions,
      (at, age, kind, r) => {
        const now = new Date(Date.parse(at) + age).toISOString();
        try {
          checkTime(event(kind, at), r, now);
        } catch {
          return;
        }
        assert.ok(epochForgottenAt(kind, epochOf(at), r) > now);
        assert.ok(keptUntil(kind, at, r) > now);
      },
    ),
  );
});
