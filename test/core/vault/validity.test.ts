import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { heldPart, heldWithin, validities } from '#core/vault/validity.ts';

const instant = fc
  .integer({ min: Date.parse('2025-01-01T00:00:00Z'), max: Date.parse('2027-01-01T00:00:00Z') })
  .map((time) => new Date(time).toISOString());
const day = (n: number) => `2026-09-0${n}T00:00:00.000Z`;

/** Different numbers, set at these instants. */
const set = (...instants: string[]) => instants.map((at) => ({ at, blind: `blind ${at}` }));

test('each number holds until the next is set, the last one until now', () => {
  assert.deepEqual(validities(set(day(3), day(1), day(2))), [
    { from: day(1), to: day(2), blind: `blind ${day(1)}` },
    { from: day(2), to: day(3), blind: `blind ${day(2)}` },
    { from: day(3), blind: `blind ${day(3)}` },
  ]);
  assert.deepEqual(validities([]), []);
});

test('a number that is sent again goes on, and one that comes back holds anew', () => {
  const named = [
    { at: day(1), blind: 'a' },
    { at: day(2), blind: 'a' },
    { at: day(4), blind: 'b' },
    { at: day(6), blind: 'a' },
    { at: day(7), blind: 'a' },
  ];
  assert.deepEqual(validities(named.toReversed()), [
    { from: day(1), to: day(4), blind: 'a' },
    { from: day(4), to: day(6), blind: 'b' },
    { from: day(6), blind: 'a' },
  ]);
});

test('validities leave no gap and do not overlap, whatever order the instants come in', () => {
  fc.assert(
    fc.property(fc.uniqueArray(instant), fc.nat(), (instants, turn) => {
      const ordered = validities(set(...instants));
      assert.equal(ordered.length, instants.length);
      ordered.forEach((validity, i) => {
        assert.equal(validity.to, ordered[i + 1]?.from);
        assert.ok(validity.to === undefined || validity.from < validity.to);
      });
      const cut = turn % (instants.length + 1);
      assert.deepEqual(validities(set(...instants.slice(cut), ...instants.slice(0, cut))), ordered);
    }),
  );
});

test('a validity and a period meet when they share a moment, not when one ends where the other begins', () => {
  const period = { from: day(3), to: day(5) };
  assert.equal(heldWithin({ from: day(1), to: day(3) }, period), false);
  assert.equal(heldWithin({ from: day(1), to: '2026-09-03T00:00:00.001Z' }, period), true);
  assert.equal(heldWithin({ from: day(5) }, period), false);
  assert.equal(heldWithin({ from: '2026-09-04T23:59:59.999Z' }, period), true);
  assert.equal(heldWithin({ from: day(1) }, period), true);
  assert.equal(heldWithin({ from: day(1), to: day(9) }, period), true);
});

test('something held within a period if and only if it held at one of its moments', () => {
  const small = fc.integer({ min: 0, max: 6 });
  const at = (ms: number) => new Date(ms).toISOString();
  fc.assert(
    fc.property(small, fc.option(small), small, small, (from, to, start, length) => {
      fc.pre(to === null || to > from);
      const held = Array.from({ length: length + 1 }, (_, i) => start + i).some(
        (ms) => ms >= from && (to === null || ms < to),
      );
      const validity = { from: at(from), ...(to === null ? {} : { to: at(to) }) };
      assert.equal(heldWithin(validity, { from: at(start), to: at(start + length + 1) }), held);
    }),
    { numRuns: 500 },
  );
});

test('I5: of a period a holder stands for the part in which they held, and for nothing before, after or without', () => {
  const period = { from: day(3), to: day(6) };
  assert.deepEqual(heldPart(period, {}), period);
  assert.deepEqual(heldPart(period, { from: day(1), to: day(9) }), period);
  assert.deepEqual(heldPart(period, { from: day(4) }), { from: day(4), to: day(6) });
  assert.deepEqual(heldPart(period, { from: day(1), to: day(5) }), { from: day(3), to: day(5) });
  assert.deepEqual(heldPart(period, { from: day(4), to: day(5) }), { from: day(4), to: day(5) });
  assert.equal(heldPart(period, { from: day(1), to: day(3) }), undefined);
  assert.equal(heldPart(period, { from: day(6) }), undefined);
});
