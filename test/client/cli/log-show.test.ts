import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { z } from 'zod';
import { filterOf } from '#client/cli/log-filter.ts';
import { entryLine, entryPlace, entryRange, permalink } from '#client/cli/log-line.ts';
import { newSigningKey, publicJwk, signerFromPem } from '#client/keys.ts';
import { newestCheckpoint } from '#client/log/entries.ts';
import { checkGrowth, provenBackwards, provenRange } from '#client/log/proven-bundle.ts';
import { formatVerifierKey } from '#core/log/note.ts';
import { tilePath } from '#core/log/tiles.ts';
import { writ as run } from '#dev/writ.ts';
import { history, TestLog } from '../report/logs.ts';

const folder = mkdtempSync(join(tmpdir(), 'writ-show-'));
after(() => rmSync(folder, { recursive: true }));

const entries = history();
const log = new TestLog().append(entries);
const size = BigInt(entries.length);
const vkey = formatVerifierKey(log.key);

const line = z.looseObject({
  index: z.string(),
  kind: z.string(),
  stream: z.string(),
  permalink: z.string(),
});
const linesOf = (out: string) =>
  out
    .trim()
    .split('\n')
    .filter((text) => text !== '')
    .map((text) => line.parse(JSON.parse(text)));

describe('which entries are meant', () => {
  test('an index, a range of either form, or a permalink names them', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 9n }), fc.bigInt({ min: 0n, max: 500n }), (from, more) => {
        assert.deepEqual(entryPlace(String(from)), { from, last: from });
        assert.deepEqual(entryPlace(`${from}-`), { from, last: undefined });
        assert.deepEqual(entryPlace(`${from}-${from + more}`), { from, last: from + more });
        const there = from + more + 1n;
        const url = permalink('https://disclosure.example/v1', from, there);
        assert.deepEqual(entryPlace(url ?? ''), {
          url: 'https://disclosure.example/v1',
          from,
          last: from,
        });
        assert.deepEqual(entryPlace(`https://disclosure.example/v1/#/log/entry/${from}`), {
          url: 'https://disclosure.example/v1',
          from,
          last: from,
        });
        assert.deepEqual(entryRange({ from, last: from + 10_000n }, there), {
          from,
          to: there,
          isOne: false,
        });
      }),
    );
  });

  test('a permalink of a file that does not hold the entry is refused, and so is what is none', () => {
    for (const wrong of [
      '-1',
      '5-3',
      'x',
      '1.5',
      '1234567890123456789',
      'https://disclosure.example/v1/log/tile/entries/000#256',
      'https://disclosure.example/v1/log/tile/0/000#17',
      'https://disclosure.example/v1/log/tile/entries/000',
      'https://disclosure.example/v1/log/tile/entries/000#x',
      'https://disclosure.example/v1/#/log/entry/x',
      'https://disclosure.example/v1/#/log',
      'javascript:alert(1)',
    ])
      assert.throws(() => entryPlace(wrong), { code: 'usage' }, wrong);
    assert.throws(() => entryRange({ from: 5n, last: 5n }, 5n), /its last is 4/);
    assert.throws(() => entryRange({ from: 0n, last: 0n }, 0n), /no entry yet/);
  });

  test('filters take a kind or its beginning, a stream with or without what it is of, and times', () => {
    const envelope = {
      v: 1,
      kind: 'request.received',
      at: '2026-11-20T10:00:00.000Z',
      stream: 'case/0f8b',
      n: 1,
    };
    const meant = (options: Parameters<typeof filterOf>[0]) => filterOf(options).matches({ envelope });
    for (const yes of [
      {},
      { kind: ['request'] },
      { kind: ['desk.changed', 'request.received'] },
      { stream: 'case/0f' },
      { stream: '0f8b' },
      { since: '2026-11-20T10:00:00Z', until: '2026-11-20T10:00:01Z' },
    ])
      assert.ok(meant(yes), JSON.stringify(yes));
    for (const no of [
      { kind: ['request.refused'] },
      { stream: '8b' },
      { since: '2026-11-20T10:00:01Z' },
      { until: '2026-11-20T10:00:00Z' },
    ])
      assert.ok(!meant(no), JSON.stringify(no));
    assert.throws(() => filterOf({ kind: ['req'] }), /no kind req/);
    assert.throws(() => filterOf({ since: 'yesterday' }), /--since is/);
  });

  test('a line is as wide as the terminal at most, and shows no control character', async () => {
    const of = await newestCheckpoint(log);
    const placed = (await Array.fromAsync(provenRange(log.read, 0n, size, of))).flat();
    for (const each of placed) assert.ok(entryLine(each, 80).length <= 80);
    const [first] = placed;
    assert.ok(first);
    const envelope = { ...first.envelope, stream: `case/\u001b[2J${'x'.repeat(90)}` };
    assert.ok(!entryLine({ ...first, envelope }, 80).includes('\u001b'));
  });
});

describe('parts of a log are proven', () => {
  test('forwards and backwards, every entry once, in its place', async () => {
    const of = await newestCheckpoint(log);
    const forwards = (await Array.fromAsync(provenRange(log.read, 0n, size, of))).flat();
    const backwards = (await Array.fromAsync(provenBackwards(log.read, of))).toReversed().flat();
    assert.deepEqual(backwards, forwards);
    assert.deepEqual(
      forwards.map(({ entry }) => entry),
      entries,
    );
    const some = (await Array.fromAsync(provenRange(log.read, 250n, 260n, of))).flat();
    assert.deepEqual(
      some.map(({ index }) => index),
      Array.from({ length: 10 }, (_, i) => 250n + BigInt(i)),
    );
  });

  test('one entry that another took the place of is not shown, nor is anything of its bundle', async () => {
    const of = await newestCheckpoint(log);
    const path = tilePath({ level: 'entries', index: 1n, width: 256 });
    const bundle = Uint8Array.from(log.files.get(path) ?? []);
    assert.ok(bundle.length > 0);
    bundle[40] = (bundle[40] ?? 0) ^ 1;
    const forged = async (name: string) => (name === path ? bundle : log.read(name));
    await assert.rejects(Array.fromAsync(provenRange(forged, 300n, 301n, of)), { code: 'not-included' });
    await Array.fromAsync(provenRange(forged, 0n, 256n, of));
  });

  test('a log that grows begins with what it was; one that was made anew under its own key does not', async () => {
    const grown = new TestLog().append(entries.slice(0, 300));
    const before = await newestCheckpoint(grown);
    grown.append(entries.slice(300));
    await checkGrowth(grown.read, before, await newestCheckpoint(grown));
    const other = grown.twin().append(entries.slice(1)).append(entries.slice(0, 1));
    await assert.rejects(checkGrowth(other.read, before, await newestCheckpoint(other)), {
      code: 'not-included',
    });
    const shorter = grown.twin().append(entries.slice(0, 299));
    await assert.rejects(checkGrowth(shorter.read, before, await newestCheckpoint(shorter)), {
      code: 'not-included',
    });
  });
});

describe('writ log show, tail and verify, and writ report', () => {
  const dir = join(folder, 'log');
  const config = join(folder, 'config');
  /** What is served: the files by path, and no more where a test says so. */
  let files: ReadonlyMap<string, Uint8Array> = log.files;
  const server = createServer(({ url: path = '' }, answer) => {
    const file = files.get(path.replace(/^\/v1\/log\//, ''));
    if (file !== undefined) answer.end(file);
    else if (path === '/v1/provider') answer.end(JSON.stringify({ log: { verifierKey: vkey } }));
    else answer.writeHead(404).end();
  });
  let url = '';
  const writ = (...args: string[]) => run(args, { XDG_CONFIG_HOME: config });

  before(async () => {
    for (const [path, bytes] of log.files) {
      mkdirSync(dirname(join(dir, path)), { recursive: true });
      writeFileSync(join(dir, path), bytes);
    }
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    assert.ok(typeof address === 'object' && address !== null);
    url = `http://127.0.0.1:${address.port}`;
    const { privatePem } = newSigningKey();
    const { keyId } = signerFromPem(privatePem);
    const keys = [publicJwk(privatePem)];
    mkdirSync(join(config, 'writ/default'), { recursive: true });
    writeFileSync(
      join(config, 'writ/default/profile.json'),
      JSON.stringify({
        v: 1,
        role: 'reviewer',
        signing: { at: 'file', file: 'signing.pem', publicKey: keys[0], keyId },
        provider: { url, name: 'Example Messenger', keys, logKey: vkey },
      }),
    );
  });
  after(() => server.close());

  test('with a profile neither address nor key is asked for, and which key it was is said', async () => {
    const verified = await writ('log', 'verify', '--json');
    assert.equal(JSON.parse(verified.out).keyFrom, 'profile', verified.err);
    assert.match(verified.err, /the profile default keeps/);
    const same = await writ('log', 'show', '3', '--url', `${url}/v1`, '--json');
    assert.match(same.err, /the profile default keeps/);
    const copy = await writ('log', 'show', '3', '--dir', dir, '--json');
    assert.match(copy.err, /the profile default keeps/);
    const given = await writ('log', 'show', '3', '--key', vkey, '--json');
    assert.deepEqual([given.code, given.err], [0, '']);
  });

  test('another address than the profile’s is not held against the profile’s key', async () => {
    const elsewhere = await writ('log', 'show', '3', '--url', `${url.replace('127.0.0.1', 'localhost')}/v1`);
    assert.match(elsewhere.err, /provider’s own word/);
    const missing = await writ('log', 'show', '3', '--profile', 'nobody');
    assert.deepEqual([missing.code, /profile-missing/.test(missing.err)], [2, true]);
  });

  test('one entry is shown whole, its permalink leads to it again, and a range is a line each', async () => {
    const one = await writ('log', 'show', '300', '--key', vkey);
    assert.equal(one.code, 0, one.err);
    const link = /^permalink: +(\S+)$/m.exec(stripVTControlCharacters(one.out))?.[1] ?? '';
    assert.equal(link, `${url}/v1/log/tile/entries/001#300`);
    assert.match(one.out, new RegExp(`^kind: +${entries[300]?.kind}$`, 'm'));
    assert.deepEqual((await writ('log', 'show', link, '--key', vkey)).out, one.out);
    const file = await fetch(link);
    assert.equal(file.status, 200);
    assert.ok((await file.text()).includes(JSON.stringify(entries[300]?.stream)));
    const some = linesOf((await writ('log', 'show', '10-12', '--json')).out);
    assert.deepEqual(
      some.map(({ index, kind }) => [index, kind]),
      [10, 11, 12].map((i) => [String(i), entries[i]?.kind]),
    );
  });

  test('filters choose among all entries; what matches nothing ends with 1', async () => {
    const stream = entries[0]?.stream ?? '';
    const found = linesOf((await writ('log', 'show', '--stream', stream, '--json')).out);
    assert.deepEqual(
      found.map(({ kind }) => kind),
      entries.filter((entry) => entry.stream === stream).map(({ kind }) => kind),
    );
    const none = await writ('log', 'show', '--stream', 'case/none');
    assert.deepEqual([none.code, none.out], [1, '']);
    assert.match(none.err, /Nothing matches among \d+ entries/);
    const beyond = await writ('log', 'show', String(size));
    assert.deepEqual([beyond.code, new RegExp(`its last is ${size - 1n}`).test(beyond.err)], [2, true]);
  });

  test('tail shows the newest that match, in their order', async () => {
    const last = linesOf((await writ('log', 'tail', '--json')).out);
    assert.deepEqual(
      last.map(({ index }) => index),
      Array.from({ length: 10 }, (_, i) => String(size - 10n + BigInt(i))),
    );
    const received = linesOf(
      (await writ('log', 'tail', '-n', '3', '--kind', 'request.received', '--json')).out,
    );
    const expected = entries
      .flatMap(({ kind }, i) => (kind === 'request.received' ? [String(i)] : []))
      .slice(-3);
    assert.deepEqual(
      received.map(({ index }) => index),
      expected,
    );
    const text = (await writ('log', 'tail', '-n', '2')).out;
    assert.equal(text.trim().split('\n').length, 3);
  });

  test('a young log: without an entry, and without a published report, writ report says what it waits for', async () => {
    files = new Map();
    const empty = await writ('report', '--verify');
    assert.deepEqual([empty.code, empty.out], [4, '']);
    assert.match(empty.err, /the log has no entry\. Its first comes when/);
    const young = new TestLog(log.key.name).append(entries.slice(0, 2));
    files = young.files;
    const key = formatVerifierKey(young.key);
    const overdue = await writ('report', '--verify', '--key', key, '--json');
    assert.equal(overdue.code, 4, overdue.err);
    assert.match(
      overdue.err,
      /Nothing was compared: the provider publishes no report\. .* ask the provider why/,
    );
    assert.equal(JSON.parse(overdue.out).log.size, '2');
    const recent = entries.slice(0, 1).map((entry) => ({ ...entry, at: new Date().toISOString() }));
    const fresh = new TestLog(log.key.name).append(recent);
    files = fresh.files;
    const waiting = await writ('report', '--verify', '--key', formatVerifierKey(fresh.key));
    assert.equal(waiting.code, 4);
    assert.match(waiting.err, /has published no report yet\. .* Try again in an hour/);
    files = log.files;
  });
});
