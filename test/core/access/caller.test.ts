import assert from 'node:assert/strict';
import { test } from 'node:test';
import { revocationCheck } from '#core/access/caller.ts';
import { collectRoutes, requestRoutes } from '#core/wire/agency.ts';
import { reviewRoutes } from '#core/wire/desk.ts';
import { registryRoutes } from '#core/wire/registry.ts';
import { memoryWatch } from '../../memory/outside.ts';
import { receivedAt } from '../cases/cases.ts';
import { officer } from './people.ts';
import { keyItem, world } from './world.ts';

const decides = { endsAccess: false };
const ends = { endsAccess: true };

test('I11: a key that was revoked calls nothing, though its item in the registry is put back', async () => {
  const current = await world();
  await current.log.publish();
  const log = await current.log.read();
  assert.ok(log);
  const isRevoked = revocationCheck({ log, watch: current.watch });
  const key = await current.state.registry.getKey(officer.key.keyId);
  assert.ok(key);
  assert.equal(await isRevoked(key, decides), false);
  const before = keyItem(current, officer);
  await current.state.registry.commitRevocation(key, 'reviewer-1', 'stolen', receivedAt, {});
  const revoked = await current.state.registry.getKey(officer.key.keyId);
  assert.ok(revoked);
  assert.equal(await isRevoked(revoked, ends), true, 'before the log has it');
  await current.log.publish();
  current.store.plant('registry', before);
  const restored = await current.state.registry.getKey(officer.key.keyId);
  assert.ok(restored);
  for (const route of [decides, ends]) assert.equal(await isRevoked(restored, route), true);
});

test('I11: where the log cannot be read nothing is decided or disclosed, and what ends access is served', async () => {
  const watch = memoryWatch();
  const log = {
    follows: async () => {
      throw new Error('the bucket does not answer');
    },
  };
  const isRevoked = revocationCheck({ log, watch });
  await assert.rejects(isRevoked(officer.key, decides), { code: 'try-again' });
  assert.equal(await isRevoked(officer.key, ends), false);
  assert.equal(await isRevoked({ ...officer.key, revokedAt: receivedAt }, ends), true);
  assert.deepEqual(
    watch.lines.map(({ level }) => level),
    ['error', 'error'],
  );
});

test('routes that are served without the log do nothing but end access', () => {
  const routes = { ...requestRoutes, ...collectRoutes, ...reviewRoutes, ...registryRoutes };
  const served = Object.entries(routes).flatMap(([id, route]) => (route.endsAccess === true ? [id] : []));
  assert.deepEqual(served.sort(), ['revokeKey', 'suspendReview', 'withdrawRequest']);
});
