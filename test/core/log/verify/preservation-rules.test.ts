import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jsonDigest } from '#core/canonical.ts';
import { becomePart, ended, extend, kept, type Preservation, preserve } from '#core/cases/preservation.ts';
import { officerKey, policy, receivedAt, reference, request } from '../../cases/cases.ts';
import { but, findings, tell } from './cheats.ts';
import { minutes, type Told } from './logs.ts';

/** Preservations, as the desk has them, and as it cannot. */
const stream = 'preservation/1';
const minuteOf = (instant: string) => (Date.parse(instant) - Date.parse(minutes(0))) / 60_000;
const { priority: _, notice: __, ...order } = request;
const first = preserve(order, {
  id: '1',
  agency: 'agency-1',
  askedBy: 'officer-key',
  key: officerKey,
  reference,
  requestDigest: jsonDigest(order),
  subjects: [[{ subject: 'pseudonym' }]],
  request: Uint8Array.of(1),
  salt: new Uint8Array(32).fill(7),
  at: receivedAt,
  policy,
});
const received = tell(0, first.entry, stream);
const end = minuteOf(first.next.dueAt);
const second = 1 / 60;
const keep = tell(1, { kind: 'preservation.kept', data: { drawers: 3 } }, stream);
const over = (minute: number) => tell(minute, { kind: 'preservation.ended', data: {} }, stream);
const act = { officer: 'officer', at: receivedAt, policy };
const extension = extend(first.next, act);
const extended = tell(2, extension.entry, stream);
const extendedEnd = minuteOf(extension.next.dueAt);
const becoming = becomePart(first.next, {
  case: 'c',
  until: extension.next.dueAt,
  at: receivedAt,
});
const requested = tell(3, becoming.entry, stream);

test('a preservation is kept, extended, becomes part of a request, and ends, as the desk has it', async () => {
  const all: Told[] = [];
  let preservation: Preservation = first.next;
  const commit = (outcome: ReturnType<typeof kept>, minute: number) => {
    assert.ok(outcome);
    all.push(tell(minute, outcome.entry, stream));
    preservation = outcome.next;
  };
  commit(first, 0);
  commit(kept(preservation, 3), 1);
  commit(extend(preservation, act), 2);
  commit(kept(preservation, 4), 3);
  commit(
    becomePart(preservation, {
      case: 'c',
      until: minutes(extendedEnd + 60),
      at: minutes(4),
    }),
    4,
  );
  commit(kept(preservation, 4), 5);
  commit(
    becomePart(preservation, {
      case: 'd',
      amended: { id: 'c', status: 'AwaitingDisclosure' },
      until: minutes(extendedEnd + 60),
      at: minutes(6),
    }),
    6,
  );
  commit(ended(preservation, preservation.dueAt), extendedEnd + 60);
  assert.deepEqual(await findings(all), []);
  assert.deepEqual(await findings([received, keep, requested, over(extendedEnd)]), []);
});

test('what is preserved is not let go of before its time', async () => {
  assert.deepEqual(await findings([received, over(end - 10 * second)]), []);
  assert.deepEqual(await findings([received, over(end - 11 * second)]), ['act-out-of-place @1']);
  assert.deepEqual(await findings([received, extended, over(end)]), ['act-out-of-place @2']);
  assert.deepEqual(await findings([received, requested, over(end)]), ['act-out-of-place @2']);
  assert.deepEqual(await findings([received, but(extended, { endsAt: minutes(end - 1) })]), [
    'act-out-of-place @1',
  ]);
});

test('a preservation is extended once, while it lasts, and not as part of a request', async () => {
  assert.deepEqual(await findings([received, but(extended, {}, end + 9 * second)]), []);
  assert.deepEqual(await findings([received, but(extended, {}, end + 10 * second)]), ['act-out-of-place @1']);
  assert.deepEqual(await findings([received, extended, but(extended, {}, 3)]), ['act-out-of-place @2']);
  assert.deepEqual(await findings([received, requested, but(extended, {}, 4)]), ['act-out-of-place @2']);
});

test('a preservation becomes part of a request once, while it lasts', async () => {
  assert.deepEqual(await findings([received, extended, requested]), []);
  assert.deepEqual(await findings([received, requested, but(requested, {}, 4)]), ['act-out-of-place @2']);
  assert.deepEqual(await findings([received, but(requested, {}, end + 10 * second)]), [
    'act-out-of-place @1',
  ]);
});

test('that it is kept is told once for each end that it had', async () => {
  assert.deepEqual(await findings([received, keep, but(keep, {}, 2)]), ['act-out-of-place @2']);
  assert.deepEqual(await findings([received, keep, extended, but(keep, {}, 3), requested]), []);
  // Part of a request, it may last no longer than it would have.
  const asLong = but(requested, { endsAt: first.next.dueAt });
  assert.deepEqual(await findings([received, keep, asLong, but(keep, {}, 4)]), ['act-out-of-place @3']);
});

test('a preservation starts with its order, once, and has nothing behind its end', async () => {
  for (const entry of [keep, extended, requested, over(end)])
    assert.deepEqual(await findings([entry]), ['request-missing @0'], entry.body.kind);
  assert.deepEqual(await findings([received, but(received, {}, 1)]), ['act-out-of-place @1']);
  for (const value of [keep, extended, requested, over(end)])
    assert.deepEqual(
      await findings([received, over(end), { ...value, at: minutes(end + 1) }]),
      ['act-out-of-place @2'],
      value.body.kind,
    );
  assert.deepEqual(await findings([{ ...extended, stream: 'case/1' }]), ['entry-misplaced @0']);
});

test('I10: a preservation never lasts longer than its entry of receipt says, nor longer than any may', async () => {
  const until = (days: number) => minutes(days * 24 * 60);
  const short = but(received, { latestEnd: first.next.dueAt });
  assert.deepEqual(await findings([short, extended]), ['act-out-of-place @1']);
  assert.deepEqual(await findings([but(received, { latestEnd: until(366) })]), []);
  assert.deepEqual(await findings([but(received, { latestEnd: until(367) })]), ['act-out-of-place @0']);
  assert.deepEqual(await findings([but(received, { endsAt: until(141) })]), ['act-out-of-place @0']);
  const chained = but(requested, { endsAt: until(141) });
  assert.deepEqual(await findings([received, chained]), ['act-out-of-place @1']);
  // Where an earlier version left it out, the longest that any may last holds.
  const unsaid = but(received, { latestEnd: undefined });
  assert.deepEqual(await findings([unsaid, but(chained, { endsAt: until(366) })]), []);
  assert.deepEqual(await findings([unsaid, but(chained, { endsAt: until(367) })]), ['act-out-of-place @1']);
});

test('a preservation is forgotten once, after its end', async () => {
  const gone = (minute: number) =>
    tell(minute, { kind: 'preservation.forgotten', data: { months: 12 } }, stream);
  assert.deepEqual(await findings([received, over(end), gone(end + 1)]), []);
  assert.deepEqual(await findings([received, gone(2)]), ['act-out-of-place @1']);
  assert.deepEqual(await findings([received, over(end), gone(end + 1), gone(end + 2)]), [
    'act-out-of-place @3',
  ]);
});

test('what a request preserves by itself ends with that, is not extended, and becomes part of no other', async () => {
  const until = (days: number) => minutes(days * 24 * 60);
  const own = but(received, { case: 'c', endsAt: until(130) });
  assert.deepEqual(await findings([own, keep, over(60)]), []);
  assert.deepEqual(await findings([own, but(extended, { endsAt: until(130) })]), ['act-out-of-place @1']);
  assert.deepEqual(await findings([own, but(requested, { case: 'd', endsAt: until(130) })]), [
    'act-out-of-place @1',
  ]);
  assert.deepEqual(await findings([but(own, { endsAt: until(141) })]), ['act-out-of-place @0']);
});
