import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dueText, holidaysWarning } from '#client/cli/due-text.ts';
import { holidaysOf } from '#client/cli/policy/holidays.ts';
import { calendarOf } from '#core/cases/calendar.ts';
import type { CaseView } from '#core/cases/case.ts';
import { count, type Term } from '#core/cases/deadline.ts';
import type { Policy } from '#core/cases/policy.ts';
import { policy, shipped } from '../../core/cases/cases.ts';

const receivedAt = '2026-11-27T13:05:00.000Z';
const plain = (text = '') => text.replaceAll('\n', ' ');
function shown(
  received: string,
  term: Term,
  its: Policy = policy,
  more: Partial<NonNullable<CaseView['due']>> = {},
) {
  const { dueAt } = count(received, term, calendarOf(its), more.stopped);
  return plain(dueText({ receivedAt: received, dueAt, due: { term, ...more } }, its));
}

test('a deadline is shown with each step of its count, as the clocks of its place have it', () => {
  assert.equal(
    shown(receivedAt, { days: 10 }),
    'received Fri 27 Nov 2026 14:05 CET, day 1 is Sat 28 Nov, day 10 is Mon 7 Dec, due Mon 7 Dec 24:00 CET',
  );
  assert.equal(
    shown('2026-12-15T10:00:00.000Z', { days: 10 }),
    'received Tue 15 Dec 2026 11:00 CET, day 1 is Wed 16 Dec, day 10 is Fri 25 Dec, Fri 25 Dec is a public holiday (Germany, the days of all its Länder), Sat 26 Dec is a public holiday (Germany, the days of all its Länder), Sun 27 Dec is no working day, due Mon 28 Dec 24:00 CET',
  );
  assert.equal(
    shown(receivedAt, { hours: 8 }),
    'received Fri 27 Nov 2026 14:05 CET, the first hour begins Fri 27 Nov 15:00 CET, due Fri 27 Nov 23:00 CET',
  );
  const holidays = { place: 'US', dates: [], through: '2027-12-31' };
  const newYork = { ...policy, calendar: { zone: 'America/New_York', holidays } };
  assert.match(shown(receivedAt, { days: 10 }, newYork), /08:05 EST.*due Mon 7 Dec 24:00 EST$/);
  assert.match(shown(receivedAt, { days: 10 }, shipped('minimal')), /due Mon 7 Dec 24:00 UTC$/);
});

test('what stood still, and what cannot be known, is said', () => {
  const stopped = { days: 3, seconds: 200_000 };
  assert.match(
    shown(receivedAt, { days: 10 }, policy, { stopped }),
    /stood still for 3 days, day 10 is Thu 10 Dec/,
  );
  assert.match(
    shown(receivedAt, { days: 10 }, policy, { since: '2026-11-30T09:00:00.000Z' }),
    /24:00 CET the time stands still until the agency answers/,
  );
  assert.match(shown('2031-12-27T10:00:00.000Z', { days: 10 }), /not known after Wed 31 Dec 2031/);
  const now = Date.parse('2031-12-27T10:00:00Z');
  assert.match(holidaysWarning(policy, now) ?? '', /through 2031-12-31/);
  assert.equal(holidaysWarning(policy, Date.parse('2031-12-01T10:00:00Z')), undefined);
  assert.equal(holidaysWarning(shipped('minimal'), now), undefined);
});

test('where the published policy gives another date, no steps are shown as if they led to it', () => {
  const view = { receivedAt, dueAt: '2026-12-09T23:00:00.000Z', due: { term: { days: 10 } } };
  assert.equal(plain(dueText(view, policy)), '10 days from receipt, as the provider counts them');
  assert.equal(plain(dueText(view, undefined)), '10 days from receipt, as the provider counts them');
  assert.equal(dueText({ ...view, due: { term: 'as-stated' } }, policy), 'as the order asks');
  const { due: _, ...older } = view;
  assert.equal(dueText(older, policy), undefined);
});

test('the holidays that the shipped policy holds are those that the command prints', async () => {
  const { place: _, ...known } = policy.calendar?.holidays ?? assert.fail();
  const { place, ...printed } = await holidaysOf('DE', { from: '2026', years: '6' });
  assert.equal(place, 'DE');
  assert.deepEqual(printed, known);
  const usage = { code: 'usage' };
  await assert.rejects(holidaysOf('XX', { from: '2026', years: '5' }), usage);
  await assert.rejects(holidaysOf('DE', { region: 'XX', from: '2026', years: '5' }), usage);
  await assert.rejects(holidaysOf('US', { from: '2026', years: '5' }), usage, 'it has several zones');
  await assert.rejects(holidaysOf('DE', { from: 'soon', years: '5' }), usage);
});
