import {
  CreateKeyCommand,
  DecryptCommand,
  EncryptCommand,
  GetKeyPolicyCommand,
  ReEncryptCommand,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms';
import { parseJsonText } from '#core/json.ts';
import { KmsRefusal, type VaultKms } from '#core/ports.ts';
import { policyDigest } from '#core/vault/key-policy.ts';
import { encryptionContext } from '#core/vault/seal.ts';
import { kms } from '../clients.ts';
import { isNamed, refusing } from './refusals.ts';

/** KMS allows no less. Nobody can call it off: the vault keys' policy lets nobody. */
const deletionDays = 7;

/** Vault keys in KMS, but for making them. */
export const kmsVault: Omit<VaultKms, 'create'> = {
  async wrap(KeyId, of, privateKey) {
    const { CiphertextBlob } = await refusing(
      kms.send(
        new EncryptCommand({ KeyId, Plaintext: privateKey, EncryptionContext: encryptionContext(of) }),
      ),
    );
    return given(CiphertextBlob);
  },

  async unwrap(KeyId, of, wrappedKey, grantToken) {
    const decrypt = async (GrantTokens: string[]) => {
      const EncryptionContext = encryptionContext(of);
      const input = { KeyId, CiphertextBlob: wrappedKey, EncryptionContext, GrantTokens };
      const { Plaintext } = await kms.send(new DecryptCommand(input));
      return given(Plaintext);
    };
    const withToken = decrypt(grantToken === undefined ? [] : [grantToken]).catch((error: unknown) => {
      // "A grant token is designed to be used only until the grant has propagated" (AWS KMS Developer Guide, "Grants in AWS
      // KMS", grant token). Where KMS no longer takes it, the grant counts by itself, or there is none.
      if (isNamed(error, 'InvalidGrantTokenException')) return decrypt([]);
      throw error;
    });
    return refusing(withToken);
  },

  async rewrap(of, wrappedKey, from, to) {
    const context = encryptionContext(of);
    const { CiphertextBlob } = await refusing(
      kms.send(
        new ReEncryptCommand({
          CiphertextBlob: wrappedKey,
          SourceKeyId: from,
          SourceEncryptionContext: context,
          DestinationKeyId: to,
          DestinationEncryptionContext: context,
        }),
      ),
    );
    return given(CiphertextBlob);
  },

  async policyDigest(KeyId) {
    const { Policy } = await refusing(kms.send(new GetKeyPolicyCommand({ KeyId, PolicyName: 'default' })));
    return policyDigest(parseJsonText(Policy ?? 'null'));
  },

  async scheduleDeletion(KeyId) {
    try {
      await refusing(kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: deletionDays })));
    } catch (error) {
      if (!(error instanceof KmsRefusal && ['gone', 'unknown'].includes(error.code))) throw error;
    }
  },
};

/** @param policy that every key is made with, an IAM policy document */
export function kmsKeyMaker(policy: object): Pick<VaultKms, 'create'> {
  return {
    async create(description) {
      const { KeyMetadata } = await kms.send(
        new CreateKeyCommand({
          Description: description,
          KeySpec: 'SYMMETRIC_DEFAULT',
          KeyUsage: 'ENCRYPT_DECRYPT',
          Policy: JSON.stringify(policy),
          // KMS refuses a policy that does not let its caller change it later (CreateKey, "BypassPolicyLockoutSafetyCheck").
          // This one lets administrators change it and must not let us. Our role may do this in CreateKey alone.
          BypassPolicyLockoutSafetyCheck: true,
          Tags: [{ TagKey: 'writ', TagValue: 'vault' }],
        }),
      );
      return given(KeyMetadata?.Arn);
    },
  };
}

function given<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('KMS gave nothing');
  return value;
}
