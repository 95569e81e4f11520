import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Case, openStatuses, statuses } from '#core/cases/case.ts';
import { CaseError } from '#core/cases/errors.ts';
import type { Policy } from '#core/cases/policy.ts';
import {
  becomePart,
  checkPreservable,
  ended,
  extend,
  isKept,
  kept,
  type Preservation,
  preservationSchema,
  preserve,
  storedPreservation,
  viewPreservation,
} from '#core/cases/preservation.ts';
import { mostPreservationDays } from '#core/log/limits.ts';
import { code, hoursAfter, officerKey, policy, receivedAt, reference, request, shipped } from './cases.ts';

const { priority: _, notice: __, ...order } = request;
const received = (
  subjects: Preservation['subjects'] = [[{ subject: 'pseudonym' }], [], []],
  its: Policy = policy,
) =>
  preserve(preservationSchema.parse(order), {
    id: 'c0ffee00-0000-4000-8000-000000000001',
    agency: 'agency-1',
    askedBy: 'officer-key',
    key: officerKey,
    reference,
    requestDigest: 'sha-256=:AAAA:',
    at: receivedAt,
    subjects,
    request: Uint8Array.of(1),
    salt: new Uint8Array(32).fill(7),
    policy: its,
  });

test('a preservation lasts 60 days and ends by itself at that very instant, once', () => {
  const { next } = received();
  assert.equal(next.dueAt, '2027-01-19T10:00:00.000Z');
  assert.equal(ended(next, '2027-01-19T09:59:59.999Z'), undefined);
  const over = ended(next, next.dueAt);
  assert.equal(over?.next.status, 'Lapsed');
  assert.equal(over?.entry.kind, 'preservation.ended');
  assert.ok(over);
  assert.equal(ended(over.next, next.dueAt), undefined);
  assert.equal(kept(over.next, 1), undefined);
});

test('that its epoch keys are kept is told once, and again for every later end', () => {
  const { next } = received();
  assert.equal(isKept(next), false);
  const first = kept(next, 3);
  assert.deepEqual(first?.entry, { kind: 'preservation.kept', data: { drawers: 3 } });
  assert.ok(first);
  assert.equal(isKept(first.next), true);
  assert.equal(kept(first.next, 3), undefined);
  const longer = extend(first.next, { officer: 'officer', at: receivedAt, policy }).next;
  assert.equal(isKept(longer), false);
  assert.equal(kept(longer, 3)?.next.keptUntil, longer.dueAt);
});

test('a preservation is extended once, by 30 days from its end, while it lasts', () => {
  const preservation = received().next;
  const act = { officer: 'officer', at: hoursAfter(receivedAt, 24 * 59), policy };
  const { next, entry } = extend(preservation, act);
  assert.deepEqual([next.dueAt, next.isExtended], ['2027-02-18T10:00:00.000Z', true]);
  assert.ok(entry.kind === 'preservation.extended' && entry.data.endsAt === next.dueAt);
  assert.equal(ended(next, preservation.dueAt), undefined);
  assert.throws(() => extend(next, act), code('preservation-over'));
  extend(preservation, { ...act, at: '2027-01-19T09:59:59.999Z' });
  assert.throws(
    () => extend(preservation, { ...act, at: preservation.dueAt }),
    code('preservation-over'),
    'no clock ran',
  );
  assert.equal('extension' in viewPreservation(preservation, 'GS-1', receivedAt).links, true);
  assert.equal('extension' in viewPreservation(next, 'GS-1', receivedAt).links, false);
  // No clock has noted yet that its time is over.
  assert.equal('extension' in viewPreservation(preservation, 'GS-1', preservation.dueAt).links, false);
});

test('what becomes part of a request lasts until that can be collected, and for its own time at least', () => {
  const preservation = received().next;
  const act = { case: 'c0ffee00-0000-4000-8000-000000000002', at: receivedAt };
  const until = hoursAfter(preservation.dueAt, 1);
  const { next, entry } = becomePart(preservation, { ...act, until });
  assert.deepEqual([next.status, next.case, next.dueAt], ['Requested', act.case, until]);
  assert.deepEqual(entry.data, { case: act.case, endsAt: until });
  assert.equal(
    becomePart(preservation, { ...act, until: hoursAfter(receivedAt, 1) }).next.dueAt,
    preservation.dueAt,
  );
  assert.equal(ended(next, preservation.dueAt), undefined);
  assert.equal(ended(next, until)?.next.status, 'Lapsed');
  assert.equal(viewPreservation(next, 'GS-1', receivedAt).links.request, `/v1/requests/${act.case}`);
});

test('a preservation that is over, or part of a request, becomes part of no other and is not extended', () => {
  const preservation = received().next;
  const act = {
    case: 'c0ffee00-0000-4000-8000-000000000002',
    until: preservation.dueAt,
    at: receivedAt,
  };
  const part = becomePart(preservation, act).next;
  assert.throws(() => becomePart(part, act), code('preservation-over'));
  assert.throws(() => extend(part, { officer: 'o', at: receivedAt, policy }), code('preservation-over'));
  assert.throws(
    () => becomePart(preservation, { ...act, at: preservation.dueAt }),
    code('preservation-over'),
    'no clock ran',
  );
  const over = ended(preservation, preservation.dueAt)?.next ?? preservation;
  assert.throws(() => becomePart(over, act), code('preservation-over'));
  assert.throws(() => extend(over, { officer: 'o', at: receivedAt, policy }), code('preservation-over'));
});

/** A case that another is asked in place of. */
const asCase = (id: string, status: Case['status']) => ({ id, status });
const [caseA, caseB] = ['c0ffee00-0000-4000-8000-000000000002', 'c0ffee00-0000-4000-8000-000000000003'];

test('a request that is asked in place of another takes its preservation over, and no other request does', () => {
  const preservation = received().next;
  const part = becomePart(preservation, { case: caseA, until: preservation.dueAt, at: receivedAt }).next;
  const second = { case: caseB, until: hoursAfter(preservation.dueAt, 1) };
  const amended = asCase(caseA, 'AwaitingDisclosure');
  const taken = becomePart(part, { ...second, amended, at: receivedAt }).next;
  assert.deepEqual([taken.status, taken.case, taken.dueAt], ['Requested', caseB, second.until]);
  for (const amended of [undefined, asCase(caseB, 'Disclosed')])
    assert.throws(() => becomePart(part, { ...second, amended, at: receivedAt }), code('preservation-over'));
  const late = { ...second, amended, at: part.dueAt };
  assert.throws(() => becomePart(part, late), code('preservation-over'), 'no clock ran');
});

test('I10: a request that was withdrawn, turned down or never approved carries no preservation on', () => {
  const part = becomePart(received().next, {
    case: caseA,
    until: hoursAfter(receivedAt, 24 * 70),
    at: receivedAt,
  }).next;
  const act = { case: caseB, until: hoursAfter(part.dueAt, 24), at: receivedAt };
  for (const status of statuses) {
    const { dueAt, case: of } = becomePart(part, { ...act, amended: asCase(caseA, status) }).next;
    assert.equal(of, caseB);
    assert.equal(dueAt, openStatuses.includes(status) ? act.until : part.dueAt, status);
  }
});

test('I10: 94 requests, each in place of the one before and none approved, keep nothing beyond the first', () => {
  let kept = becomePart(received().next, {
    case: 'case-0',
    until: hoursAfter(receivedAt, 24 * 40),
    at: receivedAt,
  }).next;
  const { dueAt } = kept;
  for (let i = 1; i <= 94; i++) {
    // Each a moment before the end.
    const at = hoursAfter(dueAt, -1);
    const amended = asCase(`case-${i - 1}`, 'AwaitingApproval');
    kept = becomePart(kept, { case: `case-${i}`, amended, until: hoursAfter(at, 24 * 40), at }).next;
  }
  assert.equal(kept.dueAt, dueAt);
  assert.ok(ended(kept, dueAt));
});

test('I10: no preservation lasts beyond its absolute end, whatever becomes of it', () => {
  type Step = { do: 'extend' } | { do: 'request'; status: Case['status']; amends: boolean };
  const steps = fc.array(
    fc.record({
      hours: fc.nat(24 * 60),
      step: fc.oneof(
        fc.constant<Step>({ do: 'extend' }),
        fc.record({
          do: fc.constant('request' as const),
          status: fc.constantFrom(...statuses),
          amends: fc.boolean(),
        }),
      ),
    }),
    { maxLength: 30, size: 'max' },
  );
  /** What is adopted since gives longer extensions. */
  const generous = (its: Policy): Policy => ({
    ...its,
    preservation: { ...its.preservation, extensionDays: mostPreservationDays },
  });
  const policies = fc
    .record({ days: fc.integer({ min: 1, max: 100 }), extensionDays: fc.integer({ min: 1, max: 60 }) })
    .chain((its) =>
      fc
        .integer({ min: its.days + its.extensionDays, max: mostPreservationDays })
        .map((mostDays) => ({ ...policy, preservation: { ...policy.preservation, ...its, mostDays } })),
    );
  fc.assert(
    fc.property(policies, steps, (its, acts) => {
      let { next } = received([[{ subject: 'pseudonym' }]], its);
      const absolute = Date.parse(receivedAt) + its.preservation.mostDays * 86_400_000;
      let at = receivedAt;
      for (const [i, { hours, step }] of acts.entries()) {
        at = hoursAfter(at, hours);
        const until = hoursAfter(at, 240 + its.collectHours);
        const amended =
          step.do === 'request' && step.amends ? asCase(next.case ?? '', step.status) : undefined;
        try {
          const outcome =
            step.do === 'extend'
              ? extend(next, { officer: 'o', at, policy: generous(its) })
              : becomePart(next, { case: `case-${i}`, amended, until, at });
          assert.ok(outcome.next.dueAt >= next.dueAt, 'it never ends sooner');
          next = outcome.next;
        } catch (error) {
          if (!(error instanceof CaseError)) throw error;
        }
        assert.ok(Date.parse(next.dueAt) <= absolute);
      }
      assert.ok(ended(next, new Date(absolute).toISOString()));
    }),
  );
});

test('a preservation is ordered by instruments and authorisers that the policy names for it', () => {
  const asked = preservationSchema.parse(order);
  checkPreservable(asked, policy, receivedAt);
  const by = (change: Partial<typeof asked.instrument>) => ({
    ...asked,
    instrument: { ...asked.instrument, ...change },
  });
  checkPreservable(by({ authoriserRole: 'OtherCompetentAuthority' }), policy, receivedAt);
  assert.throws(
    () => checkPreservable(by({ kind: 'Letter' }), policy, receivedAt),
    code('instrument-not-accepted'),
  );
  const strict = shipped('minimal');
  assert.throws(
    () => checkPreservable(by({ kind: 'EPOC' }), strict, receivedAt),
    code('instrument-not-accepted'),
  );
  const other = by({ kind: 'EPOC-PR', authoriserRole: 'OtherCompetentAuthority' });
  assert.throws(() => checkPreservable(other, strict, receivedAt), code('authoriser-insufficient'));
});

test('I5: what its agency sees is the same whether or not there is anything to keep', () => {
  const nothing = received([[], [], []]).next;
  assert.deepEqual(
    viewPreservation(received().next, 'GS-1', receivedAt),
    viewPreservation(nothing, 'GS-1', receivedAt),
  );
  assert.deepEqual(storedPreservation.parse(nothing), nothing);
});

test('I5: a preservation has no room for anything but who, what kind and when', () => {
  for (const more of [
    { priority: 'Routine' },
    { content: true },
    { notice: request.notice },
    { threat: 'life' },
    { amends: 'c0ffee00-0000-4000-8000-000000000002' },
    { preservations: ['c0ffee00-0000-4000-8000-000000000002'] },
  ]) {
    assert.equal(preservationSchema.safeParse({ ...order, ...more }).success, false);
  }
  assert.equal(preservationSchema.safeParse({ ...order, categories: ['ContentData'] }).success, false);
});
