import assert from 'node:assert/strict';
import { test } from 'node:test';
import { view, withdraw } from '#core/cases/acts.ts';
import { commit, decideUntilFirst, recordAlone } from '#core/state/commit.ts';
import { StoreConflict } from '#core/store/store.ts';
import { fork, type MemoryCloud, memoryCloud } from '../../memory/cloud.ts';
import { newKinds } from '../../memory/consistent.ts';
import { submitted } from '../gateway/acts.ts';
import { agency, asked, gateway, inhabited, people } from '../gateway/gateway.ts';

const conflict = { name: 'StoreConflict' };

/** Somebody with rights on the table empties the outbox: the place of an entry protects nothing any more. */
function emptyOutbox({ store }: MemoryCloud): void {
  for (const { stream, n } of store.items('entries'))
    store.remove('entries', { stream: String(stream), n: Number(n) });
}

test('I6 a case is not changed on what was read before another change, even where the outbox was emptied', async () => {
  const cloud = fork(await inhabited());
  const calls = gateway(cloud);
  const { id } = await submitted(calls);
  const read = await calls.cases.get(id);
  assert.ok(read);
  await calls.cases.commit(withdraw(read, 'officer'));
  emptyOutbox(cloud);
  await assert.rejects(calls.cases.commit(view(read, 'reviewer')), conflict);
  assert.equal((await calls.cases.get(id))?.status, 'Cancelled');
});

test('I6 a key is revoked once, even where the outbox was emptied', async () => {
  const cloud = fork(await inhabited());
  const { registry } = gateway(cloud);
  const read = await registry.getKey(people.officer.key.keyId);
  assert.ok(read);
  const at = cloud.clock.now();
  await registry.commitRevocation(read, 'reviewer-1', 'lost', at, {});
  emptyOutbox(cloud);
  await assert.rejects(registry.commitRevocation(read, 'reviewer-2', 'stolen', at, {}), conflict);
});

test('I6 emergencies are suspended once on one reading, even where the outbox was emptied', async () => {
  const cloud = fork(await inhabited());
  const { emergencies } = gateway(cloud);
  const read = await emergencies.get(agency);
  await commit(cloud.store, emergencies.suspend(read, 'one'));
  emptyOutbox(cloud);
  await assert.rejects(commit(cloud.store, emergencies.suspend(read, 'other')), conflict);
  assert.equal((await emergencies.get(agency)).suspendedBy, 'one');
});

test('entries of one transaction name each other, and one alone names nobody', async () => {
  const { store, clock } = memoryCloud();
  const entry = (stream: string) =>
    recordAlone(stream, clock.now(), { kind: 'case.expired', data: { status: 'Expired' } });
  await commit(
    store,
    { writes: [], entries: [entry('sweep/1')] },
    { writes: [], entries: [entry('sweep/2')] },
  );
  await commit(store, { writes: [], entries: [entry('sweep/3')] });
  const together = ['sweep/1', 'sweep/2'].map((stream) => ({ stream, n: 1 }));
  assert.deepEqual(
    store.items('entries').map((item) => item.together),
    [together, together, undefined],
  );
});

test('what others are first with every time is given up after twelve tries, with pauses that grow', async () => {
  const { clock, chance } = memoryCloud();
  const begun = Date.parse(clock.now());
  const tries: number[] = [];
  const never = decideUntilFirst({ clock, chance: { ...chance, fraction: () => 1 } }, async () => {
    tries.push(Date.parse(clock.now()) - begun);
    throw new StoreConflict([]);
  });
  await assert.rejects(never, conflict);
  const pauses = tries.slice(1).map((at, i) => at - (tries[i] ?? 0));
  assert.deepEqual(pauses, [40, 80, 160, 320, 640, 1280, 1280, 1280, 1280, 1280, 1280]);
});

test('another failure than a conflict is not tried again', async () => {
  const { clock, chance } = memoryCloud();
  let tries = 0;
  const failing = decideUntilFirst({ clock, chance }, async () => {
    tries++;
    throw new Error('the table is not there');
  });
  await assert.rejects(failing, { message: 'the table is not there' });
  assert.equal(tries, 1);
});

test('lists of cases and changes come in pages, each where the last one ended, and as a whole', async () => {
  const cloud = fork(await inhabited());
  const calls = gateway(cloud);
  for (const reference of ['1', '2', '3']) {
    await submitted(calls, { ...asked, reference });
    cloud.clock.advance(1000);
  }
  const whole = await Array.fromAsync(calls.cases.byStatus('AwaitingApproval'));
  assert.equal(whole.length, 3);
  const first = await calls.reviews.list('AwaitingApproval', { lines: 2 });
  assert.ok(first.next);
  const second = await calls.reviews.list('AwaitingApproval', { lines: 2, from: first.next });
  assert.deepEqual(
    [...first.reviews, ...second.reviews].map(({ id }) => id),
    whole.map(({ id }) => id),
  );
  const changes = await calls.enrolment.list('Applied', { lines: 1 });
  assert.ok(changes.next);
  const rest = await calls.enrolment.list('Applied', { lines: 100, from: changes.next });
  assert.equal(rest.next, undefined);
  assert.deepEqual(
    [...changes.changes, ...rest.changes].map(({ proposal }) => proposal.kind),
    ['reviewer', 'agency'],
  );
});

test('nothing is committed where nothing is decided', async () => {
  const cloud = fork(await inhabited());
  const calls = gateway(cloud);
  const { id } = await submitted(calls);
  const given = fork(cloud);
  const done = await calls.cases.change(id, () => undefined);
  assert.equal(done?.entry, undefined);
  assert.deepEqual(newKinds(given.store, cloud.store), []);
  assert.equal(await calls.cases.change('no-such-case', () => undefined), undefined);
});

test('a case is in the list of those that time may do something to, until it has ended', async () => {
  const calls = gateway(fork(await inhabited()));
  const { id } = await submitted(calls);
  const awake = async () => (await Array.fromAsync(calls.cases.awake())).map((current) => current.id);
  assert.deepEqual(await awake(), [id]);
  await calls.cases.change(id, (current) => withdraw(current, 'officer'));
  assert.deepEqual(await awake(), []);
});
