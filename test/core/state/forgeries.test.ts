import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forgeryReports } from '#core/state/forgeries.ts';
import { ForgedItem } from '#core/store/forged.ts';
import type { Write } from '#core/store/store.ts';
import { memoryCloud } from '../../memory/cloud.ts';

const forgedCase = (name: string) =>
  new ForgedItem('cases', { pk: `reference#agency-1#${name}`, by: 'request' });
const entriesOf = (cloud: ReturnType<typeof memoryCloud>) =>
  cloud.store.items('entries').map(({ stream, entry }) => ({ stream, data: JSON.parse(String(entry)).data }));

test('I11 a forged item raises the alarm each time, and is an entry once a day', async () => {
  const cloud = memoryCloud();
  const instances = [1, 2].map(() => forgeryReports({ ...cloud, by: 'request' }));
  const forged = forgedCase('Erika Mustermann');
  for (const report of [...instances, ...instances]) await report(forged);
  assert.equal(cloud.watch.counts.get('RecordsUnproven'), 4);
  const stream = `forgery/2026-11-20/cases/${forged.slot}`;
  assert.deepEqual(entriesOf(cloud), [
    { stream, data: { table: 'cases', kind: 'reference', writer: 'request' } },
  ]);
  cloud.clock.set('2026-11-21T00:00:00.000Z');
  await instances[0]?.(forged);
  assert.equal(entriesOf(cloud).length, 2);
});

test('I1 I7 neither the entry nor the log line names what an item is about', async () => {
  const cloud = memoryCloud();
  await forgeryReports({ ...cloud, by: 'request' })(forgedCase('Erika Mustermann'));
  assert.doesNotMatch(JSON.stringify([entriesOf(cloud), cloud.watch.lines]), /Erika|agency-1/);
});

test('I8 whoever forges thousands of items fills no bucket: a table has 256 entries a day', async () => {
  const cloud = memoryCloud();
  const report = forgeryReports({ ...cloud, by: 'request' });
  for (let n = 0; n < 5000; n++) await report(forgedCase(String(n)));
  assert.equal(entriesOf(cloud).length, 256);
  assert.equal(cloud.watch.counts.get('RecordsUnproven'), 5000);
});

test('a function that may write no entries raises the alarm alone', async () => {
  for (const by of ['seal', 'sequence', 'provider', 'report']) {
    const cloud = memoryCloud();
    await forgeryReports({ ...cloud, by })(forgedCase('x'));
    assert.equal(cloud.watch.counts.get('RecordsUnproven'), 1, by);
    assert.deepEqual(entriesOf(cloud), [], by);
  }
});

test('an entry that could not be written is tried again with the next sight of the item', async () => {
  const cloud = memoryCloud();
  const failing = { once: true };
  const store = {
    ...cloud.store,
    write: async (...writes: readonly Write[]) => {
      if (failing.once) throw new Error('the table is away');
      await cloud.store.write(...writes);
    },
  };
  const report = forgeryReports({ ...cloud, store, by: 'request' });
  await assert.rejects(report(forgedCase('x')), /away/);
  failing.once = false;
  await report(forgedCase('x'));
  assert.equal(entriesOf(cloud).length, 1);
});
