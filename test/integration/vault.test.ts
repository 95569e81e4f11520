import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { before, describe, test } from 'node:test';
import { DisableKeyCommand, EnableKeyCommand } from '@aws-sdk/client-kms';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import { collect, collectAll, collectOnce, followRequest, submitRequest } from '#client/agency.ts';
import { showReview } from '#client/reviewer.ts';
import { eventText, type IdentityEvent } from '#core/events/identity.ts';
import { epochOf } from '#core/vault/epoch.ts';
import { readKmsJournal } from '#dev/cloud/journal.ts';
import { sendEvents, until } from '#dev/feed.ts';
import { vaultKeys } from '#dev/vault-keys.ts';
import type { World } from '#dev/world.ts';
import {
  ago,
  approvedCase,
  batchOf,
  grantsFor,
  ingest,
  itemsOf,
  logged,
  login,
  monthsAgo,
  needsEnforcement,
  newAccount,
  newAgency,
  newPhone,
  newRequest,
  number,
  pseudonymOf,
  recordsOf,
  refusalOf,
  theWorld,
  username,
} from '../harness.ts';
import { invoked, lookupsOf, storedCase, storedEntries } from '../invariants/tools.ts';

const batch = (events: readonly IdentityEvent[]) => batchOf(events.map(eventText));
type Batch = ReturnType<typeof batch>;
const part = ({ Records }: Batch, from: number, to: number): Batch => ({ Records: Records.slice(from, to) });

/** Log-ins of one day, a second apart. */
function oneDay(account: string, count: number, daysAgo = 10): IdentityEvent[] {
  const noon = Date.parse(`${ago(daysAgo).slice(0, 10)}T12:00:00Z`);
  return Array.from({ length: count }, (_, i) => ({
    kind: 'access',
    account,
    at: new Date(noon + i * 1000).toISOString(),
    ip: `192.0.2.${1 + (i % 250)}`,
    port: 1024 + (i % 60_000),
  }));
}

describe('the vault', { concurrency: 3 }, () => {
  let world: World;
  before(async () => {
    world = await theWorld();
  });

  /** Delivers a batch and answers which of its records are asked for again. */
  async function deliver(delivery: Batch): Promise<string[]> {
    const { FunctionError, Payload } = await world.aws.lambda.send(
      new InvokeCommand({
        FunctionName: world.outputs.SealFunctionName,
        Payload: JSON.stringify(delivery),
      }),
    );
    assert.equal(FunctionError, undefined);
    const answer = z
      .object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })) })
      .parse(JSON.parse(Buffer.from(Payload ?? []).toString()));
    return answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  }

  async function items(account: string, prefix: string) {
    return z
      .array(z.looseObject({ sk: z.string(), n: z.number().optional() }))
      .parse(await itemsOf(world, account, prefix));
  }

  async function disclosed(account: string, from = ago(60)) {
    const agency = await newAgency(world);
    const view = await approvedCase(world, agency, newRequest(account, { period: { from, to: ago(0) } }));
    const pages = await Array.fromAsync(collectAll(agency.session, view.id, agency.encryptionKey));
    return pages.flatMap(({ package: { records } }) => records);
  }

  test('a subject’s events of one day and batch are one item, and open as they were', async () => {
    const account = newAccount();
    const events = oneDay(account, 20);
    assert.deepEqual(await deliver(batch(events)), []);
    const [item, ...more] = await items(account, 'rec#');
    assert.deepEqual([item?.n, more.length], [20, 0]);
    const records = await disclosed(account);
    assert.deepEqual(
      records.map((record) => record.category === 'TrafficData' && [record.at, record.ip, record.port]),
      events.map(
        (event) => event.kind === 'access' && [event.at.replace('.000Z', 'Z'), event.ip, event.port],
      ),
    );
  });

  test('a batch that comes again in other parts loses nothing, and nobody collects anything twice', async () => {
    const account = newAccount();
    const whole = batch(oneDay(account, 12));
    await deliver(whole);
    // As Lambda bisects, and as it begins again in the middle: the last part never comes.
    await deliver(whole);
    await deliver(part(whole, 0, 6));
    await deliver(part(whole, 3, 9));
    assert.equal((await disclosed(account)).length, 12);
  });

  test('what cannot be sealed now is asked for again, and the rest of the batch is done', async (t) => {
    const skip = needsEnforcement(world);
    if (skip) return t.skip(skip);
    const [good, waiting] = [newAccount(), newAccount()];
    // A month that no other test has data of.
    const event: IdentityEvent = { ...login(waiting, 0, '192.0.2.77'), at: monthsAgo(7) };
    const epoch = epochOf(event.at);
    await invoked(world, 'Prepare', { purpose: 'access', epoch });
    const key = (await vaultKeys(world.aws, world.outputs)).find(
      (vaultKey) => vaultKey.purpose === 'access' && vaultKey.epoch === epoch,
    );
    await world.aws.kms.send(new DisableKeyCommand({ KeyId: key?.arn }));
    try {
      const delivery = batch([login(good, 3), event]);
      assert.deepEqual(await deliver(delivery), [delivery.Records[1]?.kinesis.sequenceNumber]);
      assert.equal(await recordsOf(world, good), 1);
      assert.equal(await recordsOf(world, waiting), 0);
      // And so it is on the stream: it comes again until it can be sealed.
      await sendEvents(world.aws, world.outputs, [event, login(good, 2)]);
      await until('the rest is done', async () => (await recordsOf(world, good)) >= 2, 90_000);
    } finally {
      await world.aws.kms.send(new EnableKeyCommand({ KeyId: key?.arn }));
    }
    await until('it is sealed after all', async () => (await recordsOf(world, waiting)) === 1, 90_000);
  });

  test('a username finds its account, while it was the account’s', async () => {
    const [account, later] = [newAccount(), newAccount()];
    const name = `name ${randomUUID()}`;
    await ingest(world, [
      login(account, 30, '192.0.2.30'),
      login(account, 10, '192.0.2.10'),
      login(later, 9, '192.0.2.9'),
      username(account, 40, name),
      username(account, 20, `${name} no more`),
      username(later, 20, name),
    ]);
    const agency = await newAgency(world);
    const asked = newRequest('', { subjects: [{ kind: 'username', value: name }] });
    await until('the name is known', async () => {
      const known = await submitRequest(agency.session, { ...asked, reference: randomUUID() }).catch(
        () => {},
      );
      return known !== undefined && (await items(later, 'username#')).length === 1;
    });
    const view = await approvedCase(world, agency, asked);
    const { package: disclosure } = await collect(agency.session, view.id, agency.encryptionKey);
    assert.deepEqual(
      disclosure.records.map((record) => record.category === 'TrafficData' && record.ip),
      ['192.0.2.30', '192.0.2.9'],
    );
    const [reviewer] = world.reviewers;
    assert.ok(reviewer);
    assert.ok((await showReview(reviewer.session, view.id)).exists.length > 0);
  });

  test('a number that is sent again goes on holding, and one that was given up ends', async () => {
    const account = newAccount();
    const [first, second] = [newPhone(), newPhone()];
    await ingest(world, [
      number(account, 50, first),
      number(account, 35, first),
      number(account, 20, second),
      number(account, 5, second),
    ]);
    const agency = await newAgency(world);
    const request = newRequest(account, {
      categories: ['SubscriberData'],
      period: { from: ago(30), to: ago(0) },
    });
    const view = await approvedCase(world, agency, request);
    const { package: disclosure } = await collect(agency.session, view.id, agency.encryptionKey);
    assert.deepEqual(
      disclosure.records.map(
        (record) => record.category === 'SubscriberData' && [record.phone, record.validTo !== undefined],
      ),
      [
        [first, true],
        [second, false],
      ],
    );
  });

  test('who is looked up by a number is found once, and as long as any event of the month, whichever came last', async () => {
    const [account, phone] = [newAccount(), newPhone()];
    const month = ago(40).slice(0, 7);
    const set = (at: string): IdentityEvent => ({ kind: 'phone', account, at, phone });
    for (const event of [set(`${month}-20T00:00:00.000Z`), set(`${month}-02T00:00:00.000Z`)])
      await deliver(batch([event]));
    await deliver(batch([number(account, 3, phone)]));
    const lookups = await lookupsOf(world, account);
    assert.equal(lookups.length, 2, 'one a month');
    for (const { sk, ttl } of await items(account, 'phone#')) {
      const lookup = lookups.find((lookup) =>
        lookup.sk.endsWith(`#${sk.slice('phone#'.length, 'phone#YYYY-MM'.length)}`),
      );
      assert.ok(Number(lookup?.ttl) >= Number(ttl), sk);
    }
    const agency = await newAgency(world);
    const view = await submitRequest(
      agency.session,
      newRequest('', { subjects: [{ kind: 'phone', value: phone }], categories: ['SubscriberData'] }),
    );
    assert.deepEqual(
      (await storedCase(world, view.id)).subjects.map((holders) => holders.length),
      [1],
    );
  });

  test('I5 who is asked for by a number is disclosed for as long as they held it: its first instant in, its last out', async () => {
    const [account, phone] = [newAccount(), newPhone()];
    const [before, set, during, given, after] = ['04T08', '04T12', '20T08', '20T12', '20T16'].map(
      (hour) => `${ago(40).slice(0, 7)}-${hour}:00:00.000Z`,
    );
    // The edges lie within items: each is of a day.
    assert.ok(before && set && during && given && after);
    const used = [before, set, during, given, after].map(
      (at, i): IdentityEvent => ({ kind: 'access', account, at, ip: `192.0.2.${i}`, port: 1 }),
    );
    await deliver(
      batch([
        ...used,
        { kind: 'phone', account, at: set, phone },
        { kind: 'phone', account, at: given, phone: newPhone() },
      ]),
    );
    const agency = await newAgency(world);
    const request = newRequest('', {
      subjects: [{ kind: 'phone', value: phone }],
      categories: ['SubscriberData', 'TrafficData'],
      period: { from: ago(90), to: ago(0) },
    });
    const view = await approvedCase(world, agency, request);
    const { package: disclosure } = await collect(agency.session, view.id, agency.encryptionKey);
    assert.deepEqual(
      disclosure.records
        .map((record) => (record.category === 'SubscriberData' ? record.phone : record.ip))
        .sort(),
      [phone, '192.0.2.1', '192.0.2.2'].sort(),
    );
  });

  test('I10 what is past its end is not there, even while DynamoDB has not removed it', async () => {
    const account = newAccount();
    await ingest(world, [login(account, 10, '192.0.2.10'), login(account, 5, '192.0.2.5')]);
    const ends = async (sk: string) =>
      world.aws.dynamo.send(
        new UpdateCommand({
          TableName: world.outputs.VaultTableName,
          Key: { pk: await pseudonymOf(world, account), sk },
          UpdateExpression: 'SET #ttl = :now',
          ExpressionAttributeNames: { '#ttl': 'ttl' },
          ExpressionAttributeValues: { ':now': Math.floor(Date.now() / 1000) },
        }),
      );
    const [first] = await items(account, 'rec#');
    await ends(first?.sk ?? '');
    assert.deepEqual(
      (await disclosed(account)).map((record) => record.category === 'TrafficData' && record.ip),
      ['192.0.2.5'],
    );
    for (const { sk } of await items(account, 'key#')) await ends(sk);
    const agency = await newAgency(world);
    assert.equal(await refusalOf(submitRequest(agency.session, newRequest(account))), 'subject-unknown');
  });

  test('KMS is asked once for a new subject, kind and month, never for an event, and once for each that is collected', async (t) => {
    const skip = needsEnforcement(world);
    if (skip) return t.skip(skip);
    const account = newAccount();
    const subject = await pseudonymOf(world, account);
    const calls = (name: string) =>
      readKmsJournal(world.cloud.stateDir).filter(
        (kmsEvent) =>
          kmsEvent.eventName === name &&
          kmsEvent.errorCode === undefined &&
          kmsEvent.requestParameters.encryptionContext?.subject === subject,
      ).length;
    const months = new Set([epochOf(ago(3)), epochOf(ago(40))]).size;
    await deliver(batch([login(account, 3), login(account, 40)]));
    await until('the journal has it', async () => calls('Encrypt') === months);
    for (let i = 0; i < 5; i++) await deliver(batch(oneDay(account, 50, 3)));
    assert.equal(calls('Encrypt'), months, '250 events later');

    const agency = await newAgency(world);
    const view = await approvedCase(world, agency, newRequest(account));
    await collect(agency.session, view.id, agency.encryptionKey);
    await until('the journal has it', async () => calls('Decrypt') >= months);
    assert.equal(calls('Decrypt'), months, '252 records, and one call a month');
  });

  test('100,000 records of one subject are collected page by page, each announced in the log, and the door shuts after the last', async () => {
    const account = newAccount();
    const total = 100_000;
    // Eleven days of them, so that items, days and pages meet in every way.
    const begin = Date.parse(`${ago(30).slice(0, 7)}-01T00:00:00Z`);
    const events = Array.from({ length: total }, (_, i): IdentityEvent => {
      const at = new Date(begin + i * 9_500).toISOString();
      return { kind: 'access', account, at, ip: `192.0.2.${i % 251}`, port: 1024 + (i % 60_000) };
    });
    const size = 20_000;
    for (let i = 0; i < total; i += size) {
      assert.deepEqual(await deliver(batch(events.slice(i, i + size))), []);
    }
    const agency = await newAgency(world);
    const from = new Date(begin).toISOString();
    const request = newRequest(account, { period: { from, to: ago(0) } });
    const view = await approvedCase(world, agency, request);
    let next = 0;
    const cursors: string[] = [];
    for await (const { package: page } of collectAll(agency.session, view.id, agency.encryptionKey, {
      patienceMs: 90_000,
    })) {
      for (const record of page.records) {
        const event = events[next++];
        assert.ok(record.category === 'TrafficData' && event?.kind === 'access');
        assert.equal(`${record.at} ${record.port}`, `${event.at.replace('.000Z', 'Z')} ${event.port}`);
      }
      if (page.page !== undefined) cursors.push(page.page);
    }
    assert.equal(next, total);
    assert.equal(cursors.length, 9);
    assert.equal((await followRequest(agency.session, view.id)).collections, 1, 'it is one collection');
    const entries = (await storedEntries(world, view.id)).map(({ kind }) => kind);
    assert.equal(entries.filter((kind) => kind === 'collection.intended').length, 10);
    assert.equal(entries.filter((kind) => kind === 'collection.completed').length, 10);
    const page = cursors[0] ?? '';
    const again = collectOnce(agency.session, view.id, agency.encryptionKey, page);
    assert.equal(await refusalOf(again), 'page-gone', 'the collection is over');
  });

  test('I5 a cursor of another case, or a made-up one, is refused and opens nothing', async () => {
    const account = newAccount();
    await ingest(world, [login(account, 3)]);
    const agency = await newAgency(world);
    const view = await approvedCase(world, agency, newRequest(account));
    for (const page of [
      'x',
      `${Buffer.from('{"after":"2026-01-01T00:00:00Z","collection":1,"page":2}').toString('base64url')}.x`,
    ]) {
      const attempt = collectOnce(agency.session, view.id, agency.encryptionKey, page);
      assert.equal(await refusalOf(attempt), 'field-invalid');
    }
    const entries = await storedEntries(world, view.id);
    assert.ok(!entries.some(({ kind }) => kind.startsWith('collection.')));
  });

  test('I9 the grants of a last collection live until its last page, and no longer', async (t) => {
    const skip = needsEnforcement(world);
    if (skip) return t.skip(skip);
    const account = newAccount();
    for (let i = 0; i < 2; i++) await deliver(batch(oneDay(account, 6_000, 10 + i)));
    const agency = await newAgency(world);
    const view = await approvedCase(world, agency, newRequest(account));
    for (let i = 1; i <= 3; i++) {
      const { package: first } = await collect(agency.session, view.id, agency.encryptionKey);
      assert.equal(first.records.length, 10_000);
      if (i < 3) continue;
      assert.equal(
        await refusalOf(collectOnce(agency.session, view.id, agency.encryptionKey)),
        'collections-used-up',
      );
      assert.equal((await grantsFor(world, account)).length, 1, 'a page is left');
      const { package: last } = await collect(agency.session, view.id, agency.encryptionKey, {
        page: first.page,
      });
      assert.deepEqual([last.records.length, last.page], [2_000, undefined]);
    }
    await until('no grant is left', async () => (await grantsFor(world, account)).length === 0, 90_000);
    await logged(world, view.id, 'grant.retired');
  });
});
