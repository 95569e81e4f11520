import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Scope, scopeSchema, scopeText, within } from '#core/cases/scope.ts';
import { periods, scopes, someCategories } from './cases.ts';

/** The set of things that a scope names, without looking at how it is written. */
function same(a: Scope, b: Scope): boolean {
  const set = (list: readonly unknown[]) => [...new Set(list.map(String))].sort().join();
  return (
    set(a.subjects) === set(b.subjects) &&
    set(a.categories) === set(b.categories) &&
    Date.parse(a.period.from) === Date.parse(b.period.from) &&
    Date.parse(a.period.to) === Date.parse(b.period.to)
  );
}

/** Whether a scope takes in one subject, category and moment. */
function covers(scope: Scope, subject: number, category: string, time: number): boolean {
  return (
    scope.subjects.includes(subject) &&
    scope.categories.some((c) => c === category) &&
    Date.parse(scope.period.from) <= time &&
    time < Date.parse(scope.period.to)
  );
}

/** Some scope that is no wider. */
function narrowed(outer: Scope): fc.Arbitrary<Scope> {
  const from = Date.parse(outer.period.from);
  const to = Date.parse(outer.period.to);
  return fc
    .record({
      subjects: fc.subarray(outer.subjects, { minLength: 1 }),
      categories: fc.subarray(outer.categories, { minLength: 1 }),
      cut: fc.tuple(fc.integer({ min: from, max: to - 1 }), fc.integer({ min: from, max: to - 1 })),
    })
    .map(({ cut, ...rest }) => ({
      ...rest,
      period: {
        from: new Date(Math.min(...cut)).toISOString(),
        to: new Date(Math.max(...cut) + 1).toISOString(),
      },
    }));
}

/** The same scope, written differently. */
function respelled(scope: Scope): fc.Arbitrary<Scope> {
  return fc
    .record({
      subjects: fc.shuffledSubarray(scope.subjects, { minLength: scope.subjects.length }),
      categories: fc.shuffledSubarray(scope.categories, { minLength: scope.categories.length }),
    })
    .map((lists) => ({
      ...lists,
      period: {
        from: new Date(scope.period.from).toISOString(),
        to: new Date(scope.period.to).toISOString().replace('.000Z', 'Z'),
      },
    }));
}

const withNarrowed = scopes.chain((outer) => fc.tuple(fc.constant(outer), narrowed(outer)));
/** Pairs that are often alike in all but one part. */
const near = fc
  .tuple(
    scopes,
    fc.record({ subjects: scopes.map((s) => s.subjects), categories: someCategories, period: periods }),
  )
  .chain(([a, other]) =>
    fc.tuple(
      fc.constant(a),
      fc.oneof(
        respelled(a),
        narrowed(a),
        fc
          .constantFrom<(keyof Scope)[]>('subjects', 'categories', 'period')
          .map((k) => ({ ...a, [k]: other[k] })),
      ),
    ),
  );

test('a scope is within itself, however it is written', () => {
  fc.assert(
    fc.property(
      scopes.chain((s) => fc.tuple(fc.constant(s), respelled(s))),
      ([a, b]) => within(a, a) && within(a, b) && within(b, a),
    ),
  );
});

test('two scopes within each other are the same', () => {
  fc.assert(
    fc.property(near, ([a, b]) => {
      assert.equal(within(a, b) && within(b, a), same(a, b));
    }),
    { numRuns: 500 },
  );
});

test('what is within what is within a scope is within that scope', () => {
  const threefold = withNarrowed.chain(([a, b]) => fc.tuple(fc.constant(a), fc.constant(b), narrowed(b)));
  fc.assert(fc.property(threefold, ([a, b, c]) => within(c, b) && within(b, a) && within(c, a)));
});

test('two scopes have one text if and only if they are the same', () => {
  fc.assert(
    fc.property(near, ([a, b]) => {
      assert.equal(scopeText(a) === scopeText(b), same(a, b));
    }),
    { numRuns: 500 },
  );
});

test('the text of a scope is written down, and is itself a scope', () => {
  const scope = {
    subjects: [10, 2],
    categories: ['TrafficData', 'SubscriberData'],
    period: { from: '2026-09-01T00:00:00Z', to: '2026-11-20T00:00:00.500Z' },
  };
  assert.equal(
    scopeText(scopeSchema.parse(scope)),
    '{"categories":["SubscriberData","TrafficData"],"period":{"from":"2026-09-01T00:00:00.000Z",' +
      '"to":"2026-11-20T00:00:00.500Z"},"subjects":[2,10]}',
  );
  fc.assert(
    fc.property(scopes, (each) => {
      const again = scopeSchema.parse(JSON.parse(scopeText(each)));
      assert.equal(scopeText(again), scopeText(each));
    }),
  );
});

test('a scope within another covers nothing that the other does not', () => {
  const probe = fc.tuple(
    fc.nat(5),
    fc.constantFrom('SubscriberData', 'UserIdentifyingData', 'TrafficData'),
    fc.double({ min: -0.5, max: 1.5, noNaN: true }),
  );
  fc.assert(
    fc.property(near, probe, ([outer, inner], [subject, category, where]) => {
      fc.pre(within(inner, outer));
      const from = Date.parse(outer.period.from);
      const time = Math.round(from + where * (Date.parse(outer.period.to) - from));
      assert.ok(!covers(inner, subject, category, time) || covers(outer, subject, category, time));
    }),
    { numRuns: 500 },
  );
});

test('one millisecond, one subject or one category more is not within', () => {
  fc.assert(
    fc.property(withNarrowed, ([outer, inner]) => {
      const shifted = (at: string, by: number) => new Date(Date.parse(at) + by).toISOString();
      const wider: Scope[] = [
        { ...inner, period: { ...inner.period, from: shifted(outer.period.from, -1) } },
        { ...inner, period: { ...inner.period, to: shifted(outer.period.to, 1) } },
        { ...inner, subjects: [...inner.subjects, 99] },
      ];
      const missing = (['SubscriberData', 'UserIdentifyingData', 'TrafficData'] as const).find(
        (c) => !outer.categories.includes(c),
      );
      if (missing !== undefined) wider.push({ ...inner, categories: [...inner.categories, missing] });
      for (const value of wider) assert.equal(within(value, outer), false);
    }),
  );
});
