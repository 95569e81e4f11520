import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type TestContext, test } from 'node:test';
import { signJws } from '#core/jws.ts';
import { formatVerifierKey } from '#core/log/note.ts';
import { writ } from '#dev/writ.ts';
import { feedOf, published, revoke, sweepIn } from '../../core/access/feeds.ts';
import { type World, world } from '../../core/access/world.ts';
import { memoryKms } from '../../memory/kms.ts';

/** `writ log revocations`, against a provider on this machine. */
async function provider(
  t: TestContext,
  reasons: readonly string[],
  feed?: (current: World) => Promise<string>,
) {
  const current = await world();
  current.clock.set(new Date().toISOString());
  const keys = await revoke(current, reasons);
  await sweepIn(current);
  await published(current);
  current.clock.set(new Date().toISOString());
  const { provider: signer, log } = current.kms;
  const pages = feedOf(current);
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://provider');
    const answer = async () => {
      if (url.pathname === '/v1/provider')
        return JSON.stringify({
          name: 'A provider',
          keys: [{ ...signer.jwk, kid: await signer.keyId() }],
          log: { origin: log.verifierKey.name, verifierKey: formatVerifierKey(log.verifierKey) },
          policyHash: 'x',
        });
      if (url.pathname === '/v1/revocations')
        return feed?.(current) ?? pages(Number(url.searchParams.get('page')));
      throw new Error('no such route');
    };
    answer().then(
      (text) => response.end(text),
      () => response.writeHead(404).end(),
    );
  });
  t.after(() => server.close());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  const at = ['--url', `http://127.0.0.1:${address.port}/v1`, '--key', formatVerifierKey(log.verifierKey)];
  return { keys, list: (...more: string[]) => writ(['log', 'revocations', ...at, ...more]) };
}

test('writ log revocations lists what a provider revoked, verified, over several pages', async (t) => {
  const { keys, list } = await provider(t, ['stolen', ...Array.from({ length: 50 }, () => 'lost')]);
  const { code, out } = await list();
  assert.equal(code, 0, out);
  assert.match(out, new RegExp(`1 +${keys[0]} +stolen`));
  assert.match(out, new RegExp(`51 +${keys[50]} +lost`));
  assert.match(out, /51 keys, signed by the provider and in its log/);
  const { out: json } = await list('--json');
  assert.equal(JSON.parse(json).items.length, 51);
});

test('writ log revocations says what is wrong with a feed, and exits with 1', async (t) => {
  const forged = await provider(t, ['stolen'], async () =>
    signJws({ feed: 1 }, 'writ-revocations+jws', memoryKms({ seed: 'a stranger' }).provider),
  );
  const { code, out } = await forged.list();
  assert.equal(code, 1);
  assert.match(out, /feed-unsigned/);
  const { out: json } = await forged.list('--json');
  assert.equal(JSON.parse(json).fault, 'feed-unsigned');
});
