import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { type TestContext, test } from 'node:test';
import { mostFeedCharacters } from '#core/revocations/feed.ts';
import { readerWithin } from '#functions/aws/feeds.ts';

/** What reads another provider's feed, against a server that means no good. */
async function serving(t: TestContext, serve: RequestListener): Promise<string> {
  const server = createServer(serve);
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  return `http://127.0.0.1:${address.port}/v1/revocations?page=0`;
}

test('a page is read as it was answered', async (t) => {
  const url = await serving(t, (request, response) => response.end(`a.b.${request.url}`));
  assert.equal(await readerWithin(10_000).read(url), 'a.b./v1/revocations?page=0');
});

test('a feed that does not answer, stops half-way, redirects or answers something else is unreachable', async (t) => {
  let followed = 0;
  const answers: Record<string, RequestListener> = {
    'never answers': () => {},
    'stops half-way': (_, response) => {
      response.write('a');
    },
    'breaks off': (request) => request.socket.destroy(),
    redirects: (request, response) => {
      if (request.url === '/elsewhere') followed++;
      response.writeHead(302, { location: '/elsewhere' }).end('a.b.c');
    },
    fails: (_, response) => {
      response.writeHead(500).end('a.b.c');
    },
  };
  for (const [what, serve] of Object.entries(answers))
    await assert.rejects(readerWithin(300).read(await serving(t, serve)), { code: 'feed-unreachable' }, what);
  assert.equal(followed, 0);
});

test('of a feed that is too large no more is read than a page may have', async (t) => {
  let sent = 0;
  const url = await serving(t, (_, response) => {
    const more = () => {
      while (response.writable && response.write('a'.repeat(65_536))) sent += 65_536;
    };
    response.on('drain', more);
    more();
  });
  await assert.rejects(readerWithin(10_000).read(url), { code: 'feed-malformed' });
  assert.ok(sent < 20 * mostFeedCharacters, String(sent));
});
