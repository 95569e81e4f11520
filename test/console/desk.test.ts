import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Agent, fetch as fetchBy } from 'undici';
import type { ExchangeError, RefusedError } from '#client/errors.ts';
import { openSession, type Session } from '#client/exchange.ts';
import { decideReview, listReviewPage, showReview } from '#client/reviewer.ts';
import { openStatuses } from '#core/cases/case.ts';
import { askedScope } from '#core/cases/request.ts';
import { holder } from '../core/registry/registry.ts';
import { type Desk, desk } from './desk.ts';

/** The desk that pages are tested against, asked by the SDK: it answers as a deployed one does, and its faults are those. */
describe('a desk in memory', () => {
  let at: Desk;
  const own = holder('a.weber', 'reviewer');
  let session: Session;
  let agent: Agent;
  const open = () =>
    openSession({
      url: at.url,
      signer: own.signer,
      fetch: async (input, init) => {
        const { method = 'GET', headers, body } = init ?? {};
        const answer = await fetchBy(String(input), {
          method,
          headers: Object.fromEntries(new Headers(headers)),
          body: body instanceof Uint8Array ? body : null,
          dispatcher: agent,
        });
        return new Response(await answer.arrayBuffer(), {
          status: answer.status,
          headers: [...answer.headers],
        });
      },
    });
  before(async () => {
    at = await desk();
    agent = new Agent({ connect: { ca: at.ca.toString(), checkServerIdentity: () => undefined } });
    await at.enrol({ ...own.key.publicKey }, 'a.weber');
    session = await open();
  });
  after(async () => {
    await agent.close();
    await at.close();
  });

  test('every case that was invented is listed with its status', async () => {
    const { reviews } = await listReviewPage(session, { status: 'AwaitingApproval' });
    const waiting = at.cases.filter(({ story }) => !/^(open|owed|rejected|withdrawn|suspended)$/.test(story));
    assert.deepEqual(new Set(reviews.map(({ id }) => id)), new Set(waiting.map(({ id }) => id)));
    const others = [];
    for (const status of [...openStatuses, 'Rejected', 'Cancelled', 'Suspended'] as const)
      others.push(...(await listReviewPage(session, { status })).reviews);
    assert.equal(others.length + reviews.length, at.cases.length);
  });

  test('a reviewer sees a case and decides it, and a colleague does', async () => {
    const { id, requestDigest, request } = at.find('waiting');
    const review = await showReview(session, id);
    assert.deepEqual(review.request, request);
    assert.ok(review.exists.some(({ epochs }) => epochs.length > 0));
    await decideReview(session, id, {
      decision: 'approve',
      requestDigest,
      scope: askedScope(request),
      reason: 'order checked',
    });
    await at.as('r.jansen').approve(id);
    assert.equal((await showReview(session, id)).status, 'AwaitingDisclosure');
  });

  const failing = async (call: Promise<unknown>) =>
    call.then(
      () => 'none',
      (error: ExchangeError | RefusedError) => error.code,
    );
  const listing = () => failing(listReviewPage({ ...session, retry: { attempts: 1 } }, {}));

  test('each fault is what a client knows it by, and ends when it is ended', async () => {
    const codes = {
      unsigned: 'answer-unsigned',
      'signed-by-stranger': 'answer-not-verified',
      changed: 'answer-not-verified',
      offline: 'unreachable',
      'answer-lost': 'unreachable',
    } as const;
    for (const fault of ['unsigned', 'signed-by-stranger', 'changed', 'offline', 'answer-lost'] as const) {
      const end = at.faults.begin(fault);
      assert.equal(await listing(), codes[fault], fault);
      end();
      assert.equal(await listing(), 'none', `after ${fault}`);
    }
  });

  test('what a deployment may come to, the desk comes to', async () => {
    const other = await desk({ cases: 3 });
    try {
      const { refreshKeys: _, ...pinned } = session;
      const its = { ...pinned, url: other.url, retry: { attempts: 1 } };
      const call = () => failing(listReviewPage(its, {}));
      assert.equal(await call(), 'signature-invalid', 'nobody enrolled the key');
      const tomorrow = new Date(Date.parse(other.now()) + 86_400_000).toISOString();
      await other.enrol({ ...own.key.publicKey }, 'a.weber', tomorrow);
      assert.equal(await call(), 'key-cooling');
      other.shiftClock(2 * 86_400_000);
      assert.equal(await call(), 'signature-expired', 'the clocks are two days apart');
      const now = () => Date.parse(other.now());
      const later = () => failing(listReviewPage({ ...its, now }, {}));
      assert.equal(await later(), 'none');
      other.readLog(false);
      assert.equal(await later(), 'try-again');
      other.readLog(true);
      const [one] = other.cases;
      assert.ok(one);
      const decide = () =>
        failing(
          decideReview({ ...its, now }, one.id, {
            decision: 'approve',
            requestDigest: one.requestDigest,
            scope: askedScope(one.request),
            reason: 'order checked',
          }),
        );
      await other.changePolicy(false);
      assert.equal(await decide(), 'policy-not-adopted');
      other.changeProviderKey(false);
      assert.equal(await later(), 'answer-not-verified');
      other.changeProviderKey(true);
      await other.revoke('a.weber');
      assert.equal(await later(), 'answer-not-verified', 'this session asks for no other keys');
    } finally {
      await other.close();
    }
  });
});
