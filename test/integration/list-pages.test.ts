import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import {
  eachRequest,
  followRequest,
  listPreservationPage,
  listRequestPage,
  submitRequest,
} from '#client/agency.ts';
import { prepare, type Session, send } from '#client/exchange.ts';
import { listChanges, proposeChange } from '#client/registry.ts';
import { listReviewPage, listReviews } from '#client/reviewer.ts';
import { lineOfCase } from '#core/cases/case.ts';
import { changeList } from '#core/registry/change-view.ts';
import { pageAfter, pageAfterOwn } from '#core/wire/list-page.ts';
import { until } from '#dev/feed.ts';
import type { World } from '#dev/world.ts';
import {
  ago,
  ingest,
  login,
  newAccount,
  newAgency,
  newRequest,
  newReviewer,
  refusalOf,
  theWorld,
} from '../harness.ts';

/** The id of no line. */
const nobody = '00000000-0000-4000-8000-000000000000';

describe('lists have pages', { concurrency: 2 }, () => {
  let world: World;
  let agency: World['agency'];
  let session: Session;
  before(async () => {
    world = await theWorld();
    const account = newAccount();
    await ingest(world, [login(account, 50)]);
    agency = await newAgency(world);
    ({ session } = await newReviewer(world));
    for (let i = 0; i < 3; i++) await submitRequest(agency.session, newRequest(account));
  });

  test('a page begins behind the line that it names, and ends with no next where nothing follows', async () => {
    const own = (reviews: Awaited<ReturnType<typeof listReviews>>) =>
      reviews.filter((line) => line.agency === agency.id);
    const all = own(await listReviews(session));
    assert.equal(all.length, 3);
    const [first, ...others] = all;
    assert.ok(first);
    const page = pageAfter({ at: first.dueAt, id: first.id });
    const rest = await listReviewPage(session, { status: 'AwaitingApproval', page });
    assert.deepEqual(
      own(rest.reviews).map(({ id }) => id),
      others.map(({ id }) => id),
    );
    const last = pageAfter({ at: '2099-01-01T00:00:00.000Z', id: first.id });
    const { reviews, next } = await listReviewPage(session, { page: last });
    assert.deepEqual({ reviews, next }, { reviews: [], next: undefined });
  });

  test('changes of the registry too, also behind one that has left the list', async () => {
    const terms = { jurisdictions: ['DE'], instruments: ['EPOC'], categories: ['SubscriberData' as const] };
    const change = await proposeChange(session, {
      kind: 'terms',
      agency: agency.id,
      terms: { ...terms, rates: { requestsPerDay: 5, emergenciesPerWeek: 1 } },
    });
    assert.ok((await listChanges(session)).some(({ id }) => id === change.id));
    const target = (at: string) =>
      `/v1/registry/changes?status=Pending&page=${pageAfter({ at, id: nobody })}`;
    const listed = async (at: string) => {
      const { body } = await send(session, await prepare(session, 'GET', target(at)));
      const { changes } = changeList.parse(JSON.parse(new TextDecoder().decode(body)));
      return changes.some(({ id }) => id === change.id);
    };
    assert.ok(await listed(ago(60)));
    assert.ok(!(await listed('2099-01-01T00:00:00.000Z')));
  });

  test('an agency lists its own cases and preservations, the newest first, and nobody else’s', async () => {
    const ids = async () => (await Array.fromAsync(eachRequest(agency.session))).map(({ id }) => id);
    const all = await until('the index has followed', async () => {
      const listed = await Array.fromAsync(eachRequest(agency.session));
      return listed.length === 3 && listed;
    });
    const received = all.map(({ receivedAt }) => receivedAt);
    assert.deepEqual(received, received.toSorted().toReversed());
    const [first, ...others] = all;
    assert.ok(first);
    assert.deepEqual(first, lineOfCase(await followRequest(agency.session, first.id)));
    const page = pageAfterOwn({ at: first.receivedAt, id: first.id, of: 'case' });
    const rest = await listRequestPage(agency.session, { status: 'AwaitingApproval', page });
    assert.deepEqual(rest, { requests: others });
    assert.deepEqual(await listRequestPage(agency.session, { status: 'Rejected' }), { requests: [] });
    assert.deepEqual(await listPreservationPage(agency.session), { preservations: [] });

    const another = await newAgency(world);
    assert.deepEqual(await listRequestPage(another.session, { page }), { requests: [] });
    assert.equal((await ids()).length, 3);
    assert.equal(
      await refusalOf(
        listRequestPage(agency.session, { page: pageAfter({ at: first.receivedAt, id: first.id }) }),
      ),
      'page-unknown',
    );
    assert.equal(await refusalOf(listRequestPage(session)), 'key-role');
  });

  test('a page that no list named is refused with a signed answer; a query in another order does not verify', async () => {
    const refusal = async (target: string) =>
      refusalOf(prepare(session, 'GET', target).then((prepared) => send(session, prepared)));
    assert.equal(await refusal('/v1/reviews?page=AAAA'), 'page-unknown');
    const page = pageAfter({ at: '2026-11-24T18:00:00.000Z', id: nobody });
    assert.equal(await refusal(`/v1/reviews?page=${page}&status=Rejected`), 'signature-invalid');
    assert.equal(await refusal(`/v1/reviews?status=Rejected&page=${page}&page=${page}`), 'query-unsupported');
    assert.equal(await refusal(`/v1/reviews?page=${'A'.repeat(129)}`), 'query-unsupported');
  });
});
