import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { lockAfterMs, startLock } from '#console/keys/lock.ts';
import { type Assertion, askPasskey, newPasskey, type PasskeyPort } from '#console/keys/passkey.ts';
import type { StoredPasskey } from '#console/keys/store.ts';
import { byName, byPasskey, wayOf } from '#console/keys/unlocking.ts';
import { toBase64url, utf8 } from '#core/bytes.ts';

const yes = async () => undefined;

function locking() {
  const clock = { ms: 1_000_000 };
  let cleared = 0;
  const lock = startLock({ now: () => clock.ms, clear: () => cleared++ });
  return { clock, lock, cleared: () => cleared };
}

test('a page is locked when it is opened, and after ten minutes without input', async () => {
  const { clock, lock, cleared } = locking();
  assert.equal(lockAfterMs, 600_000);
  assert.ok(!lock.isUnlocked());
  await lock.unlock(yes);
  clock.ms += lockAfterMs - 1;
  assert.ok(lock.isUnlocked());
  lock.active();
  clock.ms += lockAfterMs - 1;
  assert.ok(lock.isUnlocked(), 'input counts');
  assert.equal(cleared(), 0);
  clock.ms += 1;
  assert.ok(!lock.isUnlocked(), 'no timer has fired: the clock was looked at');
  assert.equal(cleared(), 1);
});

test('input that comes after the ten minutes locks, and does not prolong: a machine may have slept', async () => {
  const { clock, lock } = locking();
  await lock.unlock(yes);
  clock.ms += lockAfterMs;
  lock.active();
  assert.ok(!lock.isUnlocked());
});

test('neither input, nor time, nor the page being shown again unlocks', async () => {
  const { clock, lock } = locking();
  await lock.unlock(yes);
  lock.lock();
  for (const event of [lock.active, lock.look, lock.lock]) {
    event();
    clock.ms += 1000;
    assert.ok(!lock.isUnlocked());
  }
});

test('a clock that was set back locks', async () => {
  const { clock, lock } = locking();
  await lock.unlock(yes);
  clock.ms -= 1;
  assert.ok(!lock.isUnlocked());
});

test('locking drops what is known of cases, ends calls that are under way, and tells the views', async () => {
  const { lock, cleared } = locking();
  const states: string[] = [];
  const stop = lock.onChange((state) => states.push(state));
  assert.ok(lock.signal().aborted);
  await lock.unlock(yes);
  const signal = lock.signal();
  assert.ok(!signal.aborted);
  lock.lock();
  lock.lock();
  assert.ok(signal.aborted);
  assert.deepEqual([cleared(), states], [1, ['unlocked', 'locked']]);
  stop();
  await lock.unlock(yes);
  assert.equal(states.length, 2);
});

test('a page that cannot drop what it knows is locked nevertheless', async () => {
  const lock = startLock({
    now: () => 0,
    clear: () => {
      throw new Error('a view failed');
    },
  });
  await lock.unlock(yes);
  assert.throws(() => lock.lock(), /a view failed/);
  assert.ok(!lock.isUnlocked());
});

test('what fails as a proof leaves the page locked', async () => {
  const { lock } = locking();
  await assert.rejects(lock.unlock(byName({ name: 'Desk 3' }, 'desk 3')), { code: 'name-differs' });
  assert.ok(!lock.isUnlocked());
  await lock.unlock(byName({ name: 'Desk 3' }, ' Desk 3 '));
  assert.ok(lock.isUnlocked());
});

// Passkeys.

const place = { origin: 'https://disclosure.example', rpId: 'disclosure.example' };

interface Authenticator extends PasskeyPort {
  challenges: Uint8Array[];
}

type Change = (assertion: Assertion) => Partial<Assertion>;

const pairOf: Record<'ed25519' | 'p256' | 'rsa', () => { privateKey: KeyObject; publicKey: KeyObject }> = {
  ed25519: () => generateKeyPairSync('ed25519'),
  p256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  rsa: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
};

/** An authenticator of the test's own. @param flags of its data: present and verified */
function authenticator(
  kind: 'ed25519' | 'p256' | 'rsa',
  {
    flags = 0x05,
    rpId = place.rpId,
    data = {},
    change,
  }: { flags?: number; rpId?: string; data?: object; change?: Change } = {},
): Authenticator & { made: StoredPasskey } {
  const pair = pairOf[kind]();
  const made: StoredPasskey = {
    id: new Uint8Array([1, 2, 3]),
    publicKey: new Uint8Array(pair.publicKey.export({ type: 'spki', format: 'der' })),
    algorithm: { ed25519: -8, p256: -7, rsa: -257 }[kind],
  };
  const challenges: Uint8Array[] = [];
  return {
    made,
    challenges,
    create: async () => made,
    get: async ({ challenge, id }) => {
      challenges.push(challenge);
      const client = {
        type: 'webauthn.get',
        challenge: toBase64url(challenge),
        origin: place.origin,
        crossOrigin: false,
        ...data,
      };
      const clientData = new Uint8Array(utf8(JSON.stringify(client)));
      const authenticatorData = new Uint8Array([...(await digest(utf8(rpId))), flags, 0, 0, 0, 0]);
      const signed = Buffer.concat([authenticatorData, await digest(clientData)]);
      const signature = new Uint8Array(sign(kind === 'ed25519' ? null : 'sha256', signed, pair.privateKey));
      const assertion = { id, clientData, authenticatorData, signature };
      return { ...assertion, ...change?.(assertion) };
    },
  };
}

async function digest(bytes: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', new Uint8Array(bytes)));
}

for (const kind of ['ed25519', 'p256', 'rsa'] as const)
  test(`a passkey (${kind}) that its user was verified for unlocks, each time with a challenge of its own`, async () => {
    const port = authenticator(kind);
    const passkey = await newPasskey(port, place, 'Desk 3');
    for (let i = 0; i < 20; i++) await askPasskey(passkey, port, place);
    assert.equal(new Set(port.challenges.map(toBase64url)).size, 20);
    const { lock } = locking();
    await lock.unlock(byPasskey({ passkey }, port, place));
    assert.ok(lock.isUnlocked());
  });

const refused: Record<string, Parameters<typeof authenticator>[1]> = {
  'nobody was verified': { flags: 0x01 },
  'nobody was present': { flags: 0x04 },
  'it is of another host': { rpId: 'evil.example' },
  'it was asked by another page': { data: { origin: 'https://evil.example' } },
  'it was asked within another page': { data: { crossOrigin: true } },
  'it answers another challenge': { data: { challenge: 'AAAA' } },
  'it made a key': { data: { type: 'webauthn.create' } },
  'it is another passkey': { change: () => ({ id: new Uint8Array([9]) }) },
  'the signature is of something else': {
    change: ({ authenticatorData }) => ({ authenticatorData: new Uint8Array([...authenticatorData, 0]) }),
  },
  'the signature is none': { change: () => ({ signature: new Uint8Array(64) }) },
  'what it says is no JSON': { change: () => ({ clientData: new Uint8Array([0x7b]) }) },
};

for (const [why, change] of Object.entries(refused))
  test(`a passkey’s answer does not unlock where ${why}`, async () => {
    for (const kind of ['ed25519', 'p256'] as const) {
      const port = authenticator(kind, change);
      await assert.rejects(askPasskey(port.made, port, place), { code: 'passkey-refused' });
    }
  });

test('a passkey that was broken off, or is another’s, leaves the page locked', async () => {
  const port = authenticator('p256');
  const breaking = { ...port, get: () => Promise.reject(new Error('NotAllowedError')) };
  await assert.rejects(askPasskey(port.made, breaking, place), { code: 'passkey-refused' });
  await assert.rejects(askPasskey(authenticator('p256').made, port, place), { code: 'passkey-refused' });
});

test('where a passkey was registered, the key’s name does not unlock', async () => {
  const { made: passkey } = authenticator('p256');
  assert.deepEqual([wayOf({}), wayOf({ passkey })], ['name', 'passkey']);
  await assert.rejects(byName({ name: 'Desk 3', passkey }, 'Desk 3')(), { code: 'passkey-refused' });
});

test('what signs a call knows no passkey', () => {
  for (const file of ['signer.ts', 'bridge.ts', 'confirming.ts'])
    assert.doesNotMatch(readFileSync(`console/keys/${file}`, 'utf8'), /passkey|unlocking|credentials/i, file);
});
