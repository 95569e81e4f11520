import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { collect, collectOnce } from '#client/agency.ts';
import { recipientCheck } from '#client/cli/doctor/recipient.ts';
import { connect } from '#client/cli/profile/connection.ts';
import type { Session } from '#client/exchange.ts';
import { newEncryptionKey, newSigningKey, privateJwk, publicJwk, signerFromPem } from '#client/keys.ts';
import { showRecipient, thumbprintOf } from '#client/recipient.ts';
import { generateEncryptionKey, publicPart } from '#client/webcrypto.ts';
import { importEncryptionKey } from '#core/registry/encryption-key.ts';
import { importPublicKey } from '#core/signature/keys.ts';
import { writ as run } from '#dev/writ.ts';
import { request as example } from '../../core/cases/cases.ts';
import { login } from '../package/pages.ts';
import { TestProvider } from './provider.ts';

/** Whether an officer can decrypt what they ask for, before they ask: the command, doctor and the SDK. */

const folder = mkdtempSync(join(tmpdir(), 'writ-recipient-'));
const at = (...names: string[]) => join(folder, ...names);
const env = { XDG_CONFIG_HOME: at('config'), XDG_STATE_HOME: at('state') };
process.env.XDG_CONFIG_HOME = env.XDG_CONFIG_HOME;

const provider = await TestProvider.start();
after(() => {
  provider.stop();
  rmSync(folder, { recursive: true });
});
before(async () => {
  await provider.profile(env.XDG_CONFIG_HOME, 'default');
  provider.pages = [[login(1)]];
});

const profileFile = (name: string) => at('config/writ/default', name);
const ownKey = (): string => JSON.parse(readFileSync(profileFile('profile.json'), 'utf8')).encryption.keyId;
const others = 'x6rX0000000000000000000000000000000000000VE';

async function approved(reference: string): Promise<string> {
  writeFileSync(at('request.json'), JSON.stringify({ ...example, reference }));
  const { code, err } = await run(['request', 'new', at('request.json')], env);
  assert.equal(code, 0, err);
  provider.approve(reference);
  provider.calls.length = 0;
  return reference;
}
const collecting = (reference: string) => run(['collect', reference, '--out', at(`out-${reference}`)], env);
const collections = () => provider.calls.filter(({ path }) => path.endsWith('/collection'));

/** A provider in another state for a while. */
async function during(state: Partial<TestProvider>, act: () => Promise<void>): Promise<void> {
  Object.assign(provider, state);
  try {
    await act();
  } finally {
    Object.assign(provider, { recipient: undefined, next: undefined, isOlder: false });
  }
}

test('writ collect names its key, once it has decrypted with it and answers go to it', async () => {
  const { code, err } = await collecting(await approved('R-1'));
  assert.equal(code, 0, err);
  assert.deepEqual(
    collections().map(({ body }) => JSON.parse(body).recipient),
    [ownKey()],
  );
});

test('writ collect asks for nothing where answers go to another key, and says to which and what to do', async () => {
  const reference = await approved('R-2');
  await during({ recipient: others }, async () => {
    const { code, err } = await collecting(reference);
    assert.equal(code, 1);
    assert.match(err, new RegExp(`^error: recipient-differs: .*${others}.*; nothing was collected`, 'm'));
    assert.match(err, /writ admin encryption-key new AGENCY --officer officer-17 --enrolment FILE/);
  });
  const next = { thumbprint: ownKey(), of: 'officer', activeFrom: '2099-01-01T00:00:00.000Z' } as const;
  await during({ recipient: others, next }, async () => {
    assert.match((await collecting(reference)).err, /which takes over on 2099-01-01/);
  });
  assert.deepEqual(collections(), []);
  assert.ok(!existsSync(at('out-R-2')));
});

test('writ collect asks for nothing with a key file that holds another key', async () => {
  const reference = await approved('R-3');
  const pem = readFileSync(profileFile('encryption.pem'));
  writeFileSync(profileFile('encryption.pem'), newEncryptionKey().privatePem);
  const { code, err } = await collecting(reference);
  writeFileSync(profileFile('encryption.pem'), pem);
  assert.equal(code, 2);
  assert.match(err, /^error: key-malformed: /m);
  assert.deepEqual(collections(), []);
});

test('writ collect names no key to a provider who is older than that', async () => {
  const reference = await approved('R-4');
  await during({ isOlder: true }, async () => {
    const { code, err } = await collecting(reference);
    assert.equal(code, 0, err);
  });
  assert.deepEqual(
    collections().map(({ body }) => 'recipient' in JSON.parse(body)),
    [false],
  );
});

test('doctor says whether the key decrypts and answers go to it, and what to do where they do not', async () => {
  const connection = await connect({ profile: 'default' });
  const well = await recipientCheck(connection, true);
  assert.equal(well.state, 'ok');
  assert.match(
    well.message,
    new RegExp(`^${ownKey()} decrypts, and is the one that answers go to: your own`),
  );
  assert.equal((await recipientCheck(connection, false)).state, 'unknown');
  await during({ isOlder: true }, async () => {
    assert.equal((await recipientCheck(connection, true)).state, 'unknown');
  });
  await during({ recipient: others }, async () => {
    const { state, message, next } = await recipientCheck(connection, true);
    assert.equal(state, 'wrong');
    assert.match(message, new RegExp(others));
    assert.match(next ?? '', /--officer officer-17/);
  });
  const pem = readFileSync(profileFile('encryption.pem'));
  writeFileSync(profileFile('encryption.pem'), 'not a key', { mode: 0o600 });
  const broken = await recipientCheck(await connect({ profile: 'default' }), true);
  writeFileSync(profileFile('encryption.pem'), pem);
  assert.equal(broken.state, 'wrong');
  assert.match(broken.message, /holds no private key/);
});

async function session(): Promise<Session> {
  const { jwk } = provider.keys;
  const key = importPublicKey(jwk);
  const signer = signerFromPem(newSigningKey().privatePem);
  return { url: provider.url, signer, providerKeys: new Map([[key.thumbprint, key]]) };
}

test('the SDK names the key that it is given: of a JWK, a pair of CryptoKeys, one that may be exported', async () => {
  const { privatePem } = newEncryptionKey();
  const { thumbprint } = await importEncryptionKey(publicJwk(privatePem));
  assert.equal(await thumbprintOf(privateJwk(privatePem)), thumbprint);
  const pair = await generateEncryptionKey();
  const shown = await publicPart(pair);
  assert.equal(await thumbprintOf(pair), shown.thumbprint);
  assert.equal(await thumbprintOf(pair.privateKey), undefined, 'nobody can tell');
  const algorithm = { name: 'ECDH', namedCurve: 'P-256' };
  const open = await crypto.subtle.importKey('jwk', privateJwk(privatePem), algorithm, true, ['deriveBits']);
  assert.equal(await thumbprintOf(open), thumbprint);

  await approved('R-5');
  const { id } = provider.caseOf('R-5').view;
  provider.encryptTo({ ...shown.jwk }, shown.thumbprint);
  const { package: disclosed } = await collect(await session(), id, pair);
  assert.equal(disclosed.records.length, 1);
  assert.equal((await showRecipient(await session())).recipient.thumbprint, shown.thumbprint);
  await assert.rejects(collectOnce(await session(), id, privateJwk(privatePem)), {
    code: 'recipient-differs',
  });
  await collect(await session(), id, pair, { recipient: false });
  await collect(await session(), id, pair.privateKey);
  assert.deepEqual(
    collections().map(({ body }) => JSON.parse(body)),
    [{ recipient: shown.thumbprint }, { recipient: thumbprint }, {}, {}],
  );
});

test('the SDK asks a provider who knows no such name again without it, and a person before each', async () => {
  await approved('R-6');
  const { id } = provider.caseOf('R-6').view;
  const pair = await generateEncryptionKey();
  const { jwk, thumbprint } = await publicPart(pair);
  provider.encryptTo({ ...jwk }, thumbprint);
  const confirmed: (string | undefined)[] = [];
  const confirm: Session['confirm'] = async ({ body }) => void confirmed.push(body);
  await during({ isOlder: true }, async () => {
    await collect({ ...(await session()), confirm }, id, pair);
  });
  const sent = collections().map(({ body }) => body);
  assert.deepEqual(sent, [JSON.stringify({ recipient: thumbprint }), '{}']);
  assert.deepEqual(confirmed, sent);
});
