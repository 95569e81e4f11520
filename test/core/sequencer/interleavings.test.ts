import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import type { OutboxItem } from '#core/state/outbox.ts';
import { type Fault, faults, PlannedFault } from '../../memory/faults.ts';
import { memoryChance } from '../../memory/outside.ts';
import { turns } from '../../memory/turns.ts';
import { audit } from './audit.ts';
import { Acts, commit, copyOf, instanceOf, logOf, newLog, type OwnLog } from './own-log.ts';

type Actor = 'first' | 'second';

/** What two sequencers are brought at the same time. */
interface Race {
  log: OwnLog;
  committed: OutboxItem[];
  first: OutboxItem[];
  second: OutboxItem[];
}

const races: Record<string, (acts: Acts) => Promise<Race>> = {
  'the same entries': theSame,
  'entries of their own': async (acts) => {
    const [first, second] = [acts.many(1), acts.many(2)];
    return { log: newLog(), committed: [...first, ...second], first, second };
  },
  'parts of one transaction': async (acts) => {
    const log = newLog();
    const items = acts.together(acts.newStream(), acts.newStream(), acts.newStream());
    return { log, committed: items, first: items.slice(0, 1), second: items.slice(1).toReversed() };
  },
};

async function theSame(acts: Acts): Promise<Race> {
  const items = acts.four();
  return { log: newLog(), committed: items, first: items, second: items };
}

/**
 * The first makes so many calls, then the second makes so many; then the first ends what it does, then the second. The
 * second may die instead.
 *
 * @returns how many of those calls they had to make
 */
async function interleaved(race: Race, calls: Record<Actor, number>, secondDies: boolean) {
  const log = copyOf(race.log);
  commit(log, race.committed);
  const order = turns<Actor>();
  const start = (actor: Actor) =>
    instanceOf(log, (name, port) => order.over(actor, name, port)).deliver(race[actor]);
  const [first, second] = [start('first'), start('second')];
  const letGo = async (actor: Actor, most = Number.POSITIVE_INFINITY) => {
    const before = order.taken.length;
    await order.run((waiting) =>
      order.taken.length - before < most ? waiting.find((one) => one.actor === actor) : undefined,
    );
    return order.taken.length - before;
  };
  const made = { first: await letGo('first', calls.first), second: await letGo('second', calls.second) };
  await letGo('first');
  await first;
  if (secondDies) {
    await instanceOf(log).deliver(race.second);
  } else {
    await letGo('second');
    await second;
  }
  await audit(log, race.committed);
  return made;
}

describe('I6 two sequencers at the same time', { concurrency: true }, () => {
  for (const [name, make] of Object.entries(races)) {
    test(`I6 are brought ${name}: each may stop at any call while the other goes on`, (t) =>
      atEveryPair(t, make, false));
  }
  test('I6 are brought the same entries: the second may end at any call, wherever the first is', (t) =>
    atEveryPair(t, theSame, true));

  async function atEveryPair(t: TestContext, make: (acts: Acts) => Promise<Race>, secondDies: boolean) {
    const race = await make(new Acts());
    let runs = 0;
    let made: Record<Actor, number>;
    for (let i = 0; ; i++) {
      for (let j = 0; ; j++) {
        made = await interleaved(race, { first: i, second: j }, secondDies).catch((cause: unknown) => {
          throw new Error(`first ${i} calls, then second ${j}`, { cause });
        });
        runs++;
        if (made.second < j) break;
      }
      if (made.first < i) break;
    }
    t.diagnostic(`${made.first} calls of the first, ${runs} runs`);
    assert.ok(made.first >= 10 && runs > 10 * 10);
  }
});

describe('I6 sequencers in any order', () => {
  /** Three sequencers, to which entries come in batches that overlap, some of them twice, while calls fail at random. */
  async function anyOrder(seed: string): Promise<void> {
    const chance = memoryChance(seed);
    const upTo = (n: number) => Math.floor(chance.fraction() * n);
    const acts = new Acts();
    const log = await logOf(acts, [0, 1, 252, 255][upTo(4)] ?? 0);
    const committed: OutboxItem[] = [];
    for (let i = 2 + upTo(4); i > 0; i--)
      committed.push(...([acts.four(), acts.many(1 + upTo(5), 2), acts.many(1)][upTo(3)] ?? []));
    commit(log, committed);

    const order = turns<string>();
    const sequencers = ['a', 'b', 'c'].map(async (actor) => {
      for (let batch = 0; batch < 3; batch++) {
        const from = upTo(committed.length);
        const some = committed.slice(from, from + 1 + upTo(6));
        if (upTo(3) === 0) some.reverse();
        const all = batch === 2 && actor === 'c' ? committed : some;
        for (;;) {
          const fault = (['fails', 'answer-lost', 'twice', undefined] satisfies (Fault | undefined)[])[
            upTo(4)
          ];
          const plan = faults(fault && { at: upTo(30), fault });
          const instance = instanceOf(log, (name, port) => plan.over(name, order.over(actor, name, port)));
          try {
            await instance.deliver(all);
            break;
          } catch (error) {
            if (!(error instanceof PlannedFault)) throw error;
          }
        }
      }
    });
    await order.run((waiting) => waiting[upTo(waiting.length)]);
    await Promise.all(sequencers);
    await audit(log, committed);
  }

  for (let from = 0; from < 120; from += 40) {
    test(`I6 place each entry once, by seeds ${from} to ${from + 39}`, async () => {
      for (let seed = from; seed < from + 40; seed++)
        await anyOrder(String(seed)).catch((cause: unknown) => {
          throw new Error(`seed ${seed}`, { cause });
        });
    });
  }
});
