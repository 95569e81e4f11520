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

/** What is written there was not sealed by the desk for that place: no trying again makes it so. */
export class NotSealedError extends Error {
  override name = 'NotSealedError';
}

/** @throws NotSealedError if the context is not the one it was sealed with, or the bytes were changed */
export async function openAtDesk(sealed: Uint8Array, context: DeskContext): Promise<Uint8Array> {
  const bytes = Buffer.from(sealed);
  const wrappedEnd = 2 + (bytes.length < 2 ? 0 : bytes.readUInt16BE(0));
  const tagStart = wrappedEnd + nonceBytes;
  const start = tagStart + tagBytes;
  if (wrappedEnd === 2 || bytes.length < start) throw new NotSealedError();
  const key = await unwrap(bytes.subarray(2, wrappedEnd), context);
  try {
    const decipher = createDecipheriv(algorithm, key, bytes.subarray(wrappedEnd, tagStart));
    decipher.setAuthTag(bytes.subarray(tagStart, start));
    return Buffer.concat([decipher.update(bytes.subarray(start)), decipher.final()]);
  } catch (cause) {
    throw new NotSealedError(undefined, { cause });
  } finally {
    key.fill(0);
  }
}

async function unwrap(CiphertextBlob: Uint8Array, context: DeskContext): Promise<Uint8Array> {
  try {
    const { Plaintext } = await kms.send(
      new DecryptCommand({ KeyId: DESK_KEY, CiphertextBlob, EncryptionContext: { ...context } }),
    );
    if (Plaintext === undefined) throw new Error('KMS gave no data key');
    return Plaintext;
  } catch (error) {
    if (error instanceof Error && error.name === 'InvalidCiphertextException') throw new NotSealedError();
    throw error;
  }
}
