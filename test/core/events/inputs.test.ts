import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { utf8 } from '#core/bytes.ts';
import { type Given, gist, loginIn, readBytes } from './reading.ts';

/** Files that people had, and what each is: the events, or what stops it and where. */
type Row = { what: string; file: string | Uint8Array; given?: Given } & (
  | { gives: readonly string[] }
  | { stops: [code: string, line: number] }
);

const accepted = (stamp: string, account: string, port: number, method = 'password', tail = '') =>
  `${stamp} host sshd[1]: Accepted ${method} for ${account} from 192.0.2.1 port ${port} ssh2${tail}\n`;
const key = ': ED25519 SHA256:AAAA';
const berlin = accepted('Nov 27 08:00:00', 'a', 40_061) + accepted('Nov 29 21:58:17', 'a', 40_062);
const newYear = accepted('Dec 31 23:59:50', 'a', 1) + accepted('Jan  1 00:00:10', 'a', 2);
const utc: Given = { zone: 'UTC' };
const one = '{"account":"a","at":"2026-11-20T09:00:00Z","ip":"192.0.2.1","port":7}';
const oneGives = ['a 2026-11-20T09:00:00.000Z 192.0.2.1 7'];

const rows: Row[] = [
  {
    what: 'a log that a server in Berlin wrote to this minute',
    file: berlin,
    given: { zone: 'Europe/Berlin' },
    gives: ['a 2026-11-27T07:00:00.000Z 192.0.2.1 40061', 'a 2026-11-29T20:58:17.000Z 192.0.2.1 40062'],
  },
  { what: 'the same without its zone', file: berlin, stops: ['zone-needed', 1] },
  { what: 'the same in a wrong zone', file: berlin, given: utc, stops: ['year-needed', 1] },
  {
    what: 'a last line that is 20 s ahead of our clock',
    file: accepted('Nov 29 20:58:37', 'a', 1),
    given: utc,
    gives: ['a 2026-11-29T20:58:37.000Z 192.0.2.1 1'],
  },
  {
    what: 'the end of one year and the beginning of the next',
    file: newYear,
    given: utc,
    gives: ['a 2025-12-31T23:59:50.000Z 192.0.2.1 1', 'a 2026-01-01T00:00:10.000Z 192.0.2.1 2'],
  },
  {
    what: 'two files in the wrong order',
    file: accepted('Nov 20 09:00:00', 'a', 1) + accepted('Nov 10 09:00:00', 'a', 2),
    given: utc,
    stops: ['time-disorder', 2],
  },
  {
    what: 'every method',
    file: [
      accepted('Nov 20 09:00:00', 'alice', 1, 'publickey', key),
      accepted('Nov 20 09:00:00', 'alice', 2, 'keyboard-interactive/pam'),
      accepted('Nov 20 09:00:00', 'alice', 3, 'gssapi-with-mic'),
      accepted('Nov 20 09:00:00', 'alice', 4, 'hostbased'),
      accepted('Nov 20 09:00:00', 'alice', 5, 'publickey'),
      accepted('Nov 20 09:00:00', 'alice', 6, 'keyboard-interactive/pam', key),
    ].join(''),
    given: utc,
    gives: [1, 2, 3, 4, 5].map((port) => `alice 2026-11-20T09:00:00.000Z 192.0.2.1 ${port}`),
  },
  {
    what: 'stamps of Debian 12 and Ubuntu 24.04, of which nothing is guessed',
    file: accepted('2026-11-20T09:00:00.123456+01:00', 'alice', 40_001),
    gives: ['alice 2026-11-20T08:00:00.123Z 192.0.2.1 40001'],
  },
  {
    what: 'a log-in, and a try that failed',
    file:
      'Nov 20 09:00:00 host sshd[1]: Accepted password for dora from 192.0.2.10 port 40010\n' +
      'Nov 20 09:00:01 host sshd[1]: Failed password for dora from 203.0.113.66 port 40666\n',
    given: utc,
    gives: ['dora 2026-11-20T09:00:00.000Z 192.0.2.10 40010'],
  },
  { what: 'gzip', file: gzipSync(`${one}\n`), gives: oneGives },
  { what: 'UTF-16', file: Buffer.from(`\ufeff${one}\r\n`, 'utf16le'), gives: oneGives },
  { what: 'a byte order mark, CRLF and a blank line', file: `\ufeff\r\n${one}\r\n`, gives: oneGives },
  { what: 'a JSON array', file: `[${one}]\n`, stops: ['json-array', 1] },
  { what: 'a JSON array over several lines', file: `\n[\n${one},\n${one}\n]\n`, stops: ['json-array', 2] },
  {
    what: 'JSON lines behind a line of something else',
    file: `# exported\n${one}\n`,
    stops: ['format-unknown', 1],
  },
  {
    what: 'one JSON object over several lines',
    file: '{\n  "account": "a"\n}\n',
    stops: ['json-malformed', 1],
  },
  { what: 'nothing', file: '', stops: ['file-empty', 0] },
];

for (const row of rows) {
  test(`what people had: ${row.what}`, async () => {
    const read = async () =>
      (await readBytes(typeof row.file === 'string' ? utf8(row.file) : row.file, row.given)).flatMap(
        (line) => {
          const login = loginIn(line);
          return login === undefined ? [] : [`${gist(line)} ${login.at} ${login.ip} ${login.port}`];
        },
      );
    if ('gives' in row) assert.deepEqual(await read(), row.gives);
    else await assert.rejects(read, { name: 'EventFileError', code: row.stops[0], line: row.stops[1] });
  });
}
