import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Session } from '#client/exchange.ts';
import { isChanging } from '#client/for-good.ts';
import { newSigningKey, signerFromPem } from '#client/keys.ts';
import { decideChange, proposeChange, revokeKey } from '#client/registry.ts';
import {
  addNote,
  askInformation,
  claimReview,
  decideReview,
  suspendReview,
  writeToAgency,
} from '#client/reviewer.ts';
import { callOf, type RouteCall } from '#client/route-call.ts';
import { type Reading, readCall } from '#console/sign/reading.ts';
import { effectOf, saidOf } from '#console/sign/sentences.ts';

import { language, languages } from '#console/words/lang.ts';
import type { Decision } from '#core/cases/request.ts';
import type { Proposal } from '#core/registry/change.ts';
import { requestRoutes } from '#core/wire/agency.ts';
import { reviewRoutes } from '#core/wire/desk.ts';
import * as examples from '#core/wire/examples.ts';
import { registryRoutes } from '#core/wire/registry.ts';
import { said } from './said.ts';
import { someReview } from './some-review.ts';

const review = someReview();
const { id, requestDigest } = review;
const names = { called: review.reference, agency: review.agency };

/** The call that would be sent, as the sheet is given it. */
async function callFor(act: (session: Session) => Promise<unknown>): Promise<RouteCall> {
  const calls: RouteCall[] = [];
  const session: Session = {
    url: 'https://provider.example',
    signer: signerFromPem(newSigningKey().privatePem),
    providerKeys: new Map(),
    confirm: async (call) => {
      calls.push(call);
      throw new Error('not now');
    },
  };
  await assert.rejects(act(session), /not now/);
  const [call] = calls;
  assert.ok(call !== undefined);
  return call;
}

const approval: Decision = {
  decision: 'approve',
  requestDigest,
  scope: { ...review.asked, subjects: [0], categories: ['SubscriberData'] },
  reason: 'order checked',
  withheld: [{ categories: ['TrafficData'], ground: 'threshold-not-met' }],
  explanation: 'The offence does not carry it.',
};
const rejection: Decision = { decision: 'reject', requestDigest, ground: 'incomplete', reason: 'page 2' };
const digest = review.request.instrument.digest;
const key = examples.proposal.kind === 'officer' ? examples.proposal.officer.publicKey : '';

const proposals: Proposal[] = [
  examples.proposal,
  {
    kind: 'terms',
    agency: 'lka-example',
    terms: {
      jurisdictions: ['DE'],
      instruments: ['EPOC'],
      categories: ['SubscriberData'],
      rates: { requestsPerDay: 5, emergenciesPerWeek: 1 },
    },
  },
  { kind: 'officer', agency: 'lka-example', officer: { holder: 'lka-2', publicKey: key } },
  { kind: 'encryption-key', agency: 'lka-example', encryptionKey: { kty: 'EC' } },
  { kind: 'reviewer', reviewer: { holder: 's.keller', publicKey: key } },
  { kind: 'policy', policyHash: digest },
  { kind: 'emergencies', agency: 'lka-example' },
  { kind: 'hold', case: id, until: '2027-01-01T00:00:00Z' },
  { kind: 'release', case: id },
];

const acts: ((session: Session) => Promise<unknown>)[] = [
  (to) => claimReview(to, id, 'take'),
  (to) => claimReview(to, id, 'take-over'),
  (to) => claimReview(to, id, 'end'),
  (to) => addNote(to, id, 'a note'),
  (to) => askInformation(to, id, { requestDigest, of: ['order', 'offence'], text: 'which page?' }),
  (to) => writeToAgency(to, id, 'a letter'),
  (to) => decideReview(to, id, approval),
  (to) => decideReview(to, id, rejection),
  (to) => suspendReview(to, id, { requestDigest, ground: 'manifest-error', reason: 'quashed' }),
  ...proposals.map((proposal) => (to: Session) => proposeChange(to, proposal)),
  ...(['approve', 'confirm', 'reject'] as const).map(
    (how) => (to: Session) => decideChange(to, { id, changeDigest: digest }, how),
  ),
  ...(['lost', 'stolen', 'left', 'replaced'] as const).map(
    (reason) => (to: Session) => revokeKey(to, 'A'.repeat(43), reason),
  ),
];

/** All that a person reads of a call; why it is refused, in its place. */
function textOf(reading: Reading): string {
  if (reading.act === undefined) return `refused: ${reading.refused}`;
  const { sentence, facts } = saidOf(reading.act, names, review);
  return [sentence, ...facts.map(([name, text]) => `${name}: ${text}`)].join('\n');
}

test('every call that changes something has its sentence, in every language, and no two are the same', async () => {
  const calls = await Promise.all(acts.map(callFor));
  const routes = new Set(calls.map(({ route }) => route));
  for (const [name, { method, path }] of Object.entries({ ...reviewRoutes, ...registryRoutes }))
    if (isChanging(name)) assert.ok(routes.has(`${method} ${path}`), name);
  for (const each of languages) {
    language.value = each;
    const texts = calls.map((call) => textOf(readCall(call, review)));
    for (const text of texts) assert.doesNotMatch(text, /refused|undefined|\[object/);
    assert.equal(new Set(texts).size, texts.length);
  }
  language.value = 'en';
});

test('an approval is said by what it opens', async () => {
  const reading = readCall(await callFor((to) => decideReview(to, id, approval)), review);
  assert.ok(reading.act !== undefined);
  language.value = 'en';
  assert.match(
    saidOf(reading.act, names, review).sentence,
    /^You approve that lka-example gets SubscriberData of subject 0, from 1 Sept? 2026, .+ to 20 Nov 2026, .+\.$/,
  );
  assert.equal(reading.lasting, 'approval');
});

test('whatever value of the body is another, what is said is another, or it is refused', async () => {
  const calls = await Promise.all(acts.map(callFor));
  for (const call of calls) {
    const before = textOf(readCall(call, review));
    const body: unknown = JSON.parse(call.body ?? '');
    for (const changed of variants(body)) {
      const other = { ...call, body: JSON.stringify(changed) };
      assert.notEqual(textOf(readCall(other, review)), before, other.body);
    }
  }
});

test('bytes that do not read back to themselves are not signed', async () => {
  const call = await callFor((to) => decideReview(to, id, approval));
  const body = call.body ?? '';
  const refused = (changes: Partial<RouteCall>) => readCall({ ...call, ...changes }, review).refused;
  assert.equal(refused({}), undefined);
  // A reader that takes the first of two would read a rejection.
  assert.equal(refused({ body: body.replace('{', '{"decision":"reject",') }), 'not-read');
  assert.equal(refused({ body: ` ${body}` }), 'not-read');
  assert.equal(refused({ body: body.replace('{', '{"more":1,') }), 'not-read');
  assert.equal(refused({ body: '' }), 'not-read');
  assert.equal(refused({ target: `${call.target}?x=1` }), 'not-read');
  assert.equal(refused({ target: '/v1/reviews/../decisions' }), 'not-read');
  assert.equal(refused({ route: 'POST /requests/{id}/withdrawal' }), 'not-of-the-desk');
  assert.equal(
    refused({ document: { type: 'application/pdf', bytes: new Uint8Array(1) } }),
    'not-of-the-desk',
  );
  const { body: _, ...bodiless } = call;
  assert.equal(readCall(bodiless, review).refused, 'not-read');
  fc.assert(
    fc.property(fc.nat(body.length - 1), fc.constantFrom('x', '"', '{', ' ', '0'), (at, letter) => {
      const other = body.slice(0, at) + letter + body.slice(at + 1);
      if (other === body) return;
      assert.notEqual(textOf(readCall({ ...call, body: other }, review)), textOf(readCall(call, review)));
    }),
  );
});

test('no decision is signed of a case that is not the one on the screen, as it is there', async () => {
  for (const act of [
    (to: Session) => decideReview(to, id, approval),
    (to: Session) => decideReview(to, id, rejection),
    (to: Session) => suspendReview(to, id, { requestDigest, ground: 'other', reason: 'x' }),
    (to: Session) => askInformation(to, id, { requestDigest, of: ['order'], text: 'x' }),
  ]) {
    const call = await callFor(act);
    assert.equal(readCall(call, review).refused, undefined);
    assert.equal(readCall(call, undefined).refused, 'not-opened');
    const other = { ...review, id: '11111111-5a3c-4c4e-9d53-0a4f3f0f7a11' };
    assert.equal(readCall(call, other).refused, 'not-opened');
    assert.equal(readCall(call, { ...review, requestDigest: digest }).refused, 'not-opened');
    const request = { ...review.request, reference: 'another' };
    assert.equal(readCall(call, { ...review, request }).refused, 'not-opened', 'the digest is not of it');
  }
});

test('nothing is signed that was not asked, and nothing that only an agency calls', async () => {
  const scope = { ...review.asked, subjects: [0, 2] };
  const call = await callFor((to) => decideReview(to, id, { ...approval, scope }));
  assert.equal(readCall(call, review).refused, 'too-wide');
  assert.equal(
    readCall(callOf(requestRoutes.withdrawRequest, { id, body: {} }), review).refused,
    'not-of-the-desk',
  );
});

test('what an approval does is said by the approvals that count', async () => {
  const { act } = readCall(await callFor((to) => decideReview(to, id, approval)), review);
  assert.ok(act !== undefined && approval.decision === 'approve');
  const by = (scope: typeof approval.scope) => ({
    decision: 'approve' as const,
    reviewer: 'r.jansen',
    at: review.receivedAt,
    scope,
  });
  assert.equal(effectOf(act, review, undefined), 'begins');
  assert.equal(effectOf(act, { ...review, decisions: [by(approval.scope)] }, undefined), 'opens');
  assert.equal(effectOf(act, { ...review, decisions: [by(review.asked)] }, undefined), 'anew');
  assert.equal(effectOf(act, { ...review, priority: 'Emergency' }, undefined), 'opens-emergency');
  assert.equal(effectOf(act, { ...review, status: 'AwaitingDisclosure' }, undefined), 'signs');
  for (const each of languages) assert.equal(new Set(Object.values(said('sign', each).effect)).size, 5);
});

/** A body with one of its values another, for each. */
function* variants(value: unknown): Generator<unknown> {
  if (typeof value === 'string') {
    yield `${value}x`;
    return;
  }
  if (typeof value === 'number') {
    yield value + 1;
    return;
  }
  if (Array.isArray(value)) {
    for (const [i, each] of value.entries())
      for (const other of variants(each)) yield value.map((old, j) => (j === i ? other : old));
    if (value.length > 1) yield value.slice(1);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [name, each] of Object.entries(value)) {
    for (const other of variants(each)) yield { ...value, [name]: other };
    yield Object.fromEntries(Object.entries(value).filter(([other]) => other !== name));
  }
}
