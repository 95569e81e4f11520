import assert from 'node:assert/strict';
import { test } from 'node:test';
import { everyFault } from '../../memory/faults.ts';
import { deliver, entries, streamOf, type VaultWorld, vaultWorld } from '../../memory/vault-world.ts';
import { annas, askToPreserve, id } from './preservations.ts';

const others = streamOf({ account: 'bert', at: '2026-11-03T10:00:00Z', ip: '192.0.2.9', port: 9 });

async function filled(): Promise<VaultWorld> {
  const world = vaultWorld();
  await deliver(world, annas);
  await deliver(world, others);
  return world;
}

async function partlyPreserved(): Promise<VaultWorld> {
  const world = vaultWorld();
  await askToPreserve(world, ['SubscriberData']);
  await world.functions().preserve(id);
  await deliver(world, others);
  return world;
}

/** What erasures that took something say. A second request after the first is complete finds nothing, and says that. */
const took = (world: VaultWorld) =>
  entries(world).flatMap(({ kind, data }) =>
    kind === 'account.erased' && JSON.stringify(data) !== '{"drawers":0,"preserved":0}' ? [data] : [],
  );
const items = (world: VaultWorld) =>
  world.store
    .items('vault')
    .map(({ pk, sk, ttl }) => `${String(pk)} ${String(sk).replace(/#[\w-]{8,}$/, '')} ${String(ttl)}`);

test('whichever call fails, is lost or is done twice, an erasure takes everything, and one entry says all that it took', async () => {
  const undisturbed = await filled();
  const { erase, calls } = undisturbed.functions();
  const answer = await erase('anna');
  assert.equal(answer.erased.length, 3);
  assert.deepEqual(took(undisturbed), [{ drawers: 3, preserved: 0 }]);
  const subject = await undisturbed.functions().pseudonyms.pseudonymOf('anna');
  assert.ok(
    !undisturbed.store.items('vault').some(({ pk, sk }) => `${String(pk)} ${String(sk)}`.includes(subject)),
  );

  for (const plan of everyFault(calls.length)) {
    const world = await filled();
    const what = `${plan.fault} ${calls[plan.at]} (${plan.at})`;
    const first = await world
      .functions(plan)
      .erase('anna')
      .catch(() => undefined);
    const second = await world.functions().erase('anna');
    assert.deepEqual(took(world), [{ drawers: 3, preserved: 0 }], what);
    assert.deepEqual(items(world), items(undisturbed), what);
    const isLast = calls[plan.at] === 'store.write' && plan.at === calls.length - 1;
    if (first === undefined && !isLast) assert.deepEqual(second, answer, what);
  }
});

test('the same of an account of which a preservation keeps a part: that stays, and what finds it', async () => {
  const undisturbed = await partlyPreserved();
  const { erase, calls } = undisturbed.functions();
  const answer = await erase('anna');
  assert.deepEqual([answer.erased.length, answer.preserved.length], [2, 1]);
  assert.deepEqual(took(undisturbed), [{ drawers: 2, preserved: 1 }]);
  for (const plan of everyFault(calls.length)) {
    const world = await partlyPreserved();
    const what = `${plan.fault} ${calls[plan.at]} (${plan.at})`;
    await world
      .functions(plan)
      .erase('anna')
      .catch(() => undefined);
    await world.functions().erase('anna');
    assert.deepEqual(took(world)[0], { drawers: 2, preserved: 1 }, what);
    assert.deepEqual(items(world), items(undisturbed), what);
  }
});

test('an account that comes back after its erasure is sealed to another key pair', async () => {
  const world = await filled();
  const subject = await world.functions().pseudonyms.pseudonymOf('anna');
  const keysOf = async () =>
    (await world.functions().vault.epochKeysOf(subject)).map(({ publicKey }) =>
      Buffer.from(publicKey).toString('hex'),
    );
  const before = new Set(await keysOf());
  await world.functions().erase('anna');
  assert.deepEqual(await keysOf(), []);
  await deliver(world, annas);
  const after = await keysOf();
  assert.equal(after.length, before.size);
  assert.ok(!after.some((key) => before.has(key)));
});
