import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { utf8 } from '#core/bytes.ts';
import {
  type BareItem,
  type Dictionary,
  type Parameters,
  parseDictionary,
  serializeDictionary,
} from '#core/signature/structured.ts';

function canonical(text: string): string | undefined {
  const dictionary = parseDictionary(text);
  return dictionary && serializeDictionary(dictionary);
}

// Node's deepEqual tells objects with and without a prototype apart.
const record = <T extends object>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record<T>(model, { noNullPrototype: true });

const key = fc.stringMatching(/^[a-z*][a-z0-9_.*-]{0,10}$/);
const bareItem: fc.Arbitrary<BareItem> = fc.oneof(
  record({
    type: fc.constant('integer'),
    value: fc.integer({ min: -999_999_999_999_999, max: 999_999_999_999_999 }),
  }),
  record({ type: fc.constant('string'), value: fc.stringMatching(/^[\x20-\x7e]{0,20}$/) }),
  record({
    type: fc.constant('token'),
    value: fc.stringMatching(/^[A-Za-z*][A-Za-z0-9!#$%&'*+.^_`|~:/-]{0,10}$/),
  }),
  record({ type: fc.constant('bytes'), value: fc.uint8Array({ maxLength: 20 }) }),
  record({ type: fc.constant('boolean'), value: fc.boolean() }),
);
const params: fc.Arbitrary<Parameters> = fc.uniqueArray(fc.tuple(key, bareItem), {
  maxLength: 4,
  selector: ([name]) => name,
});
const item = record({ kind: fc.constant('item'), value: bareItem, params });
const list = record({ kind: fc.constant('list'), items: fc.array(item, { maxLength: 4 }), params });
const dictionary: fc.Arbitrary<Dictionary> = fc.uniqueArray(fc.tuple(key, fc.oneof(item, list)), {
  maxLength: 4,
  selector: ([name]) => name,
});

test('what is written is read back as it was', () => {
  fc.assert(
    fc.property(dictionary, (value) => {
      assert.deepEqual(parseDictionary(serializeDictionary(value)), value);
    }),
  );
});

test('any text is read or refused, never thrown at, and what is read has one canonical text', () => {
  const nearly = fc.string({ unit: fc.constantFrom(...'ab*=,;()":?01-.\\ \tA/é\n@%'), maxLength: 30 });
  fc.assert(
    fc.property(fc.oneof(nearly, fc.string({ unit: 'binary', maxLength: 60 })), (text) => {
      const once = canonical(text);
      if (once !== undefined) assert.equal(canonical(once), once);
    }),
    { numRuns: 5000 },
  );
});

test('any corruption of a valid text is read or refused, never thrown at', () => {
  fc.assert(
    fc.property(dictionary, fc.nat(), fc.string({ unit: 'binary', maxLength: 1 }), (value, at, char) => {
      const text = serializeDictionary(value);
      const cut = at % (text.length + 1);
      parseDictionary(text.slice(0, cut) + char + text.slice(cut + 1));
    }),
    { numRuns: 1000 },
  );
});

test('blanks, explicit true and odd integers are read, and written canonically', () => {
  assert.equal(
    canonical('  a=(  "x"   "y";req ) ; k=1 ; n="z" \t,\t b=:AAE=:  '),
    undefined,
    'blank before ;',
  );
  assert.equal(
    canonical('  a=(  "x"   "y";  req ); k=1;  n="z" \t,\t b=:AAE=:  '),
    'a=("x" "y";req);k=1;n="z", b=:AAE=:',
  );
  assert.equal(canonical('a=?1, b;x=?1, c=?0'), 'a, b;x, c=?0');
  assert.equal(canonical('a=-0, b=007, c=-12'), 'a=0, b=7, c=-12');
  assert.equal(canonical('a="q\\"b\\\\"'), 'a="q\\"b\\\\"');
  assert.equal(canonical('a=()'), 'a=()');
  assert.equal(canonical(''), '');
  assert.equal(canonical('   '), '');
});

const refused = {
  'a dictionary key twice': 'a=1, a=2',
  'a parameter twice': 'a=1;x=1;x=1',
  'a parameter of an inner item twice': 'a=("b";req;req)',
  'a trailing comma': 'a=1,',
  'a missing comma': 'a=1 b=2',
  'a leading comma': ',a=1',
  'a leading tab': '\ta=1',
  'an upper-case key': 'A=1',
  'a key that starts with a digit': '1a=1',
  'a missing value': 'a=',
  'a decimal': 'a=1.5',
  'a decimal in a list': 'a=(1.5)',
  'a decimal parameter': 'a=1;x=1.5',
  'an integer of sixteen digits': 'a=1234567890123456',
  'a lone minus sign': 'a=-',
  'a plus sign': 'a=+1',
  'a date': 'a=@1659578233',
  'a display string': 'a=%"f%c3%bc"',
  'an open string': 'a="b',
  'an escape at the end': 'a="b\\',
  'an unknown escape': 'a="\\n"',
  'a control character in a string': 'a="b\nc"',
  'a character beyond ASCII in a string': 'a="ü"',
  'an open byte sequence': 'a=:AAE=',
  'a byte sequence without padding': 'a=:AAE:',
  'a byte sequence with stray bits': 'a=:AAF=:',
  'a byte sequence in base64url': 'a=:_-_-:',
  'a blank in a byte sequence': 'a=:AA E=:',
  'an unknown boolean': 'a=?2',
  'an open list': 'a=("b"',
  'a list whose items touch': 'a=("b""c")',
  'a tab in a list': 'a=("b"\t"c")',
  'a list in a list': 'a=(("b"))',
  'something after a list': 'a=("b")x',
  'a parameter without a name': 'a=1;',
  'a line break': 'a=1,\n b=2',
  'a NUL': 'a=1\0',
};
for (const [what, text] of Object.entries(refused)) {
  test(`a structured field with ${what} is refused`, () => assert.equal(parseDictionary(text), undefined));
}

test('types are told apart, so that a token is not taken for a string', () => {
  assert.deepEqual(
    parseDictionary('a=x, b="x", c=:eA==:, d=1, e')?.map(
      ([, member]) => member.kind === 'item' && member.value,
    ),
    [
      { type: 'token', value: 'x' },
      { type: 'string', value: 'x' },
      { type: 'bytes', value: utf8('x') },
      { type: 'integer', value: 1 },
      { type: 'boolean', value: true },
    ],
  );
});

test('reading takes linear time', () => {
  // Quadratic time over a megabyte would be minutes.
  const long = 1_000_000;
  for (const text of [
    `a="${'\\\\'.repeat(long / 2)}`,
    `a=(${' '.repeat(long)}`,
    `a${' '.repeat(long)}b`,
    `a=:${'A'.repeat(long)}`,
    `a=1${';a=1'.repeat(long / 4)}`,
  ]) {
    const started = performance.now();
    assert.equal(parseDictionary(text), undefined);
    assert.ok(performance.now() - started < 2000);
  }
});
