import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { fitted, table } from '#client/cli/format.ts';
import { displayWidth, shortened } from '#client/cli/width.ts';
import { python } from '#dev/cloud/emulator.ts';

/** Python has Unicode's own table of widths (UAX #11). Of letters, digits and punctuation nothing changed since its version. */
const oracle = `
import json, sys, unicodedata
print(json.dumps([[c, unicodedata.east_asian_width(chr(c))] for c in range(0x20, 0x110000)
  if unicodedata.category(chr(c))[0] in "LNP"]))
`;

test('every letter, digit and mark of punctuation of Unicode takes the columns that its table of widths says', () => {
  const all: [number, string][] = JSON.parse(
    execFileSync(python(), ['-c', oracle], { maxBuffer: 1 << 26 }).toString(),
  );
  assert.ok(all.length > 100_000);
  // The vowels and finals of a Korean syllable are drawn into its first letter.
  const isJoined = (c: number) => (c >= 0x1160 && c <= 0x11ff) || (c >= 0xd7b0 && c <= 0xd7fb);
  const wrong = all.filter(([c, of]) => {
    const columns = isJoined(c) ? 0 : of === 'W' || of === 'F' ? 2 : 1;
    return displayWidth(String.fromCodePoint(c)) !== columns;
  });
  assert.deepEqual(
    wrong.map(([c, of]) => `U+${c.toString(16)} ${of}`),
    [],
  );
});

test('marks take no column of their own, and emoji two', () => {
  for (const [text, columns] of [
    ['GS-4711/26', 10],
    ['e\u0301', 1],
    ['देवनागरी', 7],
    ['ก้', 1],
    ['警視庁', 6],
    ['ｶﾅ', 2],
    ['한국어', 6],
    ['\u1112\u1161\u11ab', 2],
    ['🚨', 2],
    ['🇩🇪', 2],
  ] as const)
    assert.equal(displayWidth(text), columns, text);
});

const words = fc.string({
  unit: fc.constantFrom('a', 'Z', '-', '警', '한', 'é', 'e\u0301', '🚨', 'ก้'),
  maxLength: 40,
});

test('what is shortened takes no more columns than it may, loses only its end, and says that it did', () => {
  fc.assert(
    fc.property(words, fc.integer({ min: 1, max: 30 }), (text, columns) => {
      const short = shortened(text, columns);
      assert.ok(displayWidth(short) <= columns);
      assert.ok(short === text || (short.endsWith('…') && text.startsWith(short.slice(0, -1))));
    }),
  );
});

test('columns stand one below the other, whatever script their cells are in', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(words, words), { minLength: 1, maxLength: 5 }), (cells) => {
      const lines = table(
        ['one', 'two', 'end'],
        cells.map(([a, b]) => [a, b, '|']),
      );
      const ends = stripVTControlCharacters(lines)
        .split('\n')
        .slice(1, -1)
        .map((line) => displayWidth(line));
      assert.equal(new Set(ends).size, 1);
    }),
  );
});

test('a table that may be shortened is as wide as the terminal, and keeps what may not', () => {
  const rows = [['56e130d2', '警視庁サイバー犯罪対策課'.repeat(3), 'GS-4720/26 '.repeat(5).trim()]];
  const text = fitted(['id', 'agency', 'reference'], rows, { agency: 8, reference: 10 }, 60);
  const lines = stripVTControlCharacters(text).trimEnd().split('\n');
  for (const line of lines) assert.ok(displayWidth(line) <= 60, line);
  assert.match(lines[1] ?? '', /^56e130d2 .*….*…$/);
  assert.equal(fitted(['a'], [['x'.repeat(100)]], { a: 5 }, undefined).includes('…'), false);
});
