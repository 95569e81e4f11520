import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  concat,
  fromBase64,
  fromBase64url,
  fromHex,
  toBase64,
  toBase64url,
  toHex,
  utf8,
} from '#core/bytes.ts';

const anyBytes = fc.uint8Array({ maxLength: 100 });

test('bytes are written as Node writes them, and read back', () => {
  fc.assert(
    fc.property(anyBytes, (bytes) => {
      const buffer = Buffer.from(bytes);
      assert.equal(toBase64(bytes), buffer.toString('base64'));
      assert.equal(toBase64url(bytes), buffer.toString('base64url'));
      assert.equal(toHex(bytes), buffer.toString('hex'));
      assert.deepEqual(fromBase64(toBase64(bytes)), bytes);
      assert.deepEqual(fromBase64url(toBase64url(bytes)), bytes);
      assert.deepEqual(fromHex(toHex(bytes)), bytes);
    }),
  );
});

test('a text that decodes is the only text for its bytes', () => {
  const nearlyBase64 = fc.string({ unit: fc.constantFrom(...'AQgw/+-_=9fF \n'), maxLength: 8 });
  fc.assert(
    fc.property(fc.oneof(nearlyBase64, fc.string()), (text) => {
      const codecs = [
        [fromBase64, toBase64],
        [fromBase64url, toBase64url],
        [fromHex, toHex],
      ] as const;
      for (const [decode, encode] of codecs) {
        const bytes = decode(text);
        if (bytes !== undefined) assert.equal(encode(bytes), text);
      }
    }),
    { numRuns: 2000 },
  );
});

test('base64 is refused without its padding, with stray bits, blanks or the other alphabet', () => {
  for (const text of [
    'AA',
    'AAA',
    'AA=',
    'AB==',
    'AAB=',
    'A===',
    '====',
    'AA==AAAA',
    'AA A',
    'A-_=',
    'AAé=',
  ]) {
    assert.equal(fromBase64(text), undefined, text);
  }
  for (const text of ['A', 'AA==', 'AB', 'AAB', 'A+', 'A/', 'A A', 'AAAAA']) {
    assert.equal(fromBase64url(text), undefined, text);
  }
  for (const text of ['0', 'AA', '0g', ' 00', 'é0']) assert.equal(fromHex(text), undefined, text);
});

test('parts are put one after the other', () => {
  assert.deepEqual(concat(utf8('a'), new Uint8Array(), utf8('bé')), utf8('abé'));
});
