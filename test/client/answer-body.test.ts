import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { ExchangeError } from '#client/errors.ts';
import { fetchJson, fetchVerifierKey, SourceError, urlFiles } from '#client/log/source.ts';
import { fetchProvider } from '#client/provider.ts';
import { maxAnswerBytes } from '#client/transport.ts';
import { bodyWithin } from '#core/answer-body.ts';

const stops: (() => void)[] = [];
after(() => {
  for (const stop of stops) stop();
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  stops.push(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  return `http://127.0.0.1:${address.port}`;
}

/** Writes for as long as somebody reads. @returns how much was written when they stopped */
function endless(limitBytes: number): { listener: RequestListener; stopped: Promise<number> } {
  const { promise: stopped, resolve } = Promise.withResolvers<number>();
  const chunk = Buffer.alloc(1024 * 1024, 'x');
  const listener: RequestListener = (_, answer) => {
    let written = 0;
    answer.on('close', () => resolve(written));
    const more = () => {
      while (written < limitBytes && !answer.destroyed) {
        written += chunk.length;
        if (!answer.write(chunk)) {
          answer.once('drain', more);
          return;
        }
      }
      if (written >= limitBytes) answer.end();
    };
    more();
  };
  return { listener, stopped };
}

const ofSource = (words: RegExp) => (error: unknown) =>
  error instanceof SourceError && words.test(error.message);
const ofExchange = (part: string) => (error: unknown) =>
  error instanceof ExchangeError && error.code === 'answer-malformed' && error.part === part;

test('nothing that a server redirects to is asked: not for the log, not for the provider, with no status', async () => {
  let asked = 0;
  const inside = await serve((_, answer) => {
    asked += 1;
    answer.end('{}');
  });
  for (const status of [301, 302, 303, 307, 308]) {
    const url = await serve((_, answer) => answer.writeHead(status, { location: inside }).end());
    await assert.rejects(
      async () => urlFiles(`${url}/v1`)('checkpoint'),
      ofSource(/sends us to another address/),
    );
    await assert.rejects(async () => fetchVerifierKey(`${url}/v1`), ofSource(/sends us to another address/));
    await assert.rejects(async () => fetchJson(`${url}/v1`, 'transparency'), SourceError);
    await assert.rejects(async () => fetchProvider(url), ofExchange('redirect'));
  }
  assert.equal(asked, 0);
});

test('where it would send us is in no message', async () => {
  const url = await serve((_, answer) =>
    answer.writeHead(302, { location: 'http://evil.example/\u00e9' }).end(),
  );
  await assert.rejects(
    async () => urlFiles(`${url}/v1`)('checkpoint'),
    (error) => !String(error).includes('evil'),
  );
});

test('an answer that goes on for ever is read up to the limit and no further, whatever it says of its length', async () => {
  const much = 400 * 1024 * 1024;
  for (const [limit, ask] of [
    [17 * 1024 * 1024, async (url: string) => urlFiles(`${url}/v1`)('checkpoint')],
    [maxAnswerBytes, async (url: string) => fetchProvider(url)],
  ] as const) {
    const { listener, stopped } = endless(much);
    const url = await serve(listener);
    await assert.rejects(async () => ask(url), /too-large|is larger than any file of a log/);
    const written = await stopped;
    // Beside what was read there is what waits in buffers on the way.
    assert.ok(written < limit + 64 * 1024 * 1024, `${written} bytes were taken`);
  }
});

test('an answer that says that it is too long is not read at all', async () => {
  const url = await serve((_, answer) => {
    answer.writeHead(200, { 'content-length': String(1024 ** 4) });
    answer.write('{');
  });
  await assert.rejects(
    async () => urlFiles(`${url}/v1`)('checkpoint'),
    ofSource(/is larger than any file of a log/),
  );
  await assert.rejects(async () => fetchProvider(url), ofExchange('too-large'));
});

test('what is compressed counts by what it unpacks to', async () => {
  const packed = gzipSync(Buffer.alloc(64 * 1024 * 1024));
  assert.ok(packed.length < 100_000);
  const url = await serve((_, answer) => answer.writeHead(200, { 'content-encoding': 'gzip' }).end(packed));
  await assert.rejects(async () => fetchProvider(url), ofExchange('too-large'));
});

test('an answer up to the limit is read whole, in as many parts as it comes; none is an empty one', async () => {
  const bytes = new Uint8Array(1000).map((_, i) => i);
  const parted = new Response(
    new ReadableStream({
      start(controller) {
        for (let at = 0; at < bytes.length; at += 300) controller.enqueue(bytes.slice(at, at + 300));
        controller.close();
      },
    }),
  );
  assert.deepEqual(await bodyWithin(parted, 1000), bytes);
  assert.deepEqual(await bodyWithin(new Response(null, { status: 204 }), 0), new Uint8Array());
  await assert.rejects(async () => bodyWithin(new Response(bytes), 999), { why: 'too-large' });
});
