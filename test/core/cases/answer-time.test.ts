import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkAsked } from '#core/cases/acts.ts';
import { endUndecided, shareOver } from '#core/cases/answer-time.ts';
import { type Case, viewCase } from '#core/cases/case.ts';
import { askInformation, giveInformation } from '#core/cases/information.ts';
import { type Policy, policySchema } from '#core/cases/policy.ts';
import { preservationSchema } from '#core/cases/preservation.ts';
import { type Request, requestSchema } from '#core/cases/request.ts';
import {
  code,
  commitAt,
  committed,
  emergency,
  fresh,
  hoursAfter,
  inLog,
  officerKey,
  policy,
  received,
  receivedAt,
  request,
} from './cases.ts';

const due = '2026-11-30T23:00:00.000Z';

/** The question, and the answer so many hours after it. */
function talk(current: Case, askedAt: string, answeredAt: string, its: Policy = policy) {
  const question = { requestDigest: current.requestDigest, of: ['order' as const], text: 'page two' };
  const asking = { reviewer: 'anna', key: inLog('key-of-anna'), at: askedAt, written: 'q' };
  const asked = commitAt(askInformation(current, question, asking), askedAt);
  const answering = { officer: 'o', key: officerKey, at: answeredAt, written: 'a', policy: its };
  const given = committed(giveInformation(asked, answering), answeredAt);
  return {
    asked,
    it: given.it,
    said: given.entry.kind === 'information.given' ? given.entry.data.dueAt : '',
  };
}

/** A policy in which the lines of a category have a time of their own. */
const withDeadline = (
  category: 'SubscriberData' | 'TrafficData',
  deadline: NonNullable<Policy['categories']['TrafficData'][number]['deadline']>,
): Policy => ({
  ...policy,
  categories: {
    ...policy.categories,
    [category]: policy.categories[category].map((line) => ({ ...line, deadline })),
  },
});
const asksBy = (answerBy: string): Request => ({
  ...request,
  instrument: { ...request.instrument, answerBy },
});

test('a case is due by the calendar of its policy, and the log says when', () => {
  const { next, entry } = received();
  assert.equal(next.dueAt, due);
  assert.equal(entry.kind === 'request.received' && entry.data.dueAt, due);
  assert.equal(fresh(emergency).dueAt, '2026-11-20T19:00:00.000Z');
  const { calendar: _, ...uncounted } = policy;
  assert.equal(fresh(request, uncounted).dueAt, '2026-12-01T00:00:00.000Z', 'days of UTC');
});

test('a line may give less time, or more, and of several categories the earliest counts', () => {
  const seven = withDeadline('TrafficData', { days: 7 });
  // Day 7 is Friday, 27 November.
  assert.equal(fresh(request, seven).dueAt, '2026-11-27T23:00:00.000Z');
  assert.equal(fresh({ ...request, categories: ['SubscriberData'] }, seven).dueAt, due);
  const longer = withDeadline('TrafficData', { days: 30 });
  assert.equal(fresh(request, longer).dueAt, due);
  assert.equal(fresh({ ...request, categories: ['TrafficData'] }, longer).dueAt, '2026-12-21T23:00:00.000Z');
  // A line that does not take the order gives it no time.
  const other = {
    ...policy,
    categories: {
      ...policy.categories,
      SubscriberData: [
        ...policy.categories.SubscriberData,
        {
          instruments: ['Subpoena'],
          authorisers: ['PublicProsecutor' as const],
          offence: 'any' as const,
          deadline: { days: 1 },
        },
      ],
    },
  };
  assert.equal(fresh(request, other).dueAt, due);
});

test('where the line says so, the order says by when; and the usual time counts where it does not', () => {
  const stated = withDeadline('TrafficData', 'as-stated');
  const early = fresh(asksBy('2026-11-24T12:00:00Z'), stated);
  assert.equal(early.dueAt, '2026-11-24T12:00:00.000Z');
  assert.deepEqual(viewCase(early, 'r', []).due?.term, 'as-stated');
  assert.equal(fresh(request, stated).dueAt, due);
  // Subscriber data is due in ten days whatever the order says of the rest.
  assert.equal(fresh(asksBy('2026-12-24T12:00:00Z'), stated).dueAt, due);
  // What no line asks the order for is for the desk to read.
  assert.equal(fresh(asksBy('2026-11-24T12:00:00Z')).dueAt, due);
});

test('an order asks for no answer before it arrived, nor after the case would end', () => {
  for (const bad of [receivedAt, '2026-11-19T00:00:00Z', '2027-01-19T23:00:00.001Z'])
    assert.throws(() => checkAsked(asksBy(bad), policy, receivedAt), code('answer-by-out-of-range'), bad);
  for (const good of [hoursAfter(receivedAt, 0.001), '2027-01-19T23:00:00Z'])
    assert.doesNotThrow(() => checkAsked(asksBy(good), policy, receivedAt), good);
  const { lifetimeDays: _, ...endless } = policy;
  assert.throws(
    () => checkAsked(asksBy('2027-12-20T00:00:00Z'), endless, receivedAt),
    code('answer-by-out-of-range'),
  );
  assert.equal(requestSchema.safeParse(asksBy('soon')).success, false);
  const { priority, notice, ...preserved } = asksBy('2026-12-01T00:00:00Z');
  assert.equal(preservationSchema.safeParse(preserved).success, false, 'nothing is answered');
});

test('while the agency is asked the time stands still, and the rest of it is left after the answer', () => {
  // Asked on Monday, answered on Thursday: three days later, which is Thursday, 3 December.
  const { asked, it: current, said } = talk(fresh(), '2026-11-23T09:00:00.000Z', '2026-11-26T15:00:00.000Z');
  assert.equal(asked.dueAt, due);
  assert.equal(viewCase(asked, 'r', []).due?.since, '2026-11-23T09:00:00.000Z');
  assert.equal(shareOver(asked, '2026-11-25T09:00:00.000Z'), shareOver(asked, '2026-11-23T09:00:00.000Z'));
  assert.equal(current.dueAt, '2026-12-03T23:00:00.000Z');
  assert.equal(said, current.dueAt, 'the log says so');
  assert.deepEqual(viewCase(current, 'r', []).due, {
    term: { days: 10 },
    stopped: { days: 3, seconds: 78 * 3600 },
    endsAt: '2027-01-19T23:00:00.000Z',
  });
  // Asked again, on a Friday, and answered on Monday: it is due on Sunday, 6 December, and so on Monday.
  const again = talk(current, '2026-11-27T09:00:00.000Z', '2026-11-30T09:00:00.000Z').it;
  assert.equal(again.dueAt, '2026-12-07T23:00:00.000Z');
  assert.equal(shareOver(again, again.dueAt), 1);
});

test('hours stand still to the second, whatever the day', () => {
  const { it: current } = talk(fresh(emergency), '2026-11-20T15:00:00.000Z', '2026-11-21T03:30:30.000Z');
  assert.equal(current.dueAt, '2026-11-21T07:30:30.000Z');
});

test('time that was over does not come back, and an answer on the same day adds none', () => {
  const late = talk(fresh(), due, '2026-12-05T09:00:00.000Z');
  assert.deepEqual([late.it.dueAt, late.said], [due, undefined]);
  const quick = talk(fresh(), '2026-11-23T09:00:00.000Z', '2026-11-23T17:00:00.000Z');
  assert.deepEqual([quick.it.dueAt, quick.said], [due, undefined]);
});

test('a case keeps the time that it was received under: another policy neither stops it nor brings it forward', () => {
  const { stops: _, ...deadlines } = policy.deadlines;
  const runsOn = { ...policy, deadlines };
  const others = talk(fresh(request, runsOn), '2026-11-23T09:00:00.000Z', '2026-11-26T15:00:00.000Z', policy);
  assert.equal(others.it.dueAt, due);
  const east: Policy = {
    ...policy,
    calendar: { zone: 'Asia/Tokyo', holidays: { place: 'JP', dates: [], through: '2030-12-31' } },
    deadlines: { Routine: { days: 1 }, Emergency: { hours: 1 } },
  };
  const kept = talk(fresh(), '2026-11-23T09:00:00.000Z', '2026-11-23T10:00:00.000Z', east);
  assert.equal(kept.it.dueAt, due);
});

test('no case ends undecided before its answer is due, however long its time stood still', () => {
  const { it: current } = talk(fresh(), '2026-11-23T09:00:00.000Z', '2027-01-18T09:00:00.000Z');
  assert.equal(current.time?.endsAt, '2027-01-19T23:00:00.000Z');
  assert.equal(current.dueAt, '2027-01-25T23:00:00.000Z');
  assert.equal(endUndecided(current, '2027-01-25T22:59:59.999Z'), undefined);
  assert.equal(endUndecided(current, current.dueAt)?.next.status, 'Expired');
});

test('a policy in which a case would end before its answer is due is none', () => {
  const is = (its: object) => policySchema.safeParse(its).success;
  assert.equal(is({ ...policy, lifetimeDays: 10 }), true);
  assert.equal(is({ ...policy, lifetimeDays: 9 }), false);
  assert.equal(is({ ...withDeadline('TrafficData', { days: 61 }) }), false);
  assert.equal(is({ ...withDeadline('TrafficData', { hours: 60 * 24 }) }), false);
  assert.equal(is({ ...withDeadline('TrafficData', 'as-stated') }), true);
  assert.equal(
    is({ ...policy, calendar: { ...policy.calendar, zone: 'Mars/Olympus' } }),
    false,
    'no such zone',
  );
});
