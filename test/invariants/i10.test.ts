import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { DeleteRolePolicyCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  CancelKeyDeletionCommand,
  CreateGrantCommand,
  DecryptCommand,
  DescribeKeyCommand,
  EnableKeyCommand,
} from '@aws-sdk/client-kms';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import {
  collect,
  extendPreservation,
  followPreservation,
  preserveData,
  submitRequest,
  withdrawRequest,
} from '#client/agency.ts';
import type { Request } from '#core/cases/request.ts';
import { eventText, type IdentityEvent } from '#core/events/identity.ts';
import { epochBounds, epochOf } from '#core/vault/epoch.ts';
import { forgottenAt } from '#core/vault/vault-keys.ts';
import { roleOf } from '#dev/as.ts';
import { sendEvents, until } from '#dev/feed.ts';
import type { Told } from '#dev/log.ts';
import { vaultKeys } from '#dev/vault-keys.ts';
import type { World } from '#dev/world.ts';
import type { Erased } from '#functions/forget.ts';
import { functionNames } from '#lib/functions.ts';
import {
  ago,
  approve,
  approvedCase,
  asFunction,
  awsErrorOf,
  batchOf,
  entryOf,
  ingest,
  itemsOf,
  lacks,
  login,
  newAccount,
  newAgency,
  newPhone,
  newRequest,
  number,
  pseudonymOf,
  recordsOf,
  refusalOf,
  theWorld,
  toldWhere,
  wholeScope,
} from '../harness.ts';
import { putAs } from './stolen.ts';
import { firstWrappedKey, invoked, lookupsOf, storedCase, wrappedKeys } from './tools.ts';

const retention = { phone: 12, access: 12 };

/** Just inside retention: of the month that is forgotten next, which no other test has data of. */
function oldest(): string {
  const date = new Date();
  date.setUTCMonth(date.getUTCMonth() - retention.access);
  return new Date(date.getTime() + 2 * 86_400_000).toISOString();
}

/** A month's key is destroyed a little after its end. */
const laterBy15Minutes = (at: string) => new Date(Date.parse(at) + 15 * 60_000).toISOString();

// One story: each test goes on where the one before stopped, later in (made-up) time. What it forgets stays forgotten:
// it runs once on a deployment.
describe('I10 forgotten', () => {
  let world: World;
  let skip: string | false = false;
  const at = oldest();
  const epoch = epochOf(at);
  const forgotten = forgottenAt({ purpose: 'access', epoch }, retention);
  /** Nobody preserved this one; an agency had this one preserved. */
  const [plain, kept] = [newAccount(), newAccount()];
  const keptPhone = newPhone();
  let agency: World['agency'];
  let preservation = { id: '', endsAt: '' };

  before(async () => {
    world = await theWorld();
    skip = lacks(world.cloud, 'kms');
    agency = await newAgency(world);
  });

  const event = (account: string): IdentityEvent => {
    return { kind: 'access', account, at, ip: '192.0.2.33', port: 50_033 };
  };
  const asking = (account: string): Request =>
    newRequest(account, { period: { from: epochBounds(epoch).from, to: ago(0) } });

  test('I10 a preservation wraps its subject’s months anew, and says no more than that it is there', async () => {
    const set: IdentityEvent = { kind: 'phone', account: kept, at, phone: keptPhone };
    await ingest(world, [event(plain), set, event(kept), login(kept, 3)]);
    const { priority: _, notification: __, ...order } = asking(kept);
    const view = await preserveData(agency.session, order);
    assert.deepEqual(await preserveData(agency.session, order), view, 'the same again');
    const other = preserveData(agency.session, { ...order, categories: ['SubscriberData'] });
    assert.equal(await refusalOf(other), 'reference-conflict');
    preservation = view;
    const unknown = await preserveData(agency.session, {
      ...order,
      reference: 'another',
      subjects: [{ kind: 'account', value: newAccount() }],
    });
    assert.deepEqual(Object.keys(unknown), Object.keys(view), 'nobody has data of this one');

    const stream = `preservation/${view.id}`;
    const told = await until(
      'what is kept is in the log',
      async () => {
        const links = await toldWhere(world, ({ entry }) => entry.stream === stream);
        return links.length === 2 && links.map(({ entry }) => entry);
      },
      90_000,
    );
    assert.deepEqual(
      told.map((entry) => [entry.kind, 'drawers' in entry.data ? entry.data.drawers : undefined]),
      [
        ['preservation.received', undefined],
        ['preservation.kept', 2],
      ],
    );
    const keys = await vaultKeys(world.aws, world.outputs);
    for (const item of await itemsOf(world, kept, 'kept#')) {
      const key = keys.find(({ arn }) => arn === item.keyId);
      assert.deepEqual([key?.purpose, key?.epoch], ['preserved', epochOf(view.endsAt)]);
    }
    assert.deepEqual(await itemsOf(world, plain, 'kept#'), []);
    // Grants are on the month's own key where that lasts as long as they do, and on the preservation's where not.
    const { id } = await approvedCase(world, agency, asking(kept));
    const { grants = [], expiresAt = '' } = await storedCase(world, id);
    const now = await vaultKeys(world.aws, world.outputs);
    assert.deepEqual(
      grants
        .toSorted((a, b) => (a.epoch < b.epoch ? -1 : 1))
        .map(({ keyId }) => now.find(({ arn }) => arn === keyId)?.purpose),
      [forgotten < expiresAt ? 'preserved' : 'access', 'access'],
    );
  });

  test('I10 what a preservation wrapped opens to no function', async (t) => {
    if (skip) return t.skip(skip);
    for (const item of await itemsOf(world, kept, 'kept#')) {
      const { keyId, wrappedKey } = z
        .object({ keyId: z.string(), wrappedKey: z.custom<Uint8Array>() })
        .parse(item);
      const EncryptionContext = {
        subject: String(item.pk),
        kind: 'access',
        epoch: String(item.sk).split('#')[2] ?? '',
      };
      for (const name of functionNames) {
        const { kms } = await asFunction(world, name);
        const open = kms.send(
          new DecryptCommand({ KeyId: keyId, CiphertextBlob: wrappedKey, EncryptionContext }),
        );
        assert.equal(await awsErrorOf(open), 'AccessDeniedException', name);
      }
    }
  });

  test('I10 past retention nobody opens a record that nobody asked for, and not from a backup', async () => {
    const { KeyId, CiphertextBlob, EncryptionContext } = await firstWrappedKey(world, plain);
    const asCollect = await asFunction(world, 'Collect');
    const open = (kms = asCollect.kms) =>
      awsErrorOf(kms.send(new DecryptCommand({ KeyId, CiphertextBlob, EncryptionContext })));
    const backup = await itemsOf(world, plain);
    assert.deepEqual(
      backup.map(({ sk }) => String(sk).split('#')[0]),
      ['head', 'key', 'rec'],
    );

    // A moment before, nothing happens to it.
    const early = await invoked(world, 'Forget', { time: new Date(Date.parse(forgotten) - 1).toISOString() });
    assert.equal(early.failed, false, early.log);
    const before = await world.aws.kms.send(new DescribeKeyCommand({ KeyId }));
    assert.equal(before.KeyMetadata?.KeyState, 'Enabled');
    const late = await invoked(world, 'Forget', { time: laterBy15Minutes(forgotten) });
    assert.equal(late.failed, false, late.log);
    // What counted them lasts longer than they do: else it would look as if somebody had taken them away. Sweeping waits for
    // what is being preserved meanwhile, in other tests too.
    await until(
      'it is swept',
      async () => {
        const again = await invoked(world, 'Forget', { time: laterBy15Minutes(forgotten) });
        assert.equal(again.failed, false, again.log);
        const left = await Promise.all([itemsOf(world, plain), itemsOf(world, kept, 'key#access')]);
        return left.flat().every(({ sk }) => sk === 'head' || !String(sk).includes(epoch));
      },
      90_000,
    );
    assert.deepEqual(
      (await itemsOf(world, plain)).map(({ sk }) => sk),
      ['head'],
      'swept',
    );
    const { KeyMetadata } = await world.aws.kms.send(new DescribeKeyCommand({ KeyId }));
    assert.equal(KeyMetadata?.KeyState, 'PendingDeletion');
    const stream = `vault-key/access/${epoch}/0`;
    const kinds = await until('the log tells it', async () => {
      const links = await toldWhere(world, ({ entry }) => entry.stream === stream);
      return links.length > 1 && links.map(({ entry }) => entry.kind);
    });
    assert.deepEqual(kinds, ['vault.key-made', 'vault.key-forgotten']);

    // The table as it was, from whichever backup, as if it were to last.
    for (const item of backup) {
      await putAs(world, 'Seal', 'vault', { ...item, ttl: Math.floor(Date.now() / 1000) + 86_400 });
    }
    // Where a case's right lasts longer than the month's key, its grant is on another: then `collect` has none on this one.
    assert.match(await open(), /^(KMSInvalidState|AccessDenied)Exception$/);
    const authorise = await asFunction(world, 'Authorise');
    const mint = authorise.kms.send(
      new CreateGrantCommand({
        KeyId,
        GranteePrincipal: await roleOf(world.aws, world.outputs.CollectFunctionName),
        Operations: ['Decrypt'],
        Constraints: { EncryptionContextEquals: EncryptionContext },
      }),
    );
    assert.equal(await awsErrorOf(mint), 'KMSInvalidStateException');
  });

  test('I10 past retention nobody calls off the end of a key, and the account’s root cannot either', async (t) => {
    if (skip) return t.skip(skip);
    const { KeyId, CiphertextBlob, EncryptionContext } = await firstWrappedKey(world, plain);
    for (const name of functionNames) {
      const { kms } = await asFunction(world, name);
      const open = kms.send(new DecryptCommand({ KeyId, CiphertextBlob, EncryptionContext }));
      assert.notEqual(await awsErrorOf(open), 'allowed', name);
      assert.notEqual(await awsErrorOf(kms.send(new CancelKeyDeletionCommand({ KeyId }))), 'allowed', name);
    }
    for (const attempt of [new CancelKeyDeletionCommand({ KeyId }), new EnableKeyCommand({ KeyId })]) {
      const called = world.aws.kms.send(attempt as CancelKeyDeletionCommand);
      assert.notEqual(await awsErrorOf(called), 'allowed', 'the account’s root');
    }
  });

  test('I10 what comes late for a month that is forgotten is refused, and no key is made for it', async () => {
    const account = newAccount();
    const delivery = batchOf([eventText(event(account))]);
    // Each instance that had used the key finds out by trying, and knows when the stream brings it again.
    await until('it is refused', async () => {
      const { failed, log } = await invoked(world, 'Seal', delivery);
      assert.equal(failed, false, log);
      return /"time-before-retention":1/.test(log);
    });
    assert.deepEqual(await itemsOf(world, account), []);
    const keys = await vaultKeys(world.aws, world.outputs);
    assert.equal(keys.filter((key) => key.purpose === 'access' && key.epoch === epoch).length, 1);
  });

  test('I10 no key is made for a month long forgotten, nor for one that is not to come yet', async () => {
    for (const [purpose, of] of [
      ['access', '2020-01'],
      ['phone', '2020-01'],
      ['access', '2099-01'],
      ['preserved', '2020-01'],
      ['preserved', '2099-01'],
    ]) {
      assert.equal(
        (await invoked(world, 'Prepare', { purpose, epoch: of })).failed,
        true,
        `${purpose} ${of}`,
      );
      const keys = await vaultKeys(world.aws, world.outputs);
      assert.ok(!keys.some((key) => key.epoch === of));
    }
  });

  test('I10 what was preserved past its month is collected by an approved case, and by nothing less', async () => {
    const wrapped = await wrappedKeys(world, kept);
    assert.ok(!wrapped.some(({ epochKey }) => epochKey.epoch === epoch), 'its own key is gone');
    await monthIsOver(kept);
    // Whoever was found by a number is found by it as long.
    const byNumber: Request = { ...asking(kept), subjects: [{ kind: 'phone', value: keptPhone }] };
    const view = await approvedCase(world, agency, byNumber);
    const { package: disclosure } = await collect(agency.session, view.id, agency.encryptionKey);
    assert.deepEqual(
      disclosure.records.map((record) => record.category === 'TrafficData' && record.at.slice(0, 10)),
      [at.slice(0, 10), ago(3).slice(0, 10)],
    );
  });

  test('I10 an erased account leaves nothing that opens, but what is preserved, and the answer says which', async () => {
    const phone = newPhone();
    const account = newAccount();
    const isErasure = ({ entry }: Told) => entry.kind === 'account.erased';
    const earlier = (await toldWhere(world, isErasure)).length;
    await ingest(world, [login(account, 3), number(account, 5, phone), login(account, 40)]);
    const months = (await wrappedKeys(world, account)).length;
    const answer = await erase(account);
    assert.equal(answer.erased.length, months);
    assert.deepEqual(answer.preserved, []);
    assert.deepEqual(await itemsOf(world, account), []);
    // Whoever asks by the number finds nobody.
    assert.deepEqual(await lookupsOf(world, account), []);
    const byNumber = newRequest('', { subjects: [{ kind: 'phone', value: phone }] });
    assert.equal(await refusalOf(submitRequest(agency.session, byNumber)), 'subject-unknown');
    assert.deepEqual(await erase(account), { erased: [], preserved: [] }, 'a second time');

    const left = await erase(kept);
    assert.deepEqual(
      left.preserved.map(({ kind, epoch: of }) => [kind, of]),
      [epoch, epochOf(ago(3))].map((of) => ['access', of]),
    );
    // Its cases keep it as well, for longer.
    assert.ok(left.preserved.every(({ until: end }) => end >= preservation.endsAt));
    assert.deepEqual(left.erased, []);
    assert.deepEqual(await wrappedKeys(world, kept), [], 'its own keys are gone');
    const again = await approvedCase(world, agency, asking(kept));
    const { package: both } = await collect(agency.session, again.id, agency.encryptionKey);
    assert.equal(both.records.length, 2, 'what is preserved is there until that ends');
    const erasures = await until('erasures are in the log', async () => {
      const links = await toldWhere(world, isErasure);
      return links.length >= earlier + 3 && links;
    });
    assert.ok(!JSON.stringify(erasures, (_, v) => (typeof v === 'bigint' ? `${v}` : v)).includes(account));
  });

  test('I10 what a request names is collected though the account was erased since, and is gone once it is withdrawn', async () => {
    const account = newAccount();
    await ingest(world, [login(account, 3)]);
    const asked = newRequest(account);
    const view = await submitRequest(agency.session, asked);
    const { erased, preserved } = await erase(account);
    assert.deepEqual([erased.length, preserved.length], [0, 1]);
    assert.deepEqual(await wrappedKeys(world, account), []);
    await approve(world, view, wholeScope(asked));
    await until('the grants are minted', () => entryOf(world, view.id, 'grant.minted'), 90_000);
    const { package: disclosure } = await collect(agency.session, view.id, agency.encryptionKey);
    assert.equal(disclosure.records.length, 1);
    await withdrawRequest(agency.session, view.id);
    const over = await invoked(world, 'Forget', { time: ago(0) });
    assert.equal(over.failed, false, over.log);
    assert.deepEqual(await itemsOf(world, account), []);
  });

  test('I10 what was sealed to a key that an erasure took is left out, and stops nobody from collecting the rest', async () => {
    const account = newAccount();
    await ingest(world, [login(account, 3, '192.0.2.1')]);
    const orphans = await itemsOf(world, account, 'rec#');
    await erase(account);
    await comesBack(account, login(account, 3, '192.0.2.2'));
    // As if the erasure had broken off, or somebody had kept a copy.
    for (const item of orphans) {
      await putAs(world, 'Seal', 'vault', item);
    }
    const view = await approvedCase(world, agency, newRequest(account));
    const { package: rest } = await collect(agency.session, view.id, agency.encryptionKey);
    assert.deepEqual(
      rest.records.map((record) => record.category === 'TrafficData' && record.ip),
      ['192.0.2.2'],
    );
  });

  test('I10 an account that comes back after its erasure is collected beside what is preserved of it', async () => {
    await comesBack(kept, login(kept, 3, '192.0.2.99'));
    assert.equal((await wrappedKeys(world, kept)).length, 1);
    const view = await approvedCase(world, agency, asking(kept));
    const { package: all } = await collect(agency.session, view.id, agency.encryptionKey);
    // Of the forgotten month, and of this one both what is preserved and what came after.
    assert.equal(all.records.length, 3);
    assert.ok(all.records.some((record) => record.category === 'TrafficData' && record.ip === '192.0.2.99'));
  });

  test('I10 a preservation that preserve was not called for is kept by the clock', async (t) => {
    const unenforced = lacks(world.cloud, 'iam');
    if (unenforced) return t.skip(unenforced);
    const account = newAccount();
    await ingest(world, [login(account, 3)]);
    const roleArn = await roleOf(world.aws, world.outputs.RequestFunctionName);
    const policy = { RoleName: roleArn.slice(roleArn.lastIndexOf('/') + 1), PolicyName: 'calls-nobody' };
    const Statement = [{ Effect: 'Deny', Action: 'lambda:InvokeFunction', Resource: '*' }];
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
    await world.aws.iam.send(new PutRolePolicyCommand({ ...policy, PolicyDocument }));
    try {
      const { priority: _, notification: __, ...order } = newRequest(account);
      assert.equal((await preserveData(agency.session, order)).status, 'Preserved');
    } finally {
      await world.aws.iam.send(new DeleteRolePolicyCommand(policy));
    }
    assert.deepEqual(await itemsOf(world, account, 'kept#'), []);
    const { failed, log } = await invoked(world, 'Preserve', { time: new Date().toISOString() });
    assert.equal(failed, false, log);
    assert.equal((await itemsOf(world, account, 'kept#')).length, 1);
  });

  test('I10 a preservation is extended once, and what it keeps lasts as long', async () => {
    const account = newAccount();
    await ingest(world, [login(account, 3)]);
    const { priority: _, notification: __, ...order } = newRequest(account);
    const view = await preserveData(agency.session, order);
    await until('it is kept', async () => (await itemsOf(world, account, 'kept#')).length === 1);
    const extended = await extendPreservation(agency.session, view.id);
    const thirtyDays = 30 * 86_400_000;
    assert.equal(Date.parse(extended.endsAt), Date.parse(view.endsAt) + thirtyDays);
    assert.equal(await refusalOf(extendPreservation(agency.session, view.id)), 'preservation-over');
    const other = await newAgency(world);
    assert.equal(await refusalOf(extendPreservation(other.session, view.id)), 'not-found');
    await until('its epoch keys last as long', async () => {
      const [item] = await itemsOf(world, account, 'kept#');
      return Number(item?.ttl) === Math.floor(Date.parse(extended.endsAt) / 1000);
    });
    await until('the log has it', async () => {
      const told = await toldWhere(world, ({ entry }) => entry.stream === `preservation/${view.id}`);
      return told.some(({ entry }) => entry.kind === 'preservation.extended');
    });
  });

  test('I10 a preservation becomes part of a request, whole or not at all, and lasts until that can be collected', async () => {
    const account = newAccount();
    await ingest(world, [login(account, 3)]);
    const { priority: _, notification: __, ...order } = newRequest(account);
    const { id, endsAt } = await preserveData(agency.session, order);
    const nobody = newRequest(newAccount(), { preservations: [id] });
    assert.equal(await refusalOf(submitRequest(agency.session, nobody)), 'subject-unknown');
    assert.equal((await followPreservation(agency.session, id)).status, 'Preserved');
    const other = await newAgency(world);
    const foreign = newRequest(account, { preservations: [id] });
    assert.equal(await refusalOf(submitRequest(other.session, foreign)), 'not-found');

    const view = await submitRequest(agency.session, newRequest(account, { preservations: [id] }));
    const part = await followPreservation(agency.session, id);
    assert.deepEqual([part.status, part.links.request], ['Requested', `/v1/requests/${view.id}`]);
    assert.ok(part.endsAt >= endsAt);
    const again = newRequest(account, { preservations: [id] });
    assert.equal(await refusalOf(submitRequest(agency.session, again)), 'preservation-over');
    assert.equal(await refusalOf(extendPreservation(agency.session, id)), 'preservation-over');
    await until('the log has it', async () => {
      const told = await toldWhere(world, ({ entry }) => entry.stream === `preservation/${id}`);
      return told.some(({ entry }) => entry.kind === 'preservation.requested' && entry.data.case === view.id);
    });
  });

  test('I10 a preservation ends by itself, and then nobody opens what it kept', async () => {
    const view = await approvedCase(world, agency, asking(kept));
    const [item] = await itemsOf(world, kept, 'kept#');
    const { until: keptUntil } = z.object({ until: z.string() }).parse(item);
    const { keyId, wrappedKey } = z
      .object({ keyId: z.string(), wrappedKey: z.custom<Uint8Array>() })
      .parse(item);
    const over = await invoked(world, 'Forget', { time: preservation.endsAt });
    assert.equal(over.failed, false, over.log);
    const stream = `preservation/${preservation.id}`;
    await until('that it ended is in the log', async () =>
      (await toldWhere(world, ({ entry }) => entry.stream === stream)).some(
        ({ entry }) => entry.kind === 'preservation.ended',
      ),
    );
    // The right to collect of every case of this account is over by then, and what they keep ends with it.
    assert.deepEqual(await itemsOf(world, kept, 'kept#'), []);
    const month = forgottenAt({ purpose: 'preserved', epoch: epochOf(keptUntil) }, retention);
    const gone = await invoked(world, 'Forget', { time: laterBy15Minutes(month) });
    assert.equal(gone.failed, false, gone.log);
    assert.deepEqual(await itemsOf(world, kept, 'kept#'), []);
    assert.equal(await recordsOf(world, kept), 1, 'what came after the erasure');
    assert.deepEqual(await lookupsOf(world, kept), []);
    const { kms } = await asFunction(world, 'Collect');
    const open = kms.send(
      new DecryptCommand({
        KeyId: keyId,
        CiphertextBlob: wrappedKey,
        EncryptionContext: { subject: String(item?.pk), kind: 'access', epoch },
      }),
    );
    assert.equal(await awsErrorOf(open), 'KMSInvalidStateException');
    const rest = await collect(agency.session, view.id, agency.encryptionKey);
    assert.equal(rest.package.records.length, 1, 'what came after the erasure');
  });

  /**
   * `Forget` was told a time that is not yet. By the time that others see, what it swept would be missing: the heads are
   * given the months with which it has ended.
   */
  async function monthIsOver(account: string): Promise<void> {
    const [lookup] = await lookupsOf(world, account);
    const heads = [
      { pk: await pseudonymOf(world, account), sk: 'head' },
      { pk: lookup?.pk, sk: '#head' },
    ];
    const month = new RegExp(
      `("epoch":"${epoch}","key":"[^"]+","months":|\\["${epoch}",1,)${retention.access}`,
      'g',
    );
    for (const Key of heads) {
      const { Item } = await world.aws.dynamo.send(
        new GetCommand({ TableName: world.outputs.VaultTableName, Key }),
      );
      const says = String(Item?.says).replace(month, `$1${retention.access - 2}`);
      assert.notEqual(says, Item?.says);
      await putAs(world, 'Seal', 'vault', { ...Item, says });
    }
  }

  /** An account sends something after its erasure. What is preserved of it is there still. */
  async function comesBack(account: string, identityEvent: IdentityEvent): Promise<void> {
    const before = await recordsOf(world, account);
    await sendEvents(world.aws, world.outputs, [identityEvent]);
    await until('it is sealed', async () => (await recordsOf(world, account)) > before, 90_000);
  }

  /** As the provider's backend does. */
  async function erase(account: string): Promise<Erased> {
    const { FunctionError, Payload } = await world.aws.lambda.send(
      new InvokeCommand({
        FunctionName: world.outputs.ForgetFunctionName,
        Payload: JSON.stringify({ account }),
      }),
    );
    assert.equal(FunctionError, undefined);
    return JSON.parse(Buffer.from(Payload ?? []).toString()) as Erased;
  }
});
