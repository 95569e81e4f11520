import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openEntry } from '#core/cases/case-file.ts';
import { caseForgetter } from '#core/keeping/forgetting-cases.ts';
import { entrySchema } from '#core/log/entry.ts';
import { documentPartBytes } from '#core/state/documents.ts';
import { disturbed, fork, type MemoryCloud } from '../../memory/cloud.ts';
import { consistent, newKinds } from '../../memory/consistent.ts';
import { everyFault, faults } from '../../memory/faults.ts';
import { handedIn, order, orderedBy, submitted } from './acts.ts';
import { gateway, inhabited, people } from './gateway.ts';

const { alice, officer } = people;
const late = '2028-11-20T09:00:00.000Z';
const parts = ({ store }: MemoryCloud) =>
  store.items('cases').filter(({ pk }) => String(pk).startsWith('document'));

test('a reviewer gets the very bytes that the agency handed in, and that they took them is recorded', async () => {
  const cloud = await inhabited();
  const calls = gateway(cloud);
  const id = await handedIn(calls);
  const before = fork(cloud);
  assert.deepEqual(
    Buffer.from(await calls.reviews.order(await calls.call(alice, undefined, id))),
    Buffer.from(order.bytes),
  );
  assert.deepEqual(newKinds(before.store, cloud.store), ['review.opened']);
  const { document, links } = await calls.reviews.show(await calls.call(alice, undefined, id));
  assert.equal(document?.received?.bytes, order.bytes.length);
  assert.equal(links.order, `/v1/reviews/${id}/order`);
});

test('the agency is offered to hand in the order until it is here; the same again is the same', async () => {
  const cloud = await inhabited();
  const calls = gateway(cloud);
  const view = await submitted(calls, orderedBy(order));
  assert.equal(view.links.order, `/v1/requests/${view.id}/order`);
  const first = await calls.requests.handIn(await calls.call(officer, order, view.id));
  assert.equal(first.links.order, undefined);
  const before = fork(cloud);
  assert.deepEqual(await calls.requests.handIn(await calls.call(officer, order, view.id)), first);
  assert.deepEqual(newKinds(before.store, cloud.store), []);
});

test('I1: no table has an order in the clear', async () => {
  const cloud = await inhabited();
  const marked = { ...order, bytes: order.bytes.slice() };
  marked.bytes.set(new TextEncoder().encode('+4915112345678'), 500);
  await handedIn(gateway(cloud), marked);
  const everything = (['cases', 'entries'] as const)
    .flatMap((table) => cloud.store.items(table))
    .flatMap(bytesOf);
  assert.ok(everything.some((bytes) => bytes.length > documentPartBytes));
  for (const bytes of everything) assert.equal(bytes.includes('+4915112345678'), false);
});

function bytesOf(value: unknown): Buffer[] {
  if (value instanceof Uint8Array) return [Buffer.from(value)];
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(bytesOf);
  return [Buffer.from(String(value))];
}

test('another agency’s officer, and a reviewer of a case without an order, find nothing', async () => {
  const calls = gateway(await inhabited());
  const { id } = await submitted(calls, orderedBy(order));
  await assert.rejects(async () => calls.reviews.order(await calls.call(alice, undefined, id)), {
    code: 'not-found',
  });
  await assert.rejects(async () => calls.requests.handIn(await calls.call(officer, order, late)), {
    code: 'not-found',
  });
});

test('an upload that broke off between any two calls, and is made again, leaves one order, whole', async () => {
  const cloud = await inhabited();
  const { id } = await submitted(gateway(cloud), orderedBy(order));
  const counted = faults();
  const whole = fork(cloud);
  const over = gateway(disturbed(whole, counted), whole.store);
  await over.requests.handIn(await over.call(officer, order, id));
  for (const plan of everyFault(counted.calls.length)) {
    const crashed = fork(cloud);
    const disturbing = gateway(disturbed(crashed, faults(plan)), crashed.store);
    await disturbing.requests.handIn(await disturbing.call(officer, order, id)).catch(() => undefined);
    const again = gateway(crashed);
    await again.requests.handIn(await again.call(officer, order, id));
    const read = await again.reviews.order(await again.call(alice, undefined, id));
    assert.deepEqual(Buffer.from(read), Buffer.from(order.bytes), `${plan.fault} at ${plan.at}`);
    assert.equal(parts(crashed).length, 2);
    consistent(crashed.store);
  }
});

test('two officers who hand it in at once leave one order, whole', async () => {
  const cloud = await inhabited();
  const calls = gateway(cloud);
  const { id } = await submitted(calls, orderedBy(order));
  const call = async () => calls.requests.handIn(await calls.call(officer, order, id));
  await Promise.all([call(), call()]);
  const kinds = cloud.store.items('entries').filter(({ kind }) => kind === 'order.received');
  assert.equal(kinds.length, 1);
  const read = await calls.reviews.order(await calls.call(alice, undefined, id));
  assert.deepEqual(Buffer.from(read), Buffer.from(order.bytes));
});

test('I11: a part that is taken away, or is another part or another case’s, is missed', async () => {
  const cloud = await inhabited();
  const id = await handedIn(gateway(cloud));
  const read = async (from: MemoryCloud) => {
    const calls = gateway(from);
    return calls.reviews.order(await calls.call(alice, undefined, id));
  };
  const pk = (n: number) => `document#${id}#${n}`;
  const items = cloud.store.items('cases');
  for (const n of [1, 2]) {
    const without = fork(cloud);
    without.store.remove('cases', { pk: pk(n) });
    await assert.rejects(read(without), { code: 'record-unproven' });
    // With its proof made anew, as by a thief of a function's key: the digest still tells.
    const other = items.find((item) => item.pk === pk(3 - n));
    const swapped = fork(cloud);
    swapped.store.plant('cases', { ...other, pk: pk(n) });
    await assert.rejects(read(swapped), { code: 'record-unproven' });
  }
});

test('I10: an order goes with its case, also after a crash between any two calls', async () => {
  const cloud = await inhabited();
  const calls = gateway(cloud);
  const id = await handedIn(calls);
  await calls.requests.withdraw(await calls.call(officer, {}, id));
  assert.equal(parts(cloud).length, 2);
  const forgetting = (of: MemoryCloud) =>
    caseForgetter({ cases: gateway(of).cases, preservations: gateway(of).preserved, watch: of.watch });
  const counted = faults();
  await forgetting(disturbed(fork(cloud), counted)).forgetCases(late);
  for (const plan of everyFault(counted.calls.length)) {
    const crashed = fork(cloud);
    await forgetting(disturbed(crashed, faults(plan)))
      .forgetCases(late)
      .catch(() => undefined);
    await forgetting(crashed).forgetCases(late);
    assert.deepEqual(parts(crashed), [], `${plan.fault} at ${plan.at}: ${counted.calls[plan.at]}`);
    assert.equal(
      crashed.store.items('cases').some(({ pk }) => String(pk).includes(id)),
      false,
    );
  }
});

test('I10: parts of an upload that broke off go with their case too', async () => {
  const cloud = await inhabited();
  const calls = gateway(cloud);
  const { id } = await submitted(calls, orderedBy(order));
  await calls.cases.documents.write(id, [new Uint8Array(3)]);
  await calls.requests.withdraw(await calls.call(officer, {}, id));
  await calls.forgetCases(late);
  assert.deepEqual(parts(cloud), []);
});

test('a case that is held keeps its order', async () => {
  const cloud = await inhabited();
  const calls = gateway(cloud);
  const id = await handedIn(calls);
  await calls.requests.withdraw(await calls.call(officer, {}, id));
  await calls.cases.change(id, (current) => ({
    next: { ...current, heldUntil: '2030-01-01T00:00:00.000Z' },
    entry: { kind: 'case.held', data: { change: 'c', until: '2030-01-01T00:00:00.000Z' } },
  }));
  await calls.forgetCases(late);
  assert.equal(parts(cloud).length, 2);
});

test('the case’s file opens what the log says of the order', async () => {
  const cloud = await inhabited();
  const calls = gateway(cloud);
  const id = await handedIn(calls);
  const file = await calls.reviews.takeFile(await calls.call(alice, undefined, id));
  const entry = cloud.store
    .items('entries')
    .map((item) => entrySchema.parse(JSON.parse(String(item.entry))))
    .find(({ kind }) => kind === 'order.received');
  assert.ok(entry);
  const opened = new Map(openEntry(file, entry).map(({ label, value }) => [label, value]));
  assert.equal(opened.get('document'), orderedBy(order).instrument.digest);
});
