import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { collectOnce, delayNotice, followRequest, submitRequest } from '#client/agency.ts';
import { decideReview, showReview } from '#client/reviewer.ts';
import { canonicalJson } from '#core/canonical.ts';
import type { CaseView } from '#core/cases/case.ts';
import { scopeText } from '#core/cases/scope.ts';
import { until } from '#dev/feed.ts';
import type { World } from '#dev/world.ts';
import {
  ago,
  ingest,
  login,
  newAccount,
  newAgency,
  newRequest,
  refusalOf,
  theWorld,
  toldOf,
  wholeScope,
} from '../harness.ts';
import { eachOf, storedCase, storedEntries } from '../invariants/tools.ts';

const acts = 200;
/** Calls that are under way at once. */
const atOnce = 50;

describe('many acts at once on one case', () => {
  let world: World;
  before(async () => {
    world = await theWorld();
  });

  test(`I6 ${acts} acts of everybody’s end in one consistent history`, async () => {
    const account = newAccount();
    const [agency] = await Promise.all([newAgency(world), ingest(world, [login(account, 3)])]);
    const delayUntil = new Date(Date.now() + 86_400_000 * 30).toISOString();
    const request = newRequest(account, { notice: { delayUntil, reason: 'evidence' } });
    const view = await submitRequest(agency.session, request);
    const whole = wholeScope(request);
    const narrow = { ...whole, period: { from: ago(10), to: ago(1) } };
    const everybody: ((i: number) => Promise<unknown>)[] = [
      (i) => approve(view, i % 3, i % 2 === 0 ? whole : narrow),
      (i) => showReview(reviewer(i % 3).session, view.id),
      () => delayNotice(agency.session, view.id, { delayUntil, reason: 'flight' }),
      () => collectOnce(agency.session, view.id, agency.encryptionKey),
    ];
    const calls = Array.from({ length: acts }, (_, i) => i);
    const codes = await eachOf(calls, atOnce, (i) =>
      refusalOf(everybody[i % everybody.length]?.(i) ?? Promise.resolve()),
    );
    const expected = [
      'not refused',
      'decision-repeated',
      'case-closed',
      'case-not-approved',
      'limit-exceeded',
      'collections-used-up',
      // So many at once on one case: nothing was changed, and the client is told to try again.
      'try-again',
    ];
    assert.deepEqual(new Set(codes).difference(new Set(expected)), new Set());
    const done = codes.filter((code) => code === 'not refused').length;
    assert.ok(done > acts / 4, `only ${done} of ${acts} were done`);

    const it = await storedCase(world, view.id);
    const entries = await storedEntries(world, view.id);
    assert.equal(it.entries.n, entries.length);
    assert.deepEqual(
      entries.map(({ n }) => n),
      entries.map((_, i) => i + 1),
    );
    const approvals = it.decisions.map(({ reviewer: who, scope }) => [who, scope && scopeText(scope)]);
    assert.equal(new Set(approvals.map(([who]) => who)).size, 2, 'two people');
    assert.equal(new Set(approvals.map(([, scope]) => scope)).size, 1, 'one scope');
    assert.equal(it.scope && scopeText(it.scope), approvals[0]?.[1]);
    const opened = entries.filter(({ entry }) => entry.includes('"status":"AwaitingDisclosure"'));
    assert.equal(opened.length, 1, 'it was opened once');
    assert.equal(it.notice.renewals, entries.filter(({ kind }) => kind === 'notice.delayed').length);
    const { collections } = await followRequest(agency.session, view.id);
    const answered = entries.filter(({ kind }) => kind === 'collection.completed').length;
    assert.equal(collections, answered);
    // The log has the same, each once and in its order.
    await until(
      'all of it is in the log',
      async () => {
        const told = await toldOf(world, view.id);
        return (
          told.length === entries.length &&
          told.every(({ entry }, i) => canonicalJson(entry) === entries[i]?.entry)
        );
      },
      90_000,
    );
  });

  function reviewer(index: number) {
    const it = world.reviewers[index];
    assert.ok(it);
    return it;
  }

  function approve(view: CaseView, index: number, scope: ReturnType<typeof wholeScope>) {
    const { requestDigest } = view;
    const decision = { decision: 'approve', requestDigest, scope, reason: 'checked' } as const;
    return decideReview(reviewer(index).session, view.id, decision);
  }
});
