import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { DecryptCommand, GenerateDataKeyCommand } from '@aws-sdk/client-kms';
import { kms } from './clients.ts';
import { env } from './env.ts';

const { DESK_KEY } = env('DESK_KEY');

/**
 * What the desk keeps sealed in a case: what was asked, and the reviewers' signed messages. `request` may only
 * write it; `review` reads what was asked, `authorise` the messages; the key policy tells them apart by `part`.
 */
export interface DeskContext {
  case: string;
  part: 'request' | 'decision';
}

const algorithm = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;

/** Envelope encryption: AES-256-GCM under a data key of the desk key. Layout: length of the wrapped key (2 bytes, big endian), wrapped key, nonce, tag, ciphertext. */
export async function sealForDesk(plaintext: Uint8Array, context: DeskContext): Promise<Uint8Array> {
  const { Plaintext, CiphertextBlob } = await kms.send(
    new GenerateDataKeyCommand({ KeyId: DESK_KEY, KeySpec: 'AES_256', EncryptionContext: { ...context } }),
  );
  if (Plaintext === undefined || CiphertextBlob === undefined) throw new Error('KMS gave no data key');
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, Plaintext, nonce);
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  Plaintext.fill(0);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(CiphertextBlob.length);
  return Buffer.concat([length, CiphertextBlob, nonce, cipher.getAuthTag(), ciphertext]);
}

/** @throws if the context is not the one it was sealed with, or the bytes were changed */
export async function openAtDesk(sealed: Uint8Array, context: DeskContext): Promise<Uint8Array> {
  const bytes = Buffer.from(sealed);
  const wrappedEnd = 2 + bytes.readUInt16BE(0);
  const tagStart = wrappedEnd + nonceBytes;
  const { Plaintext } = await kms.send(
    new DecryptCommand({
      KeyId: DESK_KEY,
      CiphertextBlob: bytes.subarray(2, wrappedEnd),
      EncryptionContext: { ...context },
    }),
  );
  if (Plaintext === undefined) throw new Error('KMS gave no data key');
  const decipher = createDecipheriv(algorithm, Plaintext, bytes.subarray(wrappedEnd, tagStart));
  decipher.setAuthTag(bytes.subarray(tagStart, tagStart + tagBytes));
  const plaintext = Buffer.concat([decipher.update(bytes.subarray(tagStart + tagBytes)), decipher.final()]);
  Plaintext.fill(0);
  return plaintext;
}
