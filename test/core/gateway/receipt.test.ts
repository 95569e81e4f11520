import assert from 'node:assert/strict';
import { test } from 'node:test';
import { disturbed, fork, type MemoryCloud } from '../../memory/cloud.ts';
import { faults } from '../../memory/faults.ts';
import { asked, gateway, inhabited, people, unknown } from './gateway.ts';

const { officer } = people;
const asStored = (cloud: MemoryCloud, prefix: string) =>
  cloud.store.items('cases').filter(({ pk }) => String(pk).startsWith(prefix));

test('a request that is taken has `preserve` begin for what it names, once, however often it is sent', async () => {
  const cloud = await inhabited();
  const { requests, preservations, call } = gateway(cloud);
  const first = await requests.submit(await call(officer, asked));
  const again = await requests.submit(await call(officer, asked));
  assert.deepEqual(again, first);
  const [own, ...more] = asStored(cloud, 'preservation#');
  assert.ok(own !== undefined && more.length === 0);
  assert.deepEqual([own.case, own.status, own.agency], [first.id, 'Requested', undefined]);
  assert.deepEqual(cloud.workers.asked, [`preserve ${String(own.id)}`]);
  assert.equal(asStored(cloud, 'keeping#').length, 1);
  // Whether anything is kept, nobody is told; not even that there is a preservation.
  const id = String(own.id);
  await assert.rejects(preservations.follow(await call(officer, undefined, id)), { code: 'not-found' });
  await assert.rejects(preservations.extend(await call(officer, {}, id)), { code: 'not-found' });
  const naming = { ...asked, reference: 'GS-9/26', preservations: [id] };
  await assert.rejects(requests.submit(await call(officer, naming)), { code: 'not-found' });
});

test('what is refused preserves nothing', async () => {
  const cloud = await inhabited();
  const { requests, call } = gateway(cloud);
  const nobody = { ...asked, subjects: [{ kind: 'account' as const, value: unknown }] };
  await assert.rejects(requests.submit(await call(officer, nobody)), { code: 'subject-unknown' });
  for (let n = 1; n <= 5; n++)
    await requests.submit(await call(officer, { ...asked, reference: `GS-${n}/26` })).catch(() => undefined);
  const before = asStored(cloud, 'preservation#').length;
  await assert.rejects(requests.submit(await call(officer, { ...asked, reference: 'GS-6/26' })));
  assert.equal(asStored(cloud, 'preservation#').length, before);
  assert.equal(before, asStored(cloud, 'case#').length);
});

test('I6: whichever call fails while a request is taken, there is a case with what it preserves, or neither', async () => {
  const begun = await inhabited();
  const { calls } = await (async () => {
    const counted = faults();
    const its = gateway(disturbed(fork(begun), counted), begun.store);
    await its.requests.submit(await its.call(officer, asked));
    return counted;
  })();
  for (const at of calls.keys())
    for (const fault of ['fails', 'answer-lost'] as const) {
      const cloud = fork(begun);
      const its = gateway(disturbed(cloud, faults({ at, fault })), cloud.store);
      await its.requests.submit(await its.call(officer, asked)).catch(() => undefined);
      const sizes = ['case#', 'preservation#', 'keeping#'].map((prefix) => asStored(cloud, prefix).length);
      assert.equal(new Set(sizes).size, 1, `${fault} ${calls[at]} (${at}): ${sizes.join()}`);
    }
});

test('two requests about one person that arrive at one moment are both noted with them', async () => {
  const cloud = await inhabited();
  const { requests, call } = gateway(cloud);
  const both = await Promise.all(
    ['GS-1/26', 'GS-2/26'].map(async (reference) =>
      requests.submit(await call(officer, { ...asked, reference })),
    ),
  );
  assert.equal(new Set(both.map(({ id }) => id)).size, 2);
  const [note, ...others] = asStored(cloud, 'keeping#');
  assert.equal(others.length, 0);
  assert.equal(JSON.parse(String(note?.says)).length, 2);
});
