import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type TestContext, test } from 'node:test';
import { submitRequest } from '#client/agency.ts';
import { decideChange, proposeChange, revokeKey, showKey } from '#client/registry.ts';
import { eachRevocation } from '#client/revocations.ts';
import { formatVerifierKey } from '#core/log/note.ts';
import { until } from '#dev/feed.ts';
import { logKeyOf } from '#dev/log.ts';
import {
  feedOf,
  otherProvider,
  published,
  revokeKey as revokeAtOther,
  sweepIn,
} from '../core/access/feeds.ts';
import type { World as OtherWorld } from '../core/access/world.ts';
import { holder } from '../core/registry/registry.ts';
import {
  ingest,
  login,
  newAccount,
  newAgency,
  newRequest,
  refusalOf,
  theWorld,
  toldWhere,
} from '../harness.ts';
import { ownHeed } from './own-function.ts';

/** Another provider's feed, on this machine. @returns its address */
async function serving(t: TestContext, other: OtherWorld): Promise<string> {
  const feed = feedOf(other);
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '', 'http://other');
    feed(Number(searchParams.get('page'))).then(
      (jws) => response.end(jws),
      () => response.writeHead(500).end(),
    );
  });
  t.after(() => server.close());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  return `http://127.0.0.1:${address.port}/v1`;
}

test('a key that was revoked for misuse is in the feed, signed and proven by the log; one whose officer left is not', async () => {
  const world = await theWorld();
  const [stolen, left] = await Promise.all([newAgency(world), newAgency(world)]);
  const [reviewer] = world.reviewers;
  assert.ok(reviewer);
  await revokeKey(reviewer.session, left.keyId, 'left');
  const keys = [...reviewer.session.providerKeys.values()];
  const since = new Date().toISOString();
  await revokeKey(reviewer.session, stolen.keyId, 'stolen');
  await until('the log has an item', async () => {
    const told = await toldWhere(world, ({ entry }) => entry.kind === 'revocation.published');
    return told.some(({ entry }) => entry.at > since);
  });
  // Somebody else may have asked for the page within the minute that it is kept for.
  const items = await until(
    'the feed has the item',
    async () => {
      const all = await Array.fromAsync(eachRevocation(world.cloud.url, { log: logKeyOf(world), keys }));
      return all.some(({ thumbprint }) => thumbprint === stolen.keyId) && all;
    },
    90_000,
  );
  assert.equal(items.find(({ thumbprint }) => thumbprint === stolen.keyId)?.reason, 'stolen');
  assert.ok(!items.some(({ thumbprint }) => thumbprint === left.keyId));
});

test('a key that another provider revoked is suspended, until two reviewers reinstate it', async (t) => {
  const world = await theWorld();
  const account = newAccount();
  const [agency] = await Promise.all([newAgency(world), ingest(world, [login(account, 3)])]);
  const other = await otherProvider();
  other.clock.set(new Date().toISOString());
  const { key } = holder('officer-elsewhere', 'agency', 'agency-elsewhere');
  await revokeAtOther(other, { ...key, keyId: agency.keyId }, 'stolen');
  await sweepIn(other);
  await published(other);
  other.clock.set(new Date().toISOString());
  const { x = '', y = '' } = { y: '', ...other.kms.provider.jwk };
  const heed = await ownHeed(world, {
    providers: [
      {
        url: await serving(t, other),
        log: formatVerifierKey(other.kms.log.verifierKey),
        keys: [{ kty: 'EC', crv: 'P-256', x, y }],
      },
    ],
  });
  const ask = () => refusalOf(submitRequest(agency.session, newRequest(account)));
  assert.equal(await ask(), 'not refused');
  await heed();
  assert.equal(await ask(), 'key-suspended');
  const [first, second] = world.reviewers;
  assert.ok(first && second);
  const shown = await showKey(first.session, agency.keyId);
  assert.equal(shown.suspended?.provider, 'other.example/log');
  const change = await proposeChange(first.session, { kind: 'reinstate', keyid: agency.keyId });
  assert.equal(await ask(), 'key-suspended', 'one is not two');
  assert.equal((await decideChange(second.session, change, 'approve')).status, 'Applied');
  await until('the key counts again', async () => (await ask()) === 'not refused', 120_000);
  await heed();
  assert.equal(await ask(), 'not refused', 'the same item suspends it once');
  const stream = `suspension/${shown.log.key}`;
  const told = await toldWhere(world, ({ entry }) => entry.stream === stream);
  assert.deepEqual(
    told.map(({ entry }) => entry.kind),
    ['key.suspended', 'key.reinstated'],
  );
});
