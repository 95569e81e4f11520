import assert from 'node:assert/strict';
import { test } from 'node:test';
import { receive, withdraw } from '#core/cases/acts.ts';
import { policyHash } from '#core/cases/policy.ts';
import { preserveOnReceipt } from '#core/cases/receipt.ts';
import { requestSchema } from '#core/cases/request.ts';
import { mostKeptAtOnce } from '#core/state/keepings.ts';
import { everyFault } from '../../memory/faults.ts';
import { deliver, entries, readable, type VaultWorld, vaultWorld } from '../../memory/vault-world.ts';
import { policy } from '../../model/receipt.ts';
import { officerKey, reference, request } from '../cases/cases.ts';
import { annas } from './preservations.ts';

const id = 'c0ffee00-0000-4000-8000-000000000001';
const caseId = 'ca5e0000-0000-4000-8000-000000000001';

async function filled(): Promise<VaultWorld> {
  const world = vaultWorld();
  await deliver(world, annas);
  return world;
}

/** A request for all of Anna's data of a year is taken on, and `preserve` not called yet. */
async function ask(world: VaultWorld, people: readonly string[] = []): Promise<void> {
  const { cases, preservations, pseudonyms } = world.functions();
  const subject = await pseudonyms.pseudonymOf('anna');
  const at = world.clock.now();
  const asked = requestSchema.parse({
    ...request,
    notice: undefined,
    subjects: [{ kind: 'account', value: 'anna' }],
    period: { from: '2025-11-20T00:00:00Z', to: '2026-11-20T00:00:00Z' },
  });
  const outcome = receive(asked, {
    id: caseId,
    agency: 'agency-1',
    askedBy: 'officer-key',
    key: officerKey,
    reference,
    requestDigest: 'sha-256=:AAAA:',
    at,
    subjects: [[...people, subject].map((subject) => ({ subject }))],
    sealedRequest: Uint8Array.of(1),
    salt: new Uint8Array(32),
    policy,
    policyHash: policyHash(policy),
  });
  const own = preserveOnReceipt(outcome.next, { id, salt: new Uint8Array(32), key: officerKey, policy });
  assert.ok(own);
  await cases.commit(outcome, { changes: [await preservations.prepareNew(own)] });
}

const close = (world: VaultWorld) =>
  world.functions().cases.change(caseId, (current) => withdraw(current, 'officer'));

const kinds = (world: VaultWorld, of: string) =>
  entries(world)
    .filter(({ place }) => place.startsWith(`${of}/`))
    .map(({ kind }) => kind)
    .sort();

const keptItems = (world: VaultWorld) =>
  world.store.items('vault').filter(({ sk }) => /^(kept|held)#|#kept$/.test(String(sk)));

test('I6: a request and what it preserves are one transaction, and its preservation is no agency’s', async () => {
  const world = await filled();
  await ask(world);
  const together = world.store
    .items('entries')
    .flatMap((item) => (item.together === undefined ? [] : [item]));
  assert.deepEqual(
    together.map(({ kind }) => kind),
    ['request.received', 'preservation.received'],
  );
  const page = await world.functions().preservations.ofAgency('agency-1', { lines: 10 });
  assert.deepEqual(page, { listed: [] });
  const held = await world.functions().preservations.get(id);
  assert.ok(held !== undefined && !('agency' in held) && held.latestEnd >= held.dueAt);
});

test('whichever call of an erasure fails, is lost or is done twice, what a request names that was taken before stays', async () => {
  const asked = await filled();
  await ask(asked);
  const undisturbed = asked.fork();
  const before = await readable(undisturbed);
  const { erase, calls } = undisturbed.functions();
  const answer = await erase('anna');
  assert.deepEqual([answer.erased.length, answer.preserved.length], [0, 3]);
  assert.deepEqual(await readable(undisturbed), before);
  // Every eleventh of some seven hundred: all of them take two minutes.
  for (const plan of everyFault(calls.length).filter((_, i) => i % 11 === 0)) {
    const world = asked.fork();
    const what = `${plan.fault} ${calls[plan.at]} (${plan.at})`;
    await world
      .functions(plan)
      .erase('anna')
      .catch(() => undefined);
    await world.functions().erase('anna');
    assert.deepEqual(await readable(world), before, what);
    const said = entries(world).find(({ kind }) => kind === 'account.erased')?.data;
    assert.deepEqual(said, { drawers: 0, preserved: 3 }, what);
  }
  await undisturbed.functions().preserveLeft();
  undisturbed.clock.set('2027-01-10T00:00:00.000Z');
  await undisturbed.functions().forget(undisturbed.clock.now());
  assert.deepEqual(await readable(undisturbed), before, 'after the month’s key is destroyed');
});

test('at whichever moment of an erasure a request is taken, what was there at its transaction stays', async () => {
  const begun = await filled();
  const { erase, calls } = begun.fork().functions();
  await erase('anna');
  const places = new Set<number>();
  for (const at of calls.keys()) {
    const world = begun.fork();
    let there: string[] = [];
    const comes = async () => {
      await ask(world);
      there = (await readable(world)).records;
    };
    await world.functions({ at, fault: comes }).erase('anna');
    const after = await readable(world);
    places.add(there.length);
    assert.deepEqual(
      there.filter((one) => !after.records.includes(one)),
      [],
      `${calls[at]} (${at})`,
    );
  }
  assert.ok(places.has(4), 'a request never came before the erasure took anything');
  assert.ok(places.has(0), 'a request never came after it');
});

test('whichever call fails, is lost or is done twice while a request’s end is carried out, nothing is kept in the end', async () => {
  const ended = async (isErased: boolean) => {
    const world = await filled();
    await ask(world);
    await world.functions().preserve(id);
    if (isErased) await world.functions().erase('anna');
    await close(world);
    return world;
  };
  for (const isErased of [false, true]) {
    const begun = await ended(isErased);
    const undisturbed = begun.fork();
    const { forget, calls } = undisturbed.functions();
    await forget(undisturbed.clock.now());
    const after = await readable(undisturbed);
    assert.deepEqual([after.records.length, after.unreadable], [isErased ? 0 : 4, 0]);
    assert.deepEqual(keptItems(undisturbed), []);
    for (const plan of everyFault(calls.length)) {
      const world = begun.fork();
      const what = `${plan.fault} ${calls[plan.at]} (${plan.at})`;
      await world
        .functions(plan)
        .forget(world.clock.now())
        .catch(() => undefined);
      await world.functions().forget(world.clock.now());
      assert.deepEqual(await readable(world), after, what);
      assert.deepEqual(keptItems(world), [], what);
      assert.deepEqual(
        kinds(world, 'preservation'),
        ['preservation.ended', 'preservation.kept', 'preservation.received'],
        what,
      );
    }
  }
});

test('I10: at whichever moment a request ends while its data is wrapped anew, nothing of an erased account opens afterwards', async () => {
  const erased = await filled();
  await ask(erased);
  await erased.functions().erase('anna');
  const { preserve, calls } = erased.fork().functions();
  await preserve(id);
  for (const at of calls.keys()) {
    const world = erased.fork();
    const ends = async () => {
      await close(world);
      await world.functions().forget(world.clock.now());
    };
    await world
      .functions({ at, fault: ends })
      .preserve(id)
      .catch(() => undefined);
    await world.functions().preserveLeft();
    await world.functions().forget(world.clock.now());
    assert.deepEqual(await readable(world), { records: [], unreadable: 0 }, `${calls[at]} (${at})`);
    assert.deepEqual(keptItems(world), [], `${calls[at]} (${at})`);
  }
});

test('a month’s key waits for what a request named before its end, and records of a day that is over since stay too', async () => {
  const world = await filled();
  world.clock.set('2026-12-04T23:59:59.000Z');
  await ask(world);
  const before = await readable(world);
  assert.equal(before.records.length, 4);
  // The call of `preserve` was lost, and KMS refuses for a month.
  world.clock.set('2027-01-02T00:00:00.000Z');
  await world.functions().forget(world.clock.now());
  await world.functions().preserveLeft();
  assert.deepEqual(await readable(world), before);
  await world.functions().forget(world.clock.now());
  assert.deepEqual(await readable(world), before);
  assert.ok(entries(world).some(({ kind }) => kind === 'vault.key-forgotten'));
});

test('what DynamoDB has removed before `preserve` came is passed over, and is no forgery', async () => {
  const world = await filled();
  world.clock.set('2026-12-04T23:59:59.000Z');
  await ask(world);
  world.clock.set('2026-12-05T01:00:00.000Z');
  const [gone] = world.store
    .items('vault')
    .filter(
      ({ sk, ttl }) => String(sk).startsWith('rec#') && Number(ttl) * 1000 <= Date.parse(world.clock.now()),
    );
  assert.ok(gone);
  world.store.remove('vault', { pk: String(gone.pk), sk: String(gone.sk) });
  await world.functions().preserveLeft();
  assert.equal((await readable(world)).records.length, 3);
});

test('of more people than one transaction writes down, `preserve` adds the rest', async () => {
  const world = await filled();
  await ask(
    world,
    Array.from({ length: mostKeptAtOnce }, (_, i) => `somebody-${i}`),
  );
  const noted = () => world.store.items('cases').filter(({ pk }) => String(pk).startsWith('keeping#'));
  assert.equal(noted().length, mostKeptAtOnce);
  const before = await readable(world);
  await world.functions().preserve(id);
  await world.functions().erase('anna');
  assert.deepEqual(await readable(world), before);
  await close(world);
  await world.functions().forget(world.clock.now());
  assert.deepEqual(noted(), []);
});

test('I11: a note of what is kept that somebody changed keeps nothing from being erased, and raises the alarm', async () => {
  const world = await filled();
  await ask(world);
  const [note] = world.store.items('cases').filter(({ pk }) => String(pk).startsWith('keeping#'));
  world.store.force('cases', { ...note, says: '[]' });
  const { erased } = await world.functions().erase('anna');
  assert.equal(erased.length, 3);
  assert.ok([...world.watch.counts.keys()].some((name) => name.startsWith('RecordsUnproven')));
});
