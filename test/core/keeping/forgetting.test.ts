import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PartsFailed } from '#core/parts.ts';
import { ttlOf } from '#core/state/vault-items.ts';
import { everyFault } from '../../memory/faults.ts';
import {
  deliver,
  entries,
  readable,
  streamOf,
  type VaultWorld,
  vaultWorld,
} from '../../memory/vault-world.ts';
import { askToPreserve, id } from './preservations.ts';

const at = '2027-01-20T00:00:00.000Z';

async function filled(): Promise<VaultWorld> {
  const world = vaultWorld();
  await askToPreserve(world);
  await world.functions().preserve(id);
  world.clock.set(at);
  return world;
}

const recorded = (world: VaultWorld) =>
  entries(world)
    .map(({ place, kind }) => `${place} ${kind}`)
    .sort();
const states = (world: VaultWorld) =>
  [...world.kms.keys.values()].map(({ description, state }) => `${description} ${state}`).sort();
const items = (world: VaultWorld) =>
  world.store.items('vault').map(({ pk, sk }) => `${String(pk)} ${String(sk).replace(/#[\w-]{8,}$/, '')}`);

test('whichever call fails, is lost or is done twice while keys are destroyed, each is once, with one entry, and its month is swept', async () => {
  const undisturbed = await filled();
  const { forget, calls } = undisturbed.functions();
  await forget(at);
  assert.equal(recorded(undisturbed).filter((text) => text.endsWith('vault.key-forgotten')).length, 2);
  assert.equal(recorded(undisturbed).filter((text) => text.endsWith('preservation.ended')).length, 1);
  const left = await readable(undisturbed);
  assert.deepEqual([left.records.length, left.unreadable], [1, 0], 'what is not past retention still opens');
  const { sweep } = undisturbed.functions().vaultKeys;
  assert.equal(await sweep(), undefined);

  for (const plan of everyFault(calls.length)) {
    const world = await filled();
    const what = `${plan.fault} ${calls[plan.at]} (${plan.at})`;
    await world
      .functions(plan)
      .forget(at)
      .catch(() => undefined);
    await world.functions().forget(at);
    assert.deepEqual(recorded(world), recorded(undisturbed), what);
    assert.deepEqual(states(world), states(undisturbed), what);
    assert.deepEqual(items(world), items(undisturbed), what);
    assert.deepEqual(await readable(world), left, what);
    assert.equal(await world.functions().vaultKeys.sweep(), undefined, what);
  }
});

test('I10 a key is destroyed before the log says so, and nothing that it wrapped opens any more', async () => {
  const world = await filled();
  const { forget, calls } = world.functions();
  await forget(at);
  const destroyed = calls.indexOf('kms.scheduleDeletion');
  const committed = calls.indexOf('store.write', destroyed);
  assert.ok(destroyed >= 0 && committed === destroyed + 1);
});

test('a sweep that takes longer than a minute goes on where it stopped', async () => {
  const world = await filled();
  const { vaultKeys, vault } = world.functions();
  const asOf = Math.floor(Date.parse(at) / 1000);
  await vaultKeys.swept({ asOf, from: { pk: 'a', sk: 'b' } });
  assert.deepEqual(await vaultKeys.sweep(), { asOf, from: { pk: 'a', sk: 'b' } });
  const pages = await Array.fromAsync(vault.endedItems(asOf, undefined));
  assert.ok(pages.flatMap(({ keys }) => keys).length > 0);
});

test('I10 what nobody asked for is swept while somebody else’s data waits to be wrapped anew, and theirs is not', async () => {
  const world = vaultWorld();
  const bens = { account: 'ben', at: '2025-12-05T10:00:00Z' };
  await deliver(world, streamOf({ ...bens, ip: '192.0.2.9', port: 9 }, { ...bens, phone: '+4915112345679' }));
  const anna = await askToPreserve(world);
  // Before the preservation ends, and after the month's keys were to be destroyed: `preserve` has not run.
  const later = '2027-01-10T00:00:00.000Z';
  world.clock.set(later);
  const before = items(world);
  await world.functions().forget(later);
  assert.deepEqual(
    recorded(world).filter((text) => text.endsWith('vault.key-forgotten')),
    [],
    'a month waits',
  );
  const { vaultKeys, pseudonyms } = world.functions();
  await vaultKeys.swept({ asOf: ttlOf(later) });
  await world.functions().forget(later);
  assert.equal(await vaultKeys.sweep(), undefined);
  const ben = await pseudonyms.pseudonymOf('ben');
  const left = items(world);
  const of = (subject: string, all: string[]) => all.filter((text) => text.includes(subject));
  assert.deepEqual(of(anna, left), of(anna, before));
  assert.ok(of(ben, before).length > 3);
  assert.deepEqual(of(ben, left), [`${ben} head`]);

  // What cannot be listed may be anybody's.
  const { calls } = world.functions();
  assert.equal(calls.length, 0);
  await vaultKeys.swept({ asOf: ttlOf(later) });
  await assert.rejects(world.functions({ at: 0, fault: 'fails' }).forget(later), PartsFailed);
  assert.ok(await vaultKeys.sweep());
});

test('I10 one key that cannot be destroyed keeps no other, nor what forgotten keys wrapped', async () => {
  const undisturbed = await filled();
  const { forget, calls } = undisturbed.functions();
  await forget(at);
  const ended = calls.indexOf('store.write');
  const destroying = calls.flatMap((call, i) => (call === 'kms.scheduleDeletion' ? [i] : []));
  assert.equal(destroying.length, 2);
  for (const call of [ended, ...destroying]) {
    const world = await filled();
    await assert.rejects(world.functions({ at: call, fault: 'fails' }).forget(at), PartsFailed);
    const gone = recorded(world).filter((text) => text.endsWith('vault.key-forgotten')).length;
    assert.equal(gone, call === ended ? 2 : 1);
    assert.equal(await world.functions().vaultKeys.sweep(), undefined, 'it was swept');
    await world.functions().forget(at);
    assert.deepEqual(recorded(world), recorded(undisturbed));
    assert.deepEqual(states(world), states(undisturbed));
  }
});
