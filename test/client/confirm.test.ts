import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  collect,
  collectOnce,
  delayNotice,
  extendPreservation,
  followPreservation,
  followRequest,
  listPreservationPage,
  listRequestPage,
  preserveData,
  showAgency,
  showAsked,
  submitRequest,
  validateRequest,
  withdrawRequest,
} from '#client/agency.ts';
import type { Session } from '#client/exchange.ts';
import { newEncryptionKey, newSigningKey, privateJwk, signerFromPem } from '#client/keys.ts';
import { decideChange, listChanges, proposeChange, revokeKey, showChange } from '#client/registry.ts';
import { decideReview, fetchCaseFile, listReviews, showReview, suspendReview } from '#client/reviewer.ts';
import * as examples from '#core/wire/examples.ts';

const signer = signerFromPem(newSigningKey().privatePem);
const encryptionKey = privateJwk(newEncryptionKey().privatePem);
const id = 'ab c/../ä';

/** Every act of the SDK that changes something. */
const changing: Record<string, (session: Session) => Promise<unknown>> = {
  submitRequest: (session) => submitRequest(session, examples.request),
  withdrawRequest: (session) => withdrawRequest(session, id),
  validateRequest: (session) => validateRequest(session, id, examples.validation),
  delayNotice: (session) => delayNotice(session, id, examples.delay),
  preserveData: (session) => preserveData(session, examples.preservation),
  extendPreservation: (session) => extendPreservation(session, id),
  collect: (session) => collect(session, id, encryptionKey),
  'collect, a later page': (session) => collect(session, id, encryptionKey, { page: 'p-2' }),
  collectOnce: (session) => collectOnce(session, id, encryptionKey),
  decideReview: (session) => decideReview(session, id, examples.approval),
  suspendReview: (session) => suspendReview(session, id, examples.suspension),
  proposeChange: (session) => proposeChange(session, examples.proposal),
  decideChange: (session) => decideChange(session, { id, changeDigest: 'd' }, 'approve'),
  revokeKey: (session) => revokeKey(session, 'k', 'lost'),
};

const reading: ((session: Session) => Promise<unknown>)[] = [
  (session) => followRequest(session, id),
  (session) => followPreservation(session, id),
  (session) => showAgency(session),
  (session) => showAsked(session, id),
  (session) => listRequestPage(session),
  (session) => listPreservationPage(session),
  (session) => listReviews(session),
  (session) => showReview(session, id),
  (session) => fetchCaseFile(session, id),
  (session) => listChanges(session),
  (session) => showChange(session, id),
];

/** A session that writes down what it confirms and what it sends; its provider is busy, so what may be repeated is. */
function recording(confirm?: Session['confirm']) {
  const shown: unknown[] = [];
  const sent: unknown[] = [];
  const session: Session = {
    url: 'https://gateway.example',
    signer,
    providerKeys: new Map(),
    sleep: async () => undefined,
    confirm: async (call) => {
      shown.push([call.method, `https://gateway.example${call.target}`, call.body]);
      await confirm?.(call);
    },
    fetch: async (...given) => {
      const request = new Request(...given);
      sent.push([request.method, request.url, (await request.text()) || undefined]);
      return new Response('busy', { status: 429 });
    },
  };
  return { session, shown, sent };
}

test('what a person confirms is what is sent, to the byte, once for all attempts of a call', async () => {
  for (const [name, act] of Object.entries(changing)) {
    const { session, shown, sent } = recording();
    await assert.rejects(act(session), { code: 'answer-malformed' }, name);
    assert.equal(shown.length, 1, name);
    assert.ok(sent.length > 0, name);
    for (const call of sent) assert.deepEqual(call, shown[0], name);
  }
});

test('what a person does not confirm is neither signed nor sent', async () => {
  for (const [name, act] of Object.entries(changing)) {
    const no = new Error('no');
    const { session, sent } = recording(async () => {
      throw no;
    });
    let signed = 0;
    const counting = {
      ...session,
      signer: {
        ...signer,
        sign: async (base: Uint8Array) => {
          signed++;
          return signer.sign(base);
        },
      },
    };
    await assert.rejects(act(counting), no, name);
    assert.deepEqual([sent.length, signed], [0, 0], name);
  }
});

test('nobody is asked before something is read', async () => {
  for (const act of reading) {
    const { session, shown, sent } = recording();
    await assert.rejects(act(session), { code: 'answer-malformed' });
    assert.equal(shown.length, 0);
    assert.ok(sent.length > 0);
  }
});
