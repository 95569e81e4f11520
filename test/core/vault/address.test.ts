import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { addressText, parseAddress, sourceAddress } from '#core/vault/address.ts';

const canonical = (text: string) => {
  const address = parseAddress(text);
  return address === undefined ? undefined : addressText(address);
};

test('an address has one text: that of RFC 5952', () => {
  const texts: [string, string][] = [
    ['192.0.2.1', '192.0.2.1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:0DB8:0000:0000:0001:0000:0000:0001', '2001:db8::1:0:0:1'],
    ['2001:db8::1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['1:0:0:0:0:0:0:0', '1::'],
    ['0:0:0:0:0:0:0:1', '::1'],
    ['::', '::'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
  ];
  for (const [text, expected] of texts) assert.equal(canonical(text), expected, text);
});

test('an IPv4-mapped address is the IPv4 address, however it is spelt', () => {
  for (const text of ['::ffff:192.0.2.1', '::FFFF:c000:201', '0:0:0:0:0:ffff:192.0.2.1']) {
    assert.equal(canonical(text), '192.0.2.1', text);
  }
  assert.equal(canonical('::192.0.2.1'), '::c000:201', 'compatible is not mapped');
});

test('what is no address, or none without its interface, is refused', () => {
  const texts = [
    '',
    ' ',
    '192.0.2',
    '192.0.2.256',
    '192.0.2.01',
    '0xc0.0.2.1',
    '3221225985',
    ' 192.0.2.1',
    '192.0.2.1 ',
    '192.0.2.1\n',
    '192.0.2.1:80',
    '[::1]',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    'g::',
    '12345::',
    'fe80::1%eth0',
    '::1/128',
    'example.org',
  ];
  for (const text of texts) assert.equal(parseAddress(text), undefined, JSON.stringify(text));
});

test("any IPv6 address is read and printed as the URL standard's parser does", () => {
  fc.assert(
    fc.property(fc.ipV6(), (text) => {
      const printed = canonical(text);
      const oracle = new URL(`http://[${text}]/`).hostname.slice(1, -1);
      if (printed?.includes(':')) assert.equal(printed, oracle);
      else assert.match(oracle, /^::ffff:/);
    }),
    { numRuns: 2000 },
  );
});

test('any 16 bytes are an address that its text gives back', () => {
  const sparse = fc.array(fc.constantFrom(0, 0, 0, 1, 255), { minLength: 16, maxLength: 16 });
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array({ minLength: 16, maxLength: 16 }),
        sparse.map((b) => Uint8Array.from(b)),
      ),
      (bytes) => {
        assert.deepEqual(parseAddress(addressText(bytes)), bytes);
      },
    ),
    { numRuns: 2000 },
  );
});

test('an address that no connection comes from is no source', () => {
  for (const text of [
    '0.0.0.0',
    '::',
    '224.0.0.1',
    '239.1.2.3',
    '255.255.255.255',
    'ff02::1',
    '::ffff:224.0.0.1',
  ]) {
    assert.equal(sourceAddress(text), undefined, text);
  }
  for (const text of [
    '127.0.0.1',
    '10.0.0.1',
    '223.255.255.255',
    '240.0.0.1',
    '::1',
    'fe80::1',
    '2001:db8::e000',
  ]) {
    assert.equal(sourceAddress(text), text);
  }
});
