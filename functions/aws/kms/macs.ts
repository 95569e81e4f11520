import { GenerateMacCommand } from '@aws-sdk/client-kms';
import type { Macs } from '#core/ports.ts';
import { kms } from '../clients.ts';

/** @param keyId the index key, or the reference key */
export function kmsMacs(keyId: string): Macs {
  return {
    async mac(message) {
      const { Mac } = await kms.send(
        new GenerateMacCommand({ KeyId: keyId, MacAlgorithm: 'HMAC_SHA_256', Message: message }),
      );
      if (Mac === undefined) throw new Error('KMS gave no MAC');
      return Mac;
    },
  };
}
