import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import type { Call } from '#core/gateway/call.ts';
import type { Proposal } from '#core/registry/change.ts';
import { undecidedProposalsPerDay } from '#core/registry/terms.ts';
import type { MemoryCloud } from '../../memory/cloud.ts';
import type { Holder } from '../registry/registry.ts';
import { agency, approval, gateway, inhabited, people, terms } from './gateway.ts';

const { alice, bob, officer } = people;
const dayMs = 86_400_000;
const change: Proposal = { kind: 'terms', agency, terms };
const anOfficer = (i: number): Proposal => ({
  kind: 'officer',
  agency,
  officer: {
    holder: `officer-${i + 10}`,
    publicKey: { ...generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' }) },
  },
});

/** One person's proposals. */
function proposing(cloud: MemoryCloud, by: Holder) {
  const { enrolment, call } = gateway(cloud);
  return async (proposal: Proposal = change) => enrolment.propose(await call(by, proposal));
}

const tooMany = { name: 'RegistryError', code: 'rate-exceeded' };

test('a person proposes so many changes a day, and others as many', async () => {
  const cloud = await inhabited();
  const [byAlice, byBob, byOfficer] = [alice, bob, officer].map((one) => proposing(cloud, one));
  assert.ok(byAlice && byBob && byOfficer);
  for (let i = 0; i < undecidedProposalsPerDay; i++) await byAlice();
  const before = cloud.store.items('entries').length;
  for (let i = 0; i < 10; i++) await assert.rejects(byAlice(), tooMany);
  assert.equal(cloud.store.items('entries').length, before, 'what is refused is no entry');
  await byBob();
  for (let i = 0; i < undecidedProposalsPerDay; i++) await byOfficer(anOfficer(i));
  await assert.rejects(byOfficer(anOfficer(1000)), tooMany);
  cloud.clock.advance(dayMs);
  await byAlice();
});

test('what somebody else has decided counts no more', async () => {
  const cloud = await inhabited();
  const { enrolment, call } = gateway(cloud);
  const propose = proposing(cloud, alice);
  for (let i = 0; i < 2 * undecidedProposalsPerDay; i++) {
    const proposed = await propose();
    const decision = { ...approval(proposed), decision: 'reject' as const };
    const said = await enrolment.decide(await call(bob, decision, proposed.id));
    assert.equal(said.status, 'Rejected');
  }
});

test('a change that nobody completed lapses: it leaves the list of the pending ones and fills no page of it', async () => {
  const cloud = await inhabited();
  const { enrolment, call } = gateway(cloud);
  const propose = proposing(cloud, alice);
  const old: string[] = [];
  for (let i = 0; i < 30; i++) old.push((await propose()).id);
  cloud.clock.advance(14 * dayMs - 1);
  const list = (status: 'Pending' | 'Lapsed', lines = 10) => enrolment.list(status, { lines });
  assert.equal((await list('Pending')).changes.length, 10);
  assert.deepEqual((await list('Lapsed')).changes, []);

  const young = (await propose()).id;
  cloud.clock.advance(1);
  const pending = await list('Pending');
  assert.deepEqual(
    pending.changes.map(({ id, status }) => [id, status]),
    [[young, 'Pending']],
  );
  assert.equal(pending.next, undefined);
  const lapsed = await list('Lapsed', 100);
  assert.deepEqual(lapsed.changes.map(({ id }) => id).sort(), old.sort());
  for (const { status, missing } of lapsed.changes)
    assert.deepEqual([status, missing], ['Lapsed', undefined]);

  const [id = ''] = old;
  const read: Call = await call(bob, undefined, id);
  const shown = await enrolment.show(read);
  assert.equal(shown.status, 'Lapsed');
  const deciding = enrolment.decide(await call(bob, approval(shown), id));
  await assert.rejects(deciding, { code: 'change-closed' });
});

test('the pages of a list with lapsed changes hold each pending one once', async () => {
  const cloud = await inhabited();
  const { enrolment } = gateway(cloud);
  const propose = proposing(cloud, alice);
  for (let i = 0; i < 5; i++) await propose();
  cloud.clock.advance(20 * dayMs);
  const ids: string[] = [];
  for (let i = 0; i < 7; i++) ids.push((await propose()).id);
  for (const [status, expected] of [
    ['Pending', 7],
    ['Lapsed', 5],
  ] as const) {
    const seen: string[] = [];
    let from: { at: string; id: string } | undefined;
    do {
      const page = await enrolment.list(status, { lines: 2, from });
      seen.push(...page.changes.map(({ id }) => id));
      from = page.next;
    } while (from !== undefined);
    assert.equal(new Set(seen).size, expected, status);
    assert.equal(seen.length, expected, status);
    if (status === 'Pending') assert.deepEqual(seen.toSorted(), ids.toSorted());
  }
});

test('a place that time has taken off a list is its beginning, and one behind its end ends it', async () => {
  const cloud = await inhabited();
  const { enrolment } = gateway(cloud);
  const propose = proposing(cloud, alice);
  const old = await propose();
  const place = { at: old.proposedAt, id: old.id };
  cloud.clock.advance(14 * dayMs);
  const young = await propose();
  const ids = async (status: 'Pending' | 'Lapsed', from: { at: string; id: string }) =>
    (await enrolment.list(status, { lines: 10, from })).changes.map(({ id }) => id);
  assert.deepEqual(await ids('Pending', place), [young.id]);
  assert.deepEqual(await ids('Lapsed', { at: young.proposedAt, id: young.id }), []);
});
