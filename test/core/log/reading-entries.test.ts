import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { z } from 'zod';
import { utf8 } from '#core/bytes.ts';
import { canonicalJson } from '#core/canonical.ts';
import { type EntryRead, readCanonicalEntry } from '#core/log/entry.ts';
import { LogError } from '#core/log/errors.ts';
import { entryKinds, isKind, kinds } from '#core/log/kinds.ts';
import { entryOf } from './arbitrary.ts';

/**
 * Reading entries: held against a reader that knows only RFC 8785 by the library `canonicalize`, and zod for the whole of
 * an entry.
 */

function read(bytes: Uint8Array): EntryRead | undefined {
  try {
    return readCanonicalEntry(bytes);
  } catch (error) {
    assert.ok(error instanceof LogError && error.code === 'entry-malformed', String(error));
    return undefined;
  }
}

const envelope = z.looseObject({
  v: z.int().positive(),
  kind: z.string().max(64),
  at: z.string().max(40),
  stream: z.string().max(200),
  n: z.int().positive(),
  previous: z.string().length(64).optional(),
});

/** What the bytes say; undefined if no version of Writ would have written them. */
function expected(bytes: Uint8Array): unknown {
  try {
    const json: unknown = JSON.parse(
      new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes),
    );
    const { v, kind } = envelope.parse(json);
    if (v === 1 && isKind(kind))
      z.strictObject({ ...envelope.shape, data: z.strictObject(entryKinds[kind].data) }).parse(json);
    return Buffer.compare(utf8(canonicalJson(json)), bytes) === 0 ? json : undefined;
  } catch {
    return undefined;
  }
}

const entries = fc.oneof(...kinds.map(entryOf));

test('every entry that can be is read as it was written, whatever its texts', () => {
  fc.assert(
    fc.property(entries, (entry) => {
      const bytes = utf8(canonicalJson(entry));
      const { envelope, entry: known } = readCanonicalEntry(bytes);
      assert.deepEqual(known, entry);
      assert.equal(envelope, known);
    }),
    { numRuns: 1000 },
  );
});

test('an entry of which a byte was changed, put in or taken out, or a piece doubled, is refused or says what it says', () => {
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
        const says = expected(changed);
        if (says !== undefined) taken++;
        assert.deepEqual(read(changed)?.envelope, says, Buffer.from(changed).toString());
      },
    ),
    { numRuns: 2000 },
  );
  assert.ok(taken > 100, 'some of them are entries still');
});

const of = (counts: string) =>
  utf8(
    `{"at":"2026-11-20T10:00:00.000Z","data":{"counts":{${counts}},"hour":"h"},"kind":"strangers.refused","n":1,"stream":"strangers/1","v":1}`,
  );

test('names that are not in the order of RFC 8785, or stand there twice, are refused', () => {
  for (const counts of ['', '"a":1,"b":2', '"10":1,"9":2', '"B":1,"a":2', '"é":0'])
    assert.ok(read(of(counts)), counts);
  for (const counts of [
    '"b":1,"a":2',
    '"9":2,"10":1',
    '"a":1,"a":2',
    '"a":1,"a":1',
    '"a":1,"b":2,',
    ',"a":1',
    '"a":01',
    '"a":1.0',
    '"a":1e0',
    '"a":-0',
    '"a":9007199254740993',
    '"\\u0061":1',
    '"\\u00e9":1',
  ])
    assert.equal(read(of(counts)), undefined, counts);
});

test('what RFC 8785 has no form for is refused: a lone surrogate, whether its member is known or not', () => {
  for (const text of ['\\ud800', '\\udc00', 'a\\ud800a', '\\ud83d\\ude00']) {
    assert.equal(read(of(`"${text}":1`)), undefined, text);
    const unknown = `{"at":"","data":"${text}","kind":"x","n":1,"stream":"","v":2}`;
    assert.equal(read(utf8(unknown)), undefined, text);
  }
  // An escaped backslash in front of the same letters is text like any other.
  assert.ok(read(utf8('{"at":"","data":"\\\\ud800","kind":"x","n":1,"stream":"","v":2}')));
});

test('bytes that are no UTF-8 are refused, and not repaired', () => {
  const bytes = of('"a":1');
  const at = Buffer.from(bytes).indexOf('h"');
  for (const byte of [0x80, 0xc3, 0xff]) assert.equal(read(bytes.with(at, byte)), undefined);
  assert.equal(read(Uint8Array.of(0xef, 0xbb, 0xbf, ...bytes)), undefined);
});
