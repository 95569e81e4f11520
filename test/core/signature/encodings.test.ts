import assert from 'node:assert/strict';
import { hash, verify } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { concat, fromHex } from '#core/bytes.ts';
import { isStrictEd25519Point, isStrictSignature } from '#core/signature/encodings.ts';
import { readSignature, verifySignature } from '#core/signature/verify.ts';
import { both, clock, ed25519, get, p256, signedMessage } from './messages.ts';

const p = 2n ** 255n - 19n;
const l = 2n ** 252n + 27742317777372353535851937790883648493n;
const n = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

function bigEndian(value: bigint): Uint8Array {
  const bytes = fromHex(value.toString(16).padStart(64, '0'));
  assert.ok(bytes?.length === 32);
  return bytes;
}
const littleEndian = (value: bigint) => bigEndian(value).toReversed();
const toBigInt = (bytes: Uint8Array) => BigInt(`0x${Buffer.from(bytes).toString('hex')}`);

/** The y of every point of order 1, 2, 4 and 8: where 8·P is the neutral point, found by the curve's own law. */
function smallOrderYs(): bigint[] {
  const mod = (a: bigint) => ((a % p) + p) % p;
  const power = (base: bigint, exponent: bigint): bigint => {
    let result = 1n;
    for (let b = mod(base), e = exponent; e > 0n; e >>= 1n, b = mod(b * b))
      if (e & 1n) result = mod(result * b);
    return result;
  };
  const inverse = (a: bigint) => power(a, p - 2n);
  const d = mod(-121665n * inverse(121666n));
  // Doubling a point of order 8 gives one of order 4, y = 0, so x² = −y² with the curve −x² + y² = 1 + d·x²·y²:
  // d·y⁴ + 2·y² − 1 = 0, y² = (−1 ± √(1 + d)) / d.
  const root = (square: bigint) => {
    const candidate = power(square, (p + 3n) / 8n);
    const other = mod(candidate * power(2n, (p - 1n) / 4n));
    return [candidate, other].find((x) => mod(x * x) === mod(square));
  };
  const s = root(1n + d);
  assert.ok(s !== undefined);
  const eighths = [mod((-1n + s) * inverse(d)), mod((-1n - s) * inverse(d))].flatMap(
    (square) => root(square) ?? [],
  );
  return [0n, 1n, p - 1n, ...eighths.flatMap((y) => [y, p - y])];
}

test('all points of small order are refused, with either sign', () => {
  const ys = smallOrderYs();
  assert.equal(new Set(ys).size, 5);
  for (const y of ys) {
    assert.equal(isStrictEd25519Point(littleEndian(y)), false, y.toString(16));
    assert.equal(isStrictEd25519Point(littleEndian(y + 2n ** 255n)), false, y.toString(16));
  }
});

test('coordinates at or beyond the prime are refused, those below it taken', () => {
  for (let beyond = 0n; beyond < 19n; beyond++) {
    assert.equal(isStrictEd25519Point(littleEndian(p + beyond)), false);
    assert.equal(isStrictEd25519Point(littleEndian(p + beyond + 2n ** 255n)), false);
  }
  assert.equal(isStrictEd25519Point(littleEndian(p - 2n)), true);
  assert.equal(isStrictEd25519Point(littleEndian(p - 2n + 2n ** 255n)), true);
  assert.equal(isStrictEd25519Point(littleEndian(2n)), true);
  assert.equal(isStrictEd25519Point(littleEndian(2n).subarray(1)), false);
  assert.equal(isStrictEd25519Point(new Uint8Array(33).fill(7)), false);
});

test('Ed25519 takes S below the group order only', () => {
  const r = littleEndian(2n);
  const strict = (s: bigint) => isStrictSignature('ed25519', concat(r, littleEndian(s)));
  assert.deepEqual([0n, 1n, l - 1n].map(strict), [true, true, true]);
  assert.deepEqual([l, l + 1n, 2n ** 256n - 1n].map(strict), [false, false, false]);
  assert.equal(isStrictSignature('ed25519', concat(littleEndian(1n), littleEndian(1n))), false);
});

test('ECDSA takes r and s from 1 to the group order less one only', () => {
  const strict = (r: bigint, s: bigint) =>
    isStrictSignature('ecdsa-p256-sha256', concat(bigEndian(r), bigEndian(s)));
  for (const good of [1n, 2n, n - 1n]) {
    assert.equal(strict(good, 1n), true);
    assert.equal(strict(1n, good), true);
  }
  for (const bad of [0n, n, n + 1n, 2n ** 256n - 1n]) {
    assert.equal(strict(bad, 1n), false);
    assert.equal(strict(1n, bad), false);
  }
});

test('signatures are 64 bytes, whatever they hold', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      fc.pre(bytes.length !== 64);
      for (const { key } of both) assert.equal(isStrictSignature(key.alg, bytes), false);
    }),
  );
});

test('the same signature written otherwise does not verify', async () => {
  const ed = readSignature(await signedMessage(get, ed25519), clock);
  assert.ok(ed.ok);
  const s = toBigInt(ed.claims.signature.slice(32).reverse());
  const raised = concat(ed.claims.signature.slice(0, 32), littleEndian(s + l));
  assert.equal(verifySignature({ ...ed.claims, signature: raised }, ed25519.key), false);

  const ec = readSignature(await signedMessage(get, p256), clock);
  assert.ok(ec.ok);
  const padded = concat(new Uint8Array(1), ec.claims.signature);
  assert.equal(verifySignature({ ...ec.claims, signature: padded }, p256.key), false);
});

test('a signature whose R is the neutral point does not verify, though OpenSSL takes it', async () => {
  const reading = readSignature(await signedMessage(get, ed25519), clock);
  assert.ok(reading.ok);
  // RFC 8032 section 5.1.5 and 5.1.6, with R = 0 (the nonce zero), so that S = k·a.
  const { d = '' } = ed25519.privateKey.export({ format: 'jwk' });
  const scalar = hash('sha512', Buffer.from(d, 'base64url'), 'buffer').subarray(0, 32).reverse();
  const a = (toBigInt(scalar) & ~(7n | (1n << 255n))) | (1n << 254n);
  const neutral = littleEndian(1n);
  const { x } = ed25519.key.jwk;
  const k = toBigInt(
    hash('sha512', concat(neutral, Buffer.from(x, 'base64url'), reading.claims.base), 'buffer').reverse(),
  );
  const signature = concat(neutral, littleEndian((k * a) % l));
  assert.equal(verify(null, reading.claims.base, ed25519.key.keyObject, signature), true);
  assert.equal(verifySignature({ ...reading.claims, signature }, ed25519.key), false);
});

test('a high s of ECDSA verifies like the low one, as many signers write it', async () => {
  const reading = readSignature(await signedMessage(get, p256), clock);
  assert.ok(reading.ok);
  const { signature } = reading.claims;
  const other = concat(signature.slice(0, 32), bigEndian(n - toBigInt(signature.slice(32))));
  assert.equal(verifySignature({ ...reading.claims, signature: other }, p256.key), true);
});
