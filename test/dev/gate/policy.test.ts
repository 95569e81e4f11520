import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { condition, type Outcome } from '#dev/cloud/gate/policy.ts';

/** Rows of the IAM User Guide's tables: operator, the call's values, the policy's values, outcome. */
const rows: readonly (readonly [string, readonly string[] | undefined, readonly string[], Outcome])[] = [
  ['StringEquals', ['a'], ['a', 'b'], 'yes'],
  ['StringEquals', ['a'], ['A'], 'no'],
  ['StringEquals', ['a*'], ['a*'], 'yes'],
  ['StringEquals', ['ab'], ['a*'], 'no'],
  ['StringEquals', [], ['a'], 'no'],
  ['StringEqualsIfExists', [], ['a'], 'yes'],
  ['StringEqualsIfExists', ['b'], ['a'], 'no'],
  ['StringEqualsIgnoreCase', ['A'], ['a'], 'yes'],
  ['StringNotEquals', ['c'], ['a', 'b'], 'yes'],
  ['StringNotEquals', ['a'], ['a', 'b'], 'no'],
  ['StringNotEquals', [], ['a'], 'yes'],
  ['StringNotEqualsIgnoreCase', ['A'], ['a'], 'no'],
  ['StringLike', ['prefix-1'], ['prefix-*'], 'yes'],
  ['StringLike', ['prefix-1'], ['prefix-?'], 'yes'],
  ['StringLike', ['prefix-12'], ['prefix-?'], 'no'],
  ['StringLike', ['prefix.1'], ['prefix?1'], 'yes'],
  ['StringLike', ['prefixx1'], ['prefix.1'], 'no'],
  ['StringLike', ['a\nb'], ['a*b'], 'yes'],
  ['StringNotLike', [], ['x*'], 'yes'],
  ['StringNotLike', ['xy'], ['x*'], 'no'],
  ['ArnEquals', ['arn:aws:iam::1:role/a'], ['arn:aws:iam::1:role/a'], 'yes'],
  ['ArnEquals', ['arn:aws:iam::1:role/a'], ['arn:aws:iam::*:role/?'], 'yes'],
  ['ArnLike', ['arn:aws:iam::1:role/a'], ['arn:aws:iam:*role/a'], 'no'],
  ['ArnLike', ['not an arn'], ['arn:aws:iam::*:role/*'], 'no'],
  ['ArnNotEquals', ['arn:aws:iam::1:role/b'], ['arn:aws:iam::1:role/a'], 'yes'],
  ['ArnNotEquals', ['arn:aws:iam::1:role/a'], ['arn:aws:iam::1:role/a'], 'no'],
  ['ArnNotLike', [], ['arn:aws:iam::1:role/a'], 'yes'],
  ['Bool', ['true'], ['TRUE'], 'yes'],
  ['Bool', [], ['false'], 'no'],
  ['BoolIfExists', [], ['false'], 'yes'],
  ['Null', [], ['true'], 'yes'],
  ['Null', ['a'], ['true'], 'no'],
  ['Null', ['a'], ['false'], 'yes'],
  ['Null', ['a'], ['maybe'], 'unknown'],
  ['NumericLessThan', ['6'], ['7'], 'yes'],
  ['NumericLessThan', ['7'], ['7'], 'no'],
  ['NumericLessThanEquals', ['7'], ['7'], 'yes'],
  ['NumericGreaterThan', ['30'], ['7'], 'yes'],
  ['NumericEquals', ['7.0'], ['7'], 'yes'],
  ['NumericEquals', ['seven'], ['7'], 'no'],
  ['NumericNotEquals', ['8'], ['7'], 'yes'],
  ['DateLessThan', ['2026-11-01T00:00:00Z'], ['2026-11-02T00:00:00Z'], 'yes'],
  ['DateGreaterThan', ['2026-11-01T00:00:00Z'], ['2026-11-02T00:00:00Z'], 'no'],
  ['ForAllValues:StringEquals', [], ['a'], 'yes'],
  ['ForAllValues:StringEquals', ['a', 'b'], ['a', 'b', 'c'], 'yes'],
  ['ForAllValues:StringEquals', ['a', 'd'], ['a', 'b', 'c'], 'no'],
  ['ForAllValues:StringNotEquals', ['d', 'e'], ['a'], 'yes'],
  ['ForAllValues:StringNotEquals', ['d', 'a'], ['a'], 'no'],
  ['ForAllValues:StringLike', ['a1', 'a2'], ['a*'], 'yes'],
  ['ForAnyValue:StringEquals', [], ['a'], 'no'],
  ['ForAnyValue:StringEquals', ['a', 'd'], ['a'], 'yes'],
  ['ForAnyValue:StringNotEquals', ['a', 'd'], ['a'], 'yes'],
  ['ForAnyValue:StringNotEquals', [], ['a'], 'no'],
  ['ForAnyValue:StringEqualsIfExists', [], ['a'], 'yes'],
  ['stringequals', ['a'], ['a'], 'yes'],
  ['StringEquals', ['a', 'b'], ['a'], 'unknown'],
  ['StringEquals', undefined, ['a'], 'unknown'],
  ['StringNotEquals', undefined, ['a'], 'unknown'],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable
  ['StringEquals', ['a'], ['${aws:username}'], 'unknown'],
  ['IpAddress', ['10.0.0.1'], ['10.0.0.0/8'], 'unknown'],
  ['StringSimilar', ['a'], ['a'], 'unknown'],
  ['ForNoValue:StringEquals', ['a'], ['a'], 'unknown'],
];

describe('a condition', () => {
  for (const [operator, actual, expected, outcome] of rows) {
    it(`${operator} of ${JSON.stringify(actual)} and ${JSON.stringify(expected)} is ${outcome}`, () => {
      assert.equal(condition(operator, actual, expected), outcome);
    });
  }
  it('never throws, whatever a policy holds', () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.string()), fc.array(fc.string()), (operator, actual, expected) => {
        condition(operator, actual, expected);
        condition('StringLike', actual, expected);
        condition('ArnLike', actual, expected);
      }),
    );
  });
  it('of a negated operator is the opposite of its affirmative one, for one value', () => {
    const word = fc.constantFrom('a', 'b', 'a*', 'arn:aws:iam::1:role/a', 'arn:aws:iam::1:role/*', '7');
    fc.assert(
      fc.property(
        fc.constantFrom(
          ['StringEquals', 'StringNotEquals'],
          ['StringLike', 'StringNotLike'],
          ['ArnLike', 'ArnNotLike'],
        ),
        word,
        fc.array(word, { minLength: 1 }),
        ([yes = '', no = ''], value, expected) => {
          assert.notEqual(condition(yes, [value], expected), condition(no, [value], expected));
        },
      ),
    );
  });
});
