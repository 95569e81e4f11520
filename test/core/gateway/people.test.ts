import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toBase64url } from '#core/bytes.ts';
import { keyDesk, mostCasesLookedAt, peopleDesk } from '#core/gateway/people.ts';
import { commitment } from '#core/log/commitment.ts';
import { WireError } from '#core/problem.ts';
import type { RegistryState } from '#core/state/registry.ts';
import { pageAfter, placeOfPage } from '#core/wire/list-page.ts';
import { approved, decision, emergencyAsked, proposed, submitted } from './acts.ts';
import { agency, approval, asked, firstReviewer, gateway, inhabited, people } from './gateway.ts';

const { alice, bob, carol, officer, newcomer } = people;

async function desk(newest?: Pick<RegistryState, 'getAgency' | 'getDesk'>) {
  const cloud = await inhabited();
  const calls = gateway(cloud);
  const { registry, cases, references } = calls;
  const ports = { registry, newest: newest ?? registry, cases, references, watch: cloud.watch };
  return { cloud, calls, keys: keyDesk({ registry }), person: peopleDesk(ports) };
}
const all = { lines: 100 };

test('every key that is enrolled is listed once: whose it is, since when, and who signed for it', async () => {
  const { calls, keys } = await desk();
  const listed = (await keys.list('Enrolled', all)).keys;
  assert.deepEqual(
    listed.map(({ holder }) => holder).toSorted(),
    [alice, bob, carol, officer].map(({ key }) => key.holder).toSorted(),
  );
  const of = (who: typeof alice) => listed.find(({ keyid }) => keyid === who.key.keyId);
  assert.deepEqual([of(alice)?.enrolledBy, of(alice)?.decisions], ['founding/1', []]);
  assert.match(of(officer)?.enrolledBy ?? '', /^change\//);
  assert.deepEqual(
    of(officer)?.decisions.map(({ holder, decision: decided }) => [holder, decided]),
    [
      [alice.key.holder, 'approve'],
      [bob.key.holder, 'approve'],
    ],
  );
  assert.equal(of(officer)?.agency, agency);
  assert.deepEqual(await keys.show(officer.key.keyId), of(officer));
  await assert.rejects(keys.show('A'.repeat(43)), { code: 'not-found' });

  await calls.enrolment.revoke(await calls.call(alice, { keyid: officer.key.keyId, reason: 'left' }));
  const left = (await keys.list('Enrolled', all)).keys;
  assert.ok(!left.some(({ keyid }) => keyid === officer.key.keyId));
  const [revoked, ...others] = (await keys.list('Revoked', all)).keys;
  assert.deepEqual([revoked?.keyid, others.length], [officer.key.keyId, 0]);
  assert.ok(revoked?.revokedAt);
});

test('the list’s pages hold each key once, and a page goes on from the key that it names', async () => {
  const { keys } = await desk();
  const seen: string[] = [];
  let page: string | undefined;
  do {
    const from = page === undefined ? undefined : placeOfPage(page);
    const { keys: lines, next } = await keys.list('Enrolled', { lines: 1, from });
    seen.push(...lines.map(({ keyid }) => keyid));
    page = next === undefined ? undefined : pageAfter(next);
  } while (page !== undefined);
  assert.deepEqual([seen.length, new Set(seen).size], [4, 4]);
});

test('I11: what a key is called in the log is the commitment to its thumbprint, and a made-up key is listed nowhere', async () => {
  const { cloud, keys } = await desk();
  const [item] = cloud.store.items('registry').filter(({ pk }) => pk === `key#${officer.key.keyId}`);
  assert.ok(item);
  cloud.store.force('registry', { ...item, pk: 'key#made-up', keyId: 'made-up' });
  const listed = (await keys.list('Enrolled', all)).keys;
  assert.equal(listed.length, 4);
  for (const { keyid, log } of listed) {
    const salt = Buffer.from(log.salt, 'base64url');
    assert.equal(toBase64url(salt), log.salt);
    assert.equal(commitment(salt, 'key', keyid), log.key);
  }
});

test('an officer’s keys end the requests that were asked with them, and no other', async () => {
  const { calls, person } = await desk();
  const waiting = await submitted(calls);
  const open = await approved(calls, { ...asked, reference: 'GS-2/26' });
  const withdrawn = await submitted(calls, { ...asked, reference: 'GS-3/26' });
  await calls.requests.withdraw(await calls.call(officer, undefined, withdrawn.id));
  const { ends, keys, others, agency: of, proven } = await person(officer.key.holder);
  assert.deepEqual(
    [keys.map(({ keyid }) => keyid), others, of, proven],
    [[officer.key.keyId], 0, agency, true],
  );
  assert.equal(ends.more, false);
  assert.deepEqual(
    new Map(ends.cases.map((line) => [line.reference, [line.case, line.becomes, line.voided]])),
    new Map([
      [asked.reference, [waiting.id, 'Cancelled', 0]],
      ['GS-2/26', [open.id, 'Cancelled', 0]],
    ]),
  );
});

test('a reviewer’s keys suspend what they helped to open, and void what waits for another', async () => {
  const { calls, person } = await desk();
  const open = await approved(calls);
  const waiting = await submitted(calls, { ...asked, reference: 'GS-2/26' });
  await calls.reviews.decide(await calls.call(bob, decision(waiting), waiting.id));
  const { ends, others } = await person(bob.key.holder);
  assert.equal(others, 2);
  assert.deepEqual(
    new Map(ends.cases.map((line) => [line.case, [line.becomes, line.voided]])),
    new Map([
      [open.id, ['Suspended', 0]],
      [waiting.id, ['AwaitingApproval', 1]],
    ]),
  );
  assert.deepEqual((await person(carol.key.holder)).ends.cases, []);
});

test('what is said to end is what ends, for every act that a person has part in', async () => {
  const { calls, person } = await desk();
  await approved(calls);
  await approved(calls, emergencyAsked, [bob]);
  await submitted(calls, { ...asked, reference: 'GS-2/26' });
  const foretold = (await person(bob.key.holder)).ends.cases;
  assert.ok(foretold.length >= 2);
  await calls.enrolment.revoke(await calls.call(alice, { keyid: bob.key.keyId, reason: 'stolen' }));
  const { keysRevoked } = await import('#core/cases/acts.ts');
  for (const line of foretold) {
    await calls.cases.change(line.case, (current) =>
      keysRevoked(current, (keyId) => keyId === bob.key.keyId),
    );
    assert.equal((await calls.cases.get(line.case))?.status, line.becomes);
  }
  const { keys, ends } = await person(bob.key.holder);
  assert.deepEqual([keys, ends.cases], [[], []]);
});

test('somebody who was never enrolled is not found; a person with two keys has both, and one that is revoked no more', async () => {
  const { calls, person } = await desk();
  await assert.rejects(person('nobody'), { code: 'not-found' });
  const { publicKey } = firstReviewer(newcomer);
  const next = { kind: 'officer', agency, officer: { holder: officer.key.holder, publicKey } } as const;
  const change = await proposed(calls, next);
  await calls.enrolment.decide(await calls.call(bob, approval(change), change.id));
  const confirmation = { ...approval(change), decision: 'confirm' as const };
  await calls.enrolment.decide(await calls.call(officer, confirmation, change.id));
  assert.equal((await person(officer.key.holder)).keys.length, 2);
  await calls.enrolment.revoke(await calls.call(alice, { keyid: officer.key.keyId, reason: 'replaced' }));
  assert.deepEqual(
    (await person(officer.key.holder)).keys.map(({ keyid }) => keyid),
    [newcomer.key.keyId],
  );
});

test('whoever takes keys away sees them though the log cannot be read, and is told that it proves nothing', async () => {
  const failing = (error: () => Error) => ({
    getAgency: async () => {
      throw error();
    },
    getDesk: async () => {
      throw error();
    },
  });
  for (const error of [
    () => new WireError('record-unproven'),
    () => new Error('the bucket does not answer'),
  ]) {
    const { person } = await desk(failing(error));
    const { keys, proven } = await person(officer.key.holder);
    assert.deepEqual([keys.length, proven], [1, false]);
  }
});

test('of very many cases as many are looked at as one answer has time for, and it says that there are more', async () => {
  const { cloud, calls, person } = await desk();
  const view = await submitted(calls);
  const [item] = cloud.store.items('cases').filter(({ pk }) => pk === `case#${view.id}`);
  assert.ok(item);
  let looked = 0;
  const { cases } = calls;
  const page: typeof cases.page = async (status, { limit }) => {
    looked += limit;
    const current = await cases.get(view.id);
    assert.ok(current);
    return { cases: Array.from({ length: limit }, () => ({ ...current, status })), next: { at: '', id: '' } };
  };
  const { registry, references } = calls;
  const many = peopleDesk({ registry, newest: registry, cases: { page }, references, watch: cloud.watch });
  const { ends } = await many(carol.key.holder);
  assert.deepEqual([ends.more, looked], [true, mostCasesLookedAt]);
  assert.equal((await person(carol.key.holder)).ends.more, false);
});
