import assert from 'node:assert/strict';
import { test } from 'node:test';
import { collectionCall } from '#client/agency.ts';
import { startLoopback } from '#client/cli/bridge/loopback.ts';
import { bridgeRoutes } from '#client/cli/bridge/signing.ts';
import { CommandError } from '#client/cli/errors.ts';
import { perform, type Session } from '#client/exchange.ts';
import { newSigningKey, publicJwk, signerFromPem } from '#client/keys.ts';
import { claimReview, decideReview, showReview } from '#client/reviewer.ts';
import { callOf, type RouteCall } from '#client/route-call.ts';
import { generateSigningKey } from '#client/webcrypto.ts';
import { bridgedKey, pairWith } from '#console/keys/bridge.ts';
import { type Confirming, jsonShown, type Shown, startConfirming } from '#console/keys/confirming.ts';
import { startLock } from '#console/keys/lock.ts';
import { type CallSigner, guarded, ownKey } from '#console/keys/signer.ts';
import { coversCollection } from '#console/portal/collect/covers.ts';
import { utf8 } from '#core/bytes.ts';
import { importPublicKey, type VerificationKey } from '#core/signature/keys.ts';
import { readSignature, verifySignature } from '#core/signature/verify.ts';
import { reviewRoutes } from '#core/wire/desk.ts';
import * as examples from '#core/wire/examples.ts';
import { fetchingAs } from './fetching.ts';

const url = 'https://disclosure.example';
const id = '0f8b6b1e-5a3c-4c4e-9d53-0a4f3f0f7a11';

interface Sent {
  method: string;
  url: string;
  headers: Headers;
  body: Uint8Array;
}

/** A page with a key, unlocked, whose provider is busy and keeps what it was sent. */
async function page(given?: CallSigner) {
  const pair = await generateSigningKey();
  const key = given ?? (await ownKey(pair));
  const publicKey = importPublicKey(await crypto.subtle.exportKey('jwk', pair.publicKey));
  const lock = startLock({ now: () => 0, clear: () => confirming.clear() });
  const confirming = startConfirming(url);
  await lock.unlock(async () => undefined);
  const sent: Sent[] = [];
  const session: Session = {
    url,
    providerKeys: new Map(),
    retry: { attempts: 1 },
    ...guarded(key, lock, confirming),
    fetch: async (...call) => {
      const request = new Request(...call);
      sent.push({
        method: request.method,
        url: request.url,
        headers: request.headers,
        body: new Uint8Array(await request.arrayBuffer()),
      });
      return new Response('busy', { status: 429 });
    },
  };
  return { session, lock, confirming, sent, publicKey };
}

function isSignedBy(key: VerificationKey, { method, url: at, headers, body }: Sent): boolean {
  const { host, pathname, search } = new URL(at);
  const message = { method, authority: host, path: pathname, query: search, headers: [...headers], body };
  const read = readSignature(message, { now: Date.now() / 1000, skewSeconds: 30 });
  return read.ok && verifySignature(read.claims, key);
}

/** Says yes to whatever is shown, after a change to it. */
function saying(confirming: Confirming, change: (shown: Shown) => Shown = (shown) => shown): Promise<void> {
  const shown = confirming.open();
  assert.ok(shown);
  return confirming.give(change(shown));
}

const busy = { code: 'answer-malformed' };

test('the bytes that are signed and sent are the bytes that were shown', async () => {
  const { session, confirming, sent, publicKey } = await page();
  const deciding = decideReview(session, id, examples.approval);
  const shown = confirming.open();
  assert.ok(shown);
  assert.equal(jsonShown(shown), JSON.stringify(examples.approval));
  assert.equal(sent.length, 0, 'nothing leaves before a yes');
  await confirming.give(shown);
  await assert.rejects(deciding, busy);
  assert.equal(sent.length, 1);
  const [call] = sent;
  assert.ok(call);
  assert.deepEqual([call.method, call.url, call.body], [shown.method, shown.url, shown.content?.bytes]);
  assert.ok(isSignedBy(publicKey, call));
});

test('what reads is signed without a confirmation, while the page is unlocked', async () => {
  const { session, lock, sent, publicKey } = await page();
  await assert.rejects(showReview(session, id), busy);
  const [call] = sent;
  assert.ok(call && isSignedBy(publicKey, call));
  lock.lock();
  await assert.rejects(showReview(session, id), { code: 'locked' });
  await assert.rejects(decideReview(session, id, examples.approval), { code: 'locked' });
  assert.equal(sent.length, 1);
});

const otherBytes: Record<string, (shown: Shown) => Shown> = {
  'another body': (shown) => ({ ...shown, content: { type: 'application/json', bytes: utf8('{}') } }),
  'another type': (shown) => ({
    ...shown,
    content: { type: 'text/plain', bytes: shown.content?.bytes ?? utf8('') },
  }),
  'no body': ({ content: _, ...shown }) => shown,
  'another case': (shown) => ({ ...shown, url: shown.url.replace(id, id.replace('0f', '1f')) }),
  'another provider': (shown) => ({ ...shown, url: shown.url.replace('disclosure', 'other') }),
  'another method': (shown) => ({ ...shown, method: 'GET' }),
};

for (const [what, change] of Object.entries(otherBytes))
  test(`a sheet that showed ${what} signs nothing`, async () => {
    const { session, confirming, sent } = await page();
    const deciding = assert.rejects(decideReview(session, id, examples.approval), { code: 'other-bytes' });
    await assert.rejects(saying(confirming, change), { code: 'other-bytes' });
    await deciding;
    assert.equal(sent.length, 0);
  });

test('a confirmation has the token of its own sheet', async () => {
  const { session, confirming, sent } = await page();
  const first = assert.rejects(claimReview(session, id), { code: 'not-confirmed' });
  const old = confirming.open();
  assert.ok(old);
  confirming.refuse();
  await first;
  const second = assert.rejects(claimReview(session, id), { code: 'not-confirmed' });
  await assert.rejects(confirming.give(old), { code: 'not-confirmed' });
  confirming.refuse();
  await second;
  assert.equal(sent.length, 0);
});

test('a confirmation is used once: the same bytes are not signed again', async () => {
  const { session, confirming, sent } = await page();
  const call = callOf(reviewRoutes.claimReview, { id, body: { claim: 'take' } });
  const repeated = assert.rejects(
    perform({ ...session, retry: { attempts: 3 }, sleep: async () => undefined }, call, 'safe'),
    {
      code: 'not-confirmed',
    },
  );
  await saying(confirming);
  await repeated;
  assert.equal(sent.length, 1);
});

test('two calls are never confirmed by one yes: the second is refused while the first is open', async () => {
  const { session, confirming, sent } = await page();
  const first = assert.rejects(decideReview(session, id, examples.approval), busy);
  await assert.rejects(decideReview(session, id, examples.approval), { code: 'confirmation-open' });
  await saying(confirming);
  await first;
  assert.equal(sent.length, 1);
  assert.equal(confirming.open(), undefined);
});

test('a page whose code signs without a confirmation, or another call than was confirmed, gets no signature', async () => {
  const { session, confirming } = await page();
  const { signCall, signer, confirm } = session;
  assert.ok(signCall && confirm);
  const now = Math.floor(Date.now() / 1000);
  const place = {
    method: 'POST',
    authority: 'disclosure.example',
    path: `/v1/reviews/${id}/claims`,
    query: '',
  };
  const statement = { created: now, expires: now + 60, nonce: 'A'.repeat(32) };
  const body = utf8('{"claim":"take"}');
  const call = { ...place, body, contentType: 'application/json', ...statement };
  await assert.rejects(signCall(call), { code: 'not-confirmed' });
  await assert.rejects(signer.sign(utf8('anything')), { code: 'bytes-refused' });
  const shown: RouteCall = { method: 'POST', route: '', target: place.path, body: '{"claim":"take"}' };
  const confirmed = async () => {
    const asked = confirm(shown);
    await saying(confirming);
    await asked;
  };
  for (const other of [
    { ...call, body: utf8('{"claim":"take-over"}') },
    { ...call, path: `/v1/reviews/${id}/suspension` },
    { ...call, query: '?a=b' },
    { ...call, authority: 'other.example' },
    { ...call, contentType: 'text/plain' },
  ]) {
    await confirmed();
    await assert.rejects(signCall(other), { code: 'other-bytes' });
    await assert.rejects(signCall(call), { code: 'not-confirmed' }, 'the confirmation is gone');
  }
  await confirmed();
  assert.ok((await signCall(call)).signature);
});

test('locking takes back what is confirmed or being confirmed', async () => {
  const { session, lock, confirming, sent } = await page();
  const deciding = assert.rejects(decideReview(session, id, examples.approval), { code: 'not-confirmed' });
  const shown = confirming.open();
  assert.ok(shown);
  lock.lock();
  await deciding;
  await lock.unlock(async () => undefined);
  await assert.rejects(confirming.give(shown), { code: 'not-confirmed' });
  assert.equal(sent.length, 0);
});

test('a signature that comes after the page was locked is dropped', async () => {
  let lockNow: () => void = () => undefined;
  const own = await ownKey(await generateSigningKey());
  const slow: CallSigner = {
    ...own,
    signCall: async (call) => {
      lockNow();
      return own.signCall(call);
    },
  };
  const { session, lock, sent } = await page(slow);
  lockNow = lock.lock;
  await assert.rejects(showReview(session, id), { code: 'locked' });
  assert.equal(sent.length, 0);
});

// Over the bridge.

async function bridge(answer: () => Promise<void>, signWith?: ReturnType<typeof signerFromPem>) {
  const { privatePem } = newSigningKey();
  const key = importPublicKey(publicJwk(privatePem));
  const asked: RouteCall[] = [];
  const loopback = await startLoopback({
    origin: url,
    routes: bridgeRoutes({
      url,
      signer: signWith ?? signerFromPem(privatePem),
      publicJwk: key.jwk,
      ask: async (call) => {
        asked.push(call);
        await answer();
      },
      asksAll: false,
      tell: () => undefined,
      stop: () => undefined,
    }),
    tell: () => undefined,
  });
  const send = fetchingAs(url);
  const paired = await pairWith(loopback.pairing, send);
  return { loopback, key, asked, paired, send, signer: await bridgedKey(paired, send) };
}

test('over the bridge the page sends what the terminal showed, signed by the key behind it', async (t) => {
  const { loopback, key, asked, signer } = await bridge(async () => undefined);
  t.after(() => loopback.close());
  assert.equal(signer.keyId, key.thumbprint);
  const { session, confirming, sent } = await page(signer);
  await assert.rejects(showReview(session, id), busy);
  const deciding = assert.rejects(decideReview(session, id, examples.approval), busy);
  await saying(confirming);
  await deciding;
  assert.equal(sent.length, 2);
  for (const call of sent) assert.ok(isSignedBy(key, call));
  assert.deepEqual(
    asked.map(({ body }) => body),
    [JSON.stringify(examples.approval)],
  );
});

test('a no at the terminal is an error with the bridge’s code, and nothing is sent', async (t) => {
  const { loopback, signer } = await bridge(async () => {
    throw new CommandError('not-confirmed', 'nothing was signed or sent');
  });
  t.after(() => loopback.close());
  const { session, confirming, sent } = await page(signer);
  const deciding = assert.rejects(decideReview(session, id, examples.approval), {
    code: 'bridge-refused',
    why: 'not-confirmed',
  });
  await saying(confirming);
  await deciding;
  assert.equal(sent.length, 0);
});

test('a signature of another key or of another call is not believed, and a bridge that is gone says so', async (t) => {
  const { loopback, signer, paired, send } = await bridge(
    async () => undefined,
    signerFromPem(newSigningKey().privatePem),
  );
  t.after(() => loopback.close());
  const { session } = await page(signer);
  await assert.rejects(showReview(session, id), { code: 'bridge-other-signature' });
  const stranger = await bridgedKey({ ...paired, session: 'x' }, send).catch((error: unknown) => error);
  assert.ok(stranger instanceof Error && 'why' in stranger && stranger.why === 'secret');
  loopback.close();
  await assert.rejects(showReview(session, id), { code: 'bridge-unreachable' });
});

test('the pages of a collection are signed with the first one, as often as they are asked for, and another collection is not', async () => {
  const confirming = startConfirming(url, coversCollection);
  const recipient = 'A'.repeat(43);
  const collection = (asked: Parameters<typeof collectionCall>[1]) =>
    collectionCall(id, { recipient, ...asked });
  const take = (call: RouteCall) => {
    const { host: authority, pathname: path } = new URL(call.target, url);
    const body = utf8(call.body ?? '');
    return confirming.take({
      method: call.method,
      authority,
      path,
      query: '',
      contentType: 'application/json',
      body,
      created: 0,
      expires: 0,
      nonce: '',
    });
  };
  const asked = confirming.confirm(collection({ form: 3 }));
  await saying(confirming);
  await asked;
  await take(collection({ form: 3 }));
  await take(collection({ form: 3 }));
  await confirming.confirm(collection({ form: 3, page: 'two' }));
  assert.equal(confirming.open(), undefined, 'nobody is asked again');
  await take(collection({ form: 3, page: 'two' }));
  await assert.rejects(take(collection({ form: 3, page: 'three' })), { code: 'other-bytes' });

  const others = [
    collection({ form: 3 }),
    collection({ page: 'two' }),
    collectionCall(id.replace('0f', '1f'), { recipient, form: 3, page: 'two' }),
  ];
  for (const other of others) {
    const first = confirming.confirm(collection({ form: 3 }));
    await saying(confirming);
    await first;
    const refused = assert.rejects(confirming.confirm(other), { code: 'not-confirmed' });
    assert.ok(confirming.open(), 'a person is asked');
    confirming.refuse();
    await refused;
  }
  const last = confirming.confirm(collection({ form: 3 }));
  await saying(confirming);
  await last;
  confirming.end();
  await assert.rejects(take(collection({ form: 3 })), { code: 'not-confirmed' });
});
