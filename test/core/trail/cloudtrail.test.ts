import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { type KmsCall, readTrailFile } from '#core/trail/cloudtrail.ts';
import { kmsEvent } from '#dev/cloud/journal.ts';
import { elsewhere, file, keyArn, record, roles } from './trails.ts';

const at = Date.parse('2026-11-24T10:20:30.400Z');
const context = { subject: 'pseudonym', kind: 'access', epoch: '2026-11' };
const decrypt = (more?: Record<string, unknown>) =>
  record({ at, key: keyArn(1), context, ...(more === undefined ? {} : { more }) });
const text = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
const read = async (...records: unknown[]) => readTrailFile(file(records, 'plain'));

test('a Decrypt is read as KMS has it recorded: when, by which role, under which key, of what', async () => {
  const { calls, malformed } = await read(decrypt({ eventID: 'event-x' }));
  const expected: KmsCall = {
    id: 'event-x',
    time: '2026-11-24T10:20:30.000Z',
    operation: 'Decrypt',
    by: roles.collect,
    keys: [keyArn(1)],
    context,
    failed: false,
  };
  assert.deepEqual([calls, malformed], [[expected], []]);
});

test('a ReEncrypt names its source’s key first, and has contexts of its own', async () => {
  const { calls } = await read(
    decrypt({
      eventName: 'ReEncrypt',
      requestParameters: { sourceEncryptionContext: context, destinationEncryptionContext: context },
      resources: [{ ARN: keyArn(1) }, { ARN: keyArn(2) }],
    }),
  );
  assert.deepEqual(
    calls.map(({ operation, keys, context: item }) => [operation, keys, item]),
    [['ReEncrypt', [keyArn(1), keyArn(2)], undefined]],
  );
});

test('a caller without a role is the caller; AWS’s own services have no ARN', async () => {
  const arn = 'arn:aws:iam::111122223333:user/Alice';
  const { calls, malformed } = await read(
    decrypt({ userIdentity: { type: 'IAMUser', arn } }),
    decrypt({ userIdentity: { type: 'IAMUser', arn, sessionContext: { sessionIssuer: {} } } }),
    decrypt({ userIdentity: { type: 'AWSService', invokedBy: 'dynamodb.amazonaws.com' } }),
  );
  assert.deepEqual([calls.map(({ by }) => by), malformed], [[arn, arn, undefined], []]);
});

test('a call that failed is told as that, whatever is left out of its record', async () => {
  const { calls, malformed } = await read(
    decrypt({ errorCode: 'AccessDenied', errorMessage: 'no' }),
    decrypt({ errorCode: 'AccessDenied', requestParameters: null, resources: null }),
  );
  assert.deepEqual(malformed, []);
  assert.deepEqual(
    calls.map(({ failed, keys }) => [failed, keys]),
    [
      [true, [keyArn(1)]],
      [true, []],
    ],
  );
});

test('what is about something else is passed over', async () => {
  const none = await read(
    elsewhere(at),
    decrypt({ eventName: 'GenerateDataKey' }),
    decrypt({ eventSource: 'secretsmanager.amazonaws.com' }),
    { eventType: 'AwsCloudTrailInsight', eventTime: '2026-11-24T10:00:00Z', insightDetails: {} },
  );
  assert.deepEqual(none, { calls: [], malformed: [] });
});

test('a file is read plain or compressed, whole or a record a line', async () => {
  const records = [decrypt(), elsewhere(at), decrypt()];
  const expected = await readTrailFile(file(records, 'plain'));
  assert.equal(expected.calls.length, 2);
  const lines = text(`${records.map((record) => JSON.stringify(record)).join('\n')}\n`);
  for (const bytes of [file(records, 'gzip'), lines, gzipSync(lines)])
    assert.deepEqual(await readTrailFile(bytes), expected);
  assert.equal((await readTrailFile(text(records[0]))).calls.length, 1);
});

test('the local cloud’s journal is such a file', async () => {
  const event = kmsEvent({
    operation: 'Decrypt',
    caller: { arn: 'arn:aws:sts::111122223333:assumed-role/collect/session', roleArn: roles.collect },
    request: { KeyId: keyArn(1), EncryptionContext: context },
    keyArns: [keyArn(1)],
    at: new Date(at),
  });
  const { calls, malformed } = await readTrailFile(text(event));
  assert.deepEqual(malformed, []);
  assert.deepEqual(calls, [
    {
      id: undefined,
      time: '2026-11-24T10:20:30.400Z',
      operation: 'Decrypt',
      by: roles.collect,
      keys: [keyArn(1)],
      context,
      failed: false,
    },
  ]);
});

test('a digest file tells no calls, and an empty one none either', async () => {
  const digest = {
    awsAccountId: '111122223333',
    digestStartTime: '2026-11-24T10:00:00Z',
    digestEndTime: '2026-11-24T11:00:00Z',
    logFiles: [{ s3Object: 'AWSLogs/…', hashValue: '00' }],
  };
  for (const bytes of [gzipSync(text(digest)), file([]), text('')])
    assert.deepEqual(await readTrailFile(bytes), { calls: [], malformed: [] });
});

test('a record of a Decrypt that lacks what counts is malformed, never left out', async () => {
  const wrong: Record<string, unknown>[] = [
    { eventTime: undefined },
    { eventTime: 'yesterday' },
    { eventTime: 1_764_000_000 },
    { userIdentity: undefined },
    { userIdentity: { arn: 7 } },
    { resources: undefined },
    { resources: null },
    { resources: [] },
    { resources: [{ type: 'AWS::KMS::Key' }] },
    { resources: 'arn' },
    { requestParameters: { encryptionContext: { subject: 1 } } },
    { requestParameters: 'none' },
    { errorCode: 403 },
    { eventVersion: '2.0' },
  ];
  for (const more of wrong) {
    const { calls, malformed } = await read(decrypt(), decrypt(more));
    const time = 'eventTime' in more ? undefined : '2026-11-24T10:20:30.000Z';
    assert.deepEqual([calls.length, malformed], [1, [{ time }]], JSON.stringify(more));
  }
});

test('what does not say what it is about is malformed', async () => {
  for (const value of [
    null,
    7,
    'text',
    [],
    {},
    { eventSource: 'kms.amazonaws.com' },
    { eventName: 'Decrypt' },
  ])
    assert.equal((await read(value)).malformed.length, 1, JSON.stringify(value));
  for (const more of [{ eventSource: ['kms.amazonaws.com'] }, { eventName: { name: 'Decrypt' } }])
    assert.equal((await read(decrypt(more))).malformed.length, 1);
});

test('of lines, those that cannot be read are malformed and the others count', async () => {
  const whole = JSON.stringify(decrypt());
  const { calls, malformed } = await readTrailFile(
    text(`${whole}\n${whole.slice(0, -1)}\n\nnot json\n${whole}`),
  );
  assert.deepEqual([calls.length, malformed], [2, [{ time: undefined }, { time: undefined }]]);
});

test('a file that is nothing of the kind is one malformed thing', async () => {
  const cut = file([decrypt()]).subarray(0, -20);
  const flipped = Uint8Array.from(file([decrypt()]), (byte, i) => (i === 40 ? byte ^ 0xff : byte));
  const notUtf8 = Buffer.concat([text('{"Records":[],"x":"'), Buffer.of(0xff), text('"}')]);
  for (const bytes of [cut, flipped, notUtf8, gzipSync(text('not json')), Buffer.of(0x1f, 0x8b)])
    assert.deepEqual(await readTrailFile(bytes), { calls: [], malformed: [{}] });
  assert.equal((await readTrailFile(text({ Records: 'none' }))).malformed.length, 1);
});

test('a file that unpacks to more than it may is not read', async () => {
  const long = gzipSync(Buffer.concat([text('{"Records":['), Buffer.alloc(1_000_000, ' '), text(']}')]));
  assert.deepEqual(await readTrailFile(long, 1_000_014), { calls: [], malformed: [] });
  assert.deepEqual(await readTrailFile(long, 1_000_013), { calls: [], malformed: [{}] });
});

test('no bytes make it throw, and no JSON is taken for calls without being seen', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array(), async (bytes) => {
      await readTrailFile(bytes);
    }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(fc.jsonValue(), { maxLength: 5 }), async (records) => {
      const { calls, malformed } = await read(...records);
      assert.equal(calls.length + malformed.length, records.length);
    }),
  );
});
