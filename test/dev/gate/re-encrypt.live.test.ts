import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  CancelKeyDeletionCommand,
  CreateAliasCommand,
  CreateGrantCommand,
  CreateKeyCommand,
  DecryptCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  EncryptCommand,
  type GrantOperation,
  KMSClient,
  PutKeyPolicyCommand,
  ReEncryptCommand,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms';
import { lacks } from '#dev/cloud/capabilities.ts';
import { cloudUnderTest } from '#dev/cloud/cloud.ts';
import { signed } from '#dev/cloud/gate/sign.ts';
import {
  account,
  allow,
  asked,
  denied,
  fails,
  forged,
  makeRole,
  policy,
  type Role,
  settings,
} from './live.ts';

const cloud = await cloudUnderTest();
const skip = lacks(cloud, 'ours');

const FROM = { subject: 's-1', kind: 'access', epoch: '2026-11' };
const TO = { ...FROM, preservation: 'p-1' };
const SECRET = new TextEncoder().encode('wrapped private key');

describe('ReEncrypt, which the gate makes of its parts', { skip }, () => {
  const run = `reencrypt-${process.pid}-${Date.now()}`;
  const root = new KMSClient(settings(cloud));
  let preserve: Role;
  let nobody: Role;
  let byIam: Role;
  let source = '';
  let destination = '';
  let sealed: Uint8Array;

  const role = (name: string, ...statements: object[]) => makeRole(cloud, `${run}-${name}`, statements);
  const administered = () => ({ ...allow('kms:*'), Principal: account(cloud) });
  const to = (who: Role, Action: string | string[], Condition = {}) => ({
    ...allow(Action, { Condition }),
    Principal: { AWS: who.arn },
  });
  const key = async (...statements: object[]) => {
    const { KeyMetadata } = await root.send(
      new CreateKeyCommand({ Policy: policy([administered(), ...statements]) }),
    );
    return KeyMetadata?.Arn ?? '';
  };
  const change = (KeyId: string, ...statements: object[]) =>
    root.send(new PutKeyPolicyCommand({ KeyId, Policy: policy([administered(), ...statements]) }));
  const call = (more: Partial<ReEncryptCommand['input']> = {}) =>
    new ReEncryptCommand({
      CiphertextBlob: sealed,
      SourceEncryptionContext: FROM,
      DestinationKeyId: destination,
      DestinationEncryptionContext: TO,
      ...more,
    });
  const opened = async (CiphertextBlob: Uint8Array | undefined, EncryptionContext: Record<string, string>) =>
    (await root.send(new DecryptCommand({ CiphertextBlob, EncryptionContext }))).Plaintext;

  before(async () => {
    [preserve, nobody, byIam] = await Promise.all([
      role('preserve'),
      role('nobody'),
      role('by-iam', allow('kms:ReEncrypt*')),
    ]);
    source = await key(to(preserve, 'kms:ReEncryptFrom'));
    destination = await key(to(preserve, 'kms:ReEncryptTo'));
    const made = await root.send(
      new EncryptCommand({ KeyId: source, Plaintext: SECRET, EncryptionContext: FROM }),
    );
    sealed = made.CiphertextBlob ?? new Uint8Array();
  });
  after(() => cloud.stop());

  it('answers as KMS does, and what it made opens under the destination’s key and context', async () => {
    const { $metadata: _, CiphertextBlob, ...answer } = await preserve.kms.send(call());
    assert.deepEqual(answer, {
      SourceKeyId: source,
      KeyId: destination,
      SourceEncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
      DestinationEncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
    });
    assert.deepEqual(await opened(CiphertextBlob, TO), SECRET);
    await fails(opened(CiphertextBlob, FROM), 'InvalidCiphertextException');
    const { KeyId } = await root.send(new DecryptCommand({ CiphertextBlob, EncryptionContext: TO }));
    assert.equal(KeyId, destination);
  });

  it('shows nobody the plaintext, and allows neither Decrypt nor Encrypt', async () => {
    const request = {
      host: new URL(cloud.endpoint).host,
      region: cloud.region,
      service: 'kms',
      body: Buffer.from(
        JSON.stringify({
          CiphertextBlob: Buffer.from(sealed).toString('base64'),
          SourceEncryptionContext: FROM,
          DestinationKeyId: destination,
        }),
      ),
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': 'TrentService.ReEncrypt',
      },
    };
    const answer = await asked(cloud, Object.entries(signed(request, cloud.credentials)), request.body);
    assert.equal(answer.status, 200);
    assert.deepEqual(Object.keys(JSON.parse(answer.body)).sort(), [
      'CiphertextBlob',
      'DestinationEncryptionAlgorithm',
      'KeyId',
      'SourceEncryptionAlgorithm',
      'SourceKeyId',
    ]);
    assert(!answer.body.includes(Buffer.from(SECRET).toString('base64')));
    await denied(preserve.kms.send(new DecryptCommand({ CiphertextBlob: sealed, EncryptionContext: FROM })));
    await denied(preserve.kms.send(new EncryptCommand({ KeyId: destination, Plaintext: SECRET })));
  });

  it('takes the destination’s context, or none, as it is given', async () => {
    const { CiphertextBlob } = await preserve.kms.send(call({ DestinationEncryptionContext: undefined }));
    assert.deepEqual(await opened(CiphertextBlob, {}), SECRET);
  });

  for (const [what, context] of Object.entries({
    'no context': undefined,
    'an empty context': {},
    'another value': { ...FROM, subject: 's-2' },
    'a pair less': { subject: 's-1', kind: 'access' },
    'a pair more': { ...FROM, more: '1' },
    'a name in another case': { Subject: 's-1', kind: 'access', epoch: '2026-11' },
  })) {
    it(`refuses the source’s ciphertext with ${what} as invalid`, async () => {
      await fails(
        preserve.kms.send(call({ SourceEncryptionContext: context as typeof FROM })),
        'InvalidCiphertextException',
      );
    });
  }

  describe('names of keys', () => {
    it('may say the source’s, which must be the ciphertext’s', async () => {
      for (const SourceKeyId of [source, source.split('/')[1]])
        await preserve.kms.send(call({ SourceKeyId }));
      const other = await key(to(preserve, 'kms:ReEncryptFrom'));
      await fails(preserve.kms.send(call({ SourceKeyId: other })), 'IncorrectKeyException');
      await denied(preserve.kms.send(call({ SourceKeyId: destination })), /kms:ReEncryptFrom/);
    });
    it('may be aliases, as kms:RequestAlias sees them', async () => {
      const AliasName = `alias/${run}`;
      const named = await key(
        to(preserve, 'kms:ReEncryptTo', { StringEquals: { 'kms:RequestAlias': AliasName } }),
      );
      await root.send(new CreateAliasCommand({ AliasName, TargetKeyId: named }));
      const { KeyId } = await preserve.kms.send(call({ DestinationKeyId: AliasName }));
      assert.equal(KeyId, named);
      await denied(preserve.kms.send(call({ DestinationKeyId: named })), /kms:ReEncryptTo/);
    });
    it('must name keys that exist, and a ciphertext of one', async () => {
      const none = `${source.slice(0, -12)}000000000000`;
      await fails(preserve.kms.send(call({ SourceKeyId: none })), 'NotFoundException');
      await fails(preserve.kms.send(call({ DestinationKeyId: none })), 'NotFoundException');
      await fails(preserve.kms.send(call({ DestinationKeyId: undefined })), 'ValidationException');
      for (const CiphertextBlob of [new Uint8Array(200), SECRET])
        await fails(preserve.kms.send(call({ CiphertextBlob })), 'InvalidCiphertextException');
    });
  });

  describe('permission', () => {
    it('is needed on the source’s key', async () => {
      await denied(nobody.kms.send(call()), new RegExp(`kms:ReEncryptFrom on resource: ${source}`));
    });
    it('is needed on the destination’s key, and that on the source’s is not enough', async () => {
      const closed = await key(to(preserve, ['kms:ReEncryptFrom', 'kms:Encrypt', 'kms:Decrypt']));
      await denied(
        preserve.kms.send(call({ DestinationKeyId: closed })),
        new RegExp(`kms:ReEncryptTo on resource: ${closed}`),
      );
    });
    it('may come from identity policies, by leave of the key policies', async () => {
      await byIam.kms.send(call());
      const own = await makeRole(cloud, `${run}-from-only`, [allow('kms:ReEncryptFrom')]);
      await denied(own.kms.send(call()), /kms:ReEncryptTo/);
    });
    it('is denied by either key’s explicit deny, to the account’s root too, and under kms:ReEncrypt*', async () => {
      const everybodyBut = (arn: string) => ({
        ...allow('kms:ReEncrypt*', { Condition: { ArnNotEquals: { 'aws:PrincipalArn': arn } } }),
        Effect: 'Deny',
        Principal: '*',
      });
      const guarded = await key(to(preserve, 'kms:ReEncryptTo'), everybodyBut(preserve.arn));
      await preserve.kms.send(call({ DestinationKeyId: guarded }));
      for (const who of [root, byIam.kms])
        await denied(who.send(call({ DestinationKeyId: guarded })), /explicit deny/);
      await change(source, to(preserve, 'kms:ReEncryptFrom'), everybodyBut(preserve.arn));
      for (const who of [root, byIam.kms]) await denied(who.send(call()), /explicit deny/);
      await preserve.kms.send(call());
      await change(source, to(preserve, 'kms:ReEncryptFrom'));
    });
    it('is bound to the context of its own side', async () => {
      const bound = (Action: string, preservation?: string) =>
        to(preserve, Action, {
          StringEquals: {
            'kms:EncryptionContext:subject': 's-1',
            ...(preservation && { 'kms:EncryptionContext:preservation': preservation }),
          },
          'ForAllValues:StringEquals': {
            'kms:EncryptionContextKeys': [...Object.keys(FROM), ...(preservation ? ['preservation'] : [])],
          },
        });
      await change(source, bound('kms:ReEncryptFrom'));
      const bounded = await key(bound('kms:ReEncryptTo', 'p-1'));
      await preserve.kms.send(call({ DestinationKeyId: bounded }));
      for (const [more, action] of [
        [{ SourceEncryptionContext: TO }, 'From'],
        [{ SourceEncryptionContext: {} }, 'From'],
        [{ DestinationEncryptionContext: FROM }, 'To'],
        [{ DestinationEncryptionContext: { ...TO, preservation: 'p-2' } }, 'To'],
        [{ DestinationEncryptionContext: { ...TO, more: '1' } }, 'To'],
        [{ DestinationEncryptionContext: undefined }, 'To'],
      ] as const) {
        await denied(
          preserve.kms.send(call({ DestinationKeyId: bounded, ...more } as never)),
          new RegExp(`kms:ReEncrypt${action} `),
        );
      }
      await change(source, to(preserve, 'kms:ReEncryptFrom'));
    });
    it('may be for one key onto itself, or for another', async () => {
      const same = (value: string) => ({ Bool: { 'kms:ReEncryptOnSameKey': value } });
      const both = ['kms:ReEncryptFrom', 'kms:ReEncryptTo'];
      await change(source, to(preserve, both, same('true')));
      await preserve.kms.send(call({ DestinationKeyId: source }));
      await denied(preserve.kms.send(call()));
      await change(source, to(preserve, both, same('false')));
      await preserve.kms.send(call());
      await denied(preserve.kms.send(call({ DestinationKeyId: source })));
      await change(source, to(preserve, 'kms:ReEncryptFrom'));
    });
    it('may look at the tags of the key in question', async () => {
      const tagged = await makeRole(cloud, `${run}-tagged`, [
        allow('kms:ReEncrypt*', { Condition: { StringEquals: { 'aws:ResourceTag/writ': 'preserved' } } }),
      ]);
      const keyWith = async (TagValue: string) => {
        const Tags = [{ TagKey: 'writ', TagValue }];
        const { KeyMetadata } = await root.send(new CreateKeyCommand({ Tags }));
        return KeyMetadata?.Arn ?? '';
      };
      const [here, there, other] = [
        await keyWith('preserved'),
        await keyWith('preserved'),
        await keyWith('x'),
      ];
      const { CiphertextBlob } = await root.send(new EncryptCommand({ KeyId: here, Plaintext: SECRET }));
      const of = (DestinationKeyId: string) => new ReEncryptCommand({ CiphertextBlob, DestinationKeyId });
      await tagged.kms.send(of(there));
      await denied(tagged.kms.send(of(other)), /kms:ReEncryptTo/);
      await denied(tagged.kms.send(call({ DestinationKeyId: there })), /kms:ReEncryptFrom/);
    });
  });

  describe('a grant', () => {
    const granting = async (
      KeyId: string,
      who: Role,
      operation: GrantOperation,
      EncryptionContextEquals: Record<string, string>,
    ) =>
      root.send(
        new CreateGrantCommand({
          KeyId,
          GranteePrincipal: who.arn,
          Operations: [operation],
          Constraints: { EncryptionContextEquals },
        }),
      );
    it('of ReEncryptFrom and one of ReEncryptTo allow it, each under its own context', async () => {
      const grantee = await role('grantee');
      await granting(source, grantee, 'ReEncryptFrom', FROM);
      await denied(grantee.kms.send(call()), /kms:ReEncryptTo/);
      await granting(destination, grantee, 'ReEncryptTo', TO);
      await grantee.kms.send(call());
      await denied(grantee.kms.send(call({ SourceEncryptionContext: TO })), /kms:ReEncryptFrom/);
      await denied(grantee.kms.send(call({ DestinationEncryptionContext: FROM })), /kms:ReEncryptTo/);
      await denied(nobody.kms.send(call()));
    });
    it('of Decrypt and Encrypt, or the wrong way round, does not', async () => {
      const grantee = await role('wrong-grantee');
      for (const operation of ['Decrypt', 'ReEncryptTo'] as const)
        await granting(source, grantee, operation, FROM);
      for (const operation of ['Encrypt', 'ReEncryptFrom'] as const)
        await granting(destination, grantee, operation, TO);
      await denied(grantee.kms.send(call()), /kms:ReEncryptFrom/);
    });
  });

  it('does nothing for a caller whose signature does not hold, and answers as the emulator does', async () => {
    for (const who of [preserve, nobody, byIam]) {
      const forger = await forged(cloud, who);
      await fails(forger.send(call()), 'InvalidSignatureException');
      await fails(forger.send(call({ DestinationKeyId: 'alias/none' })), 'InvalidSignatureException');
    }
    const unknown = new KMSClient({
      ...settings(cloud),
      credentials: { accessKeyId: 'AKIAUNKNOWN000000000', secretAccessKey: 'x' },
    });
    await fails(unknown.send(call()), 'UnrecognizedClientException');
  });

  it('says of DryRun only that it would have succeeded', async () => {
    await fails(preserve.kms.send(call({ DryRun: true })), 'DryRunOperationException');
    await denied(nobody.kms.send(call({ DryRun: true })));
  });

  it('works with neither key disabled or pending deletion', async () => {
    const from = await key(to(preserve, 'kms:ReEncryptFrom'));
    const onto = await key(to(preserve, 'kms:ReEncryptTo'));
    const { CiphertextBlob } = await root.send(new EncryptCommand({ KeyId: from, Plaintext: SECRET }));
    const attempt = () => preserve.kms.send(new ReEncryptCommand({ CiphertextBlob, DestinationKeyId: onto }));
    for (const KeyId of [from, onto]) {
      await root.send(new DisableKeyCommand({ KeyId }));
      await fails(attempt(), 'DisabledException', new RegExp(`${KeyId} is disabled`));
      await denied(nobody.kms.send(new ReEncryptCommand({ CiphertextBlob, DestinationKeyId: onto })));
      await root.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
      await fails(attempt(), 'KMSInvalidStateException', new RegExp(`${KeyId} is pending deletion`));
      await root.send(new CancelKeyDeletionCommand({ KeyId }));
      await fails(attempt(), 'DisabledException');
      await root.send(new EnableKeyCommand({ KeyId }));
      await attempt();
    }
  });
});

if (skip) await cloud.stop();
