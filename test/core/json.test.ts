import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { concat, utf8 } from '#core/bytes.ts';
import { JsonError, MAX_JSON_DEPTH, parseJson, parseJsonText } from '#core/json.ts';

const refused = (bytes: Uint8Array, why?: string) => assert.throws(() => parseJson(bytes), JsonError, why);

/** Writes a value with every key's first character escaped: another text of the same meaning. */
function escaped(key: string): string {
  const [first = '', rest = ''] = [key.slice(0, 1), key.slice(1)];
  const code = first.charCodeAt(0).toString(16).padStart(4, '0');
  return key === '' ? '""' : `"\\u${code}${JSON.stringify(rest).slice(1)}`;
}

/** Whether a value has a key that JSON can only write with an escape. */
function needsEscape(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(
    ([key, inner]) => JSON.stringify(key).includes('\\') || needsEscape(inner),
  );
}

test('what JSON.parse reads is read the same, unless a key has an escape', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 6 }), fc.constantFrom(0, 1, 2), (text, indent) => {
      const written = JSON.stringify(JSON.parse(text), undefined, indent);
      if (needsEscape(JSON.parse(text))) return refused(utf8(written));
      assert.deepEqual(parseJson(utf8(written)), JSON.parse(written));
    }),
    { numRuns: 2000 },
  );
});

test('any text is read as JSON.parse does or refused, and what it refuses is refused', () => {
  const nearly = fc.string({ unit: fc.constantFrom(...'{}[]",:\\u0061 tre1-.e\n'), maxLength: 20 });
  fc.assert(
    fc.property(fc.oneof(nearly, fc.string({ unit: 'binary', maxLength: 20 })), (text) => {
      let plain: { value: unknown } | undefined;
      try {
        plain = { value: JSON.parse(new TextDecoder().decode(utf8(text))) };
      } catch {}
      try {
        assert.deepEqual({ value: parseJson(utf8(text)) }, plain);
      } catch (error) {
        if (!(error instanceof JsonError)) throw error;
      }
      if (plain === undefined) refused(utf8(text));
    }),
    { numRuns: 5000 },
  );
});

test('a key twice is refused wherever its object stands, however the key is written', () => {
  const around = fc.array(fc.constantFrom('array', 'object'), { maxLength: 10 });
  fc.assert(
    fc.property(around, fc.string(), fc.jsonValue(), fc.boolean(), (levels, key, value, inEscapes) => {
      const member = `${JSON.stringify(key)}:${JSON.stringify(value)}`;
      const again = `${inEscapes ? escaped(key) : JSON.stringify(key)} : null`;
      const wrap = (inner: string) =>
        levels.reduce(
          (text, kind) =>
            kind === 'array' ? `[1,${text},"${'a'}"]` : `{"a":[{}],"b":${text},"c":{"b":1,"a":2}}`,
          inner,
        );
      fc.pre(levels.length < 5 && !needsEscape(value) && !JSON.stringify(key).includes('\\'));
      assert.ok(parseJson(utf8(wrap(`{${member}}`))));
      refused(utf8(wrap(`{${member},${again}}`)));
      refused(utf8(wrap(`{${member},"${key === 'z' ? 'y' : 'z'}":{"b":2},${again}}`)));
    }),
    { numRuns: 1000 },
  );
});

test('the same string as value, in another object or as part of a string is no key twice', () => {
  for (const text of [
    '{"a":"a"}',
    '["a","a"]',
    '[{"a":1},{"a":1}]',
    '{"a":{"a":{"a":1}},"b":["a","a",{"a":2},"a"]}',
    '{"a":"\\",\\"a\\":1"}',
    '{"a":1,"A":2,"b":"\\u0062"}',
  ]) {
    assert.deepEqual(parseJson(utf8(text)), JSON.parse(text));
  }
});

test('a key with an escape is refused, since V8 may take it for another that it has read before', () => {
  for (const text of ['{"\\u0062":3}', '{"a\\\\":1}', '[{"a":{"\\"":1}}]', '{"a":1,"a\\u0062":2}']) {
    assert.ok(JSON.parse(text));
    refused(utf8(text), text);
  }
});

test('bytes that are not UTF-8, or have a byte order mark, are refused', () => {
  const text = utf8('{"a":1}');
  refused(concat(Uint8Array.of(0xef, 0xbb, 0xbf), text), 'a byte order mark');
  refused(utf8('\ufeff{}'));
  for (const bytes of [[0xff], [0xc3], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80]]) {
    refused(concat(utf8('"'), Uint8Array.from(bytes), utf8('"')), bytes.join());
  }
  refused(new Uint8Array());
});

test('nesting is taken to the limit and not beyond, and a bracket in a string is none', () => {
  const nested = (depth: number) => utf8(`${'['.repeat(depth)}${']'.repeat(depth)}`);
  assert.ok(parseJson(nested(MAX_JSON_DEPTH)));
  refused(nested(MAX_JSON_DEPTH + 1));
  refused(utf8(`${'{"a":'.repeat(MAX_JSON_DEPTH + 1)}1${'}'.repeat(MAX_JSON_DEPTH + 1)}`));
  assert.equal(parseJson(utf8(`"\\"${'['.repeat(100)}"`)), `"${'['.repeat(100)}`);
});

test('a key __proto__ is a property like any other, and poisons nothing', () => {
  const value = parseJson(utf8('{"__proto__":{"admin":true}}'));
  assert.ok(typeof value === 'object' && value !== null);
  assert.ok(Object.hasOwn(value, '__proto__'));
  assert.equal(Object.getPrototypeOf(value), Object.prototype);
  assert.equal('admin' in {}, false);
  refused(utf8('{"__proto__":1,"__proto__":2}'));
});

test('an error says which rule was broken', () => {
  const cases = [
    ['{"a":1,"a":2}', 'name-twice'],
    ['[{"a":{"b":1,"c":2,"b":3}}]', 'name-twice'],
    ['{"a":1,"\\u0061":2}', 'name-escaped'],
    ['['.repeat(MAX_JSON_DEPTH + 1), 'too-deep'],
    ['{"a":1', 'malformed'],
    ['\ufeff{}', 'malformed'],
  ] as const;
  for (const [text, code] of cases) {
    assert.throws(() => parseJson(utf8(text)), { name: 'JsonError', code }, text);
    assert.throws(() => parseJsonText(text), { name: 'JsonError', code }, text);
  }
});

test('an error says nothing of the bytes', () => {
  assert.throws(() => parseJson(utf8('{"secret"')), { name: 'JsonError', message: 'malformed JSON' });
});

test('reading takes linear time', () => {
  const long = 500_000;
  for (const text of [
    '['.repeat(long),
    `"${'\\"'.repeat(long)}`,
    `{${Array.from({ length: long / 10 }, (_, i) => `"${i}":1`).join()}}`,
    `${'"'.repeat(long)}`,
    `["${'\\\\'.repeat(long)}"]`,
  ]) {
    const started = performance.now();
    try {
      parseJson(utf8(text));
    } catch (error) {
      assert.ok(error instanceof JsonError);
    }
    assert.ok(performance.now() - started < 2000);
  }
});
