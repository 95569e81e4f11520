import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, request as plainRequest } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { home, python } from '#dev/cloud/emulator.ts';
import { type FrontDoor, startFrontDoor } from '#dev/cloud/front-door.ts';
import { type Answer, listenLocally } from '#dev/cloud/relay.ts';

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
}

describe('the front door', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'writ-door-'));
  let seen: Seen[] = [];
  let api: string | undefined;
  let tls: { cert: Buffer; key: Buffer };
  let door: FrontDoor;
  let ca: Buffer;
  const behind = createServer((asked, answer) => {
    const chunks: Buffer[] = [];
    asked.on('data', (chunk: Buffer) => chunks.push(chunk));
    asked.on('end', () => {
      const { method = '', url = '', rawHeaders } = asked;
      seen.push({ method, url, rawHeaders, body: Buffer.concat(chunks) });
      answer.setHeader('x-two', ['a', 'b']);
      answer.writeHead(201, { 'content-type': 'application/octet-stream' });
      answer.end(Buffer.from([0, 255, 1]));
    });
  });

  before(async () => {
    execFileSync(python(), [join(home, 'dev/cloud/emulator.py'), scratch, 'certificate']);
    const file = (name: string) => readFileSync(join(scratch, 'tls', name));
    ca = file('ca.pem');
    await new Promise<void>((done) => behind.listen(0, '127.0.0.1', done));
    tls = { cert: file('server.pem'), key: file('server.key') };
    door = await startFrontDoor({
      to: `http://127.0.0.1:${(behind.address() as AddressInfo).port}`,
      api: () => api,
      tls,
    });
  });
  beforeEach(() => {
    seen = [];
    api = 'abc123';
  });
  after(async () => {
    await door.close();
    behind.close();
    rmSync(scratch, { recursive: true });
  });

  const ask = (
    path: string,
    options: { method?: string; headers?: string[]; body?: Buffer; port?: string } = {},
  ) =>
    new Promise<{ status: number; raw: string[]; body: Buffer }>((done, fail) => {
      const { host, port } = { host: 'localhost', port: options.port ?? new URL(door.url).port };
      const headers = options.headers ?? ['Host', door.authority];
      const asked = request({ host, port, path, ca, method: options.method ?? 'GET', headers, agent: false });
      asked.on('response', (answer: IncomingMessage) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () =>
          done({ status: answer.statusCode ?? 0, raw: answer.rawHeaders, body: Buffer.concat(chunks) }),
        );
      });
      asked.on('error', fail);
      asked.end(options.body);
    });

  it('puts the API’s prefix before the path and changes nothing else about it', async () => {
    await ask('/v1/requests/a%2Fb%20c/../d;e?b=2&a=%2f&a=1&c=&d+e');
    assert.equal(
      seen[0]?.url,
      '/restapis/abc123/v1/_user_request_/requests/a%2Fb%20c/../d;e?b=2&a=%2f&a=1&c=&d+e',
    );
  });

  it('passes header lines on in their order and spelling, repeated ones and Host included', async () => {
    const headers = ['Host', door.authority, 'X-Dup', 'one', 'signature', 'sig=:YQ==:', 'X-Dup', 'two'];
    await ask('/v1/provider', { headers });
    const { rawHeaders = [] } = seen[0] ?? {};
    assert.deepEqual(rawHeaders.slice(0, 8), headers);
  });

  it('says a call that takes anything so that the server behind it answers bytes, LocalStack too', async () => {
    const theirs = await startFrontDoor({
      to: `http://127.0.0.1:${(behind.address() as AddressInfo).port}`,
      api: () => api,
      closesIdle: true,
      tls,
    });
    const said = async (through: FrontDoor, accept?: string) => {
      seen = [];
      const headers = ['Host', door.authority, ...(accept === undefined ? [] : ['Accept', accept])];
      await ask('/v1/log/checkpoint', { headers, port: new URL(through.url).port });
      const { rawHeaders = [] } = seen[0] ?? {};
      return rawHeaders.filter((_, i) => rawHeaders[i - 1]?.toLowerCase() === 'accept');
    };
    try {
      for (const asked of [undefined, '*/*']) {
        assert.deepEqual(await said(door, asked), ['*/*']);
        assert.deepEqual(await said(theirs, asked), ['application/octet-stream, */*']);
      }
      for (const through of [door, theirs])
        assert.deepEqual(await said(through, 'application/json'), ['application/json']);
      const browsers = 'text/html,image/avif,*/*;q=0.8';
      assert.deepEqual(await said(door, browsers), [browsers]);
      assert.deepEqual(await said(theirs, browsers), ['application/octet-stream, */*']);
    } finally {
      await theirs.close();
    }
  });

  it('passes the bytes of body and answer on', async () => {
    const body = Buffer.from([123, 0, 255, 195, 40]);
    const headers = ['Host', door.authority, 'Content-Length', String(body.length)];
    const answer = await ask('/v1/requests', { method: 'POST', headers, body });
    assert.deepEqual(seen[0]?.body, body);
    assert.equal(answer.status, 201);
    assert.deepEqual(answer.body, Buffer.from([0, 255, 1]));
    assert.deepEqual(
      answer.raw.filter((_, i) => i % 2 === 1 && answer.raw[i - 1] === 'x-two'),
      ['a', 'b'],
    );
  });

  it('refuses bodies over 10 MB, whether their length is said or not, before they go anywhere', async () => {
    const body = Buffer.alloc(10 * 1024 * 1024 + 1);
    for (const framing of [
      ['Content-Length', String(body.length)],
      ['Transfer-Encoding', 'chunked'],
    ]) {
      const headers = ['Host', door.authority, ...framing];
      const { status } = await ask('/v1/requests', { method: 'POST', headers, body });
      assert.equal(status, 413, framing[0]);
    }
    assert.equal(seen.length, 0);
    const headers = ['Host', door.authority, 'Transfer-Encoding', 'chunked'];
    const just = await ask('/v1/requests', { method: 'POST', headers, body: body.subarray(1) });
    assert.equal(just.status, 201);
    assert.deepEqual(
      seen.map((one) => one.body.length),
      [10 * 1024 * 1024],
    );
  });

  it('is a door to /v1/ only, and to nothing while no API is deployed', async () => {
    for (const path of [
      '//',
      '/v1x',
      '/v2/requests',
      '/restapis/abc123/v1/_user_request_/requests',
      '/_writ/kms',
    ]) {
      assert.equal((await ask(path)).status, 403, path);
    }
    const home = await ask('/');
    assert.equal(home.status, 308);
    assert.deepEqual(home.raw.slice(home.raw.indexOf('location')).slice(0, 2), ['location', '/v1/']);
    api = undefined;
    assert.equal((await ask('/v1/requests')).status, 503);
    assert.equal(seen.length, 0);
  });

  it('speaks HTTP/2 as well, where the authority is the Host', async () => {
    const session = connectHttp2(door.url, { ca });
    const stream = session.request({
      ':path': '/v1/provider?x=1',
      ':method': 'GET',
      signature: 'sig=:YQ==:',
    });
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    await new Promise((done) => stream.on('end', done));
    session.close();
    assert.deepEqual(Buffer.concat(chunks), Buffer.from([0, 255, 1]));
    assert.deepEqual(seen[0]?.rawHeaders.slice(0, 4), ['host', door.authority, 'signature', 'sig=:YQ==:']);
  });

  it('answers on both addresses that localhost may mean, and takes no port that a stranger has on one', async (t) => {
    if (!Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1')))
      return t.skip('this machine has no ::1');
    const stranger = createServer().listen(0, '::1');
    t.after(() => stranger.close());
    await new Promise<void>((done) => stranger.once('listening', done));
    const taken = (stranger.address() as AddressInfo).port;
    const answers = (_: unknown, answer: Answer) => void answer.end('ours');
    await assert.rejects(listenLocally(answers, [taken]), { code: 'EADDRINUSE' });
    const listener = await listenLocally(answers, [taken, 0]);
    t.after(() => listener.close());
    assert.notEqual(listener.port, taken);
    const file = (name: string) => readFileSync(join(scratch, 'tls', name));
    listener.secure({ cert: file('server.pem'), key: file('server.key') });
    for (const host of ['127.0.0.1', '::1']) {
      const text = await new Promise((done, fail) => {
        const asked = request({ host, port: listener.port, ca, agent: false }, (answer) => {
          answer.setEncoding('utf8').on('data', done);
        });
        asked.on('error', fail).end();
      });
      assert.equal(text, 'ours', host);
    }
  });

  it('loses no connection of many that come at once, by HTTP/1.1 with a handshake each', async () => {
    const before = seen.length;
    const statuses = await Promise.all(
      Array.from({ length: 200 }, async () => (await ask('/v1/provider')).status),
    );
    assert.deepEqual([...new Set(statuses)], [201]);
    assert.equal(seen.length - before, 200);
  });

  it('is not open to plain HTTP', async () => {
    const { hostname, port } = new URL(door.url);
    await assert.rejects(
      new Promise((done, fail) => {
        plainRequest({ hostname, port, path: '/v1/provider', agent: false }, done).on('error', fail).end();
      }),
    );
  });
});
