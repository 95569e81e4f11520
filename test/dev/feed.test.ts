import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { z } from 'zod';
import { describeFile, describeTally, eventLines, fileReading } from '#client/cli/ingest/reading.ts';
import { eventText, type IdentityEvent } from '#core/events/identity.ts';
import { awsOf } from '#dev/aws.ts';
import { countSealed, kinesisPut, readEventFile, recordsExpected, sendEvents } from '#dev/feed.ts';
import type { Outputs } from '#dev/world.ts';

const folder = mkdtempSync(join(tmpdir(), 'writ-feed-'));
after(() => rmSync(folder, { recursive: true }));

let files = 0;
function file(...lines: (string | Uint8Array)[]): string {
  const path = join(folder, `events-${files++}`);
  writeFileSync(path, Buffer.concat(lines.flatMap((line) => [Buffer.from(line), Buffer.from('\n')])));
  return path;
}
const json = (account: string) =>
  `{"account":"${account}","at":"2026-11-20T09:00:00Z","ip":"192.0.2.1","port":7}`;
const phone = '{"account":"alice","at":"2026-11-20T09:00:00Z","phone":"+4915112345678"}';
const sshd = (stamp: string, message: string) => `${stamp} LabSZ sshd[24200]: ${message}`;
const login = (account: string, stamp = 'Dec 10 06:55:46', word = 'Accepted') =>
  sshd(stamp, `${word} password for ${account} from 192.0.2.1 port 7 ssh2`);
const now = '2026-11-23T12:00:00.000Z';
const utc = { now, zone: 'UTC' };

test('JSON lines are read whole, in order, blank lines aside', async () => {
  const read = await readEventFile(file('', json('alice'), '  ', phone, json('bob')), { now });
  assert.deepEqual(read.read, { format: 'jsonl', failedToo: false });
  assert.deepEqual(
    read.events.map((e) => [e.kind, e.account]),
    [
      ['access', 'alice'],
      ['phone', 'alice'],
      ['access', 'bob'],
    ],
  );
  assert.deepEqual(read.summary, { lines: 3, events: 3, failed: 0, skipped: {}, assumed: {} });
  assert.deepEqual(describeFile(read), ['3 events in 3 lines, read as JSON lines']);
});

test('a malformed JSON line stops the file with file, line and reason, and nothing of it is read', async () => {
  const cases = [
    [json('eve').replace('}', ',"message":"hi"}'), 'field-unknown'],
    [json('eve').slice(0, -1), 'json-malformed'],
    [json('eve').replace('192.0.2.1', '192.0.2.256'), 'ip-invalid'],
    [json('eve').replace(':7', ':0'), 'port-invalid'],
    [json('eve').replace('Z"', '"'), 'at-invalid'],
  ] as const;
  for (const [bad, code] of cases) {
    const path = file(json('alice'), '', bad, json('bob'));
    await assert.rejects(readEventFile(path, { now }), {
      code: 'file-malformed',
      message: `${path}:3: ${code}; nothing of this file was sent`,
      next: `${code === 'field-unknown' ? 'JSON of another shape is read by --map, which says where its fields are; ' : ''}--skip-malformed leaves such lines out and sends the rest`,
    });
  }
});

test('a malformed last line stops the file as well as a first one does', async () => {
  for (const [lines, line] of [
    [['{', json('alice')], 1],
    [[json('alice'), json('bob'), 'x'], 3],
  ] as const) {
    const path = file(...lines);
    await assert.rejects(readEventFile(path, { now }), {
      message: `${path}:${line}: json-malformed; nothing of this file was sent`,
    });
  }
});

test('an sshd log gives its log-ins, and counts and shows what its other lines are', async () => {
  const noise = Array.from({ length: 7 }, () => sshd('Dec 10 06:55:46', 'Connection closed by 192.0.2.1'));
  const path = file(
    login('root'),
    ...noise,
    login('invalid user bob', undefined, 'Failed'),
    sshd('Dec 10 06:55:47', 'Accepted password for alice from UNKNOWN port 7 ssh2'),
    'Dec 10 06:55:47 LabSZ CRON[1]: noise',
  );
  const read = await readEventFile(path, utc);
  assert.deepEqual(
    read.events.map((e) => [e.account, e.at]),
    [['root', '2025-12-10T06:55:46.000Z']],
  );
  assert.deepEqual(read.summary.skipped, {
    'not-a-login': { count: 7, firstLines: [2, 3, 4, 5, 6] },
    'failed-try': { count: 1, firstLines: [9] },
    'ip-invalid': { count: 1, firstLines: [10] },
    'not-sshd': { count: 1, firstLines: [11] },
  });
  assert.deepEqual(describeFile(read), [
    '1 event in 11 lines, read as an sshd auth log; times without a zone taken as UTC, of 2025',
    '7 lines of other things: not-a-login (line 2, 3, 4, 5, 6, …)',
    '1 failed try left out (--failed-too takes them): failed-try (line 9)',
    '1 line not understood as events: ip-invalid (line 10)',
    '1 line of other programs: not-sshd (line 11)',
  ]);
  const both = await readEventFile(path, { ...utc, failedToo: true, year: 2024 });
  assert.deepEqual(
    both.events.map((e) => [e.account, 'outcome' in e ? e.outcome : undefined]),
    [
      ['root', undefined],
      ['bob', 'failed'],
    ],
  );
  assert.equal(
    describeFile(both)[0],
    '2 events (1 of them failed tries) in 11 lines, read as an sshd auth log; times without a zone taken as UTC, of 2024; failed tries taken too',
  );
});

test('a log that was read and has no log-in says what it has', async () => {
  const path = file(login('root', undefined, 'Failed'), sshd('Dec 10 06:55:46', 'Connection closed'));
  assert.deepEqual(describeFile(await readEventFile(path, { now })), [
    'no events in 2 lines, read as an sshd auth log',
    '1 failed try left out (--failed-too takes them): failed-try (line 1)',
    '1 line of other things: not-a-login (line 2)',
  ]);
});

test('a file with nothing in it, or of nothing that is understood, is an error and never no events', async () => {
  const noise = ['Dec 10 06:55:46 LabSZ CRON[1]: noise', 'Dec 10 06:55:46 LabSZ su: more'];
  const cases: [string, string][] = [
    [file(), 'file-empty: it has no line'],
    [file('', '   '), 'file-empty: it has no line'],
    [file(...noise), 'nothing-understood: no line of it tells of a log-in'],
  ];
  for (const [path, said] of cases)
    await assert.rejects(readEventFile(path, utc), {
      message: `${path}: ${said}; nothing of this file was sent`,
    });
  await assert.rejects(readEventFile(join(folder, 'nowhere'), { now }), { code: 'ENOENT' });
});

test('of a file that has grown since, only what it had is read', async () => {
  const [first, second] = [json('alice'), json('bob')];
  const path = file(first, second, '{ half a line');
  const bytes = first.length + second.length + 2;
  const reading = await fileReading(path, { now });
  const seen: Uint8Array[] = [];
  const onChunk = (chunk: Uint8Array) => seen.push(chunk);
  const lines = await Array.fromAsync(eventLines(path, reading, { now }, { bytes, onChunk }));
  assert.deepEqual(
    lines.map(({ line, event }) => [line, event?.account]),
    [
      [1, 'alice'],
      [2, 'bob'],
    ],
  );
  assert.equal(Buffer.concat(seen).toString(), `${first}\n${second}\n`);
  const rest = await Array.fromAsync(eventLines(path, reading, { now, skipMalformed: true }));
  assert.deepEqual(rest.at(-1), { line: 3, skipped: 'json-malformed' });
  await assert.rejects(Array.fromAsync(eventLines(path, reading, { now })), {
    code: 'json-malformed',
    line: 3,
  });
});

test('a tally is one line a reason, with where it stood first', () => {
  const tally = {
    'time-future': { count: 2, firstLines: [3, 9] },
    'kind-not-kept': { count: 6, firstLines: [1, 2, 4, 5, 6] },
  };
  assert.deepEqual(
    describeTally(tally, () => 'events refused'),
    ['2 events refused: time-future (line 3, 9)', '6 events refused: kind-not-kept (line 1, 2, 4, 5, 6, …)'],
  );
  assert.deepEqual(
    describeTally({}, () => 'events refused'),
    [],
  );
});

const at = '2026-11-20T09:00:00.000Z';
const number: IdentityEvent = { kind: 'phone', account: 'alice', at, phone: '+4915112345678' };
const username: IdentityEvent = { kind: 'username', account: 'alice', at, username: 'alice99' };
const access = (port: number): IdentityEvent => ({
  kind: 'access',
  account: 'bob',
  at,
  ip: '192.0.2.1',
  port,
});

test('a username becomes no record', () => {
  assert.equal(recordsExpected([number, username, access(1), access(2), username]), 3);
  assert.equal(recordsExpected(new Set([username])), 0);
});

/** AWS as far as one call goes: what is asked of it, and what it answers to that. */
async function awsWith(answer: (call: unknown, calls: number) => object) {
  const calls: unknown[] = [];
  const server = createServer(async (request, response) => {
    const call: unknown = JSON.parse(Buffer.concat(await request.toArray()).toString());
    calls.push(call);
    response.setHeader('content-type', 'application/x-amz-json-1.1');
    response.end(JSON.stringify(answer(call, calls.length)));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  after(() => server.closeAllConnections());
  after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const aws = awsOf({ endpoint: `http://127.0.0.1:${port}`, region: 'eu-central-1', credentials });
  return { aws, calls };
}
const outputs = { EventStreamName: 'events', VaultTableName: 'vault' } as Outputs;
const putRecords = z.object({
  StreamName: z.literal('events'),
  Records: z.array(z.object({ Data: z.base64(), PartitionKey: z.string().length(64) })),
});
const taken = { SequenceNumber: '1', ShardId: 'shardId-0' };
const throttled = { ErrorCode: 'ProvisionedThroughputExceededException', ErrorMessage: 'slow down' };

test('events go to the stack’s stream in one call, and what fails in it goes again', async () => {
  const { aws, calls } = await awsWith((call, count) => ({
    FailedRecordCount: count === 1 ? 1 : 0,
    Records: putRecords.parse(call).Records.map((_, i) => (count === 1 && i === 1 ? throttled : taken)),
  }));
  const progress: number[] = [];
  await sendEvents(aws, outputs, [number, username, access(1)], (sent) => progress.push(sent));
  const texts = calls.map((call) =>
    putRecords.parse(call).Records.map(({ Data }) => Buffer.from(Data, 'base64').toString()),
  );
  assert.deepEqual(texts, [[number, username, access(1)].map(eventText), [eventText(username)]]);
  assert.deepEqual(progress, [3]);
});

test('a stream that takes no more is said to, with how much it took', async () => {
  const { aws, calls } = await awsWith((call) => {
    const { Records } = putRecords.parse(call);
    return { FailedRecordCount: 0, Records: Records.map(() => taken).slice(calls.length > 1 ? 1 : 0) };
  });
  await assert.rejects(
    sendEvents(
      aws,
      outputs,
      Array.from({ length: 501 }, (_, i) => access(i + 1)),
    ),
    {
      message: 'The stream took the first 500 events, then no more (answer-malformed).',
    },
  );
  assert.equal(calls.length, 2);
});

test('what is no identity event is not sent, and not passed over in silence', async () => {
  const { aws, calls } = await awsWith((call) => ({
    FailedRecordCount: 0,
    Records: putRecords.parse(call).Records.map(() => taken),
  }));
  await assert.rejects(sendEvents(aws, outputs, [access(1), access(0)]), {
    message: 'no identity events: {"port-invalid":1}',
  });
  assert.equal(calls.length, 1);
});

test('an answer without records tells of none', async () => {
  const { aws } = await awsWith(() => ({}));
  assert.deepEqual(await kinesisPut(aws, outputs)([{ Data: new Uint8Array(1), PartitionKey: 'k' }]), []);
});

test('sealed records are counted by what each item says it holds, on all pages', async () => {
  const scan = z.object({
    TableName: z.literal('vault'),
    FilterExpression: z.literal('begins_with(sk, :rec)'),
    ExpressionAttributeValues: z.object({ ':rec': z.object({ S: z.literal('rec#') }) }),
  });
  const items = (...ns: number[]) => ns.map((n) => ({ n: { N: String(n) } }));
  const { aws } = await awsWith((call, count) => {
    scan.parse(call);
    return count === 1 ? { Items: items(3, 20), LastEvaluatedKey: { pk: { S: 'x' } } } : { Items: items(1) };
  });
  assert.equal(await countSealed(aws, outputs), 24);

  const damaged = await awsWith(() => ({ Items: [{}] }));
  await assert.rejects(countSealed(damaged.aws, outputs), { name: 'ZodError' });
});
