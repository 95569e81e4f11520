import assert from 'node:assert/strict';
import { test } from 'node:test';
import { heeder } from '#core/access/heeding.ts';
import { signJws } from '#core/jws.ts';
import { formatVerifierKey } from '#core/log/note.ts';
import { feedPage } from '#core/revocations/feed.ts';
import { type Subscription, subscriptionsOf, subscriptionsSchema } from '#core/revocations/subscription.ts';
import { FeedError } from '#core/revocations/verify.ts';
import { everyFault, type Faults, faults, isPlanned } from '../../memory/faults.ts';
import { memoryKms } from '../../memory/kms.ts';
import { change } from './enrolling.ts';
import { feedOf, otherProvider, published, revoke, revokeAs, sweepIn } from './feeds.ts';
import { officer, one } from './people.ts';
import { fork, type World, world } from './world.ts';

/** A provider that heeds what another one says of revoked keys. */

async function subscriptionTo(other: World): Promise<Subscription> {
  const [subscription] = subscriptionsOf(
    subscriptionsSchema.parse({
      providers: [
        {
          url: 'https://other.example/v1',
          log: formatVerifierKey(await other.kms.log.key()),
          keys: [other.kms.provider.jwk],
        },
      ],
    }),
  );
  assert.ok(subscription);
  return subscription;
}

/** @param answer in the place of the other provider's own */
function heedIn(
  current: World,
  subscriptions: readonly Subscription[],
  answer: (page: number) => Promise<string>,
  f: Faults = faults(),
) {
  const { clock, watch } = current;
  const over = current.stateOver(f);
  const feeds = f.over('feeds', {
    read: async (url: string) => answer(Number(new URL(url).searchParams.get('page'))),
  });
  const { heard, registry, suspensions } = over;
  return heeder({
    subscriptions,
    feeds,
    heard,
    registry,
    suspensions,
    clock,
    chance: current.chance,
    watch,
  })();
}

const suspensionsIn = (current: World) =>
  current.store.items('entries').filter(({ kind }) => kind === 'key.suspended').length;

const officerKey = async (current: World) => {
  const key = await current.state.registry.getKey(officer.key.keyId);
  assert.ok(key);
  return key;
};

/** The officer's key, which is enrolled at both, is revoked at the other. */
async function caught(reason = 'stolen') {
  const other = await otherProvider();
  await revokeAs(other, officer.key.keyId, reason);
  await sweepIn(other);
  await published(other);
  const current = await published(await world());
  current.clock.set(other.clock.now());
  return { other, current, subscription: await subscriptionTo(other) };
}

test('a key that another provider revoked for misuse is suspended, once, and the log says by whom', async () => {
  const { other, current, subscription } = await caught();
  await heedIn(current, [subscription], feedOf(other));
  const key = await officerKey(current);
  assert.equal(key.suspension?.provider, 'other.example/log');
  assert.equal(key.suspension?.reason, 'stolen');
  assert.equal(key.revokedAt, undefined);
  const [entry] = current.entriesIn(`suspension/${current.nameOf(key)}`);
  assert.equal(entry?.kind === 'key.suspended' && entry.data.by, 'other.example/log');
  assert.equal(current.watch.counts.get('KeysSuspended'), 1);
  current.clock.advance(3_600_000);
  other.clock.advance(3_600_000);
  await heedIn(current, [subscription], feedOf(other));
  assert.equal(suspensionsIn(current), 1);
  assert.equal(current.watch.counts.get('RevocationFeedsRefused'), undefined);
});

test('I7 the entry of a suspension does not lead from the other provider’s feed to the key’s name in the log', async () => {
  const { other, current, subscription } = await caught();
  const jws = await feedOf(other)(0);
  await heedIn(current, [subscription], async () => jws);
  const payload = Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString();
  const [item] = feedPage.parse(JSON.parse(payload)).items;
  const said = JSON.stringify(current.entriesIn(`suspension/${current.nameOf(await officerKey(current))}`));
  assert.ok(item !== undefined && said.length > 2);
  assert.ok(!said.includes(item.item.thumbprint));
  assert.ok(!said.includes(String(item.entry.data && Reflect.get(Object(item.entry.data), 'item'))));
});

test('what is not misuse, a reviewer’s key, and a key that is not enrolled suspend nobody', async () => {
  const other = await otherProvider();
  await revokeAs(other, officer.key.keyId, 'left');
  await revokeAs(other, one.key.keyId, 'stolen');
  await revoke(other, ['stolen']);
  await sweepIn(other);
  await published(other);
  const current = await world();
  current.clock.set(other.clock.now());
  await heedIn(current, [await subscriptionTo(other)], feedOf(other));
  assert.equal(suspensionsIn(current), 0);
});

test('a key is suspended once, and nothing is forgotten, whatever fails on the way', async () => {
  const { other, current: before, subscription } = await caught();
  await revoke(other, ['stolen', 'lost']);
  await sweepIn(other);
  await published(other);
  const jws = await feedOf(other)(0);
  const undisturbed = faults();
  await heedIn(await fork(before), [subscription], async () => jws, undisturbed);
  for (const plan of everyFault(undisturbed.calls.length)) {
    const current = await fork(before);
    const what = `${plan.fault} at ${plan.at}: ${undisturbed.calls[plan.at]}`;
    await heedIn(current, [subscription], async () => jws, faults(plan)).catch((error: unknown) => {
      if (!isPlanned(error)) throw error;
    });
    await heedIn(current, [subscription], async () => jws);
    assert.equal(suspensionsIn(current), 1, what);
    assert.equal((await current.state.heard.place('other.example/log'))?.head.n, 3, what);
    for (const { item } of feedPage.parse(
      JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString()),
    ).items)
      assert.equal((await current.state.heard.reports(item.thumbprint)).length, 1, what);
  }
});

test('a feed that is forged, old, cut or does not answer suspends nobody, raises the alarm, and holds up no other', async () => {
  const { other, current: before, subscription } = await caught();
  const jws = await feedOf(other)(0);
  const page = JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString());
  const stranger = memoryKms({ seed: 'a stranger' });
  const unreachable = async () => {
    throw new FeedError('feed-unreachable');
  };
  const answers: [string, () => Promise<string>, number][] = [
    ['another’s signature', () => signJws(page, 'writ-revocations+jws', stranger.provider), 1],
    ['another log', () => signJws({ ...page, provider: 'x' }, 'writ-revocations+jws', other.kms.provider), 1],
    ['no JWS', async () => 'no', 1],
    ['no answer', unreachable, 0],
  ];
  for (const [what, answer, refused] of answers) {
    const current = await fork(before);
    const dead: Subscription = {
      ...subscription,
      signer: { ...subscription.signer, log: { ...subscription.signer.log, name: 'third.example/log' } },
    };
    let first = true;
    await heedIn(current, [dead, subscription], async () => {
      const isDead = first;
      first = false;
      return isDead ? answer() : jws;
    });
    assert.equal(current.watch.counts.get('RevocationFeedsRefused') ?? 0, refused, what);
    assert.equal(current.watch.counts.get('RevocationFeedsUnread'), 1, `${what}: it was never read`);
    assert.equal(suspensionsIn(current), 1, `${what}: the other one was heeded`);
  }
  const late = await fork(before);
  late.clock.advance(3_600_000);
  await heedIn(late, [subscription], async () => jws);
  assert.equal(suspensionsIn(late), 0, 'an old answer');
});

test('a feed that was read within a day raises no alarm by not answering once', async () => {
  const { other, current, subscription } = await caught();
  const jws = await feedOf(other)(0);
  await heedIn(current, [subscription], async () => jws);
  const silent = async () => {
    throw new FeedError('feed-unreachable');
  };
  current.clock.advance(3_600_000);
  await heedIn(current, [subscription], silent);
  assert.equal(current.watch.counts.get('RevocationFeedsUnread'), undefined);
  current.clock.advance(24 * 3_600_000);
  await heedIn(current, [subscription], silent);
  assert.equal(current.watch.counts.get('RevocationFeedsUnread'), 1);
});

test('a feed of many pages is read to its end, and gone on with where it was left', async () => {
  const other = await otherProvider();
  await revoke(
    other,
    Array.from({ length: 51 }, () => 'stolen'),
  );
  await sweepIn(other);
  await published(other);
  const subscription = await subscriptionTo(other);
  const current = await world();
  const asked: number[] = [];
  const answer = (page: number) => {
    asked.push(page);
    return feedOf(other)(page);
  };
  current.clock.set(other.clock.now());
  await heedIn(current, [subscription], answer);
  await revokeAs(other, officer.key.keyId, 'decoy');
  await sweepIn(other);
  await published(other);
  current.clock.set(other.clock.now());
  await heedIn(current, [subscription], answer);
  assert.deepEqual(asked, [0, 1, 1]);
  assert.equal((await officerKey(current)).suspension?.reason, 'decoy');
});

test('a key that two reviewers reinstated stays so, until another item says otherwise', async () => {
  const { other, current, subscription } = await caught();
  const jws = await feedOf(other)(0);
  await heedIn(current, [subscription], async () => jws);
  await change(current, { kind: 'reinstate', keyid: officer.key.keyId });
  assert.equal((await officerKey(current)).suspension?.since, undefined);
  await heedIn(current, [subscription], async () => jws);
  assert.equal((await officerKey(current)).suspension?.since, undefined);
  await assert.rejects(change(current, { kind: 'reinstate', keyid: officer.key.keyId }), {
    code: 'key-not-suspended',
  });
});
