import assert from 'node:assert/strict';
import { test } from 'node:test';
import { everyFault } from '../../memory/faults.ts';
import { deliver, entryKinds, names, readable, streamOf, vaultWorld } from '../../memory/vault-world.ts';

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
  world.clock.set('2026-12-01T00:00:00.000Z');
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

test('I11 an epoch key that somebody changed seals nothing, and holds back the events of no other', async () => {
  const world = vaultWorld();
  await deliver(
    world,
    streamOf(login('anna', '2026-11-02T10:00:00Z'), login('bert', '2026-11-02T10:00:00Z')),
  );
  const [key] = world.store.items('vault').filter(({ sk }) => String(sk).startsWith('key#'));
  world.store.force('vault', { ...key, publicKey: new Uint8Array(32).fill(9) });
  const more = streamOf(login('anna', '2026-11-03T10:00:00Z'), login('bert', '2026-11-03T10:00:00Z'));
  const again = await world.functions().seal(more);
  assert.equal(again.size, 1);
  const records = world.store.items('vault').filter(({ sk }) => String(sk).startsWith('rec#'));
  assert.equal(records.length, 3);
  assert.ok((world.watch.counts.get('RecordsUnproven') ?? 0) > 0);
});
