import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { preservationLines } from '#client/cli/preservation.ts';
import { isShown, requestList } from '#client/cli/request/list.ts';
import { offered } from '#client/offered.ts';
import { type CaseLine, type CaseView, statuses } from '#core/cases/case.ts';

const now = Date.parse('2026-11-30T08:00:00Z');
const line = (changes: Partial<CaseLine> = {}): CaseLine => ({
  id: '7d0c1e0a-5f0e-4c57-9a51-0c8a0f6e2a11',
  reference: 'GS-4711/26',
  status: 'AwaitingApproval',
  priority: 'Routine',
  receivedAt: '2026-11-30T07:00:00.000Z',
  dueAt: '2026-12-10T07:00:00.000Z',
  collections: 0,
  links: {},
  ...changes,
});

test('a request is one line of 80 columns, with what is due, where it stands, an id that names it, its reference', () => {
  const other = { id: 'a5fc4972-17a3-47e9-9df7-f200d298c7b7' };
  const text = requestList(
    [
      line(),
      line({ ...other, reference: 'GS-4712/26', priority: 'Emergency', dueAt: '2026-11-30T07:00:00.000Z' }),
    ],
    { width: 80, now },
  );
  assert.deepEqual(stripVTControlCharacters(text).split('\n'), [
    'due                   status              id        reference',
    'in 10 days            AwaitingApproval    7d0c1e0a  GS-4711/26',
    'LATE, 60 minutes ago  AwaitingApproval !  a5fc4972  GS-4712/26',
    '2 requests: 2 AwaitingApproval; ! is an emergency',
    '',
  ]);
  assert.equal(requestList([], { width: 80, now }), 'Nothing is there.\n');
});

test('what is due is the answer, then the order that an emergency owes, then the collection, then nothing', () => {
  const due = (changes: Partial<CaseLine>) =>
    stripVTControlCharacters(requestList([line(changes)], { width: 80, now }).split('\n')[1] ?? '').slice(
      0,
      20,
    );
  const expiresAt = '2026-12-30T08:00:00Z';
  assert.match(due({}), /^in 10 days/);
  const debts = { dueAt: '2026-12-02T07:00:00Z', owed: ['authorisation' as const] };
  assert.match(due({ status: 'Disclosed', expiresAt, debts }), /^order in 47 hours/);
  assert.match(due({ status: 'Disclosed', expiresAt }), /^in 30 days/);
  assert.match(due({ status: 'Cancelled', expiresAt }), /^ {2}/);
});

test('whatever is listed, no line is wider than the terminal', () => {
  const lines = fc.array(
    fc.record({
      id: fc.uuid(),
      reference: fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 128 }),
      status: fc.constantFrom(...statuses),
      priority: fc.constantFrom('Routine' as const, 'Emergency' as const),
    }),
    { minLength: 1, maxLength: 20 },
  );
  fc.assert(
    fc.property(lines, (some) => {
      const text = stripVTControlCharacters(requestList(some.map(line), { width: 80, now }));
      const rows = text.trimEnd().split('\n').slice(0, -1);
      assert.equal(rows.length, some.length + 1);
      for (const row of rows) assert.ok(row.length <= 80, row);
    }),
  );
});

test('what is over and old is listed when it is asked for, and every status by its name', () => {
  const old = { receivedAt: '2026-10-01T07:00:00.000Z' };
  assert.ok(isShown(line(), {}, now));
  assert.ok(isShown(line({ ...old, status: 'Disclosed' }), {}, now));
  assert.ok(isShown(line({ status: 'Rejected' }), {}, now));
  assert.ok(!isShown(line({ ...old, status: 'Rejected' }), {}, now));
  assert.ok(isShown(line({ ...old, status: 'Rejected' }), { all: true }, now));
  assert.ok(isShown(line({ ...old, status: 'Rejected' }), { status: ['Rejected', 'Expired'] }, now));
  assert.ok(!isShown(line(), { status: ['Rejected'] }, now));
});

test('a preservation is a line too', () => {
  const { id, reference, receivedAt } = line();
  const one = { id, reference, receivedAt, requestDigest: 'sha-256=:x:', links: {} };
  const text = preservationLines(
    [
      { ...one, status: 'Preserved', endsAt: '2027-01-29T08:00:00Z' },
      { ...one, id: id.replace('7', '8'), status: 'Lapsed', endsAt: receivedAt },
    ],
    { width: 80, now },
  );
  assert.match(stripVTControlCharacters(text), /^in 60 days {2}Preserved {2}7d0c1e0a {2}GS-4711\/26$/m);
  assert.match(text, /^2 preservations: 1 Preserved, 1 Lapsed$/m);
});

test('what an earlier provider offers in every status is not offered where it cannot be done', () => {
  const self = '/v1/requests/x';
  const links = { self, withdrawal: self, notice: self, validation: self, collection: self };
  const view = (changes: Partial<CaseView>): CaseView => ({
    ...line(),
    requestDigest: 'x',
    links,
    ...changes,
  });
  for (const status of statuses) {
    const can = offered(view({ status }), now);
    const isOpen = status === 'AwaitingDisclosure' || status === 'Disclosed';
    assert.equal(can.includes('collection'), isOpen, status);
    assert.equal(can.includes('withdrawal'), isOpen || status === 'AwaitingApproval', status);
    assert.ok(!can.includes('notice') && !can.includes('validation'), status);
    const delayed = view({ status, delayUntil: '2026-12-01T00:00:00Z' });
    assert.ok(offered(delayed, now).includes('notice'));
    assert.ok(!offered(delayed, Date.parse('2026-12-01T00:00:00Z')).includes('notice'), 'it has ended');
    assert.ok(
      !offered({ ...delayed, links: { self } }, now).includes('notice'),
      'the provider does not offer it',
    );
  }
  const owing = { dueAt: '2026-12-02T07:00:00Z', owed: ['authorisation' as const] };
  assert.ok(
    offered(view({ priority: 'Emergency', status: 'Disclosed', debts: owing }), now).includes('validation'),
  );
  assert.ok(
    !offered(
      view({ priority: 'Emergency', status: 'Disclosed', debts: { ...owing, owed: [] } }),
      now,
    ).includes('validation'),
  );
});
