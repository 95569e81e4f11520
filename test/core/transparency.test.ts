import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { forEachName } from '#core/exhaustive.ts';
import type { EntryBody } from '#core/log/entry.ts';
import { readCheckpoint } from '#core/log/reading.ts';
import { providerMeasures, type Report, reportSchema } from '#core/log/report/figures.ts';
import { reportOf } from '#core/log/report/reading.ts';
import type { OutboxItem } from '#core/state/outbox.ts';
import { keptReport, reportPartBytes } from '#core/state/report.ts';
import { makeReport } from '#core/transparency.ts';
import { everyFault, faults, PlannedFault } from '../memory/faults.ts';
import { memoryWatch } from '../memory/outside.ts';
import { memoryStore } from '../memory/store.ts';
import { Acts, instanceOf, newLog, type OwnLog, streamOf } from './sequencer/own-log.ts';

const deadlineHours = { Routine: 240, Emergency: 8 };
const deadlines = { Routine: { days: 10 }, Emergency: { hours: 8 } };
const policy = { deadlines, limits: { unnarrowed: { share: 0.5, of: 2 } } };

/** The report as anybody with the log makes it. */
async function expected({ files, signer }: OwnLog): Promise<string> {
  const checkpoint = await readCheckpoint(files.read, await signer.key());
  assert.ok(checkpoint);
  return JSON.stringify(await reportOf(files.read, checkpoint, { deadlineHours }));
}

describe('the transparency report', () => {
  test('is made of the log, and again only when the log has grown', async () => {
    const [log, acts] = [newLog(), new Acts()];
    assert.equal(await makeReport(log, policy), undefined);
    const instance = instanceOf(log);
    for (const [count, size] of [
      [3, '3'],
      [300, '303'],
    ] as const) {
      await instance.deliver(acts.many(count));
      assert.deepEqual(await makeReport(log, policy), { size, stored: true });
      assert.equal(await makeReport(log, policy), undefined);
      assert.equal((await keptReport(log.store).read())?.report, await expected(log));
    }
  });

  test('is kept in as many parts as it takes, and read whole or not at all', async () => {
    const log = newLog();
    await instanceOf(log).deliver(new Acts().many(3));
    await makeReport(log, policy);
    const small = (await keptReport(log.store).read())?.report;
    const report = reportSchema.parse(JSON.parse(small ?? ''));
    const line = { key: 'DE', figures: report.total };
    const none = { months: [], countries: [], instruments: [], priorities: [], refused: [], strangers: [] };
    const year: Report['periods'][number] = {
      ...none,
      period: '2026',
      total: report.total,
      reasons: [],
      provider: forEachName(providerMeasures, () => 0),
    };
    const large: Report = {
      ...report,
      log: { ...report.log, size: '4' },
      periods: [{ ...year, countries: Array(2000).fill(line) }],
    };
    assert.ok(JSON.stringify(large).length > 2 * reportPartBytes);
    assert.equal(await keptReport(log.store).keep(large), true);
    assert.equal((await keptReport(log.store).read())?.report, JSON.stringify(large));
    const part = log.store.items('report').find(({ pk }) => pk === 'transparency#1');
    log.store.force('report', { ...part, size: 3 });
    assert.equal(await keptReport(log.store).read(), undefined);
  });

  test('is not turned back by a slower maker', async () => {
    const [log, acts] = [newLog(), new Acts()];
    const instance = instanceOf(log);
    await instance.deliver(acts.many(3));
    // The slower one has read the log and what is kept, when the faster one begins and ends.
    const plan = faults({
      at: 2,
      fault: async () => {
        await instance.deliver(acts.many(2));
        assert.deepEqual(await makeReport(log, policy), { size: '5', stored: true });
      },
    });
    const slower = makeReport(
      { ...log, store: plan.over('store', log.store), files: plan.over('files', log.files) },
      policy,
    );
    assert.deepEqual(await slower, { size: '3', stored: false });
    assert.equal((await keptReport(log.store).read())?.size, 5n);
  });

  test('is kept whole or not at all, whatever happens at any call, and made the next time', async () => {
    const log = newLog();
    await instanceOf(log).deliver(new Acts().many(300));
    const run = (plan: ReturnType<typeof faults>, store = memoryStore()) => ({
      store,
      made: makeReport(
        {
          store: plan.over('store', store),
          files: plan.over('files', log.files),
          signer: plan.over('signer', log.signer),
          watch: memoryWatch(),
        },
        policy,
      ),
    });
    const counted = faults();
    await run(counted).made;
    assert.ok(counted.calls.length >= 5);
    for (const each of everyFault(counted.calls.length)) {
      const { store, made } = run(faults(each));
      await made.catch((error: unknown) => assert.ok(error instanceof PlannedFault));
      await run(faults(), store).made;
      assert.equal((await keptReport(store).read())?.report, await expected(log), `${each.at} ${each.fault}`);
    }
  });

  test('tells when the desk approves nearly everything as asked', async () => {
    for (const [narrowed, count] of [
      [[true, true], undefined],
      [[false, false, true, true], undefined],
      [[true, false], 1],
      [[true, true, false, false], 1],
      [[false], undefined],
    ] as const) {
      const log = newLog();
      await instanceOf(log).deliver(narrowed.flatMap(approved));
      await makeReport(log, policy);
      assert.equal(log.watch.counts.get('ApprovedAsAsked'), count, String(narrowed));
    }
  });
});

/** A case that one decision approved, as asked or less. */
function approved(narrowed: boolean, i: number): OutboxItem[] {
  const stream = `case/approved-${i}`;
  const first = new Acts().one(stream);
  const { data, kind } = JSON.parse(first.entry);
  const scope = 'A'.repeat(43);
  const bodies: EntryBody[] = [
    { kind, data },
    {
      kind: 'decision.approved',
      data: {
        reviewer: scope,
        key: scope,
        request: scope,
        scope,
        categories: ['SubscriberData'],
        subjects: 1,
        narrowed,
        policyHash: `sha-256=:${scope}=:`,
        status: 'AwaitingDisclosure',
      },
    },
  ];
  return streamOf(
    stream,
    bodies.map((body) => ({ at: '2026-11-20T09:00:00.000Z', body })),
  );
}
