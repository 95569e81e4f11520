import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { streamNames } from '#core/log/kinds.ts';
import { latePlacer, settledMinutes } from '#core/sequencer/late.ts';
import { sequencer } from '#core/sequencer/sequencer.ts';
import { type OutboxItem, writtenAfter, writtenIn } from '#core/state/outbox.ts';
import type { Store } from '#core/store/store.ts';
import { everyFault, faults, isPlanned } from '../../memory/faults.ts';
import { memoryClock } from '../../memory/outside.ts';
import { audit } from './audit.ts';
import { Acts, commit, newLog, type OwnLog } from './own-log.ts';

/** Entries are of 9:00. */
const start = Date.parse('2026-11-20T09:00:00.000Z');
const minuteMs = 60_000;
const settled = (settledMinutes + 10) * minuteMs;

/** As commits write them: listed by when. */
const listed = (items: readonly OutboxItem[]) =>
  items.map((item) => ({ ...item, written: writtenIn(JSON.parse(item.entry).at) }));

/** What the clock runs, so long after the entries. */
function placer(
  log: OwnLog,
  ms = settled,
  over: <T extends object>(name: string, port: T) => T = (_, port) => port,
) {
  const clock = memoryClock(new Date(start + ms).toISOString());
  const store: Store = over('store', log.store);
  const files = over('files', log.files);
  const { place } = sequencer({ store, files, signer: log.signer, chance: log.chance, watch: log.watch });
  return latePlacer({ store, place, clock, watch: log.watch });
}

/** Takes away how far the outbox was looked through, which is no part of the log. */
async function auditAll(log: OwnLog, committed: readonly OutboxItem[]): Promise<void> {
  log.store.remove('log', { pk: 'swept', sk: '-' });
  await audit(log, committed);
}

test('spans of ten minutes follow each other over hours, days and years', () => {
  assert.equal(writtenIn('2026-11-20T09:59:59.999Z'), '2026-11-20T09:5');
  assert.equal(writtenAfter('2026-11-20T09:5'), '2026-11-20T10:0');
  assert.equal(writtenAfter('2026-12-31T23:5'), '2027-01-01T00:0');
});

test('I6 whatever the stream did not bring is in the log once after the clock’s run', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.boolean(), { minLength: 13, maxLength: 13 }), async (isBrought) => {
      const [log, acts] = [newLog(), new Acts()];
      const items = [...acts.four(), ...acts.four(), ...acts.many(5, 2)];
      commit(log, listed(items));
      const { deliver } = sequencer(log);
      await deliver(items.filter((_, i) => isBrought[i]));
      const before = Number(log.store.items('log').find(({ pk }) => pk === 'head')?.size ?? 0n);
      await placer(log)();
      await placer(log)();
      await auditAll(log, items);
      assert.equal(log.watch.counts.get('EntriesLate') ?? 0, items.length - before);
    }),
    { numRuns: 25 },
  );
});

test('an entry that may still come by itself is left to the stream, and looked for when it has not', async () => {
  const [log, acts] = [newLog(), new Acts()];
  const items = acts.many(2);
  commit(log, listed(items));
  await placer(log, settledMinutes * minuteMs)();
  assert.equal(log.watch.counts.get('EntriesLate'), undefined);
  await placer(log, settledMinutes * minuteMs + 10 * minuteMs)();
  await auditAll(log, items);
});

test('an outage of many days loses no entry', async () => {
  const [log, acts] = [newLog(), new Acts()];
  const early = acts.many(1);
  commit(log, listed(early));
  await placer(log)();
  const items = acts.many(30, 3);
  commit(
    log,
    items.map((item, i) => ({ ...item, written: writtenIn(`2026-11-2${i % 5}T1${i % 10}:30:00.000Z`) })),
  );
  // It goes on where it was, however long ago that is; runs end, and the next goes on.
  for (let run = 0; run < 3; run++) await placer(log, 30 * 24 * 60 * minuteMs)();
  await auditAll(log, [...early, ...items]);
});

test('one entry that cannot be placed keeps no other out of the log, and comes again', async () => {
  const [log, acts] = [newLog(), new Acts()];
  const items = acts.many(40);
  commit(log, listed(items));
  const poison = items[17];
  const failing: Pick<Parameters<typeof latePlacer>[0], 'place'> = {
    place: async (some) => {
      if (some.some((item) => item?.stream === poison?.stream)) throw new TypeError('of this one');
      return sequencer(log).place(some);
    },
  };
  const clock = memoryClock(new Date(start + settled).toISOString());
  const placeLate = latePlacer({ store: log.store, ...failing, clock, watch: log.watch });
  await assert.rejects(placeLate(), /1 of 1 parts failed/);
  assert.equal(log.watch.counts.get('EntriesLate'), 39);
  // Which it is, without the stream's name, which may be a stranger's text.
  assert.match(JSON.stringify(log.watch.lines), /"place":"place\/[\w-]{43}\/1","error":"TypeError"/);
  assert.doesNotMatch(JSON.stringify(log.watch.lines), /refusal|of this one/);
  await placer(log)();
  await auditAll(log, items);
});

test('an outage is no entry’s fault: it is not tried for each of them', async () => {
  const [log, acts] = [newLog(), new Acts()];
  commit(log, listed(acts.many(200)));
  let tries = 0;
  const place = async () => {
    tries++;
    throw new Error('unavailable');
  };
  const clock = memoryClock(new Date(start + settled).toISOString());
  await assert.rejects(latePlacer({ store: log.store, place, clock, watch: log.watch })(), /unavailable/);
  assert.ok(tries < 50, `${tries} tries`);
});

test('I6 whatever call of the clock’s run fails, the next one has each entry in the log once', async () => {
  const prepared = () => {
    const [log, acts] = [newLog(), new Acts()];
    const items = acts.four();
    commit(log, listed(items));
    // As if it had been here before.
    log.store.force('log', { pk: 'swept', sk: '-', from: writtenIn(new Date(start).toISOString()) });
    return { log, items };
  };
  const undisturbed = faults();
  await placer(prepared().log, settled, undisturbed.over)();
  for (const plan of everyFault(undisturbed.calls.length)) {
    const { log, items } = prepared();
    await placer(log, settled, faults(plan).over)().catch((error: unknown) => {
      assert.ok(isPlanned(error), `${plan.fault} at ${plan.at}: ${undisturbed.calls[plan.at]}`);
    });
    await placer(log)();
    await auditAll(log, items);
  }
});

test('I11 whoever writes how far the outbox was looked through leaves nothing out that is of the last day', async () => {
  for (const from of ['2099-01-01T00:0', 'nonsense', 7]) {
    const [log, acts] = [newLog(), new Acts()];
    const items = acts.many(3);
    commit(log, listed(items));
    log.store.force('log', { pk: 'swept', sk: '-', from });
    await placer(log)();
    await auditAll(log, items);
  }
});

test('a founding that is in the log already is not noticed a second time', async () => {
  const log = newLog();
  const acts = new Acts();
  const items = [acts.one(streamNames.founding)];
  commit(log, listed(items));
  await placer(log)();
  const counted = log.watch.counts.get('RegistryFounded');
  assert.equal(counted, 1);
  log.store.remove('log', { pk: 'swept', sk: '-' });
  await placer(log)();
  assert.equal(log.watch.counts.get('RegistryFounded'), counted);
});
