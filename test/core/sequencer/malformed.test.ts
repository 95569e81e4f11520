import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { canonicalJson } from '#core/canonical.ts';
import type { OutboxItem } from '#core/state/outbox.ts';
import { firsts } from './adversary.ts';
import { audit } from './audit.ts';
import { Acts, commit, instanceOf, newLog } from './own-log.ts';

/** Outbox items that no function of Writ writes. */
function malformed(acts: Acts): OutboxItem[] {
  const [one, two] = [acts.one(acts.newCase()), acts.one(acts.newCase())];
  const entry = JSON.parse(one.entry);
  const place = { stream: one.stream, n: one.n };
  return [
    { ...one, entry: 'no JSON' },
    { ...one, entry: '' },
    { ...one, entry: '{}' },
    { ...one, entry: canonicalJson({ ...entry, data: {} }) },
    { ...one, entry: two.entry },
    { ...one, n: one.n + 1 },
    { ...one, entry: canonicalJson({ ...entry, v: 99, more: 'x'.repeat(0xffff) }) },
    // Not as RFC 8785 writes it, so no proof of it could be given.
    { ...one, entry: ` ${one.entry}` },
    { ...one, entry: one.entry.replace('"v":1', '"v":1,"v":1') },
    // Of a transaction that it is no part of.
    { ...one, together: [{ stream: two.stream, n: two.n }] },
    { ...one, together: Array.from({ length: 101 }, () => place) },
  ];
}

describe('I6 what is no entry', () => {
  test('I6 neither stops the log nor enters it, and raises an alarm', async () => {
    const [log, acts] = [newLog(), new Acts()];
    const bad = malformed(acts);
    const good = acts.four();
    // What the stream brought is not even an outbox item.
    await instanceOf(log).deliver([...bad, undefined, ...good, undefined, ...bad]);
    await audit(log, good);
    assert.equal(log.watch.counts.get('EntriesMalformed'), 2 * bad.length + 2);
    assert.equal(log.watch.lines.length, 2 * bad.length + 2);
  });

  test('I6 is no predecessor: what should follow on it waits, until the predecessor itself arrives', async () => {
    const acts = new Acts();
    for (const item of [...malformed(acts), { entry: 5 }, { entry: '{}', together: 'all' }, { n: 'one' }]) {
      const log = newLog();
      const [[first], [other]] = [firsts(acts, 1), firsts(acts, 1)];
      const { stream, n } = first;
      const second = acts.one(stream);
      commit(log, [{ ...item, stream, n }]);
      await instanceOf(log).deliver([second, other]);
      assert.equal(log.watch.counts.get('EntriesMalformed'), 1);
      assert.equal(log.watch.counts.get('EntriesConflicting'), 1);
      await audit(log, [other]);
      await instanceOf(log).deliver([first]);
      await instanceOf(log).deliver([second]);
      await audit(log, [other, first, second]);
      assert.equal(log.watch.counts.get('EntriesConflicting'), 1);
    }
  });

  test('I6 is passed over where a part of a transaction should be', async () => {
    const acts = new Acts();
    for (const item of [...malformed(acts), { entry: 5 }, { entry: '{}', together: 'all' }]) {
      const log = newLog();
      const pair = acts.together(acts.newCase(), acts.newCase());
      commit(log, [{ ...item, stream: pair[0]?.stream, n: pair[0]?.n }]);
      await instanceOf(log).deliver(pair.slice(1));
      await audit(log, pair.slice(1));
      assert.equal(log.watch.counts.get('EntriesMalformed'), 1);
    }
  });

  test('I6 are not transactions that claim to lie within each other: they do not stop the log', async () => {
    const [log, acts] = [newLog(), new Acts()];
    const [a, b] = [acts.newCase(), acts.newCase()];
    const [a1, b1, a2, b2] = [acts.one(a), acts.one(b), acts.one(a), acts.one(b)];
    const place = ({ stream, n }: OutboxItem) => ({ stream, n });
    const crossed = [
      { ...a1, together: [place(a1), place(b2)] },
      { ...b2, together: [place(a1), place(b2)] },
      { ...b1, together: [place(b1), place(a2)] },
      { ...a2, together: [place(b1), place(a2)] },
    ];
    commit(log, crossed);
    await instanceOf(log).deliver(crossed);
    const [head] = log.store.items('log').filter(({ pk }) => pk === 'head');
    assert.deepEqual([head?.size, head?.published], [4, 4]);
  });

  test('I6 is not what is of a kind or version that is not known yet', async () => {
    const [log, acts] = [newLog(), new Acts()];
    const [one, two] = [acts.one(acts.newCase()), acts.one(acts.newCase())];
    const younger = [
      { ...one, entry: canonicalJson({ ...JSON.parse(one.entry), kind: 'case.weighed' }) },
      { ...two, entry: canonicalJson({ ...JSON.parse(two.entry), v: 2, data: 'otherwise' }) },
    ];
    await instanceOf(log).deliver(younger);
    await audit(log, younger);
    assert.equal(log.watch.counts.get('EntriesMalformed'), undefined);
  });
});
