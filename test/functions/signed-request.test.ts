import './env.ts';
import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';
import { test } from 'node:test';
import { Logger } from '@aws-lambda-powertools/logger';
import { isSuspended, type KeyRecord } from '#core/registry/records.ts';
import { importPublicKey } from '#core/signature/keys.ts';
import type { SignatureAlgorithm } from '#core/signature/profile.ts';
import { signRequest } from '#core/signature/sign.ts';
import { callState } from '#core/state/calls.ts';
import { registryState } from '#core/state/registry.ts';
import { StoreConflict } from '#core/store/store.ts';
import { type Answer, json } from '#functions/middleware/event.ts';
import { problem } from '#functions/middleware/problem.ts';
import { type SignaturePorts, signedRequest } from '#functions/middleware/signed-request.ts';
import { holder } from '../core/registry/registry.ts';
import { faults } from '../memory/faults.ts';
import { memoryChance, memoryClock } from '../memory/outside.ts';
import { memoryStore } from '../memory/store.ts';

/** What somebody who holds no key can learn of keys from what they are answered. */

interface Key {
  keyId: string;
  alg: SignatureAlgorithm;
  jwk: Record<string, unknown>;
  sign(base: Uint8Array): Promise<Uint8Array>;
}

function newKey(alg: SignatureAlgorithm): Key {
  const { publicKey, privateKey } =
    alg === 'ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { jwk, thumbprint } = importPublicKey(publicKey.export({ format: 'jwk' }));
  return {
    keyId: thumbprint,
    alg,
    jwk: { ...jwk },
    sign: async (base) =>
      alg === 'ed25519'
        ? sign(null, base, privateKey)
        : sign('sha256', base, { key: privateKey, dsaEncoding: 'ieee-p1363' }),
  };
}

const enrolledRecord = (
  { keyId, jwk }: Key,
  changes: Partial<KeyRecord> = {},
  of = holder('officer-1', 'agency', 'agency-1').key,
): KeyRecord => ({
  ...of,
  keyId,
  publicKey: jwk,
  ...changes,
});

/** Keys that are enrolled, each in a way in which a key can be. */
const keys = {
  active: newKey('ed25519'),
  'of P-256': newKey('ecdsa-p256-sha256'),
  'a reviewer’s': newKey('ed25519'),
  revoked: newKey('ed25519'),
  cooling: newKey('ed25519'),
  suspended: newKey('ed25519'),
};
const records: Record<keyof typeof keys, KeyRecord> = {
  active: enrolledRecord(keys.active),
  'of P-256': enrolledRecord(keys['of P-256']),
  'a reviewer’s': enrolledRecord(keys['a reviewer’s'], {}, holder('reviewer-1', 'reviewer').key),
  revoked: enrolledRecord(keys.revoked, { revokedAt: '2026-01-01T00:00:00.000Z' }),
  cooling: enrolledRecord(keys.cooling, { activeFrom: '2099-01-01T00:00:00.000Z' }),
  suspended: enrolledRecord(keys.suspended, {
    suspension: {
      since: '2026-01-01T00:00:00.000Z',
      provider: 'other.example/log',
      item: 'sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:',
      reason: 'stolen',
      entries: { n: 1, hash: '' },
    },
  }),
};

const provider = newKey('ecdsa-p256-sha256');

/** A registry in memory, and which calls of its ports were made. A test may have one of them fail. */
function surroundings() {
  const store = memoryStore();
  for (const record of Object.values(records))
    store.force('registry', { pk: `key#${record.keyId}`, ...record });
  const counted = faults();
  const state = { store: counted.over('store', store), clock: memoryClock(), chance: memoryChance() };
  const ports: SignaturePorts = {
    registry: registryState(state),
    calls: callState(state),
    isRevoked: async (key) => key.revokedAt !== undefined,
    isSuspended: async (key) => isSuspended(key),
    signer: async () => provider,
    clock: { now: () => new Date().toISOString() },
  };
  return { store, counted, ports };
}

/** The door over a registry in memory: answers a call, and says which calls of its ports it made. */
function door({ store, counted, ports } = surroundings()) {
  const check = signedRequest(
    { roles: ['agency'], query: {}, endsAccess: false, authority: 'writ.example' },
    ports,
  );
  const logger = new Logger({ serviceName: 'test' });
  logger.error = () => {};
  return {
    store,
    /** @param handler what serves the call once it is let in */
    async answerTo(event: object, handler = async (): Promise<Answer> => json(200, {})) {
      const before = counted.calls.length;
      const request: { event: object; error?: unknown; response?: Answer } = { event };
      const step = (hook: 'before' | 'after' | 'onError', of: typeof check = check): unknown =>
        Reflect.apply(of[hook] ?? (() => {}), undefined, [request]);
      try {
        await step('before');
        request.response = await handler();
        await step('after');
      } catch (error) {
        request.error = error;
        await step('onError', problem(logger));
        await step('onError');
      }
      return { answer: request.response, calls: counted.calls.slice(before) };
    },
  };
}

interface Forging {
  /** The key id that the message names. */
  names: string;
  /** What the message says that it is signed with. */
  alg: SignatureAlgorithm;
  /** Who signs it. */
  by: Key;
  /** How the signature is changed. */
  spoil?: ((signature: Uint8Array) => Uint8Array) | undefined;
}

let nonce = 0;

async function eventOf({ names, alg, by, spoil = (signature) => signature }: Forging): Promise<object> {
  const created = Math.floor(Date.now() / 1000);
  const signer = { keyId: names, alg, sign: by.sign };
  const { signature = '', ...fields } = await signRequest(
    { method: 'GET', authority: 'writ.example', path: '/v1/requests/1', query: '' },
    signer,
    { created, expires: created + 60, nonce: `nonce-of-a-strangers-call-${nonce++}` },
  );
  const [, made = ''] = /^writ=:(.*):$/.exec(signature) ?? [];
  const spoilt = Buffer.from(spoil(Buffer.from(made, 'base64'))).toString('base64');
  const multiValueHeaders = Object.fromEntries(
    Object.entries({ ...fields, signature: `writ=:${spoilt}:` }).map(([name, value]) => [name, [value]]),
  );
  return { httpMethod: 'GET', multiValueHeaders, requestContext: { path: '/v1/requests/1' }, body: null };
}

const algs = ['ed25519', 'ecdsa-p256-sha256'] as const;
const spoils: Record<string, Forging['spoil']> = {
  'another key’s': undefined,
  'of zeros': (signature) => new Uint8Array(signature.length),
  'out of range': (signature) => new Uint8Array(signature.length).fill(255),
};

for (const alg of algs) {
  for (const [how, spoil] of Object.entries(spoils)) {
    test(`I8 a stranger who names a key learns nothing of it: ${alg}, a signature ${how}`, async () => {
      const stranger = newKey(alg);
      const seen = await Promise.all(
        [newKey(alg), ...Object.values(keys)].map(async ({ keyId: names }) =>
          door().answerTo(await eventOf({ names, alg, by: stranger, spoil })),
        ),
      );
      const [unknown] = seen;
      assert.ok(unknown);
      assert.match(JSON.stringify(unknown.answer), /signature-invalid/);
      assert.doesNotMatch(JSON.stringify(unknown.answer), /"signature"/, 'nothing is signed');
      assert.deepEqual(unknown.calls, ['store.get', 'store.write']);
      for (const other of seen) assert.deepEqual(other, unknown);
    });
  }
}

/** A call of a key's own holder. */
const callOf = (key: Key) => eventOf({ names: key.keyId, alg: key.alg, by: key });

test('I8 whoever holds a key is told what is the matter with it', async () => {
  const said = await Promise.all(
    Object.values(keys).map(async (key) => {
      const { answer } = await door().answerTo(await callOf(key));
      assert.ok(answer?.headers?.signature, 'the answer is signed');
      return answer.statusCode < 300 ? 'let in' : String(JSON.parse(answer.body).code);
    }),
  );
  assert.deepEqual(said, [
    'let in',
    'let in',
    'key-role',
    'signature-key-unknown',
    'key-cooling',
    'key-suspended',
  ]);
});

test('I8 the answer to a signed call is signed, also where something failed that nobody foresaw', async () => {
  const failing = async () => {
    throw new TypeError('nobody foresaw it');
  };
  const { answer } = await door().answerTo(await callOf(keys.active), failing);
  assert.equal(answer?.statusCode, 500);
  assert.equal(JSON.parse(answer.body).code, 'internal');
  assert.ok(answer.headers?.signature);
});

test('I8 where a refusal’s trace fails, the call is not refused but told to come back, in a signed answer', async () => {
  const outside = surroundings();
  const calls = {
    ...outside.ports.calls,
    traceRefusal: async () => {
      throw new StoreConflict([]);
    },
  };
  const { answer } = await door({ ...outside, ports: { ...outside.ports, calls } }).answerTo(
    await callOf(keys['a reviewer’s']),
  );
  assert.equal(answer?.statusCode, 503);
  assert.equal(JSON.parse(answer.body).code, 'try-again');
  assert.ok(answer.headers?.signature);
});

test('where the key that signs answers does not answer, a problem says so', async () => {
  const outside = surroundings();
  const signer = async () => {
    throw Object.assign(new Error(), { name: 'ThrottlingException' });
  };
  const { answer } = await door({ ...outside, ports: { ...outside.ports, signer } }).answerTo(
    await callOf(keys.active),
  );
  assert.equal(answer?.statusCode, 503);
  assert.equal(answer.headers?.signature, undefined);
});

test('I8 the log keeps which of the calls named a key, and of whom', async () => {
  const { store, answerTo } = door();
  const stranger = newKey('ed25519');
  for (const names of [newKey('ed25519').keyId, keys.active.keyId, keys['a reviewer’s'].keyId])
    await answerTo(await eventOf({ names, alg: 'ed25519', by: stranger }));
  const counts = store.items('calls').map(({ pk, ...item }) => [String(pk).split('#').slice(2).join(), item]);
  assert.deepEqual(
    new Map(counts.map(([name, item]) => [name, item])),
    new Map<unknown, unknown>([
      ['', { 'signature-key-unknown': 1, _total: 1 }],
      ['agency,agency-1', { 'signature-invalid': 1, _total: 1, _role: 'agency', _agency: 'agency-1' }],
      ['reviewer,', { 'signature-invalid': 1, _total: 1, _role: 'reviewer' }],
    ]),
  );
  assert.deepEqual(store.items('entries'), []);
});

test('I8 what a suspended key was refused is an entry', async () => {
  const { store, answerTo } = door();
  const { answer } = await answerTo(await callOf(keys.suspended));
  assert.equal(answer?.statusCode, 403);
  const [entry] = store.items('entries').map(({ entry }) => JSON.parse(String(entry)));
  assert.deepEqual(
    [entry?.kind, entry?.data.code, entry?.data.proven],
    ['request.refused', 'key-suspended', true],
  );
});
