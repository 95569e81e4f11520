import assert from 'node:assert/strict';
import { test } from 'node:test';
import { utf8 } from '#core/bytes.ts';
import { mostHolders } from '#core/cases/case.ts';
import { CaseError } from '#core/cases/errors.ts';
import { mostDecisionBytes, mostMessageBytes, mostRequestBytes } from '#core/cases/kept.ts';
import { WireError } from '#core/problem.ts';
import { RegistryError } from '#core/registry/errors.ts';
import { mostEncryptionKeys, mostMembers } from '#core/registry/records.ts';
import { agencyOf, decided, holder, proposed } from '../registry/registry.ts';
import { decision, preservationOrder, submitted } from './acts.ts';
import { agency, approval, asked, encryptionKey, gateway, inhabited, people, terms } from './gateway.ts';

/** What the tables hold has bounds (test/limits/): what would pass one is refused by a code, before anything is written. */
const { alice, bob, officer } = people;

const refused = (code: string) => (error: unknown) =>
  (error instanceof WireError || error instanceof CaseError || error instanceof RegistryError) &&
  error.code === code;

/** The same call with a body that says no more and is so many bytes longer. */
function padded<C extends { caller: { message: { body: Uint8Array } } }>(call: C, bytes: number): C {
  const { message } = call.caller;
  const body = utf8(new TextDecoder().decode(message.body) + ' '.repeat(bytes));
  return { ...call, caller: { ...call.caller, message: { ...message, body } } };
}

test('a decision, a request, a proposal that is too long to be kept is refused, and nothing is', async () => {
  const cloud = await inhabited();
  const calls = gateway(cloud);
  const view = await submitted(calls);
  const before = cloud.store.items('cases').length;
  const deciding = await calls.call(alice, decision(view), view.id);
  await assert.rejects(calls.reviews.decide(padded(deciding, mostDecisionBytes)), refused('body-too-large'));
  const request = await calls.call(officer, { ...asked, reference: 'GS-2/26' });
  await assert.rejects(calls.requests.submit(padded(request, mostRequestBytes)), refused('body-too-large'));
  const order = await calls.call(officer, preservationOrder);
  await assert.rejects(
    calls.preservations.submit(padded(order, mostRequestBytes)),
    refused('body-too-large'),
  );
  const proposal = await calls.call(alice, { kind: 'terms', agency, terms } as const);
  await assert.rejects(
    calls.enrolment.propose(padded(proposal, mostRequestBytes)),
    refused('body-too-large'),
  );
  const note = await calls.call(alice, { text: 'a note' }, view.id);
  await assert.rejects(calls.reviews.note(padded(note, mostMessageBytes)), refused('body-too-large'));
  assert.equal(cloud.store.items('cases').length, before);
  // Twice the longest passes.
  await calls.reviews.decide(padded(deciding, 8000));
  await calls.reviews.note(padded(note, 12_000));
});

test('a number that more people had than a case can have grants is refused, and counts as asked', async () => {
  const cloud = await inhabited();
  const calls = gateway(cloud, undefined, async () =>
    Array.from({ length: mostHolders + 1 }, (_, i) => ({ subject: `pseudonym ${i}` })),
  );
  await assert.rejects(submitted(calls), refused('limit-exceeded'));
  await assert.rejects(
    calls.preservations.submit(await calls.call(officer, preservationOrder)),
    refused('limit-exceeded'),
  );
  const counted = cloud.store.items('calls').filter(({ pk }) => String(pk).startsWith('rate#agency-1#day#'));
  assert.ok(counted.length > 0 && counted.every(({ n }) => n === 1));
});

test('a party has a thousand keys, an agency two hundred encryption keys, and not one more', async () => {
  const cloud = await inhabited();
  const record = cloud.store.items('registry').find(({ pk }) => pk === `agency#${agency}`);
  const member = (i: number) => ({ keyId: `key-${i}`, holder: `officer-${i}` });
  const { by: _, mac: __, ...item } = record ?? {};
  cloud.store.plant('registry', {
    ...item,
    members: [...membersOf(record), ...Array.from({ length: mostMembers - 1 }, (_, i) => member(i))],
    encryptionKeys: Array.from({ length: mostEncryptionKeys }, () => keysOf(record)[0]),
  });
  const calls = gateway(cloud);
  const recruit = holder('officer-new', 'agency', agency);
  for (const proposal of [
    { kind: 'officer', agency, officer: { holder: 'officer-new', publicKey: { ...recruit.key.publicKey } } },
    { kind: 'encryption-key', agency, encryptionKey },
  ] as const) {
    const change = await calls.enrolment.propose(await calls.call(officer, proposal));
    await calls.enrolment.decide(await calls.call(alice, approval(change), change.id));
    await assert.rejects(
      calls.enrolment.decide(await calls.call(bob, approval(change), change.id)),
      refused('limit-exceeded'),
    );
  }
});

const listOf = (item: Record<string, unknown> | undefined, name: string): unknown[] => {
  const list: unknown = item?.[name];
  return Array.isArray(list) ? list : [];
};
const membersOf = (item: Record<string, unknown> | undefined) => listOf(item, 'members');
const keysOf = (item: Record<string, unknown> | undefined) => listOf(item, 'encryptionKeys');

test('a fifth approval of a change that waits for the agency is refused; a confirmation and a rejection are not', async () => {
  const reviewers = Array.from({ length: 5 }, (_, i) => holder(`reviewer-${i}`, 'reviewer'));
  const [first = holder('reviewer-9', 'reviewer'), ...others] = reviewers;
  const confirming = holder('officer-1', 'agency', 'lka');
  const enrolled = agencyOf('lka', confirming);
  const recruit = holder('officer-2', 'agency', 'lka');
  let change = await proposed(first, {
    kind: 'officer',
    agency: 'lka',
    officer: { holder: 'officer-2', publicKey: recruit.key.publicKey },
  });
  for (const other of others.slice(0, 3)) change = await decided(change, other, enrolled);
  const [last = first] = others.slice(3);
  await assert.rejects(decided(change, last, enrolled), refused('change-closed'));
  assert.equal((await decided(change, last, enrolled, { decision: 'reject' })).status, 'Rejected');
  assert.equal((await decided(change, confirming, enrolled)).status, 'Applied');
});
