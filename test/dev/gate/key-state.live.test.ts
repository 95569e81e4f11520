import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  CancelKeyDeletionCommand,
  CreateAliasCommand,
  CreateGrantCommand,
  CreateKeyCommand,
  DecryptCommand,
  DeleteAliasCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  DisableKeyRotationCommand,
  EnableKeyCommand,
  EnableKeyRotationCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GenerateDataKeyPairWithoutPlaintextCommand,
  GenerateDataKeyWithoutPlaintextCommand,
  GenerateMacCommand,
  GetKeyPolicyCommand,
  GetPublicKeyCommand,
  KMSClient,
  ListGrantsCommand,
  ListKeyPoliciesCommand,
  ListResourceTagsCommand,
  PutKeyPolicyCommand,
  ReEncryptCommand,
  RetireGrantCommand,
  RevokeGrantCommand,
  ScheduleKeyDeletionCommand,
  SignCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateAliasCommand,
  UpdateKeyDescriptionCommand,
  VerifyMacCommand,
} from '@aws-sdk/client-kms';
import { normalPolicy } from '#core/iam-policy.ts';
import { lacks } from '#dev/cloud/capabilities.ts';
import { cloudUnderTest } from '#dev/cloud/cloud.ts';
import { account, allow, fails, makeRole, policy, type Role, settings } from './live.ts';

/** Rows of the KMS Developer Guide's table "Key states of AWS KMS keys", for a key of KMS's own material. */
const cloud = await cloudUnderTest();
const skip = lacks(cloud, 'ours');

describe('a key’s state', { skip }, () => {
  const run = `state-${process.pid}-${Date.now()}`;
  const kms = new KMSClient(settings(cloud));
  let grantee: Role;
  let other = '';
  before(async () => {
    grantee = await makeRole(cloud, `${run}-grantee`);
    other = (await kms.send(new CreateKeyCommand({}))).KeyMetadata?.Arn ?? '';
  });
  after(() => cloud.stop());

  let count = 0;
  /** A key for each purpose, used once while it was enabled. */
  async function used() {
    const Policy = policy([{ ...allow('kms:*'), Principal: account(cloud) }]);
    const make = async (more: object) =>
      (await kms.send(new CreateKeyCommand({ Policy, ...more }))).KeyMetadata?.Arn ?? '';
    const KeyId = await make({ Tags: [{ TagKey: 'a', TagValue: 'b' }] });
    const mac = await make({ KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' });
    const signing = await make({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' });
    const Message = new Uint8Array([1]);
    const of = { MacAlgorithm: 'HMAC_SHA_256', KeyId: mac, Message } as const;
    const { CiphertextBlob } = await kms.send(new EncryptCommand({ KeyId, Plaintext: Message }));
    const { CiphertextBlob: another } = await kms.send(
      new EncryptCommand({ KeyId: other, Plaintext: Message }),
    );
    const { Mac } = await kms.send(new GenerateMacCommand(of));
    const grant = { KeyId, GranteePrincipal: grantee.arn, Operations: ['Decrypt' as const] };
    const [{ GrantId: first }, { GrantId: second }] = [
      await kms.send(new CreateGrantCommand(grant)),
      await kms.send(new CreateGrantCommand(grant)),
    ];
    const [AliasName, onto] = [`alias/${run}-${count++}`, `alias/${run}-${count++}`];
    await kms.send(new CreateAliasCommand({ AliasName, TargetKeyId: KeyId }));
    await kms.send(new CreateAliasCommand({ AliasName: onto, TargetKeyId: other }));
    const crypto = {
      Encrypt: () => kms.send(new EncryptCommand({ KeyId, Plaintext: Message })),
      Decrypt: () => kms.send(new DecryptCommand({ CiphertextBlob })),
      'Decrypt as a grant’s grantee': () => grantee.kms.send(new DecryptCommand({ CiphertextBlob })),
      'ReEncrypt from it': () => kms.send(new ReEncryptCommand({ CiphertextBlob, DestinationKeyId: other })),
      'ReEncrypt to it': () =>
        kms.send(new ReEncryptCommand({ CiphertextBlob: another, DestinationKeyId: KeyId })),
      GenerateDataKey: () => kms.send(new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256' })),
      GenerateDataKeyWithoutPlaintext: () =>
        kms.send(new GenerateDataKeyWithoutPlaintextCommand({ KeyId, KeySpec: 'AES_256' })),
      GenerateDataKeyPairWithoutPlaintext: () =>
        kms.send(new GenerateDataKeyPairWithoutPlaintextCommand({ KeyId, KeyPairSpec: 'ECC_NIST_P256' })),
      GenerateMac: () => kms.send(new GenerateMacCommand(of)),
      VerifyMac: () => kms.send(new VerifyMacCommand({ ...of, Mac })),
      Sign: () => kms.send(new SignCommand({ KeyId: signing, Message, SigningAlgorithm: 'ECDSA_SHA_256' })),
      GetPublicKey: () => kms.send(new GetPublicKeyCommand({ KeyId: signing })),
      CreateGrant: () => kms.send(new CreateGrantCommand(grant)),
      EnableKeyRotation: () => kms.send(new EnableKeyRotationCommand({ KeyId })),
      DisableKeyRotation: () => kms.send(new DisableKeyRotationCommand({ KeyId })),
    };
    const changes = {
      TagResource: () => kms.send(new TagResourceCommand({ KeyId, Tags: [{ TagKey: 'c', TagValue: 'd' }] })),
      UntagResource: () => kms.send(new UntagResourceCommand({ KeyId, TagKeys: ['c'] })),
      UpdateKeyDescription: () => kms.send(new UpdateKeyDescriptionCommand({ KeyId, Description: 'x' })),
      CreateAlias: () =>
        kms.send(new CreateAliasCommand({ AliasName: `alias/${run}-${count++}`, TargetKeyId: KeyId })),
      UpdateAlias: () => kms.send(new UpdateAliasCommand({ AliasName: onto, TargetKeyId: KeyId })),
    };
    const always = {
      DescribeKey: () => kms.send(new DescribeKeyCommand({ KeyId })),
      GetKeyPolicy: async () => {
        const got = await kms.send(new GetKeyPolicyCommand({ KeyId, PolicyName: 'default' }));
        assert.deepEqual(normalPolicy(JSON.parse(got.Policy ?? '')), normalPolicy(JSON.parse(Policy)));
      },
      PutKeyPolicy: () => kms.send(new PutKeyPolicyCommand({ KeyId, Policy })),
      ListKeyPolicies: () => kms.send(new ListKeyPoliciesCommand({ KeyId })),
      ListResourceTags: () => kms.send(new ListResourceTagsCommand({ KeyId })),
      ListGrants: async () => {
        const { Grants = [] } = await kms.send(new ListGrantsCommand({ KeyId }));
        assert.equal(Grants.length, 2);
      },
      RevokeGrant: () => kms.send(new RevokeGrantCommand({ KeyId, GrantId: first })),
      RetireGrant: () => kms.send(new RetireGrantCommand({ KeyId, GrantId: second })),
      'UpdateAlias away from it': () => kms.send(new UpdateAliasCommand({ AliasName, TargetKeyId: other })),
      DeleteAlias: () => kms.send(new DeleteAliasCommand({ AliasName })),
    };
    return { KeyId, keys: [KeyId, mac, signing], crypto, changes, always };
  }
  const each = async (
    calls: Record<string, () => Promise<unknown>>,
    check: (call: Promise<unknown>) => unknown,
  ) => {
    for (const [name, call] of Object.entries(calls)) {
      try {
        await check(call());
      } catch (error) {
        throw new Error(name, { cause: error });
      }
    }
  };
  const stateOf = async (KeyId: string) => {
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId }));
    return [KeyMetadata?.KeyState, KeyMetadata?.Enabled, KeyMetadata?.DeletionDate !== undefined];
  };
  const schedule = (KeyId: string) =>
    kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));

  it('Enabled lets everything through', async () => {
    const { crypto, changes, always } = await used();
    const { CreateGrant, ...others } = crypto;
    await each({ ...others, ...changes, ...always, CreateGrant }, (call) => call);
  });

  it('Disabled refuses to use the key, and lets it be managed', async () => {
    const { KeyId, keys, crypto, changes, always } = await used();
    for (const key of keys) await kms.send(new DisableKeyCommand({ KeyId: key }));
    await each(crypto, (call) => fails(call, 'DisabledException', /:key\/.* is disabled\.$/));
    await each({ ...changes, ...always }, (call) => call);
    await kms.send(new DisableKeyCommand({ KeyId }));
    assert.deepEqual(await stateOf(KeyId), ['Disabled', false, false]);
    await kms.send(new EnableKeyCommand({ KeyId }));
    assert.deepEqual(await stateOf(KeyId), ['Enabled', true, false]);
    await crypto.Encrypt();
  });

  it('PendingDeletion refuses to use or to change the key; policy and grants can still be read and narrowed', async () => {
    const { KeyId, keys, crypto, changes, always } = await used();
    for (const key of keys) {
      const { KeyState, DeletionDate } = await schedule(key);
      assert.equal(KeyState, 'PendingDeletion');
      const days = ((DeletionDate?.getTime() ?? 0) - Date.now()) / 86_400_000;
      assert(days > 6.9 && days <= 7);
    }
    const more = {
      EnableKey: () => kms.send(new EnableKeyCommand({ KeyId })),
      DisableKey: () => kms.send(new DisableKeyCommand({ KeyId })),
    };
    await each({ ...crypto, ...changes, ...more }, (call) =>
      fails(call, 'KMSInvalidStateException', /:key\/.* is pending deletion\.$/),
    );
    await each(always, (call) => call);
    assert.deepEqual(await stateOf(KeyId), ['PendingDeletion', false, true]);
  });

  it('PendingDeletion is entered once: a second time is refused, and does not move the date', async () => {
    const { KeyId } = await used();
    const { DeletionDate } = await schedule(KeyId);
    await fails(
      kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 30 })),
      'KMSInvalidStateException',
      /is pending deletion/,
    );
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId }));
    assert.deepEqual(KeyMetadata?.DeletionDate, DeletionDate);
  });

  it('PendingDeletion can be called off, which leaves the key Disabled', async () => {
    const { KeyId, crypto } = await used();
    await schedule(KeyId);
    await kms.send(new CancelKeyDeletionCommand({ KeyId }));
    assert.deepEqual(await stateOf(KeyId), ['Disabled', false, false]);
    await fails(crypto.Decrypt(), 'DisabledException');
    await kms.send(new EnableKeyCommand({ KeyId }));
    await crypto.Decrypt();
  });

  it('of a key whose deletion nobody scheduled does not change when it is called off', async () => {
    const { KeyId, crypto } = await used();
    const cancel = () => kms.send(new CancelKeyDeletionCommand({ KeyId }));
    await fails(cancel(), 'KMSInvalidStateException', /is not pending deletion\.$/);
    await crypto.Encrypt();
    await kms.send(new DisableKeyCommand({ KeyId }));
    await fails(cancel(), 'KMSInvalidStateException');
  });

  it('is looked at on the key of the ciphertext, and a key opens no other key’s', async () => {
    const { KeyId } = await used();
    const { CiphertextBlob } = await kms.send(
      new EncryptCommand({ KeyId: other, Plaintext: new Uint8Array([1]) }),
    );
    await schedule(KeyId);
    await kms.send(new DecryptCommand({ KeyId: other, CiphertextBlob }));
    await kms.send(new CancelKeyDeletionCommand({ KeyId }));
    await kms.send(new EnableKeyCommand({ KeyId }));
    await fails(kms.send(new DecryptCommand({ KeyId, CiphertextBlob })), 'IncorrectKeyException');
    const noise = kms.send(new DecryptCommand({ KeyId, CiphertextBlob: new Uint8Array(120) }));
    await fails(noise, 'InvalidCiphertextException');
  });
});

if (skip) await cloud.stop();
