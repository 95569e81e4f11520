import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { formatVerifierKey } from '#core/log/note.ts';
import { importPublicKey } from '#core/signature/keys.ts';
import { writ as run } from '#dev/writ.ts';
import { signer } from '../../core/log/signer.ts';
import { type Certificate, selfSigned, serve } from './certificates.ts';
import { atTerminal, keys } from './terminal.ts';

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

const logKey = formatVerifierKey(signer('log.example/v1/log', 1).key);
const otherLogKey = formatVerifierKey(signer('log.example/v1/log', 2).key);
const withLog = (verifierKey: string) =>
  serve(certificate, (_, answer) =>
    answer.end(
      JSON.stringify({
        name: 'Example',
        keys: [key.jwk],
        policyHash: 'sha-256=:x:',
        log: { origin: 'log.example/v1/log', verifierKey },
      }),
    ),
  );

test('the log’s key is pinned once it was given, and refused where it is another: as --accept does with the provider’s', async () => {
  const at = await withLog(logKey);
  const connect = (...more: string[]) => writ('connect', at, '--ca', certificate.file, ...more);
  const both = await connect(`--accept=${key.thumbprint}`, `--accept-log=${logKey}`, '--json');
  assert.equal(both.code, 0, both.err);
  assert.deepEqual(JSON.parse(both.out), {
    profile: 'default',
    url: at,
    name: 'Example',
    keys: [key.thumbprint],
    logKey,
  });
  assert.equal(provider().logKey, logKey);
  const before = provider();
  for (const [more, code, words] of [
    [[`--accept=${key.thumbprint}`], 2, /^error: usage: --accept-log is missing/],
    [[`--accept-log=${logKey}`], 2, /^error: usage: --accept is missing/],
    [[], 2, /^error: usage: --accept and --accept-log are missing/],
    [
      [`--accept=${key.thumbprint}`, `--accept-log=${otherLogKey}`],
      3,
      /^error: provider-changed: .* its log/,
    ],
    [['--yes', `--accept-log=${otherLogKey}`], 3, /^error: provider-changed/],
    [['--accept-log=nonsense', '--yes'], 2, /^error: usage: --accept-log is no verifier key/],
  ] as const) {
    const { code: ended, err } = await connect(...more);
    assert.equal(ended, code, err);
    assert.match(err, words);
  }
  assert.deepEqual(provider(), before);
});

test('a log’s key that was given and is not published is missing, and nothing is kept', async () => {
  const before = provider();
  const more = [`--accept=${key.thumbprint}`, `--accept-log=${logKey}`];
  const { code, err } = await writ('connect', url, '--ca', certificate.file, ...more);
  assert.equal(code, 3);
  assert.match(err, /^error: provider-changed/);
  assert.deepEqual(provider(), before);
});

test('at a terminal the log’s key is shown and asked for like the provider’s, and no is no', async () => {
  const at = await withLog(logKey);
  const args = ['connect', at, '--ca', certificate.file];
  const env = { XDG_CONFIG_HOME: folder };
  const [yes, no] = [`y${keys.enter}`, `n${keys.enter}`];
  const thumbprints = { see: 'Is this what you were given', type: yes };
  const before = provider();
  const refused = await atTerminal(args, [thumbprints, { see: 'Is this the log’s key', type: no }], env);
  assert.equal(refused.code, 1, refused.shown);
  assert.match(refused.shown, /not-confirmed/);
  assert.deepEqual(provider(), before);
  const taken = await atTerminal(args, [thumbprints, { see: 'Is this the log’s key', type: yes }], env);
  assert.equal(taken.code, 0, taken.shown);
  assert.ok(taken.shown.replaceAll(/\s/g, '').includes(logKey), taken.shown);
  assert.equal(provider().logKey, logKey);
});
