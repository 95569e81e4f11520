import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { openMonitorStore } from '#client/log/monitor/sqlite.ts';
import { toHex, utf8 } from '#core/bytes.ts';
import { sha256 } from '#core/canonical.ts';
import { formatVerifierKey } from '#core/log/note.ts';
import { writ as run, writProgram } from '#dev/writ.ts';
import { openCase } from '../../core/log/verify/cheats.ts';
import { bytesOf, deskOf, entriesOf, filesOf, ours, refusals } from '../../core/log/verify/logs.ts';

/** `writ log monitor` and `writ log mirror` as processes of their own. */
const folder = mkdtempSync(join(tmpdir(), 'writ-monitor-'));
after(() => rmSync(folder, { recursive: true, force: true }));
let places = 0;
const place = () => join(folder, `${++places}`);

const desk = deskOf(['one', 'two']);
const honest = bytesOf(entriesOf([...desk, ...refusals(40, 20)]));
const { told } = openCase();
/** Minted without an approval: entry 7. */
const cheating = bytesOf(entriesOf([...desk, ...told.toSpliced(1, 2)]));
const other = bytesOf(entriesOf([...desk, ...refusals(50, 21)]));

type Files = ReadonlyMap<string, Uint8Array>;
function written(files: Files, directory = place()): string {
  for (const [path, bytes] of files) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), bytes);
  }
  return directory;
}

const key = formatVerifierKey(ours.key);
const monitor = (dir: string, state: string, ...more: string[]) =>
  run(['log', 'monitor', '--once', '--dir', dir, '--key', key, '--state', state, ...more]);

test('writ log monitor says that nothing is wrong, and goes on where it was', async () => {
  const state = place();
  const first = await monitor(written(filesOf(honest.slice(0, 30))), state);
  assert.deepEqual([first.code, first.err], [0, '']);
  assert.match(first.out, /: 30 entries, 30 read, 30 of them now\. Nothing is wrong\./);
  const second = await monitor(written(filesOf(honest)), state, '--json');
  assert.equal(second.code, 0);
  const { what, size, added, ok } = JSON.parse(second.out);
  assert.deepEqual(
    { what, size, added, ok },
    { what: 'round', size: String(honest.length), added: String(honest.length - 30), ok: true },
  );
});

/** A command that notes down what it is told, and ends with a code. */
function teller(code = 0) {
  const file = place();
  const script = `const fs = require('fs'); fs.appendFileSync(${JSON.stringify(file)}, JSON.stringify([process.env.WRIT_CODE, process.env.WRIT_INDEX, JSON.parse(fs.readFileSync(0))]) + '\\n'); process.exit(${code})`;
  const program = `${place()}.cjs`;
  writeFileSync(program, script);
  const toldSoFar = () =>
    readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  return { command: `"${process.execPath}" "${program}"`, toldSoFar };
}

test('a finding ends the command with 1, and is told once: as text, to a command, to an address, in a feed, as metrics', async () => {
  const [dir, state, atom, prometheus] = [written(filesOf(cheating)), place(), place(), place()];
  const { command, toldSoFar } = teller();
  const posted: unknown[] = [];
  const { url, stop } = await serving((body) => {
    posted.push(JSON.parse(body));
    return 204;
  });
  const all = ['--exec', command, '--webhook', url, '--atom', atom, '--prometheus', prometheus];
  const { code, out, err } = await monitor(dir, state, ...all);
  assert.deepEqual([code, err], [1, '']);
  assert.match(out, /^entry 7: approvals-missing: /m);
  const [first] = toldSoFar();
  assert.deepEqual(first.slice(0, 2), ['approvals-missing', '7']);
  assert.deepEqual([first[2].what, first[2].origin], ['found', ours.key.name]);
  assert.deepEqual(
    posted,
    toldSoFar().map(([, , json]) => json),
  );
  assert.match(readFileSync(atom, 'utf8'), /<title>entry 7: approvals-missing: /);
  const metrics = readFileSync(prometheus, 'utf8');
  assert.match(metrics, /^writ_log_findings\{origin="log\.example\/v1\/log",code="approvals-missing"\} 1$/m);
  assert.match(metrics, new RegExp(`^writ_log_size_entries\\{.*\\} ${cheating.length}$`, 'm'));
  const count = toldSoFar().length;
  const again = await monitor(dir, state, ...all);
  assert.deepEqual([again.code, toldSoFar().length, posted.length], [0, count, count]);
  assert.doesNotMatch(again.out, /approvals-missing/);
  await stop();
});

test('who could not be told is told in the next round', async () => {
  const [dir, state] = [written(filesOf(cheating)), place()];
  let status = 500;
  const posted: string[] = [];
  const { url, stop } = await serving((body) => {
    posted.push(body);
    return status;
  });
  const failing = teller(3);
  const first = await monitor(dir, state, '--exec', failing.command, '--webhook', url);
  assert.equal(first.code, 1);
  assert.match(first.err, /--exec could not be told \(it ended with 3\)/);
  assert.match(first.err, /--webhook could not be told \(it answers 500\)/);
  assert.deepEqual(
    [failing.toldSoFar().length, posted.length],
    [1, 1],
    'what comes after it waits, in its order',
  );
  const working = teller();
  const second = await monitor(dir, state, '--exec', working.command, '--webhook', url);
  assert.equal(second.code, 3, 'nothing new is wrong, and somebody does not know what is');
  status = 200;
  const third = await monitor(dir, state, '--exec', working.command, '--webhook', url);
  assert.deepEqual([third.code, third.err], [0, '']);
  assert.equal(working.toldSoFar()[0]?.[0], 'approvals-missing');
  assert.equal(posted.length, 2 + working.toldSoFar().length);
  await stop();
});

test('a fork ends every round with 1, and both checkpoints are kept as files', async () => {
  const state = place();
  await monitor(written(filesOf(honest.slice(0, 30))), state);
  const forked = written(filesOf(other));
  const first = await monitor(forked, state);
  assert.equal(first.code, 1);
  assert.match(first.out, /^log: log-forked: /m);
  const again = await monitor(forked, state);
  assert.equal(again.code, 1);
  assert.match(again.out, /^still: log: log-forked: /m);
  const [, path = ''] = /both checkpoints: (.*)$/m.exec(again.out) ?? [];
  assert.deepEqual(readdirSync(path).sort(), ['checkpoint-1', 'checkpoint-2']);
  assert.deepEqual(readFileSync(join(path, 'checkpoint-2')), readFileSync(join(forked, 'checkpoint')));
});

test('a split view is found at a witness’s address, and in a checkpoint that somebody else has', async () => {
  const forked = Buffer.from(filesOf(other.slice(0, 20)).get('checkpoint') ?? '');
  const paths: string[] = [];
  const { url, stop } = await serving((_, path) => {
    paths.push(path);
    return forked;
  });
  for (const address of [`${url}monitoring`, `${url}mirror/checkpoint`]) {
    const { code, out } = await monitor(written(filesOf(honest)), place(), '--compare', address);
    assert.equal(code, 1);
    assert.match(out, /log-forked/);
  }
  const hash = toHex(sha256(utf8(ours.key.name)));
  assert.deepEqual(paths, [`/monitoring/${hash}/checkpoint`, '/mirror/checkpoint']);
  await stop();
});

test('a log that cannot be read ends it with 3, and what is wrong with the command line with 2', async () => {
  const gone = await run([
    'log',
    'monitor',
    '--once',
    '--url',
    'http://127.0.0.1:9/v1',
    '--key',
    key,
    '--state',
    place(),
  ]);
  assert.equal(gone.code, 3, gone.err);
  assert.match(gone.err, /log-unreadable/);
  const dir = written(filesOf(honest));
  const file = place();
  writeFileSync(file, 'quorum nobody\n');
  const wrong: [string[], RegExp][] = [
    [['--every', '1y'], /--every takes/],
    [['--quiet-after', '0h'], /--quiet-after takes/],
    [['--webhook', 'http://example.org/hook'], /--webhook is an https address/],
    [['--policy', file], /is no policy of a log \(line 1: name-unknown\)/],
    [['--compare', 'nowhere'], /--compare is no URL/],
  ];
  await Promise.all(
    wrong.map(async ([more, says]) => {
      const { code, err } = await monitor(dir, place(), ...more);
      assert.equal(code, 2, err);
      assert.match(err, says);
    }),
  );
});

test('a state that another monitor has, or that is another log’s, is not touched', async () => {
  const state = place();
  const dir = written(filesOf(honest));
  mkdirSync(state);
  const store = await openMonitorStore(join(state, 'monitor.sqlite'));
  const busy = await monitor(dir, state);
  assert.equal(busy.code, 2);
  assert.match(busy.err, /state-in-use/);
  store.setNote('key', 'another');
  store.close();
  const others = await monitor(dir, state);
  assert.equal(others.code, 2);
  assert.match(others.err, /state-of-another-log/);
  writeFileSync(
    join(state, 'monitor.sqlite'),
    'not ours, whatever it is, and long enough to be read as a database',
  );
  assert.match((await monitor(dir, state)).err, /state-unreadable/);
});

test('a Node without SQLite is told to be too old', async () => {
  const args = [
    '--no-experimental-sqlite',
    writProgram,
    'log',
    'monitor',
    '--once',
    '--dir',
    written(filesOf(honest)),
    '--key',
    key,
    '--state',
    place(),
  ];
  const { code, err } = await new Promise<{ code: unknown; err: string }>((done) => {
    execFile(process.execPath, args, (error, _, err) => done({ code: error?.code, err }));
  });
  assert.equal(code, 2, err);
  assert.match(err, /node-too-old: .*22\.13/);
});

test('a monitor that runs is killed, another goes on; and Ctrl-C ends it without an error', async () => {
  const state = place();
  const dir = written(filesOf(honest.slice(0, 30)));
  const args = [writProgram, 'log', 'monitor', '--every', '1d', '--dir', dir, '--key', key, '--state', state];
  for (const [signal, expected] of [
    ['SIGKILL', [null, 'SIGKILL']],
    ['SIGINT', [0, null]],
  ] as const) {
    written(filesOf(honest.slice(0, signal === 'SIGKILL' ? 30 : 35)), dir);
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    child.kill(signal);
    assert.deepEqual(await once(child, 'close'), expected);
  }
  const { code, out } = await monitor(written(filesOf(honest)), state);
  assert.equal(code, 0);
  assert.match(out, new RegExp(`${honest.length} read, ${honest.length - 35} of them now`));
});

test('writ log mirror keeps a copy that verify and monitor take, and refuses a log that does not begin with it', async () => {
  const to = place();
  const mirror = (dir: string, ...more: string[]) =>
    run(['log', 'mirror', '--dir', dir, '--key', key, '--to', to, ...more]);
  const first = await mirror(written(filesOf(honest.slice(0, 30))));
  assert.equal(first.code, 0, first.err);
  assert.match(first.out, /30 entries; 2 files read\./);
  const second = await mirror(written(filesOf(honest)), '--json');
  const { size, before, removed } = JSON.parse(second.out);
  assert.deepEqual({ size, before, removed }, { size: String(honest.length), before: '30', removed: 2 });
  assert.equal((await run(['log', 'verify', '--dir', to, '--key', key])).code, 0);
  assert.equal((await monitor(to, place())).code, 0);
  for (const [files, says] of [
    [filesOf(other), /log-forked: .*both checkpoints are in /],
    [filesOf(honest.slice(0, 5)), /log-truncated: /],
    [
      new Map([...filesOf([...honest, ...refused()])].filter(([path]) => !path.startsWith('tile/entries'))),
      /file-missing: /,
    ],
  ] as const) {
    const refusedOne = await mirror(written(files));
    assert.equal(refusedOne.code, 1);
    assert.match(refusedOne.out, says);
  }
  assert.equal((await run(['log', 'verify', '--dir', to, '--key', key])).code, 0);
});

/** One entry more of the honest log. */
const refused = () =>
  bytesOf(entriesOf([...desk, ...refusals(40, 20), ...refusals(1, 30)])).slice(honest.length);

/** A server on this machine. @param answer a status, or what is answered */
async function serving(answer: (body: string, path: string) => number | Uint8Array) {
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += String(part);
    const answered = answer(body, request.url ?? '');
    if (typeof answered === 'number') response.writeHead(answered).end();
    else response.end(answered);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port }: Pick<AddressInfo, 'port'> = Object.assign({ port: 0 }, server.address());
  const stop = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return { url: `http://127.0.0.1:${port}/`, stop };
}
