import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CompactEncrypt, CompactSign, importJWK, importPKCS8 } from 'jose';
import { z } from 'zod';
import { openDisclosure } from '#client/agency.ts';
import { openSession, perform, prepare, type Session, send } from '#client/exchange.ts';
import { newEncryptionKey, newSigningKey, privateJwk, publicJwk, signerFromPem } from '#client/keys.ts';
import type { RouteCall } from '#client/route-call.ts';
import { jsonDigest } from '#core/canonical.ts';
import { makePackage } from '#core/disclosure/package.ts';
import { importPublicKey } from '#core/signature/keys.ts';
import { type CallToSign, signAnswer, signRequest } from '#core/signature/sign.ts';
import { readSignature, verifySignature } from '#core/signature/verify.ts';

const agency = newSigningKey();
const provider = newSigningKey();
const stranger = newSigningKey();
const providerKey = importPublicKey(publicJwk(provider.privatePem));
const ok = z.strictObject({ ok: z.boolean() });

interface Reply {
  status?: number;
  value?: unknown;
  signedBy?: string;
  /** Changes the answer after it was signed. */
  tamper?: (body: string) => string;
  requestSignature?: string;
}

/** A session whose provider answers this. */
function session(reply: Reply, seen: Request[] = []): Session {
  const answerWith = async (...given: Parameters<typeof fetch>): Promise<Response> => {
    const request = new Request(...given);
    seen.push(request);
    const { status = 200, value = { ok: true }, signedBy, tamper = (body) => body } = reply;
    const body = JSON.stringify(value);
    const headers = new Headers({ 'content-type': 'application/json' });
    if (signedBy !== undefined) {
      const created = Math.floor(Date.now() / 1000);
      const fields = await signAnswer(
        {
          status,
          contentType: 'application/json',
          body: new TextEncoder().encode(body),
          requestSignature: reply.requestSignature ?? request.headers.get('signature') ?? '',
        },
        signerFromPem(signedBy),
        { created, expires: created + 60 },
      );
      for (const [name, text] of Object.entries(fields)) headers.set(name, text);
    }
    return new Response(tamper(body), { status, headers });
  };
  return {
    url: 'https://gateway.example:8443',
    signer: signerFromPem(agency.privatePem),
    providerKeys: new Map([[providerKey.thumbprint, providerKey]]),
    fetch: answerWith,
  };
}
/** A call whose answer is `ok`. */
const callTo = (method: 'GET' | 'POST', target: string, body?: string): RouteCall<z.infer<typeof ok>> => ({
  method,
  route: `${method} /requests`,
  target,
  ...(body === undefined ? {} : { body }),
  answer: ok,
});
const ask = (reply: Reply, seen?: Request[]) =>
  perform(session(reply, seen), callTo('POST', '/v1/requests', '{"a":1}'));

test('what a client sends is what it signed, to the byte, for the host that it is sent to', async () => {
  const seen: Request[] = [];
  assert.deepEqual(await ask({ signedBy: provider.privatePem }, seen), { ok: true });
  const [request] = seen;
  assert.ok(request);
  const message = {
    method: request.method,
    authority: new URL(request.url).host,
    path: new URL(request.url).pathname,
    query: new URL(request.url).search,
    headers: [...request.headers],
    body: await request.bytes(),
  };
  const reading = readSignature(message, { now: Date.now() / 1000, skewSeconds: 5 });
  assert.ok(reading.ok, JSON.stringify(reading));
  assert.ok(verifySignature(reading.claims, importPublicKey(publicJwk(agency.privatePem))));
  assert.equal(message.authority, 'gateway.example:8443');
});

test('I8: no two calls have the same nonce', async () => {
  const its = session({});
  const inputs = await Promise.all(
    Array.from({ length: 50 }, () => prepare(its, 'GET', '/v1/reviews?status=Rejected')),
  );
  const nonces = inputs.map(({ headers }) => /nonce="([^"]+)"/.exec(headers['signature-input'] ?? '')?.[1]);
  assert.equal(new Set(nonces).size, 50);
  assert.ok(!nonces.includes(undefined));
});

test('an answer that is not signed is not relied on, whatever it says', async () => {
  await assert.rejects(ask({}), { name: 'ExchangeError', code: 'answer-unsigned' });
});

test('an answer by another key, changed, or to another request is not relied on', async () => {
  const replies: Reply[] = [
    { signedBy: stranger.privatePem },
    { signedBy: provider.privatePem, tamper: (body) => body.replace('true', 'false') },
    { signedBy: provider.privatePem, requestSignature: `writ=:${'A'.repeat(86)}==:` },
  ];
  for (const reply of replies) {
    await assert.rejects(ask(reply), { name: 'ExchangeError', code: 'answer-not-verified' });
    await assert.rejects(ask({ ...reply, status: 404 }), {
      name: 'ExchangeError',
      code: 'answer-not-verified',
    });
  }
});

test('a refusal says its code, and whether the provider signed it', async () => {
  const value = {
    type: 'urn:writ:problem:case-closed',
    title: 'The case is closed',
    status: 409,
    code: 'case-closed',
  };
  for (const [signedBy, verified] of [
    [undefined, false],
    [provider.privatePem, true],
  ] as const) {
    const reply = signedBy === undefined ? { status: 409, value } : { status: 409, value, signedBy };
    await assert.rejects(ask(reply), { name: 'RefusedError', code: 'case-closed', status: 409, verified });
  }
  await assert.rejects(ask({ status: 502, value: 'Bad Gateway' }), {
    name: 'ExchangeError',
    code: 'answer-malformed',
  });
});

test('an answer of another shape, and a provider that cannot be reached, are told apart', async () => {
  const odd = { signedBy: provider.privatePem, value: { ok: true, more: 1 } };
  await assert.rejects(ask(odd), { name: 'ExchangeError', code: 'answer-malformed' });
  const down: Session = { ...session({}), fetch: () => Promise.reject(new TypeError('down')) };
  await assert.rejects(send(down, await prepare(down, 'GET', '/v1/reviews')), { code: 'unreachable' });
});

// Disclosures.

const encryption = newEncryptionKey();
const facts = {
  provider: 'Example Messenger',
  case: 'c0ffee',
  reference: 'GS-4711/26',
  requestDigest: jsonDigest('request'),
  scope: {
    subjects: [0],
    categories: ['TrafficData' as const],
    period: { from: '2026-09-01T00:00:00Z', to: '2026-10-01T00:00:00Z' },
  },
  policyHash: jsonDigest('policy'),
  collectedAt: '2026-11-20T10:00:00.000Z',
  records: [
    { subject: 0, category: 'TrafficData' as const, at: '2026-09-01T12:00:00Z', ip: '192.0.2.1', port: 7 },
  ],
  log: { entry: {}, proof: { index: '0', hashes: [] }, checkpoint: '' },
};

async function sealed(value: unknown, how: { by?: string; kid?: string; to?: string } = {}): Promise<string> {
  const { by = provider.privatePem, kid = providerKey.thumbprint, to = encryption.privatePem } = how;
  const jws = await new CompactSign(new TextEncoder().encode(JSON.stringify(value)))
    .setProtectedHeader({ alg: 'EdDSA', kid })
    .sign(await importPKCS8(by, 'EdDSA'));
  return new CompactEncrypt(new TextEncoder().encode(jws))
    .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM' })
    .encrypt(await importJWK(publicJwk(to), 'ECDH-ES'));
}

test('a disclosure opens with the agency’s key and keeps the signed text', async () => {
  const made = makePackage(facts);
  const opened = await openDisclosure(session({}), await sealed(made), privateJwk(encryption.privatePem));
  assert.deepEqual(opened.package, made);
  assert.equal(opened.jws.split('.').length, 3);
});

test('a disclosure that another signed, that is for another, or whose digest is not its records’ is not accepted', async () => {
  const made = makePackage(facts);
  const others = newEncryptionKey();
  const bad = [
    await sealed(made, { by: stranger.privatePem }),
    await sealed(made, { kid: 'unknown' }),
    await sealed(made, { to: others.privatePem }),
    await sealed({ ...made, records: [] }),
    await sealed({ ...made, digest: jsonDigest([]) }),
    await sealed({ ...made, message: 'hello' }),
    'not.a.jwe',
    '',
  ];
  for (const jwe of bad) {
    await assert.rejects(openDisclosure(session({}), jwe, privateJwk(encryption.privatePem)), {
      name: 'ExchangeError',
      code: 'disclosure-not-verified',
    });
  }
});

test('a session asks once more what is published when an answer names a key that it does not know', async () => {
  const next = importPublicKey(publicJwk(stranger.privatePem));
  let asked = 0;
  const refreshKeys = async () => {
    asked++;
    return new Map([[next.thumbprint, next]]);
  };
  const rotated = { ...session({ signedBy: stranger.privatePem }), refreshKeys };
  assert.deepEqual(await perform(rotated, callTo('GET', '/v1/requests/x')), { ok: true });
  assert.equal(asked, 1);
  // Not for a key that it knows, and in vain for one that nobody publishes.
  await perform(
    { ...session({ signedBy: provider.privatePem }), refreshKeys },
    callTo('GET', '/v1/requests/x'),
  );
  assert.equal(asked, 1);
  const forged = { ...session({ signedBy: newSigningKey().privatePem }), refreshKeys };
  await assert.rejects(perform(forged, callTo('GET', '/v1/requests/x')), { code: 'answer-not-verified' });
});

test('a published key is known by what it is, not by the id that it claims', async () => {
  const kid = providerKey.thumbprint;
  const document = {
    name: 'P',
    policyHash: 'x',
    revoked: [],
    keys: [{ ...publicJwk(stranger.privatePem), kid }],
  };
  const opened = await openSession(
    { url: 'https://gateway.example', signer: signerFromPem(agency.privatePem) },
    document,
  );
  assert.equal(opened.providerKeys.has(kid), false);
});

test('a signer of whole calls gets the call, and no bytes are signed in its place', async () => {
  const seen: Request[] = [];
  const own = session({ signedBy: provider.privatePem }, seen);
  const calls: CallToSign[] = [];
  const bytes: Uint8Array[] = [];
  const byCalls: Session = {
    ...own,
    lifetimeSeconds: 300,
    signer: {
      ...own.signer,
      sign: async (base) => {
        bytes.push(base);
        throw new Error('bytes');
      },
    },
    signCall: async (call) => {
      calls.push(call);
      return signRequest(call, own.signer, call);
    },
  };
  await perform(byCalls, callTo('POST', '/v1/requests?a=b', '{"a":1}'));
  const [call] = calls;
  assert.ok(call);
  const { created, expires, nonce, ...request } = call;
  assert.deepEqual(request, {
    method: 'POST',
    authority: 'gateway.example:8443',
    path: '/v1/requests',
    query: '?a=b',
    body: new TextEncoder().encode('{"a":1}'),
    contentType: 'application/json',
  });
  assert.equal(expires - created, 300);
  assert.ok(seen[0]?.headers.get('signature-input')?.includes(`nonce="${nonce}"`));
  assert.equal(bytes.length, 0);
});
