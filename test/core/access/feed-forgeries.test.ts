import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jsonDigest } from '#core/canonical.ts';
import { signJws } from '#core/jws.ts';
import type { ProviderSigner } from '#core/ports.ts';
import { type FeedPage, feedPage, mostFeedCharacters } from '#core/revocations/feed.ts';
import {
  beginning,
  FeedError,
  type FeedFault,
  type FeedPlace,
  type FeedSigner,
  verifyFeedPage,
} from '#core/revocations/verify.ts';
import { memoryKms } from '../../memory/kms.ts';
import { feedOf, published, revoke, signerOf, sweepIn } from './feeds.ts';
import { memoryLog } from './log.ts';
import { fork, type World, world } from './world.ts';

/** A page of a feed that is not what its provider published, and what is found wrong with it. */

/** A provider that revoked three keys, a page of its feed, and the same page when it had revoked two. */
async function publishedFeed() {
  const current = await world();
  await revoke(current, ['stolen', 'lost']);
  await sweepIn(current);
  const older = await feedOf(await published(current))(0);
  await revoke(current, ['decoy']);
  await sweepIn(current);
  const newer = await feedOf(await published(current))(0);
  return { current, older, newer, signer: await signerOf(current) };
}
const feed = publishedFeed();

const read = (jws: string): FeedPage =>
  feedPage.parse(JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString()));

const resigned = (page: unknown, by: ProviderSigner) => signJws(page, 'writ-revocations+jws', by);

/** What is found wrong, if anything. */
function faultOf(
  jws: string,
  signer: FeedSigner,
  { seen = beginning, now, page = 0 }: { seen?: FeedPlace; now: string; page?: number },
): FeedFault | 'none' {
  try {
    verifyFeedPage(jws, signer, { page, seen, now });
    return 'none';
  } catch (error) {
    if (error instanceof FeedError) return error.code;
    throw error;
  }
}

test('a page that is what its provider published is taken, and so is the next by who read this one', async () => {
  const { current, older, newer, signer } = await feed;
  const now = current.clock.now();
  const first = verifyFeedPage(older, signer, { page: 0, seen: beginning, now });
  const second = verifyFeedPage(newer, signer, { page: 0, seen: first.place, now });
  assert.deepEqual(
    second.items.map(({ n, reason }) => [n, reason]),
    [
      [1, 'stolen'],
      [2, 'lost'],
      [3, 'decoy'],
    ],
  );
  assert.equal(second.place.head.n, 3);
});

test('a forged page is refused: another’s key, another’s log, or no entry of the log', async () => {
  const { current, newer, signer } = await feed;
  const now = current.clock.now();
  const { provider } = current.kms;
  const stranger = memoryKms({ seed: 'a stranger' });
  const page = read(newer);
  const [first, second] = page.items;
  assert.ok(first && second);
  const made = { ...first.item, thumbprint: 'A'.repeat(43) };
  const [header = '', payload = '', signature = ''] = newer.split('.');
  const strange = await otherProvider();
  const forged: [string, FeedFault, string | Promise<string>, FeedSigner?][] = [
    ['signed with another key', 'feed-unsigned', resigned(page, stranger.provider)],
    [
      'another payload under the signature',
      'feed-unsigned',
      `${header}.${Buffer.from(JSON.stringify({ ...page, more: true })).toString('base64url')}.${signature}`,
    ],
    ['signed as a disclosure', 'feed-unsigned', signJws(page, 'writ-disclosure+jws', provider)],
    ['without a signature', 'feed-unsigned', `${header}.${payload}.`],
    ['nothing', 'feed-unsigned', ''],
    [
      'a made-up key under a real entry',
      'feed-unlogged',
      resigned({ ...page, items: [{ ...first, item: made }] }, provider),
    ],
    [
      'the entry changed too',
      'feed-unlogged',
      resigned(
        {
          ...page,
          items: [
            {
              ...first,
              item: made,
              entry: { ...first.entry, data: { item: jsonDigest(made), because: 'stolen' } },
            },
          ],
        },
        provider,
      ),
    ],
    [
      'another reason',
      'feed-unlogged',
      resigned({ ...page, items: [{ ...first, item: { ...first.item, reason: 'decoy' } }] }, provider),
    ],
    [
      'another item’s entry',
      'feed-unlogged',
      resigned({ ...page, items: [{ ...second, item: first.item }] }, provider),
    ],
    ['another provider’s page', 'feed-unsigned', strange.jws],
    [
      'another provider’s items under this key and name',
      'feed-unlogged',
      resigned({ ...strange.page, provider: 'log.example' }, provider),
    ],
    [
      'another log’s name',
      'feed-origin-differs',
      resigned({ ...page, provider: 'other.example/log' }, provider),
    ],
    ['no checkpoint', 'feed-unlogged', resigned({ ...page, checkpoint: 'none' }, provider)],
    ['another page', 'feed-malformed', resigned({ ...page, page: 1 }, provider)],
    ['another form', 'feed-malformed', resigned({ ...page, feed: 2 }, provider)],
    ['items out of order', 'feed-malformed', resigned({ ...page, items: page.items.toReversed() }, provider)],
    [
      'an item left out',
      'feed-malformed',
      resigned({ ...page, items: [first, ...page.items.slice(2)] }, provider),
    ],
    ['too large', 'feed-malformed', 'a'.repeat(mostFeedCharacters + 1)],
  ];
  for (const [what, fault, jws] of forged) assert.equal(faultOf(await jws, signer, { now }), fault, what);
  assert.equal(faultOf(newer, signer, { now }), 'none');
  assert.equal(faultOf(strange.jws, strange.signer, { now }), 'none', 'to who knows it, it is a page');
});

/** Another provider with a log of its own, which has one item. */
async function otherProvider() {
  const key = memoryKms({ seed: 'another provider' });
  const current = await fork(await world());
  await revoke(current, ['stolen']);
  await sweepIn(current);
  const other = { ...current, log: relogged(current, key), kms: { ...current.kms, ...key } };
  await other.log.publish();
  const jws = await feedOf(other)(0);
  return { jws, page: read(jws), signer: await signerOf(other) };
}

function relogged(current: World, key: ReturnType<typeof memoryKms>): World['log'] {
  return memoryLog(current.store, key.log);
}

test('a replayed page is refused: one that is old, cut, or of another history', async () => {
  const { current, older, newer, signer } = await feed;
  const now = current.clock.now();
  const { provider } = current.kms;
  const seen = verifyFeedPage(newer, signer, { page: 0, seen: beginning, now }).place;
  const page = read(newer);
  const later = new Date(Date.parse(now) + 11 * 60_000).toISOString();
  const earlier = new Date(Date.parse(now) - 11 * 60_000).toISOString();
  assert.equal(faultOf(newer, signer, { now: later }), 'feed-stale');
  assert.equal(faultOf(newer, signer, { now: earlier }), 'feed-stale', 'of the future');
  assert.equal(faultOf(older, signer, { now, seen }), 'feed-cut');
  // Whoever has the provider's signing key dates an old page anew; and cuts a new one.
  const redated = await resigned({ ...read(older), issuedAt: now }, provider);
  assert.equal(faultOf(redated, signer, { now, seen }), 'feed-cut', 'by its checkpoint');
  const cut = await resigned({ ...page, items: page.items.slice(0, 2) }, provider);
  assert.equal(faultOf(cut, signer, { now, seen }), 'feed-cut', 'by its items');
  assert.equal(faultOf(cut, signer, { now }), 'none', 'to who saw nothing of it, it is a page');
  // The same items by an older checkpoint.
  const grown: FeedPlace = { ...seen, size: seen.size + 1n };
  assert.equal(faultOf(newer, signer, { now, seen: grown }), 'feed-cut');
  // Another item was there when it was read.
  for (const n of [2, 3]) {
    const other: FeedPlace = { ...seen, head: { n, hash: '0'.repeat(64) } };
    assert.equal(faultOf(newer, signer, { now, seen: other }), 'feed-rewritten', String(n));
  }
});
