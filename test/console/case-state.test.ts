import assert from 'node:assert/strict';
import { test } from 'node:test';
import { signal } from '@preact/signals';
import { ExchangeError } from '#client/errors.ts';
import type { Session } from '#client/exchange.ts';
import { newSigningKey, signerFromPem } from '#client/keys.ts';
import { orderDigests } from '#client/order-digest.ts';
import type { Review } from '#client/reviewer.ts';
import { opened } from '#console/case/opened.ts';
import { caseState } from '#console/case/state.ts';
import type { Connection } from '#console/state/connection.ts';
import { caseLines } from '#console/state/lines.ts';
import { jsonDigest } from '#core/canonical.ts';
import { someReview } from './some-review.ts';

/** The screen of one case at a desk whose provider shows what a test says. */
function at(shows: () => Review) {
  const session: Session = {
    url: 'https://provider.example',
    signer: signerFromPem(newSigningKey().privatePem),
    providerKeys: new Map(),
  };
  const connection = signal<Connection>({ is: 'well' });
  const me = signal<string | undefined>('a.weber');
  const lines = caseLines({ session, connection, me });
  const { id } = someReview();
  return caseState({ session, connection, me, lines }, id, async () => shows());
}

const note = { deed: 'note', text: 'x' } as const;

test('nothing is fetched before it was said that a look is logged', async () => {
  let looks = 0;
  const state = at(() => {
    looks++;
    return someReview();
  });
  assert.equal(state.shown.peek().is, 'announced');
  assert.equal(looks, 0);
  await state.look();
  assert.equal(state.shown.peek().is, 'shown');
  assert.equal(opened.peek()?.isSignable, true);
  state.leave();
  assert.equal(opened.peek(), undefined, 'what was left is dropped');
});

test('a request that is another than its digest is of is not shown, and nothing is signed of it', async () => {
  const review = someReview();
  const other = { ...review, request: { ...review.request, subjects: review.request.subjects.slice(0, 1) } };
  for (const shown of [other, { ...review, id: '11111111-5a3c-4c4e-9d53-0a4f3f0f7a11' }]) {
    const state = at(() => shown);
    await state.look();
    assert.deepEqual(state.shown.peek(), { is: 'wrong' });
    assert.equal(opened.peek(), undefined);
    let calls = 0;
    assert.equal(await state.sign(note, async () => Promise.reject(new Error(String(calls++)))), false);
    assert.equal(calls, 0);
  }
});

test('after a lost answer nothing is signed until the case was looked at, and then it says whether it stands', async () => {
  let review = someReview();
  const state = at(() => review);
  await state.look();
  const lost = async () => Promise.reject(new ExchangeError('unreachable', { reason: 'unknown' }));
  assert.equal(await state.sign(note, lost), false);
  assert.equal(state.stale.peek()?.is, 'lost');
  assert.equal(opened.peek()?.isSignable, false);
  let calls = 0;
  assert.equal(await state.sign(note, async () => Promise.reject(new Error(String(calls++)))), false);
  assert.equal(calls, 0, 'not signed again blindly');
  review = someReview({ notes: [{ reviewer: 'a.weber', at: review.receivedAt, text: 'x' }] });
  await state.look();
  assert.deepEqual(state.outcome.peek(), { is: 'found', deed: note, stands: true });
  assert.equal(opened.peek()?.isSignable, true);
  state.leave();
});

test('a file is held against the digest that was signed', async () => {
  const bytes = new TextEncoder().encode('the order');
  const { instrument } = someReview().request;
  const request = {
    ...someReview().request,
    instrument: { ...instrument, digest: orderDigests(bytes).member },
  };
  const state = at(() => someReview({ request, requestDigest: jsonDigest(request) }));
  await state.look();
  for (const [file, compared] of [
    [bytes, 'equal'],
    [new TextEncoder().encode('another'), 'differs'],
    [new Uint8Array(), 'empty'],
  ] as const) {
    state.compareOrder(file);
    assert.equal(state.order.peek()?.compared, compared);
  }
  state.leave();
});
