import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { EventFileError } from '#core/events/file.ts';
import { describeFile, fileRefusal, readEventFile } from '#dev/feed.ts';

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
