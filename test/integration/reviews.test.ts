import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { collectOnce, followRequest, submitRequest, withdrawRequest } from '#client/agency.ts';
import { decideReview, listReviewPage, listReviews, showReview } from '#client/reviewer.ts';
import type { CaseView } from '#core/cases/case.ts';
import type { Decision, Request } from '#core/cases/request.ts';
import { type Scope, scopeText } from '#core/cases/scope.ts';
import { entryHash } from '#core/log/entry.ts';
import { until } from '#dev/feed.ts';
import type { World } from '#dev/world.ts';
import {
  ago,
  grantsFor,
  ingest,
  logged,
  login,
  newAccount,
  newAgency,
  newRequest,
  newReviewer,
  refusalLogged,
  refusalOf,
  remembering,
  theWorld,
  wholeScope,
} from '../harness.ts';

const approval = (view: CaseView, scope: Scope): Decision => ({
  decision: 'approve',
  requestDigest: view.requestDigest,
  scope,
  reason: 'order checked',
});
const rejection = (view: CaseView): Decision => ({
  decision: 'reject',
  requestDigest: view.requestDigest,
  reason: 'no legal basis',
});

describe('what a reviewer may do', { concurrency: 4 }, () => {
  let world: World;
  let account: string;
  let agency: World['agency'];
  let first: World['reviewers'][number];
  let second: World['reviewers'][number];
  before(async () => {
    world = await theWorld();
    account = newAccount();
    await ingest(world, [login(account, 50), login(account, 20)]);
    [agency, first, second] = await Promise.all([newAgency(world), newReviewer(world), newReviewer(world)]);
  });

  async function newCase(changes: Partial<Request> = {}) {
    const request = newRequest(account, changes);
    return { request, view: await submitRequest(agency.session, request), scope: wholeScope(request) };
  }
  const statusOf = async (view: CaseView) => (await followRequest(agency.session, view.id)).status;
  /** The kinds of a case's entries, once one of them is there. */
  const kindsOf = async (view: CaseView, kind: Parameters<typeof logged>[2], times = 1) =>
    (await logged(world, view.id, kind, times)).map((e) => e.kind);

  test('the desk lists cases by their status', async () => {
    const { view, scope } = await newCase();
    const has = async (status?: CaseView['status']) =>
      (await listReviews(first.session, status)).some((line) => line.id === view.id);
    assert.ok(await has());
    assert.ok(await has('AwaitingApproval'));
    assert.ok(!(await has('Rejected')));
    await decideReview(first.session, view.id, rejection(view));
    assert.ok(!(await has()));
    assert.ok(await has('Rejected'));
    const line = (await listReviews(first.session, 'Rejected')).find((review) => review.id === view.id);
    assert.equal(line?.agency, agency.id);
    assert.deepEqual(line?.asked, scope);
    assert.ok(!JSON.stringify(line).includes(account), 'a list names nobody');
  });

  test('a review shows what is asked in the clear, and that it was shown is in the log', async () => {
    const { request, view } = await newCase();
    const review = await showReview(first.session, view.id);
    assert.deepEqual(review.request, request);
    assert.deepEqual(review.decisions, []);
    assert.equal(review.approvalsNeeded, 2);
    assert.deepEqual(await kindsOf(view, 'review.opened'), ['request.received', 'review.opened']);
    await showReview(second.session, view.id);
    const opened = (await logged(world, view.id, 'review.opened', 2)).flatMap((e) =>
      e.kind === 'review.opened' ? [e.data.reviewer] : [],
    );
    assert.equal(new Set(opened).size, 2, 'each reviewer is committed to');
    assert.ok(!JSON.stringify(opened).includes(first.holder));
  });

  test('an approved case is narrowed to what both approved', async () => {
    const { view, scope } = await newCase({ categories: ['TrafficData', 'UserIdentifyingData'] });
    const narrow: Scope = {
      ...scope,
      categories: ['UserIdentifyingData'],
      period: { from: ago(30), to: ago(10) },
    };
    const one = await decideReview(first.session, view.id, approval(view, narrow));
    assert.deepEqual([one.status, one.scope], ['AwaitingApproval', undefined]);
    const two = await decideReview(second.session, view.id, approval(view, narrow));
    assert.equal(two.status, 'AwaitingDisclosure');
    assert.deepEqual(two.scope, narrow);
    assert.deepEqual((await followRequest(agency.session, view.id)).scope, narrow);
    await withdrawRequest(agency.session, view.id);
  });

  test('a scope wider than what was asked is refused in each direction', async () => {
    const { view, scope, request } = await newCase();
    const wider: Scope[] = [
      { ...scope, subjects: [0, 1] },
      { ...scope, categories: ['TrafficData', 'SubscriberData'] },
      { ...scope, period: { ...scope.period, from: ago(61) } },
      { ...scope, period: { from: request.period.from, to: new Date(Date.now() + 3_600_000).toISOString() } },
    ];
    const { session, nonces } = remembering(first.session);
    for (const scope of wider) {
      const attempt = decideReview(session, view.id, approval(view, scope));
      assert.equal(await refusalOf(attempt), 'scope-too-wide');
    }
    assert.deepEqual((await showReview(first.session, view.id)).decisions, []);
    assert.equal(nonces.length, wider.length);
    for (const nonce of nonces) {
      const entry = await refusalLogged(world, first.keyId, 'scope-too-wide', nonce);
      assert.deepEqual(entry.data, { role: 'reviewer', code: 'scope-too-wide', proven: true });
    }
  });

  test('a decision over another request digest is refused', async () => {
    const { view, scope } = await newCase();
    const other = (await newCase()).view.requestDigest;
    const { session, nonces } = remembering(first.session);
    for (const decision of [approval(view, scope), rejection(view)]) {
      const attempt = decideReview(session, view.id, { ...decision, requestDigest: other });
      assert.equal(await refusalOf(attempt), 'decision-digest-mismatch');
    }
    for (const nonce of nonces) {
      await refusalLogged(world, first.keyId, 'decision-digest-mismatch', nonce);
    }
    assert.equal(await statusOf(view), 'AwaitingApproval');
  });

  test('a decision that is signed for one case does not do for another', async () => {
    const { request, view, scope } = await newCase();
    const twin = await submitRequest(agency.session, { ...request, reference: `${request.reference}-2` });
    assert.notEqual(twin.requestDigest, view.requestDigest, 'the reference is in the digest');
    const attempt = decideReview(first.session, twin.id, approval(view, scope));
    assert.equal(await refusalOf(attempt), 'decision-digest-mismatch');
  });

  test('the same reviewer’s second approval of one scope is refused', async () => {
    const { view, scope } = await newCase();
    await decideReview(first.session, view.id, approval(view, scope));
    const { session, nonces } = remembering(first.session);
    const again = decideReview(session, view.id, approval(view, scope));
    assert.equal(await refusalOf(again), 'decision-repeated');
    for (const nonce of nonces) await refusalLogged(world, first.keyId, 'decision-repeated', nonce);
    assert.equal(await statusOf(view), 'AwaitingApproval');
    assert.deepEqual(await kindsOf(view, 'decision.approved'), ['request.received', 'decision.approved']);
  });

  test('a reviewer who approved may think again: another scope starts anew, a rejection ends it', async () => {
    const { view, scope } = await newCase();
    const narrow = { ...scope, period: { from: ago(30), to: ago(10) } };
    await decideReview(first.session, view.id, approval(view, scope));
    const one = await decideReview(first.session, view.id, approval(view, narrow));
    assert.equal(one.status, 'AwaitingApproval');
    const two = await decideReview(second.session, view.id, approval(view, scope));
    assert.equal(two.status, 'AwaitingApproval');
    const end = await decideReview(first.session, view.id, rejection(view));
    assert.equal(end.status, 'Rejected');
  });

  test('an approval of another scope starts the count anew', async () => {
    const { view, scope } = await newCase();
    const narrow = { ...scope, period: { from: ago(30), to: ago(10) } };
    const [third] = world.reviewers;
    assert.ok(third);
    await decideReview(first.session, view.id, approval(view, scope));
    const one = await decideReview(second.session, view.id, approval(view, narrow));
    assert.equal(one.status, 'AwaitingApproval');
    const { decisions, superseded = [] } = await showReview(third.session, view.id);
    assert.deepEqual(
      decisions.map((d) => d.reviewer),
      [second.holder],
    );
    // What fell through stays visible to the desk, with what was signed and said.
    assert.deepEqual(
      superseded.map(({ reviewer, because, supersededBy }) => [reviewer, because, supersededBy]),
      [[first.holder, 'scope-differs', second.holder]],
    );
    assert.deepEqual(
      [...decisions, ...superseded].map((d) => [d.scope && scopeText(d.scope), d.reason]),
      [
        [scopeText(narrow), approval(view, narrow).reason],
        [scopeText(scope), approval(view, scope).reason],
      ],
    );
    const page = await listReviewPage(third.session, { status: 'AwaitingApproval' });
    assert.equal(page.reviewer, third.holder);
    // Whoever approved the scope that fell through may agree to the new one: written the other way, it is the same.
    const spelled = {
      ...narrow,
      period: { from: narrow.period.from.replace('Z', '.000Z'), to: narrow.period.to },
    };
    assert.equal(scopeText(spelled), scopeText(narrow));
    const two = await decideReview(first.session, view.id, approval(view, spelled));
    assert.equal(two.status, 'AwaitingDisclosure');
    await logged(world, view.id, 'grant.minted');
    await withdrawRequest(agency.session, view.id);
  });

  test('one rejection ends the case, and the agency sees it', async () => {
    const { view, scope } = await newCase();
    await decideReview(first.session, view.id, approval(view, scope));
    const rejected = await decideReview(second.session, view.id, rejection(view));
    assert.equal(rejected.status, 'Rejected');
    assert.equal(await statusOf(view), 'Rejected');
    const [third] = world.reviewers;
    assert.ok(third);
    for (const decision of [approval(view, scope), rejection(view)]) {
      assert.equal(await refusalOf(decideReview(third.session, view.id, decision)), 'case-closed');
    }
    const attempt = collectOnce(agency.session, view.id, agency.encryptionKey);
    assert.equal(await refusalOf(attempt), 'case-closed');
    assert.deepEqual(await kindsOf(view, 'decision.rejected'), [
      'request.received',
      'decision.approved',
      'decision.rejected',
    ]);
  });

  test('a case that is not there cannot be seen or decided', async () => {
    const { view, scope } = await newCase();
    const id = 'no-such-case';
    assert.equal(await refusalOf(showReview(first.session, id)), 'not-found');
    const attempt = decideReview(first.session, id, approval(view, scope));
    assert.equal(await refusalOf(attempt), 'not-found');
  });

  test('an agency’s key neither lists, sees nor decides', async () => {
    const { view, scope } = await newCase();
    assert.equal(await refusalOf(listReviews(agency.session)), 'key-role');
    assert.equal(await refusalOf(showReview(agency.session, view.id)), 'key-role');
    const attempt = decideReview(agency.session, view.id, approval(view, scope));
    assert.equal(await refusalOf(attempt), 'key-role');
    assert.deepEqual((await showReview(first.session, view.id)).decisions, []);
  });

  for (const [agreed, spread] of [
    ['that agree', 1],
    ['over two scopes', 2],
  ] as const) {
    test(`twenty simultaneous decisions ${agreed} end in one consistent history`, async () => {
      const mine = newAccount();
      await ingest(world, [login(mine, 20)]);
      const request = newRequest(mine);
      const view = await submitRequest(agency.session, request);
      const scope = wholeScope(request);
      const narrow = { ...scope, period: { from: ago(30), to: ago(10) } };
      const people = await Promise.all(Array.from({ length: 5 }, () => newReviewer(world)));
      // Each says the same four times.
      const attempts = people.flatMap(({ session }, i) =>
        Array.from({ length: 4 }, () =>
          refusalOf(decideReview(session, view.id, approval(view, i % spread === 0 ? scope : narrow))),
        ),
      );
      const answers = await Promise.all(attempts);

      for (const answer of answers) {
        assert.match(answer, /^(not refused|decision-repeated|case-closed|try-again)$/);
      }
      const accepted = answers.filter((a) => a === 'not refused').length;
      const review = await showReview(first.session, view.id);
      // Approvals that keep contradicting each other open nothing.
      const approved = review.status === 'AwaitingDisclosure';
      assert.ok(approved || spread > 1);
      assert.equal(review.decisions.length, approved ? 2 : 1);
      assert.equal(new Set(review.decisions.map((d) => d.reviewer)).size, review.decisions.length);
      assert.equal(new Set(review.decisions.map((d) => d.scope && scopeText(d.scope))).size, 1);

      await logged(world, view.id, approved ? 'grant.minted' : 'review.opened');
      const entries = await logged(world, view.id, 'decision.approved', accepted);
      const approvals = entries.filter((e) => e.kind === 'decision.approved');
      assert.equal(approvals.length, accepted, 'each accepted decision is told, and nothing else');
      assert.deepEqual(
        entries.map((e) => e.n),
        entries.map((_, i) => i + 1),
      );
      for (const [i, entry] of entries.entries()) {
        const before = entries[i - 1];
        assert.equal(entry.previous, before === undefined ? undefined : entryHash(before));
      }
      assert.equal(approvals.at(-1)?.data.status, review.status);
      const completing = approvals.filter((e) => e.data.status === 'AwaitingDisclosure');
      assert.equal(completing.length, approved ? 1 : 0);
      assert.equal((await grantsFor(world, mine)).length, approved ? 1 : 0, 'one epoch key, one grant');
      await withdrawRequest(agency.session, view.id);
      await until('the grants are gone', async () => (await grantsFor(world, mine)).length === 0, 90_000);
    });
  }
});
