import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, request as call, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { mostBodyBytes, serveWitness } from '#client/cli/witness/serving.ts';
import { logHash, readCosigned, type WitnessStore } from '#client/log/witness/witness.ts';
import { asked, by, forked, honest, keptInMemory, LARGEST, log, witnessOver } from '../log/witnessed.ts';

const HASH = logHash(log.key.name);

async function served(t: TestContext, store: WitnessStore = keptInMemory()) {
  const options = { witness: witnessOver(store), about: 'A witness.\n', host: '127.0.0.1', port: 0 };
  const serving = await serveWitness(options);
  const agent = new Agent({ keepAlive: true });
  t.after(async () => {
    agent.destroy();
    await serving.close();
  });
  return { ...serving, agent };
}

interface Answer {
  status: number | undefined;
  headers: IncomingHttpHeaders;
  body: string;
  /** Whether it came over a connection that an earlier call had opened. */
  isReused: boolean;
}

type At = Pick<Awaited<ReturnType<typeof served>>, 'port' | 'agent'>;

async function send({ port, agent }: At, method: string, path: string, body?: string): Promise<Answer> {
  const sent = call({ port, agent, method, path });
  sent.end(body);
  const [answer] = await once(sent, 'response');
  const { statusCode: status, headers } = answer;
  return { status, headers, body: await text(answer), isReused: sent.reusedSocket };
}

test('a log is cosigned over one connection, and is told the size where it asks from another', async (t) => {
  const at = await served(t);
  const first = await send(at, 'POST', '/add-checkpoint', asked(0, 4));
  assert.equal(first.status, 200);
  assert.match(first.body, /^— witness\.example\/w1 [A-Za-z0-9+/=]+\n$/);
  const stale = await send(at, 'POST', '/add-checkpoint', asked(0, 6));
  assert.deepEqual([stale.status, stale.body, stale.isReused], [409, '4\n', true]);
  assert.equal(stale.headers['content-type'], 'text/x.tlog.size');
  assert.equal((await send(at, 'POST', '/add-checkpoint', asked(4, 6))).status, 200);
  const latest = await send(at, 'GET', `/${HASH}/checkpoint`);
  assert.equal(latest.status, 200);
  assert.equal(readCosigned(latest.body, by.key, log.key.name)?.size, 6n);
  assert.equal((await send(at, 'POST', '/add-checkpoint', asked(6, 8, forked))).status, 422);
});

test('what is not asked as it should be is refused by status', async (t) => {
  const at = await served(t);
  const hash = logHash('stranger.example');
  const cases: [status: number, method: string, path: string, allow?: string][] = [
    [200, 'GET', '/'],
    [404, 'GET', `/${HASH}/checkpoint`],
    [404, 'GET', `/${hash}/checkpoint`],
    [404, 'GET', `/${HASH.toUpperCase()}/checkpoint`],
    [404, 'GET', `/${HASH}/checkpoint/`],
    [404, 'GET', '/..%2fstate'],
    [404, 'GET', '/add-checkpoint?'],
    [404, 'POST', '/'.repeat(2)],
    [405, 'GET', '/add-checkpoint', 'POST'],
    [405, 'HEAD', '/add-checkpoint', 'POST'],
    [405, 'HEAD', '/', 'GET'],
    [405, 'POST', '/', 'GET'],
    [405, 'DELETE', `/${HASH}/checkpoint`, 'GET'],
    [405, 'PUT', '/elsewhere'],
  ];
  for (const [status, method, path, allow] of cases) {
    const answer = await send(at, method, path, method.startsWith('P') ? 'x' : undefined);
    assert.deepEqual([answer.status, answer.headers.allow], [status, allow], `${method} ${path}`);
  }
});

test('a body has a bound, and must be UTF-8', async (t) => {
  const at = await served(t);
  const long = `${asked(0, 4)}${'x'.repeat(mostBodyBytes)}`;
  assert.equal((await send(at, 'POST', '/add-checkpoint', long)).status, 413);
  // Room for sixteen signatures by keys that it does not know, each as long as a post-quantum one.
  const others = `— w.example ${Buffer.alloc(4900).toString('base64')}\n`.repeat(16);
  assert.equal((await send(at, 'POST', '/add-checkpoint', `${asked(0, 4)}${others}`)).status, 200);
  const socket = connect(at.port, '127.0.0.1');
  const line = [`${asked(4, 6)}— w`, Buffer.of(0xff), `.example ${Buffer.alloc(8).toString('base64')}\n`];
  const spoilt = Buffer.concat(line.map((part) => Buffer.from(part)));
  const length = `content-length: ${spoilt.length}\r\nconnection: close\r\n`;
  socket.write(`POST /add-checkpoint HTTP/1.1\r\nhost: x\r\n${length}\r\n`);
  socket.write(spoilt);
  assert.match(await text(socket), /^HTTP\/1\.1 400 .*\nrequest-malformed\n$/s);
});

test('headers have a bound', async (t) => {
  const at = await served(t);
  const socket = connect(at.port, '127.0.0.1');
  socket.write(`GET / HTTP/1.1\r\nhost: x\r\nx-long: ${'x'.repeat(9000)}\r\n\r\n`);
  assert.match(await text(socket), /^HTTP\/1\.1 431 /);
});

test('of many calls at once that go on from one tree, those that win do so one after the other', async (t) => {
  const store = keptInMemory();
  /** Other calls come in between. */
  const later = async () => {
    for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
  };
  const at = await served(t, {
    read: async (hash) => {
      const note = await store.read(hash);
      await later();
      return note;
    },
    write: async (hash, note) => {
      await later();
      await store.write(hash, note);
    },
  });
  await send(at, 'POST', '/add-checkpoint', asked(0, 4));
  const rivals = Array.from({ length: 24 }, (_, i) =>
    asked(4, 5 + (i % (LARGEST - 4)), i % 2 === 0 ? honest : forked),
  );
  const answers = await Promise.all(rivals.map((body) => send(at, 'POST', '/add-checkpoint', body)));
  const won = answers.filter(({ status }) => status === 200);
  // Size 5 is in both histories: whoever cosigns it first takes the place of 4.
  assert.equal(won.length, 1);
  const note = store.notes.get(HASH) ?? '';
  assert.ok(note.endsWith(won[0]?.body ?? 'none'));
  const size = readCosigned(note, by.key, log.key.name)?.size;
  for (const { status, body } of answers.filter((answer) => !won.includes(answer)))
    assert.deepEqual([status, body], [409, `${size}\n`]);
});

test('once it is closing, what has arrived is answered, and what has not is ended', async (t) => {
  const { promise: writing, resolve: begins } = Promise.withResolvers<void>();
  const { promise: mayWrite, resolve: letWrite } = Promise.withResolvers<void>();
  const store = keptInMemory();
  const slow: WitnessStore = {
    ...store,
    write: async (hash, note) => {
      begins();
      await mayWrite;
      await store.write(hash, note);
    },
  };
  const at = await served(t, slow);
  const answer = send(at, 'POST', '/add-checkpoint', asked(0, 4));
  const half = connect(at.port, '127.0.0.1');
  half.write('POST /add-checkpoint HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nold ');
  const ended = text(half).catch(() => 'broken off');
  await writing;
  const closed = at.close();
  letWrite();
  const { status, headers } = await answer;
  assert.deepEqual([status, headers.connection], [200, 'close']);
  await closed;
  assert.ok(['', 'broken off'].includes(await ended));
  assert.equal(store.notes.size, 1);
});
