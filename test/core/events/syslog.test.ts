import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readSyslog } from '#core/events/syslog.ts';
import { gist, loginIn, now, readLines } from './reading.ts';

const message = 'Accepted password for alice from 192.0.2.1 port 40001 ssh2';
const first = Date.parse('2026-11-20T09:00:00Z');
const instant = (ms: number) => ({ is: 'instant', ms });
const wall = (text: string) => ({ is: 'wall', wall: Date.parse(`${text}Z`) });
const yearless = (text: string) => ({ is: 'yearless', wall: Date.parse(`2000-${text}Z`) });

const heads: [string, object][] = [
  ['Nov 20 09:00:00 host sshd[1]: ', yearless('11-20T09:00:00')],
  ['Nov  5 09:00:00 host sshd[1]: ', yearless('11-05T09:00:00')],
  ['Nov 5 09:00:00 host sshd[1]: ', yearless('11-05T09:00:00')],
  ['Nov 05 09:00:00 host sshd[1]: ', yearless('11-05T09:00:00')],
  ['Nov 20 09:00:00.123456 host sshd[1]: ', yearless('11-20T09:00:00.123')],
  ['Nov 20 09:00:00: host sshd[1]: ', yearless('11-20T09:00:00')],
  ['Feb 29 09:00:00 host sshd[1]: ', yearless('02-29T09:00:00')],
  ['<38>Nov 20 09:00:00 host sshd[1]: ', yearless('11-20T09:00:00')],
  ['Nov 20 09:00:00 host sshd: ', yearless('11-20T09:00:00')],
  ['Nov 20 09:00:00 host sshd-session[1]: ', yearless('11-20T09:00:00')],
  ['Nov 20 09:00:00 sshd[1]: ', yearless('11-20T09:00:00')],
  ['Nov 20 09:00:00 2001:db8::1 sshd[1]: ', yearless('11-20T09:00:00')],
  ['Nov 20 09:00:00 source@host.example sshd[1]: ', yearless('11-20T09:00:00')],
  ['Nov 20 09:00:00 host sshd[1]: [ID 800047 auth.info] ', yearless('11-20T09:00:00')],
  ['Nov 20 09:00:00 host auth.info sshd[1]: ', yearless('11-20T09:00:00')],
  ['Nov 20 09:00:00 <auth.info> host sshd[1]: ', yearless('11-20T09:00:00')],
  ['Nov 20 09:00:00 <4.6> host sshd[1]: ', yearless('11-20T09:00:00')],
  ['Nov 20 09:00:00 host auth|security:info sshd[1]: ', yearless('11-20T09:00:00')],
  ['2026-11-20 09:00:00.123456+0100  localhost sshd[1]: ', instant(first + 123 - 3_600_000)],
  ['Nov 20 2026 09:00:00 host sshd[1]: ', wall('2026-11-20T09:00:00')],
  ['Fri Nov 20 09:00:00 2026 authpriv.info sshd[1]: ', wall('2026-11-20T09:00:00')],
  ['2026-11-20T09:00:00.123456+01:00 host sshd[1]: ', instant(first + 123 - 3_600_000)],
  ['2026-11-20T09:00:00+0100 host sshd[1]: ', instant(first - 3_600_000)],
  ['2026-11-20T09:00:00-03:30 host sshd[1]: ', instant(first + 12_600_000)],
  ['2026-11-20T09:00:00Z host sshd[1]: ', instant(first)],
  ['2026-11-20T09:00:00,999999999Z host sshd[1]: ', instant(first + 999)],
  ['2026-11-20 09:00:00 host sshd[1]: ', wall('2026-11-20T09:00:00')],
  ['2026-11-20 09:00:00 UTC host sshd[1]: ', instant(first)],
  ['Fri 2026-11-20 09:00:00 UTC host sshd[1]: ', instant(first)],
  // One abbreviation is several zones'.
  ['Fri 2026-11-20 09:00:00 CST host sshd[1]: ', wall('2026-11-20T09:00:00')],
  ['Fri 2026-11-20 09:00:00 +07 host sshd[1]: ', instant(first - 7 * 3_600_000)],
  ['1795165200.123456 host sshd[1]: ', instant(first + 123)],
  ['<38>1 2026-11-20T09:00:00.123Z host sshd 1 - - ', instant(first + 123)],
  ['<38>1 2026-11-20T10:00:00+01:00 host sshd 1 - - \ufeff', instant(first)],
  ['1 2026-11-20T09:00:00Z host sshd 1 - - ', instant(first)],
  [String.raw`<86>1 2026-11-20T09:00:00Z host sshd - ID47 [a@1 b="\"]"][c d="e"] `, instant(first)],
];

test('a line’s head says when it is from, who wrote it, and where the message begins', () => {
  for (const [head, stamp] of heads) {
    const read = readSyslog(head + message);
    assert.deepEqual([read?.stamp, read?.message], [stamp, message], head);
    assert.match(read?.tag ?? '', /^sshd(-session)?$/, head);
  }
});

test('a stamp that no calendar has is one, and impossible', () => {
  for (const stamp of [
    'Feb 30 09:00:00',
    'Nov 31 09:00:00',
    'Foo 10 09:00:00',
    'Nov 20 24:00:00',
    'Nov 20 09:00:60',
    '2026-02-29T09:00:00Z',
    '2026-13-01T09:00:00Z',
    '2026-11-20T09:00:00+99:00',
  ])
    assert.deepEqual(readSyslog(`${stamp} host sshd[1]: x`)?.stamp, { is: 'impossible' }, stamp);
});

test('a line without a stamp of ours is no line of a log', () => {
  for (const line of [
    '',
    message,
    ` Nov 20 09:00:00 host sshd[1]: ${message}`,
    `20/11/2026 09:00:00 host sshd[1]: ${message}`,
    `[  12.345678] host sshd[1]: ${message}`,
    `<38>1 yesterday host sshd 1 - - ${message}`,
    `<38>1 2026-11-20T09:00:00Z host sshd 1 - [broken ${message}`,
    `{"MESSAGE":"${message}"}`,
  ])
    assert.equal(readSyslog(line), undefined, line);
});

/** How another program's line may hold sshd's words. */
const others = [
  'su[1]: ',
  'su: ',
  'sudo: ',
  'cron[1]: ',
  'CRON[1]: ',
  'sshd2[1]: ',
  'dropbear[1]: ',
  'mysshd[1]: ',
  'sshd.py[1]: ',
  'sshd(pam_unix)[1]: ',
  'sshd -D: ',
  'logger: sshd[1]: ',
  'su: sshd[1]: ',
  'rsyslogd: forwarded: sshd[1]: ',
  'kernel: [12.3] sshd[1]: ',
  'last message from sshd[1]: ',
  'SSHD[1]: ',
  'auth.info su[1]: sshd[1]: ',
  'auth.info: sshd[1]: ',
  'su auth.info: sshd[1]: ',
  '',
];

test('no line of another program is a log-in, whatever it quotes', async () => {
  const stamps = heads.map(([head]) => /^(.*?)(?:host|source|authpriv|2001:|sshd)/.exec(head)?.[1] ?? '');
  for (const stamp of stamps.filter(
    (text) => !text.startsWith('<38>1') && !text.startsWith('1 ') && !text.startsWith('<86>'),
  )) {
    for (const other of others) {
      for (const host of ['host ', '']) {
        const line = `${stamp}${host}${other}${message}`;
        const [read] = await readLines([line], { zone: 'UTC', format: 'sshd' });
        assert.ok(read !== undefined && read.skipped === 'not-sshd', line);
      }
    }
  }
  for (const app of ['su', 'sudo', 'sshd2', '-']) {
    const line = `<38>1 2026-11-20T09:00:00Z host ${app} 1 - - sshd[1]: ${message}`;
    assert.deepEqual((await readLines([line])).map(gist), ['not-sshd']);
  }
});

test('whatever another program writes, its line is no log-in', async () => {
  const words = fc.constantFrom(
    'sshd[1]: ',
    'sshd: ',
    message,
    'host ',
    ': ',
    '[1]',
    ' ',
    'Nov 20 09:00:00 ',
    '<38>',
    '- - ',
  );
  const program = fc.constantFrom('su', 'sudo', 'CRON[7]', 'kernel', 'systemd-logind[9]', 'app');
  await fc.assert(
    fc.asyncProperty(program, fc.array(words), async (name, said) => {
      const line = `Nov 20 09:00:00 host ${name}: ${said.join('')}`;
      const [read] = await readLines([line], { zone: 'UTC' });
      assert.equal(read?.event, undefined, line);
    }),
    { numRuns: 2000 },
  );
});

test('each head gives the log-in of its line, at the time that it says', async () => {
  for (const [head] of heads) {
    const [read] = await readLines([head + message], { zone: 'UTC', now, year: 2024 });
    const login = read === undefined ? undefined : loginIn(read);
    assert.equal(login?.account, 'alice', head);
    assert.match(login?.at ?? '', /^20(24|26)-(11-(20|05)|02-29)T\d{2}:\d0:00\.\d{3}Z$/, head);
  }
});
