/**
 * What sshd writes of each try to log in (`auth_log` and `format_method_key` in OpenSSH's auth.c):
 *
 *   Accepted METHOD for ACCOUNT from ADDRESS port PORT ssh2
 *   Accepted publickey for ACCOUNT from ADDRESS port PORT ssh2: ED25519 SHA256:…
 *   Failed METHOD for invalid user ACCOUNT from ADDRESS port PORT ssh2
 *
 * Parts of it are whatever the person at the other end typed: the account, the name in a certificate, the user and host of
 * a host-based try. "root from 192.0.2.9 port 22 ssh2: RSA SHA256:x" is an account. So every place is tried at which
 * sshd's own address may stand, with what sshd writes behind it for that method and nothing else; a line that can be read
 * in two ways is read in none.
 */
export interface Attempt {
  failed: boolean;
  account: string;
  ip: string;
  port: number;
}

/** `unclear`: it begins as a try to log in, and its end is not sshd's, or could be in two ways. */
export type MessageOutcome = Attempt | 'unclear' | undefined;

const REPEATED = /^message repeated \d+ times: \[ (?<message>.*)\]$/s;
const BEGINS = /^(?<word>Accepted|Failed) (?<method>[\w.@-]{1,64}(?:\/[\w.@-]{1,64})?) for (?<rest>.*)$/s;
const PLACE = / from (?<ip>\S+) port (?<port>\d{1,5})(?=$| )/gs;

// sshkey_type() and a fingerprint: SHA256 in base64, or the hex that came before OpenSSH 6.8. Neither holds a blank.
const KEY = String.raw`[\w@.-]{1,64} (?:SHA256:[A-Za-z0-9+/=]+|(?:MD5:)?[0-9a-f]{2}(?::[0-9a-f]{2}){15}|SHA(?:1|384|512):[A-Za-z0-9+/=]+|\(null\))`;
// Whoever signs the certificate chooses its ID; of a try that failed, that is anybody.
const CERTIFICATE = String.raw`[\w@.-]{1,64} \S+ ID .* \(serial \d+\) CA ${KEY}`;
const CLIENT = `, client user ".*", client host ".*"`;

/** What follows `ssh2`, by the method. */
const tails: readonly { methods: RegExp; tail: RegExp }[] = [
  { methods: /^publickey/, tail: new RegExp(`^(?:: (?:${KEY}|${CERTIFICATE}))?$`, 's') },
  { methods: /^hostbased/, tail: new RegExp(`^(?:: (?:${KEY}|${CERTIFICATE})(?:${CLIENT})?)?$`, 's') },
  // The principal's name.
  { methods: /^gssapi/, tail: /^(?:: \S+)?$/s },
  { methods: /^/, tail: /^$/s },
];

/** What a message of sshd's tells of a try to log in. @returns undefined for any other message */
export function readAttempt(written: string): MessageOutcome {
  const message = REPEATED.exec(written)?.groups?.message ?? written;
  const { word, method = '', rest = '' } = BEGINS.exec(message)?.groups ?? {};
  if (word === undefined) return undefined;
  const tail = tails.find(({ methods }) => methods.test(method))?.tail ?? /^$/;
  const readings: Omit<Attempt, 'failed'>[] = [];
  const places = message.length > LONGEST ? [] : placesIn(rest);
  for (const place of places) {
    if (!tail.test(place.behind)) continue;
    readings.push(place);
    if (readings.length > 1) return 'unclear';
  }
  const [only] = readings;
  if (only === undefined) return 'unclear';
  const failed = word === 'Failed';
  // Nobody whom sshd does not know is let in: there the words are part of a name.
  const account = unescaped(failed ? only.account.replace(/^invalid user /, '') : only.account);
  return account === undefined ? 'unclear' : { failed, account, ip: only.ip, port: only.port };
}

/** Twice what sshd writes (`MSGBUFSIZ` in OpenSSH's log.c): a longer line is made to be slow. */
const LONGEST = 2048;

function placesIn(rest: string) {
  return [...rest.matchAll(PLACE)].map((found) => ({
    account: rest.slice(0, found.index),
    ip: found.groups?.ip ?? '',
    port: Number(found.groups?.port),
    // Of protocol 1 and of very old versions too. The unprivileged part of sshd marks what it wrote.
    behind: rest
      .slice(found.index + found[0].length)
      .replace(/^ ssh[12](?=$|:| )/, '')
      .replace(/ \[preauth\]$/, ''),
  }));
}

const LETTERS: Readonly<Record<string, number>> = { n: 10, r: 13, b: 8, a: 7, v: 11, t: 9, f: 12 };
const ESCAPE = /\\(?:\\|[0-7]{3}|0|[nrbavtf])/g;

/**
 * An account as it was typed. sshd writes what could end a line, each byte beyond ASCII and the backslash itself as vis(3)
 * does (`LOG_SYSLOG_VIS` in OpenSSH's log.c): `m\303\274ller` is müller, `EXAMPLE\\alice` is EXAMPLE\alice.
 *
 * @returns undefined for what vis(3) does not write. Bytes that are no UTF-8 become U+FFFD
 */
function unescaped(text: string): string | undefined {
  if (!text.includes('\\')) return text;
  if (text.replace(ESCAPE, '').includes('\\')) return undefined;
  const bytes: Uint8Array[] = [];
  let at = 0;
  for (const found of text.matchAll(ESCAPE)) {
    bytes.push(Buffer.from(text.slice(at, found.index)), Uint8Array.of(byteOf(found[0].slice(1))));
    at = found.index + found[0].length;
  }
  bytes.push(Buffer.from(text.slice(at)));
  return Buffer.concat(bytes).toString('utf8');
}

function byteOf(escaped: string): number {
  if (escaped === '\\') return 0x5c;
  return LETTERS[escaped] ?? Number.parseInt(escaped, 8) & 0xff;
}
