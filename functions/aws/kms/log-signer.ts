import { SignCommand } from '@aws-sdk/client-kms';
import type { VerifierKey } from '#core/log/note.ts';
import type { LogSigner } from '#core/ports.ts';
import { kms } from '../clients.ts';
import { publicKeys } from './public-keys.ts';

/**
 * The log's key in KMS.
 *
 * @param keyArn the key
 * @param name what the log signs under: its origin
 */
export function kmsLogSigner(keyArn: string, name: string): LogSigner {
  const keyOf = publicKeys(({ x = '' }): VerifierKey => ({ name, publicKey: Buffer.from(x, 'base64url') }));
  return {
    key: () => keyOf(keyArn),
    async sign(text) {
      const { Signature } = await kms.send(
        new SignCommand({
          KeyId: keyArn,
          Message: text,
          MessageType: 'RAW',
          SigningAlgorithm: 'ED25519_SHA_512',
        }),
      );
      if (Signature === undefined) throw new Error('KMS gave no signature');
      return Signature;
    },
  };
}
