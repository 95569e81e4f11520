import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { toHex } from '#core/bytes.ts';
import { framed } from '#core/vault/framing.ts';

test('texts are framed as lengths and bytes, in order', () => {
  assert.equal(toHex(framed('ab', '', 'é') ?? assert.fail()), '000261620000' + '0002c3a9');
});

test('no two lists of texts are framed alike, however they run together', () => {
  const piece = fc
    .array(fc.constantFrom('', 'a', '\0', '\u0001', '\0\u0001a'))
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 4 }), fc.array(piece, { maxLength: 4 }), (a, b) => {
      const same = JSON.stringify(a) === JSON.stringify(b);
      const framedA = framed(...a) ?? assert.fail();
      const framedB = framed(...b) ?? assert.fail();
      assert.equal(toHex(framedA) === toHex(framedB), same);
    }),
    { numRuns: 2000 },
  );
  assert.notDeepEqual(framed('ab', 'c'), framed('a', 'bc'));
});

test('a text without bytes of its own, or too long for its length, is not framed', () => {
  for (const text of ['\ud800', '\udc00a', 'a'.repeat(65_536)]) assert.equal(framed('x', text), undefined);
  assert.equal(framed('a'.repeat(65_535))?.length, 65_537);
});
