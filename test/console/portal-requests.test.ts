import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changesAfter, noChanges, seenAs } from '#console/portal/requests/changed.ts';
import { dueOf, inTab, sorted, waitingFor } from '#console/portal/requests/waiting.ts';
import { seen, titleOf } from '#console/state/news.ts';
import type { CaseLine } from '#core/cases/case.ts';

const now = Date.parse('2026-11-30T12:00:00Z');
const at = (hours: number) => new Date(now + hours * 3_600_000).toISOString();
const id = (n: number) => `0f8b6b1e-5a3c-4c4e-9d53-${String(n).padStart(12, '0')}`;

/** @param offers what can be done with it */
function line(changes: Partial<CaseLine> = {}, offers: readonly string[] = ['withdrawal']): CaseLine {
  const self = `/v1/requests/${id(1)}`;
  return {
    id: id(1),
    reference: 'GS-1/26',
    status: 'AwaitingApproval',
    priority: 'Routine',
    receivedAt: at(-24),
    dueAt: at(100),
    collections: 0,
    links: { self, ...Object.fromEntries(offers.map((offer) => [offer, `${self}/${offer}`])) },
    ...changes,
  };
}

const approved = { status: 'AwaitingDisclosure', expiresAt: at(200) } as const;
const whats = (...of: Parameters<typeof line>) => waitingFor(line(...of), now).map(({ what }) => what);

test('what waits for the agency: a question, a validation, collecting, telling the person, a delay that ends soon', () => {
  assert.deepEqual(whats(), []);
  assert.deepEqual(whats({ information: { askedAt: at(-1), of: ['order'] } }, ['information']), ['answer']);
  assert.deepEqual(whats(approved, ['collection']), ['collect']);
  assert.deepEqual(whats({ ...approved, status: 'Disclosed' }, ['collection']), [], 'it was collected');
  const notification = { authority: 'at-bka', until: at(5), waits: true };
  assert.deepEqual(whats({ ...approved, notification }, ['collection']), [], 'an authority may still object');
  const debts = { dueAt: at(40), owed: ['authorisation' as const, 'second-signature' as const] };
  assert.deepEqual(whats({ ...approved, priority: 'Emergency', debts }, ['validation', 'collection']), [
    'validate',
    'collect',
  ]);
  assert.deepEqual(whats({ status: 'Disclosed', collections: 1, noticeBy: 'authority' }, ['told']), ['tell']);
  assert.deepEqual(whats({ delayUntil: at(24) }, ['notice']), ['delay']);
  assert.deepEqual(whats({ delayUntil: at(24 * 60) }, ['notice']), [], 'it runs for long');
});

test('what is due: what the agency owes before what the provider owes, and nothing of what is over', () => {
  assert.deepEqual(dueOf(line(), now), { at: at(100), by: 'provider' });
  assert.deepEqual(dueOf(line(approved, ['collection']), now), { at: at(200), by: 'agency' });
  assert.equal(dueOf(line({ status: 'Rejected' }), now), undefined);
  const asked = { information: { askedAt: at(-1), of: ['order' as const], answerBy: at(50) } };
  assert.deepEqual(dueOf(line(asked, ['information']), now), { at: at(50), by: 'agency' });
});

test('tabs: what waits for us, what is open, what ended', () => {
  const own = line(approved, ['collection']);
  const over = line({ status: 'Cancelled' });
  assert.deepEqual(
    ['ours', 'open', 'closed', 'all'].map((tab) => inTab(own, tab as 'ours', now)),
    [true, true, false, true],
  );
  assert.deepEqual(
    ['ours', 'open', 'closed', 'all'].map((tab) => inTab(over, tab as 'ours', now)),
    [false, false, true, true],
  );
});

test('emergencies come first, then by what is due, and what is over last', () => {
  const lines = [
    line({ id: id(1), status: 'Rejected' }),
    line({ id: id(2), dueAt: at(100) }),
    line({ id: id(3), dueAt: at(10) }),
    line({ id: id(4), dueAt: at(50), priority: 'Emergency' }),
  ];
  assert.deepEqual(
    sorted(lines, 'due', now).map((each) => each.id),
    [4, 3, 2, 1].map(id),
  );
});

test('a request that changed is told of by a count, once, and not where this page changed it', () => {
  const before = [line({ id: id(1) }), line({ id: id(2) })];
  const first = changesAfter(noChanges, before, true);
  assert.equal(first.changed, 0, 'what is there at first is no news');
  const after = [line({ id: id(1), status: 'AwaitingDisclosure' }), line({ id: id(2) }), line({ id: id(3) })];
  const second = changesAfter(first.changes, after, true);
  assert.equal(second.changed, 1);
  assert.equal(titleOf(second.changes), '(1) Writ');
  assert.equal(changesAfter(second.changes, after, true).changed, 0, 'it is told once');
  const [own] = after;
  assert.ok(own);
  assert.equal(changesAfter(seenAs(first.changes, own), after, true).changed, 0);
  assert.equal(titleOf(seen(second.changes, id(1))), 'Writ');
  for (const text of [titleOf(second.changes)]) assert.doesNotMatch(text, /GS-1|0f8b6b1e/);
});
