import assert from 'node:assert/strict';
import { test } from 'node:test';
import { minter } from '#core/access/mint.ts';
import { mostGrants, mostTokenBytes } from '#core/cases/grants.ts';
import { grantTokens, tokenKeysOf } from '#core/state/grant-tokens.ts';
import { one as reviewer, third } from '../access/people.ts';
import { type World, world } from '../access/world.ts';

/** A case whose grants were just minted. */
async function minted(): Promise<World> {
  const current = await world();
  await current.approve(reviewer);
  await current.approve(third);
  await current.log.publish();
  await minter(current.mintPorts())([{ from: 0n, to: await current.size() }]);
  return current;
}

const portsOf = ({ store, clock }: World) => ({ store, clock });
const grants = (n: number) => Array.from({ length: n }, (_, i) => ({ grantId: `grant-${i}` }));

test('a case holds its grants without their tokens, which have an item of their own for an hour', async () => {
  const current = await minted();
  const { id, grants: held = [] } = await current.stored();
  assert.ok(held.length > 0);
  for (const grant of held)
    assert.deepEqual(Object.keys(grant).sort(), ['epoch', 'grantId', 'keyId', 'kind', 'subject']);
  const tokens = grantTokens(portsOf(current));
  assert.deepEqual(
    [...(await tokens.of(id, held)).keys()],
    held.map(({ grantId }) => grantId),
  );
  const [item] = current.store.items('cases').filter(({ pk }) => String(pk).startsWith('tokens#'));
  assert.equal(item?.ttl, Math.floor(Date.parse(current.clock.now()) / 1000) + 3600);
  // DynamoDB removes it within days. Until then it is as if it were gone.
  current.clock.advance(3600_000);
  assert.equal((await tokens.of(id, held)).size, 0);
});

test('as many tokens as a case can have grants are found again, each by its own grant', async () => {
  const current = await world();
  const tokens = grantTokens(portsOf(current));
  const all = Array.from({ length: mostGrants }, (_, i) => `token-${i}`);
  const { writes } = tokens.prepare('case-1', all);
  assert.equal(writes.length, tokenKeysOf('case-1').length);
  await current.store.write(...writes);
  const found = await tokens.of('case-1', grants(mostGrants));
  assert.deepEqual([...found.values()], all);
  assert.equal(found.get(`grant-${mostGrants - 1}`), all.at(-1));
});

test('a token that is longer than what fits is left out, and the others are kept', async () => {
  const current = await world();
  const tokens = grantTokens(portsOf(current));
  const { writes } = tokens.prepare('case-1', ['a', 'b'.repeat(mostTokenBytes + 1), 'c']);
  await current.store.write(...writes);
  assert.deepEqual(
    [...(await tokens.of('case-1', grants(3)))],
    [
      ['grant-0', 'a'],
      ['grant-2', 'c'],
    ],
  );
});

test('I11 tokens that somebody put in the table are not shown to KMS, and raise the alarm', async () => {
  const current = await minted();
  const { id, grants: held = [] } = await current.stored();
  const [item] = current.store.items('cases').filter(({ pk }) => String(pk).startsWith('tokens#'));
  current.store.force('cases', { ...item, tokens: ['theirs'] });
  assert.equal((await grantTokens(portsOf(current)).of(id, held)).size, 0);
  assert.equal(current.watch.counts.get('RecordsUnproven'), 1);
});
