import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { generateEpochKeyPair } from '#core/vault/seal.ts';
import { everyFault } from '../../memory/faults.ts';
import { interleave } from '../../memory/interleave.ts';
import {
  deliver,
  entryKinds,
  names,
  readable,
  streamOf,
  type VaultWorld,
  vaultWorld,
} from '../../memory/vault-world.ts';

const login = (account: string, at: string, port = 1) => ({ account, at, ip: '192.0.2.1', port });
const number = (account: string, at: string, phone = '+4915112345678') => ({ account, at, phone });

const batch = () =>
  streamOf(
    login('anna', '2026-11-02T10:00:00Z', 1),
    login('anna', '2026-11-02T11:00:00Z', 2),
    login('anna', '2026-10-02T11:00:00Z', 3),
    number('anna', '2026-11-03T10:00:00Z'),
    { account: 'bert', at: '2026-11-03T10:00:00Z', username: 'bert' },
    login('bert', '2026-11-04T10:00:00Z', 4),
  );

test('whichever call fails, is lost or is done twice while events are sealed, in the end all of them are, once', async () => {
  const undisturbed = vaultWorld();
  const { seal, calls } = undisturbed.functions();
  assert.deepEqual(await seal(batch()), new Set());
  const whole = await readable(undisturbed);
  assert.equal(whole.records.length, 5);
  assert.equal(whole.unreadable, 0);
  assert.deepEqual(entryKinds(undisturbed), ['vault.key-made', 'vault.key-made', 'vault.key-made']);
  for (const plan of everyFault(calls.length)) {
    const world = vaultWorld();
    await deliver(world, batch(), plan);
    const what = `${plan.fault} ${calls[plan.at]} (${plan.at})`;
    assert.deepEqual(await readable(world), whole, what);
    assert.deepEqual(names(world), names(undisturbed), what);
    assert.deepEqual(entryKinds(world), entryKinds(undisturbed), what);
  }
});

test('events whose month’s key KMS does not find yet are asked for again, and none is refused', async () => {
  const undisturbed = vaultWorld();
  await deliver(undisturbed, batch());
  const world = vaultWorld();
  Object.assign(world.kms.lagMs, { made: () => 60_000 });
  const { seal } = world.functions();
  assert.equal((await seal(batch())).size, batch().length - 1, 'all but the one that needs no key');
  assert.equal(world.watch.counts.get('EventsRefused'), undefined);
  world.clock.advance(60_000);
  assert.deepEqual(await seal(batch()), new Set());
  assert.deepEqual(await readable(world), await readable(undisturbed));
  assert.deepEqual(entryKinds(world), entryKinds(undisturbed));
});

test('two writers at any moment agree on one key pair for an epoch key', async () => {
  const first = streamOf(login('anna', '2026-11-02T10:00:00Z', 1));
  const second = streamOf(login('anna', '2026-11-02T10:00:01Z', 2)).map((record) => ({
    ...record,
    sequence: 'other',
  }));
  const alone = vaultWorld();
  const { seal, calls } = alone.functions();
  await seal(first);
  for (let at = 0; at < calls.length; at++) {
    const world = vaultWorld();
    const fault = async () => {
      const other = world.functions();
      const again = await other.seal(second);
      // Where a vault key is being made, it may have to wait.
      if (again.size > 0) await deliver(world, second);
    };
    await deliver(world, first, { at, fault });
    const { records, unreadable } = await readable(world);
    assert.deepEqual([records.length, unreadable], [2, 0], `${calls[at]} (${at})`);
    const keys = world.store.items('vault').filter(({ sk }) => String(sk).startsWith('key#'));
    assert.equal(keys.length, 1);
  }
});

/** What lies there but for keys and seals, which differ by chance. */
const counts = (world: VaultWorld) =>
  world.store.items('vault').map(({ pk, sk, n, place, tally, says, ttl }) => ({
    name: `${String(pk)} ${String(sk)}`,
    n,
    place,
    tally,
    says: typeof says === 'string' ? says.replace(/"key":"[\w-]{8}"/g, '') : says,
    ttl,
  }));

for (const [what, known] of [
  ['a month that neither has seen', []],
  [
    'a month that there is',
    [login('anna', '2026-11-01T10:00:00Z', 9), number('anna', '2026-11-01T10:00:00Z')],
  ],
] as const) {
  test(`I11 two writers add to ${what}, in any order of their calls: each item is counted once, and all are there`, async () => {
    const batches = [1, 2].map((i) =>
      streamOf(
        login('anna', '2026-11-02T10:00:00Z', i),
        number('anna', `2026-11-03T1${i}:00:00Z`, `+491511234567${i}`),
      ).map((record) => ({ ...record, sequence: `${i}${record.sequence}` })),
    );
    const before = known.length === 0 ? [] : streamOf(...known);
    const alone = vaultWorld();
    await deliver(alone, before);
    for (const batch of batches) await deliver(alone, batch);
    const whole = await readable(alone);
    assert.deepEqual([whole.records.length, whole.unreadable], [4 + known.length, 0]);
    // As many orders as there is time for: the calls of both, shuffled.
    for (let seed = 0; seed < 60; seed++) {
      const world = vaultWorld();
      await deliver(world, before);
      const order =
        fc.sample(fc.array(fc.nat(1), { minLength: 20, maxLength: 20 }), { seed, numRuns: 1 })[0] ?? [];
      const again = await interleave(
        order,
        batches.map((batch) => (turns) => world.functions(undefined, turns).seal(batch)),
      );
      assert.ok(again.every(({ status }) => status === 'fulfilled'));
      for (const batch of batches) await deliver(world, batch);
      const what = `seed ${seed}`;
      assert.deepEqual(await readable(world), whole, what);
      const subject = await world.functions().pseudonyms.pseudonymOf('anna');
      const names = await world.functions().vault.namesOf('phone', subject);
      assert.equal(names.length, 2 + known.length / 2, what);
      assert.equal(world.watch.counts.get('RecordsUnproven'), undefined, what);
    }
  });
}

test('a batch that comes again, or in other parts, leaves what is there and its tallies as they are', async () => {
  const world = vaultWorld();
  await deliver(world, batch());
  const before = counts(world);
  await deliver(world, batch());
  await deliver(world, batch().slice(2));
  const isOfBoth = ({ name }: { name: string }) => before.some((item) => item.name === name);
  assert.deepEqual(
    counts(world)
      .filter(isOfBoth)
      .map(({ name, n, place, ttl }) => ({ name, n, place, ttl })),
    before.map(({ name, n, place, ttl }) => ({ name, n, place, ttl })),
  );
  assert.equal((await readable(world)).unreadable, 0);
});

test('a hundred log-ins of subjects that have their key pairs cost one read and four transactions', async () => {
  const world = vaultWorld();
  const instance = world.functions();
  const day = (date: string) =>
    streamOf(...Array.from({ length: 100 }, (_, i) => login(`a${i}`, `${date}T10:00:00Z`))).map((record) => ({
      ...record,
      sequence: `${date}${record.sequence}`,
    }));
  await instance.seal(day('2026-11-01'));
  const before = instance.calls.length;
  await instance.seal(day('2026-11-02'));
  assert.deepEqual(instance.calls.slice(before), ['store.getMany', ...Array(4).fill('store.write')]);
  assert.equal((await readable(world)).records.length, 200);
});

test('many accounts that get one number in one batch all have it, and each call is made once', async () => {
  const world = vaultWorld();
  const instance = world.functions();
  await instance.seal(streamOf({ account: 'a0', at: '2026-11-01T10:00:00Z', username: 'other' }));
  const before = instance.calls.length;
  const events = Array.from({ length: 40 }, (_, i) => ({
    account: `a${i}`,
    at: '2026-11-02T10:00:00Z',
    username: 'shared',
  }));
  assert.deepEqual(await instance.seal(streamOf(...events)), new Set());
  assert.equal(instance.calls.slice(before).filter((call) => call === 'store.write').length, 40);
  const { vault, pseudonyms } = instance;
  assert.equal((await vault.subjectsOf(await pseudonyms.blindIndex('username', 'shared'))).length, 40);
});

test('I11 the public key of a month replaced in the table seals nothing', async () => {
  const world = vaultWorld();
  await deliver(
    world,
    streamOf(login('anna', '2026-11-01T10:00:00Z'), login('bert', '2026-11-01T10:00:00Z')),
  );
  const subject = await world.functions().pseudonyms.pseudonymOf('anna');
  const item = world.store
    .items('vault')
    .find(({ pk, sk }) => pk === subject && String(sk).startsWith('key#'));
  assert.ok(item);
  const more = streamOf(login('anna', '2026-11-02T10:00:00Z', 2), login('bert', '2026-11-02T10:00:00Z', 3));
  const thief = generateEpochKeyPair();
  const before = world.store.items('vault').length;
  world.store.force('vault', { ...item, publicKey: thief.publicKey });
  // Anna's is set aside, and holds up nobody else's.
  assert.deepEqual(await world.functions().seal(more), new Set());
  assert.equal(world.watch.counts.get('EventsSetAside'), 1);
  assert.equal(world.store.items('vault').length, before + 1);
  assert.ok((world.watch.counts.get('RecordsUnproven') ?? 0) > 0);
  // Taken away, it is not made anew: what was sealed to it would be forgotten.
  world.store.remove('vault', { pk: subject, sk: String(item.sk) });
  assert.deepEqual(await world.functions().seal(more), new Set());
  assert.equal(world.watch.counts.get('EventsSetAside'), 2);
  // Put back, an operator has it sealed after all.
  world.store.force('vault', item);
  assert.deepEqual(await world.functions().seal(more), new Set());
  assert.equal(world.watch.counts.get('EventsSetAside'), 2);
  assert.equal((await readable(world)).records.length, 4);
});

test('a vault key whose policy is another wraps nothing, and a batch is held back, not lost', async () => {
  const world = vaultWorld();
  await world.functions().prepare({ purpose: 'access', epoch: '2026-11' });
  for (const key of world.kms.keys.values()) key.policyDigest = 'another';
  const again = await world.functions().seal(streamOf(login('anna', '2026-11-02T10:00:00Z')));
  assert.equal(again.size, 1);
  assert.equal(world.watch.counts.get('VaultKeyPolicyDiffers'), 1);
  assert.deepEqual(world.store.items('vault'), []);
});

test('an instance that knew a key finds out that it is destroyed, and refuses what comes late for its month', async () => {
  const world = vaultWorld();
  const instance = world.functions();
  await instance.seal(streamOf(login('anna', '2025-11-21T10:00:00Z')));
  world.clock.set('2026-12-01T00:15:00.000Z');
  await world.functions().forget(world.clock.now());
  // By its own clock, a little behind, the event may still come.
  world.clock.set('2026-11-20T10:00:00.000Z');
  const late = streamOf(login('bert', '2025-11-22T10:00:00Z'));
  assert.equal((await instance.seal(late)).size, 1);
  assert.equal((await instance.seal(late)).size, 0);
  assert.equal(world.watch.counts.get('EventsRefused time-before-retention'), 1);
});

test('what is no event is refused by code and stops nothing beside it', async () => {
  const world = vaultWorld();
  const good = login('anna', '2026-11-02T10:00:00Z');
  const again = await world
    .functions()
    .seal(streamOf({ ...good, content: 'x' }, good, { ...good, at: 'now' }));
  assert.equal(again.size, 0);
  assert.equal((await readable(world)).records.length, 1);
  assert.equal(world.watch.counts.get('EventsRefused'), 2);
  assert.equal(world.watch.counts.get('EventsRefused field-unknown'), 1);
  assert.equal(world.watch.counts.get('EventsSealed'), 1);
});

test('KMS is asked once for a new subject, kind and month, and not for an event', async () => {
  const world = vaultWorld();
  const instance = world.functions();
  const asked = () => instance.calls.filter((call) => call === 'kms.wrap').length;
  await instance.seal(batch());
  assert.equal(asked(), 4);
  await instance.seal(streamOf(login('anna', '2026-11-05T10:00:00Z'), login('bert', '2026-11-05T10:00:00Z')));
  assert.equal(asked(), 4);
});

test('I11 an epoch key that somebody changed seals nothing, and sets aside the events of no other', async () => {
  const world = vaultWorld();
  await deliver(
    world,
    streamOf(login('anna', '2026-11-02T10:00:00Z'), login('bert', '2026-11-02T10:00:00Z')),
  );
  const [key] = world.store.items('vault').filter(({ sk }) => String(sk).startsWith('key#'));
  world.store.force('vault', { ...key, publicKey: new Uint8Array(32).fill(9) });
  const more = streamOf(login('anna', '2026-11-03T10:00:00Z'), login('bert', '2026-11-03T10:00:00Z'));
  const again = await world.functions().seal(more);
  assert.equal(again.size, 0);
  assert.equal(world.watch.counts.get('EventsSetAside'), 1);
  const records = world.store.items('vault').filter(({ sk }) => String(sk).startsWith('rec#'));
  assert.equal(records.length, 3);
  assert.ok((world.watch.counts.get('RecordsUnproven') ?? 0) > 0);
});

test('one subject whose events no try would seal keeps nobody else’s waiting, and the log says where they lie', async () => {
  const accounts = ['anna', 'bert', 'carl', 'dora', 'emil'];
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...accounts),
      fc.array(fc.constantFrom(...accounts), { minLength: 1, maxLength: 12 }),
      async (poisoned, events) => {
        const world = vaultWorld();
        await deliver(world, streamOf(...accounts.map((account) => login(account, '2026-11-01T10:00:00Z'))));
        const subject = await world.functions().pseudonyms.pseudonymOf(poisoned);
        const item = world.store
          .items('vault')
          .find(({ pk, sk }) => pk === subject && String(sk).startsWith('key#'));
        world.store.force('vault', { ...item, publicKey: new Uint8Array(32).fill(9) });
        const more = streamOf(
          ...events.map((account, i) => login(account, `2026-11-0${2 + (i % 7)}T10:00:0${i % 10}Z`, i + 1)),
        ).map((record) => ({ ...record, sequence: `9${record.sequence}`, shard: 'shardId-000000000003' }));
        const before = world.watch.counts.get('EventsSealed') ?? 0;
        assert.deepEqual(await world.functions().seal(more), new Set(), 'the stream goes on');
        const theirs = more.filter((_, i) => events[i] === poisoned);
        assert.equal((world.watch.counts.get('EventsSealed') ?? 0) - before, more.length - theirs.length);
        assert.deepEqual(
          world.watch.lines.filter(({ what }) => what === 'events set aside').map(({ facts }) => facts),
          theirs.map(({ shard: shardId, sequence }) => ({
            KinesisBatchInfo: { shardId, startSequenceNumber: sequence, endSequenceNumber: sequence },
          })),
        );
        if (item !== undefined) world.store.force('vault', item);
        await world.functions().seal(theirs);
        assert.equal((await readable(world)).records.length, accounts.length + more.length);
      },
    ),
    { numRuns: 15 },
  );
});

test('an outage sets nothing aside, however long it lasts: all of it is asked for again', async () => {
  const undisturbed = vaultWorld();
  const { seal, calls } = undisturbed.functions();
  await seal(batch());
  for (const [at] of calls.entries()) {
    const world = vaultWorld();
    await world
      .functions({ at, fault: 'fails' })
      .seal(batch())
      .catch(() => undefined);
    assert.equal(world.watch.counts.get('EventsSetAside'), undefined, `${calls[at]} (${at})`);
  }
});
