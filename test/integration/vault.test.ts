import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { PutRecordCommand } from '@aws-sdk/client-kinesis';
import { DisableKeyCommand, EnableKeyCommand } from '@aws-sdk/client-kms';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { z } from 'zod';
import { collect, collectAll, collectOnce, followRequest } from '#client/agency.ts';
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
  lacks,
  logged,
  login,
  monthsAgo,
  newAccount,
  newAgency,
  newRequest,
  pseudonymOf,
  recordsOf,
  refusalOf,
  theWorld,
} from '../harness.ts';
import { invoked, storedEntries } from '../invariants/tools.ts';

const batch = (events: readonly IdentityEvent[]) => batchOf(events.map(eventText));
type Batch = ReturnType<typeof batch>;

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

  test('what cannot be sealed now is asked for again, and the rest of the batch is done', async (t) => {
    // Elsewhere the event would be lost, or block the stream for everybody.
    const missing = lacks(world.cloud, 'singleRecords');
    if (missing) return t.skip(missing);
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

  test('what was given up or set aside an operator has sealed, by where it lies in the stream', async () => {
    const account = newAccount();
    const sent = await world.aws.kinesis.send(
      new PutRecordCommand({
        StreamName: world.outputs.EventStreamName,
        PartitionKey: account,
        Data: Buffer.from(eventText(login(account, 3))),
      }),
    );
    await until('it is sealed', async () => (await recordsOf(world, account)) === 1, 90_000);
    const lies = { shardId: sent.ShardId, startSequenceNumber: sent.SequenceNumber };
    const message = { KinesisBatchInfo: { ...lies, endSequenceNumber: sent.SequenceNumber, batchSize: 1 } };
    const { FunctionError, Payload } = await world.aws.lambda.send(
      new InvokeCommand({ FunctionName: world.outputs.SealFunctionName, Payload: JSON.stringify(message) }),
    );
    const answer = Buffer.from(Payload ?? []).toString();
    assert.equal(FunctionError, undefined, answer);
    assert.deepEqual(JSON.parse(answer), { records: 1, left: 0 });
    assert.equal(await recordsOf(world, account), 1, 'what is sealed already stays as it is');
  });

  test('KMS is asked once for a new subject, kind and month, never for an event, and once for each that is collected', async (t) => {
    const skip = lacks(world.cloud, 'kmsJournal');
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

  test('100,000 records of one subject are collected page by page, each announced in the log, and access ends after the last', async () => {
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

  test('I9 the grants of a last collection live until its last page, and no longer', async () => {
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
