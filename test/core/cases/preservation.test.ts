import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  ended,
  kept,
  type Preservation,
  preservationSchema,
  preserve,
  storedPreservation,
  viewPreservation,
} from '#core/cases/preservation.ts';
import { receivedAt, request } from './cases.ts';

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

test('that its drawers are kept is told once', () => {
  const { next } = received();
  const first = { ...next, entries: { n: 1, hash: 'h' } };
  assert.deepEqual(kept(first, 3)?.entry, { kind: 'preservation.kept', data: { drawers: 3 } });
  assert.equal(kept({ ...first, entries: { n: 2, hash: 'i' } }, 3), undefined);
});

test('I5: what its agency sees is the same whether or not there is anything to keep', () => {
  const nothing = received([[], [], []]).next;
  assert.deepEqual(viewPreservation(received().next), viewPreservation(nothing));
  assert.deepEqual(storedPreservation.parse(nothing), nothing);
});

test('I5: a preservation has no room for anything but who, what kind and when', () => {
  for (const more of [{ priority: 'Routine' }, { content: true }, { notice: request.notice }]) {
    assert.equal(preservationSchema.safeParse({ ...order, ...more }).success, false);
  }
  assert.equal(preservationSchema.safeParse({ ...order, categories: ['ContentData'] }).success, false);
});
