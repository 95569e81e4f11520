import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  CreateKeyCommand,
  GetKeyPolicyCommand,
  KMSClient,
  ListResourceTagsCommand,
  PutKeyPolicyCommand,
} from '@aws-sdk/client-kms';
import { normalPolicy } from '#core/iam-policy.ts';
import { lacks } from '#dev/cloud/capabilities.ts';
import { cloudUnderTest } from '#dev/cloud/cloud.ts';
import { readKmsJournal } from '#dev/cloud/journal.ts';
import { account, allow, denied, fails, forged, makeRole, policy, type Role, settings } from './live.ts';

const cloud = await cloudUnderTest();
const skip = lacks(cloud, 'ours');

describe('CreateKey through the gate', { skip }, () => {
  const run = `create-${process.pid}-${Date.now()}`;
  const root = new KMSClient(settings(cloud));
  let prepare: Role;
  let plain: Role;
  let stranger: Role;

  /** A policy with white space of its own, which lets the account change it, and does not name its maker. */
  const fixed = () =>
    JSON.stringify(
      JSON.parse(policy([{ ...allow(['kms:PutKeyPolicy', 'kms:GetKeyPolicy']), Principal: account(cloud) }])),
      null,
      3,
    );
  const wanted = () => ({
    Description: 'Writ: a vault key',
    KeySpec: 'SYMMETRIC_DEFAULT' as const,
    KeyUsage: 'ENCRYPT_DECRYPT' as const,
    Policy: fixed(),
    BypassPolicyLockoutSafetyCheck: true,
    Tags: [{ TagKey: 'writ', TagValue: 'vault' }],
  });

  before(async () => {
    const conditions = {
      StringEquals: {
        'kms:KeySpec': 'SYMMETRIC_DEFAULT',
        'kms:KeyUsage': 'ENCRYPT_DECRYPT',
        'kms:KeyOrigin': 'AWS_KMS',
        'aws:RequestTag/writ': 'vault',
      },
      Bool: { 'kms:MultiRegion': 'false', 'kms:BypassPolicyLockoutSafetyCheck': 'true' },
      'ForAllValues:StringEquals': { 'aws:TagKeys': ['writ'] },
    };
    prepare = await makeRole(cloud, `${run}-prepare`, [
      allow('kms:CreateKey', { Condition: conditions }),
      allow('kms:TagResource', {
        Resource: `arn:aws:kms:${cloud.region}:${cloud.accountId}:key/*`,
        Condition: { StringEquals: { 'aws:RequestTag/writ': 'vault' } },
      }),
    ]);
    plain = await makeRole(cloud, `${run}-plain`, [allow('kms:CreateKey')]);
    stranger = await makeRole(cloud, `${run}-stranger`);
  });
  after(() => cloud.stop());

  /** How many keys a role has made. */
  const made = ({ arn }: Role) =>
    readKmsJournal(cloud.stateDir).filter(
      ({ eventName, userIdentity, errorCode }) =>
        eventName === 'CreateKey' &&
        userIdentity.sessionContext?.sessionIssuer.arn === arn &&
        errorCode === undefined,
    ).length;

  it('lets a role make just the key that its conditions describe, which no emulator’s policy language knows', async () => {
    const { KeyMetadata } = await prepare.kms.send(new CreateKeyCommand(wanted()));
    const KeyId = KeyMetadata?.Arn;
    assert.equal(KeyMetadata?.KeyState, 'Enabled');
    assert.equal(KeyMetadata?.Description, wanted().Description);
    const { Policy = '' } = await root.send(new GetKeyPolicyCommand({ KeyId, PolicyName: 'default' }));
    assert.deepEqual(normalPolicy(JSON.parse(Policy)), normalPolicy(JSON.parse(fixed())));
  });

  for (const [what, change] of Object.entries({
    'another spec': { KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' },
    'another usage': { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' },
    'imported material': { Origin: 'EXTERNAL' },
    'more than one Region': { MultiRegion: true },
    'the lockout safety check in place': { BypassPolicyLockoutSafetyCheck: false },
    'no word about the lockout safety check': { BypassPolicyLockoutSafetyCheck: undefined },
    'another tag’s value': { Tags: [{ TagKey: 'writ', TagValue: 'desk' }] },
    'one tag more': { Tags: [...wanted().Tags, { TagKey: 'more', TagValue: 'x' }] },
    'no tags': { Tags: undefined },
  } as const)) {
    it(`does not let it make one with ${what}`, async () => {
      const before = made(prepare);
      await denied(prepare.kms.send(new CreateKeyCommand({ ...wanted(), ...change } as never)));
      assert.equal(made(prepare), before);
    });
  }

  it('asks for kms:TagResource if there are tags', async () => {
    await denied(
      plain.kms.send(new CreateKeyCommand({ Tags: wanted().Tags })),
      /kms:TagResource on resource: arn/,
    );
    await plain.kms.send(new CreateKeyCommand({}));
  });

  it('denies whom no policy allows, and lets the account’s root make any key', async () => {
    await denied(stranger.kms.send(new CreateKeyCommand({})), /kms:CreateKey on resource: \*/);
    const { KeyMetadata } = await root.send(
      new CreateKeyCommand({ Tags: wanted().Tags, Description: 'by the root' }),
    );
    const { Tags } = await root.send(new ListResourceTagsCommand({ KeyId: KeyMetadata?.KeyId }));
    assert.deepEqual(Tags, wanted().Tags);
    assert.equal(KeyMetadata?.Description, 'by the root');
    const { Policy } = await root.send(
      new GetKeyPolicyCommand({ KeyId: KeyMetadata?.KeyId, PolicyName: 'default' }),
    );
    assert.match(Policy ?? '', /:root/, 'without a policy, KMS’s default one');
  });

  it('refuses a policy that locks its maker out, unless told to bypass the check', async () => {
    const Policy = fixed();
    const locked = /will not allow you to update the key policy/;
    await fails(plain.kms.send(new CreateKeyCommand({ Policy })), 'MalformedPolicyDocumentException', locked);
    await plain.kms.send(new CreateKeyCommand({ Policy, BypassPolicyLockoutSafetyCheck: true }));
    const own = policy([{ ...allow('kms:*'), Principal: { AWS: plain.arn } }]);
    const { KeyMetadata } = await plain.kms.send(new CreateKeyCommand({ Policy: own }));
    const KeyId = KeyMetadata?.Arn;
    const put = (more: object) => plain.kms.send(new PutKeyPolicyCommand({ KeyId, Policy, ...more }));
    await fails(put({}), 'MalformedPolicyDocumentException', locked);
    await fails(put({ Policy: 'no policy' }), 'MalformedPolicyDocumentException');
    await put({ BypassPolicyLockoutSafetyCheck: true });
    await denied(put({ BypassPolicyLockoutSafetyCheck: true }));
  });

  it('makes no key for a caller whose signature does not hold', async () => {
    const before = made(prepare);
    const forger = await forged(cloud, prepare);
    await fails(forger.send(new CreateKeyCommand(wanted())), 'InvalidSignatureException');
    assert.equal(made(prepare), before);
  });
});

if (skip) await cloud.stop();
