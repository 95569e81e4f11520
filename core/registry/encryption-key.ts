import { createPublicKey } from 'node:crypto';
import { CompactEncrypt, calculateJwkThumbprint, importJWK, type JWK } from 'jose';
import { z } from 'zod';
import { utf8 } from '#core/bytes.ts';
import { SignatureError } from '#core/signature/errors.ts';
import type { EncryptionKey } from './records.ts';

const coordinate = z.string().regex(/^[\w-]{43}$/);

/** The public keys that ECDH-ES takes here (RFC 7518 section 4.6, RFC 8037). A private member is refused, not dropped. */
const schema = z.discriminatedUnion('crv', [
  z.looseObject({ kty: z.literal('EC'), crv: z.literal('P-256'), x: coordinate, y: coordinate }),
  z.looseObject({ kty: z.literal('OKP'), crv: z.literal('X25519'), x: coordinate }),
]);

/**
 * Takes an agency's encryption key in: what its disclosures will be encrypted to.
 *
 * @returns the public members alone, and their RFC 7638 thumbprint
 * @throws SignatureError `key-refused`: another kind of key, a private one, one off its curve
 */
export async function importEncryptionKey(given: unknown): Promise<{ key: JWK; thumbprint: string }> {
  const parsed = schema.safeParse(given);
  if (!parsed.success || 'd' in parsed.data) throw new SignatureError('key-refused');
  const { kty, crv, x } = parsed.data;
  const key = parsed.data.crv === 'P-256' ? { kty, crv, x, y: parsed.data.y } : { kty, crv, x };
  try {
    createPublicKey({ format: 'jwk', key });
  } catch {
    throw new SignatureError('key-refused');
  }
  return { key, thumbprint: await calculateJwkThumbprint(key) };
}

/** A compact JWE (RFC 7516) around a JWS or a text, `ECDH-ES` and `A256GCM`, to an agency's enrolled key. */
export async function encryptFor(
  recipient: Pick<EncryptionKey, 'key' | 'thumbprint'>,
  content: string,
  cty: 'JWS' | 'text/plain',
): Promise<string> {
  return new CompactEncrypt(utf8(content))
    .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM', kid: recipient.thumbprint, cty })
    .encrypt(await importJWK(recipient.key, 'ECDH-ES'));
}
