import { createCipheriv, randomBytes, scryptSync } from 'node:crypto';
import { concat, toBase64 } from '#core/bytes.ts';

/**
 * Private keys under a passphrase: PKCS#8's EncryptedPrivateKeyInfo (RFC 5958 section 3) with PBES2 (RFC 8018
 * section 6.2), scrypt (RFC 7914 section 7) and AES-256-CBC. OpenSSL, and programs built on it, read this form. Node
 * itself writes 2,048 rounds of PBKDF2, which a thief's graphics card tries very fast.
 */

/**
 * 16 MiB, ten times over: OWASP's parameters for where 128 MiB at once are too much. By default OpenSSL reads nothing
 * above 32 MiB.
 */
const cost = { N: 2 ** 14, r: 8, p: 10 } as const;
const KEY_BYTES = 32;

const oid = {
  pbes2: [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0d],
  scrypt: [0x2b, 0x06, 0x01, 0x04, 0x01, 0xda, 0x47, 0x04, 0x0b],
  aes256cbc: [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x2a],
} as const;

/**
 * @param der PrivateKeyInfo
 * @returns PEM (RFC 7468 section 11)
 */
export function encryptPkcs8(der: Uint8Array, passphrase: string): string {
  const salt = randomBytes(16);
  const iv = randomBytes(16);
  const key = scryptSync(passphrase, salt, KEY_BYTES, { ...cost, maxmem: 64 * 1024 * 1024 });
  const cipher = createCipheriv('aes-256-cbc', key, iv);
  const encrypted = concat(cipher.update(der), cipher.final());
  const kdf = sequence(
    objectId(oid.scrypt),
    sequence(octets(salt), integer(cost.N), integer(cost.r), integer(cost.p), integer(KEY_BYTES)),
  );
  const scheme = sequence(objectId(oid.aes256cbc), octets(iv));
  const algorithm = sequence(objectId(oid.pbes2), sequence(kdf, scheme));
  const text = toBase64(sequence(algorithm, octets(encrypted)));
  const lines = text.match(/.{1,64}/g) ?? [];
  return ['-----BEGIN ENCRYPTED PRIVATE KEY-----', ...lines, '-----END ENCRYPTED PRIVATE KEY-----', ''].join(
    '\n',
  );
}

/** DER: a tag, a length and a content of this length (X.690 section 8.1). */
function tagged(tag: number, ...parts: Uint8Array[]): Uint8Array {
  const content = concat(...parts);
  const { length } = content;
  const head =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return concat(Uint8Array.of(tag, ...head), content);
}

const sequence = (...parts: Uint8Array[]) => tagged(0x30, ...parts);
const octets = (content: Uint8Array) => tagged(0x04, content);
const objectId = (arcs: readonly number[]) => tagged(0x06, Uint8Array.from(arcs));

/** A non-negative integer. A zero byte goes before a leading bit that is set, which would make it negative. */
function integer(n: number): Uint8Array {
  const bytes: number[] = [];
  for (let rest = n; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  if (bytes.length === 0 || (bytes[0] ?? 0) >= 0x80) bytes.unshift(0);
  return tagged(0x02, Uint8Array.from(bytes));
}

export const isEncryptedPem = (pem: string) => pem.includes('BEGIN ENCRYPTED PRIVATE KEY');
