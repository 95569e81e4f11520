import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { before, describe, test } from 'node:test';
import { DescribeLogStreamsCommand, GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { collect } from '#client/agency.ts';
import type { DisclosedRecord } from '#core/categories/categories.ts';
import { eventText } from '#core/events/identity.ts';
import { lacks } from '#dev/cloud/capabilities.ts';
import { until } from '#dev/feed.ts';
import { invoke } from '#dev/invoke.ts';
import type { World } from '#dev/world.ts';
import { produce, producers } from '../examples/producers.ts';
import {
  ago,
  approvedCase,
  batchOf,
  itemsOf,
  login,
  newAccount,
  newAddress,
  newAgency,
  newPhone,
  newRequest,
  theWorld,
} from '../harness.ts';

describe('the stream of identity events', { concurrency: 4 }, () => {
  let world: World;
  before(async () => {
    world = await theWorld();
  });

  async function put(texts: readonly (string | Uint8Array)[], key: string): Promise<void> {
    const { FailedRecordCount } = await world.aws.kinesis.send(
      new PutRecordsCommand({
        StreamName: world.outputs.EventStreamName,
        Records: texts.map((text) => ({ Data: Buffer.from(text), PartitionKey: key })),
      }),
    );
    assert.equal(FailedRecordCount ?? 0, 0);
  }

  /** A subject's items in the vault, by their sort keys. */
  async function sortKeys(account: string): Promise<string[]> {
    return (await itemsOf(world, account)).map(({ sk }) => String(sk));
  }

  async function disclosed(account: string): Promise<DisclosedRecord[]> {
    const agency = await newAgency(world);
    const request = newRequest(account, {
      categories: ['TrafficData'],
      period: { from: ago(399), to: ago(0) },
    });
    const view = await approvedCase(world, agency, request);
    return (await collect(agency.session, view.id, agency.encryptionKey)).package.records;
  }

  /** Every line that `seal` has logged, newest streams first. */
  async function sealLog(): Promise<string> {
    const { aws, outputs } = world;
    const { LoggingConfig } = await aws.lambda.send(
      new GetFunctionConfigurationCommand({ FunctionName: outputs.SealFunctionName }),
    );
    const logGroupName = LoggingConfig?.LogGroup ?? `/aws/lambda/${outputs.SealFunctionName}`;
    const { logStreams = [] } = await aws.logs.send(new DescribeLogStreamsCommand({ logGroupName }));
    const lines: string[] = [];
    for (const { logStreamName } of logStreams) {
      let nextToken: string | undefined;
      for (;;) {
        const page = await aws.logs.send(
          new GetLogEventsCommand({
            logGroupName,
            logStreamName,
            startFromHead: true,
            ...(nextToken === undefined ? {} : { nextToken }),
          }),
        );
        lines.push(...(page.events ?? []).map((e) => e.message ?? ''));
        if (page.nextForwardToken === undefined || page.nextForwardToken === nextToken) break;
        if ((page.events ?? []).length === 0) break;
        nextToken = page.nextForwardToken;
      }
    }
    return lines.join('\n');
  }

  /** What is wrong with each, and what the refusal is called. */
  function bad(account: string, secret: string): [code: string, text: string | Uint8Array][] {
    const good = { account, at: ago(20), ip: '192.0.2.1', port: 50_000 };
    const json = (changes: object) => JSON.stringify({ ...good, ...changes });
    return [
      ['field-unknown', json({ content: secret })],
      ['field-unknown', json({ message: secret, subject: secret })],
      ['field-unknown', json({ phone: newPhone() })],
      ['field-missing', JSON.stringify({ account, at: ago(20), ip: '192.0.2.1' })],
      ['ip-invalid', json({ ip: '192.0.2.256' })],
      ['ip-invalid', json({ ip: secret })],
      ['ip-invalid', json({ ip: '224.0.0.1' })],
      ['port-invalid', json({ port: 0 })],
      ['port-invalid', json({ port: '50000' })],
      ['outcome-invalid', json({ outcome: 'succeeded' })],
      ['phone-invalid', JSON.stringify({ account, at: ago(20), phone: '0152 1234567' })],
      ['at-invalid', json({ at: '2026-02-30T00:00:00Z' })],
      ['time-future', json({ at: ago(-1) })],
      ['time-before-retention', json({ at: ago(800) })],
      ['account-invalid', json({ account: `${account}\u0000` })],
      ['json-malformed', `{"account":"${account}","at":`],
      ['name-twice', json({}).replace('{', `{"account":"${secret}",`)],
      ['json-malformed', `${secret}`],
      [
        'encoding-invalid',
        Buffer.concat([Buffer.from(`{"account":"${account}`), Buffer.of(0xff), Buffer.from('"}')]),
      ],
      ['event-too-large', json({ account: 'x'.repeat(5000) })],
    ];
  }

  test('what is no identity event is refused by code and does not stop the good ones beside it', async () => {
    const [account, secret] = [newAccount(), `secret-${randomUUID()}`];
    const first = eventText(login(account, 30, '192.0.2.10'));
    const last = eventText(login(account, 10, '192.0.2.20'));
    const refused = bad(account, secret);
    const failed = eventText(login(account, 5, '192.0.2.30')).replace('}', ',"outcome":"failed"}');
    await put([first, ...refused.map(([, text]) => text), last, failed], account);

    await until(
      'the good ones are sealed',
      async () => (await sortKeys(account)).filter((sk) => sk.startsWith('rec#')).length === 3,
      90_000,
    );
    const records = await disclosed(account);
    assert.deepEqual(
      records.map((r) => (r.category === 'TrafficData' ? `${r.ip} ${r.outcome}` : r.category)),
      ['192.0.2.10 undefined', '192.0.2.20 undefined', '192.0.2.30 failed'],
    );
  });

  for (const producer of producers) {
    test(`what a backend in ${producer.name} puts on the stream is sealed`, {
      skip: producer.skip,
    }, async (t) => {
      const account = newAccount();
      const ips = [newAddress(), newAddress()];
      const lines = ips.map((ip, i) => `${account}\t${ago(30 - i)}\t${ip}\t${50_000 + i}\n`).join('');
      const command = await producer.build();
      if ('missing' in command) return t.skip(command.missing);
      const { code, stderr } = await produce(command, world.outputs.EventStreamName, lines, world.cloud);
      assert.equal(code, 0, stderr);
      await until(
        'both are sealed',
        async () => (await sortKeys(account)).filter((sk) => sk.startsWith('rec#')).length === 2,
        90_000,
      );
    });
  }

  test('refusals are counted by code in the log, where nothing of the events is', async (t) => {
    const missing = lacks(world.cloud, 'logGroups');
    if (missing) return t.skip(missing);
    const [account, secret] = [newAccount(), `secret-${randomUUID()}`];
    const ip = newAddress();
    // A count that no other test's batch has.
    const times = 37;
    const refused = bad(account, secret).map(([, text]) => text);
    const texts = [
      ...refused.map(String),
      ...Array.from({ length: times }, () =>
        JSON.stringify({ account, at: ago(20), ip, port: 1, text: secret }),
      ),
    ];
    await invoke(world, 'Seal', batchOf(texts));
    const log = await until(
      'the refusals are in the log',
      async () => {
        const text = await sealLog();
        return text.includes(`"field-unknown":${times + 3}`) && text;
      },
      90_000,
    );
    for (const code of ['ip-invalid', 'time-future', 'time-before-retention', 'json-malformed']) {
      assert.ok(log.includes(`"${code}":`), code);
    }
    assert.match(log, /"EventsRefused":\d+/);
    for (const value of [secret, account, ip]) assert.ok(!log.includes(value), 'nothing of an event');
    assert.deepEqual(await sortKeys(account), []);
  });
});
