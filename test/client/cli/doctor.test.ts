import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { z } from 'zod';
import { versionCheck } from '#client/cli/doctor/provider.ts';
import { version } from '#client/cli/version.ts';
import { newSigningKey, publicJwk, signerFromPem } from '#client/keys.ts';
import { jsonDigest } from '#core/canonical.ts';
import { formatVerifierKey } from '#core/log/note.ts';
import { writ } from '#dev/writ.ts';
import { TestLog } from '../report/logs.ts';
import { type Certificate, selfSigned, serve } from './certificates.ts';

const folder = mkdtempSync(join(tmpdir(), 'writ-doctor-'));
after(() => rmSync(folder, { recursive: true }));
const surroundings = { XDG_CONFIG_HOME: join(folder, 'config'), XDG_STATE_HOME: join(folder, 'state') };

const told = z.object({
  checks: z.array(
    z.strictObject({
      name: z.string(),
      state: z.enum(['ok', 'wrong', 'unknown']),
      message: z.string(),
      next: z.string().optional(),
    }),
  ),
});

/** What doctor says of one thing, as `state: message`, and how it ended. */
async function doctor(...args: string[]) {
  const { code, out, err } = await writ(['doctor', '--json', ...args], surroundings);
  assert.equal(err, '');
  const { checks } = told.parse(JSON.parse(out));
  const of = (name: string) =>
    checks.filter((check) => check.name === name).map((check) => `${check.state}: ${check.message}`);
  for (const { name, state, next } of checks)
    if (state === 'wrong') assert.ok(next, `${name} says what to do`);
  return { code, checks, of };
}

const provider = newSigningKey();
const log = new TestLog('doctor.example/log').append([]);
const policy = { name: 'a policy' };
const document = {
  name: 'Example Messenger',
  version,
  keys: [{ ...publicJwk(provider.privatePem), kid: 'a name' }],
  revoked: [],
  policy,
  policyHash: jsonDigest(policy),
  log: { origin: log.key.name, verifierKey: formatVerifierKey(log.key) },
};

/** A provider that publishes this, and its log, and knows nobody. */
function publishing(changes: object = {}, headers: Record<string, string> = {}): RequestListener {
  return (request, response) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    const path = request.url ?? '';
    if (path === '/v1/provider') return response.end(JSON.stringify({ ...document, ...changes }));
    const file = log.files.get(path.replace('/v1/log/', ''));
    if (file !== undefined) return response.end(file);
    response.statusCode = 404;
    response.setHeader('content-type', 'application/problem+json');
    const code = 'not-found';
    return response.end(JSON.stringify({ type: `urn:writ:problem:${code}`, title: 'No such thing', code }));
  };
}

let good: Certificate;
let home: string;
before(async () => {
  good = selfSigned({ days: 50 });
  home = await serve(good, publishing());
  const made = await writ(['keys', 'new', '--role', 'reviewer', '--no-passphrase'], surroundings);
  assert.equal(made.code, 0, made.err);
  const connected = await writ(['connect', home, '--ca', good.file, '--yes'], surroundings);
  assert.equal(connected.code, 0, connected.err);
});

test('what anybody can look at is well, and so is the exit code', async () => {
  const { code, checks, of } = await doctor('--url', home, '--ca', good.file, '--profile', 'default');
  for (const name of [
    'node',
    'profile',
    'signing-key',
    'name',
    'connection',
    'certificate',
    'clock',
    'version',
  ])
    assert.match(of(name).join(), /^ok: /, name);
  for (const name of ['authority', 'policy', 'provider-keys', 'log-key', 'revocation', 'log'])
    assert.match(of(name).join(), /^ok: /, name);
  assert.deepEqual(
    checks.filter(({ state }) => state !== 'ok').map(({ name }) => name),
    ['key'],
    'this server knows no signatures',
  );
  assert.equal(code, 1);
  const noKey = { ...surroundings, XDG_CONFIG_HOME: join(folder, 'nobody') };
  const ran = await writ(['doctor', '--url', home, '--ca', good.file], noKey);
  assert.equal(ran.code, 0, ran.out);
  assert.match(ran.out, /^ok {7}node: Node /);
  assert.ok(!ran.out.includes('\u001b'), 'no colour without a terminal');
});

test('a certificate’s faults are told apart: authority, expiry, validity, host', async () => {
  const [expired, early, foreign, soon] = [
    selfSigned({ days: -1 }),
    selfSigned({ days: 90 }),
    selfSigned({ host: 'elsewhere.example', days: 50 }),
    selfSigned({ days: 5 }),
  ];
  const said = async (certificate: Certificate, ca: Certificate = certificate) => {
    const url = await serve(certificate, publishing());
    const { code, of } = await doctor('--url', url, '--ca', ca.file);
    assert.equal(code, 1);
    return of('certificate');
  };
  const only = async (found: Promise<string[]>, expected: RegExp) => {
    const [first = '', ...more] = await found;
    assert.match(first, expected);
    assert.deepEqual(more, []);
  };
  await only(said(good, foreign), /^wrong: it is of an authority that is not trusted here: localhost$/);
  await only(said(expired), /^wrong: it expired on \d{4}-/);
  await only(said(early), /^wrong: it is not valid before \d{4}-/);
  await only(said(foreign), /^wrong: it is for another host: DNS:elsewhere\.example$/);
  await only(said(soon), /^wrong: it expires in \d+ (?:days|hours), on /);
});

test('an address that nobody is at is told from one that is silent, and one that speaks something else', async (t) => {
  const silent = createServer();
  const held: Socket[] = [];
  silent.on('connection', (socket) => held.push(socket));
  const other = createServer((socket) => socket.end('220 mail.example ESMTP\r\n'));
  for (const server of [silent, other]) {
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    t.after(() => server.close());
  }
  t.after(() => held.forEach((socket) => void socket.destroy()));
  const urlOf = (server: typeof silent) => `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const closed = createServer();
  await new Promise<void>((done) => closed.listen(0, '127.0.0.1', done));
  const nobody = urlOf(closed);
  await new Promise((done) => closed.close(done));

  const refused = await doctor('--url', nobody);
  assert.equal(refused.code, 1);
  assert.match(refused.of('connection').join(), /^wrong: nothing listens at 127\.0\.0\.1:\d+$/);
  assert.deepEqual(refused.of('provider'), ['unknown: it could not be asked']);
  const timeout = await doctor('--url', urlOf(silent), '--timeout', '1');
  assert.match(timeout.of('connection').join(), /^unknown: 127\.0\.0\.1:\d+ does not answer in time$/);
  assert.equal(timeout.code, 3);
  const wrongPort = await doctor('--url', urlOf(other));
  assert.match(wrongPort.of('connection').join(), /^wrong: 127\.0\.0\.1:\d+ does not speak TLS$/);
  const nameless = await doctor('--url', 'https://nobody.invalid');
  assert.match(
    nameless.of('name').join(),
    /^(?:wrong: there is no host|unknown: no name service answers for) /,
  );
});

test('a clock that is off is said to be, how far and which way', async () => {
  const at = (ms: number) => ({ date: new Date(Date.now() + ms).toUTCString() });
  const behind = await serve(good, publishing({}, at(3_600_000)));
  const ahead = await serve(good, publishing({}, at(-3_600_000)));
  const said = async (url: string) => (await doctor('--url', url, '--ca', good.file)).of('clock').join();
  assert.match(await said(behind), /^wrong: behind by (?:59|60) min or more; the wire tolerates 30 s$/);
  assert.match(await said(ahead), /^wrong: ahead by (?:59|60|61) min or more; the wire tolerates 30 s$/);
});

test('a provider that publishes other keys than were compared is found out', async () => {
  const stranger = newSigningKey();
  const jwk = { ...publicJwk(stranger.privatePem), kid: 'a name' };
  const { keyId } = signerFromPem(stranger.privatePem);
  const said = async (changes: object, name: string) => {
    const { code, of } = await doctor('--url', await serve(good, publishing(changes)), '--ca', good.file);
    assert.equal(code, 1);
    return of(name).join();
  };
  assert.equal(
    await said({ keys: [jwk] }, 'provider-keys'),
    `wrong: the provider signs with a key that this profile does not know: ${keyId}`,
  );
  assert.equal(
    await said({ keys: [...document.keys, jwk] }, 'provider-keys'),
    `wrong: the provider is about to sign with a key that this profile does not know: ${keyId}`,
  );
  const verifierKey = formatVerifierKey(new TestLog('another.example/log').append([]).key);
  assert.equal(
    await said({ log: { ...document.log, verifierKey } }, 'log-key'),
    `wrong: the provider publishes another key of the log: ${verifierKey}`,
  );
  const shown = await writ(['keys', 'show', '--json'], surroundings);
  const { thumbprint } = JSON.parse(shown.out);
  const revoked = [{ keyid: thumbprint, revokedAt: '2026-11-01T00:00:00.000Z' }];
  assert.match(
    await said({ revoked }, 'revocation'),
    /^wrong: this profile’s key was revoked on 2026-11-01 /,
  );
  assert.match(
    await said({ policy: { name: 'another' } }, 'policy'),
    /^wrong: the policy that is published is not the one of the hash/,
  );
});

test('an address that signatures are not verified for is found out before any is made', async () => {
  const url = await serve(good, publishing({ authority: 'disclosure.example' }));
  const { of, checks } = await doctor('--url', url, '--ca', good.file);
  assert.match(of('authority').join(), /^wrong: the provider verifies signatures for disclosure\.example, /);
  assert.match(
    checks.find(({ name }) => name === 'authority')?.next ?? '',
    /^call https:\/\/disclosure\.example; or the operator deploys with -c authority=localhost:\d+$/,
  );
});

test('an older server is told from a newer one, and from one that is no Writ', async () => {
  const old = await doctor('--url', await serve(good, publishing({ version: undefined })), '--ca', good.file);
  assert.match(old.of('version').join(), /^wrong: the provider’s Writ says no version, so it is older than /);
  const states = [undefined, '0.0.9', '0.1.9', '0.2.0', '1.0.0', 'next'].map((text) =>
    versionCheck(text, '0.1.0'),
  );
  assert.deepEqual(
    states.map(({ state, message }) => [state, /An? (older|newer) server/.exec(message)?.[1]]),
    [
      ['wrong', undefined],
      ['wrong', 'older'],
      ['ok', undefined],
      ['wrong', 'newer'],
      ['wrong', 'newer'],
      ['unknown', undefined],
    ],
  );
  const other = await serve(good, (_, response) => response.end('<h1>It works!</h1>'));
  const none = await doctor('--url', other, '--ca', good.file);
  assert.match(
    none.of('provider').join(),
    /^wrong: no Writ answers at https:\/\/localhost:\d+\/v1\/provider: /,
  );
});

test('a log that its key did not sign, or that is not there, is found out', async () => {
  const forged = new TestLog(log.key.name).append([]);
  const said = async (checkpoint: Uint8Array | undefined) => {
    const others = publishing();
    const url = await serve(good, (request, response) => {
      if (request.url !== '/v1/log/checkpoint') return others(request, response);
      response.statusCode = checkpoint === undefined ? 404 : 200;
      return response.end(checkpoint);
    });
    return (await doctor('--url', url, '--ca', good.file)).of('log').join();
  };
  assert.match(await said(forged.files.get('checkpoint')), /^wrong: .* \(note-unsigned\)$/);
  assert.match(await said(undefined), /^wrong: .* \(file-missing\)$/);
});

test('a key file that others can read, or that is gone, and a folder that they may enter, are found out', async () => {
  const dir = join(surroundings.XDG_CONFIG_HOME, 'writ/loose');
  const made = await writ(
    ['keys', 'new', '--role', 'agency', '--no-passphrase', '--profile', 'loose'],
    surroundings,
  );
  assert.equal(made.code, 0, made.err);
  chmodSync(join(dir, 'signing.pem'), 0o644);
  rmSync(join(dir, 'encryption.pem'));
  chmodSync(dir, 0o755);
  const { code, of } = await doctor('--profile', 'loose');
  assert.equal(code, 1);
  assert.match(of('signing-key').join(), /^wrong: .*, which others on this machine can read$/);
  assert.match(of('encryption-key').join(), /^wrong: .*, which cannot be read$/);
  assert.match(of('profile').join(), /^wrong: loose, in .*, which others on this machine may enter$/);
  assert.deepEqual(of('address'), ['wrong: this profile knows no provider']);
});

test('a profile that is not there, or no profile, is a finding like any other', async () => {
  const none = await doctor('--profile', 'nobody');
  assert.match(none.of('profile').join(), /^wrong: there is no profile nobody in /);
  const dir = join(surroundings.XDG_CONFIG_HOME, 'writ/broken');
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'profile.json'), '{}');
  assert.match(
    (await doctor('--profile', 'broken')).of('profile').join(),
    /^wrong: .* is no profile of this version/,
  );
  assert.equal(none.code, 1);
});

test('nobody is asked for a passphrase or a card, and what was not tried is said', async () => {
  const passphraseFile = join(folder, 'passphrase');
  writeFileSync(passphraseFile, 'correct horse battery\n', { mode: 0o600 });
  const locked = ['--profile', 'locked'];
  const make = ['keys', 'new', '--role', 'reviewer', '--passphrase-file', passphraseFile];
  assert.equal((await writ([...make, ...locked], surroundings)).code, 0);
  const touched = join(folder, 'touched');
  const card = ['--profile', 'card'];
  const publicKey = join(folder, 'card.pem');
  writeFileSync(publicKey, newSigningKey().publicPem);
  const behind = ['--signer', `touch ${touched}`, '--public-key', publicKey];
  assert.equal((await writ(['keys', 'new', '--role', 'reviewer', ...behind, ...card], surroundings)).code, 0);
  for (const profile of [locked, card]) {
    const connected = await writ(['connect', home, '--ca', good.file, '--yes', ...profile], surroundings);
    assert.equal(connected.code, 0, connected.err);
    const { code, checks } = await doctor(...profile);
    assert.deepEqual(
      checks.filter(({ state }) => state !== 'ok').map(({ name, state, next }) => [name, state, next]),
      [['key', 'unknown', '`writ doctor --sign`']],
    );
    assert.equal(code, 3);
  }
  assert.throws(() => readFileSync(touched), 'the signer did not run');
  const tried = await doctor(...card, '--sign');
  assert.match(tried.of('key').join(), /^wrong: what the signer command wrote is no signature/);
  assert.equal(readFileSync(touched, 'utf8'), '');
  const opened = await doctor(...locked, '--passphrase-file', passphraseFile);
  assert.match(opened.of('key').join(), /^wrong: the answer is not what this version of writ knows/);
  const wrongOne = join(folder, 'wrong');
  writeFileSync(wrongOne, 'incorrect horse\n', { mode: 0o600 });
  const shut = await doctor(...locked, '--passphrase-file', wrongOne);
  assert.match(shut.of('key').join(), /^wrong: this is not the passphrase of /);
});

test('what is used wrongly ends with 2, and help has examples', async () => {
  for (const [args, said] of [
    [['--url', 'http://localhost'], /^error: usage: the address is an https one/],
    [['--url', home, '--timeout', 'soon'], /^error: usage: --timeout takes seconds/],
  ] as const) {
    const { code, err } = await writ(['doctor', ...args], surroundings);
    assert.equal(code, 2);
    assert.match(err, said);
  }
  const { code, out } = await writ(['doctor', '--help']);
  assert.equal(code, 0);
  assert.match(out, /Examples:\n {2}writ doctor /);
  assert.match(out, /Exit codes: 0 /);
});
