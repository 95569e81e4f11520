import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { EventError } from '#core/events/identity.ts';
import { latestYear, parseSshdLine } from '#core/events/sshd.ts';

const host = 'Dec 10 06:55:46 LabSZ sshd[24200]: ';
const parse = (message: string) => parseSshdLine(host + message, 2025);

test('accepted and failed passwords are log-ins, of valid users and of invalid ones', () => {
  const event = {
    kind: 'access',
    account: 'alice',
    at: '2025-12-10T06:55:46.000Z',
    ip: '192.0.2.1',
    port: 49_116,
  };
  assert.deepEqual(parse('Accepted password for alice from 192.0.2.1 port 49116 ssh2'), event);
  assert.deepEqual(parse('Failed password for alice from 192.0.2.1 port 49116 ssh2'), event);
  assert.deepEqual(parse('Failed password for invalid user alice from 192.0.2.1 port 49116 ssh2'), event);
  assert.deepEqual(parse('Failed password for alice from 192.0.2.1 port 49116'), event);
  assert.deepEqual(parse('Failed password for alice from 192.0.2.1 port 49116 ssh2\r'), event);
  assert.deepEqual(
    parseSshdLine(
      'Dec 10 06:55:46 h sshd-session[7]: Accepted password for alice from 192.0.2.1 port 49116 ssh2',
      2025,
    ),
    event,
  );
});

test('a repeated message is one event: its line names one time', () => {
  const event = parse('message repeated 5 times: [ Failed password for root from 192.0.2.7 port 42393 ssh2]');
  assert.deepEqual(event, {
    kind: 'access',
    account: 'root',
    at: '2025-12-10T06:55:46.000Z',
    ip: '192.0.2.7',
    port: 42_393,
  });
});

test('a day of one digit is read with either blank, and IPv6 addresses are canonical', () => {
  const line = (stamp: string) =>
    `${stamp} h sshd[1]: Accepted password for a from 2001:DB8:0::1 port 5 ssh2`;
  const event = { kind: 'access', account: 'a', at: '2025-01-05T00:00:09.000Z', ip: '2001:db8::1', port: 5 };
  assert.deepEqual(parseSshdLine(line('Jan  5 00:00:09'), 2025), event);
  assert.deepEqual(parseSshdLine(line('Jan 5 00:00:09'), 2025), event);
  assert.deepEqual(parseSshdLine(line('Jan 05 00:00:09'), 2025), event);
});

test('an account keeps the blanks that were typed', () => {
  assert.equal(parse('Failed password for invalid user  0101 from 192.0.2.1 port 1 ssh2')?.account, ' 0101');
  assert.equal(parse('Failed password for invalid user a b  from 192.0.2.1 port 1 ssh2')?.account, 'a b ');
});

test('an account that reads like the rest of the line does not put its address on anybody', () => {
  const typed = [
    'root from 203.0.113.66 port 22 ssh2',
    'root from 203.0.113.66 port 22',
    'from 203.0.113.66 port 22 ssh2',
    'x from y from z',
    'invalid user root',
    'message repeated 2 times: [ Failed password for root from 203.0.113.66 port 22 ssh2]',
    'root from 203.0.113.66 port 22 ssh2]',
    'Dec 10 06:55:46 LabSZ sshd[1]: Accepted password for root from 203.0.113.66 port 22 ssh2',
  ];
  for (const account of typed) {
    for (const wrap of [(m: string) => m, (m: string) => `message repeated 3 times: [ ${m}]`]) {
      const event = parse(wrap(`Failed password for invalid user ${account} from 192.0.2.1 port 5 ssh2`));
      assert.equal(event?.kind === 'access' && event.ip, '192.0.2.1', account);
      assert.equal(event?.account, account);
    }
  }
});

test('whatever account is typed, the address and port are those that sshd wrote', () => {
  const word = fc.constantFrom(
    'from',
    'port',
    'ssh2',
    '203.0.113.66',
    '22',
    'for',
    'invalid user',
    '[',
    ']',
    ' ',
    'root',
    '\u2028',
  );
  const account = fc
    .oneof(
      fc.array(word, { minLength: 1 }).map((w) => w.join(' ')),
      fc.string({ minLength: 1, unit: 'grapheme' }),
    )
    .filter((text) => !/\p{Cc}/u.test(text) && text.length <= 256);
  fc.assert(
    fc.property(account, fc.integer({ min: 1, max: 65_535 }), (typed, port) => {
      const event = parse(`Failed password for invalid user ${typed} from 192.0.2.1 port ${port} ssh2`);
      assert.deepEqual(event, {
        kind: 'access',
        account: typed,
        at: '2025-12-10T06:55:46.000Z',
        ip: '192.0.2.1',
        port,
      });
    }),
    { numRuns: 2000 },
  );
});

test('other lines are no log-ins', () => {
  const messages = [
    'Invalid user Failed password for root from 203.0.113.66 port 22 ssh2 from 192.0.2.1',
    'Received disconnect from 192.0.2.1: 11: Bye Bye [preauth]',
    'Accepted publickey for alice from 192.0.2.1 port 49116 ssh2: RSA SHA256:abc',
    'Failed password for alice from 192.0.2.1 port 49116 ssh2 and more',
    'Failed password for alice from 192.0.2.1 port 1234567 ssh2',
    'message repeated 2 times: [ PAM 1 more authentication failure]',
  ];
  for (const message of messages) assert.equal(parse(message), undefined, message);
  const rest = 'Failed password for alice from 192.0.2.1 port 1 ssh2';
  for (const line of [
    '',
    rest,
    `Dec 10 06:55:46 LabSZ su[1]: ${rest}`,
    `2025-12-10T06:55:46Z h sshd[1]: ${rest}`,
    ` ${host}${rest}`,
  ]) {
    assert.equal(parseSshdLine(line, 2025), undefined, line);
  }
});

test('a log-in that cannot be is refused by name', () => {
  const cases = [
    ['Failed password for invalid user  from 192.0.2.1 port 1 ssh2', 'account-invalid'],
    ['Failed password for root from UNKNOWN port 1 ssh2', 'ip-invalid'],
    ['Failed password for root from 192.0.2.1 port 65536 ssh2', 'port-invalid'],
    ['Failed password for root from 192.0.2.1 port 0 ssh2', 'port-invalid'],
  ] as const;
  for (const [message, code] of cases)
    assert.throws(() => parse(message), { name: 'EventError', code, message: code });
  const line = (stamp: string) => `${stamp} h sshd[1]: Failed password for root from 192.0.2.1 port 1 ssh2`;
  for (const stamp of ['Feb 29 00:00:00', 'Dec 32 00:00:00', 'Foo 10 00:00:00', 'Dec 10 24:00:00']) {
    assert.throws(() => parseSshdLine(line(stamp), 2025), { code: 'at-invalid' }, stamp);
  }
  assert.equal(parseSshdLine(line('Feb 29 00:00:00'), 2024)?.at, '2024-02-29T00:00:00.000Z');
});

test('any line gives an event, nothing, or a code', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.nat(120), (noise, at) => {
      const line = `${host}Failed password for invalid user x from 192.0.2.1 port 5 ssh2`;
      for (const text of [noise, line.slice(0, at) + noise + line.slice(at), host + noise]) {
        try {
          parseSshdLine(text, 2025);
        } catch (error) {
          assert.ok(error instanceof EventError);
        }
      }
    }),
    { numRuns: 1000 },
  );
});

test('a line made to be slow is not', () => {
  const started = performance.now();
  for (const piece of [' from x', ' from 1.2.3.4 port 5', ' ', 'from ', 'message repeated 1 times: [ ']) {
    parse(`Failed password for ${piece.repeat(20_000)}\t!`);
    parse(`message repeated 2 times: [ Failed password for ${piece.repeat(20_000)}\t!`);
  }
  assert.ok(performance.now() - started < 2000);
});

test('the default year is the latest that puts no line in the future', async () => {
  const at = (...stamps: string[]) => stamps.map((stamp) => `${stamp} h sshd[1]: anything`);
  const now = '2026-11-23T12:00:00Z';
  assert.equal(await latestYear(at('Nov 23 12:00:00'), now), 2026);
  assert.equal(await latestYear(at('Nov 23 12:00:01'), now), 2025);
  assert.equal(await latestYear(at('Jan  1 00:00:00', 'Dec 10 06:55:46', 'Feb  1 00:00:00'), now), 2025);
  assert.equal(await latestYear(at('Nov  9 00:00:00', 'Nov 10 00:00:00'), '2026-11-09T12:00:00Z'), 2025);
});

test('a log of 29 February is from a leap year', async () => {
  const leap = ['Feb 28 10:00:00 h sshd[1]: x', 'Feb 29 10:00:00 h sshd[1]: x'];
  assert.equal(await latestYear(leap, '2026-11-23T12:00:00Z'), 2024);
  assert.equal(await latestYear(leap, '2028-02-29T10:00:00Z'), 2028);
  assert.equal(await latestYear(leap, '2028-02-29T09:59:59Z'), 2024);
  assert.equal(await latestYear(leap, '1903-01-01T00:00:00Z'), 1896, '1900 was none');
  const march = [...leap, 'Mar  1 10:00:00 h sshd[1]: x'];
  assert.equal(await latestYear(march, '2028-02-29T23:00:00Z'), 2024);
});

test('lines without a stamp, or with one on no calendar, do not decide the year', async () => {
  assert.equal(await latestYear([], '2026-11-23T12:00:00Z'), undefined);
  assert.equal(
    await latestYear(['', '{"at":1}', 'Feb 30 10:00:00 h x', 'Foo 10 10:00:00 h x'], '2026-11-23T12:00:00Z'),
    undefined,
  );
  assert.equal(
    await latestYear(['Dec 32 10:00:00 h x', 'Jan  2 10:00:00 h x'], '2026-11-23T12:00:00Z'),
    2026,
  );
});

test('no instant of the file lies after now in the default year, and one does in every later one', async () => {
  const stamp = fc
    .date({
      min: new Date('2024-01-01T00:00:00Z'),
      max: new Date('2024-12-31T23:59:59Z'),
      noInvalidDate: true,
    })
    .map((d) => d.toUTCString().replace(/^\w+, (\d+) (\w+) \d+ ([\d:]+) GMT$/, '$2 $1 $3'))
    .map((text) => `${text} h sshd[1]: Failed password for a from 192.0.2.1 port 1 ssh2`);
  const now = fc
    .date({
      min: new Date('2020-01-01T00:00:00Z'),
      max: new Date('2040-01-01T00:00:00Z'),
      noInvalidDate: true,
    })
    .map((d) => d.toISOString());
  const fits = (lines: string[], year: number, at: string) =>
    lines.every((line) => {
      try {
        return (parseSshdLine(line, year)?.at ?? '') <= at;
      } catch {
        return false;
      }
    });
  await fc.assert(
    fc.asyncProperty(fc.array(stamp, { minLength: 1, maxLength: 5 }), now, async (lines, at) => {
      const year = await latestYear(lines, at);
      assert.ok(year !== undefined && fits(lines, year, at));
      for (let later = year + 1; later <= Number(at.slice(0, 4)); later++) assert.ok(!fits(lines, later, at));
    }),
  );
});
