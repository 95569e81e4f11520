import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Case } from '#core/cases/case.ts';
import { appendEntry, type EntryBody } from '#core/log/entry.ts';
import { type KmsCall, readTrailFile } from '#core/trail/cloudtrail.ts';
import { type Collection, collectionsOf } from '#core/trail/collections.ts';
import { assign, type Claim, type Opening } from '#core/trail/matching.ts';
import {
  type Evidence,
  marginMinutes,
  mayOpen,
  type Reconciliation,
  reconcile,
} from '#core/trail/reconcile.ts';
import { keyDigest } from '#core/vault/vault-keys.ts';
import { commitAt, received } from '../cases/cases.ts';
import {
  anyStory,
  begin,
  type Call,
  caseId,
  elsewhere,
  file,
  frugalStory,
  type History,
  happen,
  isVaultKey,
  keyArn,
  record,
  roles,
  type Story,
} from './trails.ts';

/** What CloudTrail's files say of calls: in two files, out of order, among other things. */
async function delivered(calls: readonly Call[]) {
  const records = calls.map(record).toReversed();
  const middle = Math.ceil(records.length / 2);
  const files = [
    file([elsewhere(begin), ...records.slice(0, middle)], 'gzip'),
    file([...records.slice(middle), elsewhere(begin)], 'plain'),
  ];
  const read = await Promise.all(files.map((bytes) => readTrailFile(bytes)));
  return {
    calls: read.flatMap((trailFile) => trailFile.calls),
    malformed: read.flatMap((trailFile) => trailFile.malformed),
  };
}

/** What is known: who asks in the cloud knows the cases and the roles, a stranger neither. */
const knowledges = {
  'who knows the cases': ({ mayOpen: may }: History) => ({ mayOpen: may, roles }),
  'a stranger': () => ({}),
} satisfies Record<string, (history: History) => Partial<Evidence>>;

async function outcome(
  history: History,
  calls: readonly Call[],
  known: Partial<Evidence>,
): Promise<Reconciliation> {
  const collections = await collectionsOf(history.entries);
  return reconcile({ ...(await delivered(calls)), collections, isVaultKey, ...known });
}

for (const [who, knows] of Object.entries(knowledges)) {
  describe(`for ${who}`, () => {
    test('whatever was opened as it was announced balances, whatever was tried again or crashed', async () => {
      await fc.assert(
        fc.asyncProperty(anyStory, async (story) => {
          const history = happen(story);
          const found = await outcome(history, history.calls, knows(history));
          assert.deepEqual([found.surplus, found.missing], [[], []]);
          assert.equal(found.decrypts, history.calls.length);
          assert.equal(
            found.collections,
            story.cases.reduce((sum, { visits }) => sum + visits.length, 0),
          );
        }),
      );
    });

    test('dropping any one call that was needed leaves a collection without its proof', async () => {
      await fc.assert(
        fc.asyncProperty(frugalStory, fc.nat(), async (story, which) => {
          const history = happen(story);
          fc.pre(history.calls.length > 0);
          const dropped = which % history.calls.length;
          const found = await outcome(
            history,
            history.calls.filter((_, i) => i !== dropped),
            knows(history),
          );
          const lacking = found.missing.reduce(
            (sum, missing) => sum + missing.drawers - missing.decrypted,
            0,
          );
          assert.deepEqual([found.surplus, lacking], [[], 1]);
          assert.ok(found.missing.every(({ why }) => why === 'not-decrypted'));
        }),
      );
    });

    test('a call at a time when nothing was announced is surplus, under whichever vault key', async () => {
      await fc.assert(
        fc.asyncProperty(anyStory, fc.nat(), fc.nat(9), async (story, which, key) => {
          const history = happen(story);
          const at = quietMoment(history, which);
          const context = history.calls[0]?.context ?? drawerContext;
          const found = await outcome(
            history,
            [...history.calls, { at, key: keyArn(key), context }],
            knows(history),
          );
          assert.deepEqual(found.missing, []);
          assert.deepEqual(found.surplus, [
            { time: second(at), key: keyDigest(keyArn(key)), why: 'not-announced' },
          ]);
        }),
      );
    });
  });
}

const drawerContext = { subject: 'pseudonym', kind: 'access', epoch: '2026-01' };
const second = (at: number) => `${new Date(at).toISOString().slice(0, 19)}.000Z`;

/** An instant half an hour from everything in a history: before it, after it, or in a gap of it. */
function quietMoment({ entries }: History, which: number): number {
  const times = entries.map(({ at }) => Date.parse(at));
  const half = 30 * 60_000;
  const candidates = [
    ...times.map((at) => at + half),
    Math.min(...times) - half,
    Math.max(...times) + half,
  ].filter((at) => times.every((other) => Math.abs(at - other) >= half));
  return candidates[which % candidates.length] ?? 0;
}

/** A history with at least one call, and one of them. */
const withOne = (stories: fc.Arbitrary<Story>) =>
  fc
    .tuple(stories, fc.nat())
    .map(([story, which]) => {
      const history = happen(story);
      return { history, one: history.calls[which % Math.max(1, history.calls.length)] };
    })
    .filter(({ one }) => one !== undefined);

const knownOf = knowledges['who knows the cases'];

test('a call by any other role is surplus, in the middle of a collection too', async () => {
  await fc.assert(
    fc.asyncProperty(
      withOne(anyStory),
      fc.constantFrom(roles.preserve, 'arn:aws:iam::111122223333:role/Admin'),
      async ({ history, one }, other) => {
        if (one === undefined) return;
        const found = await outcome(history, [...history.calls, { ...one, by: other }], knownOf(history));
        assert.deepEqual(
          [found.surplus, found.missing],
          [[{ time: second(one.at), key: keyDigest(one.key), why: 'not-collect' }], []],
        );
      },
    ),
  );
});

test('a call of another epoch key than the case may open is surplus, where the cases are known', async () => {
  await fc.assert(
    fc.asyncProperty(withOne(anyStory), async ({ history, one }) => {
      if (one === undefined) return;
      const extra = { ...one, context: { ...one.context, subject: 'somebody else' } };
      const calls = [...history.calls, extra];
      const found = await outcome(history, calls, knownOf(history));
      assert.deepEqual(
        [found.surplus, found.missing],
        [[{ time: second(one.at), key: keyDigest(one.key), why: 'other-drawer' }], []],
      );
      assert.equal(found.matchedBy, 'drawer');
      const unknowing = await outcome(history, calls, { roles });
      assert.deepEqual([unknowing.surplus, unknowing.matchedBy], [[], 'time']);
    }),
  );
});

test('what no epoch key has for its context is surplus', async () => {
  await fc.assert(
    fc.asyncProperty(withOne(anyStory), async ({ history, one }) => {
      if (one === undefined) return;
      const { context, ...bare } = one;
      for (const extra of [
        { ...bare },
        { ...bare, context: { ...context, more: 'x' } },
        { ...bare, context: { ...context, kind: 'content' } },
      ]) {
        const { surplus } = await outcome(history, [...history.calls, extra], {});
        assert.deepEqual(
          surplus.map(({ why }) => why),
          ['no-drawer'],
        );
      }
    }),
  );
});

test('calls on keys that are none of the vault’s, and calls that failed, are no findings', async () => {
  await fc.assert(
    fc.asyncProperty(withOne(anyStory), async ({ history, one }) => {
      if (one === undefined) return;
      const at = quietMoment(history, 0);
      const denied = { errorCode: 'AccessDenied', errorMessage: 'no' };
      const found = await outcome(
        history,
        [
          ...history.calls,
          { ...one, at, key: keyArn(77), by: 'arn:aws:iam::111122223333:role/Admin' },
          { ...one, at, more: denied },
          { ...one, at, key: keyArn(77), more: denied },
        ],
        knownOf(history),
      );
      assert.deepEqual([found.surplus, found.missing], [[], []]);
      assert.deepEqual([found.decrypts, found.attempts], [history.calls.length, 1]);
    }),
  );
});

test('hour by hour, each call and each collection is judged once', async () => {
  await fc.assert(
    fc.asyncProperty(frugalStory, fc.nat(), fc.boolean(), async (story, which, drop) => {
      const history = happen(story);
      fc.pre(history.calls.length > 0);
      const dropped = drop ? which % history.calls.length : -1;
      const extra = { at: quietMoment(history, which), key: keyArn(3), context: drawerContext };
      const { calls } = await delivered([...history.calls.filter((_, i) => i !== dropped), extra]);
      const all = await collectionsOf(history.entries);
      const near = (hour: number) => (at: string) =>
        Date.parse(at) >= hour - marginMinutes * 60_000 &&
        Date.parse(at) < hour + 3_600_000 + marginMinutes * 60_000;
      const hours = Array.from(
        { length: 12 },
        (_, i) => Date.parse('2026-11-24T08:00:00Z') + i * 3_600_000,
      ).map((hour) =>
        reconcile({
          calls: calls.filter(({ time }) => near(hour)(time)),
          malformed: [],
          collections: all.filter(({ at }) => near(hour)(at)),
          isVaultKey,
          ...knownOf(history),
          period: { from: new Date(hour).toISOString(), to: new Date(hour + 3_600_000).toISOString() },
        }),
      );
      const sum = (of: (reconciliation: Reconciliation) => number) =>
        hours.reduce((total, hour) => total + of(hour), 0);
      assert.equal(
        sum((reconciliation) => reconciliation.decrypts),
        calls.length,
      );
      assert.equal(
        sum((reconciliation) => reconciliation.collections),
        all.length,
      );
      assert.equal(
        sum((reconciliation) => reconciliation.surplus.length),
        1,
      );
      assert.equal(
        sum((reconciliation) => reconciliation.missing.length),
        drop ? 1 : 0,
      );
    }),
  );
});

/** A collection as the log tells it, in seconds after the beginning. */
function told(at: number, endedAt?: number, more: Partial<Collection> = {}): Collection {
  const instant = (s: number) => new Date(begin + s * 1000).toISOString();
  return {
    case: caseId(1),
    collection: 1,
    page: 1,
    at: instant(at),
    announced: true,
    drawers: endedAt === undefined ? 0 : 1,
    ...(endedAt === undefined ? {} : { endedAt: instant(endedAt) }),
    ...more,
  };
}

function opened(at: number, more: Partial<KmsCall> = {}): KmsCall {
  return {
    time: new Date(begin + at * 1000).toISOString(),
    operation: 'Decrypt',
    by: roles.collect,
    keys: [keyArn(1)],
    context: drawerContext,
    failed: false,
    ...more,
  };
}

const held = (calls: KmsCall[], collections: Collection[], more: Partial<Evidence> = {}) =>
  reconcile({ calls, malformed: [], collections, isVaultKey, roles, ...more });
const whys = ({ surplus, missing }: Reconciliation) => [
  ...surplus.map(({ why }) => why),
  ...missing.map(({ why }) => why),
];

test('a window opens with the intent and closes half a minute after its answer, each give or take five seconds', () => {
  const at = (seconds: number) => whys(held([opened(1), opened(seconds)], [told(0, 10)]));
  for (const seconds of [-5, 0, 10, 40, 45]) assert.deepEqual(at(seconds), [], String(seconds));
  for (const seconds of [-5.001, 45.001]) assert.deepEqual(at(seconds), ['not-announced'], String(seconds));
});

test('an intent without an answer is good for a quarter of an hour, and a minute for whoever took it up last', () => {
  const at = (seconds: number) => whys(held([opened(seconds)], [told(0)]));
  assert.deepEqual([at(16 * 60 + 5), at(16 * 60 + 5.001)], [[], ['not-announced']]);
});

test('an answer that comes too late does not widen the window', () => {
  assert.deepEqual(whys(held([opened(1)], [told(0, 7200)])), []);
  assert.deepEqual(whys(held([opened(7190)], [told(0, 7200)])), ['not-announced', 'not-decrypted']);
});

const intended = (collection: number): EntryBody => ({
  kind: 'collection.intended',
  data: { collection, page: 1, scope: 'A'.repeat(43), recipient: 'A'.repeat(43) },
});
const answered = (collection: number, page = 1): EntryBody => ({
  kind: 'collection.completed',
  data: { collection, page, more: false, records: 1, drawers: 1, package: 'A'.repeat(43) },
});

/** One case's entries, each so many seconds after the beginning. */
const stream = (...bodies: readonly (readonly [at: number, body: EntryBody])[]) =>
  bodies.map(
    ([at, body], n) =>
      appendEntry(`case/${caseId(1)}`, { n, hash: '' }, body, new Date(begin + at * 1000).toISOString())
        .entry,
  );

test('an intent that another one takes the place of ends with it', async () => {
  const [first, second] = await collectionsOf(stream([0, intended(1)], [100, intended(2)]));
  assert.deepEqual([first?.endedAt, second?.endedAt], [second?.at, undefined]);
  const only = first === undefined ? [] : [first];
  assert.deepEqual(whys(held([opened(135)], only)), []);
  assert.deepEqual(whys(held([opened(136)], only)), ['not-announced']);
});

test('an intent that is answered stays as it was when another follows', async () => {
  const entries = stream([0, intended(1)], [10, answered(1)], [100, intended(2)]);
  const [first] = await collectionsOf(entries);
  assert.deepEqual([first?.endedAt, first?.drawers], [entries[1]?.at, 1]);
});

test('an answer that nothing announced is missing its intent, and excuses no call', async () => {
  const alone = await collectionsOf(stream([0, answered(1)]));
  assert.deepEqual(whys(held([opened(-1)], alone)), ['not-announced', 'not-announced']);
  for (const another of [answered(2), answered(1, 2)]) {
    const collections = await collectionsOf(stream([0, intended(1)], [10, another]));
    assert.deepEqual(whys(held([opened(1)], collections)), ['not-announced']);
  }
  const twice = await collectionsOf(stream([0, intended(1)], [10, answered(1)], [11, answered(1)]));
  assert.deepEqual(whys(held([opened(1), opened(2)], twice)), ['not-announced']);
});

test('epoch keys count once each: the same one opened twice is no proof of two', () => {
  const two = [told(0, 10, { drawers: 2 })];
  const { missing } = held([opened(1), opened(2)], two);
  assert.deepEqual(missing, [
    { case: caseId(1), collection: 1, page: 1, why: 'not-decrypted', drawers: 2, decrypted: 1 },
  ]);
  const other = { context: { ...drawerContext, epoch: '2026-02' } };
  assert.deepEqual(whys(held([opened(1), opened(2, other)], two)), []);
  // The same epoch key under a preservation's key is a key pair of its own.
  assert.deepEqual(whys(held([opened(1), opened(2, { keys: [keyArn(2)] })], two)), []);
});

test('collections that go on side by side share no call, and none takes what only another can use', () => {
  const side = [told(0, 60), told(0, 10, { case: caseId(2) })];
  assert.deepEqual(whys(held([opened(5)], side)), ['not-decrypted']);
  // Whoever took the first call would leave the second collection with none.
  assert.deepEqual(whys(held([opened(5), opened(80)], side)), []);
  assert.deepEqual(whys(held([opened(80), opened(81)], side)), ['not-decrypted']);
});

test('keys are re-wrapped by preserve alone, and within the vault', () => {
  const rewrapped = (by: string, ...keys: string[]) =>
    opened(0, { operation: 'ReEncrypt', by, keys, context: undefined });
  const inside = rewrapped(roles.preserve, keyArn(1), keyArn(2));
  const found = held([inside], []);
  assert.deepEqual([found.rewraps, found.decrypts, whys(found)], [1, 0, []]);
  assert.deepEqual(whys(held([rewrapped(roles.preserve, keyArn(77), keyArn(1))], [])), []);
  const outside = rewrapped(roles.preserve, keyArn(1), keyArn(77));
  assert.deepEqual(whys(held([outside], [])), ['left-the-vault']);
  assert.deepEqual(whys(held([rewrapped(roles.preserve, keyArn(1))], [])), ['left-the-vault']);
  assert.deepEqual(whys(held([rewrapped(roles.collect, keyArn(1), keyArn(2))], [])), ['not-preserve']);
  assert.deepEqual(whys(held([rewrapped(roles.collect, keyArn(77), keyArn(2))], [])), ['not-preserve']);
  assert.deepEqual(whys(held([inside, outside], [], { roles: {} })), ['left-the-vault']);
});

test('an event that is delivered twice is one; two events of one id that differ are two', () => {
  const late = opened(500, { id: 'event-1' });
  assert.equal(held([late, { ...late }], []).decrypts, 1);
  assert.equal(held([late, opened(501, { id: 'event-1' })], []).decrypts, 2);
  assert.equal(held([opened(500), opened(500)], []).decrypts, 2);
});

test('a record that cannot be read is a finding, once, in its own hour if it says so', () => {
  const malformed = [{}, { time: '2026-11-24T10:00:00.000Z' }, { time: '2026-11-24T11:00:00.000Z' }];
  const period = { from: '2026-11-24T10:00:00Z', to: '2026-11-24T11:00:00Z' };
  assert.deepEqual(held([], [], { malformed, period }).surplus, [
    { time: undefined, why: 'malformed' },
    { time: '2026-11-24T10:00:00.000Z', why: 'malformed' },
  ]);
});

test('I7: what is found names nobody', async () => {
  await fc.assert(
    fc.asyncProperty(withOne(frugalStory), async ({ history, one }) => {
      if (one === undefined) return;
      const found = await outcome(
        history,
        [
          { ...one, by: roles.preserve },
          { ...one, context: { ...one.context, kind: 'x' } },
        ],
        knownOf(history),
      );
      assert.equal(found.surplus.length, 2);
      assert.ok(!JSON.stringify(found).includes('pseudonym'));
      assert.ok(!JSON.stringify(found).includes('arn:'));
    }),
  );
});

test('as many openings find a collection as can, by trying all ways of giving them out', () => {
  /** For each claim how many it needs, and which openings (of which epoch keys) may be proof of it. */
  const graph = fc.record({
    drawers: fc.array(fc.nat(2), { maxLength: 6 }),
    claims: fc.array(fc.record({ need: fc.nat(3), may: fc.array(fc.boolean(), { minLength: 6 }) }), {
      maxLength: 4,
    }),
  });
  fc.assert(
    fc.property(graph, ({ drawers, claims }) => {
      const openings = drawers.map((name): Opening => ({ epochKey: String(name) }));
      const all = claims.map(
        ({ need, may }): Claim => ({
          need,
          offers: Map.groupBy(
            openings.filter((_, i) => may[i]),
            ({ epochKey }) => epochKey,
          ),
          held: new Map(),
        }),
      );
      const most = (i: number, used: readonly Set<string>[]): number => {
        const drawer = openings[i]?.epochKey;
        if (drawer === undefined) return 0;
        let best = most(i + 1, used);
        for (const [c, { need, may }] of claims.entries()) {
          const has = used[c];
          if (has === undefined || !may[i] || has.size >= need || has.has(drawer)) continue;
          const next = used.with(c, new Set([...has, drawer]));
          best = Math.max(best, 1 + most(i + 1, next));
        }
        return best;
      };
      const expected = most(
        0,
        claims.map(() => new Set<string>()),
      );
      assign(all);
      assert.equal(
        all.reduce((sum, claim) => sum + claim.held.size, 0),
        expected,
      );
      const given = all.flatMap(({ held: has }) => [...has.values()]);
      assert.equal(new Set(given).size, given.length);
      for (const [c, { held: has, need }] of all.entries()) {
        assert.ok(has.size <= need);
        for (const [name, opening] of has) {
          assert.equal(opening.epochKey, name);
          assert.ok(claims[c]?.may[openings.indexOf(opening)]);
        }
      }
    }),
    { numRuns: 2000 },
  );
});

test('where much is missing, what leads nowhere is looked at once, not once for each collection', () => {
  let looks = 0;
  class Counting extends Map<string, Opening[]> {
    override get(epochKey: string): Opening[] | undefined {
      looks++;
      return super.get(epochKey);
    }
  }
  const many = 500;
  const openings = Array.from({ length: many }, (_, i): Opening => ({ epochKey: String(i % 3) }));
  // Each may have any epoch key of those that were opened around it; all together there is half of what they need.
  const claims = Array.from({ length: many }, (_, i): Claim => {
    const near = openings.slice(Math.max(0, i - 20), i + 20);
    const offers = new Counting(Map.groupBy(near, ({ epochKey }) => epochKey));
    return { need: 2, offers, held: new Map() };
  });
  assign(claims);
  assert.equal(
    claims.reduce((sum, claim) => sum + claim.held.size, 0),
    many,
  );
  assert.ok(looks < 10 * many, `${looks} looks`);
});

test('a case may open the epoch keys of its approved subjects, categories and months, and no other', () => {
  const asked = commitAt(received());
  const scope = { ...asked.asked, subjects: [0, 1], categories: ['TrafficData' as const] };
  const approved: Case = { ...asked, scope };
  const may = (current: Case, subject: string, kind: 'access' | 'phone', epoch: string) =>
    mayOpen(current, { subject, kind, epoch });
  assert.ok(may(approved, 'pseudonym-0', 'access', '2026-09'));
  assert.ok(may(approved, 'pseudonym-1', 'access', '2026-11'));
  assert.ok(!may(approved, 'pseudonym-2', 'access', '2026-09'), 'not approved');
  assert.ok(!may(approved, 'pseudonym-9', 'access', '2026-09'), 'nobody of it');
  assert.ok(!may(approved, 'pseudonym-0', 'phone', '2026-09'), 'no such category');
  assert.ok(!may(approved, 'pseudonym-0', 'access', '2026-08'), 'before the period');
  assert.ok(!may(approved, 'pseudonym-0', 'access', '2026-12'), 'after the period');
  assert.ok(!may(asked, 'pseudonym-0', 'access', '2026-09'), 'nothing is approved');
  const numbers: Case = { ...approved, scope: { ...scope, categories: ['SubscriberData'] } };
  assert.ok(may(numbers, 'pseudonym-0', 'phone', '2019-01'), 'a number holds long after it was set');
  assert.ok(!may(numbers, 'pseudonym-0', 'phone', '2026-12'), 'set after the period');
  assert.ok(!may(numbers, 'pseudonym-0', 'access', '2026-09'), 'no such category');
});
