import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkAsked } from '#core/cases/acts.ts';
import { requestSchema } from '#core/cases/request.ts';
import { checkTime } from '#core/events/retention.ts';
import { liveDesk } from '#dev/invented/live.ts';
import { shipped } from '../core/cases/cases.ts';

/** The invented desk, as `npm run console` puts it on a deployment. */
const now = '2026-11-30T09:00:00.000Z';
const retention = { phone: 12, access: 12 };
const desk = liveDesk(60, now, retention);

test('every event of the live desk is within what the deployment keeps', () => {
  assert(desk.events.length > 100);
  for (const event of desk.events) checkTime(event, retention, now);
});

test('nobody on the live desk has two usernames, so that each that is asked for finds somebody', () => {
  const named = desk.events.flatMap((event) => (event.kind === 'username' ? [event.account] : []));
  assert.equal(new Set(named).size, named.length);
  const names = new Set(
    desk.events.flatMap((event) => [
      event.account,
      ...(event.kind === 'phone' ? [event.phone] : event.kind === 'username' ? [event.username] : []),
    ]),
  );
  for (const { request } of desk.requests)
    for (const { value } of request.subjects) assert(names.has(value), 'somebody is not known');
});

test('everybody who is asked for has a record, without which a request for them is refused', () => {
  const withRecord = new Set(
    desk.events.filter(({ kind }) => kind !== 'username').map(({ account }) => account),
  );
  for (const { account } of desk.events) assert(withRecord.has(account));
});

test('three requests of one agency are parts of one order, and the policy takes each', () => {
  const parts = desk.requests.filter(({ request }) => request.order !== undefined);
  assert.equal(parts.length, 3);
  assert.equal(new Set(parts.map(({ agency, request }) => `${agency} ${request.order}`)).size, 1);
  for (const { request, receivedAt } of desk.requests)
    checkAsked(requestSchema.parse(request), shipped('eu-e-evidence'), receivedAt);
});

test('one open case is collected, another expires, and an authority that was notified of a third has no objection', () => {
  const { collected, expired, consented } = desk.more;
  assert.notEqual(collected, expired);
  for (const place of [collected, expired]) assert.equal(desk.requests[place]?.story, 'open');
  assert.ok(desk.requests[consented]?.request.notification);
});
