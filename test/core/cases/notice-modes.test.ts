import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkAsked } from '#core/cases/acts.ts';
import type { Case } from '#core/cases/case.ts';
import { isAwake } from '#core/cases/clock.ts';
import {
  addressNotice,
  mostLetters,
  noteLateNotice,
  noticeDueSince,
  noticesSent,
  renewDelay,
  tellPerson,
} from '#core/cases/notice.ts';
import { type NoticeMode, noticeModeOf } from '#core/cases/notice-modes.ts';
import { type Policy, policySchema } from '#core/cases/policy.ts';
import type { Request } from '#core/cases/request.ts';
import {
  approved,
  code,
  commitAt,
  disclosed,
  hoursAfter,
  minted,
  officerKey,
  policy,
  received,
  receivedAt,
  request,
  shipped,
} from './cases.ts';

const by = (lines: Policy['notice']['by'], more = {}): Policy => ({
  ...policy,
  notice: { ...policy.notice, ...more, by: lines },
});
const always = (who: NoticeMode): Policy => by([{ instruments: ['EPOC'], who }]);
const mayForbid = by([{ instruments: ['EPOC'], who: 'provider', mayForbid: true }], {
  longestForbiddenDays: 90,
});
const { notice: _, ...plain } = request;
const digest = `sha-256=:${'C'.repeat(43)}=:`;
const end = '2026-12-20T10:00:00.000Z';
const delay = { delayUntil: end, reason: 'flight' } as const;
const order = { ...delay, digest };

test('who tells the person is as the policy says, and without a line the provider', () => {
  assert.equal(noticeModeOf(plain, policy), 'provider');
  assert.equal(noticeModeOf(plain, by([{ instruments: ['MLA'], who: 'authority' }])), 'provider');
  assert.equal(noticeModeOf(plain, always('authority')), 'authority');
  assert.equal(
    noticeModeOf({ ...plain, notice: { ...order, by: 'authority' } }, always('authority')),
    'authority',
  );
  assert.equal(noticeModeOf({ ...plain, notice: order }, always('nobody')), 'nobody');
  // Regulation (EU) 2023/1543 Art. 13(1).
  assert.equal(noticeModeOf(plain, shipped('eu-e-evidence')), 'authority');
  const national = { ...plain, instrument: { ...plain.instrument, kind: 'NationalOrder' } };
  assert.equal(noticeModeOf(national, shipped('eu-e-evidence')), 'provider');
});

test('a request narrows what the policy says within what that allows, and no further', () => {
  const asked = (who: NoticeMode, more = {}) => ({ ...plain, notice: { ...delay, ...more, by: who } });
  assert.equal(noticeModeOf(asked('nobody', { digest }), mayForbid), 'nobody');
  assert.equal(noticeModeOf(plain, mayForbid), 'provider');
  assert.throws(() => noticeModeOf(asked('nobody'), mayForbid), code('notice-order-missing'));
  assert.throws(() => noticeModeOf(plain, always('nobody')), code('notice-order-missing'));
  for (const [rules, who] of [
    [policy, 'authority'],
    [policy, 'nobody'],
    [mayForbid, 'authority'],
    [always('authority'), 'provider'],
    [always('authority'), 'nobody'],
    [always('nobody'), 'provider'],
  ] as const)
    assert.throws(() => noticeModeOf(asked(who, { digest }), rules), code('notice-by-other'), who);
});

test('an order that forbids telling has an end, no further off than the policy lets it be', () => {
  const asked = (days: number): Request => ({
    ...plain,
    notice: { ...order, by: 'nobody', delayUntil: hoursAfter(receivedAt, days * 24) },
  });
  checkAsked(asked(90), mayForbid, receivedAt);
  assert.throws(() => checkAsked(asked(90.001), mayForbid, receivedAt), code('delay-too-long'));
  // A delay of the provider's notice has a limit of its own.
  const { by: _, ...delayed } = asked(365).notice ?? assert.fail();
  checkAsked({ ...plain, notice: delayed }, mayForbid, receivedAt);
});

test('a policy names an order once, and lets no order forbid what is not the provider’s to tell', () => {
  const refused = (rules: Policy) => assert.equal(policySchema.safeParse(rules).success, false);
  refused(by([{ instruments: ['EPOC', 'EPOC'], who: 'provider' }]));
  refused(by([always('authority'), always('nobody')].flatMap(({ notice }) => notice.by ?? [])));
  for (const who of ['authority', 'nobody'] as const)
    refused(by([{ instruments: ['EPOC'], who, mayForbid: true }]));
  assert.ok(policySchema.safeParse(mayForbid).success);
});

const open = (asked: Request, its: Policy): Case => minted(approved(asked, its));
const told = (of: Case, toldAt = receivedAt, at = receivedAt) =>
  tellPerson(of, { toldAt }, { officer: 'officer', key: officerKey, at });

test('where the authority tells, the provider sends nothing ever, and the case ends without it', () => {
  const current = disclosed(open(plain, always('authority')), receivedAt);
  const ever = '2090-01-01T00:00:00Z';
  assert.equal(noticeDueSince(current, ever), undefined);
  assert.equal(noticesSent(current, ever), undefined);
  assert.equal(noteLateNotice(current, ever, policy), undefined);
  assert.throws(() => addressNotice(current), code('case-not-approved'));
  assert.equal(isAwake({ ...current, status: 'Expired', grants: [] }), false);
  const provider = disclosed(open(plain, policy), receivedAt);
  assert.equal(isAwake({ ...provider, status: 'Expired', grants: [] }), true);
});

test('the authority says once that it told the person, after something was disclosed and not of a time to come', () => {
  const current = disclosed(open(plain, always('authority')), receivedAt);
  assert.throws(() => told(open(plain, always('authority'))), code('case-not-approved'));
  assert.throws(() => told(disclosed(open(plain, policy), receivedAt)), code('notice-by-other'));
  assert.throws(() => told(current, hoursAfter(receivedAt, 1)), code('order-in-future'));
  const outcome = told(current);
  assert.equal(outcome.entry.kind, 'notice.told');
  const after = commitAt(outcome);
  assert.equal(after.notice.toldAt, receivedAt);
  assert.throws(() => told(after), code('notice-given'));
});

test('the log says at receipt who tells, and of the order a commitment alone', () => {
  const dataOf = (asked: Request, its: Policy) => {
    const { entry } = received(asked, its);
    return entry.kind === 'request.received' ? entry.data : assert.fail();
  };
  assert.equal(dataOf(plain, policy).noticeBy, undefined);
  assert.equal(dataOf(plain, always('authority')).noticeBy, 'authority');
  const forbidden = dataOf({ ...plain, notice: order }, always('nobody'));
  assert.equal(forbidden.noticeBy, 'nobody');
  assert.match(forbidden.noticeOrder ?? '', /^[\w-]{43}$/);
  assert.equal(forbidden.delayUntil, end);
});

test('nobody is told until the order ends; then the provider tells, and is late as ever', () => {
  const current = disclosed(open({ ...plain, notice: order }, always('nobody')), receivedAt);
  assert.equal(noticesSent(current, new Date(Date.parse(end) - 1).toISOString()), undefined);
  assert.equal(noticeDueSince(current, end), end);
  assert.ok(noticesSent(current, end));
  assert.ok(noteLateNotice(current, hoursAfter(end, policy.notice.graceHours), policy));
});

test('an order is renewed by another, so often as the policy has it: it cannot be for ever', () => {
  const rules = always('nobody');
  let current = disclosed(open({ ...plain, notice: order }, rules), receivedAt);
  const act = { officer: 'officer', at: receivedAt, policy: rules };
  assert.throws(() => renewDelay(current, delay, act), code('notice-order-missing'));
  for (let i = 0; i < rules.notice.renewals; i++) current = commitAt(renewDelay(current, order, act));
  assert.throws(() => renewDelay(current, order, act), code('limit-exceeded'));
  assert.equal(current.notice.order, digest);
});

test('a case has so many letters for each person, and no more', () => {
  const sent = commitAt(noticesSent(disclosed(open(plain, policy), receivedAt), receivedAt) ?? assert.fail());
  assert.ok(addressNotice(sent, { letter: mostLetters, files: [] }));
  assert.throws(() => addressNotice(sent, { letter: mostLetters + 1, files: [] }), code('limit-exceeded'));
});
