import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { GetPublicKeyCommand } from '@aws-sdk/client-kms';
import { kms } from '../clients.ts';

/**
 * Public keys out of KMS itself, each asked for once an instance; a failure is not remembered.
 *
 * @param make what is made of a key, once
 */
export function publicKeys<T>(make: (jwk: JsonWebKey) => T): (keyArn: string | undefined) => Promise<T> {
  const known = new Map<string | undefined, Promise<T>>();
  const load = async (KeyId: string | undefined) => {
    const { PublicKey } = await kms.send(new GetPublicKeyCommand({ KeyId }));
    if (PublicKey === undefined) throw new Error('KMS gave no public key');
    const key = createPublicKey({ key: Buffer.from(PublicKey), format: 'der', type: 'spki' });
    return make(key.export({ format: 'jwk' }));
  };
  return (keyArn) => {
    const loading =
      known.get(keyArn) ??
      load(keyArn).catch((error: unknown) => {
        known.delete(keyArn);
        throw error;
      });
    known.set(keyArn, loading);
    return loading;
  };
}
