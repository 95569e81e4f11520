import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { gunzip } from '#client/cli/ingest/gunzip.ts';
import { utf8 } from '#core/bytes.ts';
import {
  emptySummary,
  type FileLine,
  formatOf,
  mustBeUnderstood,
  readEvents,
  summarise,
} from '#core/events/file.ts';
import { splitLines } from '#core/events/lines.ts';
import { type Given, gist, now, readBytes, readLines } from './reading.ts';

const json = (account: string) =>
  `{"account":"${account}","at":"2026-11-20T09:00:00Z","ip":"192.0.2.1","port":7}`;
const sshd = (message: string) => `Dec 10 06:55:46 LabSZ sshd[24200]: ${message}`;
const login = (account: string) => sshd(`Accepted password for ${account} from 192.0.2.1 port 7 ssh2`);

const utc: Given = { zone: 'UTC' };
const read = (lines: readonly string[], given: Given = utc) => readLines(lines, given);
async function split(...chunks: Uint8Array[]): Promise<string[]> {
  return Array.fromAsync(splitLines(chunks, gunzip));
}
const seenIn = (lines: FileLine[]) => lines.map((line) => [line.line, line.event?.account ?? line.skipped]);

test('what a file is, its first line with anything on it says', async () => {
  assert.equal(formatOf(' {"account"', 1), 'jsonl');
  assert.equal(formatOf('{"__REALTIME_TIMESTAMP":"1"}', 1), 'journal');
  assert.equal(formatOf('{"class_uid":3002,"time":1}', 1), 'ocsf');
  assert.equal(formatOf('{"@timestamp":"x","event":{}}', 1), 'ecs');
  assert.equal(formatOf('account;at', 1), 'csv');
  for (const line of [login('root'), 'Dec 10 06:55:46 LabSZ CRON[1]: x', '-- No entries --'])
    assert.equal(formatOf(line, 1), 'sshd');
  for (const line of ['[', '[{"account":"a"}]', ' [ {', '[]'])
    assert.throws(() => formatOf(line, 3), { code: 'json-array', line: 3 }, line);
  for (const line of ['# exported', 'x', '[  12.34] host sshd[1]: x', '"a"'])
    assert.throws(() => formatOf(line, 3), { code: 'format-unknown', line: 3 }, line);
  assert.deepEqual(seenIn(await read(['', '  ', json('alice'), '', json('bob')])), [
    [3, 'alice'],
    [5, 'bob'],
  ]);
  assert.deepEqual(seenIn(await read(['', login('root')])), [[2, 'root']]);
  for (const empty of [[], ['', ' ']]) await assert.rejects(read(empty), { code: 'file-empty', line: 0 });
  await assert.rejects(read(['', '# exported', json('a')]), { code: 'format-unknown', line: 2 });
  assert.deepEqual(seenIn(await read(['# exported', json('a')], { format: 'jsonl', skipMalformed: true })), [
    [1, 'json-malformed'],
    [2, 'a'],
  ]);
});

test('a malformed JSON line stops the file with its number and the reason, after all before it', async () => {
  const cases = [
    ['{"account":', 'json-malformed'],
    [login('root'), 'json-malformed'],
    [json('eve').replace('}', ',"message":"hi"}'), 'field-unknown'],
    [json('eve').replace('192.0.2.1', '192.0.2.999'), 'ip-invalid'],
    [json('e\ufffdve'), 'encoding-invalid'],
  ] as const;
  for (const [bad, code] of cases) {
    const seen: FileLine[] = [];
    const all = async () => {
      for await (const line of readEvents(
        [json('alice'), '', bad, json('bob')],
        { format: 'jsonl' },
        { now },
      ))
        seen.push(line);
    };
    await assert.rejects(all, { name: 'EventFileError', code, line: 3, message: `${code} in line 3` });
    assert.deepEqual(seenIn(seen), [[1, 'alice']]);
  }
});

test('malformed JSON lines are skipped on demand, and counted as those of an auth log are', async () => {
  const lines = [json('alice'), '{', json('eve').replace('192.0.2.1', '192.0.2.999'), 'noise', json('bob')];
  const seen = await read(lines, { skipMalformed: true });
  assert.deepEqual(seenIn(seen), [
    [1, 'alice'],
    [2, 'json-malformed'],
    [3, 'ip-invalid'],
    [4, 'json-malformed'],
    [5, 'bob'],
  ]);
  assert.deepEqual(seen.reduce(summarise, emptySummary).skipped['json-malformed'], {
    count: 2,
    firstLines: [2, 4],
  });
});

test('I1: what stops a file says nothing that the line says', async () => {
  // Random: a stack trace holds paths, and a path may hold any name.
  const [account, field] = [randomUUID(), `field-${randomUUID()}`];
  await assert.rejects(read([json(account).replace('}', `,"${field}":"203.0.113.5"}`)]), (error: Error) => {
    const said = `${error.message} ${error.stack} ${JSON.stringify(error)}`;
    for (const value of [account, field, '203.0.113.5', '192.0.2.1']) assert.ok(!said.includes(value), said);
    return error.cause === undefined;
  });
});

test('lines of an auth log that are not understood are skipped with a reason, and the rest is read', async () => {
  const lines = [
    sshd('Connection closed'),
    login('root'),
    sshd('Accepted password for a from UNKNOWN port 7 ssh2'),
    'noise',
    json('x'),
    login('\ufffd'),
  ];
  assert.deepEqual(seenIn(await read(lines)), [
    [1, 'not-a-login'],
    [2, 'root'],
    [3, 'ip-invalid'],
    [4, 'not-sshd'],
    [5, 'not-sshd'],
    [6, 'encoding-invalid'],
  ]);
});

test('a summary counts everything and names the first lines of each reason', async () => {
  const lines = [
    ...Array.from({ length: 8 }, () => sshd('noise')),
    login('root'),
    sshd('Accepted password for a from UNKNOWN port 7 ssh2'),
  ];
  assert.deepEqual((await read(lines)).reduce(summarise, emptySummary), {
    lines: 10,
    events: 1,
    failed: 0,
    skipped: {
      'not-a-login': { count: 8, firstLines: [1, 2, 3, 4, 5] },
      'ip-invalid': { count: 1, firstLines: [10] },
    },
    assumed: {},
  });
  assert.deepEqual(emptySummary, { lines: 0, events: 0, failed: 0, skipped: {}, assumed: {} });
  const tries = [login('a'), login('b').replace('Accepted', 'Failed')];
  const { events, failed } = (await read(tries, { ...utc, failedToo: true })).reduce(summarise, emptySummary);
  assert.deepEqual([events, failed], [2, 1]);
});

test('lines end at LF and CRLF and nowhere else', async () => {
  assert.deepEqual(await split(utf8('a\r\nb\n\nc')), ['a', 'b', '', 'c']);
  assert.deepEqual(await split(utf8('a\n')), ['a']);
  assert.deepEqual(await split(utf8('a\rb\u2028c\u2029d\u0085e\n')), ['a\rb\u2028c\u2029d\u0085e']);
  assert.deepEqual(await split(utf8('\ufeff{\n')), ['{'], 'a byte order mark is no part of the first line');
  assert.deepEqual(await split(), []);
});

test('a line that never ends is not held, and what is left of it is never read as an event', async () => {
  let most = 0;
  async function* endless(end: string) {
    yield utf8(login('root').padEnd(65_536 - 1, ' '));
    for (let i = 0; i < 100; i++) yield utf8('x'.repeat(50_000));
    yield utf8(`${end}\n${login('bob')}\n`);
  }
  for (const end of ['', '\r', login('victim'), json('victim')]) {
    const lines = splitLines(endless(end), gunzip);
    const sizes: number[] = [];
    const watched = async function* () {
      for await (const line of lines) {
        sizes.push(line.length);
        yield line;
      }
    };
    assert.deepEqual(
      seenIn(
        await Array.fromAsync(
          readEvents(watched(), { format: 'sshd', years: { first: 2025, last: 2025 } }, { now, ...utc }),
        ),
      ),
      [
        [1, 'event-too-large'],
        [2, 'bob'],
      ],
    );
    most = Math.max(most, ...sizes);
  }
  assert.ok(most < 200_000, String(most));
});

test('where a line that is too long is cut, no event ends', async () => {
  const victim = login('victim');
  const longest = victim.replace('LabSZ', 'LabSZ'.padEnd(65_536 - victim.length + 'LabSZ'.length, 'x'));
  assert.deepEqual(
    seenIn(await read(await split(utf8(longest)))),
    [[1, 'victim']],
    'the longest that is read',
  );
  for (const more of ['x', '\r', '\rx', '\r\r', '\r\rx']) {
    for (const rest of ['', '\r', '\n', '\r\n', 'x\n']) {
      const [first] = await read(await split(utf8(longest + more), utf8(rest)));
      // One CR and the end of the line, or of the file, is how a line ends.
      const ends = more === '\r' && ['', '\n'].includes(rest);
      assert.equal(first?.event?.account ?? first?.skipped, ends ? 'victim' : 'event-too-large');
    }
  }
});

test('an account that holds a line separator cannot start a line of its own', async () => {
  const forged = `x\u2028${json('victim')}`;
  const line = JSON.stringify({ account: forged, at: '2026-11-20T09:00:00Z', ip: '192.0.2.1', port: 7 });
  assert.deepEqual(seenIn(await read(await split(utf8(`${line}\n`)))), [[1, forged]]);
});

test('however the bytes are cut into chunks, the lines are the same', async () => {
  const piece = fc.constantFrom('a', 'é', '👩', '\r', '\n', '\r\n', '\u2028', '{"');
  await fc.assert(
    fc.asyncProperty(fc.array(piece), fc.array(fc.nat(30)), async (pieces, cuts) => {
      const bytes = utf8(pieces.join(''));
      const ends = [...cuts.filter((cut) => cut <= bytes.length).sort((a, b) => a - b), bytes.length];
      const chunks = ends.map((end, i) => bytes.subarray(ends[i - 1] ?? 0, end));
      assert.deepEqual(await split(...chunks), await split(bytes));
      const expected = pieces
        .join('')
        .split('\n')
        .map((line) => line.replace(/\r$/, ''));
      if (pieces.join('').endsWith('\n') || pieces.length === 0) expected.pop();
      assert.deepEqual(await split(bytes), expected);
    }),
  );
});

test('a file is read as it comes: the first event is there before the second line is', async () => {
  async function* lines() {
    yield json('alice');
    throw new Error('the rest never came');
  }
  const { value } = await readEvents(lines(), { format: 'jsonl' }, { now }).next();
  assert.equal(value?.event?.account, 'alice');
});

test('a file of which nothing is understood is said to be, and one that has only failed tries is not', async () => {
  const of = async (...lines: string[]) =>
    (await read(lines, { ...utc, format: 'sshd' })).reduce(summarise, emptySummary);
  for (const lines of [
    ['noise'],
    ['Dec 10 06:55:46 LabSZ su: x'],
    [login('a').replace('192.0.2.1', 'UNKNOWN')],
  ]) {
    const summary = await of(...lines);
    assert.throws(() => mustBeUnderstood(summary), { code: 'nothing-understood', line: 0 }, lines.join());
  }
  mustBeUnderstood(await of(login('a').replace('Accepted', 'Failed')));
  mustBeUnderstood(await of(sshd('Connection closed')));
  mustBeUnderstood(await of(login('a'), 'noise'));
});

test('I5: JSON lines may say that a try failed, and it is no log-in either unless asked for', async () => {
  const failed = json('bob').replace('}', ',"outcome":"failed"}');
  assert.deepEqual((await read([json('alice'), failed])).map(gist), ['alice', 'failed-try']);
  const both = await read([json('alice'), failed], { failedToo: true });
  assert.deepEqual(
    both.map(({ event }) => event !== undefined && 'outcome' in event && event.outcome),
    [false, 'failed'],
  );
  for (const outcome of ['"succeeded"', 'true', 'null', '""']) {
    const line = json('bob').replace('}', `,"outcome":${outcome}}`);
    await assert.rejects(read([line]), { code: 'outcome-invalid', line: 1 });
  }
});

const text = `${login('alice')}\n${login('jürgen')}\n`;
const accounts = async (bytes: Uint8Array) => (await readBytes(bytes, utc)).map(gist);
const utf16be = (words: string) => Buffer.from(words, 'utf16le').swap16();

test('gzip is unpacked, however it came in parts, and a damaged one is named', async () => {
  const packed = gzipSync(text);
  assert.deepEqual(await accounts(packed), ['alice', 'jürgen']);
  const members = Buffer.concat([gzipSync(`${login('alice')}\n`), gzipSync(`${login('bob')}\n`)]);
  assert.deepEqual(await accounts(members), ['alice', 'bob']);
  const bytes = [...packed].map((byte) => Uint8Array.of(byte));
  assert.deepEqual(await split(...bytes), text.trimEnd().split('\n'));
  assert.deepEqual(await accounts(gzipSync(Buffer.from(`\ufeff${text}`, 'utf16le'))), ['alice', 'jürgen']);
  for (const damaged of [
    packed.subarray(0, -9),
    packed.subarray(0, 12),
    packed.map((byte, i) => (i > 20 ? 0x55 : byte)),
  ])
    await assert.rejects(split(damaged), { name: 'BytesError', code: 'gzip-damaged' });
});

test('what unpacks to a thousand times its size is held no more than a line of it', async () => {
  const bomb = gzipSync(Buffer.concat([Buffer.alloc(100_000_000, 0x61), utf8(`\n${login('bob')}\n`)]));
  assert.ok(bomb.length < 150_000);
  const before = process.memoryUsage().rss;
  const sizes: number[] = [];
  for await (const line of splitLines([bomb], gunzip)) sizes.push(line.length);
  assert.equal(sizes[1], login('bob').length);
  assert.ok((sizes[0] ?? 0) > 65_536 && (sizes[0] ?? 0) < 200_000);
  assert.ok(process.memoryUsage().rss - before < 80_000_000);
});

test('UTF-16 with a byte order mark is read in either order, and without one is named', async () => {
  assert.deepEqual(await accounts(Buffer.from(`\ufeff${text}`, 'utf16le')), ['alice', 'jürgen']);
  assert.deepEqual(await accounts(utf16be(`\ufeff${text}`)), ['alice', 'jürgen']);
  const crlf = text.replaceAll('\n', '\r\n');
  assert.deepEqual(await accounts(Buffer.from(`\ufeff${crlf}`, 'utf16le')), ['alice', 'jürgen']);
  for (const bytes of [Buffer.from(text, 'utf16le'), utf16be(text)])
    await assert.rejects(split(bytes), { code: 'utf-16-unmarked' });
});

test('what is packed otherwise, and what is no text, is named and not read', async () => {
  const packed = ['504b0304', 'fd377a585a00', '28b52ffd', '425a6839', '04224d18'];
  for (const hex of packed) await assert.rejects(split(Buffer.from(hex, 'hex')), { code: 'packed' }, hex);
  for (const hex of ['7f454c4602010100', 'fffe000041000000', '0000feff00000041', '41004100410042434400'])
    await assert.rejects(split(Buffer.from(hex, 'hex')), { code: 'binary' }, hex);
});

test('a failure to read the bytes is not taken for a damaged file', async () => {
  const packed = gzipSync(text);
  async function* failing() {
    yield packed.subarray(0, 30);
    throw new Error('the disk is dead');
  }
  await assert.rejects(Array.fromAsync(splitLines(failing(), gunzip)), { message: 'the disk is dead' });
});
