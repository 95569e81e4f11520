import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pageItems } from '#core/revocations/feed.ts';
import { everyFault, faults, isPlanned } from '../../memory/faults.ts';
import { feedOf, published, readPage, revoke, sweepIn } from './feeds.ts';
import { fork, type World, world } from './world.ts';

/** What a provider tells others of the keys that it revoked. */
test('an agency’s key that was revoked for misuse is in the feed, proven by the log; others are not', async () => {
  const current = await world();
  const origin = (await current.kms.log.key()).name;
  assert.equal(origin, 'log.example');
  const keys = await revoke(current, ['stolen', 'left', 'lost', 'replaced', 'decoy']);
  await revoke(current, ['stolen'], 'reviewer');
  await sweepIn(current);
  assert.deepEqual(
    (await readPage(await published(current))).items.map(({ n, thumbprint, reason }) => [
      n,
      thumbprint,
      reason,
    ]),
    [
      [1, keys[0], 'stolen'],
      [2, keys[2], 'lost'],
      [3, keys[4], 'decoy'],
    ],
  );
});

test('I7 nothing in the feed opens what the log calls a key', async () => {
  const current = await world();
  const [keyId = ''] = await revoke(current, ['stolen']);
  await sweepIn(current);
  const jws = await feedOf(await published(current))(0);
  const text = Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString();
  const entry = current.log.entries().find(({ kind }) => kind === 'revocation.published');
  assert.ok(text.includes(keyId));
  assert.ok(!JSON.stringify(entry).includes(keyId), 'the log has the digest alone');
  const key = await current.state.registry.getKey(keyId);
  assert.ok(key);
  for (const [what, secret] of Object.entries({
    salt: Buffer.from(key.salt).toString('base64url'),
    holder: key.holder,
    agency: 'agency-1',
    stream: 'key/',
  }))
    assert.ok(!text.includes(secret), what);
});

test('a revocation is published once, under one number, whatever fails on the way', async () => {
  const before = await world();
  await revoke(before, ['stolen', 'decoy']);
  const undisturbed = faults();
  await sweepIn(await fork(before), undisturbed);
  for (const plan of everyFault(undisturbed.calls.length)) {
    const current = await fork(before);
    const what = `${plan.fault} at ${plan.at}: ${undisturbed.calls[plan.at]}`;
    const f = faults(plan);
    await sweepIn(current, f).catch((error: unknown) => {
      if (!isPlanned(error)) throw error;
    });
    await sweepIn(current);
    await sweepIn(current);
    const entries = current.entriesIn('revocations');
    assert.deepEqual(
      entries.map(({ kind, n }) => `${kind} ${n}`),
      ['revocation.published 1', 'revocation.published 2'],
      what,
    );
    assert.equal((await readPage(await published(current))).items.length, 2, what);
  }
});

test('an item that the log does not have yet is in no page, and then it is', async () => {
  const current = await published(await world());
  await revoke(current, ['stolen']);
  await sweepIn(current);
  assert.deepEqual((await readPage(current)).items, []);
  assert.equal((await readPage(await published(current))).items.length, 1);
});

test('fifty items make a page, and a page that there is not is refused', async () => {
  const current = await world();
  await revoke(
    current,
    Array.from({ length: pageItems + 1 }, () => 'stolen'),
  );
  await sweepIn(current);
  await current.log.publish();
  const first = await readPage(current);
  assert.equal(first.items.length, pageItems);
  assert.equal(first.more, true);
  const second = await readPage(current, 1, first.place);
  assert.deepEqual(
    second.items.map(({ n }) => n),
    [pageItems + 1],
  );
  assert.equal(second.more, false);
  await assert.rejects(feedOf(current)(2), { code: 'page-unknown' });
  const { size, head } = first.place;
  const other = { size, head: { n: head.n, hash: '0'.repeat(64) } };
  await assert.rejects(readPage(current, 1, other), { code: 'feed-rewritten' });
});

test('I11 no page is served of a table that is not as the log has it', async () => {
  const before = await world();
  await revoke(before, ['stolen', 'lost']);
  await sweepIn(before);
  await before.log.publish();
  const changes: [string, (current: World) => void][] = [
    ['changed', ({ store }) => change(store, 1, { thumbprint: 'A'.repeat(43) })],
    ['the last deleted', ({ store }) => remove(store, 2)],
    ['the first deleted', ({ store }) => remove(store, 1)],
    [
      'all deleted',
      ({ store }) => {
        for (const n of [1, 2]) remove(store, n);
      },
    ],
  ];
  for (const [what, act] of changes) {
    const current = await fork(before);
    act(current);
    await assert.rejects(feedOf(current)(0), { code: 'record-unproven' }, what);
    assert.equal(current.watch.counts.get('RecordsUnproven'), 1, what);
  }
  const added = await fork(before);
  added.store.plant('revocations', { ...itemIn(added.store, 2), n: 3, thumbprint: 'B'.repeat(43) });
  assert.equal((await readPage(added)).items.length, 2, 'what the log does not have is not told');
});

type Store = World['store'];
function itemIn(store: Store, n: number) {
  const item = store.items('revocations').find((one) => one.n === n);
  assert.ok(item);
  return item;
}
const change = (store: Store, n: number, to: object) =>
  store.plant('revocations', { ...itemIn(store, n), ...to });
const remove = (store: Store, n: number) => store.remove('revocations', { pk: 'feed', n });

test('a page is signed at most once a minute, however often it is asked for', async () => {
  const current = await world();
  await current.log.publish();
  const feed = feedOf(current);
  const signed = await feed(0);
  assert.equal(await feed(0), signed);
  current.clock.advance(61_000);
  assert.notEqual(await feed(0), signed);
});

test('the key’s record still says that it was revoked once it is published', async () => {
  const current = await world();
  const [keyId = ''] = await revoke(current, ['stolen']);
  await sweepIn(current);
  const key = await current.state.registry.getKey(keyId);
  assert.equal(key?.publishedAs, 1);
  assert.ok(key?.revokedAt);
  const listed = await Array.fromAsync(current.state.registry.revokedKeys());
  assert.deepEqual(
    listed.map((one) => one.keyId),
    [keyId],
  );
});
