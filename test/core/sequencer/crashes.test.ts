import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { canonicalJson } from '#core/canonical.ts';
import type { OutboxItem } from '#core/state/outbox.ts';
import { everyFault, type Fault, faults, PlannedFault } from '../../memory/faults.ts';
import { turns } from '../../memory/turns.ts';
import { audit } from './audit.ts';
import { Acts, commit, copyOf, instanceOf, logOf, newLog, type OwnLog } from './own-log.ts';

/** What an act left for the sequencer, and what the outbox's stream brings of it. */
interface Scenario {
  log: OwnLog;
  /** In the outbox. */
  committed: OutboxItem[];
  /** In one delivery after the other. */
  deliveries: OutboxItem[][];
}

const scenarios: Record<string, (acts: Acts) => Promise<Scenario>> = {
  'the first entries of a log': async (acts) => {
    const items = acts.four();
    return { log: newLog(), committed: items, deliveries: [items] };
  },
  'entries that fill a tile and begin the next': async (acts) => {
    const log = await logOf(acts, 254);
    const items = acts.four();
    return { log, committed: items, deliveries: [items] };
  },
  'one delivery after the other': async (acts) => {
    const log = await logOf(acts, 3);
    const [first, second] = [acts.four(), acts.many(1)];
    return { log, committed: [...first, ...second], deliveries: [first, second] };
  },
  'entries that are delivered again': async (acts) => {
    const items = acts.four();
    return { log: newLog(), committed: items, deliveries: [items, items.toReversed(), items] };
  },
  'a stream’s entries out of their order': async (acts) => {
    const name = acts.newStream();
    const [a, b, c] = [acts.one(name), acts.one(name), acts.one(name)];
    return { log: newLog(), committed: [a, b, c], deliveries: [[c], [a, b]] };
  },
  'transactions of several entries, of which one is delivered': async (acts) => {
    const [a, b, c] = [acts.newStream(), acts.newStream(), acts.newStream()];
    const before = [acts.one(a), acts.one(b)];
    const [one, two] = [acts.together(a, b, c), acts.together(c, acts.newStream())];
    return { log: newLog(), committed: [...before, ...one, ...two], deliveries: [two.slice(1), before] };
  },
  'what takes several items to stage': async (acts) => {
    const log = await logOf(acts, 2);
    // A table's item holds 400 KB: these take two.
    const items = acts.many(6).map((item) => {
      const large = { ...JSON.parse(item.entry), kind: 'case.weighed', data: 'x'.repeat(60_000) };
      return { ...item, entry: canonicalJson(large) };
    });
    return { log, committed: items, deliveries: [items] };
  },
};

/** What happens to the call at a position; `dies`: the instance ends before it. */
interface Disturbance {
  at: number;
  fault: Fault | 'dies';
  /** Who delivers again what was not delivered. */
  afterwards: 'the same instance' | 'a new instance';
}

/** Everything that can happen in a run of so many calls. */
function everyDisturbance(calls: number): Disturbance[] {
  const again = ['the same instance', 'a new instance'] as const;
  return [
    ...everyFault(calls).flatMap((plan) => again.map((afterwards) => ({ ...plan, afterwards }))),
    ...Array.from({ length: calls }, (_, at) => ({ at, fault: 'dies', afterwards: again[1] }) as const),
  ];
}

/**
 * Delivers to a sequencer that one thing happens to, and again what was not delivered; then looks through the log.
 *
 * @returns how many calls were made until then
 */
async function disturbed(
  { log: start, committed, deliveries }: Scenario,
  { at, fault, afterwards }: Disturbance | { at?: never; fault?: never; afterwards?: never } = {},
): Promise<number> {
  const log = copyOf(start);
  commit(log, committed);
  const order = turns<'sequencer'>();
  const plan = faults(fault === undefined || fault === 'dies' ? undefined : { at, fault });
  let instance = instanceOf(log, (name, port) => plan.over(name, order.over('sequencer', name, port)));

  let delivered = 0;
  const deliverRest = async () => {
    for (; delivered < deliveries.length; delivered++) await instance.deliver(deliveries[delivered] ?? []);
  };
  const outcome = deliverRest().then(
    () => 'delivered',
    (error: unknown) => (error instanceof PlannedFault ? 'failed' : Promise.reject(error)),
  );
  await order.run(([first]) => (fault === 'dies' && order.taken.length === at ? undefined : first));
  const calls = order.taken.length;
  if (fault !== 'dies') assert.ok(plan.done || fault === undefined, 'the call was not reached');
  if (fault === 'twice') assert.equal(await outcome, 'delivered');

  // Lambda brings a batch again until it is delivered.
  if (afterwards === 'a new instance') instance = instanceOf(log);
  const again = deliverRest();
  await order.run(([first]) => first);
  await again;
  await audit(log, committed);
  return calls;
}

describe('I6 a sequencer', { concurrency: true }, () => {
  for (const [name, make] of Object.entries(scenarios)) {
    test(`I6 ${name}: whatever happens at any call, each entry is in the log once, in its order`, async (t) => {
      const scenario = await make(new Acts());
      const calls = await disturbed(scenario);
      const all = everyDisturbance(calls);
      for (const each of all) {
        await disturbed(scenario, each).catch((cause: unknown) => {
          throw new Error(`call ${each.at} ${each.fault}, then ${each.afterwards}`, { cause });
        });
      }
      t.diagnostic(`${calls} calls, ${all.length} runs`);
      assert.ok(calls >= 10);
    });
  }
});
