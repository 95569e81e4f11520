import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { importPublicKey } from '#core/signature/keys.ts';
import { writ as run } from '#dev/writ.ts';
import { type Certificate, selfSigned, serve } from './certificates.ts';

const folder = mkdtempSync(join(tmpdir(), 'writ-connect-'));
after(() => rmSync(folder, { recursive: true }));

const writ = (...args: string[]) => run(args, { XDG_CONFIG_HOME: folder });

const key = importPublicKey(
  generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' }),
);
let certificate: Certificate;
let url: string;

before(async () => {
  certificate = selfSigned();
  const published = {
    name: 'Example',
    keys: [{ ...key.jwk, kid: key.thumbprint }],
    policyHash: 'sha-256=:x:',
  };
  url = await serve(certificate, (_, answer) => answer.end(JSON.stringify(published)));
  const made = await writ('keys', 'new', '--role', 'agency', '--no-passphrase');
  assert.equal(made.code, 0, made.err);
});

const provider = () => JSON.parse(readFileSync(join(folder, 'writ/default/profile.json'), 'utf8')).provider;

test('a provider is remembered with the keys that were accepted, and nothing that it says beside them', async () => {
  const { code, out, err } = await writ(
    ...['connect', `${url}/v1/`, '--ca', certificate.file, '--accept', key.thumbprint, '--json'],
  );
  assert.equal(code, 0, err);
  assert.deepEqual(JSON.parse(out), { profile: 'default', url, name: 'Example', keys: [key.thumbprint] });
  assert.deepEqual(provider(), { url, name: 'Example', caFile: certificate.file, keys: [key.jwk] });
});

test('a key that was not accepted is not remembered', async () => {
  const before = provider();
  const { code, err } = await writ(
    ...['connect', url, '--ca', certificate.file, '--accept', key.thumbprint.replace(/^./, '_')],
  );
  assert.equal(code, 3);
  assert.match(err, /^error: provider-changed: .* Next: ask the provider/);
  assert.deepEqual(provider(), before);
});

test('nobody there to compare the keys: none is believed', async () => {
  const { code, err } = await writ('connect', url, '--ca', certificate.file);
  assert.equal(code, 2);
  assert.match(err, /^error: usage: --accept is missing/);
});

test('an address that is none, or not https, is refused before anything is asked there', async () => {
  for (const address of [
    'localhost',
    'http://localhost',
    'https://localhost/other',
    'https://a:b@localhost',
  ]) {
    const { code, err } = await writ('connect', address, '--yes');
    assert.equal(code, 2, address);
    assert.match(err, /^error: usage: the address /);
    assert.ok(!err.includes('a:b'));
  }
});

test('whatever is wrong with a connection is said in words', async () => {
  const expired = selfSigned({ days: -1 });
  const elsewhere = selfSigned({ host: 'elsewhere.example' });
  const of = async (certificate: Certificate) => serve(certificate, (_, answer) => answer.end('{}'));
  const cases = [
    [url, [], /an authority that is not trusted here|signed by itself/],
    [await of(expired), ['--ca', expired.file], /its certificate has expired/],
    [await of(elsewhere), ['--ca', elsewhere.file], /its certificate is for another host/],
    ['https://localhost:49', [], /nothing listens at its address/],
    ['https://writ.invalid', [], /there is no (host of this name|name service)/],
  ] as const;
  for (const [address, more, words] of cases) {
    const { code, err } = await writ('connect', address, '--yes', ...more);
    assert.equal(code, 3, err);
    assert.match(err, /^error: unreachable: the provider cannot be reached: .* Next: /);
    assert.match(err, words);
  }
});

test('what answers there and is no provider is told from one that cannot be reached', async () => {
  const other = await serve(certificate, (_, answer) => answer.end('{"name":"A web shop"}'));
  const { code, err } = await writ('connect', other, '--yes', '--ca', certificate.file, '--json');
  assert.equal(code, 3);
  assert.equal(JSON.parse(err).error.code, 'answer-malformed');
});
