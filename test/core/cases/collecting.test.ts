import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withdraw } from '#core/cases/acts.ts';
import type { Case } from '#core/cases/case.ts';
import { checkCollectable, collected, collectionFailed, intend, isPending } from '#core/cases/collecting.ts';
import { intentMinutes } from '#core/log/limits.ts';
import {
  answer,
  approved,
  code,
  commitAt,
  committed,
  disclosed,
  fresh,
  hoursAfter,
  intended,
  minted,
  officerKey,
  policy,
  receivedAt,
  request,
} from './cases.ts';

test('I4: nothing is collected that was not announced', () => {
  assert.throws(() => collected(minted(), answer()), code('case-closed'));
  assert.throws(() => collected(fresh(), answer()), code('case-not-approved'));
  assert.throws(
    () => collectionFailed(minted(), { code: 'grant-missing', epochKeys: 0 }),
    code('case-closed'),
  );
  const done = collected(intended(), answer()).next;
  assert.throws(() => collected(done, answer()), code('case-closed'));
  assert.throws(() => collected(withdraw(intended(), 'officer').next, answer()), code('case-closed'));
});

test('an intent remembers the entry that tells it, where both get their number at commit', () => {
  const { it: current, entry } = committed(
    intend(minted(), { at: receivedAt, recipient: 'x', key: officerKey }),
    receivedAt,
  );
  assert.deepEqual([current.pending?.entry, current.pending?.hash], [entry.n, current.entries.hash]);
});

test('I4: an intent is resumed by asking for its own page, and announces no other', () => {
  const at = receivedAt;
  assert.equal(isPending(minted(), at, undefined), false);
  const first = intended();
  assert.equal(isPending(first, at, undefined), true);
  assert.equal(isPending(first, at, { collection: 1, page: 2 }), false);
  const begun = commitAt(collected(first, answer(at, [0], true)));
  const cursor = { collection: 1, page: 2 };
  const second = commitAt(
    intend(begun, { at: receivedAt, recipient: 'thumbprint', key: officerKey, cursor }),
  );
  assert.equal(isPending(second, at, cursor), true);
  assert.equal(isPending(second, at, { ...cursor, collection: 2 }), false);
  assert.equal(isPending(second, at, undefined), false, 'which begins another collection');
});

test('I4: an intent that is a quarter of an hour old announces nothing any more: it is announced anew', () => {
  const first = intended();
  const begun = Date.parse(first.pending?.at ?? '');
  const later = (minutes: number) => new Date(begun + minutes * 60_000).toISOString();
  assert.equal(isPending(first, later(intentMinutes - 0.01), undefined), true);
  assert.equal(isPending(first, later(intentMinutes), undefined), false);
});

test('a page that is asked for again takes nothing back of how far the collection has come', () => {
  const asked = (current: Case, page: number) => {
    const cursor = page === 1 ? undefined : { collection: 1, page };
    const announced = commitAt(
      intend(current, { at: receivedAt, recipient: 'thumbprint', key: officerKey, cursor }),
    );
    return commitAt(collected(announced, answer(receivedAt, [0], true)));
  };
  const again = [1, 2, 3, 2].reduce(asked, minted());
  assert.deepEqual(again.unfinished, { collection: 1, page: 3 });
  checkCollectable(again, receivedAt, { collection: 1, page: 4 });
  assert.throws(() => checkCollectable(again, receivedAt, { collection: 1, page: 5 }), code('page-gone'));
  assert.throws(() => checkCollectable(again, receivedAt, { collection: 2, page: 2 }), code('page-gone'));
});

test('a case is collected as often as the policy of its approval says', () => {
  const thrice = [1, 2, 3].reduce((current) => disclosed(current), minted());
  assert.equal(thrice.collections, 3);
  assert.throws(() => checkCollectable(thrice, receivedAt), code('collections-used-up'));
  const its = { ...policy, limits: { ...policy.limits, collections: 1 } };
  const once = disclosed(minted(approved(request, its)));
  assert.throws(() => checkCollectable(once, receivedAt), code('collections-used-up'));
  // An intent that was announced before the last collection was answered by another.
  assert.throws(() => collected({ ...intended(), collections: 3 }, answer()), code('collections-used-up'));
});

test('I9: nothing is collected from the very instant that the right to it expires, though no clock ran', () => {
  const current = minted();
  const end = current.expiresAt ?? '';
  checkCollectable(current, new Date(Date.parse(end) - 1).toISOString());
  assert.throws(() => checkCollectable(current, end), code('case-closed'));
});

test('what has left is counted by subject, from the first answer to the last', () => {
  const first = disclosed(minted(), receivedAt, [0, 0, 2]);
  assert.deepEqual(first.disclosed, {
    firstAt: receivedAt,
    lastAt: receivedAt,
    answers: 1,
    records: { 0: 2, 2: 1 },
  });
  const later = hoursAfter(receivedAt, 1);
  const second = disclosed(first, later, [2, 1]);
  assert.deepEqual(second.disclosed, {
    firstAt: receivedAt,
    lastAt: later,
    answers: 2,
    records: { 0: 2, 1: 1, 2: 2 },
  });
});

test('a page that did not arrive and is answered again is counted once', () => {
  const second = { collection: 1, page: 2 };
  const begun = commitAt(collected(intended(), answer(receivedAt, [0, 0], true)));
  const ask = (current: Case) =>
    commitAt(intend(current, { at: receivedAt, recipient: 'x', key: officerKey, cursor: second }));
  const once = commitAt(collected(ask(begun), answer(receivedAt, [0], true)));
  const twice = commitAt(collected(ask(once), answer(receivedAt, [0], true)));
  assert.deepEqual(once.disclosed?.records, { 0: 3 });
  assert.deepEqual(twice.disclosed, once.disclosed);
});

test('an intent that came to nothing counts as no collection', () => {
  const { next, entry } = collectionFailed(intended(), { code: 'grant-missing', epochKeys: 2 });
  assert.deepEqual([next.collections, next.pending, next.status], [0, undefined, 'AwaitingDisclosure']);
  assert.deepEqual(entry.data, { collection: 1, page: 1, drawers: 2, code: 'grant-missing' });
  assert.equal(disclosed(commitAt(collectionFailed(intended(), { code: 'x', epochKeys: 0 }))).collections, 1);
});
