import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { z } from 'zod';
import {
  describeFile,
  describeTally,
  eventLines,
  fileRefusal,
  readingOf,
} from '#client/cli/ingest/reading.ts';
import { EventFileError } from '#core/events/file.ts';
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
const login = (account: string, stamp = 'Dec 10 06:55:46') =>
  sshd(stamp, `Failed password for ${account} from 192.0.2.1 port 7 ssh2`);

test('JSON lines are read whole, in order, blank lines aside', async () => {
  const read = await readEventFile(file('', json('alice'), '  ', phone, json('bob')));
  assert.equal(read.format, 'jsonl');
  assert.deepEqual(
    read.events.map((e) => [e.kind, e.account]),
    [
      ['access', 'alice'],
      ['phone', 'alice'],
      ['access', 'bob'],
    ],
  );
  assert.deepEqual(read.summary, { events: 3, skipped: {} });
  assert.deepEqual(describeFile(read), ['3 events']);
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
    await assert.rejects(readEventFile(path), (error) => {
      assert.ok(error instanceof EventFileError);
      assert.deepEqual([error.code, error.line], [code, 3]);
      assert.equal(fileRefusal(path, error), `${path}:3: ${code}. Nothing of this file was ingested.`);
      return true;
    });
  }
});

test('a malformed last line stops the file as well as a first one does', async () => {
  for (const [lines, line] of [
    [['{', json('alice')], 1],
    [[json('alice'), json('bob'), 'x'], 3],
  ] as const) {
    await assert.rejects(readEventFile(file(...lines)), { name: 'EventFileError', line });
  }
});

test('an sshd log gives its log-ins, and counts and shows the lines that are not understood', async () => {
  const noise = Array.from({ length: 7 }, () => sshd('Dec 10 06:55:46', 'Connection closed by 192.0.2.1'));
  const path = file(
    login('root'),
    ...noise,
    login('invalid user bob'),
    sshd('Dec 10 06:55:47', 'Accepted password for alice from UNKNOWN port 7 ssh2'),
  );
  const read = await readEventFile(path, 2025);
  assert.deepEqual(
    read.events.map((e) => [e.account, e.at]),
    [
      ['root', '2025-12-10T06:55:46.000Z'],
      ['bob', '2025-12-10T06:55:46.000Z'],
    ],
  );
  assert.deepEqual(read.summary, {
    events: 2,
    skipped: {
      'not-a-login': { count: 7, firstLines: [2, 3, 4, 5, 6] },
      'ip-invalid': { count: 1, firstLines: [10] },
    },
  });
  assert.deepEqual(describeFile(read), [
    '2 events, an sshd log read as of 2025',
    '7 lines not understood as events: not-a-login (line 2, 3, 4, 5, 6, …)',
    '1 lines not understood as events: ip-invalid (line 10)',
  ]);
});

test('without a year an sshd log is of the latest that puts no line in the future', async () => {
  const month = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
  const stamp = (at: Date) =>
    `${month[at.getUTCMonth()]} ${String(at.getUTCDate()).padStart(2)} ${at.toISOString().slice(11, 19)}`;
  for (const days of [-3, 3]) {
    const at = new Date(Date.now() + days * 86_400_000);
    // The day that some years do not have has a test of its own where the year is found.
    if (at.getUTCMonth() === 1 && at.getUTCDate() === 29) continue;
    const { year, events } = await readEventFile(file(login('root', stamp(at))));
    assert.equal(year, days < 0 ? at.getUTCFullYear() : at.getUTCFullYear() - 1);
    assert.ok(events.every((event) => Date.parse(event.at) <= Date.now()));
  }
});

test('a file with nothing in it holds no events; one that is not there is an error', async () => {
  assert.deepEqual((await readEventFile(file())).events, []);
  assert.deepEqual((await readEventFile(file('', '   '))).summary, { events: 0, skipped: {} });
  await assert.rejects(readEventFile(join(folder, 'nowhere')), { code: 'ENOENT' });
});

test('JSON lines are of this year unless told, and so is a file with nothing in it', async () => {
  const year = new Date().getUTCFullYear();
  assert.deepEqual(await readingOf(file(json('alice'))), { format: 'jsonl', year });
  assert.deepEqual(await readingOf(file('')), { format: 'jsonl', year });
  assert.deepEqual(await readingOf(file(json('alice')), 2020), { format: 'jsonl', year: 2020 });
  assert.deepEqual(await readingOf(file('', login('root')), 2020), { format: 'sshd', year: 2020 });
});

test('of a file that has grown since, only what it had is read', async () => {
  const [first, second] = [json('alice'), json('bob')];
  const path = file(first, second, '{ half a line');
  const bytes = first.length + second.length + 2;
  const reading = await readingOf(path);
  const seen: Uint8Array[] = [];
  const onChunk = (chunk: Uint8Array) => seen.push(chunk);
  const lines = await Array.fromAsync(eventLines(path, reading, { bytes, onChunk }));
  assert.deepEqual(
    lines.map(({ line, event }) => [line, event?.account]),
    [
      [1, 'alice'],
      [2, 'bob'],
    ],
  );
  assert.equal(Buffer.concat(seen).toString(), `${first}\n${second}\n`);
  const rest = await Array.fromAsync(eventLines(path, reading, { skipMalformed: true }));
  assert.deepEqual(rest.at(-1), { line: 3, skipped: 'json-malformed' });
  await assert.rejects(Array.fromAsync(eventLines(path, reading)), { code: 'json-malformed', line: 3 });
});

test('a tally is one line a reason, with where it stood first', () => {
  const tally = {
    'time-future': { count: 2, firstLines: [3, 9] },
    'kind-not-kept': { count: 6, firstLines: [1, 2, 4, 5, 6] },
  };
  assert.deepEqual(describeTally(tally, 'events refused'), [
    '2 events refused: time-future (line 3, 9)',
    '6 events refused: kind-not-kept (line 1, 2, 4, 5, 6, …)',
  ]);
  assert.deepEqual(describeTally({}, 'events refused'), []);
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
