import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { monthsLater } from '#core/vault/retention.ts';
import {
  counted,
  dueSlots,
  dueTally,
  type Group,
  isDue,
  noTally,
  type Place,
  pruned,
  type Tally,
  takenAway,
  tallyForm,
  tallySchema,
  wholeOf,
  withoutEmpty,
} from '#core/vault/tally.ts';

const days = ['2026-10-01', '2026-10-02', '2026-10-31', '2026-11-01'];
const endOf = (day: string, months: number) => monthsLater(`${day}T00:00:00.000Z`, months);

/** What happens to a group: an item comes, one is taken away, a preservation begins. */
const acts = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({ adds: fc.constantFrom(...days), months: fc.integer({ min: 1, max: 3 }) }),
    },
    { weight: 1, arbitrary: fc.record({ takes: fc.nat(30) }) },
    { weight: 1, arbitrary: fc.record({ keepsUntil: fc.constantFrom('2026-12-10', '2027-01-20') }) },
  ),
  { maxLength: 25 },
);
const instants = fc.constantFrom(
  '2026-11-02',
  '2026-11-30',
  '2026-12-05',
  '2026-12-31',
  '2027-02-15',
  '2028-01-01',
);

interface Item extends Place {
  endsAt: string;
}

/** A group after some acts at an instant, and the items that lie there: nothing has been removed that has ended. */
function played(list: typeof acts extends fc.Arbitrary<infer T> ? T : never, at: string) {
  let tally: Tally = noTally;
  let kept: Group['kept'];
  let items: Item[] = [];
  for (const act of list) {
    if ('adds' in act) {
      const next = counted(tally, act.adds, act.months);
      tally = next.tally;
      items.push({ slot: act.adds, place: next.place, endsAt: endOf(act.adds, next.months) });
    } else if ('takes' in act) {
      const item = items[act.takes % Math.max(1, items.length)];
      // A preservation keeps what it counts.
      if (item === undefined || kept?.tally.has(item.slot)) continue;
      tally = takenAway(tally, [item]);
      items = items.filter((other) => other !== item);
    } else {
      const until = `${act.keepsUntil}T00:00:00.000Z`;
      kept = {
        until: kept !== undefined && kept.until > until ? kept.until : until,
        tally: dueTally({ tally, kept, endOf }, at),
      };
      const { tally: copy } = kept;
      for (const item of items) {
        const isKept = isDue({ tally: copy, endOf: () => '9999' }, item, at);
        if (isKept && item.endsAt < kept.until) item.endsAt = kept.until;
      }
    }
  }
  const group: Group = { tally, kept, endOf };
  return { group, items };
}

test('I11 of a group that is whole, all is due that has not ended, whatever came, went or was kept before', () => {
  fc.assert(
    fc.property(acts, instants, instants, (list, before, day) => {
      const [at = '', now = ''] = [before, day].sort().map((date) => `${date}T12:00:00.000Z`);
      const { group, items } = played(list, at);
      const due = items.filter(({ endsAt }) => endsAt > now);
      assert.deepEqual(wholeOf(items, group, now), due);
      // Nor is what has ended missed.
      assert.deepEqual(wholeOf(due, group, now), due);
      assert.deepEqual(dueSlots(group, now), [...new Set(due.map(({ slot }) => slot))].sort());
    }),
  );
});

test('I11 a group that lacks an item, has one twice or one that was never counted is not whole', () => {
  fc.assert(
    fc.property(acts, instants, fc.nat(30), (list, day, which) => {
      const now = `${day}T12:00:00.000Z`;
      const { group, items } = played(list, now);
      const due = items.filter(({ endsAt }) => endsAt > now);
      const item = due[which % Math.max(1, due.length)];
      fc.pre(item !== undefined);
      const without = due.filter((other) => other !== item);
      assert.equal(wholeOf(without, group, now), undefined);
      assert.equal(wholeOf([...due, item], group, now), undefined);
      assert.equal(wholeOf([...due, { ...item, slot: '2025-01-01' }], group, now), undefined);
      const own = group.tally?.get(item.slot);
      if (own === undefined || endOf(item.slot, own.months) <= now) return;
      assert.equal(wholeOf([...due, { ...item, place: own.n }], group, now), undefined);
      assert.equal(wholeOf([...without, { ...item, place: own.n }], group, now), undefined);
    }),
  );
});

test('I11 an older tally is not that of the items there now', () => {
  fc.assert(
    fc.property(acts, fc.constantFrom(...days), (list, day) => {
      const now = '2026-11-02T00:00:00.000Z';
      const { group, items } = played(list, now);
      const next = counted(group.tally ?? noTally, day, 3);
      const more = [...items, { slot: day, place: next.place }];
      fc.pre(endOf(day, next.months) > now);
      assert.notEqual(wholeOf(more, { ...group, tally: next.tally }, now), undefined);
      assert.equal(wholeOf(more, group, now), undefined);
      assert.equal(wholeOf(items, { ...group, tally: next.tally }, now), undefined);
    }),
  );
});

test('a tally is the same text whenever it is the same, and is read as it was', () => {
  fc.assert(
    fc.property(acts, (list) => {
      const { group } = played(list, '2026-11-02T00:00:00.000Z');
      const tally = group.tally ?? noTally;
      const text = JSON.stringify(tallyForm(tally));
      const read = tallySchema.parse(JSON.parse(text));
      assert.equal(JSON.stringify(tallyForm(read)), text);
      assert.equal(JSON.stringify(tallyForm(new Map([...tally].reverse()))), text);
    }),
  );
});

test('a slot keeps the months that it began with, and is forgotten long after it ended', () => {
  const { tally: once } = counted(noTally, '2026-10-01', 2);
  const twice = counted(once, '2026-10-01', 6);
  assert.deepEqual([twice.place, twice.months], [1, 2]);
  const { tally } = counted(twice.tally, '2026-11-01', 6);
  assert.deepEqual([...pruned({ tally, endOf }, '2026-12-01T00:00:00.000Z').keys()], ['2026-11-01']);
  assert.deepEqual(
    [...pruned({ tally, endOf }, '2026-11-30T00:00:00.000Z').keys()],
    ['2026-10-01', '2026-11-01'],
  );
  const gone = takenAway(tally, [
    { slot: '2026-10-01', place: 0 },
    { slot: '2026-10-01', place: 1 },
    { slot: '2026-10-01', place: 1 },
  ]);
  assert.deepEqual([...withoutEmpty(gone).keys()], ['2026-11-01']);
  assert.deepEqual([...withoutEmpty(tally).keys()], ['2026-10-01', '2026-11-01']);
});

test('what a preservation keeps of a key pair that is gone is due, and nothing else of it', () => {
  const tally = counted(counted(noTally, '02', 1).tally, '02', 1).tally;
  const group: Group = {
    tally: undefined,
    kept: { until: '2027-01-01T00:00:00.000Z', tally },
    endOf: () => '',
  };
  const items = [0, 1, 2].map((place) => ({ slot: '02', place }));
  const now = '2026-12-01T00:00:00.000Z';
  assert.deepEqual(wholeOf(items, group, now), items.slice(0, 2));
  assert.equal(wholeOf(items.slice(1), group, now), undefined);
  assert.deepEqual(wholeOf(items, group, '2027-01-01T00:00:00.000Z'), []);
});
