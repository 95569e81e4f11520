import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openEntry } from '#core/cases/case-file.ts';
import { scopeText } from '#core/cases/scope.ts';
import { consistent } from '../../memory/consistent.ts';
import { decision, submitted } from './acts.ts';
import { type Gateway, gateway, inhabited, people } from './gateway.ts';

const { alice, bob, carol } = people;

/** What reviewers decided, and said when they did: readable by the desk, and by nobody who reads tables. */

const reasons = {
  narrow: 'only what the order names',
  wide: 'the order names all of it',
  same: 'checked by telephone',
  forged: 'the court denies that it made the order',
} as const;

async function decided(calls: Gateway) {
  const view = await submitted(calls);
  const whole = decision(view);
  const narrow = { ...whole.scope, categories: ['SubscriberData' as const] };
  const approve = async (by: typeof alice, scope: typeof whole.scope, reason: string) =>
    calls.reviews.decide(await calls.call(by, { ...whole, scope, reason }, view.id));
  await approve(alice, narrow, reasons.narrow);
  await approve(bob, whole.scope, reasons.wide);
  await approve(carol, whole.scope, reasons.same);
  return { view, narrow, whole: whole.scope };
}

test('a reviewer sees every decision with its scope and reason, those that count no more too', async () => {
  const calls = gateway(await inhabited());
  const { view, narrow, whole } = await decided(calls);
  const review = await calls.reviews.show(await calls.call(carol, undefined, view.id));
  assert.deepEqual(
    review.decisions.map(({ reviewer, scope, reason }) => [reviewer, scope && scopeText(scope), reason]),
    [
      ['reviewer-2', scopeText(whole), reasons.wide],
      ['reviewer-3', scopeText(whole), reasons.same],
    ],
  );
  const [first, ...more] = review.superseded ?? [];
  assert.deepEqual(more, []);
  assert.deepEqual(
    [
      first?.reviewer,
      first?.because,
      first?.supersededBy,
      first?.scope && scopeText(first.scope),
      first?.reason,
    ],
    ['reviewer-1', 'scope-differs', 'reviewer-2', scopeText(narrow), reasons.narrow],
  );
  const { reviews } = await calls.reviews.list('AwaitingDisclosure', { lines: 10 });
  const text = JSON.stringify(reviews);
  assert.equal(reviews[0]?.superseded?.length, 1);
  for (const reason of Object.values(reasons)) assert.ok(!text.includes(reason), 'a list opens nothing');
});

test('the desk sees who suspended a case, on which ground and why', async () => {
  const calls = gateway(await inhabited());
  const { view } = await decided(calls);
  const { requestDigest } = view;
  const suspension = { requestDigest, ground: 'manifest-error', reason: reasons.forged } as const;
  await calls.reviews.suspend(await calls.call(alice, suspension, view.id));
  const review = await calls.reviews.show(await calls.call(bob, undefined, view.id));
  const { reviewer, ground, reason } = review.suspension ?? {};
  assert.deepEqual([reviewer, ground, reason], ['reviewer-1', 'manifest-error', reasons.forged]);
});

test('I1: no table and no entry holds what a reviewer said', async () => {
  const cloud = await inhabited();
  const { view } = await decided(gateway(cloud));
  const items = ['cases', 'entries'] as const;
  const kept = items.flatMap((table) => cloud.store.items(table));
  const texts = kept.flatMap((item) =>
    Object.values(item).map((value) =>
      value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : JSON.stringify(value),
    ),
  );
  assert.ok(kept.some(({ pk }) => String(pk).startsWith(`aside#${view.id}#`)));
  for (const reason of Object.values(reasons)) assert.ok(!texts.some((text) => text.includes(reason)));
});

test('I11: where a decision that a case names was taken away, the case is not shown as if it never was', async () => {
  const cloud = await inhabited();
  const calls = gateway(cloud);
  const { view } = await decided(calls);
  const [aside] = cloud.store.items('cases').filter(({ pk }) => String(pk).startsWith('aside#'));
  assert.ok(aside);
  await cloud.store.write({ table: 'cases', delete: { pk: String(aside.pk) } });
  for (const act of [calls.reviews.show, calls.reviews.takeFile])
    await assert.rejects(async () => act(await calls.call(alice, undefined, view.id)), {
      code: 'record-unproven',
    });
});

test('a case’s file opens what the log says of approvals that count no more', async () => {
  const cloud = await inhabited();
  const calls = gateway(cloud);
  const { view, narrow } = await decided(calls);
  const file = await calls.reviews.takeFile(await calls.call(alice, undefined, view.id));
  assert.ok(file.values.some(({ label, value }) => label === 'scope' && value === scopeText(narrow)));
  const entries = consistent(cloud.store).get(`case/${view.id}`) ?? [];
  const opened = entries.flatMap((entry) => openEntry(file, entry));
  const ofDecisions = opened.filter(({ label }) => label === 'reviewer' || label === 'scope');
  assert.ok(ofDecisions.length >= 6);
  for (const { label, value } of ofDecisions) assert.ok(value, label);
});
