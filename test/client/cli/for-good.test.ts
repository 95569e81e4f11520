import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forGood } from '#client/cli/for-good.ts';
import { isChanging, readingRoutes } from '#client/for-good.ts';
import { newSigningKey, signerFromPem } from '#client/keys.ts';
import { decideReview, suspendReview } from '#client/reviewer.ts';
import type { RouteCall } from '#client/route-call.ts';
import * as examples from '#core/wire/examples.ts';
import { routeList } from '#core/wire/routes.ts';

test('what only reads is what is fetched, and every other route says what of it is for good or that nothing is', () => {
  for (const { id, method } of routeList) {
    assert.equal(
      readingRoutes.some((each) => each === id),
      method === 'GET',
      id,
    );
    assert.equal(isChanging(id), method !== 'GET', id);
  }
});

test('a decision says of itself whether it closes the case or opens it', async () => {
  const calls: RouteCall[] = [];
  const session = {
    url: 'https://gateway.example',
    signer: signerFromPem(newSigningKey().privatePem),
    providerKeys: new Map(),
    confirm: async (call: RouteCall) => {
      calls.push(call);
      throw new Error('not now');
    },
  };
  const rejection = { decision: 'reject', requestDigest: 'd', reason: 'x' } as const;
  for (const act of [
    () => decideReview(session, 'id', examples.approval),
    () => decideReview(session, 'id', rejection),
    () => suspendReview(session, 'id', examples.suspension),
  ])
    await assert.rejects(act(), /not now/);
  const said = calls.map(({ route, body }) => forGood(route, body));
  assert.match(said[0] ?? '', /^An approval cannot be taken back\./);
  assert.match(said[1] ?? '', /^This is for good: the case is closed/);
  assert.match(said[2] ?? '', /^This is for good: access to the case’s data ends/);
  assert.equal(forGood('GET /reviews'), undefined);
});
