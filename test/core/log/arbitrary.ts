import assert from 'node:assert/strict';
import fc from 'fast-check';
import { z } from 'zod';
import { entryKinds, type Kind } from '#core/log/kinds.ts';

/** Entries of any kind, as its schema has them, with whatever texts it takes. */

const shortTexts = fc.oneof(
  fc.stringMatching(/^[a-z/:.-]{0,20}$/),
  fc.constantFrom('', ']', '"', '\\', 'é', '\u007f', '\u0000', 'a\u{1f600}', '}'),
);
// V8 (13.6) takes the name "\\"" for "\\" where an object of that shape was read before: none is written so.
const plainNames = shortTexts.filter((text) => JSON.stringify(text).length === text.length + 2);

function valuesOf(schema: z.core.$ZodType): fc.Arbitrary<unknown> {
  if (schema instanceof z.ZodEnum) return fc.constantFrom(...schema.options);
  if (schema instanceof z.ZodBoolean) return fc.boolean();
  if (schema instanceof z.ZodNumber) return fc.oneof(fc.nat(20), fc.maxSafeNat());
  if (schema instanceof z.ZodArray)
    return fc
      .array(valuesOf(schema.element), { maxLength: 10 })
      .filter((value) => schema.safeParse(value).success);
  if (schema instanceof z.ZodRecord)
    return fc.dictionary(fc.oneof(plainNames, fc.constantFrom('10', '9')), fc.nat(), {
      noNullPrototype: true,
    });
  assert.ok(schema instanceof z.ZodString);
  const [pattern] = (schema._zod.def.checks ?? []).flatMap((check) =>
    check instanceof z.core.$ZodCheckRegex ? [check._zod.def.pattern] : [],
  );
  if (pattern !== undefined) return fc.stringMatching(pattern);
  return fc
    .oneof({ weight: 6, arbitrary: shortTexts }, fc.string({ unit: 'binary', maxLength: 20 }))
    .filter((text) => text.isWellFormed() && schema.safeParse(text).success);
}

/** What an entry of a kind may say. */
export function dataOf(kind: Kind): fc.Arbitrary<object> {
  const members: Record<string, z.core.$ZodType> = entryKinds[kind].data;
  const required: string[] = [];
  const values: Record<string, fc.Arbitrary<unknown>> = {};
  for (const [name, schema] of Object.entries(members)) {
    const isOptional = schema instanceof z.ZodOptional;
    if (!isOptional) required.push(name);
    values[name] = valuesOf(isOptional ? schema.unwrap() : schema);
  }
  return fc.record(values, { requiredKeys: required, noNullPrototype: true });
}

const instants = fc
  .date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString());

/** A whole entry of a kind. */
export function entryOf(kind: Kind): fc.Arbitrary<object> {
  return fc.record(
    {
      v: fc.constant(1),
      kind: fc.constant(kind),
      at: fc.oneof(instants, fc.constantFrom('', '2026-11-20T10:00:00Z')),
      stream: fc
        .oneof(
          fc.stringMatching(/^[a-z]+\/[0-9a-f-]{36}$/),
          shortTexts,
          fc.string({ minLength: 180, maxLength: 200 }),
        )
        .filter((text) => text.isWellFormed()),
      n: fc.oneof(
        fc.integer({ min: 1, max: 20 }),
        fc.maxSafeNat().filter((n) => n > 0),
      ),
      previous: fc.oneof(fc.stringMatching(/^[0-9a-f]{64}$/), fc.stringMatching(/^[!-~]{64}$/)),
      data: dataOf(kind),
    },
    { requiredKeys: ['v', 'kind', 'at', 'stream', 'n', 'data'], noNullPrototype: true },
  );
}
