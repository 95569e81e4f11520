import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { AttachRolePolicyCommand, CreatePolicyCommand, IAMClient } from '@aws-sdk/client-iam';
import {
  CreateGrantCommand,
  CreateKeyCommand,
  DecryptCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GetKeyPolicyCommand,
  GrantOperation,
  KMSClient,
  ListGrantsCommand,
  PutKeyPolicyCommand,
  RetireGrantCommand,
  RevokeGrantCommand,
} from '@aws-sdk/client-kms';
import { normalPolicy } from '#core/iam-policy.ts';
import { type Cloud, cloudUnderTest } from '#dev/cloud/cloud.ts';
import { signed } from '#dev/cloud/gate/sign.ts';
import { account, allow, asked, denied, makeRole, policy, settings } from './live.ts';

const CONTEXT = { subject: 's-1', kind: 'access', epoch: '2026-11' };
const SECRET = new TextEncoder().encode('wrapped private key');

const cloud = await cloudUnderTest();
const skip = cloud.enforces ? false : 'this emulator does not enforce key policies and grants';

describe('the KMS gate before a real emulator', { skip }, () => {
  const run = `gate-${process.pid}-${Date.now()}`;
  const roles = { collect: '', authorise: '', seal: '', expire: '', stranger: '' };
  type Role = keyof typeof roles;
  const as = {} as Record<Role | 'root', KMSClient>;
  let KeyId = '';
  let sealed: Uint8Array;

  before(async () => {
    const iam = new IAMClient(settings(cloud));
    for (const name of Object.keys(roles) as Role[]) {
      const everything = name === 'seal' || name === 'stranger' ? [allow('kms:*')] : [];
      const { arn, kms } = await makeRole(cloud, `${run}-${name}`, everything);
      roles[name] = arn;
      as[name] = kms;
    }
    as.root = new KMSClient(settings(cloud));
    const managed = await iam.send(
      new CreatePolicyCommand({
        PolicyName: run,
        PolicyDocument: policy([allow('kms:RevokeGrant')]),
      }),
    );
    await iam.send(
      new AttachRolePolicyCommand({ RoleName: `${run}-expire`, PolicyArn: managed.Policy?.Arn ?? '' }),
    );

    const made = await as.root.send(new CreateKeyCommand({ Policy: vaultPolicy(cloud, roles) }));
    KeyId = made.KeyMetadata?.Arn ?? '';
    const written = await as.seal.send(
      new EncryptCommand({ KeyId, Plaintext: SECRET, EncryptionContext: CONTEXT }),
    );
    sealed = written.CiphertextBlob ?? new Uint8Array();
  });
  after(() => cloud.stop());

  const decrypt = (who: KMSClient, EncryptionContext: Record<string, string> = CONTEXT) =>
    who.send(new DecryptCommand({ CiphertextBlob: sealed, EncryptionContext }));
  const grant = (who: KMSClient, more: Partial<CreateGrantCommand['input']> = {}) =>
    who.send(
      new CreateGrantCommand({
        KeyId,
        GranteePrincipal: roles.collect,
        RetiringPrincipal: roles.expire,
        Operations: [GrantOperation.Decrypt],
        Constraints: { EncryptionContextEquals: CONTEXT },
        ...more,
      }),
    );
  const clear = async () => {
    const { Grants = [] } = await as.root.send(new ListGrantsCommand({ KeyId }));
    for (const { GrantId } of Grants) await as.root.send(new RevokeGrantCommand({ KeyId, GrantId }));
  };

  it('lets the writer seal and not open, whatever its own policy says', async () => {
    await denied(decrypt(as.seal), /explicit deny/);
  });

  it('lets nobody open without a grant, the account root neither', async () => {
    await denied(decrypt(as.root), /explicit deny/);
    await denied(decrypt(as.stranger), /explicit deny/);
    await denied(decrypt(as.collect));
    await denied(as.root.send(new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256' })), /explicit deny/);
  });

  it('lets the grantee open exactly the context of its grant', async () => {
    await grant(as.authorise);
    const opened = await decrypt(as.collect);
    assert.deepEqual(opened.Plaintext, SECRET);
    for (const wrong of [
      {},
      { subject: 's-1', kind: 'access' },
      { ...CONTEXT, more: '1' },
      { ...CONTEXT, subject: 's-2' },
      { ...CONTEXT, kind: 'Access' },
      { Subject: 's-1', kind: 'access', epoch: '2026-11' },
    ]) {
      await denied(decrypt(as.collect, wrong));
    }
    await denied(decrypt(as.stranger), /explicit deny/);
    await denied(decrypt(as.root), /explicit deny/);
    await clear();
    await denied(decrypt(as.collect));
  });

  it('opens any context that holds the pairs of a subset constraint, if the ciphertext was made under it', async () => {
    await grant(as.authorise, { Constraints: { EncryptionContextSubset: { subject: 's-1' } } });
    assert.deepEqual((await decrypt(as.collect)).Plaintext, SECRET);
    await denied(decrypt(as.collect, { kind: 'access', epoch: '2026-11' }));
    await assert.rejects(decrypt(as.collect, { ...CONTEXT, more: '1' }), {
      name: 'InvalidCiphertextException',
    });
    await clear();
  });

  it('lets the minter mint nothing wider than the key policy says, and nobody else anything', async () => {
    await denied(grant(as.authorise, { Operations: [GrantOperation.Decrypt, GrantOperation.Encrypt] }));
    await denied(grant(as.authorise, { Operations: [GrantOperation.CreateGrant] }));
    await denied(grant(as.authorise, { Constraints: undefined }));
    await denied(grant(as.authorise, { Constraints: {} }));
    await denied(grant(as.authorise, { GranteePrincipal: roles.authorise }));
    await denied(grant(as.authorise, { GranteePrincipal: roles.stranger }));
    await denied(grant(as.collect));
    await denied(grant(as.seal), /explicit deny/);
    const { Grants } = await as.root.send(new ListGrantsCommand({ KeyId }));
    assert.deepEqual(Grants, []);
  });

  it('makes one grant of a repeated call with the same name', async () => {
    const first = await grant(as.authorise, { Name: 'case-1' });
    const second = await grant(as.authorise, { Name: 'case-1' });
    const third = await grant(as.authorise, { Name: 'case-2' });
    assert.equal(second.GrantId, first.GrantId);
    assert.notEqual(third.GrantId, first.GrantId);
    await clear();
  });

  it('lets the retiring principal retire, by id or token, and then refuses the grantee', async () => {
    const { GrantId } = await grant(as.authorise);
    await denied(as.collect.send(new RetireGrantCommand({ KeyId, GrantId })));
    await denied(as.stranger.send(new RetireGrantCommand({ KeyId, GrantId })));
    await decrypt(as.collect);
    await as.expire.send(new RetireGrantCommand({ KeyId, GrantId }));
    await denied(decrypt(as.collect));
    const { GrantToken } = await grant(as.authorise);
    await as.expire.send(new RetireGrantCommand({ GrantToken }));
    await denied(decrypt(as.collect));
  });

  it('lets an identity policy revoke, here a managed one, and then refuses the grantee', async () => {
    const { GrantId } = await grant(as.authorise);
    await denied(as.collect.send(new RevokeGrantCommand({ KeyId, GrantId })));
    await as.expire.send(new RevokeGrantCommand({ KeyId, GrantId }));
    await denied(decrypt(as.collect));
  });

  it('believes no caller whose signature the emulator cannot verify', async () => {
    await grant(as.authorise);
    const real = await as.collect.config.credentials();
    for (const forged of [
      { ...real, secretAccessKey: 'guessed' },
      { ...real, sessionToken: 'guessed' },
      { accessKeyId: real.accessKeyId, secretAccessKey: real.secretAccessKey },
    ]) {
      const forger = new KMSClient({ ...settings(cloud), credentials: forged });
      await assert.rejects(decrypt(forger), (error: Error) => !/AccessDenied/.test(error.name));
    }
    await clear();
  });

  it('cannot be got around by a call that it reads otherwise than the emulator', async () => {
    const CiphertextBlob = Buffer.from(sealed).toString('base64');
    const plain = Buffer.from(JSON.stringify({ CiphertextBlob, EncryptionContext: CONTEXT }));
    const ask = async (body: Buffer, service = 'kms', more: Record<string, string> = {}) => {
      const request = {
        host: new URL(cloud.endpoint).host,
        region: cloud.region,
        service,
        body,
        headers: {
          'content-type': 'application/x-amz-json-1.1',
          'x-amz-target': 'TrentService.Decrypt',
          ...more,
        },
      };
      const { host: _, ...headers } = signed(request, cloud.credentials);
      const answer = await fetch(cloud.endpoint, { method: 'POST', headers, body: new Uint8Array(body) });
      return JSON.parse(await answer.text()).__type;
    };
    const naming = (KeyId: string) => Buffer.from(JSON.stringify({ ...JSON.parse(plain.toString()), KeyId }));
    assert.equal(await ask(plain), 'AccessDeniedException');
    for (const name of ['alias/none', 'bogus', `${KeyId}0`, '']) {
      assert.equal(await ask(naming(name)), 'AccessDeniedException', `the key it names: "${name}"`);
    }
    assert.equal(await ask(plain, 's3'), 'IncompleteSignatureException');
    const lost = Buffer.from(`{"CiphertextBlob":"${CiphertextBlob}","EncryptionContext":{"__proto__":"x"}}`);
    assert.equal(await ask(lost), 'SerializationException');
    assert.equal(await ask(gzipSync(plain), 'kms', { 'content-encoding': 'gzip' }), 'SerializationException');
  });

  it('believes no caller who says twice who they are, and no call that says twice what it is', async () => {
    await grant(as.authorise);
    const body = Buffer.from(
      JSON.stringify({ CiphertextBlob: Buffer.from(sealed).toString('base64'), EncryptionContext: CONTEXT }),
    );
    const headersOf = async (who: KMSClient) => {
      const { host } = new URL(cloud.endpoint);
      const target = {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': 'TrentService.Decrypt',
        'x-amz-security-token': (await who.config.credentials()).sessionToken ?? '',
      };
      const request = { host, region: cloud.region, service: 'kms', body, headers: target };
      return signed(request, await who.config.credentials());
    };
    const mine = await headersOf(as.stranger);
    const theirs = await headersOf(as.collect);
    const { status } = await asked(cloud, Object.entries(theirs), body);
    assert.equal(status, 200, 'said once, it is collect who calls');
    for (const twice of [
      ['authorization', theirs.authorization ?? ''],
      ['x-amz-target', 'TrentService.DescribeKey'],
    ] as const) {
      const both = [
        [twice, ...Object.entries(mine)],
        [...Object.entries(mine), twice],
      ];
      for (const headers of both)
        assert.match((await asked(cloud, headers, body)).body, /IncompleteSignatureException/);
    }
    await clear();
  });

  it('gives a policy back as KMS does: what it says, with its lists written anew', async () => {
    const { Policy = '' } = await as.root.send(new GetKeyPolicyCommand({ KeyId, PolicyName: 'default' }));
    const given = JSON.parse(vaultPolicy(cloud, roles));
    assert.notDeepEqual(JSON.parse(Policy), given);
    assert.deepEqual(normalPolicy(JSON.parse(Policy)), normalPolicy(given));
  });

  it('follows a changed key policy at once', async () => {
    const { Policy } = await as.root.send(new GetKeyPolicyCommand({ KeyId, PolicyName: 'default' }));
    await grant(as.authorise);
    await decrypt(as.collect);
    const closed = JSON.parse(Policy ?? '{}');
    closed.Statement.push({ Effect: 'Deny', Principal: '*', Action: 'kms:Decrypt', Resource: '*' });
    await as.root.send(new PutKeyPolicyCommand({ KeyId, Policy: JSON.stringify(closed) }));
    await denied(decrypt(as.collect), /explicit deny/);
    await as.root.send(new PutKeyPolicyCommand({ KeyId, Policy: Policy ?? '' }));
    await decrypt(as.collect);
    await clear();
  });
});

if (skip) await cloud.stop();

/** The shape of a vault key's policy: the account administers, no one opens but collect, and only by a grant. */
function vaultPolicy(of: Cloud, roles: { collect: string; authorise: string; seal: string }): string {
  return policy([
    { Effect: 'Allow', Principal: account(of), Action: 'kms:*', Resource: '*' },
    {
      Effect: 'Deny',
      Principal: '*',
      Action: ['kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*'],
      Resource: '*',
      Condition: { ArnNotEquals: { 'aws:PrincipalArn': roles.collect } },
    },
    {
      Effect: 'Deny',
      Principal: '*',
      Action: 'kms:CreateGrant',
      Resource: '*',
      Condition: { ArnNotEquals: { 'aws:PrincipalArn': [roles.authorise, roles.collect] } },
    },
    {
      Effect: 'Allow',
      Principal: { AWS: roles.authorise },
      Action: 'kms:CreateGrant',
      Resource: '*',
      Condition: {
        'ForAllValues:StringEquals': { 'kms:GrantOperations': ['Decrypt'] },
        StringEquals: {
          'kms:GranteePrincipal': roles.collect,
          'kms:GrantConstraintType': ['EncryptionContextEquals', 'EncryptionContextSubset'],
        },
      },
    },
  ]);
}
