import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mint, withdraw } from '#core/cases/acts.ts';
import type { Case } from '#core/cases/case.ts';
import { collected, intend } from '#core/cases/collecting.ts';
import { decide } from '#core/cases/deciding.ts';
import { type Policy, policySchema } from '#core/cases/policy.ts';
import {
  becomePart,
  ended,
  extend,
  isOrdered,
  preservationSchema,
  preserve,
  viewPreservation,
} from '#core/cases/preservation.ts';
import { isAnswered, preserveOnReceipt } from '#core/cases/receipt.ts';
import { commitment } from '#core/log/commitment.ts';
import {
  approval,
  by,
  commitAt,
  grant,
  hoursAfter,
  officerKey,
  policy,
  received,
  receivedAt,
  reference,
  rejection,
  request,
} from './cases.ts';

const id = 'c0ffee00-0000-4000-8000-00000000000a';
const salt = new Uint8Array(32).fill(9);
const under = (preservation: Partial<Policy['preservation']>, rest: Partial<Policy> = {}): Policy => ({
  ...policy,
  ...rest,
  preservation: { ...policy.preservation, onReceipt: true, ...preservation },
});
const own = (its: Policy) =>
  preserveOnReceipt(commitAt(received()), { id, salt, key: officerKey, policy: its });

test('a request preserves what it names until an end that is fixed at its receipt, where the policy says so', () => {
  assert.equal(own({ ...policy, preservation: { ...policy.preservation, onReceipt: false } }), undefined);
  const { lifetimeDays: _, ...endless } = under({});
  const { next, entry } = own(endless) ?? {};
  assert.ok(next !== undefined && entry?.kind === 'preservation.received');
  const current = commitAt(received());
  assert.deepEqual([next.case, next.status, next.asked], [current.id, 'Requested', current.asked]);
  assert.equal(next.latestEnd, hoursAfter(receivedAt, policy.preservation.mostDays * 24));
  assert.equal(next.dueAt, next.latestEnd);
  assert.deepEqual([entry.data.case, entry.data.latestEnd], [current.id, next.latestEnd]);
  assert.equal(isOrdered(next), false);
  // I7: under a salt of its own, not the case's.
  assert.equal(entry.data.request, commitment(salt, 'request', current.requestDigest));
});

test('where cases that nobody decides end, what is kept ends when the last of them can be collected no more', () => {
  const its = under({ mostDays: 130 }, { lifetimeDays: 20, collectHours: 24 });
  assert.equal(own(its)?.next.dueAt, hoursAfter(receivedAt, 20 * 24 + 24));
  const long = under({ mostDays: 100 }, { lifetimeDays: 90, collectHours: 720 });
  assert.equal(own(long)?.next.dueAt, hoursAfter(receivedAt, 100 * 24));
});

test('a request is answered when it is refused, withdrawn, over, or collected as often as it may be, and not when it is approved', () => {
  const waiting = commitAt(received());
  const half = commitAt(decide(waiting, approval(waiting), by('anna')));
  const approved = commitAt(decide(half, approval(half), by('ben')));
  const open = commitAt(
    mint(approved, [grant], {
      holders: [],
      expiresAt: approved.expiresAt ?? '',
      collectionsAllowed: 1,
      at: receivedAt,
    }),
  );
  const announced = commitAt(intend(open, { at: receivedAt, recipient: 'r', key: officerKey }));
  const answer = { at: receivedAt, records: [], epochKeys: 1, digest: 'x' };
  const begun = commitAt(collected(announced, { ...answer, more: true }));
  for (const [name, current] of Object.entries({ waiting, half, approved, open, announced, begun }))
    assert.equal(isAnswered(current, receivedAt), false, name);

  const done = commitAt(collected(announced, { ...answer, more: false }));
  const refused = commitAt(decide(waiting, rejection(waiting), by('anna')));
  const withdrawn = commitAt(withdraw(open, 'officer'));
  const suspended: Case = { ...open, status: 'Suspended' };
  for (const [name, current] of Object.entries({ done, refused, withdrawn, suspended }))
    assert.equal(isAnswered(current, receivedAt), true, name);
  assert.equal(isAnswered(open, open.expiresAt ?? ''), true, 'the clock is late');
  assert.equal(isAnswered(undefined, receivedAt), true, 'forgotten');
});

test('what a request preserves by itself ends with it; what an agency ordered does not end before its time', () => {
  const preservation = own(under({}))?.next;
  assert.ok(preservation);
  assert.equal(ended(preservation, receivedAt, false), undefined);
  const over = ended(preservation, receivedAt, true);
  assert.deepEqual([over?.next.status, over?.next.dueAt], ['Lapsed', receivedAt]);
  assert.equal(ended(ordered().next, receivedAt, true), undefined);
});

function ordered(its: Policy = policy, kind = 'EPOC-PR') {
  const { priority: _, notice: __, ...order } = request;
  const asked = preservationSchema.parse({ ...order, instrument: { ...order.instrument, kind } });
  return preserve(asked, {
    id,
    agency: 'agency-1',
    askedBy: 'officer-key',
    key: officerKey,
    reference,
    requestDigest: 'sha-256=:AAAA:',
    at: receivedAt,
    subjects: [[{ subject: 'a' }]],
    request: Uint8Array.of(1),
    salt,
    policy: its,
  });
}

test('an order lasts as its own kind does, and no longer than any may', () => {
  const terms = [
    { instruments: ['LETTER'], days: 90, extensionDays: 90 },
    { instruments: ['NOTICE'], days: 180, extensionDays: 0 },
  ];
  const its = under({ terms, mostDays: 190 });
  const [letter, notice, other] = ['LETTER', 'NOTICE', 'EPOC-PR'].map((kind) => ordered(its, kind).next);
  assert.ok(letter && notice && other);
  assert.equal(letter.dueAt, hoursAfter(receivedAt, 90 * 24));
  assert.equal(notice.dueAt, hoursAfter(receivedAt, 180 * 24));
  assert.equal(other.dueAt, hoursAfter(receivedAt, policy.preservation.days * 24));
  const act = { officer: 'o', at: receivedAt, policy: its };
  assert.equal(extend(letter, act).next.dueAt, hoursAfter(receivedAt, 180 * 24));
  assert.throws(() => extend(notice, act), { code: 'preservation-over' });
  assert.equal(viewPreservation(notice, 'x', receivedAt).links.extension, undefined);
  // Its terms are those of its receipt.
  assert.equal(extend(letter, { ...act, policy }).next.dueAt, hoursAfter(receivedAt, 180 * 24));
  const bounded = under({ terms, mostDays: 100 });
  assert.equal(ordered(bounded, 'NOTICE').next.dueAt, hoursAfter(receivedAt, 100 * 24));
  assert.ok(becomePart(letter, { case: 'c', until: '2030-01-01T00:00:00.000Z', at: receivedAt }));
});

test('a policy that lets a kind of order last longer than any may is refused', () => {
  const terms = [{ instruments: ['LETTER'], days: 90, extensionDays: 90 }];
  const instruments = [...policy.preservation.instruments, 'LETTER'];
  const its = (mostDays: number) => policySchema.safeParse(under({ terms, instruments, mostDays }));
  assert.equal(its(180).success, true);
  assert.equal(its(179).success, false);
});
