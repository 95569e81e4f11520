import assert from 'node:assert/strict';
import * as node from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { ed25519 } from '@noble/curves/ed25519.js';
import fc from 'fast-check';
import * as browser from '#client/browser/crypto.ts';
import { concat, fromHex } from '#core/bytes.ts';

/** What browsers get for `node:crypto` judges as Node does: OpenSSL is the oracle here. */
const bytes = (most = 300) => fc.uint8Array({ maxLength: most });
const digest = fc.constantFrom('sha256', 'sha512');
const encoding = fc.constantFrom('hex', 'base64url');

test('hashes and MACs are Node’s own, of bytes and texts, in each encoding', () => {
  fc.assert(
    fc.property(digest, fc.oneof(bytes(), fc.string()), encoding, bytes(200), (name, data, as, key) => {
      assert.equal(browser.hash(name, data, as), node.hash(name, data, as));
      assert.deepEqual(Buffer.from(browser.hash(name, data, 'buffer')), node.hash(name, data, 'buffer'));
      assert.equal(
        browser.createHash(name).update(data).update('x').digest(as),
        node.createHash(name).update(data).update('x').digest(as),
      );
      assert.equal(
        browser.createHmac(name, key).update('label\0').update(data).digest(as),
        node.createHmac(name, key).update('label\0').update(data).digest(as),
      );
    }),
  );
  assert.deepEqual(
    browser.createHash('sha256').update('').digest(),
    new Uint8Array(node.createHash('sha256').digest()),
  );
});

/** A verdict, or that there was none. */
function verdict(judge: () => boolean): boolean | 'refused' {
  try {
    return judge();
  } catch {
    return 'refused';
  }
}

function judged(x: Uint8Array, data: Uint8Array, signature: Uint8Array): boolean | 'refused' {
  const key = { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(x).toString('base64url') };
  const jwk = { format: 'jwk', key } as const;
  const theirs = verdict(() => node.verify(null, data, node.createPublicKey(jwk), signature));
  const ours = verdict(() => browser.verify(null, data, browser.createPublicKey(jwk), signature));
  assert.equal(ours, theirs, Buffer.concat([x, signature]).toString('hex'));
  return theirs;
}

/** Any bit of it, turned over. */
function flipped(data: Uint8Array, at: number): Uint8Array {
  const copy = Uint8Array.from(data);
  const index = Math.floor(at / 8) % copy.length;
  copy[index] = (copy[index] ?? 0) ^ (1 << (at % 8));
  return copy;
}

test('Ed25519: a signature holds where Node says so, and a flipped bit spoils it where Node says so', () => {
  const { publicKey, privateKey } = node.generateKeyPairSync('ed25519');
  const x = new Uint8Array(Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url'));
  fc.assert(
    fc.property(bytes(), fc.nat(511), fc.nat(255), (data, atSignature, atKey) => {
      const signature = new Uint8Array(node.sign(null, data, privateKey));
      assert.equal(judged(x, data, signature), true);
      assert.equal(judged(x, data, flipped(signature, atSignature)), false);
      assert.equal(judged(flipped(x, atKey), data, signature), false);
      judged(x, data, signature.subarray(1));
    }),
    { numRuns: 40 },
  );
});

const { Point } = ed25519;
const L = Point.Fn.ORDER;
const littleEndian = (n: bigint) =>
  Uint8Array.from({ length: 32 }, (_, i) => Number((n >> BigInt(8 * i)) & 255n));
const numberOf = (data: Uint8Array) => BigInt(`0x${Buffer.from(data).reverse().toString('hex')}`);
const challenge = (r: Uint8Array, a: Uint8Array, data: Uint8Array) =>
  numberOf(
    node
      .createHash('sha512')
      .update(concat(r, a, data))
      .digest(),
  ) % L;

/** Encodings of points that verifiers are known to differ over: of small order, and not canonical. */
const odd = [
  '0100000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000080',
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0000000000000000000000000000000000000000000000000000000000000080',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
  'ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
].map((hex) => fromHex(hex) ?? new Uint8Array());

test('Ed25519: keys and nonces of small order, not canonical, or off the curve are judged as Node judges them', () => {
  let accepted = 0;
  for (const a of odd) {
    for (const r of odd) {
      for (const s of [0n, L - 1n, L]) {
        for (const text of ['', 'a']) {
          if (judged(a, Buffer.from(text), concat(r, littleEndian(s))) === true) accepted++;
        }
      }
    }
  }
  // With S = 0 and a key of order one, an R of the neutral element holds over anything: the oracle was asked for real.
  assert.ok(accepted > 0);
});

test('Ed25519: over a key or nonce of mixed order, which cofactored verifiers take, the verdict is Node’s', () => {
  const torsion = Point.fromBytes(odd[12] ?? new Uint8Array(), true);
  const secret = 0x1234567890abcdefn;
  const nonce = 0xfedcba0987654321n;
  const verdicts = new Set<unknown>();
  for (const [onKey, onNonce] of [
    [true, false],
    [false, true],
    [true, true],
  ]) {
    const a = Point.BASE.multiply(secret)
      .add(onKey ? torsion : Point.ZERO)
      .toBytes();
    const r = Point.BASE.multiply(nonce)
      .add(onNonce ? torsion : Point.ZERO)
      .toBytes();
    for (let i = 0; i < 16; i++) {
      const data = Uint8Array.of(i);
      const s = (nonce + challenge(r, a, data) * secret) % L;
      const signature = concat(r, littleEndian(s));
      assert.equal(ed25519.verify(signature, data, a, { zip215: true }), true, 'it is a case that tells');
      verdicts.add(judged(a, data, signature));
    }
  }
  assert.deepEqual([...verdicts].sort(), [false, true]);
});

test('ECDSA: high and low s, zeros, the order and flipped bits are judged as Node judges them', () => {
  const { publicKey, privateKey } = node.generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
  const scalar = (n: bigint) => littleEndian(n).reverse();
  const jwk = { format: 'jwk', key: publicKey.export({ format: 'jwk' }) } as const;
  const ours = browser.createPublicKey(jwk);
  const both = (data: Uint8Array, signature: Uint8Array) => {
    const dsaEncoding = 'ieee-p1363';
    const theirs = node.verify('sha256', data, { key: publicKey, dsaEncoding }, signature);
    assert.equal(browser.verify('sha256', data, { key: ours, dsaEncoding }, signature), theirs);
    return theirs;
  };
  fc.assert(
    fc.property(bytes(), fc.nat(511), (data, at) => {
      const signature = node.sign('sha256', data, { key: privateKey, dsaEncoding: 'ieee-p1363' });
      const [r, s] = [signature.subarray(0, 32), signature.subarray(32)];
      assert.equal(both(data, signature), true);
      const other = order - BigInt(`0x${s.toString('hex')}`);
      assert.equal(both(data, concat(r, scalar(other))), true);
      assert.equal(both(data, flipped(signature, at)), false);
      for (const n of [0n, order, order - 1n, 2n ** 256n - 1n]) {
        both(data, concat(r, scalar(n)));
        both(data, concat(scalar(n), s));
      }
      both(data, signature.subarray(1));
    }),
    { numRuns: 40 },
  );
});

type Vectors = { key: string; cases: [number, string, string, string, string][] }[];
const vectors = (name: string): Vectors =>
  JSON.parse(readFileSync(new URL(`../../vectors/wycheproof/${name}.json`, import.meta.url), 'utf8'));
const hex = (text: string) => fromHex(text) ?? new Uint8Array();

test('Wycheproof’s signatures are judged as Node judges them', () => {
  const seen = { true: 0, false: 0, refused: 0 };
  for (const { key, cases } of vectors('ed25519'))
    for (const [, , data, signature] of cases) seen[`${judged(hex(key), hex(data), hex(signature))}`]++;
  for (const { key, cases } of vectors('ecdsa-p256-sha256')) {
    const [x, y] = [hex(key).subarray(1, 33), hex(key).subarray(33)].map((bytes) =>
      Buffer.from(bytes).toString('base64url'),
    );
    const jwk = { format: 'jwk', key: { kty: 'EC', crv: 'P-256', x: x ?? '', y: y ?? '' } } as const;
    const dsaEncoding = 'ieee-p1363';
    for (const [tcId, , data, signature] of cases) {
      const theirs = verdict(() =>
        node.verify('sha256', hex(data), { key: node.createPublicKey(jwk), dsaEncoding }, hex(signature)),
      );
      const ours = verdict(() =>
        browser.verify(
          'sha256',
          hex(data),
          { key: browser.createPublicKey(jwk), dsaEncoding },
          hex(signature),
        ),
      );
      assert.equal(ours, theirs, `tcId ${tcId}`);
      seen[`${theirs}`]++;
    }
  }
  assert.ok(seen.true > 200 && seen.false > 100, JSON.stringify(seen));
});

test('public keys come in as JWK and as PEM, in either form of a point, and out as Node writes them', () => {
  for (const make of [
    () => node.generateKeyPairSync('ed25519'),
    () => node.generateKeyPairSync('x25519'),
    () => node.generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  ]) {
    const { publicKey } = make();
    const key = publicKey.export({ format: 'jwk' });
    assert.deepEqual(browser.createPublicKey({ format: 'jwk', key }).export({ format: 'jwk' }), key);
    if (key.crv === 'X25519') continue;
    const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    assert.deepEqual(browser.createPublicKey(pem).export({ format: 'jwk' }), key);
    const der = publicKey.export({ type: 'spki', format: 'der' });
    if (key.crv !== 'P-256') continue;
    const sign = 2 + ((der.at(-1) ?? 0) & 1);
    const head = Buffer.from('3039301306072a8648ce3d020106082a8648ce3d030107032200', 'hex');
    const short = concat(head, Uint8Array.of(sign), der.subarray(27, 59));
    const text = `-----BEGIN PUBLIC KEY-----\n${Buffer.from(short).toString('base64')}\n-----END PUBLIC KEY-----\n`;
    assert.deepEqual(node.createPublicKey(text).export({ format: 'jwk' }), key);
    assert.deepEqual(browser.createPublicKey(text).export({ format: 'jwk' }), key);
  }
});

test('what is no public key, or off its curve, is refused as Node refuses it', () => {
  const { publicKey } = node.generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const good = publicKey.export({ format: 'jwk' });
  const rsa = node.generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey;
  const zeros = Buffer.alloc(32).toString('base64url');
  const keys: (string | { format: 'jwk'; key: Record<string, string | undefined> })[] = [
    { format: 'jwk', key: { ...good, x: zeros } },
    { format: 'jwk', key: { ...good, y: good.x } },
    { format: 'jwk', key: { ...good, kty: 'OKP' } },
    { format: 'jwk', key: { kty: 'OKP', crv: 'Ed25519', x: 'AAAA' } },
    { format: 'jwk', key: { kty: 'OKP', crv: 'Ed25519' } },
    { format: 'jwk', key: { kty: 'oct', k: 'AAAA' } },
    '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n',
    'no key at all',
  ];
  for (const key of keys) {
    const given = typeof key === 'string' ? key : { format: 'jwk' as const, key: { ...key.key } };
    assert.throws(() => node.createPublicKey(given));
    assert.throws(() => browser.createPublicKey(given));
  }
  // Node knows more kinds of keys than are used here.
  assert.throws(() => browser.createPublicKey(rsa.export({ type: 'spki', format: 'pem' }).toString()));
});
