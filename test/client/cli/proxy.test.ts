import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { proxyFor, proxyOrigin } from '#client/cli/proxy.ts';
import { importPublicKey } from '#core/signature/keys.ts';
import { type Ran, writ as run } from '#dev/writ.ts';
import { type Certificate, selfSigned, serve } from './certificates.ts';

const folder = mkdtempSync(join(tmpdir(), 'writ-proxy-'));
after(() => rmSync(folder, { recursive: true }));

test('the proxy is the one that curl would take', () => {
  const at = 'https://disclosure.example/v1/provider';
  const none = undefined;
  const proxy = 'http://proxy.example:3128';
  const cases: [Record<string, string>, string | undefined][] = [
    [{}, none],
    [{ HTTPS_PROXY: '' }, none],
    [{ HTTPS_PROXY: proxy }, proxy],
    [{ https_proxy: proxy, HTTPS_PROXY: 'http://other.example' }, proxy],
    [{ HTTPS_PROXY: 'proxy.example:3128' }, proxy],
    [{ HTTPS_PROXY: 'http://user:secret@proxy.example:3128' }, proxy],
    [{ HTTP_PROXY: proxy }, none],
    [{ ALL_PROXY: proxy }, proxy],
    [{ HTTPS_PROXY: proxy, NO_PROXY: '*' }, none],
    [{ HTTPS_PROXY: proxy, NO_PROXY: 'disclosure.example' }, none],
    [{ HTTPS_PROXY: proxy, no_proxy: 'a.example, .example' }, none],
    [{ HTTPS_PROXY: proxy, NO_PROXY: '*.example' }, none],
    [{ HTTPS_PROXY: proxy, NO_PROXY: 'disclosure.example:443' }, none],
    [{ HTTPS_PROXY: proxy, NO_PROXY: 'disclosure.example:8443' }, proxy],
    [{ HTTPS_PROXY: proxy, NO_PROXY: 'closure.example' }, proxy],
    [{ HTTPS_PROXY: proxy, NO_PROXY: 'disclosure.example.org' }, proxy],
  ];
  for (const [env, expected] of cases) {
    const found = proxyFor(at, env);
    assert.equal(found && proxyOrigin(found), expected, JSON.stringify(env));
  }
  assert.equal(proxyFor('https://[::1]:8443/', { HTTPS_PROXY: proxy, NO_PROXY: '::1' }), undefined);
  assert.equal(proxyFor('https://[::1]:8443/', { HTTPS_PROXY: proxy, NO_PROXY: '[::1]:8443' }), undefined);
});

test('what is no HTTP proxy is named, and its password is not', () => {
  for (const text of ['socks5://user:secret@proxy.example:1080', 'http://user:secret@:x']) {
    assert.throws(
      () => proxyFor('https://a.example', { HTTPS_PROXY: text }),
      (error: Error) => {
        assert.match(error.message, /HTTPS_PROXY names no HTTP proxy/);
        return !`${error.message}${JSON.stringify(error)}`.includes('secret');
      },
    );
  }
});

const key = importPublicKey(
  generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' }),
);
let certificate: Certificate;
let url: string;
let proxy: Server | undefined;
let proxyUrl: string;
let asked: string[] = [];
let refuses: number | undefined;

before(async () => {
  certificate = selfSigned({ host: 'disclosure.invalid' });
  const published = {
    name: 'Example',
    keys: [{ ...key.jwk, kid: key.thumbprint }],
    policyHash: 'sha-256=:x:',
  };
  url = await serve(certificate, (_, answer) => answer.end(JSON.stringify(published)));
  // Knows one host by itself, as the proxy of a closed network does: this machine cannot look it up.
  const made = createServer().on('connect', ({ url: to = '', headers }, socket, head) => {
    asked.push(`${to}${headers['proxy-authorization'] === undefined ? '' : ' as somebody'}`);
    if (refuses !== undefined) return socket.end(`HTTP/1.1 ${refuses} No\r\n\r\n`);
    const there = connect(Number(new URL(url).port), 'localhost', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      there.write(head);
      there.pipe(socket).pipe(there);
    });
    there.on('error', () => socket.destroy());
    socket.on('error', () => there.destroy());
  });
  proxy = made;
  await new Promise<void>((done) => made.listen(0, '127.0.0.1', done));
  proxyUrl = `127.0.0.1:${(made.address() as AddressInfo).port}`;
  const keys = await writ({}, 'keys', 'new', '--role', 'agency', '--no-passphrase');
  assert.equal(keys.code, 0, keys.err);
});
after(() => {
  proxy?.close();
  proxy?.closeAllConnections();
});

/** With a proxy of this user, or of nobody. */
function writ(env: Record<string, string>, ...args: string[]): Promise<Ran> {
  asked = [];
  return run(args, { XDG_CONFIG_HOME: folder, ...env });
}

test('writ connect goes through the proxy that HTTPS_PROXY names, which alone knows the host', async () => {
  const through = { HTTPS_PROXY: `http://${proxyUrl}` };
  const { code, err } = await writ(
    through,
    ...['connect', 'https://disclosure.invalid', '--ca', certificate.file, '--accept', key.thumbprint],
  );
  assert.equal(code, 0, err);
  assert.deepEqual(asked, ['disclosure.invalid:443']);
  const exempt = { ...through, NO_PROXY: 'disclosure.invalid' };
  const straight = await writ(exempt, 'connect', 'https://disclosure.invalid', '--yes');
  assert.equal(straight.code, 3);
  assert.deepEqual(asked, []);
});

test('a proxy gets the name and password of its address, and nobody else sees them', async () => {
  const { code, out, err } = await writ(
    { HTTPS_PROXY: `http://user:s3cret@${proxyUrl}` },
    ...['doctor', '--url', 'https://disclosure.invalid', '--ca', certificate.file],
  );
  assert.match(out, new RegExp(`proxy: calls go through http://${proxyUrl}, as HTTPS_PROXY says`), err);
  assert.match(out, /certificate: for disclosure\.invalid/);
  assert.match(out, /provider: Example/);
  assert.ok(asked.length > 1 && asked.every((each) => each === 'disclosure.invalid:443 as somebody'));
  assert.ok(!`${out}${err}`.includes('s3cret'));
  assert.notEqual(code, 2);
});

test('doctor says what is wrong with the proxy, by what it answers', async () => {
  const doctor = (address: string) =>
    writ({ HTTPS_PROXY: address }, 'doctor', '--url', 'https://disclosure.invalid', '--timeout', '5');
  refuses = 407;
  const locked = await doctor(`http://${proxyUrl}`);
  refuses = 403;
  const closed = await doctor(`http://${proxyUrl}`);
  refuses = undefined;
  assert.match(locked.out, /proxy: .* it answers 407\n\s+next: it asks for a name and password/);
  assert.match(closed.out, /proxy: .* opens no way to disclosure\.invalid:443: it answers 403/);
  const gone = await doctor('http://127.0.0.1:9');
  assert.match(gone.out, /proxy: http:\/\/127\.0\.0\.1:9 cannot be reached \(refused\)/);
  const calling = await writ(
    { HTTPS_PROXY: 'http://127.0.0.1:9' },
    'connect',
    'https://disclosure.invalid',
    '--yes',
  );
  assert.match(calling.err, /nothing listens at its address, through the proxy that HTTPS_PROXY names/);
});
