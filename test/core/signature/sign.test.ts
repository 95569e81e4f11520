import assert from 'node:assert/strict';
import { sign } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { utf8 } from '#core/bytes.ts';
import { SignatureError, type SignatureErrorCode } from '#core/signature/errors.ts';
import type { Answer } from '#core/signature/message.ts';
import { type AnswerToSign, contentDigest, signAnswer, signRequest } from '#core/signature/sign.ts';
import { readAnswerSignature, verifyWith } from '#core/signature/verify.ts';
import { both, clock, ed25519, field, get, nonce, now, p256, post, window, withField } from './messages.ts';

const requestSignature = 'writ=:c2lnbmF0dXJlIG9mIHRoZSByZXF1ZXN0:';
const created: AnswerToSign = {
  status: 201,
  contentType: 'application/json',
  body: utf8('{"status":"AwaitingApproval"}'),
  requestSignature,
};

async function signedAnswer(answer: AnswerToSign, { signer } = ed25519): Promise<Answer> {
  const fields = await signAnswer(answer, signer, window);
  return { ...answer, headers: [...Object.entries(fields), ['content-type', answer.contentType]] };
}

async function verdict(answer: Answer, request = requestSignature, at = clock, key = ed25519.key) {
  const reading = readAnswerSignature(answer, { requestSignature: request }, at);
  const outcome = await verifyWith(reading, async (keyId) => (keyId === key.thumbprint ? key : undefined));
  return outcome.ok ? 'accepted' : outcome.code;
}

function refused(code: SignatureErrorCode) {
  return (error: unknown) => {
    assert.ok(error instanceof SignatureError);
    assert.deepEqual(
      { code: error.code, message: error.message, name: error.name },
      {
        code,
        message: code,
        name: 'SignatureError',
      },
    );
    return true;
  };
}

test('a request is signed over these fields, in this form', async () => {
  const fields = await signRequest(post, { ...ed25519.signer, keyId: 'k1' }, { ...window, nonce });
  assert.deepEqual(Object.keys(fields), ['content-digest', 'signature-input', 'signature']);
  assert.equal(fields['content-digest'], await contentDigest(post.body));
  assert.equal(
    fields['signature-input'],
    'writ=("@method" "@authority" "@path" "@query" "content-digest" "content-type")' +
      `;created=${window.created};expires=${window.expires};nonce="${nonce}";keyid="k1";alg="ed25519";tag="writ"`,
  );
  assert.match(fields.signature ?? '', /^writ=:[A-Za-z0-9+/]{86}==:$/);
});

test('a request without a body covers none, and gets no digest', async () => {
  const fields = await signRequest(get, ed25519.signer, { ...window, nonce });
  assert.deepEqual(Object.keys(fields), ['signature-input', 'signature']);
  assert.match(fields['signature-input'] ?? '', /^writ=\("@method" "@authority" "@path" "@query"\);created=/);
});

test('an answer is signed over its status, body and the request, in this form', async () => {
  const fields = await signAnswer(created, { ...p256.signer, keyId: 'provider-1' }, window);
  assert.deepEqual(Object.keys(fields), ['content-digest', 'signature-input', 'signature']);
  assert.equal(
    fields['signature-input'],
    'writ=("@status" "content-digest" "content-type" "signature";req)' +
      `;created=${window.created};expires=${window.expires};keyid="provider-1";alg="ecdsa-p256-sha256";tag="writ"`,
  );
  const answer = {
    ...created,
    headers: [...Object.entries(fields), ['content-type', 'application/json'] as const],
  };
  const reading = readAnswerSignature(answer, created, clock);
  assert.ok(reading.ok);
  assert.deepEqual(new TextDecoder().decode(reading.claims.base).split('\n').slice(0, 4), [
    '"@status": 201',
    `"content-digest": ${await contentDigest(created.body)}`,
    '"content-type": application/json',
    `"signature";req: ${requestSignature}`,
  ]);
});

test('what the signature check would refuse, the signer does not sign', async () => {
  const statement = { ...window, nonce };
  const cases: [SignatureErrorCode, () => Promise<unknown>][] = [
    ['message-malformed', () => signRequest({ ...post, contentType: undefined }, ed25519.signer, statement)],
    ['message-malformed', () => signRequest({ ...post, contentType: 'a\r\nb' }, ed25519.signer, statement)],
    ['message-malformed', () => signRequest({ ...post, path: 'v1' }, ed25519.signer, statement)],
    ['message-malformed', () => signRequest({ ...post, query: 'a=b' }, ed25519.signer, statement)],
    ['message-malformed', () => signAnswer({ ...created, requestSignature: '' }, ed25519.signer, window)],
    ['message-malformed', () => signAnswer({ ...created, requestSignature: 'a\nb' }, ed25519.signer, window)],
    ['message-malformed', () => signAnswer({ ...created, contentType: '' }, ed25519.signer, window)],
    ['message-malformed', () => signAnswer({ ...created, status: 99 }, ed25519.signer, window)],
    ['signature-nonce', () => signRequest(post, ed25519.signer, { ...window, nonce: 'short' })],
    [
      'signature-window',
      () => signRequest(post, ed25519.signer, { created: now, expires: now + 301, nonce }),
    ],
    ['signature-window', () => signAnswer(created, ed25519.signer, { created: now, expires: now })],
    ['signature-parameters', () => signRequest(post, { ...ed25519.signer, keyId: 'a"b' }, statement)],
    ['signature-parameters', () => signRequest(post, ed25519.signer, { ...statement, created: now + 0.5 })],
    ['signature-parameters', () => signAnswer(created, ed25519.signer, { ...window, expires: Number.NaN })],
  ];
  for (const [code, signing] of cases) await assert.rejects(signing(), refused(code));
});

test('a signer that returns DER or anything else of the wrong form is caught', async () => {
  const der = async (base: Uint8Array) => sign('sha256', base, p256.privateKey);
  const zeros = async () => new Uint8Array(64);
  for (const signer of [
    { ...p256.signer, sign: der },
    { ...p256.signer, sign: zeros },
    { ...ed25519.signer, sign: zeros },
  ]) {
    await assert.rejects(signRequest(post, signer, { ...window, nonce }), refused('signature-invalid'));
    await assert.rejects(signAnswer(created, signer, window), refused('signature-invalid'));
  }
});

test('signed answers verify, by either algorithm, and any other answer or request is refused', async () => {
  const answers = fc.record({
    status: fc.integer({ min: 200, max: 599 }),
    contentType: fc.constantFrom('application/json', 'application/problem+json', 'application/jose'),
    body: fc.uint8Array({ maxLength: 30 }),
    requestSignature: fc.constant(requestSignature),
  });
  await fc.assert(
    fc.asyncProperty(answers, fc.constantFrom(...both), async (toSign, key) => {
      const answer = await signedAnswer(toSign, key);
      const held = (other: Answer, request = requestSignature) => verdict(other, request, clock, key.key);
      assert.equal(await held(answer), 'accepted');
      assert.equal(await held({ ...answer, status: answer.status === 200 ? 201 : 200 }), 'signature-invalid');
      assert.equal(await held({ ...answer, body: utf8(`x${answer.body}`) }), 'digest-mismatch');
      assert.equal(await held(withField(answer, 'content-type', 'text/plain')), 'signature-invalid');
      assert.equal(await held(withField(answer, 'content-type')), 'signature-components');
      assert.equal(await held(withField(answer, 'content-digest')), 'digest-missing');
      assert.equal(await held(withField(answer, 'signature')), 'signature-missing');
      assert.equal(await held(answer, requestSignature.replace('c2ln', 'c2lo')), 'signature-invalid');
      const both = utf8('{}');
      const swapped = withField({ ...answer, body: both }, 'content-digest', await contentDigest(both));
      assert.equal(await held(swapped), 'signature-invalid');
    }),
    { numRuns: 40 },
  );
});

test('an answer is held to its own profile', async () => {
  const answer = await signedAnswer(created);
  const input = field(answer, 'signature-input');
  const changes: [SignatureErrorCode, string, string][] = [
    ['signature-components', '"@status" ', ''],
    ['signature-components', '"content-digest" ', ''],
    ['signature-components', ' "signature";req', ''],
    ['signature-components', '"signature";req', '"signature"'],
    ['signature-components', '"signature";req', '"signature";req=?0'],
    ['signature-components', '"signature";req', '"signature";req;req2'],
    ['signature-components', '"@status"', '"@status";req'],
    ['signature-components', '"@status"', '"@status" "@method";req'],
    ['signature-parameters', ';tag="writ"', ';tag="other"'],
    ['signature-parameters', ';tag="writ"', ''],
    ['signature-parameters', ';tag="writ"', `;nonce="${nonce}";tag="writ"`],
    ['signature-window', `expires=${window.expires}`, `expires=${window.expires + 300}`],
    ['signature-algorithm', '"ed25519"', '"none"'],
    ['signature-malformed', 'writ=', 'other='],
    ['signature-invalid', `expires=${window.expires}`, `expires=${window.expires + 1}`],
  ];
  for (const [code, from, to] of changes) {
    assert.ok(input.includes(from), from);
    assert.equal(await verdict(withField(answer, 'signature-input', input.replace(from, to))), code, to);
  }
  const outside = (at: number) => verdict(answer, requestSignature, { now: at, skewSeconds: 30 });
  assert.equal(await outside(window.created - 31), 'signature-not-yet-valid');
  assert.equal(await outside(window.created - 30), 'accepted');
  assert.equal(await outside(window.expires - 1), 'accepted');
  assert.equal(await outside(window.expires), 'signature-expired');
});

test('an answer with no possible status, or to no possible request, is malformed', async () => {
  const answer = await signedAnswer(created);
  for (const status of [0, 99, 600, 200.5, Number.NaN]) {
    assert.equal(await verdict({ ...answer, status }), 'message-malformed');
  }
  for (const request of ['', 'a\nb', 'ü']) assert.equal(await verdict(answer, request), 'message-malformed');
});

test('whatever stands in an answer, reading gives a verdict', async () => {
  const answer = await signedAnswer(created);
  const names = fc.oneof(fc.constantFrom(...answer.headers.map(([name]) => name)), fc.string());
  const values = fc.oneof(
    fc.constantFrom(...answer.headers.map(([, value]) => value)),
    fc.string({ unit: 'binary' }),
  );
  const noise = fc.record({
    status: fc.oneof(fc.integer(), fc.double()),
    headers: fc.array(fc.tuple(names, values), { maxLength: 8 }),
    body: fc.uint8Array(),
  });
  fc.assert(
    fc.property(noise, fc.string({ unit: 'binary' }), (other, request) => {
      assert.equal(readAnswerSignature(other, { requestSignature: request }, clock).ok, false);
    }),
    { numRuns: 1000 },
  );
});
