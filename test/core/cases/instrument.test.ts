import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkAsked } from '#core/cases/acts.ts';
import { checkDated } from '#core/cases/instrument.ts';
import { validate } from '#core/cases/obligations.ts';
import { checkPreservable } from '#core/cases/preservation.ts';
import type { Request } from '#core/cases/request.ts';
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
