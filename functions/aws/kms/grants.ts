import { CreateGrantCommand, paginateListGrants, RevokeGrantCommand } from '@aws-sdk/client-kms';
import { z } from 'zod';
import type { Grants } from '#core/ports.ts';
import { encryptionContext } from '#core/vault/seal.ts';
import { kms } from '../clients.ts';
import { asRefusal, isNamed } from './refusals.ts';

/** Grants at KMS: Decrypt, in exactly one epoch key's context. @param role who is granted it, by ARN: `collect`'s */
export function kmsGrants(role: string): Grants {
  return {
    async create(keyId, of, name) {
      const { GrantId, GrantToken } = await kms.send(
        new CreateGrantCommand({
          KeyId: keyId,
          GranteePrincipal: role,
          Operations: ['Decrypt'],
          Constraints: { EncryptionContextEquals: encryptionContext(of) },
          // KMS gives the same grant for the same name and parameters.
          Name: name,
        }),
      );
      return { grantId: z.string().parse(GrantId), token: z.string().parse(GrantToken) };
    },

    async revoke(keyId, grantId) {
      try {
        await kms.send(new RevokeGrantCommand({ KeyId: keyId, GrantId: grantId }));
        return 'ended';
      } catch (error) {
        // KMS documents both and does not say which one tells of a grant that it does not find (API Reference, "RevokeGrant").
        if (isNamed(error, 'NotFoundException', 'InvalidGrantIdException')) return 'unknown';
        throw error;
      }
    },

    async *list(keyId) {
      try {
        const pages = paginateListGrants({ client: kms, pageSize: 100 }, { KeyId: keyId });
        for await (const { Grants: page = [] } of pages) {
          for (const { GrantId, GranteePrincipal, Name = '', CreationDate = new Date(0) } of page) {
            if (GrantId === undefined || GranteePrincipal !== role) continue;
            yield { id: GrantId, name: Name, createdAt: CreationDate.toISOString() };
          }
        }
      } catch (error) {
        throw asRefusal(error);
      }
    },
  };
}
