import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { expirer } from '#core/access/expire.ts';
import { everyFault, faults, isPlanned } from '../../memory/faults.ts';
import { emergency } from '../cases/cases.ts';
import { asked, fork, type World, world } from './world.ts';

const arrival = z.strictObject({
  priority: z.enum(['Routine', 'Emergency']),
  receivedAt: z.string(),
  dueAt: z.string(),
  waiting: z.strictObject({ cases: z.int(), emergencies: z.int(), more: z.boolean() }),
});
const toldIn = ({ told }: World) => told.map((one) => arrival.parse(one));

const urgent = { ...emergency, ...asked, priority: 'Emergency' as const };
const arrives = (current: World, ids: readonly string[], f = faults()) => {
  const streams = ids.map((id) => `case/${id}`);
  return expirer(current.expirePorts(f)).onEntries(new Set(streams), streams);
};

test('each case is told as it arrives, those due first before the others, with how many wait', async () => {
  const current = await world();
  const quick = await current.receive(urgent);
  await arrives(current, [current.id, quick]);
  assert.deepEqual(
    toldIn(current).map(({ priority, waiting }) => [priority, waiting]),
    ['Emergency', 'Routine'].map((priority) => [priority, { cases: 2, emergencies: 1, more: false }]),
  );
  const [first] = toldIn(current);
  const { receivedAt, dueAt } = await current.stored(quick);
  assert.deepEqual([first?.receivedAt, first?.dueAt], [receivedAt, dueAt]);
  assert.equal(current.watch.counts.get('CasesArrived Emergency'), 1);
});

test('I1: what is told of a case names neither it, nor who asks, nor whom they ask about', async () => {
  const current = await world();
  await arrives(current, [current.id]);
  const text = JSON.stringify(current.told);
  const stored = await current.stored();
  for (const name of [current.id, stored.agency, 'alice', stored.requestDigest])
    assert.ok(!text.includes(name), name);
  assert.equal(toldIn(current).length, 1);
});

test('entries that go on with a case tell of nothing, nor does a stream of no case', async () => {
  const current = await world();
  const { onEntries } = expirer(current.expirePorts());
  await onEntries(new Set([`case/${current.id}`]));
  await onEntries(new Set(['preservation/1', 'case/none']), ['preservation/1', 'case/none']);
  assert.deepEqual(current.told, []);
});

test('whatever call fails or loses its answer, every case is told of once the stream has brought it again', async () => {
  const once = await world();
  const ids = [once.id, await once.receive(urgent)];
  const undisturbed = faults();
  await arrives(await fork(once), ids, undisturbed);
  assert.ok(undisturbed.calls.some((call) => call.startsWith('arrivals')));
  for (const plan of everyFault(undisturbed.calls.length)) {
    const current = await fork(once);
    await arrives(current, ids, faults(plan)).catch(async (error: unknown) => {
      if (!isPlanned(error)) throw error;
      await arrives(current, ids);
    });
    const priorities = new Set(toldIn(current).map(({ priority }) => priority));
    assert.deepEqual(priorities, new Set(['Routine', 'Emergency']), `${plan.fault} at ${plan.at}`);
  }
});

test('one case that cannot be told of holds up no other, and neither does a list that cannot be counted', async () => {
  const current = await world();
  const quick = await current.receive(urgent);
  const ports = current.expirePorts();
  const failing = {
    ...ports,
    cases: { ...ports.cases, page: () => Promise.reject(new Error('the index is not there')) },
    arrivals: {
      send: async (details: readonly unknown[]) => {
        if (JSON.stringify(details).includes('"Emergency"')) throw new Error('the bus is busy');
        await ports.arrivals.send(details);
      },
    },
  };
  const streams = [current.id, quick].map((id) => `case/${id}`);
  await assert.rejects(expirer(failing).onEntries(new Set(streams), streams), { name: 'PartsFailed' });
  assert.deepEqual(
    toldIn(current).map(({ priority, waiting }) => [priority, waiting]),
    [['Routine', { cases: 2, emergencies: 1, more: true }]],
  );
  // The alarm rests on the count, not on the bus.
  assert.equal(current.watch.counts.get('CasesArrived Emergency'), 1);
});
