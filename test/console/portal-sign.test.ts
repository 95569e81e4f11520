import assert from 'node:assert/strict';
import { test } from 'node:test';
import { collectionCall } from '#client/agency.ts';
import { isChanging } from '#client/for-good.ts';
import { callOf, type RouteCall } from '#client/route-call.ts';
import { readCall, type Signing } from '#console/portal/sign/reading.ts';
import { factsOf, partsOf } from '#console/portal/sign/sentences.ts';
import { tables } from '#console/portal/words/tables.ts';
import { language, languages } from '#console/words/lang.ts';
import type { Request } from '#core/cases/request.ts';
import { categories } from '#core/categories/categories.ts';
import { collectRoutes, requestRoutes } from '#core/wire/agency.ts';
import { reviewRoutes } from '#core/wire/desk.ts';
import * as examples from '#core/wire/examples.ts';
import { portalSaid } from './portal-said.ts';

/** The portal's sign sheet: what it says of each call, and what it has nobody sign. */

const id = '7d0c1e0a-0000-4000-8000-000000000001';
const recipient = 'R'.repeat(43);
const terms = {
  jurisdictions: ['DE'],
  instruments: ['EPOC', 'EPOC-PR'],
  categories: [...categories],
  rates: { requestsPerDay: 5, emergenciesPerWeek: 1 },
};
const signing: Signing = { agency: { id: 'sta', name: 'An agency', terms }, decrypts: recipient };

const submit = (request: Request) => callOf(requestRoutes.submitRequest, { body: request });
const pdf = { type: 'application/pdf' as const, bytes: new Uint8Array([37, 80, 68, 70]) };
const calls: RouteCall[] = [
  submit(examples.request),
  submit({ ...examples.request, priority: 'Emergency', threat: 'life' }),
  callOf(requestRoutes.preserveData, { body: examples.preservation }),
  callOf(requestRoutes.withdrawRequest, { id, body: {} }),
  callOf(requestRoutes.validateRequest, { id, body: examples.validation }),
  callOf(requestRoutes.giveInformation, { id, body: { text: 'page 2 is attached' } }),
  callOf(requestRoutes.handInOrder, { id, body: pdf }),
  callOf(requestRoutes.writeToDesk, { id, body: { text: 'a letter' } }),
  callOf(requestRoutes.delayNotice, { id, body: examples.delay }),
  callOf(requestRoutes.tellPerson, { id, body: examples.telling }),
  callOf(requestRoutes.extendPreservation, { id, body: {} }),
  collectionCall(id, { page: undefined, recipient }),
  collectionCall(id, { page: 'AAAA', recipient }),
];

function textOf(call: RouteCall, by = signing): string {
  const { act, refused } = readCall(call, by);
  if (act === undefined) return `refused: ${refused}`;
  const parts = partsOf(act).flatMap((part) =>
    'says' in part ? part.says : 'digest' in part ? part.digest : part.list,
  );
  return [...parts, ...factsOf(act).map(([name, text]) => `${name}: ${text}`)].join('\n');
}

test('every call that an officer changes something by has its sentence, in every language, and no two are the same', () => {
  const routes = new Set(calls.map(({ route }) => route));
  for (const [name, { method, path }] of Object.entries({ ...requestRoutes, ...collectRoutes }))
    if (isChanging(name) && name !== 'answerNotification') assert.ok(routes.has(`${method} ${path}`), name);
  for (const each of languages) {
    tables.asking.spoken.value = portalSaid('asking', each);
    tables.sign.spoken.value = portalSaid('sign', each);
    language.value = each;
    const texts = calls.map((call) => textOf(call));
    for (const text of texts) assert.doesNotMatch(text, /refused|undefined|\[object/);
    assert.equal(new Set(texts).size, texts.length);
    assert.match(texts[0] ?? '', /GS-4711\/26.*\+4915112345678/s);
  }
});

test('nothing outside of the agency’s terms is signed, nor anything before they are known', () => {
  const narrow = (part: Partial<typeof terms>): Signing => ({
    ...signing,
    agency: { id: 'sta', name: 'An agency', terms: { ...terms, ...part } },
  });
  const request = submit(examples.request);
  assert.equal(textOf(request, narrow({ jurisdictions: ['FR'] })), 'refused: not-allowed');
  assert.equal(textOf(request, narrow({ instruments: ['MLA'] })), 'refused: not-allowed');
  assert.equal(textOf(request, narrow({ categories: ['SubscriberData'] })), 'refused: not-allowed');
  const preservation = callOf(requestRoutes.preserveData, { body: examples.preservation });
  assert.equal(textOf(preservation, narrow({ instruments: ['EPOC'] })), 'refused: not-allowed');
  assert.equal(textOf(request, { ...signing, agency: undefined }), 'refused: not-known');
});

test('nothing is collected that the page could not decrypt', () => {
  const collect = collectionCall(id, { page: undefined, recipient });
  assert.equal(textOf(collect, { ...signing, decrypts: undefined }), 'refused: no-key');
  assert.equal(textOf(collect, { ...signing, decrypts: 'S'.repeat(43) }), 'refused: no-key');
  assert.equal(textOf(collectionCall(id, { page: undefined, recipient: undefined })), 'refused: no-key');
});

test('no call of a reviewer’s is signed, nor bytes that do not read back to themselves', () => {
  const claim = callOf(reviewRoutes.claimReview, { id, body: { claim: 'take' } });
  assert.equal(textOf(claim), 'refused: not-of-the-portal');
  const request = submit(examples.request);
  for (const body of [
    '{}',
    ` ${request.body}`,
    request.body?.replace('"investigation"', '"reference":"another","investigation"'),
    request.body?.replace('+4915112345678', '+4915112345678 '),
  ])
    assert.equal(textOf({ ...request, body: body ?? '' }), 'refused: not-read');
  assert.equal(textOf({ ...request, target: '/v1/requests/' }), 'refused: not-read');
});
