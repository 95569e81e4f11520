import assert from 'node:assert/strict';
import { test } from 'node:test';
import { claimSeconds } from '#core/keeping/preparing.ts';
import { PartsFailed } from '#core/parts.ts';
import { everyFault } from '../../memory/faults.ts';
import { entries, type VaultWorld, vaultWorld } from '../../memory/vault-world.ts';

const november = { purpose: 'access', epoch: '2026-11' } as const;
const places = ['vault-key/access/2026-11/0 1', 'vault-key/access/2026-11/1 1'];
const usable = async (world: VaultWorld) =>
  (await world.functions().vaultKeys.every()).map(({ shard }) => shard);

test('whichever call fails, is lost or is done twice, an epoch gets each of its keys once, with one entry', async () => {
  const undisturbed = vaultWorld({ keysPerEpoch: 2 });
  const { prepare, calls } = undisturbed.functions();
  await prepare(november);
  assert.deepEqual(await usable(undisturbed), [0, 1]);
  for (const plan of everyFault(calls.length)) {
    const world = vaultWorld({ keysPerEpoch: 2 });
    const what = `${plan.fault} ${calls[plan.at]} (${plan.at})`;
    await world
      .functions(plan)
      .prepare(november)
      .catch(() => undefined);
    world.clock.advance(claimSeconds * 1000 + 1);
    await world.functions().prepare(november);
    assert.deepEqual(await usable(world), [0, 1], what);
    assert.deepEqual(
      entries(world).map(({ place }) => place),
      places,
      what,
    );
  }
});

test('a claim whose answer was lost is known as one’s own: the key is made at once', async () => {
  const world = vaultWorld();
  const again = world.functions({ at: 1, fault: 'twice' });
  await again.prepare(november);
  assert.equal(again.calls[1], 'store.write');
  assert.equal(world.watch.counts.get('VaultKeysMade'), 1);
});

test('several who need a key at any moment have one made, and all of them get it', async () => {
  const alone = vaultWorld();
  const { prepare, calls } = alone.functions();
  await prepare(november);
  for (let at = 0; at < calls.length; at++) {
    const world = vaultWorld();
    let second: Promise<void> = Promise.resolve();
    const fault = async () => {
      // While the first holds a claim, the second waits for it.
      second = world.functions().prepare(november);
      second.catch(() => undefined);
    };
    await world.functions({ at, fault }).prepare(november);
    await second;
    assert.deepEqual(await usable(world), [0], `${calls[at]} (${at})`);
    assert.equal(entries(world).length, 1);
  }
});

test('a function that waits for a key which nobody makes gives up after ten seconds, and a stale claim is taken over', async () => {
  const world = vaultWorld();
  const { prepare, calls } = vaultWorld().functions();
  await prepare(november);
  const create = calls.indexOf('kms.create');
  await assert.rejects(world.functions({ at: create, fault: 'fails' }).prepare(november));
  const started = Date.parse(world.clock.now());
  await assert.rejects(world.functions().prepare(november), /somebody else is making this key/);
  assert.equal(Date.parse(world.clock.now()) - started, 10_000);
  world.clock.advance(claimSeconds * 1000);
  await world.functions().prepare(november);
  assert.deepEqual(await usable(world), [0]);
});

test('keys are made ahead for this month and the next of every kind, and for no month that is forgotten', async () => {
  const world = vaultWorld();
  await world.functions().prepareAhead();
  assert.deepEqual(
    entries(world)
      .map(({ place }) => place)
      .sort(),
    ['access/2026-11', 'access/2026-12', 'phone/2026-11', 'phone/2026-12'].map((of) => `vault-key/${of}/0 1`),
  );
  await assert.rejects(world.functions().prepare({ purpose: 'access', epoch: '2020-01' }), /no key is made/);
});

test('one key that cannot be made ahead keeps no other from it', async () => {
  const undisturbed = vaultWorld();
  const { prepareAhead, calls } = undisturbed.functions();
  await prepareAhead();
  const making = calls.flatMap((call, i) => (call === 'kms.create' ? [i] : []));
  assert.ok(making.length > 2);
  for (const at of making) {
    const world = vaultWorld();
    await assert.rejects(world.functions({ at, fault: 'fails' }).prepareAhead(), PartsFailed);
    assert.equal((await usable(world)).length, making.length - 1);
    world.clock.advance(claimSeconds * 1000 + 1);
    await world.functions().prepareAhead();
    assert.equal((await usable(world)).length, making.length);
  }
});
