import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestMember } from '#core/canonical.ts';
import { checkAsked } from '#core/cases/acts.ts';
import { decisionSchema, requestSchema } from '#core/cases/request.ts';
import { within } from '#core/cases/scope.ts';
import { checkTerms, termsSchema } from '#core/registry/terms.ts';
import { type InventedDesk, inventedDesk } from '#dev/invented/cases.ts';
import { orderOf } from '#dev/invented/order.ts';
import { shipped } from '../core/cases/cases.ts';

const now = '2026-11-30T09:00:00.000Z';
const policy = shipped('eu-e-evidence');
const sixty = inventedDesk(60, now);
const asksOf = ({ requests }: InventedDesk) => requests.map(({ request }) => request);

test('every invented request is one that the shipped policy and the agency’s own terms take', () => {
  for (const desk of [sixty, inventedDesk(2000, now), inventedDesk(60, now, { clock: 'stands' })]) {
    for (const { agency, request, receivedAt } of desk.requests) {
      requestSchema.parse(request);
      checkAsked(request, policy, receivedAt);
      const terms = desk.agencies.find(({ id }) => id === agency)?.terms;
      checkTerms(request, termsSchema.parse(terms));
    }
  }
});

test('no two requests of an agency have one reference', () => {
  const { requests } = inventedDesk(10_000, now);
  const names = requests.map(({ agency, request }) => `${agency} ${request.reference}`);
  assert.equal(new Set(names).size, requests.length);
});

test('the same count and instant give the same desk', () => {
  assert.deepEqual(JSON.stringify(inventedDesk(60, now)), JSON.stringify(sixty));
});

test('sixty cases show each story, each oddity, emergencies with and without a threat, and one to eight subjects', () => {
  const has = (list: readonly unknown[], count: number) => assert.equal(new Set(list).size, count);
  has(
    sixty.requests.map(({ story }) => story),
    16,
  );
  has(
    sixty.requests.map(({ odd }) => odd),
    6,
  );
  const emergencies = asksOf(sixty).filter(({ priority }) => priority === 'Emergency');
  assert(emergencies.some(({ threat }) => threat === undefined));
  assert(emergencies.some(({ threat }) => threat !== undefined));
  const kinds = asksOf(sixty).flatMap(({ subjects }) => subjects.map(({ kind }) => kind));
  has(kinds, 3);
  const sizes = asksOf(sixty).map(({ subjects }) => subjects.length);
  assert(sizes.includes(1) && sizes.includes(8));
});

test('acts are in the order of time, none before its request arrived or after now, and no decision is wider than asked', () => {
  let last = '';
  for (const act of sixty.acts) {
    assert(act.at >= last && act.at <= now);
    last = act.at;
    const ask = sixty.requests[act.of];
    assert(ask !== undefined && act.at > ask.receivedAt);
    if (act.act !== 'decide') continue;
    const decision = decisionSchema.parse({ requestDigest: '', ...act.decision });
    const { subjects, categories, period } = ask.request;
    const asked = { subjects: subjects.map((_, i) => i), categories, period };
    if (decision.scope !== undefined) assert(within(decision.scope, asked));
  }
});

test('nobody is real: numbers are of ranges for fiction, addresses of ranges for documentation', () => {
  for (const event of sixty.events) {
    if (event.kind === 'phone') assert.match(event.phone, /^\+(49171392|447700900|3363998)/);
    if (event.kind === 'access')
      assert.match(event.ip, /^(192\.0\.2\.|198\.51\.100\.|203\.0\.113\.|2001:db8:)/);
  }
});

test('whoever is asked for has something to find', () => {
  const known = new Set(
    sixty.events.flatMap((event) => [
      event.account,
      ...(event.kind === 'phone' ? [event.phone] : event.kind === 'username' ? [event.username] : []),
    ]),
  );
  for (const { subjects } of asksOf(sixty)) for (const { value } of subjects) assert(known.has(value));
});

test('the order that a request names is a PDF that can be dropped on a page', () => {
  for (const [n, { instrument }] of asksOf(sixty).entries()) {
    assert.equal(digestMember(orderOf(n)), instrument.digest);
    assert.equal(Buffer.from(orderOf(n)).toString('latin1', 0, 5), '%PDF-');
  }
});
