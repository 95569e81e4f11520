import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  CreateGrantCommand,
  CreateKeyCommand,
  DecryptCommand,
  EncryptCommand,
  GetKeyPolicyCommand,
  KMSClient,
  ListGrantsCommand,
  ReEncryptCommand,
  RetireGrantCommand,
  RevokeGrantCommand,
} from '@aws-sdk/client-kms';
import { cloudUnderTest } from '#dev/cloud/cloud.ts';
import { beginLag, hasGate } from '#dev/cloud/gate/control.ts';
import { account, allow, denied, fails, makeRole, policy, type Role, settings } from './live.ts';

const CONTEXT = { subject: 's-1', kind: 'access', epoch: '2026-11' };
const SECRET = new TextEncoder().encode('wrapped private key');

const cloud = await cloudUnderTest();
const skip = hasGate(cloud) ? false : 'there is no gate before this emulator';

describe('KMS that lags, by the gate', { skip }, () => {
  const run = `lag-${process.pid}-${Date.now()}`;
  let root: KMSClient;
  let collect: Role;
  let KeyId = '';
  let sealed: Uint8Array;

  before(async () => {
    root = new KMSClient(settings(cloud));
    collect = await makeRole(cloud, run);
    KeyId = await key('a key');
    const Plaintext = SECRET;
    const made = await root.send(new EncryptCommand({ KeyId, Plaintext, EncryptionContext: CONTEXT }));
    sealed = made.CiphertextBlob ?? new Uint8Array();
  });
  after(() => cloud.stop());

  async function key(Description: string): Promise<string> {
    const Policy = policy([allow('kms:*', { Principal: account(cloud) })]);
    const Tags = [{ TagKey: 'writ', TagValue: 'vault' }];
    const { KeyMetadata } = await root.send(new CreateKeyCommand({ Policy, Description, Tags }));
    return KeyMetadata?.Arn ?? '';
  }
  async function mint(Name: string) {
    const Constraints = { EncryptionContextEquals: CONTEXT };
    const input = {
      KeyId,
      GranteePrincipal: collect.arn,
      Operations: ['Decrypt' as const],
      Constraints,
      Name,
    };
    const { GrantId = '', GrantToken = '' } = await root.send(new CreateGrantCommand(input));
    return { GrantId, GrantToken };
  }
  const open = (...GrantTokens: string[]) =>
    collect.kms.send(new DecryptCommand({ CiphertextBlob: sealed, EncryptionContext: CONTEXT, GrantTokens }));
  const revoke = (GrantId: string) => root.send(new RevokeGrantCommand({ KeyId, GrantId }));
  const listed = async () =>
    ((await root.send(new ListGrantsCommand({ KeyId }))).Grants ?? []).map(({ GrantId }) => GrantId);

  it('takes a new grant with its token alone, lists it to nobody and ends it for nobody, until KMS follows', async () => {
    const follow = await beginLag(cloud, { name: `${run}/minted`, changes: ['minted'] });
    const { GrantId, GrantToken } = await mint(`${run}/minted`);
    await denied(open());
    await open(GrantToken);
    assert.deepEqual(await listed(), []);
    await fails(revoke(GrantId), 'NotFoundException');
    await follow();
    await open();
    assert.deepEqual(await listed(), [GrantId]);
    await revoke(GrantId);
    await denied(open(GrantToken));
  });

  it('lists a revoked grant and opens by it until KMS follows; another grant of the key ends at once', async () => {
    const follow = await beginLag(cloud, { name: `${run}/revoked`, changes: ['revoked'] });
    const [late, other] = [await mint(`${run}/revoked`), await mint(`${run}/other`)];
    await revoke(other.GrantId);
    assert.deepEqual(await listed(), [late.GrantId]);
    await revoke(late.GrantId);
    await fails(revoke(late.GrantId), 'NotFoundException');
    assert.deepEqual(await listed(), [late.GrantId]);
    assert.deepEqual((await open()).Plaintext, SECRET);
    await follow();
    assert.deepEqual(await listed(), []);
    await denied(open(late.GrantToken));
  });

  it('retires a grant that KMS does not list yet, by its token', async () => {
    const follow = await beginLag(cloud, { name: `${run}/retired`, changes: ['minted'] });
    const { GrantId, GrantToken } = await mint(`${run}/retired`);
    await fails(root.send(new RetireGrantCommand({ KeyId, GrantId })), 'NotFoundException');
    await root.send(new RetireGrantCommand({ GrantToken }));
    await follow();
    await denied(open(GrantToken));
  });

  it('does not find a new key, and counts its tags later than it finds it', async () => {
    const name = `${run} a new key`;
    const found = await beginLag(cloud, { name, changes: ['made'] });
    const tagged = await beginLag(cloud, { name: `${run} a tagged key`, changes: ['tagged'] });
    const deny = { Condition: { StringNotEquals: { 'aws:ResourceTag/writ': 'vault' } } };
    const re = await makeRole(cloud, `${run}-re`, [
      allow('kms:*'),
      { Effect: 'Deny', Action: 'kms:ReEncrypt*', Resource: '*', ...deny },
    ]);
    const DestinationKeyId = await key(name);
    const later = await key(`${run} a tagged key`);
    const into = (DestinationKeyId: string) =>
      re.kms.send(
        new ReEncryptCommand({
          CiphertextBlob: sealed,
          SourceEncryptionContext: CONTEXT,
          DestinationKeyId,
          DestinationEncryptionContext: CONTEXT,
        }),
      );
    await fails(root.send(new GetKeyPolicyCommand({ KeyId: DestinationKeyId })), 'NotFoundException');
    await fails(into(DestinationKeyId), 'NotFoundException');
    await found();
    await root.send(new GetKeyPolicyCommand({ KeyId: DestinationKeyId }));
    await into(DestinationKeyId);
    await denied(into(later), /explicit deny/);
    await tagged();
    await into(later);
  });

  it('takes orders from nobody who does not hold its token, credentials or none', async () => {
    const body = JSON.stringify({ begin: { name: 'writ/', changes: ['revoked'] } });
    for (const token of ['', 'guessed', cloud.credentials.secretAccessKey]) {
      const answer = await fetch(`${cloud.endpoint}/_writ/lag`, {
        method: 'POST',
        headers: { 'x-writ-token': token },
        body,
      });
      assert.equal(answer.status, 403);
    }
    await assert.rejects(beginLag(cloud, { name: '', changes: ['revoked'] }), /did not take/);
  });
});

if (skip) await cloud.stop();
