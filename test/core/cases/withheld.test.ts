import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keysRevoked } from '#core/cases/acts.ts';
import { type Case, caseView, viewCase } from '#core/cases/case.ts';
import { decide } from '#core/cases/deciding.ts';
import type { Request } from '#core/cases/request.ts';
import { viewReviewLine, viewSaid } from '#core/cases/review.ts';
import type { Scope } from '#core/cases/scope.ts';
import type { Outcome } from '#core/cases/transitions.ts';
import { type Withheld, withheldOf, withheldSchema, withheldText } from '#core/cases/withheld.ts';
import { commitment } from '#core/log/commitment.ts';
import { by, code, commitAt, fresh, request } from './cases.ts';

/** Subjects 0 and 1 of three, without the access history, and a month less. */
const less: Scope = {
  subjects: [0, 1],
  categories: ['SubscriberData'],
  period: { from: '2026-10-01T00:00:00Z', to: request.period.to },
};
const why: Withheld = [
  { subjects: [2], ground: 'immunity-or-privilege' },
  { categories: ['TrafficData'], ground: 'threshold-not-met' },
  { ground: 'not-proportionate' },
];

function approve(
  current: Case,
  reviewer: string,
  { scope = less, withheld, jwe }: { scope?: Scope; withheld?: Withheld; jwe?: string } = {},
): Outcome {
  const { requestDigest } = current;
  const stated = withheld === undefined ? {} : { withheld };
  const told = jwe === undefined ? {} : { explanation: jwe };
  return decide(
    current,
    { decision: 'approve', requestDigest, scope, reason: 'lawful', ...stated },
    { ...by(reviewer), ...told },
  );
}
const seen = (current: Case) => viewCase(current, 'GS-1', []);
const entryOf = ({ entry }: Outcome) => (entry.kind === 'decision.approved' ? entry.data : assert.fail());

test('an approval says on which grounds less is approved: the log has the grounds, and a commitment to what each is of', () => {
  const current = fresh();
  const outcome = approve(current, 'anna', { withheld: why });
  const data = entryOf(outcome);
  assert.deepEqual(data.because, ['immunity-or-privilege', 'threshold-not-met', 'not-proportionate']);
  assert.equal(data.leftOut, commitment(current.salt, 'withheld', withheldText(why)));
  assert.deepEqual(withheldOf(outcome.next), why);
});

test('the agency reads it once the case is open, the other reviewers before', () => {
  const waiting = commitAt(approve(fresh(), 'anna', { withheld: why, jwe: 'a.jwe' }));
  assert.equal(seen(waiting).withheld, undefined);
  assert.equal(seen(waiting).explanation, undefined);
  const said = { decisions: ['lawful'], asides: [] };
  assert.deepEqual(viewSaid(waiting, 'GS-1', said, waiting.receivedAt).withheld, why);
  assert.equal('withheld' in viewReviewLine(waiting, 'GS-1', waiting.receivedAt), false);
  const open = commitAt(approve(waiting, 'ben'));
  assert.deepEqual(caseView.parse(seen(open)), seen(open));
  assert.deepEqual(seen(open).withheld, why);
  assert.equal(seen(open).explanation, 'a.jwe');
});

test('a reviewer who states nothing takes over what is stated, and one who states something has the last word', () => {
  const waiting = commitAt(approve(fresh(), 'anna', { withheld: why }));
  assert.deepEqual(
    entryOf(approve(waiting, 'ben')).because,
    entryOf(approve(fresh(), 'anna', { withheld: why })).because,
  );
  const other: Withheld = [{ subjects: [2], ground: 'press-freedom' }];
  const outcome = approve(waiting, 'ben', { withheld: other });
  assert.deepEqual(entryOf(outcome).because, ['press-freedom']);
  assert.deepEqual(withheldOf(outcome.next), other);
});

test('with another scope the count begins anew, and what was stated of the first one goes', () => {
  const waiting = commitAt(approve(fresh(), 'anna', { withheld: why, jwe: 'a.jwe' }));
  const outcome = approve(waiting, 'ben', { scope: waiting.asked });
  assert.equal(outcome.next.withheld, undefined);
  assert.equal(outcome.next.explanation, undefined);
  assert.equal('because' in entryOf(outcome), false);
});

test('what is said to be withheld was asked for, and is not approved', () => {
  const current = fresh();
  const wrong: Withheld[] = [
    [{ subjects: [0], ground: 'other' }],
    [{ subjects: [2, 1], ground: 'other' }],
    [{ subjects: [3], ground: 'other' }],
    [{ categories: ['SubscriberData'], ground: 'other' }],
    [{ categories: ['UserIdentifyingData'], ground: 'other' }],
    [{ subjects: [0], categories: ['SubscriberData'], ground: 'other' }],
    [...why, { subjects: [1], ground: 'other' }],
  ];
  for (const withheld of wrong)
    assert.throws(
      () => approve(current, 'anna', { withheld }),
      code('withheld-differs'),
      JSON.stringify(withheld),
    );
  // Of one subject the access history alone: that is a part, too.
  approve(current, 'anna', { withheld: [{ subjects: [0], categories: ['TrafficData'], ground: 'other' }] });
  const all = { ...current.asked };
  assert.throws(
    () => approve(current, 'anna', { scope: all, withheld: [{ ground: 'other' }] }),
    code('withheld-differs'),
  );
});

test('the second signature of an open emergency states nothing else than what it was opened with', () => {
  const urgent: Request = { ...request, priority: 'Emergency', threat: 'life' };
  const open = commitAt(approve(fresh(urgent), 'anna', { withheld: why }));
  assert.equal(open.status, 'AwaitingDisclosure');
  const other: Withheld = [{ subjects: [2], ground: 'other' }];
  assert.throws(() => approve(open, 'ben', { withheld: other }), code('withheld-differs'));
  assert.deepEqual(withheldOf(approve(open, 'ben', { withheld: why }).next), why);
  assert.deepEqual(withheldOf(approve(open, 'ben').next), why);
});

test('what a revoked key stated, and what was said of an approval, is told to nobody', () => {
  const waiting = commitAt(approve(fresh(), 'anna', { withheld: why, jwe: 'a.jwe' }));
  const voided = keysRevoked(waiting, (keyId) => keyId === 'key-of-anna');
  assert.ok(voided);
  assert.equal(voided.next.withheld, undefined);
  assert.equal(voided.next.explanation, undefined);
  const { requestDigest } = waiting;
  const rejected = decide(waiting, { decision: 'reject', requestDigest, reason: 'no' }, by('ben')).next;
  assert.equal(rejected.explanation, undefined);
  assert.equal(seen(rejected).withheld, undefined);
});

test('a statement is no longer than the case has room for', () => {
  const subjects = Array.from({ length: 100 }, (_, i) => i);
  assert.ok(withheldSchema.safeParse([{ subjects, ground: 'insufficient-information' }]).success);
  const line = { subjects, ground: 'insufficient-information' as const };
  assert.equal(withheldSchema.safeParse([line, line, line, line]).success, false);
  assert.equal(withheldSchema.safeParse([]).success, false);
  assert.equal(withheldSchema.safeParse([{ subjects: [1, 1], ground: 'other' }]).success, false);
  assert.equal(withheldSchema.safeParse([{ subjects: [1], ground: 'other', text: 'a name' }]).success, false);
});
