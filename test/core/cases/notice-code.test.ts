import assert from 'node:assert/strict';
import { hkdfSync } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { codeFor, codeOf, parseCode, partsOfCode, tagPattern } from '#core/cases/notice-code.ts';

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const codes = fc.uint8Array({ minLength: 26, maxLength: 26 }).map(codeOf);
const bare = (code: string) => code.replaceAll('-', '');
const replaced = (text: string, at: number, by: string) => text.slice(0, at) + by + text.slice(at + 1);

test('a code is read as it was made: 28 symbols in seven groups', () => {
  fc.assert(
    fc.property(codes, (code) => {
      assert.match(code, /^[0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4}){6}$/);
      assert.equal(parseCode(code), code);
    }),
  );
});

test('groups, capitals, spaces and signs that look alike make no difference', () => {
  const disguise = (code: string, lower: boolean, between: string, lookalike: boolean) => {
    const signs = [...bare(code)].map((sign, i) => {
      const other = sign === '0' ? 'O' : sign === '1' ? (i % 2 === 0 ? 'I' : 'L') : sign;
      return lookalike ? other : sign;
    });
    const text = signs.join(between);
    return lower ? text.toLowerCase() : text;
  };
  const between = fc.constantFrom('', ' ', '-', '\u00a0', '–', '\n', ' - ');
  fc.assert(
    fc.property(codes, fc.boolean(), between, fc.boolean(), (code, lower, sign, lookalike) => {
      assert.equal(parseCode(disguise(code, lower, sign, lookalike)), code);
    }),
  );
});

test('whichever one or two symbols are wrong, the code is refused', () => {
  const place = fc.nat(27);
  const symbol = fc.nat(31);
  fc.assert(
    fc.property(codes, place, place, symbol, symbol, (code, i, j, a, b) => {
      const text = bare(code);
      const wrong = replaced(replaced(text, i, alphabet.charAt(a)), j, alphabet.charAt(b));
      fc.pre(wrong !== text);
      assert.equal(parseCode(wrong), undefined);
    }),
    { numRuns: 20_000 },
  );
});

test('each single error of a code is refused, and each two neighbours that change places', () => {
  const code = bare(codeOf(Uint8Array.from({ length: 26 }, (_, i) => (7 * i) % 32)));
  for (let i = 0; i < code.length; i++) {
    for (const sign of alphabet)
      if (sign !== code[i]) assert.equal(parseCode(replaced(code, i, sign)), undefined);
    const [a = '', b = ''] = [code[i], code[i + 1]];
    if (b !== '' && a !== b) assert.equal(parseCode(replaced(replaced(code, i, b), i + 1, a)), undefined);
  }
});

test('what is longer, shorter or of other signs is no code', () => {
  const code = bare(codeOf(new Uint8Array(26).fill(9)));
  for (const wrong of [
    '',
    code.slice(1),
    `${code}0`,
    replaced(code, 3, 'U'),
    replaced(code, 3, 'ß'),
    'ı'.repeat(28),
  ])
    assert.equal(parseCode(wrong), undefined);
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => assert.equal(parseCode(text), undefined)));
});

test('a code’s parts are of HKDF (RFC 5869), differ from each other, and tell nothing of each other', () => {
  fc.assert(
    fc.property(codes, (code) => {
      const parts = partsOfCode(code);
      assert.match(parts.tag, tagPattern);
      const derived = (what: string) =>
        Buffer.from(hkdfSync('sha256', bare(code), new Uint8Array(32), `writ/notice/v1/${what}`, 32));
      assert.equal(parts.tag, derived('tag').subarray(0, 16).toString('base64url'));
      assert.deepEqual(Buffer.from(parts.key), derived('key'));
      assert.deepEqual(Buffer.from(parts.salt), derived('commitment'));
    }),
    { numRuns: 20 },
  );
});

test('each person and each letter of a case has a code of its own, the same each time', () => {
  const salt = new Uint8Array(32).fill(7);
  const of = (id: string, subject: number, letter: number) => codeFor(salt, { case: id, subject, letter });
  const all = [of('a', 0, 1), of('a', 1, 1), of('a', 0, 2), of('b', 0, 1), of('a', 1, 11), of('a', 11, 1)];
  assert.equal(new Set(all).size, all.length);
  assert.equal(of('a', 0, 1), all[0]);
  assert.notEqual(codeFor(new Uint8Array(32), { case: 'a', subject: 0, letter: 1 }), all[0]);
});
