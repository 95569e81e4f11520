import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { utf8 } from '#core/bytes.ts';
import {
  emptySummary,
  type FileLine,
  formatOf,
  readEvents,
  splitLines,
  summarise,
} from '#core/events/file.ts';

const json = (account: string) =>
  `{"account":"${account}","at":"2026-11-20T09:00:00Z","ip":"192.0.2.1","port":7}`;
const sshd = (message: string) => `Dec 10 06:55:46 LabSZ sshd[24200]: ${message}`;
const login = (account: string) => sshd(`Failed password for ${account} from 192.0.2.1 port 7 ssh2`);

async function read(lines: readonly string[]): Promise<FileLine[]> {
  return Array.fromAsync(readEvents(lines, 2025));
}
async function split(...chunks: Uint8Array[]): Promise<string[]> {
  return Array.fromAsync(splitLines(chunks));
}
const seenIn = (lines: FileLine[]) => lines.map((line) => [line.line, line.event?.account ?? line.skipped]);

test('a file whose first line with anything on it starts with a brace is JSON lines, any other an auth log', async () => {
  assert.equal(formatOf(' {"account"'), 'jsonl');
  assert.equal(formatOf(login('root')), 'sshd');
  assert.deepEqual(seenIn(await read(['', '  ', json('alice'), '', json('bob')])), [
    [3, 'alice'],
    [5, 'bob'],
  ]);
  assert.deepEqual(seenIn(await read(['', login('root')])), [[2, 'root']]);
  assert.deepEqual(await read([]), []);
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
      for await (const line of readEvents([json('alice'), '', bad, json('bob')], 2025)) seen.push(line);
    };
    await assert.rejects(all, { name: 'EventFileError', code, line: 3, message: `${code} in line 3` });
    assert.deepEqual(seenIn(seen), [[1, 'alice']]);
  }
});

test('malformed JSON lines are skipped on demand, and counted as those of an auth log are', async () => {
  const lines = [json('alice'), '{', json('eve').replace('192.0.2.1', '192.0.2.999'), 'noise', json('bob')];
  const seen = await Array.fromAsync(readEvents(lines, 2025, { skipMalformed: true }));
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
    sshd('Failed password for a from UNKNOWN port 7 ssh2'),
    'noise',
    json('x'),
    login('\ufffd'),
  ];
  assert.deepEqual(seenIn(await read(lines)), [
    [1, 'not-a-login'],
    [2, 'root'],
    [3, 'ip-invalid'],
    [4, 'not-a-login'],
    [5, 'not-a-login'],
    [6, 'encoding-invalid'],
  ]);
});

test('a summary counts everything and names the first lines of each reason', async () => {
  const lines = [
    ...Array.from({ length: 8 }, () => 'noise'),
    login('root'),
    sshd('Failed password for a from UNKNOWN port 7 ssh2'),
  ];
  assert.deepEqual((await read(lines)).reduce(summarise, emptySummary), {
    events: 1,
    skipped: {
      'not-a-login': { count: 8, firstLines: [1, 2, 3, 4, 5] },
      'ip-invalid': { count: 1, firstLines: [10] },
    },
  });
  assert.deepEqual(emptySummary, { events: 0, skipped: {} });
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
    const lines = splitLines(endless(end));
    const sizes: number[] = [];
    const watched = async function* () {
      for await (const line of lines) {
        sizes.push(line.length);
        yield line;
      }
    };
    assert.deepEqual(seenIn(await Array.fromAsync(readEvents(watched(), 2025))), [
      [1, 'event-too-large'],
      [2, 'bob'],
    ]);
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
  const { value } = await readEvents(lines(), 2025).next();
  assert.equal(value?.event?.account, 'alice');
});
