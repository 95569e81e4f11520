import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { collect, followRequest, submitRequest } from '#client/agency.ts';
import { answerNotification, listNotificationPage, showNotification } from '#client/authority.ts';
import { until } from '#dev/feed.ts';
import type { World } from '#dev/world.ts';
import { enforcing } from '../core/cases/notifying.ts';
import {
  approve,
  entryOf,
  ingest,
  login,
  newAccount,
  newAgency,
  newRequest,
  refusalOf,
  theWorld,
  wholeScope,
} from '../harness.ts';

describe('an enforcing authority', () => {
  let world: World;
  before(async () => {
    world = await theWorld();
  });

  test('I3 hold: what two reviewers approved is not collected before it consents, and is after', async () => {
    const account = newAccount();
    const [agency, authority] = await Promise.all([
      newAgency(world),
      newAgency(world, enforcing),
      ingest(world, [login(account, 3)]),
    ]);
    const request = {
      ...newRequest(account),
      categories: ['TrafficData' as const],
      notification: { authority: authority.id },
    };
    const view = await submitRequest(agency.session, request);
    assert.deepEqual([view.notification?.authority, view.notification?.waits], [authority.id, true]);
    await approve(world, view, wholeScope(request));
    assert.equal(
      await refusalOf(collect(agency.session, view.id, agency.encryptionKey)),
      'notification-pending',
    );
    assert.equal((await followRequest(agency.session, view.id)).links.collection, undefined);
    const { session } = authority;
    await until('it is listed', async () => (await listNotificationPage(session)).notifications.length === 1);
    const { requestDigest, order } = await showNotification(session, view.id);
    assert.equal(order, request.instrument.digest);
    assert.equal(await entryOf(world, view.id, 'grant.minted'), undefined);
    await answerNotification(session, view.id, { decision: 'consent', requestDigest });
    await until('the grants are minted', () => entryOf(world, view.id, 'grant.minted'), 90_000);
    const { package: disclosed } = await collect(agency.session, view.id, agency.encryptionKey);
    assert.equal(disclosed.records.length, 1);
  });
});
