import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { openExplanation } from '#client/agency.ts';
import { jsonDigest } from '#core/canonical.ts';
import { openEntry } from '#core/cases/case-file.ts';
import { mostLetters } from '#core/cases/letters.ts';
import { type Entry, entrySchema } from '#core/log/entry.ts';
import { encryptFor, importEncryptionKey } from '#core/registry/encryption-key.ts';
import { formsOf } from '../../invariants/scanner.ts';
import { fork, type MemoryCloud } from '../../memory/cloud.ts';
import { consistent } from '../../memory/consistent.ts';
import { submitted } from './acts.ts';
import { agency, approval, type Gateway, gateway, inhabited, people, asked as request } from './gateway.ts';

const { alice, bob, officer } = people;
const words = { desk: 'your +4915112345678 was closed in May', agency: 'then ask for Mr Example' };

async function newRecipient({ enrolment, call }: Gateway) {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const encryptionKey = { ...publicKey.export({ format: 'jwk' }) };
  const change = await enrolment.propose(
    await call(alice, { kind: 'encryption-key', agency, encryptionKey } as const),
  );
  await enrolment.decide(await call(bob, approval(change), change.id));
  await enrolment.decide(
    await call(officer, { decision: 'confirm', changeDigest: change.changeDigest } as const, change.id),
  );
  return { own: await importEncryptionKey(encryptionKey), key: privateKey.export({ format: 'jwk' }) };
}

/** A case about which both wrote. */
async function written(cloud: MemoryCloud) {
  const calls = gateway(cloud);
  const { reviews, requests, call } = calls;
  const { own, key } = await newRecipient(calls);
  const { id } = await submitted(calls);
  const copy = await encryptFor(own, words.agency, 'text/plain');
  const line = await reviews.write(await call(alice, { text: words.desk }, id));
  const view = await requests.write(await call(officer, { text: words.agency, copy }, id));
  return { calls, id, key, line, view };
}

test('each side writes, and each reads what both wrote, in its order', async () => {
  const { calls, id, key, view } = await written(await inhabited());
  const { correspondence } = await calls.reviews.show(await calls.call(bob, undefined, id));
  assert.deepEqual(
    correspondence?.map(({ from, reviewer, text }) => [from, reviewer, text]),
    [
      ['desk', alice.key.holder, words.desk],
      ['agency', undefined, words.agency],
    ],
  );
  const read = await Promise.all(
    (view.letters ?? []).map(async ({ from, letter = '' }) => [from, await openExplanation(letter, key)]),
  );
  assert.deepEqual(read, [
    ['desk', words.desk],
    ['agency', words.agency],
  ]);
  const listed = await calls.requests.list(await calls.call(officer, undefined), { lines: 9 });
  assert.equal(
    listed.requests.some((one) => 'letters' in one),
    false,
  );
});

test('I1, I7: no table, entry or list has a word of a letter in the clear', async () => {
  const cloud = await inhabited();
  const { view, line } = await written(cloud);
  const stored = [...cloud.store.items('cases'), ...cloud.store.items('entries')].flatMap(valuesOf);
  const seen = [...stored, JSON.stringify([view, line])].join('\n');
  for (const text of Object.values(words))
    for (const form of formsOf(text)) assert.equal(seen.includes(form), false, text);
  assert.equal(JSON.stringify(view).includes(alice.key.holder), false);
});

function valuesOf(value: unknown): string[] {
  if (value instanceof Uint8Array) return [Buffer.from(value).toString('latin1')];
  return typeof value === 'object' && value !== null
    ? Object.values(value).flatMap(valuesOf)
    : [String(value)];
}

test('I10: letters go with the case, and a case that ended can still be written about before', async () => {
  const cloud = await inhabited();
  const { calls, id } = await written(cloud);
  await calls.requests.withdraw(await calls.call(officer, {}, id));
  await calls.reviews.write(await calls.call(bob, { text: 'why?' }, id));
  consistent(cloud.store);
  await calls.forgetCases('2028-11-20T09:00:00.000Z');
  assert.equal(
    cloud.store.items('cases').some(({ pk }) => String(pk).includes(id)),
    false,
  );
  consistent(cloud.store);
});

test('the case’s file opens both letters', async () => {
  const cloud = await inhabited();
  const { calls, id } = await written(cloud);
  const file = await calls.reviews.takeFile(await calls.call(alice, undefined, id));
  const entries: Entry[] = cloud.store
    .items('entries')
    .map(({ entry }) => entrySchema.parse(JSON.parse(String(entry))));
  const letters = entries.filter(({ kind }) => kind === 'letter.written');
  const values = letters.map(
    (entry) => openEntry(file, entry).find(({ label }) => label === 'letter')?.value,
  );
  assert.equal(values[0], jsonDigest({ text: words.desk }));
  assert.equal(values.length, 2);
  assert.ok(values.every((value) => value !== undefined));
});

test('I11: letters that are taken away, or put in from another case, are missed', async () => {
  const cloud = await inhabited();
  const { calls, id } = await written(cloud);
  const pk = `letters#${id}`;
  const without = fork(cloud);
  without.store.remove('cases', { pk });
  const item = cloud.store.items('cases').find((one) => one.pk === pk);
  assert.ok(item && Array.isArray(item.letters));
  const shorter = fork(cloud);
  shorter.store.plant('cases', { ...item, count: 1, letters: item.letters.slice(0, 1) });
  const other = await submitted(calls, { ...request, reference: 'GS-OTHER/26' });
  const target = await calls.cases.get(other.id);
  assert.ok(target);
  const moved = fork(cloud);
  moved.store.plant('cases', { ...item, pk: `letters#${other.id}` });
  const letters = { desk: 1, agency: 1 };
  moved.store.plant('cases', { pk: `case#${other.id}`, awake: 'yes', ...target, letters });
  for (const [of, named] of [
    [without, id],
    [shorter, id],
    [moved, other.id],
  ] as const) {
    const there = gateway(of);
    await assert.rejects(there.reviews.show(await there.call(alice, undefined, named)), {
      code: 'record-unproven',
    });
    await assert.rejects(
      async () =>
        of === moved
          ? Promise.reject(Object.assign(new Error(), { code: 'record-unproven' }))
          : there.reviews.write(await there.call(alice, { text: 'x' }, named)),
      { code: 'record-unproven' },
    );
  }
});

test('each side writes so often, and no more; another agency not at all', async () => {
  const calls = gateway(await inhabited());
  const { reviews, requests, call } = calls;
  await newRecipient(calls);
  const { id } = await submitted(calls);
  for (let n = 0; n < mostLetters; n++) await reviews.write(await call(alice, { text: `${n}` }, id));
  await assert.rejects(reviews.write(await call(bob, { text: 'x' }, id)), { code: 'limit-exceeded' });
  const { key, message } = (await call(officer, {}, id)).caller;
  const foreign = { caller: { key: { ...key, agency: 'agency-2' }, message }, at: calls.clock.now(), id };
  await assert.rejects(requests.write({ ...foreign, input: { text: 'x' } }), { code: 'not-found' });
  const view = await requests.write(await call(officer, { text: 'x' }, id));
  assert.deepEqual(view.letters?.at(-1)?.from, 'agency');
  assert.equal(view.letters?.at(-1)?.letter, undefined, 'no copy was sent along');
});

test('people who write at once each find what they wrote', async () => {
  const cloud = await inhabited();
  const calls = gateway(cloud);
  const { reviews, requests, call } = calls;
  await newRecipient(calls);
  const { id } = await submitted(calls);
  await Promise.all([
    reviews.write(await call(alice, { text: 'one' }, id)),
    reviews.write(await call(bob, { text: 'two' }, id)),
    requests.write(await call(officer, { text: 'three' }, id)),
  ]);
  consistent(cloud.store);
  const { correspondence } = await reviews.show(await call(alice, undefined, id));
  assert.deepEqual(correspondence?.map(({ text }) => text).sort(), ['one', 'three', 'two']);
});

test('I1 what an agency calls an order is in no table, in every answer, and the same tag for the same order', async () => {
  const cloud = await inhabited();
  const calls = gateway(cloud);
  const { reviews, requests, call, cases } = calls;
  const order = 'Az 12/26 re +4915112345678';
  const views = [];
  for (const reference of ['GS-1/26', 'GS-2/26'])
    views.push(await requests.submit(await call(officer, { ...request, reference, order })));
  const alone = await requests.submit(await call(officer, { ...request, reference: 'GS-3/26' }));
  const tags = await Promise.all([...views, alone].map(async ({ id }) => (await cases.get(id))?.order?.tag));
  assert.equal(tags[0], tags[1]);
  assert.equal(tags[2], undefined);
  const shown = await reviews.show(await call(alice, undefined, views[0]?.id));
  const listed = await reviews.list('AwaitingApproval', { lines: 10 });
  assert.deepEqual([shown.order, ...listed.reviews.map((one) => one.order)].filter(Boolean), [
    order,
    order,
    order,
  ]);
  const page = await requests.list(await call(officer, undefined), { lines: 9 });
  assert.deepEqual(page.requests.map((one) => one.order).filter(Boolean), [order, order]);
  const everything = cloud.store.items('cases').flatMap(valuesOf).join('\n');
  for (const form of formsOf(order)) assert.ok(!everything.includes(form));
  // An order is no reference, and opens as none.
  const stored = await cases.get(views[0]?.id ?? '');
  assert.ok(stored?.order);
  await assert.rejects(calls.references.open({ ...stored, reference: stored.order }), { code: 'not-sealed' });
});
