import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import {
  CreateGrantCommand,
  CreateKeyCommand,
  type CreateKeyCommandInput,
  DecryptCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GenerateDataKeyWithoutPlaintextCommand,
  GenerateMacCommand,
  GetKeyPolicyCommand,
  PutKeyPolicyCommand,
  ReEncryptCommand,
  RevokeGrantCommand,
  ScheduleKeyDeletionCommand,
  SignCommand,
  VerifyMacCommand,
} from '@aws-sdk/client-kms';
import { submitRequest } from '#client/agency.ts';
import { decideReview } from '#client/reviewer.ts';
import { eventText, type IdentityEvent } from '#core/events/identity.ts';
import { epochOf, nextEpoch } from '#core/vault/epoch.ts';
import { asAdministrator, roleOf } from '#dev/as.ts';
import type { Aws } from '#dev/aws.ts';
import { until } from '#dev/feed.ts';
import { liveVaultKeys } from '#dev/vault-keys.ts';
import type { World } from '#dev/world.ts';
import { functionNames } from '#lib/functions.ts';
import {
  approvedCase,
  asFunction,
  awsErrorOf,
  batchOf,
  grantsFor,
  ingest,
  lacks,
  login,
  monthsAgo,
  newAccount,
  newAgency,
  newRequest,
  number,
  theWorld,
  toldWhere,
  wholeScope,
} from '../harness.ts';
import { firstWrappedKey, invoked, isOfKeyPair, storedCase, wrappedKeys } from './tools.ts';

const DENIED = 'AccessDeniedException';

describe('I2 write-only', () => {
  let world: World;
  /** Everybody there is: every function, an administrator, the account's root. */
  const everybody = new Map<string, Aws>();
  let leave = async () => {};
  let scratchKey = '';
  let skip: string | false = false;
  const account = newAccount();

  before(async () => {
    world = await theWorld();
    skip = lacks(world.cloud, 'kms');
    if (skip !== false) return;
    for (const name of functionNames) everybody.set(name, await asFunction(world, name));
    const administrator = await asAdministrator(world.cloud, world.aws);
    leave = administrator.leave;
    everybody.set('administrator', administrator.aws);
    everybody.set('root', world.aws);
    // A key that an administrator made and may do everything with: where stolen ciphertexts would be carried to.
    const { KeyMetadata } = await world.aws.kms.send(new CreateKeyCommand({}));
    scratchKey = KeyMetadata?.Arn ?? '';
    await ingest(world, [login(account, 3), number(account, 4)]);
  });
  after(async () => {
    await leave();
    if (scratchKey !== '') {
      await world.aws.kms.send(new ScheduleKeyDeletionCommand({ KeyId: scratchKey, PendingWindowInDays: 7 }));
    }
  });

  const role = (name: string): Aws => {
    const aws = everybody.get(name);
    if (aws === undefined) throw new Error(`nobody is called ${name}`);
    return aws;
  };
  /** Who is allowed something: the names of all for whom an attempt does not end in a denial. */
  const allowed = async (attempt: (aws: Aws) => Promise<unknown>): Promise<string[]> => {
    const names: string[] = [];
    for (const [name, aws] of everybody) {
      const said = await awsErrorOf(attempt(aws));
      if (said !== DENIED) names.push(said === 'allowed' ? name : `${name}: ${said}`);
    }
    return names.sort();
  };

  test("I2 nobody, and without a grant not even collect's role, decrypts with the vault key", async (t) => {
    if (skip) return t.skip(skip);
    for (const { KeyId, CiphertextBlob, EncryptionContext } of await wrappedKeys(world, account)) {
      const call = { CiphertextBlob, EncryptionContext };
      assert.deepEqual(await allowed(({ kms }) => kms.send(new DecryptCommand({ KeyId, ...call }))), []);
      assert.deepEqual(await allowed(({ kms }) => kms.send(new DecryptCommand(call))), [], 'no key named');
    }
  });

  test('I2 naming another key or another context opens nothing either', async (t) => {
    if (skip) return t.skip(skip);
    const { publicKey, CiphertextBlob, EncryptionContext } = await firstWrappedKey(world, account);
    for (const [name, { kms }] of everybody) {
      for (const KeyId of [scratchKey, world.outputs.DeskKeyArn, world.outputs.IndexKeyArn]) {
        // KMS says IncorrectKeyException; the emulator deciphers with the wrong key, and gets noise.
        const opened = await kms
          .send(new DecryptCommand({ KeyId, CiphertextBlob, EncryptionContext }))
          .catch(() => undefined);
        assert.ok(!isOfKeyPair(opened?.Plaintext, publicKey), `${name} with ${KeyId}`);
      }
      for (const context of [undefined, {}, { ...EncryptionContext, kind: 'phone' }]) {
        const other = kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext: context }));
        assert.equal(await awsErrorOf(other), DENIED);
      }
    }
  });

  test('I2 nobody carries a wrapped key over to a key of their own, or has one made in the clear', async (t) => {
    if (skip) return t.skip(skip);
    const { KeyId, CiphertextBlob, EncryptionContext } = await firstWrappedKey(world, account);
    const carried = await allowed(({ kms }) =>
      kms.send(
        new ReEncryptCommand({
          CiphertextBlob,
          SourceEncryptionContext: EncryptionContext,
          DestinationKeyId: scratchKey,
        }),
      ),
    );
    assert.deepEqual(carried, []);
    const made = await allowed(({ kms }) =>
      kms.send(new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256', EncryptionContext })),
    );
    assert.deepEqual(made, []);
    const blind = await allowed(({ kms }) =>
      kms.send(new GenerateDataKeyWithoutPlaintextCommand({ KeyId, KeySpec: 'AES_256', EncryptionContext })),
    );
    assert.deepEqual(blind, []);
  });

  test('I2 nobody but authorise lets anybody open', async (t) => {
    if (skip) return t.skip(skip);
    const { KeyId, EncryptionContext } = await firstWrappedKey(world, account);
    const collectRole = await roleOf(world.aws, world.outputs.CollectFunctionName);
    const allowedToGrant: string[] = [];
    for (const [name, aws] of everybody) {
      const grant = aws.kms.send(
        new CreateGrantCommand({
          KeyId,
          GranteePrincipal: collectRole,
          Operations: ['Decrypt'],
          Constraints: { EncryptionContextEquals: { ...EncryptionContext, subject: randomUUID() } },
        }),
      );
      const minted = await grant.catch((error: Error) => assert.equal(error.name, DENIED, name));
      if (minted === undefined) continue;
      allowedToGrant.push(name);
      await world.aws.kms.send(new RevokeGrantCommand({ KeyId, GrantId: minted.GrantId }));
    }
    assert.deepEqual(allowedToGrant, ['Authorise']);
  });

  test('I2 seal alone wraps, and only under an epoch key’s own context', async (t) => {
    if (skip) return t.skip(skip);
    const { KeyId, EncryptionContext } = await firstWrappedKey(world, account);
    const wrap = (context: Record<string, string> | undefined) => (aws: Aws) =>
      aws.kms.send(new EncryptCommand({ KeyId, Plaintext: randomBytes(32), EncryptionContext: context }));
    assert.deepEqual(await allowed(wrap(EncryptionContext)), ['Seal']);
    assert.deepEqual(await allowed(wrap(undefined)), []);
    assert.deepEqual(await allowed(wrap({})), []);
    assert.deepEqual(await allowed(wrap({ ...EncryptionContext, more: 'x' })), []);
  });

  test('I2 a seal gone bad, wrapping and swapping keys as it likes, opens nobody else', async (t) => {
    if (skip) return t.skip(skip);
    const asked = newAccount();
    await ingest(world, [login(asked, 3)]);
    const agency = await newAgency(world);
    await approvedCase(world, agency, newRequest(asked));
    assert.equal((await grantsFor(world, asked)).length, 1);
    const theirs = await firstWrappedKey(world, asked);
    const victim = await firstWrappedKey(world, account);
    const { kms } = role('Collect');
    const open = (CiphertextBlob: Uint8Array | undefined, EncryptionContext: Record<string, string>) =>
      awsErrorOf(kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext })));

    assert.equal(await open(theirs.CiphertextBlob, theirs.EncryptionContext), 'allowed', 'the door works');
    const { Plaintext } = await kms.send(
      new DecryptCommand({
        CiphertextBlob: theirs.CiphertextBlob,
        EncryptionContext: theirs.EncryptionContext,
      }),
    );
    assert.ok(isOfKeyPair(Plaintext, theirs.publicKey));
    // The victim's wrapped key, laid into the epoch key that a grant opens.
    assert.equal(await open(victim.CiphertextBlob, theirs.EncryptionContext), 'InvalidCiphertextException');
    // A key of seal's own making under the victim's context: there is no grant for that.
    const { CiphertextBlob } = await role('Seal').kms.send(
      new EncryptCommand({
        KeyId: victim.KeyId,
        Plaintext: randomBytes(32),
        EncryptionContext: victim.EncryptionContext,
      }),
    );
    assert.equal(await open(CiphertextBlob, victim.EncryptionContext), DENIED);
    assert.equal(await open(CiphertextBlob, theirs.EncryptionContext), 'InvalidCiphertextException');
  });

  test('I2 what was asked opens to review, to authorise and, for a notice, to notice; what was decided to review and authorise', async (t) => {
    if (skip) return t.skip(skip);
    const agency = await newAgency(world);
    const request = newRequest(account);
    const view = await submitRequest(agency.session, request);
    const [reviewer] = world.reviewers;
    if (reviewer === undefined) throw new Error('a reviewer is needed');
    await decideReview(reviewer.session, view.id, {
      decision: 'approve',
      requestDigest: view.requestDigest,
      scope: wholeScope(request),
      reason: 'order checked',
    });
    const current = await storedCase(world, view.id);
    const [decision] = current.decisions;
    if (decision === undefined) throw new Error('there is a decision');
    const opening = (sealed: Uint8Array, part: string, other = current.id) => {
      const bytes = Buffer.from(sealed);
      const CiphertextBlob = bytes.subarray(2, 2 + bytes.readUInt16BE(0));
      return (aws: Aws) =>
        aws.kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext: { case: other, part } }));
    };
    assert.deepEqual(await allowed(opening(current.request, 'request')), ['Authorise', 'Notice', 'Review']);
    assert.deepEqual(await allowed(opening(decision.message, 'decision')), ['Authorise', 'Review']);
    // Each its own part, even where another's ciphertext is passed off as it; and no other case's.
    const wrong = 'InvalidCiphertextException';
    const readers = [`Authorise: ${wrong}`, `Notice: ${wrong}`, `Review: ${wrong}`];
    assert.deepEqual(await allowed(opening(decision.message, 'request')), readers);
    assert.deepEqual(await allowed(opening(current.request, 'decision')), [
      `Authorise: ${wrong}`,
      `Review: ${wrong}`,
    ]);
    assert.deepEqual(await allowed(opening(current.request, 'request', randomUUID())), readers);
    // And each is written by its own function alone.
    const sealing = (part: string) => (aws: Aws) =>
      aws.kms.send(
        new GenerateDataKeyCommand({
          KeyId: world.outputs.DeskKeyArn,
          KeySpec: 'AES_256',
          EncryptionContext: { case: current.id, part },
        }),
      );
    assert.deepEqual(await allowed(sealing('request')), ['Request']);
    assert.deepEqual(await allowed(sealing('decision')), ['Review']);
    assert.deepEqual(await allowed(sealing('note')), ['Review']);
    assert.deepEqual(await allowed(sealing('answer')), ['Request']);
    assert.deepEqual(await allowed(sealing('anything else')), []);
  });

  test('I2 only what seals, looks up, mints, erases and tags decoys has a MAC made under the index key', async (t) => {
    if (skip) return t.skip(skip);
    const KeyId = world.outputs.IndexKeyArn;
    const mac = { KeyId, MacAlgorithm: 'HMAC_SHA_256', Message: randomBytes(16) } as const;
    const finders = await allowed(({ kms }) => kms.send(new GenerateMacCommand(mac)));
    // Operate asks for messages of a family of its own: no pseudonym comes of one.
    assert.deepEqual(finders, ['Authorise', 'Forget', 'Operate', 'Request', 'Seal']);
    const checkers = await allowed(({ kms }) =>
      kms.send(new VerifyMacCommand({ ...mac, Mac: randomBytes(32) })),
    );
    assert.deepEqual(checkers, []);
  });

  test('I2 only what answers with an agency’s reference has a MAC made under the reference key', async (t) => {
    if (skip) return t.skip(skip);
    const KeyId = world.outputs.ReferenceKeyArn;
    const mac = { KeyId, MacAlgorithm: 'HMAC_SHA_256', Message: randomBytes(16) } as const;
    const namers = await allowed(({ kms }) => kms.send(new GenerateMacCommand(mac)));
    assert.deepEqual(namers, ['Collect', 'Request', 'Review']);
  });

  test('I2 only what answers agencies and reviewers, and publishes which keys were revoked, signs as the provider', async (t) => {
    if (skip) return t.skip(skip);
    const signers = await allowed(({ kms }) =>
      kms.send(
        new SignCommand({
          KeyId: world.outputs.ProviderKeyArn,
          Message: randomBytes(32),
          MessageType: 'DIGEST',
          SigningAlgorithm: 'ECDSA_SHA_256',
        }),
      ),
    );
    assert.deepEqual(signers, ['Collect', 'Registry', 'Request', 'Review', 'Revocations']);
  });

  test('I2 prepare makes vault keys under the fixed policy and no others, and can use, change or destroy none', async (t) => {
    if (skip) return t.skip(skip);
    const { kms } = role('Prepare');
    const { KeyId, EncryptionContext, CiphertextBlob } = await firstWrappedKey(world, account);
    const Tags = [{ TagKey: 'writ', TagValue: 'vault' }];
    const makings: [string, CreateKeyCommandInput][] = [
      ['untagged', {}],
      ['with another tag', { Tags: [{ TagKey: 'writ', TagValue: 'desk' }] }],
      ['with more tags', { Tags: [...Tags, { TagKey: 'x', TagValue: 'y' }] }],
      ['to sign with', { Tags, KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' }],
      ['for MACs', { Tags, KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' }],
      ['with material of its own', { Tags, Origin: 'EXTERNAL' }],
      ['which it could change later', { Tags, BypassPolicyLockoutSafetyCheck: false }],
    ];
    for (const [what, input] of makings) {
      const made = kms.send(new CreateKeyCommand({ BypassPolicyLockoutSafetyCheck: true, ...input }));
      assert.equal(await awsErrorOf(made), DENIED, what);
    }
    for (const [what, attempt] of [
      [
        'encrypt',
        () => kms.send(new EncryptCommand({ KeyId, Plaintext: randomBytes(32), EncryptionContext })),
      ],
      ['decrypt', () => kms.send(new DecryptCommand({ KeyId, CiphertextBlob, EncryptionContext }))],
      ['change the policy', () => kms.send(new PutKeyPolicyCommand({ KeyId, Policy: '{}' }))],
      [
        'change the policy, the lockout check passed by',
        () =>
          kms.send(new PutKeyPolicyCommand({ KeyId, Policy: '{}', BypassPolicyLockoutSafetyCheck: true })),
      ],
      ['destroy', () => kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }))],
    ] as const) {
      assert.equal(await awsErrorOf(attempt()), DENIED, what);
    }
    // What it did make: every key there is, under one policy.
    for (const { arn } of await liveVaultKeys(world.aws, world.outputs)) {
      const { Policy = '' } = await world.aws.kms.send(new GetKeyPolicyCommand({ KeyId: arn }));
      assert.equal(Policy.includes('AdministratorsManageButDoNotUse'), true);
    }
  });

  test('I2 several who need a month’s key at the same moment have one made, and all of them get it', async () => {
    // Of preservations that end next month, which no other test has.
    const name = { purpose: 'preserved', epoch: nextEpoch(epochOf(new Date().toISOString())) };
    const made = await Promise.all(Array.from({ length: 6 }, () => invoked(world, 'Prepare', name)));
    for (const { failed, log } of made) assert.equal(failed, false, log);
    const keys = (await liveVaultKeys(world.aws, world.outputs)).filter(
      (key) => key.purpose === name.purpose && key.epoch === name.epoch,
    );
    assert.equal(keys.length, 1);
  });

  test('I2 preserve takes wrapped keys to the vault’s own keys, and to no key that lets it in from outside', async (t) => {
    if (skip) return t.skip(skip);
    const { kms } = role('Preserve');
    const { KeyId, CiphertextBlob, EncryptionContext } = await firstWrappedKey(world, account);
    await invoked(world, 'Prepare', { purpose: 'preserved', epoch: new Date().toISOString().slice(0, 7) });
    const keeper = (await liveVaultKeys(world.aws, world.outputs)).find((key) => key.purpose === 'preserved');
    const { KeyMetadata } = await world.aws.kms.send(
      new CreateKeyCommand({
        BypassPolicyLockoutSafetyCheck: true,
        Policy: JSON.stringify({
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'kms:*', Resource: '*' }],
        }),
      }),
    );
    const rewrap = (
      DestinationKeyId: string | undefined,
      context: Record<string, string> = EncryptionContext,
    ) =>
      kms.send(
        new ReEncryptCommand({
          CiphertextBlob,
          SourceKeyId: KeyId,
          SourceEncryptionContext: EncryptionContext,
          DestinationKeyId,
          DestinationEncryptionContext: context,
        }),
      );
    assert.equal(await awsErrorOf(rewrap(KeyMetadata?.Arn)), DENIED, 'a key that is open to everybody');
    assert.equal(await awsErrorOf(rewrap(scratchKey)), DENIED);
    assert.equal(await awsErrorOf(rewrap(keeper?.arn, {})), DENIED, 'without its context');
    assert.equal(await awsErrorOf(rewrap(keeper?.arn, { ...EncryptionContext, more: 'x' })), DENIED);
    const kept = await rewrap(keeper?.arn);
    const open = (aws: Aws) =>
      aws.kms.send(new DecryptCommand({ CiphertextBlob: kept.CiphertextBlob, EncryptionContext }));
    assert.deepEqual(await allowed(open), [], 'and what it kept opens to nobody');
    await world.aws.kms.send(
      new ScheduleKeyDeletionCommand({ KeyId: KeyMetadata?.Arn, PendingWindowInDays: 7 }),
    );
  });

  test('I2 a vault key whose policy was changed seals nothing, shows in the log and raises the alarm', async (t) => {
    if (skip) return t.skip(skip);
    // A month that no other test has data of.
    const identityEvent: IdentityEvent = { ...login(newAccount(), 0), at: monthsAgo(8) };
    const epoch = epochOf(identityEvent.at);
    await invoked(world, 'Prepare', { purpose: 'access', epoch });
    const { arn: KeyId = '' } =
      (await liveVaultKeys(world.aws, world.outputs)).find(
        (key) => key.purpose === 'access' && key.epoch === epoch,
      ) ?? {};
    const { Policy = '' } = await world.aws.kms.send(new GetKeyPolicyCommand({ KeyId }));
    const changed = JSON.parse(Policy);
    changed.Statement[0].Action.push('kms:Decrypt');
    const put = (policy: string) => world.aws.kms.send(new PutKeyPolicyCommand({ KeyId, Policy: policy }));
    await put(JSON.stringify(changed));
    try {
      const delivery = batchOf([eventText(identityEvent)]);
      const { log } = await invoked(world, 'Seal', delivery);
      assert.match(log, /"VaultKeyPolicyDiffers":1/);
      assert.match(log, /"EventsHeldBack":1/);
      assert.deepEqual(await wrappedKeys(world, identityEvent.account), []);
      const swept = await invoked(world, 'Expire', { time: new Date().toISOString() });
      assert.equal(swept.failed, false, swept.log);
      assert.match(swept.log, /"VaultKeyPolicyDiffers":1/);
      const entries = await until('it is in the log', async () => {
        const links = await toldWhere(
          world,
          ({ entry }) => entry.kind === 'vault.policy-differs' && entry.data.epoch === epoch,
        );
        return links.length > 0 && links;
      });
      assert.equal(entries.length, 1);
      await put(Policy);
      await invoked(world, 'Seal', delivery);
      assert.equal((await wrappedKeys(world, identityEvent.account)).length, 1, 'as it was, it seals again');
    } finally {
      await put(Policy);
    }
  });
});
