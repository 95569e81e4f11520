import assert from 'node:assert/strict';
import { test } from 'node:test';
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
import { code, hoursAfter, policy, receivedAt, request, shipped } from './cases.ts';

const { priority: _, notice: __, ...order } = request;
const received = (subjects: Preservation['subjects'] = [[{ subject: 'pseudonym' }], [], []]) =>
  preserve(preservationSchema.parse(order), {
    id: 'c0ffee00-0000-4000-8000-000000000001',
    agency: 'agency-1',
    askedBy: 'officer-key',
    requestDigest: 'sha-256=:…:',
    at: receivedAt,
    subjects,
    request: Uint8Array.of(1),
    salt: new Uint8Array(32).fill(7),
    policy,
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
  assert.equal('extension' in viewPreservation(preservation).links, true);
  assert.equal('extension' in viewPreservation(next).links, false);
});

test('what becomes part of a request lasts until that can be collected, and for its own time at least', () => {
  const preservation = received().next;
  const act = { case: 'c0ffee00-0000-4000-8000-000000000002', amends: undefined, at: receivedAt };
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
  assert.equal(viewPreservation(next).links.request, `/v1/requests/${act.case}`);
});

test('a preservation that is over, or part of a request, becomes part of no other and is not extended', () => {
  const preservation = received().next;
  const act = {
    case: 'c0ffee00-0000-4000-8000-000000000002',
    amends: undefined,
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

test('a request that is asked in place of another takes its preservation over, and no other request does', () => {
  const preservation = received().next;
  const first = { case: 'c0ffee00-0000-4000-8000-000000000002', amends: undefined };
  const part = becomePart(preservation, { ...first, until: preservation.dueAt, at: receivedAt }).next;
  const second = { case: 'c0ffee00-0000-4000-8000-000000000003', until: hoursAfter(preservation.dueAt, 1) };
  const taken = becomePart(part, { ...second, amends: first.case, at: receivedAt }).next;
  assert.deepEqual([taken.status, taken.case, taken.dueAt], ['Requested', second.case, second.until]);
  for (const amends of [undefined, second.case])
    assert.throws(() => becomePart(part, { ...second, amends, at: receivedAt }), code('preservation-over'));
  const late = { ...second, amends: first.case, at: part.dueAt };
  assert.throws(() => becomePart(part, late), code('preservation-over'), 'no clock ran');
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
  assert.deepEqual(viewPreservation(received().next), viewPreservation(nothing));
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
