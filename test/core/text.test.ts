import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { comparedText, hasHidden, nameAsGiven, printable, text } from '#core/text.ts';

/** What nobody sees, by the lists of the attack, character by character. */
const ranges: readonly (readonly [from: number, to: number])[] = [
  [0x00, 0x1f],
  [0x7f, 0x9f],
  [0xad, 0xad],
  [0x34f, 0x34f],
  [0x61c, 0x61c],
  [0x115f, 0x1160],
  [0x17b4, 0x17b5],
  [0x180b, 0x180f],
  [0x200b, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x206f],
  [0x2800, 0x2800],
  [0x3164, 0x3164],
  [0xd800, 0xf8ff],
  [0xfdd0, 0xfdef],
  [0xfe00, 0xfe0f],
  [0xfeff, 0xfeff],
  [0xffa0, 0xffa0],
  [0xfff0, 0xfffb],
  [0xfffe, 0xffff],
  [0x13430, 0x1343f],
  [0x1bca0, 0x1bca3],
  [0x1d159, 0x1d159],
  [0x1d173, 0x1d17a],
  [0xe0000, 0xe0fff],
  [0xf0000, 0xf00ff],
];
const hiddenOnes = ranges.flatMap(([from, to]) =>
  Array.from({ length: to - from + 1 }, (_, i) => String.fromCodePoint(from + i)),
);
const takes = (schema: { safeParse(value: unknown): { success: boolean } }, value: string) =>
  schema.safeParse(value).success;

test('each character that nobody sees is refused in a text and shown by its number', () => {
  for (const each of hiddenOnes) {
    const name = each.codePointAt(0)?.toString(16) ?? '';
    assert.ok(hasHidden(each), name);
    assert.equal(takes(text(10), `a${each}b`), false, name);
    assert.equal(printable(`a${each}b`), `a\\u{${name}}b`);
  }
});

test('texts of the EU’s languages, with their signs and their spaces, are taken and shown as they are', () => {
  for (const each of [
    'Landeskriminalamt Nordrhein-Westfalen',
    'Préfecture de police : « brigade »',
    'Préfecture de police\u00a0: «\u202fbrigade\u202f»',
    'Ελληνική Αστυνομία',
    'Главна дирекция „Национална полиция“',
    'Garda Síochána’s Ångström, Łódź, Ħamrun, Œuvre, ẞ',
    'a  b ',
  ]) {
    assert.ok(takes(text(200), each), each);
    assert.equal(printable(each), each);
  }
});

test('a text has one spelling: what is not NFC is refused, and so is nothing but white space', () => {
  for (const each of ['Zu\u0308rich', 'A\u030angstro\u0308m', '\u212b', '', ' ', '\u00a0\u3000'])
    assert.equal(takes(text(200), each), false, each);
});

test('what is compared has single spaces between words, and no other white space', () => {
  for (const each of ['StGB 185', 'GS-4711/26', 'a b c']) assert.ok(takes(comparedText(200), each), each);
  const spaces = ['\u00a0', '\u1680', '\u2003', '\u2009', '\u202f', '\u205f', '\u3000', '\t', '\n', '\r'];
  for (const each of [' a', 'a ', 'a  b', ...spaces.map((space) => `a${space}b`)])
    assert.equal(takes(comparedText(200), each), false, JSON.stringify(each));
});

test('two texts that are compared and look the same by NFKC without white space and hidden characters are one', () => {
  const words = fc.array(
    fc.constantFrom('a', 'é', 'e\u0301', ' ', '  ', '\u200b', '\u00ad', '\u00a0', '\ufe0f'),
    {
      minLength: 1,
      maxLength: 6,
    },
  );
  const seen = (s: string) =>
    s
      .normalize('NFC')
      .replaceAll(/\u200b|\u00ad|\ufe0f/g, '')
      .replaceAll('\u00a0', ' ');
  fc.assert(
    fc.property(words, words, (one, other) => {
      const [a, b] = [one.join(''), other.join('')];
      if (takes(comparedText(50), a) && takes(comparedText(50), b) && seen(a) === seen(b)) assert.equal(a, b);
    }),
    { numRuns: 2000 },
  );
});

test('whatever is shown is one line, moves nothing and hides nothing', () => {
  const any = fc.string({ unit: 'binary', maxLength: 40 });
  fc.assert(
    fc.property(any, (each) => {
      const shown = printable(each);
      assert.ok(!hasHidden(shown));
      assert.equal(printable(shown), shown);
      if (!hasHidden(each)) assert.equal(shown, each);
    }),
    { numRuns: 2000 },
  );
  assert.equal(printable('\ud800'), '\\u{d800}');
});

test('a name that the provider gave can be asked for in each spelling that it may have, and is shown with all that is in it', () => {
  for (const each of ['علی\u200cرضا', '❤\ufe0f', 'Zu\u0308rich', ' a', 'a\u200b', '\u202ea', 'a\u2028'])
    assert.ok(takes(nameAsGiven(256), each), JSON.stringify(each));
  for (const each of ['', 'a\nb', 'a\u0000', '\u0085', '\ud800'])
    assert.equal(takes(nameAsGiven(256), each), false, JSON.stringify(each));
  assert.equal(printable('a\u200b'), 'a\\u{200b}');
  assert.equal(printable('gnp.\u202ecod'), 'gnp.\\u{202e}cod');
});
