import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import type { JWK } from 'jose';
import { openExplanation } from '#client/agency.ts';
import { jsonDigest } from '#core/canonical.ts';
import { calendarOf } from '#core/cases/calendar.ts';
import { openEntry } from '#core/cases/case-file.ts';
import { count } from '#core/cases/deadline.ts';
import { informationNeeded } from '#core/cases/messages.ts';
import { reviewDesk } from '#core/gateway/reviews.ts';
import { type Entry, entrySchema } from '#core/log/entry.ts';
import type { Item } from '#core/store/store.ts';
import { fork, type MemoryCloud } from '../../memory/cloud.ts';
import { consistent } from '../../memory/consistent.ts';
import { policy } from '../cases/cases.ts';
import { askedFor, decision, question, submitted } from './acts.ts';
import { agency, approval, type Gateway, gateway, inhabited, people, asked as request } from './gateway.ts';

const { alice, bob, officer } = people;

const words = {
  note: 'I called the court about Mr Example',
  question: 'is +4915112345678 his number',
  answer: 'it is the number of his brother',
};
const digest = `sha-256=:${'B'.repeat(43)}=:`;

/** A case with a note, a question and its answer, and the key that the agency reads with. */
async function talked(cloud: MemoryCloud) {
  const calls = gateway(cloud);
  const { reviews, requests, call } = calls;
  const key = await newRecipient(calls);
  const view = await submitted(calls);
  const { id } = view;
  await reviews.note(await call(alice, { text: words.note }, id));
  await reviews.ask(await call(bob, { ...question(view), text: words.question }, id));
  const asked = await requests.follow(await call(officer, undefined, id));
  const answered = await requests.inform(await call(officer, { text: words.answer, digest }, id));
  return { calls, id, view, key, asked, answered };
}

/** @returns the private part of the agency's new encryption key */
async function newRecipient({ enrolment, call }: Gateway): Promise<JWK> {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const proposal = {
    kind: 'encryption-key',
    agency,
    encryptionKey: { ...publicKey.export({ format: 'jwk' }) },
  } as const;
  const change = await enrolment.propose(await call(alice, proposal));
  await enrolment.decide(await call(bob, approval(change), change.id));
  await enrolment.decide(
    await call(officer, { decision: 'confirm', changeDigest: change.changeDigest } as const, change.id),
  );
  return privateKey.export({ format: 'jwk' });
}

test('the desk asks, the agency reads it and answers, and every reviewer reads all of it with the case', async () => {
  const { calls, id, key, asked, answered } = await talked(await inhabited());
  assert.deepEqual([asked.status, asked.information?.of], ['AwaitingApproval', ['order']]);
  const { askedAt = '', answerBy = '' } = asked.information ?? {};
  assert.equal(answerBy, count(askedAt, { days: 5 }, calendarOf(policy)).dueAt, 'as the policy says');
  assert.equal(await openExplanation(asked.information?.question ?? '', key), words.question);
  assert.notEqual(answered.information?.answeredAt, undefined);
  const { notes, questions } = await calls.reviews.show(await calls.call(people.carol, undefined, id));
  assert.deepEqual(
    notes?.map(({ reviewer, text }) => [reviewer, text]),
    [[alice.key.holder, words.note]],
  );
  const [one, ...more] = questions ?? [];
  assert.deepEqual(more, []);
  assert.deepEqual([one?.reviewer, one?.of, one?.text], [bob.key.holder, ['order'], words.question]);
  assert.deepEqual([one?.answer?.text, one?.answer?.digest], [words.answer, digest]);
});

test('I1, I7: no table, entry, list or answer to the agency has a word of it in the clear', async () => {
  const cloud = await inhabited();
  const { calls, id, asked, answered } = await talked(cloud);
  const lists = await calls.reviews.list('AwaitingApproval', { lines: 10 });
  const claimed = await calls.reviews.claim(await calls.call(alice, { claim: 'take' } as const, id));
  const stored = [...cloud.store.items('cases'), ...cloud.store.items('entries')].flatMap(valuesOf);
  const shown = [asked, answered, lists, claimed].map((one) => JSON.stringify(one));
  // As bytes, as base64 of a signed body, and as text.
  const seen = [...stored, ...shown].join('\n');
  for (const text of Object.values(words)) {
    assert.equal(seen.includes(text), false, text);
    assert.equal(seen.includes(Buffer.from(text).toString('base64').slice(4, -4)), false, text);
  }
  assert.equal(JSON.stringify([asked, answered]).includes(alice.key.holder), false);
});

/** Every text and every run of bytes in a value, as text. */
function valuesOf(value: unknown): string[] {
  if (value instanceof Uint8Array) return [Buffer.from(value).toString('latin1')];
  return typeof value === 'object' && value !== null
    ? Object.values(value).flatMap(valuesOf)
    : [String(value)];
}

test('I10: what was written about a case goes with the case', async () => {
  const cloud = await inhabited();
  const { calls, id } = await talked(cloud);
  const written = () =>
    cloud.store.items('cases').filter(({ pk }) => /^(note|question|answer)#/.test(String(pk))).length;
  assert.equal(written(), 3);
  await calls.requests.withdraw(await calls.call(officer, {}, id));
  await calls.forgetCases('2028-11-20T09:00:00.000Z');
  assert.equal(written(), 0);
  assert.equal(
    cloud.store.items('cases').some(({ pk }) => String(pk).includes(id)),
    false,
  );
  consistent(cloud.store);
});

test('the case’s file opens what was asked and answered, and no note', async () => {
  const cloud = await inhabited();
  const { calls, id, view } = await talked(cloud);
  const file = await calls.reviews.takeFile(await calls.call(alice, undefined, id));
  const entries: Entry[] = cloud.store
    .items('entries')
    .map(({ entry }) => entrySchema.parse(JSON.parse(String(entry))));
  const opened = (kind: string) => {
    const entry = entries.find((one) => one.kind === kind && one.stream === `case/${id}`);
    assert.ok(entry, kind);
    return new Map(openEntry(file, entry).map(({ label, value }) => [label, value]));
  };
  const asked = { ...question(view), text: words.question };
  assert.equal(opened('information.asked').get('question'), jsonDigest(asked));
  assert.equal(opened('information.given').get('answer'), jsonDigest({ text: words.answer, digest }));
  const note = opened('note.added');
  assert.equal(note.get('reviewer'), alice.key.holder);
  assert.deepEqual([note.has('note'), note.get('note')], [true, undefined]);
});

test('I11: a message that is taken away, or is another case’s, is missed', async () => {
  const cloud = await inhabited();
  const { id } = await talked(cloud);
  const pks = ['note', 'question', 'answer'].map((sort) => `${sort}#${id}#1`);
  const items = (of: MemoryCloud): Item[] => of.store.items('cases');
  for (const pk of pks) {
    const without = fork(cloud);
    without.store.remove('cases', { pk });
    await assertMissed(without, id, pk);
  }
  // Sealed for one case, it opens for no other; and a note is no answer.
  const other = await submitted(gateway(cloud), { ...request, reference: 'GS-OTHER/26' });
  const note = items(cloud).find(({ pk }) => pk === pks[0]);
  const target = await gateway(cloud).cases.get(other.id);
  assert.ok(note && target);
  const moved = fork(cloud);
  moved.store.plant('cases', { ...note, pk: `note#${other.id}#1` });
  const counted = { ...target, messages: { note: 1, question: 0, answer: 0 } };
  moved.store.plant('cases', { pk: `case#${other.id}`, awake: 'yes', ...counted });
  await assertMissed(moved, other.id, 'a note of another case');
  const passed = fork(cloud);
  passed.store.plant('cases', { ...note, pk: pks[2] });
  await assertMissed(passed, id, 'a note as an answer');
});

async function assertMissed(cloud: MemoryCloud, id: string, what: string): Promise<void> {
  const calls = gateway(cloud);
  const shown = calls.reviews.show(await calls.call(alice, undefined, id));
  await assert.rejects(shown, { code: 'record-unproven' }, what);
}

test('nobody is asked what their officers could not read, and nothing is changed', async () => {
  const cloud = await inhabited();
  const calls = gateway(cloud);
  const view = await submitted(calls);
  const { kms, watch, clock } = cloud;
  const desk = reviewDesk({
    ...calls,
    registry: calls.registry,
    desk: kms.desk,
    watch,
    clock,
    policy: policy,
    policyHash: 'none',
    recipientOf: async () => undefined,
    ownRecipients: async () => [],
    whatExists: async () => [],
  });
  await assert.rejects(desk.ask(await calls.call(alice, question(view), view.id)), { code: 'try-again' });
  assert.equal((await calls.cases.get(view.id))?.information, undefined);
  // A note needs nobody's key.
  await desk.note(await calls.call(alice, { text: words.note }, view.id));
});

test('another agency neither sees nor answers it, and what is not there cannot be claimed, noted or asked', async () => {
  const cloud = await inhabited();
  const calls = gateway(cloud);
  const id = await askedFor(calls);
  const { key, message } = (await calls.call(officer, {}, id)).caller;
  const foreign = { caller: { key: { ...key, agency: 'agency-2' }, message }, at: calls.clock.now(), id };
  await assert.rejects(calls.requests.inform({ ...foreign, input: { text: 'x' } }), { code: 'not-found' });
  const nobody = '0f8b6b1e-5a3c-4c4e-9d53-0a4f3f0f7a11';
  const { reviews, call } = calls;
  const all = [
    reviews.claim(await call(alice, { claim: 'take' } as const, nobody)),
    reviews.note(await call(alice, { text: 'x' }, nobody)),
    reviews.ask(await call(alice, question({ requestDigest: 'x' }), nobody)),
  ];
  for (const one of all) await assert.rejects(one, { code: 'not-found' });
});

test('two reviewers who ask, note and decide at once each find what they did', async () => {
  const cloud = await inhabited();
  const calls = gateway(cloud);
  const view = await submitted(calls);
  const { reviews, call } = calls;
  const acts = [
    reviews.note(await call(alice, { text: 'one' }, view.id)),
    reviews.note(await call(bob, { text: 'two' }, view.id)),
    reviews.ask(await call(alice, question(view), view.id)),
    reviews.decide(await call(bob, decision(view), view.id)),
  ];
  await Promise.all(acts);
  consistent(cloud.store);
  const seen = await reviews.show(await call(alice, undefined, view.id));
  assert.deepEqual(seen.notes?.map(({ text }) => text).sort(), ['one', 'two']);
  assert.equal(seen.questions?.length, 1);
  assert.equal(seen.decisions.length, 1);
});

test('the longest note, question and answer are kept and read, in whatever script they are', async () => {
  const cloud = await inhabited();
  const calls = gateway(cloud);
  const { reviews, requests, call } = calls;
  const key = await newRecipient(calls);
  const view = await submitted(calls);
  const { id } = view;
  for (const letter of ['x', 'é', '€', '𝒳', '"', '\\']) {
    const text = (units: number) => letter.repeat(units / letter.length);
    await reviews.note(await call(alice, { text: text(2000) }, id));
    const asking = { ...question(view), of: informationNeeded.slice(0, 8), text: text(1000) };
    await reviews.ask(await call(alice, asking, id));
    const { information } = await requests.follow(await call(officer, undefined, id));
    assert.equal(await openExplanation(information?.question ?? '', key), text(1000));
    await requests.inform(await call(officer, { text: text(2000), digest }, id));
    const { notes, questions } = await reviews.show(await call(bob, undefined, id));
    assert.equal(notes?.at(-1)?.text, text(2000));
    assert.equal(questions?.at(-1)?.answer?.text, text(2000));
  }
});
