import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { z } from 'zod';
import { home } from '#dev/cloud/emulator.ts';
import { writ, writProgram } from '#dev/writ.ts';

const folder = mkdtempSync(join(tmpdir(), 'writ-ingest-cli-'));
after(() => rmSync(folder, { recursive: true }));

let made = 0;
const at = new Date(Date.now() - 3_600_000).toISOString();
const line = (account: string, when = at) => JSON.stringify({ account, at: when, ip: '192.0.2.1', port: 7 });
const many = (count: number) => Array.from({ length: count }, (_, i) => line(`account-${i}`));
function file(...lines: string[]): string {
  const path = join(folder, `events-${made++}.jsonl`);
  writeFileSync(path, lines.map((line) => `${line}\n`).join(''));
  return path;
}

/** An environment with credentials, and a state folder of its own. */
const surroundings = (more: Record<string, string> = {}) => ({
  XDG_STATE_HOME: mkdtempSync(join(folder, 'state-')),
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_MAX_ATTEMPTS: '1',
  ...more,
});

const call = z.object({
  StreamName: z.string(),
  Records: z.array(z.object({ Data: z.base64(), PartitionKey: z.string() })),
});

/** What speaks Kinesis' protocol at an address, and remembers what it took. @param holds the call that is not answered */
async function stream(holds?: number) {
  const got: string[] = [];
  const state = { calls: 0, held: Promise.resolve() };
  let tell = () => {};
  state.held = new Promise((done) => {
    tell = done;
  });
  const server = createServer(async (request, response) => {
    const { StreamName, Records } = call.parse(JSON.parse(Buffer.concat(await request.toArray()).toString()));
    state.calls += 1;
    response.setHeader('content-type', 'application/x-amz-json-1.1');
    if (StreamName === 'nobodys') {
      response.statusCode = 400;
      return response.end(JSON.stringify({ __type: 'ResourceNotFoundException', message: 'no such stream' }));
    }
    if (state.calls === holds) return tell();
    got.push(...Records.map(({ Data }) => Buffer.from(Data, 'base64').toString()));
    const taken = Records.map(() => ({ SequenceNumber: '1', ShardId: 'shardId-0' }));
    return response.end(JSON.stringify({ FailedRecordCount: 0, Records: taken }));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  after(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return { got, state, where: ['--region', 'eu-central-1', '--endpoint', `http://127.0.0.1:${port}`] };
}
const events = ['--stream', 'events'];

test('writ ingest sends a file, tells what came of it on standard output, and nothing else', async () => {
  const { got, where } = await stream();
  const path = file(
    line('alice'),
    line('bob', '2999-01-01T00:00:00Z'),
    line('carol', '2020-01-01T00:00:00Z'),
  );
  const env = surroundings();
  const { code, out, err } = await writ(['ingest', path, ...events, ...where], env);
  assert.equal(code, 0, err);
  assert.equal(
    out,
    '3 events in 3 lines, read as JSON lines\n1 event refused: time-future (line 2)\n2 sent\n',
  );
  assert.equal(err, '', 'no progress without a terminal');
  assert.equal(got.length, 2);
  const kept = ['--retention', 'phone=12,access=6', '--again', '--json'];
  const again = await writ(['ingest', path, ...events, ...where, ...kept], env);
  const { events: count, sent, refused, sealed } = JSON.parse(again.out);
  assert.deepEqual([count, sent, sealed], [3, 1, undefined]);
  assert.deepEqual(Object.keys(refused).toSorted(), ['time-before-retention', 'time-future']);
  const [name = ''] = readdirSync(join(env.XDG_STATE_HOME, 'writ/ingest'));
  const journal = readFileSync(join(env.XDG_STATE_HOME, 'writ/ingest', name), 'utf8');
  assert.ok(!journal.includes('alice') && !journal.includes('192.0.2.1'), 'counts, and nothing of the file');
});

test('a malformed line stops the file with one line that says where and what next, unless such are skipped', async () => {
  const { got, where } = await stream();
  const path = file(line('alice'), '{', line('bob'));
  const stopped = await writ(['ingest', path, ...events, ...where], surroundings());
  assert.equal(stopped.code, 2);
  assert.equal(
    stopped.err,
    `error: file-malformed: ${path}:2: json-malformed; nothing of this file was sent. Next: --skip-malformed leaves such lines out and sends the rest\n`,
  );
  assert.deepEqual(got, []);
  const skipped = await writ(['ingest', path, ...events, ...where, '--skip-malformed'], surroundings());
  assert.equal(skipped.code, 0);
  assert.equal(got.length, 2);
});

test('what a file was taken for and what was assumed is told, is in --json, and is kept with how far it was sent', async () => {
  const { got, where } = await stream();
  const path = join(folder, 'auth.log.2.gz');
  const day = new Date(Date.now() - 86_400_000);
  const stamp = `${day.toUTCString().slice(8, 11)} ${String(day.getUTCDate()).padStart(2)} 09:00:00`;
  const log = ['Accepted', 'Failed'].map(
    (word) => `${stamp} host sshd[1]: ${word} password for alice from 192.0.2.1 port 7 ssh2\n`,
  );
  writeFileSync(path, gzipSync(log.join('')));
  const env = surroundings();
  const asked = await writ(['ingest', path, ...events, ...where], env);
  assert.equal(asked.code, 2);
  assert.equal(
    asked.err,
    `error: file-malformed: ${path}:1: zone-needed: its time names no time zone; nothing of this file was sent. Next: say where the clock of that server stands: --zone Europe/Berlin, or --zone UTC\n`,
  );
  const { code, out, err } = await writ(['ingest', path, ...events, ...where, '--zone', 'utc'], env);
  assert.equal(code, 0, err);
  const year = day.getUTCFullYear();
  assert.equal(
    out,
    `1 event in 2 lines, read as an sshd auth log; times without a zone taken as UTC, of ${year}\n1 failed try left out (--failed-too takes them): failed-try (line 2)\n1 sent\n`,
  );
  assert.deepEqual(
    got.map((text) => JSON.parse(text)),
    [{ account: 'alice', at: `${day.toISOString().slice(0, 10)}T09:00:00Z`, ip: '192.0.2.1', port: 7 }],
  );
  const read = { format: 'sshd', years: { first: year, last: year }, zone: 'UTC', failedToo: false };
  const [name = ''] = readdirSync(join(env.XDG_STATE_HOME, 'writ/ingest'));
  const journal = JSON.parse(readFileSync(join(env.XDG_STATE_HOME, 'writ/ingest', name), 'utf8'));
  assert.deepEqual(journal.read, read);
  const both = ['--zone', 'UTC', '--failed-too', '--json'];
  const json = JSON.parse((await writ(['ingest', path, ...events, ...where, ...both], env)).out);
  assert.deepEqual(json.read, { ...read, failedToo: true });
  assert.deepEqual([json.events, json.failed, json.lines, json.sent], [2, 1, 2, 2]);
  assert.equal(JSON.parse(got.at(-1) ?? '').outcome, 'failed');
});

test('broken off by Ctrl-C it says how to go on, and the same command goes on from there', async () => {
  const lines = many(1700);
  const path = file(...lines);
  const broken = await stream(3);
  const env = surroundings();
  const command = ['ingest', path, ...events];
  const program = writProgram;
  const child = spawn(process.execPath, [program, ...command, ...broken.where], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, err] = [child.stdout.toArray(), child.stderr.toArray()];
  await broken.state.held;
  child.kill('SIGINT');
  const [code] = await once(child, 'exit');
  assert.equal(code, 130);
  assert.equal(Buffer.concat(await err).toString(), '\nBroken off. The same command goes on from there.\n');
  assert.deepEqual(await out, []);
  assert.deepEqual(broken.got, lines.slice(0, 1000));

  // The same stream, at the same address.
  broken.got.length = 0;
  const went = await writ([...command, ...broken.where], env);
  assert.equal(went.code, 0, went.err);
  assert.equal(went.err, 'Going on after event 1000 of 1700, where an earlier run was broken off.\n');
  assert.equal(
    went.out,
    '1700 events in 1700 lines, read as JSON lines\n700 sent, the rest by an earlier run\n',
  );
  assert.deepEqual(broken.got, lines.slice(1000));
  const once_ = await writ([...command, ...broken.where], env);
  assert.match(once_.out, /nothing was sent now\. --again sends it again\.\n$/);
  const other = await stream();
  assert.equal((await writ([...command, ...other.where], env)).code, 0);
  assert.equal(other.got.length, 1700, 'another deployment has had nothing of it');
});

test('a stream that does not take it ends with 3, and says what to look at', async () => {
  const { where } = await stream();
  const path = file(line('alice'));
  const nobody = await writ(['ingest', path, '--stream', 'nobodys', ...where], surroundings());
  assert.equal(nobody.code, 3);
  assert.match(
    nobody.err,
    /^error: not-sent: The stream took the first 0 events, .*put-failed.*Next: is --stream /,
  );
  const json = await writ(['ingest', path, '--stream', 'nobodys', ...where, '--json'], surroundings());
  assert.equal(JSON.parse(json.err).error.code, 'not-sent');
  const none = {
    ...surroundings({ AWS_EC2_METADATA_DISABLED: 'true', HOME: folder }),
    AWS_ACCESS_KEY_ID: '',
    AWS_SECRET_ACCESS_KEY: '',
  };
  const unknown = await writ(['ingest', path, ...events, ...where], none);
  assert.equal(unknown.code, 3);
  assert.match(unknown.err, /Next: give credentials as the AWS SDK finds them/);
});

test('what is used wrongly ends with 2 and one line that says what to give', async () => {
  const path = file(line('alice'));
  const at = ['--region', 'eu-central-1'];
  const wrong: [string[], RegExp][] = [
    [[path, ...at], /required option '--stream <name>'/],
    [[...events, ...at], /missing required argument 'file'/],
    [[join(folder, 'nowhere'), ...events, ...at], /^error: file-unreadable: /],
    [[folder, ...events, ...at], /^error: file-unreadable: /],
    [[path, ...events, ...at, '--year', '26'], /^error: usage: --year takes four digits/],
    [[path, ...events, ...at, '--zone', '+01:00'], /^error: usage: --zone takes the IANA name/],
    [[path, ...events, ...at, '--format', 'xml'], /^error: usage: --format takes one of /],
    [[path, ...events, ...at, '--retention', 'long'], /^error: usage: --retention takes months/],
    [[path, ...events, ...at, '--retention', '601'], /^error: usage: --retention takes months/],
    [[path, ...events], /^error: usage: there is no region\. Next: give --region/],
  ];
  const nowhere = surroundings({ AWS_REGION: '', AWS_DEFAULT_REGION: '', HOME: folder });
  await Promise.all(
    wrong.map(async ([args, said]) => {
      const { code, err } = await writ(['ingest', ...args], nowhere);
      assert.equal(code, 2, err);
      assert.match(err, said);
    }),
  );
  const { code, out } = await writ(['ingest', '--help']);
  assert.equal(code, 0);
  assert.match(out, /Examples:\n {2}writ ingest /);
  assert.match(out, /Exit codes: 0 /);
});

/** `writ` where everything is installed but the AWS SDK. */
function withoutSdk(): string {
  const place = mkdtempSync(join(folder, 'package-'));
  for (const name of ['client', 'core', 'package.json'])
    cpSync(join(home, name), join(place, name), { recursive: true });
  const modules = join(place, 'node_modules');
  mkdirSync(modules);
  for (const name of readdirSync(join(home, 'node_modules')))
    if (name !== '@aws-sdk') symlinkSync(join(home, 'node_modules', name), join(modules, name));
  return join(place, 'client/cli/writ.ts');
}

test('where the AWS SDK is not installed, the commands that need it say what to install, and others run', async () => {
  const program = withoutSdk();
  const run = async (...args: string[]) => {
    const child = spawn(process.execPath, [program, ...args], { env: { ...process.env, ...surroundings() } });
    const [out, err] = [child.stdout.toArray(), child.stderr.toArray()];
    const [code] = await once(child, 'exit');
    return { code, out: Buffer.concat(await out).toString(), err: Buffer.concat(await err).toString() };
  };
  const ingest = await run('ingest', file(line('alice')), ...events, '--region', 'eu-central-1');
  assert.equal(ingest.code, 2, ingest.err);
  assert.equal(
    ingest.err,
    'error: sdk-missing: this command uses the AWS SDK, and @aws-sdk/client-kinesis is not installed. Next: npm install @aws-sdk/client-kinesis, beside writ\n',
  );
  const doctor = await run('doctor', '--stack', 'Writ', '--region', 'eu-central-1');
  assert.equal(doctor.code, 2);
  assert.match(doctor.err, /^error: sdk-missing: .*Next: npm install @aws-sdk\/client-/);
  assert.equal((await run('--version')).code, 0);
});
