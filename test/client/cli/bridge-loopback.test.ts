import assert from 'node:assert/strict';
import { request as call } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { pairingFragment, readPairing } from '#client/bridge/pairing.ts';
import { type Loopback, mostRefusals, startLoopback } from '#client/cli/bridge/loopback.ts';

const origin = 'https://disclosure.example';

interface Started extends Loopback {
  told: string[];
  /** What its routes were called with. */
  reached: unknown[];
}

async function started(t: TestContext, mostBodyBytes?: number): Promise<Started> {
  const told: string[] = [];
  const reached: unknown[] = [];
  const loopback = await startLoopback({
    origin,
    mostBodyBytes,
    routes: {
      'GET /key': async () => {
        reached.push('key');
        return { status: 200, json: { key: 'here' } };
      },
      'POST /sign': async (body) => {
        reached.push(body);
        return { status: 200, json: { signed: true } };
      },
    },
    tell: (line) => told.push(line),
  });
  t.after(() => loopback.close());
  return Object.assign(loopback, { told, reached });
}

interface Answer {
  status: number;
  fields: Record<string, string | string[] | undefined>;
  json: unknown;
}

type Fields = Record<string, string | string[] | undefined>;

/** A request as a page of the origin sends it, with changes. `undefined` leaves a field out. */
function send(
  { pairing: { port } }: Pick<Loopback, 'pairing'>,
  method: string,
  path: string,
  changes: Fields = {},
  body?: string,
): Promise<Answer> {
  const given = { host: `127.0.0.1:${port}`, origin, 'content-type': 'application/json', ...changes };
  const headers = Object.fromEntries(
    Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
  return new Promise((done, fails) => {
    const options = { port, method, path, headers, setHost: false, agent: false };
    const sent = call({ ...options, host: '127.0.0.1' }, async (response) => {
      const said = await text(response);
      done({
        status: response.statusCode ?? 0,
        fields: response.headers,
        json: said === '' ? undefined : JSON.parse(said),
      });
    });
    sent.on('error', fails);
    sent.end(body);
  });
}

const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` });

async function session(loopback: Loopback): Promise<string> {
  const { status, json } = await send(loopback, 'POST', '/pair', bearer(loopback.pairing.secret));
  assert.equal(status, 200);
  assert.ok(
    typeof json === 'object' && json !== null && 'session' in json && typeof json.session === 'string',
  );
  return json.session;
}

test('a link has a port and 256 random bits behind the #, and anything else is no link', () => {
  const secret = 'A'.repeat(43);
  const fragment = pairingFragment({ port: 49152, secret });
  assert.equal(fragment, `#pair=49152.${secret}`);
  assert.deepEqual(readPairing(fragment), { port: 49152, secret });
  for (const other of ['', '#pair=', `#pair=0.${secret}`, `#pair=65536.${secret}`, `#pair=80.${secret}A`])
    assert.equal(readPairing(other), undefined, other);
  assert.equal(readPairing(`#pair=80.${'A'.repeat(42)}B`), undefined, 'not canonical');
});

test('a page of the origin that has the link gets a session, and then answers', async (t) => {
  const loopback = await started(t);
  const secret = await session(loopback);
  assert.notEqual(secret, loopback.pairing.secret);
  const key = await send(loopback, 'GET', '/key', bearer(secret));
  assert.deepEqual([key.status, key.json], [200, { key: 'here' }]);
  const signed = await send(loopback, 'POST', '/sign', bearer(secret), '{"call":1}');
  assert.deepEqual([signed.status, signed.json], [200, { signed: true }]);
  assert.deepEqual(loopback.reached, ['key', { call: 1 }]);
  assert.equal(key.fields['access-control-allow-origin'], origin);
  assert.equal(key.fields['access-control-allow-credentials'], undefined);
  assert.equal(key.fields['cache-control'], 'no-store');
  assert.deepEqual(loopback.told, ['A page of this origin has opened the link. The link is used up.']);
});

test('a link is good once, and its secret is not the session’s', async (t) => {
  const loopback = await started(t);
  const link = bearer(loopback.pairing.secret);
  await session(loopback);
  const again = await send(loopback, 'POST', '/pair', link);
  assert.deepEqual([again.status, again.json], [401, { error: 'pairing-used' }]);
  assert.equal((await send(loopback, 'GET', '/key', link)).status, 401);
  assert.deepEqual(loopback.reached, []);
});

/** What another page, another program or another name sends, and what it is refused as. */
const strangers: { what: string; changes: Fields; status: number; error: string }[] = [
  { what: 'another name for this machine', changes: { host: 'rebound.example' }, status: 421, error: 'host' },
  { what: 'localhost', changes: { host: 'localhost' }, status: 421, error: 'host' },
  { what: 'another port', changes: { host: '127.0.0.1:1' }, status: 421, error: 'host' },
  { what: 'no origin', changes: { origin: undefined }, status: 403, error: 'origin' },
  { what: 'another page', changes: { origin: 'https://evil.example' }, status: 403, error: 'origin' },
  { what: 'a sandbox', changes: { origin: 'null' }, status: 403, error: 'origin' },
  {
    what: 'the origin without TLS',
    changes: { origin: 'http://disclosure.example' },
    status: 403,
    error: 'origin',
  },
  { what: 'another port of it', changes: { origin: `${origin}:8443` }, status: 403, error: 'origin' },
  {
    what: 'a name that begins so',
    changes: { origin: `${origin}.evil.example` },
    status: 403,
    error: 'origin',
  },
  { what: 'no secret', changes: { authorization: undefined }, status: 401, error: 'secret' },
  { what: 'another secret', changes: bearer('B'.repeat(43)), status: 401, error: 'secret' },
  { what: 'a part of it', changes: bearer('A'), status: 401, error: 'secret' },
  {
    what: 'a cookie',
    changes: { authorization: undefined, cookie: 'session=x' },
    status: 401,
    error: 'secret',
  },
];

for (const { what, changes, status, error } of strangers)
  test(`with ${what} nothing is reached, it is counted and told, without a value`, async (t) => {
    const loopback = await started(t);
    const secret = await session(loopback);
    for (const [method, path] of [
      ['GET', '/key'],
      ['POST', '/sign'],
    ] as const) {
      const refused = await send(
        loopback,
        method,
        path,
        { ...bearer(secret), ...changes },
        method === 'POST' ? '{}' : undefined,
      );
      assert.deepEqual([refused.status, refused.json], [status, { error }]);
      // A page of another origin may read an answer only where this field names it.
      const allowed = refused.fields['access-control-allow-origin'];
      assert.equal(allowed, error === 'secret' ? origin : undefined);
    }
    assert.deepEqual(loopback.reached, []);
    const lines = loopback.told.slice(1);
    assert.equal(lines.length, 2);
    for (const [i, line] of lines.entries()) {
      assert.match(
        line,
        new RegExp(`^Refused .* \\(${i + 1} of ${mostRefusals}, then this ends\\)\\. Nothing was signed\\.$`),
      );
      assert.doesNotMatch(line, /evil|rebound|session=|BBBB/);
    }
  });

test('a field that stands twice counts as none', async (t) => {
  const loopback = await started(t);
  const secret = await session(loopback);
  const { port } = loopback.pairing;
  for (const [twice, status] of [
    [`Host: 127.0.0.1:${port}`, 421],
    [`Origin: ${origin}`, 403],
    [`Authorization: Bearer ${secret}`, 401],
  ] as const) {
    const socket = connect(port, '127.0.0.1');
    const lines = [
      'GET /key HTTP/1.1',
      `Host: 127.0.0.1:${port}`,
      `Origin: ${origin}`,
      `Authorization: Bearer ${secret}`,
      twice,
      'Connection: close',
      '',
      '',
    ];
    socket.end(lines.join('\r\n'));
    assert.match(await text(socket), new RegExp(`^HTTP/1.1 ${status} `), twice);
  }
  assert.deepEqual(loopback.reached, []);
});

test('a browser is told that this origin may send these fields to this machine, and no other origin is', async (t) => {
  const loopback = await started(t);
  const asks = {
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'authorization,content-type',
    'access-control-request-private-network': 'true',
    'content-type': undefined,
  };
  const allowed = await send(loopback, 'OPTIONS', '/sign', asks);
  assert.equal(allowed.status, 204);
  assert.equal(allowed.fields['access-control-allow-origin'], origin);
  assert.equal(allowed.fields['access-control-allow-methods'], 'POST');
  assert.equal(allowed.fields['access-control-allow-headers'], 'authorization, content-type');
  assert.equal(allowed.fields['access-control-allow-private-network'], 'true');
  assert.deepEqual(loopback.told, []);
  const other = await send(loopback, 'OPTIONS', '/sign', { ...asks, origin: 'https://evil.example' });
  assert.equal(other.status, 403);
  for (const name of Object.keys(other.fields)) assert.doesNotMatch(name, /^access-control/);
  const nowhere = await send(loopback, 'OPTIONS', '/elsewhere', asks);
  assert.equal(nowhere.status, 404);
  assert.equal(loopback.told.length, 2);
});

test('what is too long, no JSON, JSON with two meanings, or of another type is refused', async (t) => {
  const loopback = await started(t, 100);
  const secret = bearer(await session(loopback));
  for (const [body, error] of [
    [JSON.stringify('x'.repeat(200)), 'body-too-large'],
    ['{', 'body-malformed'],
    ['{"a":1,"a":2}', 'body-malformed'],
    ['', 'body-malformed'],
  ] as const)
    assert.deepEqual((await send(loopback, 'POST', '/sign', secret, body)).json, { error });
  const form = { ...secret, 'content-type': 'text/plain' };
  assert.deepEqual((await send(loopback, 'POST', '/sign', form, '{}')).json, { error: 'body-malformed' });
  for (const path of ['/', '/key/', '/KEY', '/key?a=1', '/toString'])
    assert.deepEqual((await send(loopback, 'GET', path, secret)).json, { error: 'route' }, path);
  assert.deepEqual(loopback.reached, []);
});

test('after so many refusals it ends, and says so', async (t) => {
  const loopback = await started(t);
  for (let i = 1; i < mostRefusals; i++)
    assert.equal((await send(loopback, 'POST', '/pair', bearer('x'))).status, 401);
  await send(loopback, 'POST', '/pair', bearer('x')).catch(() => undefined);
  assert.equal(await loopback.ended, 'refused');
  await assert.rejects(send(loopback, 'POST', '/pair', bearer(loopback.pairing.secret)), {
    code: 'ECONNREFUSED',
  });
});

test('it listens on 127.0.0.1 and on no other address', async (t) => {
  const { pairing } = await started(t);
  const socket = connect(pairing.port, '::1');
  await assert.rejects(new Promise((done, fails) => socket.on('connect', done).on('error', fails)));
});

test('a route is told when the page no longer waits', async (t) => {
  let gone: AbortSignal | undefined;
  let reached: () => void = () => undefined;
  const called = new Promise<void>((done) => {
    reached = done;
  });
  const loopback = await startLoopback({
    origin,
    routes: {
      'POST /sign': (_, signal) => {
        gone = signal;
        reached();
        return new Promise((done) => signal.addEventListener('abort', () => done({ status: 200, json: {} })));
      },
    },
    tell: () => undefined,
  });
  t.after(() => loopback.close());
  const secret = await session(loopback);
  const { port } = loopback.pairing;
  const headers = {
    host: `127.0.0.1:${port}`,
    origin,
    'content-type': 'application/json',
    ...bearer(secret),
  };
  const sent = call({ host: '127.0.0.1', port, method: 'POST', path: '/sign', headers, agent: false });
  sent.on('error', () => undefined);
  sent.end('{}');
  await called;
  assert.equal(gone?.aborted, false);
  sent.destroy();
  await new Promise((done) => gone?.addEventListener('abort', done));
});
