import assert from 'node:assert/strict';
import { generateKeyPairSync, sign, verify } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { rawSignature } from '#functions/aws/kms/provider-signer.ts';

/** A DER integer of up to 32 bytes, as it must be written: no zeros too many, none too few. */
function derInteger(value: bigint): number[] {
  const hex = value.toString(16);
  const bytes = [...Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex')];
  const signed = (bytes[0] ?? 0) >= 0x80 ? [0, ...bytes] : bytes;
  return [0x02, signed.length, ...signed];
}
const der = (r: bigint, s: bigint) => {
  const body = [...derInteger(r), ...derInteger(s)];
  return Uint8Array.from([0x30, body.length, ...body]);
};
const wide = (value: bigint) => value.toString(16).padStart(64, '0');

test('signatures as KMS writes them verify as r‖s over the same message', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const lengths = new Set<number>();
  // 70 to 72 bytes are the rule; shorter ones, with a short integer, come a few times in a thousand: until one has.
  for (let i = 0; i < 2000 || (lengths.size < 4 && i < 50_000); i++) {
    const message = Buffer.from(`message ${i}`);
    const made = sign('sha256', message, privateKey);
    lengths.add(made.length);
    const raw = rawSignature(made);
    assert.equal(raw.length, 64);
    assert.ok(verify('sha256', message, { key: publicKey, dsaEncoding: 'ieee-p1363' }, raw), `${i}`);
  }
  assert.ok(lengths.size >= 4, [...lengths].join());
});

test('integers of any length, with or without the zero that keeps them positive, stand right-aligned', () => {
  const integer = fc.oneof(
    fc.bigInt({ min: 1n, max: 2n ** 256n - 1n }),
    fc
      .integer({ min: 1, max: 32 })
      .chain((bytes) => fc.bigInt({ min: 1n, max: 2n ** (8n * BigInt(bytes)) - 1n })),
    fc.constantFrom(1n, 0x7fn, 0x80n, 0xffn, 0x100n, 2n ** 255n - 1n, 2n ** 255n, 2n ** 256n - 1n),
  );
  fc.assert(
    fc.property(integer, integer, (r, s) => {
      assert.equal(Buffer.from(rawSignature(der(r, s))).toString('hex'), wide(r) + wide(s));
    }),
    { numRuns: 1000 },
  );
});
