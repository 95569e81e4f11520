import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toBase64url, toHex } from '#core/bytes.ts';
import type { Policy } from '#core/cases/policy.ts';
import { caseForgetter } from '#core/keeping/forgetting-cases.ts';
import { PartsFailed } from '#core/parts.ts';
import { grantTokens } from '#core/state/grant-tokens.ts';
import { preservationState } from '#core/state/preservations.ts';
import { fork, type MemoryCloud } from '../../memory/cloud.ts';
import { consistent } from '../../memory/consistent.ts';
import { policy } from '../cases/cases.ts';
import { decision, heldBySecond, rejected, submitted } from '../gateway/acts.ts';
import { approval, asked, gateway, inhabited, people } from '../gateway/gateway.ts';

const { bob } = people;
/** More than a year, and more than a month more, after the case's end. */
const late = '2028-02-01T00:00:00.000Z';

/** What a request preserves is forgotten by itself: receipt.test.ts. */
const alone: Policy = { ...policy, preservation: { ...policy.preservation, onReceipt: false } };
const over = (cloud: MemoryCloud) => gateway(cloud, cloud.store, undefined, alone);

test('I7, I10: of a case that is forgotten nothing is left in any table but its entries: no salt, request, reference or subject', async () => {
  const cloud = await inhabited(alone);
  const calls = over(cloud);
  // A decision that another took the place of lies beside it.
  const view = await submitted(calls);
  const { id } = view;
  const whole = decision(view);
  const narrow = { ...whole, scope: { ...whole.scope, categories: ['SubscriberData' as const] } };
  await calls.reviews.decide(await calls.call(bob, narrow, id));
  await calls.reviews.decide(await calls.call(bob, whole, id));
  const no = { decision: 'reject', requestDigest: view.requestDigest, reason: 'not lawful' } as const;
  await calls.reviews.decide(await calls.call(bob, no, id));
  const current = await calls.cases.get(id);
  const beside = cloud.store.items('cases').find(({ pk }) => String(pk).startsWith(`aside#${id}#`));
  assert.ok(current && beside?.message instanceof Uint8Array);
  await cloud.store.write(...grantTokens(cloud).prepare(id, ['a-grants-token']).writes);
  const spellings = (bytes: Uint8Array) => [
    toHex(bytes),
    toBase64url(bytes),
    Buffer.from(bytes).toString('base64'),
  ];
  const held = [
    ...spellings(current.salt),
    ...spellings(current.request),
    ...spellings(beside.message),
    ...current.decisions.flatMap(({ message }) => spellings(message)),
    ...spellings(current.reference.sealed),
    current.reference.tag,
    current.requestDigest,
    ...current.subjects.flat().map(({ subject }) => subject),
    ...asked.subjects.map(({ value }) => value),
    'a-grants-token',
  ];
  const everything = () =>
    JSON.stringify(
      (['cases', 'registry', 'calls', 'entries', 'log', 'report'] as const).map((table) =>
        cloud.store.items(table),
      ),
      (_, value: unknown) => (value instanceof Uint8Array ? spellings(value) : value),
    );
  const found = () => held.filter((text) => everything().includes(text));
  assert.ok(found().length > 8, 'the search finds what is there');
  await calls.forgetCases(late);
  assert.deepEqual(found(), []);
  assert.equal(await calls.cases.get(id), undefined);
  assert.deepEqual(
    cloud.store
      .items('cases')
      .filter(({ pk }) => String(pk).includes(id) || String(pk).includes('reference#')),
    [],
  );
  const last = consistent(cloud.store).get(`case/${id}`)?.at(-1);
  assert.deepEqual([last?.kind, last?.data], ['case.forgotten', { status: 'Rejected', months: 12 }]);
  // Its reference can be used again, by another case.
  const again = await submitted(calls);
  assert.notEqual(again.id, id);
});

test('I10: cases that are not due stay, and those that wait or are open are not even looked at', async () => {
  const cloud = await inhabited();
  const calls = gateway(cloud);
  const id = await rejected(calls);
  const waiting = await submitted(calls, { ...asked, reference: 'GS-9/26' });
  await calls.forgetCases('2027-01-01T00:00:00.000Z');
  assert.ok(await calls.cases.get(id));
  const due = await Array.fromAsync(calls.cases.toForget(late));
  assert.deepEqual(
    due.map((current) => current.id),
    [id],
  );
  await calls.forgetCases(late);
  assert.ok(await calls.cases.get(waiting.id));
});

test('I10: DynamoDB would delete an ended case a month after it should have gone, and never a case that goes on', async () => {
  const cloud = await inhabited(alone);
  const calls = over(cloud);
  const id = await rejected(calls);
  await submitted(calls, { ...asked, reference: 'GS-9/26' });
  for (const { pk, ttl, forgetAt } of cloud.store.items('cases')) {
    if (pk !== `case#${id}`) assert.equal(ttl, undefined, String(pk));
    else assert.equal(ttl, Math.floor(Date.parse(String(forgetAt)) / 1000) + 30 * 86_400);
  }
});

test('a case that two reviewers hold stays until the hold ends, and DynamoDB leaves it too', async () => {
  const cloud = await inhabited();
  const proposed = gateway(cloud);
  const change = await heldBySecond(proposed);
  const one = fork(cloud);
  await gateway(one).forgetCases(late);
  assert.equal(await gateway(one).cases.get(change.of), undefined, 'one reviewer holds nothing');
  const calls = gateway(cloud);
  const applied = await calls.enrolment.decide(await calls.call(bob, approval(change), change.id));
  assert.equal(applied.status, 'Applied');
  await calls.forgetCases(late);
  const current = await calls.cases.get(change.of);
  assert.ok(current?.heldUntil !== undefined && current.heldUntil > late);
  const ttl = cloud.store.items('cases').find(({ pk }) => pk === `case#${change.of}`)?.ttl;
  assert.ok(Number(ttl) > Date.parse(current.heldUntil) / 1000);
  await calls.forgetCases(current.heldUntil);
  assert.equal(await calls.cases.get(change.of), undefined);
});

test('a hold is refused of a case that is not there, for longer than ten years, and into the past', async () => {
  const cloud = await inhabited();
  const calls = gateway(cloud);
  const id = await rejected(calls);
  const proposing = async (proposal: Parameters<typeof calls.enrolment.propose>[0]['input']) =>
    calls.enrolment.propose(await calls.call(bob, proposal));
  const none = 'c0ffee00-0000-4000-8000-00000000dead';
  const refused: [Parameters<typeof proposing>[0], string][] = [
    [{ kind: 'hold', case: none, until: late }, 'case-unknown'],
    [{ kind: 'release', case: none }, 'case-unknown'],
    [{ kind: 'release', case: id }, 'case-not-held'],
    [{ kind: 'hold', case: id, until: '2037-01-01T00:00:00Z' }, 'hold-too-long'],
    [{ kind: 'hold', case: id, until: '2026-01-01T00:00:00Z' }, 'hold-too-long'],
  ];
  for (const [proposal, refusal] of refused) await assert.rejects(proposing(proposal), { code: refusal });
});

test('I10: one case that cannot be forgotten keeps no other', async () => {
  const cloud = await inhabited();
  const calls = gateway(cloud);
  const ids: string[] = [];
  for (const reference of ['GS-1/26', 'GS-2/26', 'GS-3/26'])
    ids.push(await rejected(calls, { ...asked, reference }));
  const [poison] = ids;
  const forget: typeof calls.cases.forget = (outcome) =>
    outcome.next.id === poison ? Promise.reject(new TypeError('this case')) : calls.cases.forget(outcome);
  const { watch } = cloud;
  const preservations = preservationState(cloud);
  const failing = caseForgetter({ cases: { ...calls.cases, forget }, preservations, watch });
  await assert.rejects(failing.forgetCases(late), PartsFailed);
  for (const id of ids) assert.equal((await calls.cases.get(id)) !== undefined, id === poison);
  await calls.forgetCases(late);
  assert.equal(await calls.cases.get(ids[0] ?? ''), undefined);
});
