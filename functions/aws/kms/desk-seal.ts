import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { DecryptCommand, GenerateDataKeyCommand } from '@aws-sdk/client-kms';
import { type DeskContext, type DeskSeal, KmsRefusal } from '#core/ports.ts';
import { kms } from '../clients.ts';

const algorithm = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;

/**
 * What the desk keeps sealed in a case: what was asked, and the reviewers' signed messages. `request` may only write it;
 * `review` reads what was asked, and why its reviewers decided as they did; `authorise` reads both to verify them. The key policy tells them apart by `part`.
 *
 * Envelope encryption: AES-256-GCM under a data key of the desk key. Layout: length of the wrapped key (2 bytes, big
 * endian), wrapped key, nonce, tag, ciphertext.
 *
 * @param keyId the desk key
 */
export function kmsDeskSeal(keyId: string): DeskSeal {
  return {
    async seal(plaintext, context) {
      const { Plaintext, CiphertextBlob } = await kms.send(
        new GenerateDataKeyCommand({
          KeyId: keyId,
          KeySpec: 'AES_256',
          EncryptionContext: { ...context },
        }),
      );
      if (Plaintext === undefined || CiphertextBlob === undefined) throw new Error('KMS gave no data key');
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv(algorithm, Plaintext, nonce);
      const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]);
      Plaintext.fill(0);
      const length = Buffer.alloc(2);
      length.writeUInt16BE(CiphertextBlob.length);
      return Buffer.concat([length, CiphertextBlob, nonce, cipher.getAuthTag(), ciphertext]);
    },

    async open(sealed, context) {
      const bytes = Buffer.from(sealed);
      const wrappedEnd = 2 + (bytes.length < 2 ? 0 : bytes.readUInt16BE(0));
      const tagStart = wrappedEnd + nonceBytes;
      const start = tagStart + tagBytes;
      if (wrappedEnd === 2 || bytes.length < start) throw new KmsRefusal('not-sealed');
      const key = await dataKey(keyId, bytes.subarray(2, wrappedEnd), context);
      try {
        const decipher = createDecipheriv(algorithm, key, bytes.subarray(wrappedEnd, tagStart));
        decipher.setAuthTag(bytes.subarray(tagStart, start));
        return Buffer.concat([decipher.update(bytes.subarray(start)), decipher.final()]);
      } catch (cause) {
        throw new KmsRefusal('not-sealed', { cause });
      } finally {
        key.fill(0);
      }
    },
  };
}

async function dataKey(keyId: string, wrapped: Uint8Array, context: DeskContext): Promise<Uint8Array> {
  try {
    const { Plaintext } = await kms.send(
      new DecryptCommand({ KeyId: keyId, CiphertextBlob: wrapped, EncryptionContext: { ...context } }),
    );
    if (Plaintext === undefined) throw new Error('KMS gave no data key');
    return Plaintext;
  } catch (error) {
    // No trying again makes it the desk's.
    if (error instanceof Error && error.name === 'InvalidCiphertextException')
      throw new KmsRefusal('not-sealed');
    throw error;
  }
}
