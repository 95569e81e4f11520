import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { enrolCall } from '#client/bridge/protocol.ts';
import { readEnrolment } from '#client/cli/admin/enrolment.ts';
import { startLoopback } from '#client/cli/bridge/loopback.ts';
import { generateSigningKey, publicPart } from '#client/webcrypto.ts';
import { enrolHere, enrolmentSheet, lossOfBrowser } from '#console/keys/enrolment.ts';
import {
  acceptProvider,
  forgetKey,
  type KeyStorePort,
  makeKey,
  providerKeys,
  rememberHolder,
  rememberPasskey,
  storedKeys,
} from '#console/keys/store.ts';
import { fetchingAs } from './fetching.ts';

const folder = mkdtempSync(join(tmpdir(), 'writ-keys-'));
after(() => rmSync(folder, { recursive: true }));

function inMemory(given: unknown[] = []): KeyStorePort {
  const kept = new Map<string, unknown>(given.map((each, i) => [`given-${i}`, each]));
  return {
    all: async () => [...kept.values()],
    put: async (key) => {
      kept.set(key.keyId, structuredClone(key));
    },
    remove: async (keyId) => {
      kept.delete(keyId);
    },
  };
}

const provider = { url: 'https://disclosure.example', thumbprints: ['t-1'] };
const at = '2026-11-30T08:00:00.000Z';
const made = (port: KeyStorePort, name = 'Desk 3', when = at) => makeKey(port, { name, provider, at: when });

test('a key is made so that no code can read its private part, and is kept so', async () => {
  const port = inMemory();
  const { keyId } = await made(port);
  const [key] = await storedKeys(port);
  assert.ok(key);
  assert.equal(key.keyId, keyId);
  assert.equal(key.privateKey.extractable, false);
  // Browsers call it InvalidAccessError, this Node InvalidAccessException.
  const refused = { name: /^InvalidAccess/ };
  await assert.rejects(crypto.subtle.exportKey('pkcs8', key.privateKey), refused);
  await assert.rejects(crypto.subtle.exportKey('jwk', key.privateKey), refused);
  const wrapping = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, true, ['wrapKey']);
  const by = { name: 'AES-GCM', iv: new Uint8Array(12) };
  await assert.rejects(crypto.subtle.wrapKey('pkcs8', key.privateKey, wrapping, by));
  assert.doesNotMatch(JSON.stringify(key), /"d"/);
});

test('what is stored and is no key of this version, or one that could be read, is refused', async () => {
  const port = inMemory();
  const good = await made(port);
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
    'sign',
    'verify',
  ]);
  for (const other of [
    {},
    { ...good, v: 2 },
    { ...good, case: 'x' },
    { ...good, privateKey: pair.privateKey },
  ])
    await assert.rejects(storedKeys(inMemory([other])), { code: 'key-malformed' });
});

test('several keys are told apart by their names; a forgotten one is gone', async () => {
  const port = inMemory();
  const old = await made(port);
  await assert.rejects(made(port, ' Desk 3 '), { code: 'key-exists' });
  const next = await made(port, 'Desk 3, new', '2026-12-01T08:00:00.000Z');
  assert.deepEqual(
    (await storedKeys(port)).map(({ keyId }) => keyId),
    [next.keyId, old.keyId],
  );
  await forgetKey(port, old.keyId);
  assert.deepEqual(
    (await storedKeys(port)).map(({ keyId }) => keyId),
    [next.keyId],
  );
  await assert.rejects(rememberHolder(port, old.keyId, 'r.jansen'), { code: 'key-unknown' });
});

test('a browser without Ed25519 makes a key on P-256', async (t) => {
  const { generateKey } = crypto.subtle;
  t.mock.method(crypto.subtle, 'generateKey', (...given: Parameters<typeof generateKey>) => {
    const [algorithm] = given;
    if (typeof algorithm === 'object' && algorithm.name === 'Ed25519')
      return Promise.reject(new DOMException('not here', 'NotSupportedError'));
    return generateKey.apply(crypto.subtle, given);
  });
  assert.equal((await made(inMemory())).privateKey.algorithm.name, 'ECDSA');
});

test('a holder’s pseudonym and a passkey are kept with the key', async () => {
  const port = inMemory();
  const { keyId } = await made(port);
  await rememberHolder(port, keyId, 'r.jansen');
  const passkey = { id: new Uint8Array([1]), publicKey: new Uint8Array([2]), algorithm: -7 };
  await rememberPasskey(port, keyId, passkey);
  const [key] = await storedKeys(port);
  assert.equal(key?.holder, 'r.jansen');
  assert.deepEqual(key?.passkey, passkey);
});

test('a provider that signs with another key than was compared stops the page, until a person has compared that one', async () => {
  const port = inMemory();
  const [first, second] = await Promise.all([1, 2].map(async () => publicPart(await generateSigningKey())));
  assert.ok(first && second);
  const key = await makeKey(port, {
    name: 'Desk 3',
    at,
    provider: { url: provider.url, thumbprints: [first.thumbprint] },
  });
  const same = providerKeys(key, { keys: [first.jwk] });
  assert.ok(same.state === 'same' && same.keys.has(first.thumbprint));
  const both = providerKeys(key, { keys: [first.jwk, second.jwk] });
  assert.deepEqual(both, { state: 'changed', unknown: [second.thumbprint] });
  assert.equal(providerKeys(key, { keys: [] }).state, 'changed');
  const accepted = await acceptProvider(port, key.keyId, [first.thumbprint, second.thumbprint]);
  assert.equal(providerKeys(accepted, { keys: [second.jwk] }).state, 'same');
});

test('the sheet has what the telephone needs, and its file is one that writ admin takes', async () => {
  const key = await made(inMemory());
  const sheet = await enrolmentSheet(key);
  assert.equal(sheet.thumbprint, key.keyId);
  assert.deepEqual([sheet.words.length, sheet.hex.length], [12, 16]);
  const path = join(folder, sheet.file.name);
  writeFileSync(path, sheet.file.text);
  const read = await readEnrolment(path, 'reviewer');
  assert.deepEqual(read, { v: 1, role: 'reviewer', publicKey: sheet.publicJwk, thumbprint: key.keyId });
  assert.ok(!('d' in sheet.publicJwk));
  assert.match(lossOfBrowser, /enrolled again/);
});

test('a public key is handed to a command on this machine over the link that it printed', async (t) => {
  const enrolled: unknown[] = [];
  const origin = 'https://localhost:8443';
  const loopback = await startLoopback({
    origin,
    routes: {
      'POST /enrol': async (body) => {
        enrolled.push(enrolCall.parse(body));
        return { status: 200, json: { enrolled: true } };
      },
    },
    tell: () => undefined,
  });
  t.after(() => loopback.close());
  const sheet = await enrolmentSheet(await made(inMemory()));
  await enrolHere(loopback.pairing, sheet, fetchingAs(origin));
  assert.deepEqual(enrolled, [{ publicJwk: sheet.publicJwk, name: 'Desk 3' }]);
  await assert.rejects(enrolHere(loopback.pairing, sheet, fetchingAs(origin)), {
    code: 'bridge-refused',
    why: 'pairing-used',
  });
  await assert.rejects(enrolHere(loopback.pairing, sheet, fetchingAs('https://evil.example')), {
    code: 'bridge-refused',
    why: 'origin',
  });
});
