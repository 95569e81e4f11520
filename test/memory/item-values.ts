import fc from 'fast-check';

/** Values that items hold: texts that are easily taken for one another, numbers at their edges, bytes, and both nested. */
const text = fc.oneof(
  fc.constantFrom('', 'a', 'ab', 'b', 'é', 'e\u0301', '\u{10000}', '1', 'null', 'true', 'by', 'mac'),
  fc.string({ unit: 'binary', maxLength: 8 }),
);
const number = fc.oneof(
  fc.constantFrom(0, 1, -1, 0.1, 1e-7, 123_456.789, 2 ** 53 - 1, -(2 ** 53 - 1)),
  fc.constantFrom(1n, 7n, 2n ** 53n, 2n ** 60n, -(2n ** 60n)),
  fc.integer(),
);
const leaf = fc.oneof(text, number, fc.boolean(), fc.constant(null), fc.uint8Array({ maxLength: 4 }));

export const itemValue: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    { weight: 3, arbitrary: leaf },
    { weight: 1, arbitrary: fc.array(tie('value'), { maxLength: 3 }) },
    {
      weight: 1,
      arbitrary: fc.dictionary(fc.constantFrom('a', 'b', 'ab', 'é', 'n'), tie('value'), { maxKeys: 3 }),
    },
  ),
})).value;

/** The attributes of an item beside its key. */
export const itemAttributes: fc.Arbitrary<Record<string, unknown>> = fc.dictionary(
  fc.constantFrom('a', 'b', 'ab', 'x', 'list', 'map'),
  itemValue,
  { maxKeys: 4 },
);
