import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { EventFileError } from '#core/events/file.ts';
import { isFailedTry } from '#core/events/identity.ts';
import { gist, loginIn, readLines } from './reading.ts';

const host = 'Dec 10 06:55:46 LabSZ sshd[24200]: ';
const place = 'from 192.0.2.1 port 49116 ssh2';
const read = async (message: string, failedToo = false) => {
  const [line] = await readLines([host + message], { year: 2025, zone: 'UTC', failedToo });
  return line ?? assert.fail();
};
const event = {
  kind: 'access',
  account: 'alice',
  at: '2025-12-10T06:55:46.000Z',
  ip: '192.0.2.1',
  port: 49_116,
};

test('I5: only what succeeded is a log-in; a try that failed is an event only if asked for, and says so', async () => {
  const accepted = `Accepted password for alice ${place}`;
  assert.deepEqual(await read(accepted), { line: 1, event });
  assert.deepEqual(await read(accepted, true), { line: 1, event });
  for (const message of [
    `Failed password for alice ${place}`,
    `Failed password for invalid user alice ${place}`,
    `message repeated 5 times: [ Failed password for alice ${place}]`,
  ]) {
    assert.deepEqual(await read(message), { line: 1, skipped: 'failed-try' });
    assert.deepEqual(await read(message, true), { line: 1, event: { ...event, outcome: 'failed' } });
  }
});

test('of a try that failed and was not asked for nothing is looked at', async () => {
  for (const message of [
    'Failed password for invalid user  from 192.0.2.1 port 1 ssh2',
    'Failed password for root from UNKNOWN port 65535 ssh2',
    String.raw`Failed password for a\nb from 192.0.2.1 port 1 ssh2`,
  ])
    assert.equal(gist(await read(message)), 'failed-try');
});

test('a log-in that cannot be is refused by name, and the file goes on', async () => {
  const cases = [
    ['Failed password for invalid user  from 192.0.2.1 port 1 ssh2', 'account-invalid'],
    ['Failed keyboard-interactive for <invalid username> from 192.0.2.1 port 1 ssh2', 'account-invalid'],
    [String.raw`Accepted password for a\nb from 192.0.2.1 port 1 ssh2`, 'account-invalid'],
    [String.raw`Accepted password for a\377 from 192.0.2.1 port 1 ssh2`, 'encoding-invalid'],
    ['Accepted password for a\ufffd from 192.0.2.1 port 1 ssh2', 'encoding-invalid'],
    ['Accepted password for root from UNKNOWN port 65535 ssh2', 'ip-invalid'],
    ['Accepted password for root from fe80::1%eth0 port 22 ssh2', 'ip-invalid'],
    ['Accepted password for root from host.example port 22 ssh2', 'ip-invalid'],
    ['Accepted password for root from 192.0.2.1 port 65536 ssh2', 'port-invalid'],
    ['Accepted password for root from 192.0.2.1 port 0 ssh2', 'port-invalid'],
    ['Accepted password for root from 192.0.2.1 port 22 ssh2 and more', 'login-unclear'],
  ] as const;
  for (const [message, code] of cases) assert.equal(gist(await read(message, true)), code, message);
});

test('addresses are in their one form, in whichever sshd wrote them', async () => {
  for (const [written, ip] of [
    ['2001:DB8:0::1', '2001:db8::1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
  ])
    assert.equal(loginIn(await read(`Accepted password for a from ${written} port 5 ssh2`))?.ip, ip);
});

test('one file may hold stamps of several kinds, as after an upgrade', async () => {
  const message = `sshd[1]: Accepted publickey for alice ${place}: ED25519 SHA256:AAAA`;
  const lines = [
    '-- Journal begins at Fri 2026-11-20 00:00:00 UTC. --',
    `Nov 20 09:00:00 host ${message}`,
    `2026-11-20T10:00:00.500000+01:00 host ${message}`,
    `<38>1 2026-11-20T10:00:00Z host sshd 1 - - ${message.slice('sshd[1]: '.length)}`,
    `Nov 20 12:00:00 host ${message}`,
  ];
  const given = { zone: 'Europe/Berlin', now: '2026-11-29T20:58:00Z' };
  assert.deepEqual(
    (await readLines(lines, given)).map((line) => loginIn(line)?.at ?? gist(line)),
    [
      'not-sshd',
      '2026-11-20T08:00:00.000Z',
      '2026-11-20T09:00:00.500Z',
      '2026-11-20T10:00:00.000Z',
      '2026-11-20T11:00:00.000Z',
    ],
  );
});

test('any line gives an event, a reason, or stops the file with its number', async () => {
  const line = `${host}Accepted password for x from 192.0.2.1 port 5 ssh2`;
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary' }), fc.nat(120), async (noise, at) => {
      for (const text of [noise, line.slice(0, at) + noise + line.slice(at), host + noise]) {
        try {
          const [each] = await readLines([text], { zone: 'Europe/Berlin', format: 'sshd', failedToo: true });
          if (each?.event !== undefined) assert.equal(isFailedTry(each.event), text.includes('Failed '));
        } catch (error) {
          assert.ok(error instanceof EventFileError, String(error));
        }
      }
    }),
    { numRuns: 1000 },
  );
});
