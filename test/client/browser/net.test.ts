import assert from 'node:assert/strict';
import * as node from 'node:net';
import { test } from 'node:test';
import fc from 'fast-check';
import { isIPv4, isIPv6 } from '#client/browser/net.ts';

/** Addresses, and what becomes of them when a character is changed, put in or taken out. */
const addresses = fc.oneof(fc.ipV4(), fc.ipV6(), fc.ipV4Extended());
const texts = fc.oneof(
  addresses,
  fc
    .tuple(
      addresses,
      fc.nat(40),
      fc.constantFrom('', ':', '.', '0', 'f', 'g', ' ', '::', '256', '-', '/24', '\n'),
    )
    .map(([address, at, put]) => address.slice(0, at) + put + address.slice(at + 1)),
  fc.stringMatching(/^[0-9a-fA-F:.]{0,45}$/),
);

test('a browser takes the addresses that Node takes, and no other', () => {
  fc.assert(
    fc.property(texts, (text) => {
      assert.equal(isIPv4(text), node.isIPv4(text), text);
      assert.equal(isIPv6(text), node.isIPv6(text), text);
    }),
    { numRuns: 3000 },
  );
});
