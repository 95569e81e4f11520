import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkAsked } from '#core/cases/acts.ts';
import { checkDated } from '#core/cases/instrument.ts';
import { validate } from '#core/cases/obligations.ts';
import { checkPreservable, preservationSchema } from '#core/cases/preservation.ts';
import { delaySchema, type Request, requestSchema, validationSchema } from '#core/cases/request.ts';
import { code, officerKey, opened, policy, receivedAt, request } from './cases.ts';

const refused = code('order-in-future');
const minutesLater = (minutes: number) => new Date(Date.parse(receivedAt) + minutes * 60_000).toISOString();
const futures = [
  new Date(Date.parse(receivedAt) + 300_001).toISOString(),
  '2026-11-21T00:00:00Z',
  '2036-11-20T09:00:00Z',
  '9999-12-31T23:59:59.999Z',
];
const dated = (issuedAt: string): Request => ({
  ...request,
  instrument: { ...request.instrument, issuedAt },
});

test('an order that is dated in the future is refused: a request’s, and a preservation’s', () => {
  for (const issuedAt of futures) {
    assert.throws(() => checkAsked(dated(issuedAt), policy, receivedAt), refused, issuedAt);
    assert.throws(() => checkPreservable(dated(issuedAt), policy, receivedAt), refused, issuedAt);
  }
});

test('an order of this moment, by a clock that runs up to five minutes fast, is taken; so is an old one', () => {
  for (const issuedAt of [minutesLater(5), minutesLater(0), '2026-11-20T00:00:00Z', '2019-01-01T00:00:00Z']) {
    checkAsked(dated(issuedAt), policy, receivedAt);
    checkPreservable(dated(issuedAt), policy, receivedAt);
  }
});

test('I3: a validation that is dated in the future pays nothing that an emergency owes', () => {
  const act = { officer: 'officer', key: officerKey, at: receivedAt, policy };
  const by = (validatedAt: string) =>
    ({
      authoriserRole: 'JudgeCourtOrInvestigatingJudge',
      validatedAt,
      digest: 'sha-256=:validated:',
    }) as const;
  for (const validatedAt of futures)
    assert.throws(() => validate(opened(), by(validatedAt), act), refused, validatedAt);
  assert.deepEqual(validate(opened(), by(minutesLater(5)), act).next.debts?.owed, ['second-signature']);
});

test('what is no instant is not before any', () => {
  assert.throws(() => checkDated('soon', receivedAt), refused);
  assert.throws(() => checkDated(receivedAt, ''), refused);
});

test('a date of before 1970 is refused wherever an agency states one', () => {
  const { priority: _, threat: _t, notice: _n, amends: _a, preservations: _p, ...order } = request;
  const digest = `sha-256=:${'A'.repeat(43)}=:`;
  const validation = { authoriserRole: 'PublicProsecutor', digest };
  const delay = { reason: 'flight' };
  const isTaken = (at: string) => {
    const instrument = { ...request.instrument, digest, issuedAt: at };
    const period = { from: at, to: '2026-11-20T00:00:00Z' };
    return [
      requestSchema.safeParse({ ...request, instrument }),
      requestSchema.safeParse({ ...request, instrument: { ...instrument, issuedAt: receivedAt }, period }),
      preservationSchema.safeParse({ ...order, instrument }),
      validationSchema.safeParse({ ...validation, validatedAt: at }),
      delaySchema.safeParse({ ...delay, delayUntil: at }),
    ].map(({ success }) => success);
  };
  for (const at of [
    '0026-11-20T00:00:00Z',
    '0001-01-01T00:00:00Z',
    '1926-11-20T00:00:00Z',
    '1969-12-31T23:59:59.999Z',
  ])
    assert.deepEqual(isTaken(at), [false, false, false, false, false], at);
  assert.deepEqual(isTaken('1970-01-01T00:00:00Z'), [true, true, true, true, true]);
});
