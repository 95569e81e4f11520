import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failureOf, runHistories } from './run.ts';

/** Where histories must get to: one that never gets anywhere proves nothing. */
const places = [
  ...['Disclosed', 'DisclosureNotAvailable', 'Rejected', 'Cancelled', 'Suspended', 'Expired', 'Invalid'],
  ...['authorisation.validated', 'case.cancelled', 'case.suspended', 'collection.failed', 'deadline.passed'],
  ...['emergency.overdue', 'grant.retired', 'notice.addressed', 'notice.delayed', 'notice.overdue'],
  ...['notice.sent', 'approval-not-proven', 'category-not-disclosed', 'debt-overdue', 'decision-repeated'],
  ...['delay-too-long', 'nothing-owed', 'notice-given', 'page-gone', 'scope-differs', 'scope-too-wide'],
];

test('I3, I4, I5, I6, I9: in any history of all who act, the desk does what the rules say, and what must hold holds', async () => {
  const result = await runHistories(2500);
  assert.ok(result.failed === undefined, failureOf(result));
  for (const place of places) assert.ok(result.reached.has(place), `no history reached ${place}`);
});
