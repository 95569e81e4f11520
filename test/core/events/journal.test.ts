import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gist, loginIn, readLines } from './reading.ts';

const MESSAGE = 'Accepted publickey for alice from 192.0.2.1 port 40001 ssh2: ED25519 SHA256:AAAA';
const entry = {
  __CURSOR: 's=1;i=2',
  __REALTIME_TIMESTAMP: '1795165200123999',
  _COMM: 'sshd-session',
  _UID: '0',
  _TRANSPORT: 'syslog',
  SYSLOG_IDENTIFIER: 'sshd-session',
  SYSLOG_PID: '7',
  MESSAGE,
};
type Fields = Record<string, unknown>;
const read = async (...entries: Fields[]) => readLines(entries.map((each) => JSON.stringify(each)));
const only = async (fields: Fields) => {
  const [line] = await read({ ...entry, ...fields });
  return line ?? assert.fail();
};

test('an entry of sshd’s is a log-in at its own instant, with no zone and no year to guess', async () => {
  assert.deepEqual((await only({})).event, {
    kind: 'access',
    account: 'alice',
    at: '2026-11-20T09:00:00.123Z',
    ip: '192.0.2.1',
    port: 40_001,
  });
  assert.equal(gist(await only({ MESSAGE: MESSAGE.replace('Accepted', 'Failed') })), 'failed-try');
  assert.equal(gist(await only({ MESSAGE: 'Connection closed by 192.0.2.1 port 40001' })), 'not-a-login');
});

test('a message that is no plain text is read from its bytes', async () => {
  const message = [...Buffer.from(MESSAGE.replace('alice', 'älice'))];
  assert.equal(loginIn(await only({ MESSAGE: message }))?.account, 'älice');
  const broken = message.map((byte) => (byte === 0xc3 ? 0xff : byte));
  assert.equal(gist(await only({ MESSAGE: broken })), 'encoding-invalid');
});

test('whoever only calls itself sshd is not: the journal’s own fields decide', async () => {
  const forged: Fields[] = [
    { _COMM: 'logger', SYSLOG_IDENTIFIER: 'sshd' },
    { _COMM: 'su', SYSLOG_IDENTIFIER: 'sshd' },
    // A program of somebody's own, under that name.
    { _COMM: 'sshd', _UID: '1000', SYSLOG_IDENTIFIER: 'sshd' },
    { _COMM: undefined, _UID: '1000', SYSLOG_IDENTIFIER: 'sshd' },
    { _COMM: ['sshd', 'su'], SYSLOG_IDENTIFIER: 'sshd' },
    { _COMM: 'su', SYSLOG_IDENTIFIER: 'su' },
  ];
  for (const fields of forged) assert.equal(gist(await only(fields)), 'not-sshd', JSON.stringify(fields));
  const exported = { __REALTIME_TIMESTAMP: entry.__REALTIME_TIMESTAMP, SYSLOG_IDENTIFIER: 'sshd', MESSAGE };
  assert.deepEqual((await read(exported)).map(gist), ['alice'], 'an export without them');
});

test('an entry with a message that is not there, given twice or cut off is no log-in', async () => {
  for (const message of [undefined, null, [MESSAGE, MESSAGE]])
    assert.equal(gist(await only({ MESSAGE: message })), 'not-a-login');
});

test('a line that is no entry is counted with its reason, and stops nothing', async () => {
  const good = JSON.stringify(entry);
  const cases: [string, string][] = [
    ['{"__REALTIME_TIMESTAMP"', 'json-malformed'],
    ['noise', 'json-malformed'],
    [good.replace('{', '{"MESSAGE":"x",'), 'json-malformed'],
    [good.replace('"0"', '0'), 'json-malformed'],
    [good.replace('1795165200123999', 'now'), 'at-invalid'],
    [good.replace('"__REALTIME_TIMESTAMP":"1795165200123999",', ''), 'field-missing'],
  ];
  for (const [bad, code] of cases) {
    assert.deepEqual((await readLines([good, bad, good])).map(gist), ['alice', code, 'alice']);
  }
});
