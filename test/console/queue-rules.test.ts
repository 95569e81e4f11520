import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import fc from 'fast-check';
import type { ReviewLine } from '#client/reviewer.ts';
import { arrivalsAfter, noArrivals } from '#console/queue/arrivals.ts';
import { filtered, found, sorted } from '#console/queue/choosing.ts';
import { claimingOf } from '#console/queue/claiming.ts';
import { dueState } from '#console/queue/due.ts';
import { keep, nameProblem, readKept, withSaved } from '#console/queue/kept.ts';
import { everyMs, startRefreshing } from '#console/queue/refreshing.ts';
import { byTab, tabs } from '#console/queue/tabs.ts';
import { periodText, spanText } from '#console/queue/texts.ts';
import { offsetsOf, partsOf } from '#console/queue/virtual.ts';
import type { Connection } from '#console/state/connection.ts';
import { seen, titleOf } from '#console/state/news.ts';
import { statuses } from '#core/cases/case.ts';
import { lineOf } from '../client/cli/desk.ts';

/** What the queue shows, without a browser. */
const me = 'a.weber';
const hour = 3_600_000;
const now = Date.parse('2026-11-24T12:00:00Z');
const at = (hours: number) => new Date(now + hours * hour).toISOString();
const id = (n: number) => `0f8b6b1e-5a3c-4c4e-9d53-${String(n).padStart(12, '0')}`;
const approval = (reviewer: string) => ({ decision: 'approve' as const, reviewer, at: at(-1) });
const emergency = (changes: Partial<ReviewLine> = {}) => lineOf({ priority: 'Emergency', ...changes });

const tabsOf = (line: ReviewLine) => {
  const sorted = byTab([line], me);
  return tabs.filter((tab) => sorted[tab].length > 0);
};

test('a tab has the cases that it says, and a case can be in several', () => {
  assert.deepEqual(tabsOf(lineOf()), ['open']);
  assert.deepEqual(tabsOf(emergency()), ['open', 'emergencies']);
  assert.deepEqual(tabsOf(lineOf({ claimedBy: me })), ['open', 'mine']);
  assert.deepEqual(tabsOf(lineOf({ decisions: [approval(me)] })), ['open', 'mine']);
  assert.deepEqual(tabsOf(lineOf({ decisions: [approval('r.jansen')] })), ['open', 'second']);
  const owing = { debts: { dueAt: at(5), owed: ['second-signature' as const] } };
  assert.deepEqual(
    tabsOf(emergency({ status: 'AwaitingDisclosure', decisions: [approval('r.jansen')], ...owing })),
    ['open', 'emergencies', 'second', 'owed'],
  );
  const asked = { askedAt: at(-2), of: ['offence' as const] };
  assert.deepEqual(tabsOf(lineOf({ information: asked })), ['open', 'asked']);
  assert.deepEqual(tabsOf(lineOf({ information: { ...asked, answeredAt: at(-1) } })), ['open']);
  assert.deepEqual(tabsOf(lineOf({ status: 'Rejected', decisions: [approval(me)] })), ['closed']);
});

test('an emergency that ended and owes its order is not lost from sight', () => {
  const debts = { dueAt: at(5), owed: ['authorisation' as const] };
  const ended = emergency({ status: 'Suspended', collections: 1, debts, decisions: [approval(me)] });
  assert.deepEqual(tabsOf(ended), ['emergencies', 'mine', 'owed', 'closed']);
});

test('every status is either open or closed', () => {
  for (const status of statuses) {
    const { open, closed } = byTab([lineOf({ status })], me);
    assert.equal(open.length + closed.length, 1, status);
  }
});

test('until it is known who reads, nothing is theirs', () => {
  const sorted = byTab([lineOf({ claimedBy: me, decisions: [approval('r.jansen')] })], undefined);
  assert.deepEqual([sorted.mine.length, sorted.second.length], [0, 0]);
});

test('what is due comes by urgency, and what was answered after it', () => {
  const answered = lineOf({ id: id(1), status: 'Disclosed', dueAt: at(-90) });
  const late = lineOf({ id: id(2), dueAt: at(-1) });
  const far = lineOf({ id: id(3), dueAt: at(90) });
  const urgent = emergency({ id: id(4), dueAt: at(7) });
  assert.deepEqual(
    sorted([answered, far, late, urgent], 'due').map((line) => line.id),
    [id(4), id(2), id(3), id(1)],
  );
});

test('filters narrow together, and none of them narrows nothing', () => {
  const traffic = lineOf({ asked: { ...lineOf().asked, categories: ['TrafficData'] }, agency: 'fr-ji-one' });
  const other = lineOf({ status: 'Rejected' });
  const all = [traffic, other];
  assert.equal(filtered(all, {}), all);
  assert.deepEqual(filtered(all, { agency: 'fr-ji-one', category: 'TrafficData' }), [traffic]);
  assert.deepEqual(filtered(all, { agency: 'fr-ji-one', status: 'Rejected' }), []);
  assert.deepEqual(filtered(all, { priority: 'Emergency' }), []);
});

test('a search finds reference, agency and id, whatever the case of its letters and however an accent is spelled', () => {
  const line = lineOf({ reference: 'Señal 4711/26', agency: 'de-lka-example', id: id(77) });
  for (const search of ['4711', 'SEN\u0303AL', 'lka', '000077', ' 4711 '])
    assert.equal(found([line], search).length, 1, search);
  assert.equal(found([line], '4712').length, 0);
});

test('time is late once it is over, and short once less than a quarter of it is left', () => {
  const due = (left: number, changes: Partial<ReviewLine> = {}) =>
    dueState(lineOf({ receivedAt: at(left - 100), dueAt: at(left), ...changes }), now);
  assert.deepEqual([due(-0.1), due(24), due(26)], ['late', 'soon', 'running']);
  assert.equal(due(-1, { status: 'Rejected' }), 'none');
  const information = { askedAt: at(-2), of: ['offence' as const] };
  const still = { due: { term: { days: 10 }, since: at(-2) }, information };
  assert.equal(due(-1, still), 'still');
});

test('claiming takes, takes over and ends, and what ended is nobody’s', () => {
  assert.equal(claimingOf(lineOf(), me), 'take');
  assert.equal(claimingOf(lineOf({ claimedBy: 'r.jansen' }), me), 'take-over');
  assert.equal(claimingOf(lineOf({ claimedBy: me }), me), 'end');
  assert.equal(claimingOf(lineOf({ status: 'Expired' }), me), undefined);
});

test('rows that are seen are there, few others are, and gaps stand for the rest', () => {
  const any = fc.record({
    heights: fc.array(fc.integer({ min: 20, max: 300 }), { minLength: 1, maxLength: 400 }),
    from: fc.integer({ min: 0, max: 50_000 }),
    size: fc.integer({ min: 100, max: 1200 }),
    kept: fc.integer({ min: -1, max: 500 }),
  });
  fc.assert(
    fc.property(any, ({ heights, from, size, kept }) => {
      const keys = heights.map((_, i) => String(i));
      const offsets = offsetsOf(keys, new Map(heights.map((height, i) => [String(i), height])), 40);
      const total = heights.reduce((sum, each) => sum + each, 0);
      const parts = partsOf(offsets, { from, to: from + size }, { beyond: 100, kept });
      const rows = parts.flatMap((part) => ('row' in part ? [part.row] : []));
      assert.deepEqual(
        rows,
        [...new Set(rows)].sort((a, b) => a - b),
        'in order, each once',
      );
      const high = parts.reduce(
        (sum, part) => sum + ('gap' in part ? part.gap : (heights[part.row] ?? 0)),
        0,
      );
      assert.equal(high, total, 'the scrollbar is right');
      if (kept >= 0 && kept < heights.length) assert.ok(rows.includes(kept), 'what has the focus stays');
      heights.forEach((height, i) => {
        const top = offsets[i] ?? 0;
        const isSeen = top < from + size && top + height > from;
        if (isSeen) assert.ok(rows.includes(i), 'what is seen is there');
      });
      assert.ok(rows.length <= (size + 200) / 20 + 3, 'no more than fit');
    }),
  );
});

test('an emergency is told of once, if it came after the first list, and until a colleague decided it', () => {
  const first = emergency({ id: id(1) });
  const begun = arrivalsAfter(noArrivals, [], false);
  const listed = arrivalsAfter(begun.arrivals, [first], true);
  assert.equal(listed.arrived, 0, 'what waited already did not arrive');
  const second = emergency({ id: id(2) });
  const came = arrivalsAfter(listed.arrivals, [first, second, lineOf({ id: id(3) })], true);
  assert.equal(came.arrived, 1);
  assert.equal(titleOf(came.arrivals), '(1) Writ');
  const again = arrivalsAfter(came.arrivals, [first, second], true);
  assert.deepEqual([again.arrived, titleOf(again.arrivals)], [0, '(1) Writ']);
  assert.equal(titleOf(seen(again.arrivals, id(2))), 'Writ');
  assert.equal(titleOf(seen(again.arrivals)), 'Writ');
  const decided = arrivalsAfter(again.arrivals, [first], true);
  assert.equal(titleOf(decided.arrivals), 'Writ');
});

function memoryStorage() {
  const items = new Map<string, string>();
  return {
    items,
    getItem: (name: string) => items.get(name) ?? null,
    setItem: (name: string, value: string) => void items.set(name, value),
  };
}

test('what is kept is settings and filters, and anything else is forgotten', () => {
  const storage = memoryStorage();
  const nothing = readKept(storage);
  assert.deepEqual(nothing, { sound: true, notifies: false, saved: [] });
  const saved = { name: 'Traffic', tab: 'open', sort: 'due', filters: { category: 'TrafficData' } } as const;
  keep(storage, withSaved(nothing, saved));
  assert.deepEqual(readKept(storage).saved, [saved]);
  const [[, text = ''] = []] = storage.items;
  for (const strange of ['{"search":"GS-4711"}', text.replace('"tab"', '"search":"x","tab"'), 'no JSON']) {
    storage.setItem('queue', strange);
    assert.deepEqual(readKept(storage), nothing, strange);
  }
  assert.throws(() => keep(storage, Object.assign({ search: 'GS-4711' }, nothing)));
});

test('a filter is not called after a case or a person', () => {
  const lines = [lineOf({ reference: 'Fall Xaver', id: id(5) })];
  assert.equal(nameProblem(' My traffic data ', lines), undefined);
  assert.equal(nameProblem('Week 48', lines), undefined);
  assert.equal(nameProblem('  ', lines), 'empty');
  assert.equal(nameProblem('x'.repeat(41), lines), 'long');
  for (const name of ['the fall xaver', 'GS-4711/26', '+49 151 12', '0151-1', 'x@example.org', '1.2.1980'])
    assert.equal(nameProblem(name, lines), 'names-somebody', name);
});

function refreshed({ visible = true, online = true } = {}) {
  const surroundings = { visible, online };
  const changed: (() => void)[] = [];
  const lists: string[] = [];
  const failures: unknown[] = [];
  const connection: { value: Connection['is'] } = { value: 'well' };
  let answer = () => Promise.resolve();
  const refreshing = startRefreshing({
    list: (of) => {
      lists.push(of.length === 1 ? 'waiting' : of.includes('AwaitingApproval') ? 'live' : 'closed');
      return answer();
    },
    failed: (error) => void failures.push(error),
    connection: () => connection.value,
    page: {
      isVisible: () => surroundings.visible,
      isOnline: () => surroundings.online,
      onChange: (then) => {
        changed.push(then);
        return () => changed.splice(0);
      },
    },
  });
  return {
    refreshing,
    lists,
    failures,
    connection,
    surroundings,
    change: () => changed.forEach((then) => void then()),
    fails: (error: unknown) => {
      answer = () => Promise.reject(error);
    },
  };
}

/** Lets what waits for promises go on. */
const settled = async () => {
  for (let i = 0; i < 10; i++) await Promise.resolve();
};

test('lists are asked for every half minute while somebody looks, and for what arrived while nobody does', async (t) => {
  mock.timers.enable({ apis: ['setTimeout', 'Date'], now });
  t.after(() => mock.timers.reset());
  const queue = refreshed();
  t.after(() => queue.refreshing.stop());
  await settled();
  assert.deepEqual(queue.lists.splice(0), ['live', 'closed']);
  mock.timers.tick(everyMs - 1);
  assert.equal(queue.lists.length, 0);
  mock.timers.tick(1);
  await settled();
  assert.deepEqual(queue.lists.splice(0), ['live']);
  queue.surroundings.visible = false;
  queue.change();
  mock.timers.tick(everyMs);
  await settled();
  assert.equal(queue.lists.length, 0);
  mock.timers.tick(everyMs);
  await settled();
  assert.deepEqual(queue.lists.splice(0), ['waiting']);
  queue.surroundings.visible = true;
  queue.change();
  await settled();
  assert.deepEqual(queue.lists.splice(0), ['live'], 'whoever comes back sees at once what is new');
  mock.timers.tick(10 * everyMs);
  await settled();
  assert.ok(queue.lists.splice(0).includes('live'));
  queue.refreshing.stop();
  mock.timers.tick(10 * everyMs);
  assert.equal(queue.lists.length, 0);
});

test('nobody is asked while the network is off or the key is refused, and an answer that is missing is asked for again', async (t) => {
  mock.timers.enable({ apis: ['setTimeout', 'Date'], now });
  t.after(() => mock.timers.reset());
  const queue = refreshed({ online: false });
  t.after(() => queue.refreshing.stop());
  await settled();
  queue.lists.splice(0);
  mock.timers.tick(everyMs);
  assert.equal(queue.lists.length, 0);
  queue.surroundings.online = true;
  queue.connection.value = 'key-refused';
  mock.timers.tick(everyMs);
  assert.equal(queue.lists.length, 0, 'each refusal is an entry in the log');
  queue.connection.value = 'offline';
  const broken = new Error('no answer');
  queue.fails(broken);
  mock.timers.tick(everyMs);
  await settled();
  assert.equal(queue.lists.splice(0).join(), 'live');
  assert.equal(queue.failures.at(-1), broken);
  mock.timers.tick(everyMs);
  assert.equal(queue.lists.join(), 'live');
});

test('spans and periods are short, in each language', () => {
  assert.equal(spanText(-90 * 60_000, 'en-GB'), '90 mins');
  assert.equal(spanText(47.9 * hour, 'de'), '47 Std.');
  assert.equal(spanText(49 * hour, 'fr').replace(/\s/, ' '), '2 j');
  const period = { from: '2026-09-01T00:00:00.000Z', to: '2026-11-20T00:00:00.000Z' };
  assert.equal(periodText(period, 'de', now).replace(/\s+/g, ' '), '1. Sept. – 19. Nov.');
  const later = now + 366 * 24 * hour;
  assert.match(periodText(period, 'de', later), /19\. Nov\. 2026$/);
});

test('ten thousand cases are put into tabs, in order and searched within the time of a keystroke', () => {
  const many = Array.from({ length: 10_000 }, (_, n) =>
    lineOf({ id: id(n), reference: `GS-${n}/26`, dueAt: at((n * 7919) % 500), agency: `agency-${n % 40}` }),
  );
  const { open } = byTab(many, me);
  const inOrder = sorted(open, 'due');
  found(inOrder, 'warm up');
  const begun = performance.now();
  assert.equal(found(inOrder, 'gs-4711').length, 1);
  const took = performance.now() - begun;
  assert.ok(took < 50, `${took} ms`);
});
