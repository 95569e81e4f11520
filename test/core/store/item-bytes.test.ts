import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { toHex } from '#core/bytes.ts';
import { itemBytes } from '#core/store/item-bytes.ts';
import { itemValue } from '../../memory/item-values.ts';

const hexOf = (value: unknown) => toHex(itemBytes(value));

test('the bytes of an item are those that are written down, with types and lengths', () => {
  assert.equal(hexOf(null), '00');
  assert.equal(hexOf(false), '01');
  assert.equal(hexOf(true), '02');
  assert.equal(hexOf(-12), '03000000032d3132');
  assert.equal(hexOf('é'), '0400000002c3a9');
  assert.equal(hexOf(Uint8Array.of(1, 2)), '05000000020102');
  assert.equal(hexOf(['a', null]), '060000000204000000016100');
  assert.equal(hexOf({ b: true, a: '' }), '07000000020400000001610400000000040000000162' + '02');
});

test('attributes in another order, undefined ones, and numbers of another type are the same', () => {
  const bytes = hexOf({ a: 1, b: { c: 2, d: [3] } });
  assert.equal(hexOf({ b: { d: [undefined, 3n], e: undefined, c: 2n }, a: 1n, f: undefined }), bytes);
  assert.equal(hexOf(-0), hexOf(0));
  assert.equal(hexOf(2 ** 53), hexOf(2n ** 53n));
  assert.equal(hexOf(Buffer.of(7)), hexOf(Uint8Array.of(7)));
});

test('two values that differ have bytes that differ, and neither begins with the other', () => {
  fc.assert(
    fc.property(itemValue, itemValue, (a, b) => {
      const [left, right] = [hexOf(a), hexOf(b)];
      const isSame = isSameValue(a, b);
      assert.equal(left === right, isSame);
      if (!isSame) assert.ok(!left.startsWith(right) && !right.startsWith(left));
    }),
    { numRuns: 2000 },
  );
});

test('what no item can hold has no bytes', () => {
  const refused = [
    Number.NaN,
    Number.POSITIVE_INFINITY,
    new Date(0),
    new Set(['a']),
    () => 1,
    Symbol('a'),
    new Map(),
  ];
  for (const value of refused) assert.throws(() => itemBytes({ value }), TypeError);
});

/** Told apart without the encoding: as a table would. */
function isSameValue(a: unknown, b: unknown): boolean {
  if (a instanceof Uint8Array || b instanceof Uint8Array)
    return a instanceof Uint8Array && b instanceof Uint8Array && toHex(a) === toHex(b);
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b)) return false;
    return a.length === b.length && a.every((part, i) => isSameValue(part, b[i]));
  }
  if (typeof a === 'object' && a !== null && typeof b === 'object' && b !== null) {
    const [left, right] = [new Map(Object.entries(a)), new Map(Object.entries(b))];
    return (
      left.size === right.size &&
      [...left].every(([name, part]) => right.has(name) && isSameValue(part, right.get(name)))
    );
  }
  const isNumber = (value: unknown) => typeof value === 'number' || typeof value === 'bigint';
  // biome-ignore lint/suspicious/noDoubleEquals: 7 and 7n are one number
  return isNumber(a) && isNumber(b) ? a == b : a === b;
}
