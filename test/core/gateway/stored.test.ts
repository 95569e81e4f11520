import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withdraw } from '#core/cases/acts.ts';
import { ended } from '#core/cases/preservation.ts';
import { preservationOrder, submitted } from './acts.ts';
import { asked, gateway, inhabited, people } from './gateway.ts';

const { officer } = people;

test('I5: neither a request nor a preservation is taken for a time to come, and neither leaves anything', async () => {
  const cloud = await inhabited();
  const calls = gateway(cloud);
  const period = { from: asked.period.from, to: '2027-03-01T00:00:00Z' };
  const before = cloud.store.items('cases').length;
  await assert.rejects(submitted(calls, { ...asked, period }), { code: 'period-in-future' });
  const order = { ...preservationOrder, period };
  await assert.rejects(async () => calls.preservations.submit(await calls.call(officer, order)), {
    code: 'period-in-future',
  });
  assert.equal(cloud.store.items('cases').length, before);
});

test('I10: an agency that asks again and again in place of what it withdraws keeps nothing beyond the first request’s time', async () => {
  const cloud = await inhabited();
  const calls = gateway(cloud);
  const { id } = await calls.preservations.submit(await calls.call(officer, preservationOrder));
  const preservations = [id];
  let last = await submitted(calls, { ...asked, reference: 'GS-2-0/26', preservations });
  const kept = await calls.preserved.get(id);
  assert.ok(kept);
  for (let i = 1; i <= 4; i++) {
    cloud.clock.advance(12 * 86_400_000);
    if (i % 2 === 0) await calls.cases.change(last.id, (current) => withdraw(current, 'officer'));
    last = await submitted(calls, { ...asked, reference: `GS-2-${i}/26`, preservations, amends: last.id });
    const now = await calls.preserved.get(id);
    assert.deepEqual([now?.case, now?.dueAt], [last.id, kept.dueAt]);
  }
  await calls.preserved.change(id, (current) => ended(current, kept.dueAt));
  const late = submitted(calls, { ...asked, reference: 'GS-3/26', preservations, amends: last.id });
  await assert.rejects(late, { code: 'preservation-over' });
});
