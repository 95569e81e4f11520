import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { z } from 'zod';
import { utf8 } from '#core/bytes.ts';
import { canonicalJson } from '#core/canonical.ts';
import { type Entry, type Envelope, readEntry } from '#core/log/entry.ts';
import { entryKinds } from '#core/log/kinds.ts';
import { EntryReader, kinds, membersOf } from '#core/log/verify/entry-reader.ts';
import { AT_LENGTH, instantReader } from '#core/log/verify/instants.ts';
import { objectWalk } from '#core/log/verify/walk-schema.ts';
import { bytesOf, entriesOf, minutes, preamble, refusals, type Told, wholeCase } from './logs.ts';

/**
 * The fast reader against the slow one: `readEntry`, with the RFC 8785 form asked for. Whatever the bytes, both take
 * them or neither does, and both say the same.
 */
const reader = new EntryReader();

interface Read {
  kind: string | undefined;
  stream: string;
  n: number;
  previous: string | undefined;
  at: number;
  data: Record<string, unknown>;
}

function fast(bytes: Uint8Array): Read | undefined {
  const buffer = Buffer.from(bytes);
  assert.deepEqual(Buffer.from(reader.take(buffer, 0, buffer.length)), Buffer.concat([Buffer.of(0), buffer]));
  try {
    reader.read();
  } catch (error) {
    assert.ok(error instanceof Error && error.message === 'entry-malformed', String(error));
    return undefined;
  }
  const { kind, stream, n, previousFrom, ground } = reader;
  const previous =
    previousFrom < 0
      ? undefined
      : Buffer.from(ground.bytes).toString('utf8', previousFrom, previousFrom + 64);
  return { kind, stream, n, previous, at: reader.at, data: kind === undefined ? {} : dataOf(kind) };
}

/** Each member by what the schema says that it is. */
function dataOf(kind: Entry['kind']): Record<string, unknown> {
  const shape: Record<string, z.core.$ZodType> = entryKinds[kind].data;
  const values = [...membersOf(kind)].map(([name, member]): [string, unknown] => {
    const schema = shape[name];
    const inner = schema instanceof z.ZodOptional ? schema.unwrap() : schema;
    if (inner instanceof z.ZodNumber) {
      const count = reader.count(member);
      return [name, Number.isNaN(count) ? '' : count];
    }
    if (inner instanceof z.ZodBoolean) return [name, reader.flag(member)];
    if (inner instanceof z.ZodArray) return [name, reader.list(member)];
    if (inner instanceof z.ZodRecord) return [name, JSON.parse(`{${reader.text(member)}}`)];
    const text = reader.text(member);
    assert.equal(reader.isText(member, text), isAscii(text) && (text !== '' || isThere(member)), name);
    assert.equal(reader.isText(member, `${text}x`), false);
    if (text !== '' && !text.endsWith('!'))
      assert.equal(reader.isText(member, `${text.slice(0, -1)}!`), false);
    return [name, text];
  });
  return Object.fromEntries(values);
}

const isAscii = (text: string) => utf8(text).length === text.length;
/** An empty text and one that is left out look alike but for this. */
const isThere = (member: number) => reader.isText(member, '');

function slow(bytes: Uint8Array): Read | undefined {
  let read: { envelope: Envelope; entry?: Entry };
  try {
    read = readEntry(bytes);
  } catch {
    return undefined;
  }
  if (Buffer.compare(utf8(canonicalJson(read.entry ?? read.envelope)), bytes) !== 0) return undefined;
  const { stream, n, previous, at } = read.envelope;
  const time = Date.parse(at);
  const isInstant = !Number.isNaN(time) && new Date(time).toISOString() === at && at.length === AT_LENGTH;
  const data: Record<string, unknown> = { ...read.entry?.data };
  // What is left out is an empty text there.
  const names = read.entry === undefined ? [] : [...membersOf(read.entry.kind).keys()];
  for (const name of names) data[name] ??= '';
  return { kind: read.entry?.kind, stream, n, previous, at: isInstant ? time : Number.NaN, data };
}

/** Values of what entries' schemas are made of. */
function valuesOf(schema: z.core.$ZodType): fc.Arbitrary<unknown> {
  if (schema instanceof z.ZodEnum) return fc.constantFrom(...schema.options);
  if (schema instanceof z.ZodBoolean) return fc.boolean();
  if (schema instanceof z.ZodNumber) return fc.oneof(fc.nat(20), fc.maxSafeNat());
  if (schema instanceof z.ZodArray)
    return fc.array(valuesOf(schema.element), { maxLength: 10 }).filter((it) => schema.safeParse(it).success);
  // V8 (13.6) takes the name "\\"" for "\\" where an object of that shape was read before: none is written so.
  const plainNames = shortTexts.filter((text) => JSON.stringify(text).length === text.length + 2);
  if (schema instanceof z.ZodRecord) return fc.dictionary(plainNames, fc.nat(), { noNullPrototype: true });
  assert.ok(schema instanceof z.ZodString);
  const [pattern] = (schema._zod.def.checks ?? []).flatMap((check) =>
    check instanceof z.core.$ZodCheckRegex ? [check._zod.def.pattern] : [],
  );
  if (pattern !== undefined) return fc.stringMatching(pattern);
  return fc
    .oneof({ weight: 6, arbitrary: shortTexts }, fc.string({ unit: 'binary', maxLength: 20 }))
    .filter(isFit(schema));
}
const isFit = (schema: z.ZodString) => (text: string) =>
  text.isWellFormed() && schema.safeParse(text).success;
const shortTexts = fc.oneof(
  fc.stringMatching(/^[a-z/:.-]{0,20}$/),
  fc.constantFrom('', ']', '"', '\\', 'é', '\u007f', '\u0000', 'a\u{1f600}', '}'),
);

const instants = fc
  .date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString());
const times = fc.oneof(
  { weight: 9, arbitrary: instants },
  fc.constantFrom(
    '',
    '2026-02-30T00:00:00.000Z',
    '2026-11-20T10:00:00Z',
    '2026-11-20T24:00:00.000Z',
    '2026-11-20T10:60:00.000Z',
    '2026-11-20T10:00:60.000Z',
    '+02026-11-20T10:00:00.0Z',
    '2026-11-20 10:00:00.000Z',
  ),
);

const entries: fc.Arbitrary<object> = fc.oneof(...kinds.map(entriesOfKind));

function entriesOfKind(kind: Entry['kind']): fc.Arbitrary<object> {
  const members: Record<string, z.core.$ZodType> = entryKinds[kind].data;
  const required: string[] = [];
  const values: Record<string, fc.Arbitrary<unknown>> = {};
  for (const [name, schema] of Object.entries(members)) {
    const isOptional = schema instanceof z.ZodOptional;
    if (!isOptional) required.push(name);
    values[name] = valuesOf(isOptional ? schema.unwrap() : schema);
  }
  return fc.record(
    {
      v: fc.constant(1),
      kind: fc.constant(kind),
      at: times,
      stream: fc
        .oneof(
          fc.stringMatching(/^[a-z]+\/[0-9a-f-]{36}$/),
          shortTexts,
          fc.string({ minLength: 180, maxLength: 200 }),
        )
        .filter((it) => it.isWellFormed()),
      n: fc.oneof(
        fc.integer({ min: 1, max: 20 }),
        fc.maxSafeNat().filter((n) => n > 0),
      ),
      previous: fc.oneof(fc.stringMatching(/^[0-9a-f]{64}$/), fc.stringMatching(/^[!-~]{64}$/)),
      data: fc.record(values, { requiredKeys: required, noNullPrototype: true }),
    },
    { requiredKeys: ['v', 'kind', 'at', 'stream', 'n', 'data'], noNullPrototype: true },
  );
}

test('both readers say the same of every entry that can be', () => {
  fc.assert(
    fc.property(entries, (entry) => {
      const bytes = utf8(canonicalJson(entry));
      const expected = slow(bytes);
      assert.ok(expected);
      assert.deepEqual(fast(bytes), expected);
    }),
    { numRuns: 2000 },
  );
});

test('both readers say the same of entries with a byte changed, put in, taken out, or a piece of another', () => {
  let taken = 0;
  const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(
      entries,
      entries,
      place,
      place,
      fc.constantFrom(...Buffer.from('"\\,:{}[]0123456789.-aAzé \0\x7f\xff', 'latin1')),
      fc.constantFrom('change', 'put', 'take', 'splice', 'double'),
      (entry, other, where, to, byte, how) => {
        const bytes = [...utf8(canonicalJson(entry))];
        const others = [...utf8(canonicalJson(other))];
        const at = Math.floor(where * bytes.length);
        const end = Math.floor(to * bytes.length);
        if (how === 'change') bytes[at] = byte;
        else if (how === 'put') bytes.splice(at, 0, byte);
        else if (how === 'take') bytes.splice(at, 1);
        else if (how === 'double') bytes.splice(at, 0, ...bytes.slice(Math.min(at, end), Math.max(at, end)));
        else bytes.splice(at, bytes.length, ...others.slice(Math.floor(to * others.length)));
        const changed = Uint8Array.from(bytes);
        const expected = slow(changed);
        if (expected !== undefined) taken++;
        assert.deepEqual(fast(changed), expected);
      },
    ),
    { numRuns: 3000 },
  );
  assert.ok(taken > 100, 'some of them are entries still');
});

const counted = (stream: string, counts: Record<string, number>): Told => {
  return {
    stream,
    at: minutes(0),
    body: { kind: 'strangers.refused', data: { hour: '2026-11-20T10', counts } },
  };
};
/** What a log has in it. */
const ordinary = entriesOf([
  ...preamble(),
  ...wholeCase(),
  ...refusals(3, 20),
  counted('strangers/1', { 'key-unknown': 0, 'signature-missing': 12, z: 3 }),
  counted('strangers/2', {}),
  {
    stream: 'sweep/1',
    at: minutes(0),
    body: { kind: 'sweep.done', data: { grants: 0, missing: 10, surplus: 123_456 } },
  },
]);

test('both readers say the same of an entry with any one byte changed', () => {
  const kinds = new Set<string>();
  const samples = ordinary.filter(({ kind }) => !kinds.has(kind) && kinds.add(kind));
  assert.ok(samples.length >= 15);
  for (const sample of bytesOf(samples)) {
    for (let at = 0; at < sample.length; at++) {
      for (const byte of Buffer.from('"\\,:]0a\x7f', 'latin1')) {
        const changed = sample.with(at, byte);
        assert.deepEqual(fast(changed), slow(changed), Buffer.from(changed).toString());
      }
    }
  }
});

test('counts whose names are not in order, or stand there twice, are in no RFC 8785 form', () => {
  const [entry] = bytesOf(entriesOf([counted('strangers/1', { a: 1, b: 2 })]));
  assert.ok(entry);
  const text = Buffer.from(entry).toString();
  assert.ok(fast(utf8(text)));
  for (const counts of ['"b":1,"a":2', '"a":1,"a":2', '"a":1,"a":1', '"a":1,"b":2,', ',"a":1', '"a":01'])
    assert.equal(fast(utf8(text.replace('"a":1,"b":2', counts))), undefined, counts);
});

test('what an entry before has left behind is not read as part of a shorter one', () => {
  const long = utf8(
    canonicalJson({
      v: 1,
      kind: 'case.expired',
      at: '2026-11-20T10:00:00.000Z',
      stream: `case/${'x'.repeat(100)}`,
      n: 1,
      data: { status: 'Expired' },
    }),
  );
  for (let length = 0; length < long.length; length++) {
    assert.ok(fast(long));
    assert.equal(fast(long.slice(0, length)), undefined, `${length}`);
  }
});

test('an entry as long as a bundle can hold is read', () => {
  const body = {
    v: 1,
    kind: 'strangers.refused',
    at: '2026-11-20T10:00:00.000Z',
    stream: 'strangers/1',
    n: 1,
  };
  const counts = Object.fromEntries(
    Array.from({ length: 900 }, (_, i) => [`code-${i}-${'x'.repeat(50)}`, i]),
  );
  const most = (hour: string) => utf8(canonicalJson({ ...body, data: { hour, counts } }));
  for (const hour of [
    'h',
    'é',
    'h'.repeat(0xffff - most('').length),
    'é'.repeat((0xffff - most('').length) >> 1),
  ]) {
    const bytes = most(hour);
    assert.deepEqual(fast(bytes), slow(bytes));
  }
});

test('an ordinary log is walked over from end to end, and nothing of it parsed', () => {
  for (const bytes of bytesOf(ordinary)) {
    fast(bytes);
    assert.equal(reader.isWalked, true, Buffer.from(bytes).toString());
  }
  fast(utf8(canonicalJson({ v: 2, kind: 'x', at: '', stream: '', n: 1 })));
  assert.equal(reader.isWalked, false);
});

test('every kind of entry is walked', () => {
  for (const kind of kinds) {
    assert.ok(objectWalk(z.strictObject(entryKinds[kind].data), '","data":', `,"kind":"${kind}","n":`), kind);
    assert.ok(kinds.includes(kind));
  }
});

test('a schema with anything in it that a walk might not see has none', () => {
  const strict = (schema: z.ZodType) => objectWalk(z.strictObject({ a: schema }), 'before', 'after');
  assert.ok(strict(z.string().min(1).max(5)));
  for (const schema of [
    z.string().refine(() => true),
    z.string().trim(),
    z.email(),
    z.string().startsWith('a'),
    z.number(),
    z.int(),
    z.int().min(5),
    z.int().nonnegative().max(9),
    z.literal('a'),
    z.array(z.int().nonnegative()),
    z.array(z.string().regex(/a/)),
    z.record(z.string(), z.string()),
    z.enum(['a.b']),
    z.string().nullable(),
    z.strictObject({}),
    z.unknown(),
  ])
    assert.equal(strict(schema), undefined, schema.type);
});

test('an instant is what Date prints, and nothing else is', () => {
  const read = instantReader();
  const of = (text: string) => {
    const bytes = utf8(text.padEnd(64, ' '));
    return read({ bytes, view: new DataView(bytes.buffer) }, 0);
  };
  fc.assert(
    fc.property(instants, (text) => text.length !== AT_LENGTH || of(text) === Date.parse(text)),
    { numRuns: 1000 },
  );
  fc.assert(
    fc.property(
      instants,
      fc.nat(AT_LENGTH - 1),
      fc.constantFrom(...'0123456789:-.TZ /;az'),
      (text, at, char) => {
        const other = text.slice(0, at) + char + text.slice(at + 1);
        const time = Date.parse(other);
        const isInstant = !Number.isNaN(time) && new Date(time).toISOString() === other;
        assert.equal(of(other), isInstant ? time : Number.NaN, other);
      },
    ),
    { numRuns: 3000 },
  );
});
