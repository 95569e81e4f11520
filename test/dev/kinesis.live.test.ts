import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { CloudFormationClient, CreateStackCommand, UpdateStackCommand } from '@aws-sdk/client-cloudformation';
import { KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import {
  type EventSourceMappingConfiguration,
  GetEventSourceMappingCommand,
  LambdaClient,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import { lacks } from '#dev/cloud/capabilities.ts';
import { cloudUnderTest } from '#dev/cloud/cloud.ts';
import { settledStack } from '#dev/cloud/stacks.ts';
import { settings } from './gate/live.ts';
import { messagesOf } from './mappings.ts';

/**
 * Event source mappings of Kinesis, made by CloudFormation as the stack's are. Each scenario has a stream, a function
 * that writes down what it is handed, and a queue for what is given up, all of its own.
 *
 * Lambda Developer Guide: "Using AWS Lambda with Amazon Kinesis", "Error handling", "Reporting batch item failures".
 */
const cloud = await cloudUnderTest();
const skip = lacks(cloud, 'ours');

/** A record whose text begins with `bad` fails, in the way that MODE says. */
const CODE = `
const { appendFileSync } = require('node:fs');
const { setTimeout: sleep } = require('node:timers/promises');
exports.handler = async ({ Records }) => {
  const text = ({ kinesis }) => Buffer.from(kinesis.data, 'base64').toString();
  appendFileSync(process.env.SEEN, JSON.stringify(Records.map(text)) + '\\n');
  if (process.env.MODE === 'slow') {
    await sleep(15_000);
    return appendFileSync(process.env.SEEN, '"done"\\n');
  }
  const bad = Records.filter((record) => text(record).startsWith('bad'));
  if (bad.length === 0) return process.env.MODE === 'report' ? { batchItemFailures: [] } : undefined;
  if (process.env.MODE === 'throw') throw new Error('a bad record');
  const good = Records.find((record) => !text(record).startsWith('bad'));
  const failures = {
    // Not in order: the lowest counts.
    report: bad.map(({ kinesis }) => ({ itemIdentifier: kinesis.sequenceNumber })).reverse(),
    empty: [{ itemIdentifier: good.kinesis.sequenceNumber }, { itemIdentifier: '' }],
    unknown: [{ itemIdentifier: good.kinesis.sequenceNumber }, { itemIdentifier: '1' }],
    nameless: [{ itemIdentifier: good.kinesis.sequenceNumber }, { id: '1' }],
  };
  return { batchItemFailures: failures[process.env.MODE] };
};`;

/** Invokes another function, as its own role, and writes down what came of it. */
const NESTED = `
const { appendFileSync } = require('node:fs');
const { LambdaClient, InvokeCommand } = require('@aws-sdk/client-lambda');
const lambda = new LambdaClient({ maxAttempts: 1 });
exports.handler = async ({ Records }) => {
  const call = new InvokeCommand({ FunctionName: process.env.INNER, Payload: JSON.stringify({ n: Records.length }) });
  const said = await lambda.send(call).then(
    ({ Payload }) => JSON.parse(Buffer.from(Payload).toString()),
    (error) => error.name,
  );
  appendFileSync(process.env.SEEN, JSON.stringify(said) + '\\n');
};`;
const INNER = `exports.handler = async ({ n }) => ({ inner: n });`;

const REPORTS = { FunctionResponseTypes: ['ReportBatchItemFailures'] };

describe('a Kinesis event source mapping', { skip, concurrency: 2 }, () => {
  const run = `k${process.pid}-${Date.now() % 1e7}`;
  const scratch = mkdtempSync(join(tmpdir(), 'writ-kinesis-'));
  const cloudFormation = new CloudFormationClient(settings(cloud));
  const kinesis = new KinesisClient(settings(cloud));
  const lambda = new LambdaClient(settings(cloud));
  after(async () => {
    await cloud.stop();
    rmSync(scratch, { recursive: true });
  });

  interface Given {
    readonly mode?: 'throw' | 'report' | 'empty' | 'unknown' | 'nameless' | 'slow';
    readonly mapping?: object;
    readonly mayTell?: boolean;
    readonly shards?: number;
    readonly nested?: 'allowed' | 'denied';
  }

  const template = (name: string, given: Given) => {
    const statement = (Action: string, Resource: unknown) => ({ Effect: 'Allow', Action, Resource });
    const role = (...Statement: object[]) => ({
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
          ],
        },
        Policies: [{ PolicyName: 'own', PolicyDocument: { Version: '2012-10-17', Statement } }],
      },
    });
    const fn = (suffix: string, ZipFile: string, Variables: object, Role: string) => ({
      Type: 'AWS::Lambda::Function',
      Properties: {
        FunctionName: `${run}-${name}${suffix}`,
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Timeout: 20,
        Code: { ZipFile },
        Environment: { Variables },
        Role: { 'Fn::GetAtt': [Role, 'Arn'] },
      },
    });
    const inner = `${run}-${name}-inner`;
    const variables = { SEEN: join(scratch, name), MODE: given.mode ?? 'throw', INNER: inner };
    return JSON.stringify({
      Resources: {
        Stream: {
          Type: 'AWS::Kinesis::Stream',
          Properties: { Name: `${run}-${name}`, ShardCount: given.shards ?? 1 },
        },
        Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: `${run}-${name}` } },
        Closed: {
          // As CDK's `enforceSSL` makes it.
          Type: 'AWS::SQS::QueuePolicy',
          Properties: {
            Queues: [{ Ref: 'Queue' }],
            PolicyDocument: {
              Version: '2012-10-17',
              Statement: [
                {
                  Effect: 'Deny',
                  Principal: '*',
                  Action: 'sqs:*',
                  Resource: '*',
                  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
                },
              ],
            },
          },
        },
        Role: role(
          ...(given.mayTell === false
            ? [statement('sqs:ReceiveMessage', '*')]
            : [statement('sqs:SendMessage', { 'Fn::GetAtt': ['Queue', 'Arn'] })]),
          ...(given.nested === 'allowed'
            ? [statement('lambda:InvokeFunction', { 'Fn::GetAtt': ['Inner', 'Arn'] })]
            : []),
        ),
        InnerRole: role(statement('sqs:ReceiveMessage', '*')),
        Function: fn('', given.nested === undefined ? CODE : NESTED, variables, 'Role'),
        Inner: fn('-inner', INNER, {}, 'InnerRole'),
        Mapping: {
          Type: 'AWS::Lambda::EventSourceMapping',
          Properties: {
            EventSourceArn: { 'Fn::GetAtt': ['Stream', 'Arn'] },
            FunctionName: { Ref: 'Function' },
            StartingPosition: 'TRIM_HORIZON',
            BatchSize: 100,
            Enabled: false,
            DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': ['Queue', 'Arn'] } } },
            ...given.mapping,
          },
        },
      },
      Outputs: Object.fromEntries(
        Object.entries({
          mapping: { Ref: 'Mapping' },
          queue: { Ref: 'Queue' },
          queueArn: { 'Fn::GetAtt': ['Queue', 'Arn'] },
          stream: { 'Fn::GetAtt': ['Stream', 'Arn'] },
          function: { 'Fn::GetAtt': ['Function', 'Arn'] },
        }).map(([key, Value]) => [key, { Value }]),
      ),
    });
  };

  /** Makes a scenario whose mapping waits to be enabled, so that what is put before is one batch. */
  async function scenario(name: string, given: Given) {
    writeFileSync(join(scratch, name), '');
    const StackName = `${run}-${name}`;
    const create = {
      StackName,
      TemplateBody: template(name, given),
      Capabilities: ['CAPABILITY_IAM' as const],
    };
    await cloudFormation.send(new CreateStackCommand(create));
    const made = await settledStack(cloudFormation, StackName);
    const UUID = made.mapping;
    const enable = (Enabled: boolean) => lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled }));
    return {
      made,
      enable,
      put: (...texts: string[]) =>
        kinesis.send(
          new PutRecordsCommand({
            StreamARN: made.stream,
            Records: texts.map((text, i) => ({ Data: Buffer.from(text), PartitionKey: `${text} ${i}` })),
          }),
        ),
      /** The batches that the function was handed, each in a word. */
      seen: () =>
        readFileSync(join(scratch, name), 'utf8')
          .split('\n')
          .filter((line) => line !== '')
          .map((line) => [JSON.parse(line)].flat().join(' ')),
      mapping: () => lambda.send(new GetEventSourceMappingCommand({ UUID })),
      update: async (changed: Given) => {
        const TemplateBody = template(name, changed);
        await cloudFormation.send(new UpdateStackCommand({ ...create, TemplateBody }));
        await settledStack(cloudFormation, StackName);
      },
      messages: () => messagesOf(cloud, made.queue ?? ''),
    };
  }

  async function until<T>(what: string, ask: () => T | Promise<T>, right: (found: T) => boolean): Promise<T> {
    const deadline = performance.now() + 60_000;
    for (;;) {
      const found = await ask();
      if (right(found)) return found;
      assert(performance.now() < deadline, `waited in vain for ${what}: ${JSON.stringify(found)}`);
      await sleep(50);
    }
  }
  const told = async (value: { messages(): Promise<string[]> }, count = 1) => {
    const found: string[] = [];
    await until(
      `${count} messages`,
      async () => found.push(...(await value.messages())),
      (length) => length >= count,
    );
    return found;
  };
  const handed = (value: { seen(): string[] }, last: string) =>
    until(`the batch "${last}"`, value.seen, (seen) => seen.includes(last));
  const info = (message: string | undefined) => JSON.parse(message ?? '{}').KinesisBatchInfo;
  const condition = (message: string | undefined) => JSON.parse(message ?? '{}').requestContext.condition;

  it('takes up again at the lowest record that the function reports as failed', async () => {
    const value = await scenario('partial', {
      mode: 'report',
      mapping: { ...REPORTS, MaximumRetryAttempts: 2 },
    });
    const { Records: put = [] } = await value.put('1', '2', 'bad 3', '4', 'bad 5', '6');
    await value.enable(true);
    const [message] = await told(value);
    assert.deepEqual(value.seen(), ['1 2 bad 3 4 bad 5 6', 'bad 3 4 bad 5 6', 'bad 3 4 bad 5 6']);
    assert.equal(info(message).startSequenceNumber, put[2]?.SequenceNumber);
    assert.equal(info(message).batchSize, 4);
    await value.put('7');
    await handed(value, '7');
  });

  it('takes an empty list, or no answer at all, for success', async () => {
    for (const mode of ['report', 'throw'] as const) {
      const value = await scenario(`none-${mode}`, {
        mode,
        mapping: { ...REPORTS, MaximumRetryAttempts: 0 },
      });
      await value.put('1', '2');
      await value.enable(true);
      await handed(value, '1 2');
      await value.put('3');
      await handed(value, '3');
      assert.deepEqual(value.seen(), ['1 2', '3']);
      assert.deepEqual(await value.messages(), []);
    }
  });

  for (const [mode, what] of [
    ['empty', 'an empty identifier'],
    ['unknown', 'an identifier of no record'],
    ['nameless', 'no identifier'],
  ] as const) {
    it(`takes a failure with ${what} for a failure of the whole batch`, async () => {
      const value = await scenario(mode, { mode, mapping: { ...REPORTS, MaximumRetryAttempts: 1 } });
      await value.put('1', '2', 'bad 3');
      await value.enable(true);
      const [message] = await told(value);
      assert.deepEqual(value.seen(), ['1 2 bad 3', '1 2 bad 3']);
      assert.equal(info(message).batchSize, 3);
    });
  }

  it('does not look at reported failures unless it was told to', async () => {
    const value = await scenario('unasked', { mode: 'report' });
    await value.put('1', 'bad 2');
    await value.enable(true);
    await handed(value, '1 bad 2');
    await value.put('3');
    await handed(value, '3');
    assert.deepEqual(value.seen(), ['1 bad 2', '3']);
  });

  it('halves a batch that fails until the bad record is alone, in order, and loses no other', async () => {
    const value = await scenario('bisect', {
      mapping: { BisectBatchOnFunctionError: true, MaximumRetryAttempts: 0 },
    });
    const { Records: put = [] } = await value.put('1', '2', '3', '4', 'bad 5', '6', '7', '8');
    await value.enable(true);
    await handed(value, '7 8');
    assert.deepEqual(value.seen(), [
      '1 2 3 4 bad 5 6 7 8',
      '1 2 3 4',
      'bad 5 6 7 8',
      'bad 5 6',
      'bad 5',
      '6',
      '7 8',
    ]);
    const messages = await told(value);
    assert.equal(messages.length, 1);
    const { startSequenceNumber, endSequenceNumber, batchSize } = info(messages[0]);
    const bad = put[4]?.SequenceNumber;
    assert.deepEqual([startSequenceNumber, endSequenceNumber, batchSize], [bad, bad, 1]);
  });

  it('splits at the reported record if it bisects, and uses up no retry for it', async () => {
    const value = await scenario('both', {
      mode: 'report',
      mapping: { ...REPORTS, BisectBatchOnFunctionError: true, MaximumRetryAttempts: 0 },
    });
    await value.put('1', '2', 'bad 3', '4', '5');
    await value.enable(true);
    await handed(value, '4 5');
    assert.deepEqual(value.seen(), ['1 2 bad 3 4 5', 'bad 3 4 5', 'bad 3', '4 5']);
    const [message] = await told(value);
    assert.equal(info(message).batchSize, 1);
  });

  it('gives up after its retries, tells the queue where the records are and not what they hold, and goes on', async () => {
    const value = await scenario('give-up', { mapping: { MaximumRetryAttempts: 1 } });
    const start = Date.now();
    const { Records: put = [] } = await value.put('1', 'bad secret', '3');
    await value.enable(true);
    const [text = ''] = await told(value);
    await value.put('4');
    await handed(value, '4');
    assert.deepEqual(value.seen(), ['1 bad secret 3', '1 bad secret 3', '4']);
    assert(!text.includes('secret') && !text.includes(Buffer.from('bad secret').toString('base64')));

    const { timestamp, requestContext, KinesisBatchInfo, ...message } = JSON.parse(text);
    const { requestId, ...context } = requestContext;
    const { approximateArrivalOfFirstRecord, approximateArrivalOfLastRecord, ...batch } = KinesisBatchInfo;
    assert.deepEqual(context, {
      functionArn: value.made.function,
      condition: 'RetryAttemptsExhausted',
      approximateInvokeCount: 2,
    });
    assert.deepEqual(message, {
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      version: '1.0',
    });
    assert.deepEqual(batch, {
      shardId: 'shardId-000000000000',
      startSequenceNumber: put[0]?.SequenceNumber,
      endSequenceNumber: put[2]?.SequenceNumber,
      batchSize: 3,
      streamArn: value.made.stream,
    });
    assert.match(requestId, /^[0-9a-f-]{36}$/);
    for (const instant of [timestamp, approximateArrivalOfFirstRecord, approximateArrivalOfLastRecord]) {
      assert.match(instant, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      assert(Date.parse(instant) >= start - 1000 && Date.parse(instant) <= Date.now());
    }
  });

  it('gives up what is too old, also what the function never saw, and hands over the rest', async () => {
    const value = await scenario('age', { mapping: { MaximumRecordAgeInSeconds: 4 } });
    await value.enable(true);
    await value.put('bad 1');
    const [first = ''] = await told(value);
    assert.equal(condition(first), 'RecordAgeExceeded');
    assert(JSON.parse(first).requestContext.approximateInvokeCount >= 1);
    assert.equal(JSON.parse(first).responseContext.functionError, 'Unhandled');
    await value.enable(false);
    await value.put('bad 2', 'bad 3');
    await sleep(4100); // the age of records is what is tested
    await value.put('4');
    await value.enable(true);
    await handed(value, '4');
    assert.deepEqual([...new Set(value.seen())], ['bad 1', '4']);
    const [second = ''] = await told(value);
    assert.equal(condition(second), 'RecordAgeExceeded');
    assert.equal(info(second).batchSize, 2);
    const { responseContext, requestContext } = JSON.parse(second);
    assert.deepEqual([responseContext, requestContext.approximateInvokeCount], [undefined, 0]);
  });

  it('retries for ever without limits', async () => {
    const value = await scenario('forever', {});
    await value.put('bad 1', '2');
    await value.enable(true);
    await until('three attempts', value.seen, (seen) => seen.length >= 3);
    assert.deepEqual([...new Set(value.seen())], ['bad 1 2']);
    assert.deepEqual(await value.messages(), []);
    await value.enable(false);
  });

  it('tells a queue only what the function’s role may send, and goes on all the same', async () => {
    const value = await scenario('mute', { mayTell: false, mapping: { MaximumRetryAttempts: 0 } });
    await value.put('bad 1');
    await value.enable(true);
    await handed(value, 'bad 1');
    await value.put('2');
    await handed(value, '2');
    assert.deepEqual(await value.messages(), []);
  });

  it('hands over a shard’s records in order, batch by batch', async () => {
    const value = await scenario('order', { mapping: { BatchSize: 3 } });
    await value.put('1', '2', '3', '4', '5', '6', '7');
    await value.enable(true);
    await handed(value, '7');
    assert.deepEqual(value.seen(), ['1 2 3', '4 5 6', '7']);
  });

  it('does not wait for another’s slow function', async () => {
    const slow = await scenario('slow', { mode: 'slow' });
    const quick = await scenario('quick', {});
    await slow.put('1');
    await slow.enable(true);
    await handed(slow, '1');
    await quick.put('2');
    await quick.enable(true);
    await handed(quick, '2');
    assert.deepEqual(slow.seen(), ['1'], 'it is still at it');
  });

  it('keeps every setting that CloudFormation gave it, also when the stack changes', async () => {
    const mapping = {
      ...REPORTS,
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: 3,
      MaximumRecordAgeInSeconds: 3600,
      BatchSize: 7,
    };
    const value = await scenario('settings', { mapping });
    const chosen = ({ DestinationConfig, ...found }: EventSourceMappingConfiguration) => ({
      ...Object.fromEntries(Object.keys(mapping).map((name) => [name, found[name as 'BatchSize']])),
      destination: DestinationConfig?.OnFailure?.Destination,
    });
    const rest = { destination: value.made.queueArn };
    const first = await value.mapping();
    assert.deepEqual(chosen(first), { ...mapping, ...rest });
    const changed = {
      FunctionResponseTypes: [],
      BisectBatchOnFunctionError: false,
      MaximumRetryAttempts: 0,
      MaximumRecordAgeInSeconds: 60,
      BatchSize: 8,
    };
    await value.update({ mapping: changed });
    const second = await value.mapping();
    assert.deepEqual(chosen(second), { ...changed, ...rest });
    assert.equal(second.UUID, first.UUID, 'and is the same mapping');
  });

  describe('whose function invokes another one', () => {
    it('has its answer, on every shard at a time', async () => {
      const value = await scenario('nested', { nested: 'allowed', shards: 4 });
      await value.put(...Array.from({ length: 40 }, (_, i) => `${i}`));
      await value.enable(true);
      const count = () => {
        const answers = readFileSync(join(scratch, 'nested'), 'utf8').split('\n').slice(0, -1);
        return answers.reduce((sum, line) => sum + JSON.parse(line).inner, 0);
      };
      await until('40 records', count, (records) => records === 40);
    });
    it('is denied what its role may not invoke', async () => {
      const value = await scenario('nested-denied', { nested: 'denied' });
      await value.put('1');
      await value.enable(true);
      await handed(value, 'AccessDeniedException');
    });
  });
});

if (skip) await cloud.stop();
