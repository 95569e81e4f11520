import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import {
  CreateGrantCommand,
  CreateKeyCommand,
  DecryptCommand,
  EncryptCommand,
  GenerateMacCommand,
  KMSClient,
  ListGrantsCommand,
  ListKeysCommand,
  ReEncryptCommand,
  RetireGrantCommand,
} from '@aws-sdk/client-kms';
import { lacks } from '#dev/cloud/capabilities.ts';
import { cloudUnderTest } from '#dev/cloud/cloud.ts';
import { readKmsJournal } from '#dev/cloud/journal.ts';
import { account, allow, denied, fails, forged, makeRole, policy, type Role, settings } from './live.ts';

const cloud = await cloudUnderTest();
const skip = lacks(cloud, 'ours');

const CONTEXT = { subject: 's-1', kind: 'access', epoch: '2026-11' };
const SECRET = new TextEncoder().encode('a plaintext that nobody may find');

describe('the journal of what came through the gate', { skip }, () => {
  const run = `journal-${process.pid}-${Date.now()}`;
  const root = new KMSClient(settings(cloud));
  let writer: Role;
  let KeyId = '';
  before(async () => {
    writer = await makeRole(cloud, `${run}-writer`, [
      allow(['kms:Encrypt', 'kms:ReEncrypt*', 'kms:CreateKey']),
    ]);
    const Policy = policy([{ ...allow('kms:*'), Principal: account(cloud) }]);
    const made = await root.send(new CreateKeyCommand({ Policy }));
    KeyId = made.KeyMetadata?.Arn ?? '';
  });
  after(() => cloud.stop());

  /** What was written of one role's calls since a moment. */
  const told = (role: Role, from = 0) =>
    readKmsJournal(cloud.stateDir)
      .filter(({ userIdentity }) => userIdentity.sessionContext?.sessionIssuer.arn === role.arn)
      .slice(from);
  const encrypt = (who: KMSClient) =>
    who.send(new EncryptCommand({ KeyId, Plaintext: SECRET, EncryptionContext: CONTEXT }));

  it('has a call as soon as it is answered: who, which key, which context', async () => {
    const start = Date.now();
    await encrypt(writer.kms);
    const events = told(writer);
    assert.equal(events.length, 1);
    const [{ eventTime = '', ...event } = {}] = events;
    assert.deepEqual(event, {
      eventSource: 'kms.amazonaws.com',
      eventName: 'Encrypt',
      userIdentity: {
        arn: `arn:aws:sts::${cloud.accountId}:assumed-role/${run}-writer/gate-test`,
        sessionContext: { sessionIssuer: { arn: writer.arn } },
      },
      requestParameters: { keyId: KeyId, encryptionContext: CONTEXT },
      resources: [{ ARN: KeyId }],
    });
    assert(Date.parse(eventTime) >= start && Date.parse(eventTime) <= Date.now());
  });

  it('counts each call once, however many there are at a time, and none that the gate makes itself', async () => {
    const { CiphertextBlob } = await encrypt(root);
    const from = told(writer).length;
    const again = () =>
      writer.kms.send(
        new ReEncryptCommand({
          CiphertextBlob,
          SourceEncryptionContext: CONTEXT,
          DestinationKeyId: KeyId,
          DestinationEncryptionContext: { ...CONTEXT, more: '1' },
        }),
      );
    await Promise.all(Array.from({ length: 20 }, again));
    const events = told(writer, from);
    assert.equal(events.length, 20);
    for (const { eventName, requestParameters, resources } of events) {
      assert.equal(eventName, 'ReEncrypt');
      assert.deepEqual(requestParameters, {
        sourceEncryptionContext: CONTEXT,
        destinationKeyId: KeyId,
        destinationEncryptionContext: { ...CONTEXT, more: '1' },
      });
      assert.deepEqual(resources, [{ ARN: KeyId }, { ARN: KeyId }]);
    }
    const inner = readKmsJournal(cloud.stateDir).filter(
      ({ eventName, resources }) => eventName === 'Decrypt' && resources[0]?.ARN === KeyId,
    );
    assert.deepEqual(inner, []);
  });

  it('says why a call failed: denied, or refused by KMS, or naming no key', async () => {
    const { CiphertextBlob } = await encrypt(root);
    const decrypt = (who: KMSClient) => who.send(new DecryptCommand({ CiphertextBlob }));
    const from = told(writer).length;
    await denied(decrypt(writer.kms));
    await denied(writer.kms.send(new ListGrantsCommand({ KeyId })));
    await fails(encryptWith('alias/none'), 'NotFoundException');
    assert.deepEqual(
      told(writer, from).map(({ eventName, errorCode, resources }) => [
        eventName,
        errorCode,
        resources[0]?.ARN,
      ]),
      [
        ['Decrypt', 'AccessDenied', KeyId],
        ['ListGrants', 'AccessDenied', KeyId],
        ['Encrypt', 'NotFoundException', undefined],
      ],
    );
    await fails(decrypt(root), 'InvalidCiphertextException');
    const last = readKmsJournal(cloud.stateDir).findLast(({ resources }) => resources[0]?.ARN === KeyId);
    assert.deepEqual([last?.eventName, last?.errorCode], ['Decrypt', 'InvalidCiphertextException']);
    assert.deepEqual(last?.userIdentity, { arn: `arn:aws:iam::${cloud.accountId}:root` });
  });
  const encryptWith = (name: string) =>
    writer.kms.send(new EncryptCommand({ KeyId: name, Plaintext: SECRET }));

  it('has the key that a CreateKey made', async () => {
    const from = told(writer).length;
    const { KeyMetadata } = await writer.kms.send(new CreateKeyCommand({ Description: run }));
    const [event] = told(writer, from);
    assert.deepEqual(event?.resources, [{ ARN: KeyMetadata?.Arn }]);
    assert.deepEqual(event?.requestParameters, { description: run });
  });

  it('knows nothing of callers who were not recognised, nor of calls that are on no key', async () => {
    const from = told(writer).length;
    const forger = await forged(cloud, writer);
    await fails(encrypt(forger), 'InvalidSignatureException');
    await fails(
      forger.send(new ReEncryptCommand({ CiphertextBlob: SECRET, DestinationKeyId: KeyId })),
      'InvalidSignatureException',
    );
    await denied(writer.kms.send(new ListKeysCommand({})));
    assert.deepEqual(told(writer, from), []);
  });

  it('holds nothing that KMS keeps secret', async () => {
    const mac = await root.send(
      new CreateKeyCommand({ KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' }),
    );
    await root.send(
      new GenerateMacCommand({
        KeyId: mac.KeyMetadata?.Arn,
        Message: SECRET,
        MacAlgorithm: 'HMAC_SHA_256',
      }),
    );
    const { CiphertextBlob } = await encrypt(root);
    await root.send(new DecryptCommand({ CiphertextBlob, EncryptionContext: CONTEXT }));
    const { GrantToken } = await root.send(
      new CreateGrantCommand({ KeyId, GranteePrincipal: writer.arn, Operations: ['Decrypt'] }),
    );
    assert(GrantToken);
    await root.send(new RetireGrantCommand({ GrantToken }));
    const text = readFileSync(join(cloud.stateDir, 'kms.jsonl'), 'utf8');
    assert.match(text, /"eventName":"RetireGrant"/);
    for (const secret of [Buffer.from(SECRET), Buffer.from(CiphertextBlob ?? [])])
      assert(!text.includes(secret.toString('base64')));
    assert(!text.includes(GrantToken));
  });
});

if (skip) await cloud.stop();
