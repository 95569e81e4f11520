import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readEntry } from '#core/log/entry.ts';
import { type OutboxItem, placeName } from '#core/state/outbox.ts';
import { readPublishedLog } from '#core/state/published-log.ts';
import { memoryChance } from '../../memory/outside.ts';
import { turns } from '../../memory/turns.ts';
import { attacks, firsts, forged, restore } from './adversary.ts';
import { auditBucket } from './audit.ts';
import { Acts, commit, copyOf, instanceOf, newLog, type OwnLog } from './own-log.ts';

async function published(log: OwnLog) {
  const found = await readPublishedLog(log);
  assert.ok(found);
  return found;
}
const textOf = (found: { proven: { bytes: Uint8Array } } | undefined) =>
  found && new TextDecoder().decode(found.proven.bytes);

/** Takes everything that says where an entry is, and what it was, out of every table. */
function erase({ store }: OwnLog, stream: string): void {
  for (const { pk, sk } of store.items('log'))
    if (pk !== 'head') store.remove('log', { pk: String(pk), sk: String(sk) });
  for (const { stream: of, n } of store.items('entries'))
    if (of === stream) store.remove('entries', { stream, n: Number(n) });
}

describe('I11 a stream in the log is one chain', () => {
  test('I11: a case’s first entry deleted from outbox and index and written anew is not appended, and the first one counts', async () => {
    const [log, acts] = [newLog(), new Acts()];
    const [[first], [other], [beside]] = [firsts(acts, 1), firsts(acts, 1), firsts(acts, 1)];
    commit(log, [first, other]);
    await instanceOf(log).deliver([first, other]);
    erase(log, first.stream);
    const anew = forged(first);
    commit(log, [anew]);
    // What comes with it is appended all the same, and it is tried again by an instance that knows nothing.
    await instanceOf(log).deliver([anew, beside]);
    await instanceOf(log).deliver([anew]);
    const found = await published(log);
    assert.equal(textOf(await found.find(first.stream, 1)), first.entry);
    assert.equal(found.checkpoint.size, 3n);
    assert.equal(textOf(await found.find(beside.stream, 1)), beside.entry);
    assert.equal(log.watch.counts.get('EntriesConflicting'), 2);
    await auditBucket({ key: await log.signer.key(), versions: log.files.versions });
  });

  test('I11: a revocation whose place somebody deletes from every table still counts', async () => {
    const [log, acts] = [newLog(), new Acts()];
    // Of a key's stream only its numbers matter here.
    const [enrolled] = firsts(acts, 1);
    const name = enrolled.stream;
    const revoked = acts.one(name);
    await instanceOf(log).deliver([enrolled, revoked]);
    erase(log, name);
    const found = await published(log);
    assert.equal(textOf(await found.find(name, 2)), revoked.entry);
    assert.equal(await found.follows(name, 1), true);
    assert.equal(await found.follows(name, 2), false);
  });

  test('I11: of two entries of one place in one delivery the first is appended, and the second raises an alarm', async () => {
    const [log, acts] = [newLog(), new Acts()];
    const [first, ...more] = firsts(acts, 3);
    await instanceOf(log).deliver([first, forged(first), ...more, first]);
    const found = await published(log);
    assert.equal(textOf(await found.find(first.stream, 1)), first.entry);
    assert.equal(found.checkpoint.size, 3n);
    assert.equal(log.watch.counts.get('EntriesConflicting'), 1);
  });

  test('I11: an entry that does not name the hash of the one before it is not appended', async () => {
    const [log, acts] = [newLog(), new Acts()];
    const [one] = firsts(acts, 1);
    const name = one.stream;
    const [two, three] = [acts.one(name), acts.one(name)];
    await instanceOf(log).deliver([one, two]);
    const entry = JSON.parse(three.entry);
    const { previous: _, ...without } = entry;
    for (const [i, bad] of [
      { ...three, entry: three.entry.replace(entry.previous, '0'.repeat(64)) },
      { ...three, entry: three.entry.replace(entry.previous, JSON.parse(two.entry).previous) },
      { ...three, entry: JSON.stringify(without) },
      // Behind entries that there are none of.
      { ...three, n: 5, entry: three.entry.replace('"n":3', '"n":5') },
      // A first entry that follows on something.
      { ...forged(one), entry: forged(one).entry.replace('"n":1', `"n":1,"previous":"${entry.previous}"`) },
    ].entries()) {
      await instanceOf(log).deliver([bad]);
      assert.equal(log.watch.counts.get('EntriesConflicting'), i + 1);
    }
    await instanceOf(log).deliver([three]);
    const found = await published(log);
    assert.equal(found.checkpoint.size, 3n);
    assert.equal(textOf(await found.find(name, 3)), three.entry);
    assert.equal(log.watch.counts.get('EntriesMalformed'), undefined);
  });

  test('I11: a predecessor that somebody exchanged in the outbox is not the one that an entry follows on', async () => {
    const [log, acts] = [newLog(), new Acts()];
    const [[one], other] = [firsts(acts, 1), acts.many(1)];
    const name = one.stream;
    const two = acts.one(name);
    commit(log, [forged(one), two]);
    await instanceOf(log).deliver([two, ...other]);
    assert.equal((await published(log)).checkpoint.size, 1n);
    assert.equal(log.watch.counts.get('EntriesConflicting'), 1);
    // The table's stream brings the one that was committed, which nobody can take out of it.
    await instanceOf(log).deliver([one, two]);
    const found = await published(log);
    assert.equal(textOf(await found.find(name, 1)), one.entry);
    assert.equal(textOf(await found.find(name, 2)), two.entry);
  });
});

/** A log, what is committed and not in it yet, and what somebody makes of it. */
async function theStage() {
  const acts = new Acts();
  const [first, ...more] = firsts(acts, 3);
  const start = newLog();
  await instanceOf(start).deliver([first, ...more]);
  const own = copyOf(start);
  own.store.changes.push(...start.store.changes);
  const others = more.map(({ stream }) => stream);
  const committed = [acts.one(first.stream), ...acts.together(first.stream, ...others)];
  return { log: own, first, committed };
}

/** After whatever happened: the bucket is one log, in which nothing has taken the place of what was there. */
async function holds(log: OwnLog, first: OutboxItem, what: string): Promise<Map<string, string>> {
  try {
    const { entries } = await auditBucket({ key: await log.signer.key(), versions: log.files.versions });
    const inLog = new Map(
      entries.map((bytes) => [placeName(readEntry(bytes).envelope), new TextDecoder().decode(bytes)]),
    );
    assert.equal(inLog.size, entries.length, 'a place is taken twice');
    assert.equal(inLog.get(placeName(first)), first.entry);
    return inLog;
  } catch (cause) {
    throw new Error(what, { cause });
  }
}

/** Once the tables are put right, every entry gets its place; one whose place was lost to a forgery raised an alarm. */
async function recovers(log: OwnLog, first: OutboxItem, committed: readonly OutboxItem[], what: string) {
  try {
    restore(log, committed);
    await instanceOf(log).deliver(committed);
  } catch (cause) {
    throw new Error(`${what}: does not recover`, { cause });
  }
  const inLog = await holds(log, first, what);
  const lost = committed.filter((item) => inLog.get(placeName(item)) !== item.entry);
  if (lost.length > 0)
    assert.ok((log.watch.counts.get('EntriesConflicting') ?? 0) > 0, `${what}: in silence`);
}

describe('I11 whoever writes the tables while a sequencer works', { concurrency: true }, () => {
  test('I11 has no place taken twice and no chain broken, at any call, whether the sequencer lives or dies', async (t) => {
    const { log: start, first, committed } = await theStage();
    const aims = [first, ...committed];
    let runs = 0;
    for (const name of Object.keys(await attacks(start, aims))) {
      for (const dies of [false, true]) {
        for (let at = 0, reached = true; reached; at++) {
          const what = `${name} at call ${at}${dies ? ', and the sequencer dies' : ''}`;
          const log = copyOf(start);
          log.store.changes.push(...start.store.changes);
          commit(log, committed);
          const attack = (await attacks(log, aims))[name];
          assert.ok(attack);
          const order = turns<'sequencer'>();
          const instance = instanceOf(log, (port, target) => order.over('sequencer', port, target));
          // What it throws is delivered again.
          const over = instance.deliver(committed).catch(() => {});
          reached = false;
          await order.run(([waiting]) => {
            if (order.taken.length === at && !reached) {
              reached = true;
              attack(log);
              if (dies) return undefined;
            }
            return waiting;
          });
          if (!dies || !reached) await over;
          await holds(log, first, what);
          await instanceOf(log)
            .deliver([forged(first), ...committed.map(forged), ...committed])
            .catch(() => {});
          await holds(log, first, what);
          await recovers(log, first, committed, what);
          runs++;
        }
      }
    }
    t.diagnostic(`${runs} runs`);
  });

  test('I11 has no place taken twice and no chain broken, in any order of two sequencers, attacks and deaths', async (t) => {
    const { log: start, first, committed } = await theStage();
    const aims = [first, ...committed];
    const names = Object.keys(await attacks(start, aims));
    const runs = 300;
    for (let seed = 0; seed < runs; seed++) {
      const chance = memoryChance(`adversary ${seed}`);
      const upTo = (n: number) => Math.floor(chance.fraction() * n);
      const log = copyOf(start);
      log.store.changes.push(...start.store.changes);
      commit(log, committed);
      const all = await attacks(log, aims);
      const done: string[] = [];
      const order = turns<'one' | 'two'>();
      const deliveries = [committed, [...committed.map(forged), ...committed], [forged(first), ...committed]];
      for (const actor of ['one', 'two'] as const)
        void instanceOf(log, (port, target) => order.over(actor, port, target))
          .deliver(deliveries[upTo(deliveries.length)] ?? [])
          .catch(() => {});
      const lasts = 20 + upTo(120);
      await order.run((waiting) => {
        if (order.taken.length > lasts) return undefined;
        if (chance.fraction() < 0.08) {
          const name = names[upTo(names.length)] ?? '';
          done.push(`${name} at ${order.taken.length}`);
          all[name]?.(log);
        }
        return waiting[upTo(waiting.length)];
      });
      const what = `seed ${seed}: ${done.join('; ')}`;
      await holds(log, first, what);
      await recovers(log, first, committed, what);
    }
    t.diagnostic(`${runs} runs`);
  });
});
