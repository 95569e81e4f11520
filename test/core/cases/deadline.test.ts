import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Calendar, dayAt, plainCalendar, restOn } from '#core/cases/calendar.ts';
import { count, isAsLong, type Step, stoppedBetween, type Term } from '#core/cases/deadline.ts';
import { shipped } from './cases.ts';

const berlin = shipped('eu-e-evidence').calendar ?? plainCalendar;
const holidays = (place: string, dates: string[]): Calendar['holidays'] => ({
  place,
  dates,
  through: '2027-12-31',
});
const newYork: Calendar = {
  zone: 'America/New_York',
  holidays: holidays('US', ['2026-11-11', '2026-11-26', '2026-12-25', '2027-01-01']),
};
const kolkata: Calendar = { zone: 'Asia/Kolkata', holidays: holidays('IN', ['2026-12-25']) };
const cairo: Calendar = { zone: 'Africa/Cairo', holidays: holidays('EG', ['2026-04-25']) };
const ten: Term = { days: 10 };
const eight: Term = { hours: 8 };
const seventyTwo: Term = { hours: 72 };
const from = (calendar: Calendar): Calendar => ({ ...calendar, hoursFrom: 'next' });

/** Counted by hand, from a printed calendar. */
const examples: [what: string, calendar: Calendar, period: Term, received: string, due: string][] = [
  ['a working day', berlin, ten, '2026-11-27T13:05:00.000Z', '2026-12-07T23:00:00.000Z'],
  ['the tenth is a Saturday', berlin, ten, '2026-11-18T10:00:00.000Z', '2026-11-30T23:00:00.000Z'],
  ['the tenth is a Sunday', berlin, ten, '2026-11-19T10:00:00.000Z', '2026-11-30T23:00:00.000Z'],
  ['the tenth is a Monday', berlin, ten, '2026-11-20T10:00:00.000Z', '2026-11-30T23:00:00.000Z'],
  ['Christmas and its weekend', berlin, ten, '2026-12-15T10:00:00.000Z', '2026-12-28T23:00:00.000Z'],
  ['New Year’s Day', berlin, ten, '2026-12-22T10:00:00.000Z', '2027-01-04T23:00:00.000Z'],
  ['New Year’s Eve', berlin, ten, '2026-12-21T10:00:00.000Z', '2026-12-31T23:00:00.000Z'],
  ['Easter 2026', berlin, ten, '2026-03-24T10:00:00.000Z', '2026-04-07T22:00:00.000Z'],
  ['Easter 2027', berlin, ten, '2027-03-16T10:00:00.000Z', '2027-03-30T22:00:00.000Z'],
  ['a holiday on a Saturday', berlin, ten, '2026-09-23T10:00:00.000Z', '2026-10-05T22:00:00.000Z'],
  ['clocks put forward', berlin, ten, '2026-03-19T10:00:00.000Z', '2026-03-30T22:00:00.000Z'],
  ['clocks put back', berlin, ten, '2026-10-16T08:00:00.000Z', '2026-10-26T23:00:00.000Z'],
  ['received at 23:59:59', berlin, ten, '2026-11-27T22:59:59.000Z', '2026-12-07T23:00:00.000Z'],
  ['received at 00:00:00', berlin, ten, '2026-11-27T23:00:00.000Z', '2026-12-08T23:00:00.000Z'],
  ['due on a leap day', berlin, ten, '2028-02-19T10:00:00.000Z', '2028-02-29T23:00:00.000Z'],
  ['over a leap day', berlin, ten, '2028-02-21T10:00:00.000Z', '2028-03-02T23:00:00.000Z'],
  ['no leap day', berlin, ten, '2027-02-19T10:00:00.000Z', '2027-03-01T23:00:00.000Z'],
  ['one day, a Saturday', berlin, { days: 1 }, '2026-11-27T10:00:00.000Z', '2026-11-30T23:00:00.000Z'],
  ['two days, a weekend', berlin, { days: 2 }, '2026-11-27T10:00:00.000Z', '2026-12-01T23:00:00.000Z'],
  ['two days, one of work', berlin, { days: 2 }, '2026-11-26T10:00:00.000Z', '2026-11-30T23:00:00.000Z'],
  ['two days from New Year', berlin, { days: 2 }, '2026-12-31T10:00:00.000Z', '2027-01-05T23:00:00.000Z'],
  ['three days from Christmas', berlin, { days: 3 }, '2026-12-24T10:00:00.000Z', '2026-12-29T23:00:00.000Z'],
  ['hours', berlin, eight, '2026-11-27T13:05:00.000Z', '2026-11-27T22:00:00.000Z'],
  ['hours from a full hour', berlin, eight, '2026-11-27T13:00:00.000Z', '2026-11-27T22:00:00.000Z'],
  ['hours from just before', berlin, eight, '2026-11-27T12:59:59.999Z', '2026-11-27T21:00:00.000Z'],
  ['hours through Christmas', berlin, eight, '2026-12-24T22:10:00.000Z', '2026-12-25T07:00:00.000Z'],
  ['hours, clocks put forward', berlin, eight, '2026-03-28T22:30:00.000Z', '2026-03-29T07:00:00.000Z'],
  ['hours, clocks put back', berlin, eight, '2026-10-24T21:30:00.000Z', '2026-10-25T06:00:00.000Z'],
  ['96 hours', berlin, { hours: 96 }, '2026-11-27T13:05:00.000Z', '2026-12-01T14:00:00.000Z'],
  ['Thanksgiving', newYork, ten, '2026-11-16T15:00:00.000Z', '2026-11-28T05:00:00.000Z'],
  ['New York, clocks put back', newYork, ten, '2026-10-23T18:00:00.000Z', '2026-11-03T05:00:00.000Z'],
  ['New York, clocks put forward', newYork, ten, '2026-02-26T18:00:00.000Z', '2026-03-10T04:00:00.000Z'],
  ['still Friday there', newYork, ten, '2026-11-28T03:30:00.000Z', '2026-12-08T05:00:00.000Z'],
  ['hours, no 02:00', from(newYork), eight, '2026-03-08T06:30:00.000Z', '2026-03-08T15:00:00.000Z'],
  ['hours, 01:00 twice', from(newYork), eight, '2026-11-01T05:30:00.000Z', '2026-11-01T14:00:00.000Z'],
  [
    'clocks at the half hour',
    from(kolkata),
    seventyTwo,
    '2026-11-27T08:40:00.000Z',
    '2026-11-30T09:30:00.000Z',
  ],
  ['hours from an instant', kolkata, seventyTwo, '2026-11-27T08:40:01.234Z', '2026-11-30T08:40:01.234Z'],
  ['hours of no calendar', plainCalendar, eight, '2026-11-27T13:05:00.000Z', '2026-11-27T21:05:00.000Z'],
  ['a day that begins at 01:00', cairo, ten, '2026-04-13T12:00:00.000Z', '2026-04-23T22:00:00.000Z'],
  ['no calendar', plainCalendar, ten, '2026-12-15T10:00:00.000Z', '2026-12-26T00:00:00.000Z'],
  ['no calendar, a weekend', plainCalendar, ten, '2026-12-16T10:00:00.000Z', '2026-12-29T00:00:00.000Z'],
];

for (const [what, calendar, period, received, due] of examples)
  test(`a period ends as law counts it: ${what}`, () => {
    assert.equal(count(received, period, calendar).dueAt, due);
  });

test('a count says each of its steps', () => {
  const { steps } = count('2026-12-15T10:00:00.000Z', ten, berlin);
  assert.deepEqual(steps, [
    { step: 'received', at: '2026-12-15T10:00:00.000Z' },
    { step: 'first-day', day: '2026-12-16' },
    { step: 'day', n: 10, day: '2026-12-25' },
    { step: 'rest', day: '2026-12-25', because: 'holiday' },
    { step: 'rest', day: '2026-12-26', because: 'holiday' },
    { step: 'rest', day: '2026-12-27', because: 'Sunday' },
    { step: 'due', at: '2026-12-28T23:00:00.000Z', day: '2026-12-28' },
  ] satisfies Step[]);
});

test('a period with fewer than two working days says which day is the second one', () => {
  const { steps } = count('2026-12-31T10:00:00.000Z', { days: 2 }, berlin);
  assert.ok(steps.some((each) => each.step === 'two-working-days' && each.day === '2027-01-05'));
});

test('a count that goes beyond the known holidays says so', () => {
  const unknown = ({ steps }: { steps: Step[] }) => steps.some(({ step }) => step === 'holidays-unknown');
  assert.equal(unknown(count('2031-12-27T10:00:00.000Z', ten, berlin)), true);
  assert.equal(unknown(count('2031-12-20T10:00:00.000Z', ten, berlin)), false);
});

test('what was left when the time stopped is left when it goes on', () => {
  const receivedAt = '2026-11-27T13:05:00.000Z';
  const three = { receivedAt, from: '2026-11-30T09:00:00.000Z', to: '2026-12-03T15:00:00.000Z' };
  const stopped = stoppedBetween(three, berlin);
  assert.deepEqual(stopped, { days: 3, seconds: 78 * 3600 });
  // Day 10 would have been Monday, 7 December.
  assert.equal(count(receivedAt, ten, berlin, stopped).dueAt, '2026-12-10T23:00:00.000Z');
  // Of eight hours that began at 15:00, four were left at 19:00.
  const night = { receivedAt, from: '2026-11-27T18:00:00.000Z', to: '2026-11-28T08:30:00.000Z' };
  assert.equal(
    count(receivedAt, eight, berlin, stoppedBetween(night, berlin)).dueAt,
    '2026-11-28T12:30:00.000Z',
  );
  // Asked and answered in the hour that does not count.
  const early = { receivedAt, from: '2026-11-27T13:10:00.000Z', to: '2026-11-27T13:50:00.000Z' };
  assert.equal(stoppedBetween(early, berlin).seconds, 0);
});

const calendars = fc.constantFrom(berlin, newYork, kolkata, cairo, plainCalendar);
const instants = fc
  .integer({ min: Date.parse('2026-01-01T00:00:00Z'), max: Date.parse('2028-12-31T00:00:00Z') })
  .map((ms) => new Date(ms).toISOString());
const days = fc.integer({ min: 1, max: 60 });
const hours = fc.integer({ min: 1, max: 200 });

test('no period in days is over before so many days are, nor on a day of rest', () => {
  fc.assert(
    fc.property(calendars, instants, days, (calendar, at, n) => {
      const { dueAt } = count(at, { days: n }, calendar);
      const last = Date.parse(dueAt) - 1;
      assert.equal(restOn(dayAt(last, calendar), calendar), undefined);
      assert.ok(Date.parse(dueAt) - Date.parse(at) >= n * 86_400_000 - 3_600_000);
      assert.ok(dayAt(last, calendar) > dayAt(Date.parse(at), calendar));
    }),
  );
});

test('hours run through: they begin at once or with the next hour, as the calendar says, and none is left out', () => {
  fc.assert(
    fc.property(calendars, instants, hours, (calendar, at, n) => {
      const late = Date.parse(count(at, { hours: n }, calendar).dueAt) - Date.parse(at) - n * 3_600_000;
      if (calendar.hoursFrom === 'next') assert.ok(late > 0 && late <= 3_600_000);
      else assert.equal(late, 0);
    }),
  );
});

test('what is received later is due no sooner, and a longer period is over no sooner', () => {
  const period = fc.oneof(
    days.map((n): Term => ({ days: n })),
    hours.map((n): Term => ({ hours: n })),
  );
  fc.assert(
    fc.property(calendars, instants, fc.nat(30 * 86_400_000), period, (calendar, at, later, its) => {
      const second = new Date(Date.parse(at) + later).toISOString();
      assert.ok(count(at, its, calendar).dueAt <= count(second, its, calendar).dueAt);
    }),
  );
  fc.assert(
    fc.property(calendars, instants, days, period, (calendar, at, longer, its) => {
      if (!isAsLong(longer, its)) return;
      assert.ok(count(at, its, calendar).dueAt <= count(at, { days: longer }, calendar).dueAt);
    }),
  );
});
