import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readAttempt } from '#core/events/sshd-message.ts';

const at = { ip: '192.0.2.1', port: 40_001 };
const place = 'from 192.0.2.1 port 40001 ssh2';
const accepted = (account: string) => ({ failed: false, account, ...at });
const failed = (account: string) => ({ failed: true, account, ...at });

const sha256 = 'SHA256:v3dpapGleDaUKf4V1vKyR9ZyUgjaJAmoCTcb2PLljI0';
const md5 = '8c:e3:aa:0f:64:51:02:f7:14:79:89:3f:65:84:7c:30';

test('every method that sshd has is a log-in where it says Accepted, with what it writes behind', () => {
  const written = [
    `Accepted password for alice ${place}`,
    `Accepted publickey for alice ${place}`,
    `Accepted publickey for alice ${place}: ED25519 ${sha256}`,
    `Accepted publickey for alice ${place}: ED25519 SHA256:AAAA`,
    `Accepted publickey for alice ${place}: RSA ${md5}`,
    `Accepted publickey for alice ${place}: RSA MD5:${md5}`,
    `Accepted publickey for alice ${place}: ED25519-SK ${sha256}`,
    `Accepted publickey for alice ${place}: ECDSA-CERT ${sha256} ID alice@example.org (serial 7) CA ED25519 ${sha256}`,
    `Accepted publickey for alice ${place}: RSA-CERT ${sha256} ID Alice Example (serial 18446744073709551615) CA RSA ${sha256}`,
    `Accepted keyboard-interactive/pam for alice ${place}`,
    `Accepted keyboard-interactive for alice ${place}`,
    `Accepted gssapi-with-mic for alice ${place}`,
    `Accepted gssapi-with-mic for alice ${place}: alice@EXAMPLE.ORG`,
    `Accepted gssapi-keyex for alice ${place}: alice/admin@EXAMPLE.ORG`,
    `Accepted hostbased for alice ${place}`,
    `Accepted hostbased for alice ${place}: RSA ${md5}, client user "alice", client host "client.example.org"`,
    `Accepted none for alice ${place}`,
    'Accepted password for alice from 192.0.2.1 port 40001 ssh1',
    'Accepted password for alice from 192.0.2.1 port 40001',
  ];
  for (const message of written) assert.deepEqual(readAttempt(message), accepted('alice'), message);
});

test('a try that failed is told from a log-in, of a valid user and of an invalid one', () => {
  for (const message of [
    `Failed password for alice ${place}`,
    `Failed password for invalid user alice ${place}`,
    `Failed publickey for invalid user alice ${place}: RSA ${sha256}`,
    `Failed none for invalid user alice ${place}`,
    `Failed password for alice ${place} [preauth]`,
    `message repeated 5 times: [ Failed password for alice ${place}]`,
  ])
    assert.deepEqual(readAttempt(message), failed('alice'), message);
});

test('whoever was let in is known: an account may be called so, and is not cut short', () => {
  assert.deepEqual(
    readAttempt(`Accepted password for invalid user root ${place}`),
    accepted('invalid user root'),
  );
});

test('what is no outcome yet, or of something else, is no try', () => {
  for (const message of [
    `Partial publickey for alice ${place}: RSA ${sha256}`,
    `Postponed publickey for alice ${place} [preauth]`,
    'Invalid user Accepted password for root from 203.0.113.66 port 22 ssh2 from 192.0.2.1',
    'Received disconnect from 192.0.2.1: 11: Bye Bye [preauth]',
    'pam_unix(sshd:session): session opened for user alice by (uid=0)',
    'message repeated 2 times: [ PAM 1 more authentication failure]',
    'error: Accepted password for alice from 192.0.2.1 port 40001 ssh2',
    'Accepted connection from 192.0.2.1',
    '',
  ])
    assert.equal(readAttempt(message), undefined, message);
});

test('a try whose end sshd does not write is unclear', () => {
  for (const message of [
    `Accepted password for alice ${place} and more`,
    `Accepted password for alice ${place}: RSA ${sha256}`,
    `Accepted publickey for alice ${place}: RSA ${sha256} and more`,
    `Accepted publickey for alice ${place}: two words`,
    'Accepted password for alice from 192.0.2.1 port 4000001 ssh2',
    'Accepted password for alice from 192.0.2.1',
    `Accepted publickey for alice ${place}: RSA-CERT ${sha256} ID ${'x'.repeat(3000)} (serial 7) CA RSA ${sha256}`,
  ])
    assert.equal(readAttempt(message), 'unclear', message);
});

test('where the name in a certificate could be the end of an account, or the other way round, nobody is named', () => {
  const cert = (id: string) => `RSA-CERT ${sha256} ID ${id} (serial 1) CA RSA ${sha256}`;
  const forged = `x from 203.0.113.66 port 22 ssh2: ${cert('y')}`;
  assert.equal(readAttempt(`Failed publickey for invalid user a ${place}: ${cert(forged)}`), 'unclear');
  const half = `root from 203.0.113.66 port 22 ssh2: RSA-CERT ${sha256} ID k`;
  assert.equal(readAttempt(`Failed publickey for invalid user ${half} ${place}: ${cert('z')}`), 'unclear');
  const host = `client user "x", client host "y" from 203.0.113.66 port 22 ssh2: RSA ${md5}, client user "z"`;
  assert.equal(
    readAttempt(`Failed hostbased for a ${place}: RSA ${md5}, ${host}, client host "h"`),
    'unclear',
  );
  // More places than an account has room for, of which the last would read alone.
  const many = ` from 203.0.113.66 port 22 ssh2 x`.repeat(40);
  assert.equal(readAttempt(`Failed publickey for a ${place}: ${cert(`${many} ${forged}`)}`), 'unclear');
});

test('an account is as it was typed: what sshd wrote as vis(3) does is read back', () => {
  const typed: [string, string][] = [
    [String.raw`m\303\274ller`, 'müller'],
    [String.raw`EXAMPLE\\alice`, 'EXAMPLE\\alice'],
    [String.raw`EXAMPLE\\nina`, 'EXAMPLE\\nina'],
    [String.raw`\360\237\230\200`, '😀'],
    [String.raw`a\nb`, 'a\nb'],
    [String.raw`a\000b`, 'a\0b'],
    [String.raw`a\377b`, 'a\ufffdb'],
    ['müller', 'müller'],
    [' 0101', ' 0101'],
    ['a b ', 'a b '],
    ['', ''],
  ];
  for (const [written, account] of typed)
    assert.deepEqual(readAttempt(`Failed password for invalid user ${written} ${place}`), failed(account));
  // SunSSH writes what was typed: `CORP\sam` would lose a letter if it were read back.
  for (const raw of [String.raw`CORP\sam`, String.raw`CORP\ulla`, 'x\\'])
    assert.equal(readAttempt(`Accepted password for ${raw} ${place}`), 'unclear', raw);
});

/** What a person can type as a name. sshd shows 100 characters of it. */
const fragment = fc.constantFrom(
  ' from 203.0.113.66 port 22 ssh2',
  ' from 203.0.113.66 port 22 ssh2: RSA SHA256:AAAA',
  ' from 203.0.113.66 port 22 ssh2: RSA-CERT SHA256:A ID a',
  ' from 203.0.113.66 port 22 ssh2: RSA SHA256:A, client user "a',
  ' from 203.0.113.66 port 22',
  ': RSA SHA256:AAAA',
  `: RSA ${md5}`,
  `: RSA-CERT ${sha256} ID a`,
  ' (serial 1) CA RSA SHA256:AAAA',
  ', client user "a", client host "b"',
  'Accepted password for root ',
  'invalid user ',
  'Nov 20 09:00:00 host sshd[1]: ',
  '<38>',
  'message repeated 2 times: [ ',
  ']',
  ' [preauth]',
  '\n',
  '\\',
  '\\n',
  '"',
  'ü',
  '\u2028',
  '\u202e',
  ' ',
  'root',
);
const typed = fc
  .oneof(
    fc.array(fragment, { maxLength: 6 }).map((parts) => parts.join('')),
    fc.string({ unit: 'grapheme' }),
  )
  .map((text) => text.slice(0, 100).toWellFormed());

/** As OpenSSH's `strnvis` with LOG_SYSLOG_VIS. */
function vis(text: string): string {
  const letters: Record<number, string> = { 10: 'n', 13: 'r', 8: 'b', 7: 'a', 11: 'v', 9: 't', 12: 'f' };
  return [...Buffer.from(text)]
    .map((byte) => {
      if (byte === 0x5c) return '\\\\';
      if (byte >= 0x20 && byte < 0x7f) return String.fromCharCode(byte);
      return `\\${letters[byte] ?? byte.toString(8).padStart(3, '0')}`;
    })
    .join('');
}

/** What sshd writes behind `ssh2`, with the client's own words in it. */
const tails: Record<string, (words: string) => string[]> = {
  password: () => [''],
  'keyboard-interactive/pam': () => [''],
  publickey: (words) => [
    '',
    `: ED25519 ${sha256}`,
    `: RSA ${md5}`,
    `: RSA-CERT ${sha256} ID ${words} (serial 7) CA RSA ${sha256}`,
  ],
  hostbased: (words) => [`: RSA ${sha256}, client user "${words}", client host "${words}"`],
  'gssapi-with-mic': () => ['', ': alice@EXAMPLE.ORG'],
};

const hostile = fc
  .record({
    account: typed,
    words: typed,
    method: fc.constantFrom(...Object.keys(tails)),
    which: fc.nat(3),
    word: fc.constantFrom('Accepted', 'Failed'),
    valid: fc.boolean(),
    ip: fc.constantFrom('192.0.2.1', '2001:db8::7', 'fe80::1%eth0', 'UNKNOWN'),
    port: fc.integer({ min: 1, max: 65_535 }),
  })
  .map(({ account, words, method, which, word, valid, ip, port }) => {
    const some = tails[method]?.(vis(words)) ?? [''];
    const tail = some[which % some.length] ?? '';
    const isKnown = valid || word === 'Accepted';
    const who = `${isKnown ? '' : 'invalid user '}${vis(account)}`;
    const line = `${word} ${method} for ${who} from ${ip} port ${port} ssh2${tail}`;
    // Such a user of the machine there is not: sshd's own words could not be told from the name.
    return {
      account,
      isLikeOurs: isKnown && word === 'Failed' && account.startsWith('invalid user '),
      ip,
      port,
      line,
    };
  });

test('whatever strangers type, no line gives an address or a port that sshd did not write', () => {
  fc.assert(
    fc.property(hostile, fc.boolean(), ({ account, isLikeOurs, ip, port, line }, repeated) => {
      const read = readAttempt(repeated ? `message repeated 3 times: [ ${line}]` : line);
      if (read === 'unclear') return;
      assert.ok(read !== undefined, line);
      assert.deepEqual([read.ip, read.port], [ip, port], line);
      if (!isLikeOurs) assert.equal(read.account, account, line);
    }),
    { numRuns: 20_000 },
  );
});

test('only with the stranger’s words on both sides of the address is a try unclear', () => {
  fc.assert(
    fc.property(hostile, ({ line }) => {
      if (!/ (?:ID|client user) /.test(line)) assert.notEqual(readAttempt(line), 'unclear', line);
    }),
    { numRuns: 5000 },
  );
});

test('a line made to be slow is not', () => {
  const started = performance.now();
  for (const piece of [
    ' from x',
    ' from 1.2.3.4 port 5',
    ' ',
    'from ',
    'message repeated 1 times: [ ',
    '", client host "',
    ' (serial 1) CA RSA SHA256:A',
    '\\',
  ]) {
    for (const method of ['password', 'publickey', 'hostbased']) {
      for (const tail of ['', ': RSA SHA256:A, client user "x', ': RSA-CERT SHA256:A ID ']) {
        readAttempt(`Failed ${method} for a ${place}${tail}${piece.repeat(20_000)}\t!`);
        readAttempt(`Failed ${method} for a ${place}${tail}${piece.repeat(2000 / piece.length)}!`);
        readAttempt(`message repeated 2 times: [ Failed ${method} for ${piece.repeat(20_000)}\t!`);
      }
    }
  }
  assert.ok(performance.now() - started < 2000);
});
