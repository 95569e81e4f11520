import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { lookOf, offence } from '#core/cases/offence.ts';
import { type Policy, thresholdOf } from '#core/cases/policy.ts';
import { policy, shipped } from './cases.ts';

const takes = (text: string) => offence.safeParse(text).success;

test('offences as the EU’s laws are cited are taken', () => {
  for (const each of [
    'StGB 176b',
    '§ 202a StGB',
    '§§ 263, 263a StGB',
    'art. 197-1 CP',
    'art. 5 nº 3, 1.ª parte',
    'Code pénal, art. 222-23',
    'straffeloven § 232',
    'Kodeks karny art. 200 § 1',
    'ΠΚ άρθρο 348Α',
    'НК чл. 159, ал. 1',
    'Criminal Law (Sexual Offences) Act 2006 s. 3(1)',
    'Strafgesetzbuch “Betrug” – 263',
  ])
    assert.ok(takes(each), each);
});

test('an offence that would be read as a listed one and compared as another is refused, or compared as it is read', () => {
  const latin = 'StGB 185';
  // Each letter of it, in another alphabet where one has it.
  for (const [letter, other] of [
    ['t', 'τ'],
    ['G', 'Ԍ'],
    ['B', 'В'],
    ['B', 'Β'],
    ['S', 'Ѕ'],
  ] as const)
    assert.equal(takes(latin.replace(letter, other)), false, other);
  const narrow: Policy = { ...policy, offences: { DE: { meet: [], miss: ['AO 370', 'НК 159'] } } };
  for (const each of [
    '\u0410\u041e 370',
    '\u0391\u039f 370',
    'HK 159',
    '\u041d\u041a 159',
    'ao 370 Abs. 1',
  ]) {
    assert.ok(takes(each), each);
    assert.equal(thresholdOf(each, 'DE', narrow), 'missed', each);
  }
});

test('an offence that is listed as below the threshold is below it whatever sign follows', () => {
  const narrow: Policy = { ...policy, offences: { DE: { meet: ['StGB 263'], miss: ['StGB 185'] } } };
  for (const each of ['StGB 185', 'StGB 185, 186', 'StGB 185/186', 'StGB 185.', 'StGB 185(1)', 'StGB 185-'])
    assert.equal(thresholdOf(each, 'DE', narrow), 'missed', each);
  for (const each of ['StGB 185a', 'StGB 1850', 'StGB 18'])
    assert.equal(thresholdOf(each, 'DE', narrow), 'unlisted', each);
  for (const each of ['StGB 263, 185', 'StGB 263-185'])
    assert.equal(thresholdOf(each, 'DE', narrow), 'unlisted');
  assert.equal(thresholdOf('StGB 263 Abs. 1', 'DE', narrow), 'met');
});

test('no text that is taken gets out of a list by characters that nobody sees, other spaces, or other capitals', () => {
  const listed = shipped('eu-e-evidence').offences.DE?.miss ?? [];
  assert.ok(listed.length > 0);
  const noise = fc.constantFrom(
    '\u200b',
    '\u00ad',
    '\u00a0',
    '  ',
    '\ufe0f',
    '\u0332',
    '\u2060',
    '\u{e0041}',
  );
  const cases = fc.constantFrom(
    (s: string) => s,
    (s: string) => s.toUpperCase(),
    (s: string) => s.toLowerCase(),
  );
  fc.assert(
    fc.property(fc.constantFrom(...listed), fc.nat(20), noise, cases, (text, at, sign, written) => {
      const place = at % (text.length + 1);
      const noisy = text.slice(0, place) + sign + text.slice(place);
      assert.equal(takes(noisy), false, JSON.stringify(noisy));
      assert.ok(takes(written(text)));
      assert.equal(thresholdOf(written(text), 'DE', policy), 'missed');
    }),
  );
});

test('the letters that look alike are each of the alphabet that they are listed under', () => {
  const source = readFileSync(new URL('../../../core/cases/offence.ts', import.meta.url), 'utf8');
  const rows = [...source.matchAll(/\['(\p{L}+)', '([A-Z]+)'\]/gu)].map(([, letters = '', latin = '']) => ({
    letters: [...letters],
    latin: [...latin],
  }));
  assert.deepEqual(
    rows.map(({ letters, latin }) => letters.length === latin.length),
    [true, true],
  );
  assert.ok(rows[0]?.letters.every((letter) => /\p{Script=Greek}/u.test(letter)));
  assert.ok(rows[1]?.letters.every((letter) => /\p{Script=Cyrillic}/u.test(letter)));
  assert.equal(lookOf('нк 159 '), 'HK 159');
});
