import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { collect } from '#client/agency.ts';
import type { World } from '#dev/world.ts';
import {
  ago,
  approvedCase,
  ingest,
  login,
  newAccount,
  newAgency,
  newRequest,
  theWorld,
  wholeScope,
} from '../harness.ts';

describe('one disclosure', () => {
  let world: World;
  before(async () => {
    world = await theWorld();
  });

  test('TrafficData is every log-in of the approved period, of that account and no other', async () => {
    const [mine, other] = [newAccount(), newAccount()];
    const events = [40, 30, 20, 10, 5].map((days, i) => login(mine, days, `192.0.2.${i + 1}`, 50_000 + i));
    await ingest(world, [...events, login(other, 20), login(other, 5)]);
    const agency = await newAgency(world);
    const request = newRequest(mine);
    const scope = { ...wholeScope(request), period: { from: ago(35), to: ago(7) } };
    const view = await approvedCase(world, agency, request, scope);

    const { package: disclosure } = await collect(agency.session, view.id, agency.encryptionKey);

    const expected = events
      .slice(1, 4)
      .flatMap((e) =>
        e.kind === 'access'
          ? [{ subject: 0, category: 'TrafficData', at: e.at.replace('.000Z', 'Z'), ip: e.ip, port: e.port }]
          : [],
      );
    assert.deepEqual(disclosure.records, expected);
    assert.deepEqual(disclosure.scope, scope);
    assert.equal(disclosure.requestDigest, view.requestDigest);
  });
});
