import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { after, afterEach, beforeEach, describe, it } from 'node:test';
import { relay, type Upstream, upstream, wholeBody } from '#dev/cloud/relay.ts';

/** A server that drops a connection as soon as a second request comes on it, as one does that has closed it while idle. */
describe('a relay to a server that closes connections it does not use', () => {
  const seen: { method: string; body: string }[] = [];
  const asked = new Map<Socket, number>();
  let isDropping = true;
  const behind = createServer((from, answer) => {
    const count = (asked.get(from.socket) ?? 0) + 1;
    asked.set(from.socket, count);
    const chunks: Buffer[] = [];
    from.on('data', (chunk: Buffer) => chunks.push(chunk));
    from.on('end', () => {
      seen.push({ method: from.method ?? '', body: Buffer.concat(chunks).toString() });
      if (isDropping && count > 1) return void from.socket.destroy();
      answer.end('answered');
    });
  });
  let to: Upstream;
  let isReadFirst = false;
  const front = createServer((from, answer) => {
    if (!isReadFirst) return relay(to, from, answer);
    wholeBody(from).then(
      (body = Buffer.of()) => relay(to, from, answer, { body }),
      () => answer.destroy(),
    );
  });
  const url = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const ask = (method: string, body?: string) =>
    new Promise<number>((done, fail) => {
      const sent = request(url(front), { method, agent: false }, (back) => {
        back.resume().on('end', () => done(back.statusCode ?? 0));
      });
      sent.on('error', fail);
      sent.end(body);
    });

  beforeEach(async () => {
    for (const server of [behind, front]) {
      if (!server.listening) await once(server.listen(0, '127.0.0.1'), 'listening');
    }
    seen.length = 0;
    isDropping = true;
    isReadFirst = false;
  });
  afterEach(() => to.close());
  after(() => {
    for (const server of [behind, front]) {
      server.closeAllConnections();
      server.close();
    }
  });

  for (const method of ['GET', 'DELETE', 'PUT']) {
    it(`asks again what is ${method}, over a new connection, where nothing was answered`, async () => {
      to = upstream(url(behind));
      assert.deepEqual([await ask(method), await ask(method)], [200, 200]);
      assert.equal(seen.length, 3, 'the second was asked twice');
    });
  }

  it('asks again what has a body only where the body is at hand', async () => {
    to = upstream(url(behind));
    assert.deepEqual([await ask('PUT', 'first'), await ask('PUT', 'second')], [200, 502]);
    isReadFirst = true;
    assert.deepEqual([await ask('PUT', 'third'), await ask('PUT', 'fourth')], [200, 200]);
    assert.deepEqual(
      seen.map(({ body }) => body),
      ['first', 'second', 'third', 'fourth', 'fourth'],
    );
  });

  it('never asks twice what may do its work twice', async () => {
    to = upstream(url(behind));
    assert.deepEqual([await ask('POST', 'one'), await ask('POST', 'two')], [200, 502]);
    assert.deepEqual(seen, [
      { method: 'POST', body: 'one' },
      { method: 'POST', body: 'two' },
    ]);
  });

  it('asks that over a connection of its own where the server is not ours', async () => {
    to = upstream(url(behind), { closesIdle: true });
    assert.deepEqual([await ask('POST', 'one'), await ask('POST', 'two')], [200, 200]);
    assert.equal(seen.length, 2);
  });

  it('lets go of a connection before the server does', async () => {
    to = upstream(url(behind), { idleMs: 20 });
    const opened = once(behind, 'connection') as Promise<[Socket]>;
    assert.equal(await ask('GET'), 200);
    const [socket] = await opened;
    if (!socket.closed) await once(socket, 'close');
    assert.equal(await ask('GET'), 200);
    assert.equal(seen.length, 2, 'neither was asked twice');
  });

  it('waits longer for an answer than it keeps a connection', async () => {
    to = upstream(url(behind), { idleMs: 20 });
    const slow = createServer((_, answer) => void setTimeout(() => answer.end('late'), 100));
    await once(slow.listen(0, '127.0.0.1'), 'listening');
    to.close();
    to = upstream(url(slow), { idleMs: 20 });
    assert.equal(await ask('GET'), 200);
    slow.closeAllConnections();
    slow.close();
  });

  it('passes a refusal to connect on as 502', async () => {
    const gone = createServer();
    await once(gone.listen(0, '127.0.0.1'), 'listening');
    const address = url(gone);
    await new Promise((done) => gone.close(done));
    to = upstream(address);
    assert.equal(await ask('GET'), 502);
  });
});
