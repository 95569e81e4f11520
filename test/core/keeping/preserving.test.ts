import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isKept } from '#core/cases/preservation.ts';
import { kmsFollowsMs } from '#core/kms-lag.ts';
import { PartsFailed } from '#core/parts.ts';
import { everyFault } from '../../memory/faults.ts';
import { entryKinds, names, readable, vaultWorld } from '../../memory/vault-world.ts';
import { askToPreserve, id } from './preservations.ts';

/** After the retention of everything that is older than the preservation, and before that ends. */
const afterRetention = '2027-01-10T00:00:00.000Z';

test('whichever call fails, is lost or is done twice while data is kept, in the end all of it is, with one entry', async () => {
  const undisturbed = vaultWorld();
  await askToPreserve(undisturbed);
  const { preserve, calls } = undisturbed.functions();
  await preserve(id);
  const before = await readable(undisturbed);
  assert.equal(before.records.length, 4);
  const kept = entryKinds(undisturbed);
  assert.equal(kept.filter((kind) => kind === 'preservation.kept').length, 1);
  undisturbed.clock.set(afterRetention);
  await undisturbed.functions().forget(afterRetention);
  // The keys of December 2025 are gone, and their records open by the preservation's.
  assert.deepEqual(await readable(undisturbed), before);

  for (const plan of everyFault(calls.length)) {
    const world = vaultWorld();
    const what = `${plan.fault} ${calls[plan.at]} (${plan.at})`;
    await askToPreserve(world);
    await world
      .functions(plan)
      .preserve(id)
      .catch(() => undefined);
    world.clock.advance(121_000);
    // The clock brings it again, where it was not done.
    await world.functions().preserveLeft();
    assert.deepEqual(entryKinds(world), kept, what);
    world.clock.set(afterRetention);
    await world.functions().forget(afterRetention);
    assert.deepEqual(await readable(world), before, what);
    assert.deepEqual(names(world), names(undisturbed), what);
  }
});

test('of two preservations the longer counts, whichever is kept last', async () => {
  const world = vaultWorld();
  const subject = await askToPreserve(world);
  const { vault, preservations, preserve } = world.functions();
  await preserve(id);
  const ttlsOf = async () => (await vault.subjectOf(subject)).live.kept.map(({ ttl }) => ttl);
  const first = await ttlsOf();
  const later = await preservations.get(id);
  assert.ok(later);
  world.store.plant('cases', {
    ...later,
    pk: 'preservation#shorter',
    id: 'shorter',
    dueAt: '2026-12-20T10:00:00.000Z',
    keptUntil: undefined,
  });
  await world.functions().preserve('shorter');
  assert.deepEqual(await ttlsOf(), first);
});

test('I10 a preservation that has ended keeps nothing more', async () => {
  const world = vaultWorld();
  const subject = await askToPreserve(world);
  world.clock.set('2027-01-20T00:00:00.000Z');
  await world.functions().forget(world.clock.now());
  await world.functions().preserve(id);
  assert.deepEqual((await world.functions().vault.subjectOf(subject)).live.kept, []);
});

test('a month’s new key that KMS does not find yet, or does not show tagged yet, is waited for', async () => {
  const world = vaultWorld();
  await askToPreserve(world);
  const before = await readable(world);
  Object.assign(world.kms.lagMs, { made: () => 20_000, tagged: () => 100_000 });
  await world.functions().preserve(id);
  assert.equal(entryKinds(world).filter((kind) => kind === 'preservation.kept').length, 1);
  world.clock.set(afterRetention);
  await world.functions().forget(afterRetention);
  assert.deepEqual(await readable(world), before);
});

test('a new key that stays unknown for longer is left to the clock, and one that is old is not waited for', async () => {
  const world = vaultWorld();
  await askToPreserve(world);
  Object.assign(world.kms.lagMs, { tagged: () => kmsFollowsMs });
  const begun = world.clock.now();
  await assert.rejects(world.functions().preserve(id), { code: 'denied' });
  world.clock.set(new Date(Date.parse(begun) + kmsFollowsMs).toISOString());
  await world.functions().preserveLeft();
  assert.equal(entryKinds(world).filter((kind) => kind === 'preservation.kept').length, 1);

  const refused = vaultWorld();
  await askToPreserve(refused);
  Object.assign(refused.kms.lagMs, { tagged: () => Number.POSITIVE_INFINITY });
  await refused
    .functions()
    .preserve(id)
    .catch(() => undefined);
  refused.clock.advance(kmsFollowsMs);
  const asked = refused.clock.now();
  await assert.rejects(refused.functions().preserve(id), { code: 'denied' });
  assert.equal(refused.clock.now(), asked);
});

test('one preservation that cannot be kept keeps no other from it', async () => {
  const asked = async () => {
    const world = vaultWorld();
    await askToPreserve(world);
    const first = await world.functions().preservations.get(id);
    for (const name of ['another', 'more'])
      world.store.plant('cases', { ...first, pk: `preservation#${name}`, id: name });
    return world;
  };
  const undisturbed = (await asked()).functions();
  await undisturbed.preserveLeft();
  const wrapping = undisturbed.calls.flatMap((call, i) => (call === 'kms.rewrap' ? [i] : []));
  assert.ok(wrapping.length >= 3);
  for (const at of wrapping) {
    const world = await asked();
    await assert.rejects(world.functions({ at, fault: 'fails' }).preserveLeft(), PartsFailed);
    const left = await Array.fromAsync(world.functions().preservations.until('9999'));
    assert.equal(left.filter((one) => !isKept(one)).length, 1);
    await world.functions().preserveLeft();
    const after = await Array.fromAsync(world.functions().preservations.until('9999'));
    assert.ok(after.length === 3 && after.every(isKept));
  }
});
