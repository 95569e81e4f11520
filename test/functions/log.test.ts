import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import './env.ts';
import { noWitnesses } from '#core/log/trust-policy.ts';
import { logRoutes } from '#core/wire/log.ts';
import { logHandlers } from '#functions/handlers/log.ts';
import type { Answer } from '#functions/middleware/event.ts';
import { history, TestLog } from '../client/report/logs.ts';
import { context, eventOf, routed } from '../console/gateway-event.ts';

/** The function that everybody calls: what it answers, and that it says nothing of who called. */
const { serveEverybody } = await import('#functions/middleware/serve.ts');
const log = new TestLog('writ.example.org/v1/log').append(history());

/** Addresses of a reader, wherever a call names one. */
const address = '203.0.113.77';
const agent = 'Newsroom/7.1 (desk of reader-4711)';
const headers = [
  ['x-forwarded-for', `${address}, 198.51.100.9`],
  ['forwarded', `for=${address}`],
  ['user-agent', agent],
  ['referer', 'https://newsroom.example/secret-story'],
  ['cookie', 'reader=4711'],
] as const;

function serving(read: TestLog['read'] = log.read, witnesses = noWitnesses) {
  const serve = serveEverybody(
    logRoutes,
    logHandlers({
      files: { read },
      report: { read: async () => undefined },
      notices: { get: async () => undefined },
      witnesses,
    }),
  );
  return async (target: string): Promise<Answer> => {
    const call = { method: 'GET', authority: 'writ.example.org', target, headers, body: new Uint8Array() };
    const found = routed(Object.values(logRoutes), 'GET', target);
    assert.ok(found !== undefined, target);
    const event = eventOf(call, found.route, found.parameters);
    const { requestContext } = event;
    return serve(
      {
        ...event,
        requestContext: {
          ...requestContext,
          identity: { ...requestContext.identity, sourceIp: address, userAgent: agent },
        },
      },
      context,
    );
  };
}

/** All that a process says, by whichever way. */
function listening(t: TestContext): () => string {
  const said: string[] = [];
  for (const stream of [process.stdout, process.stderr])
    t.mock.method(stream, 'write', (text: string | Uint8Array) => {
      said.push(typeof text === 'string' ? text : Buffer.from(text).toString('utf8'));
      return true;
    });
  for (const name of ['log', 'info', 'warn', 'error', 'debug'] as const)
    t.mock.method(console, name, (...told: unknown[]) => void said.push(told.map(String).join(' ')));
  return () => {
    t.mock.restoreAll();
    return said.join('\n');
  };
}

test('the feed is Atom, kept a minute, open to other pages, and links to the page at the address that was asked', async () => {
  const answer = await serving()('/v1/log/feed');
  assert.equal(answer.statusCode, 200);
  assert.deepEqual(answer.headers, {
    'content-type': 'application/atom+xml; charset=utf-8',
    'cache-control': 'public, max-age=60',
    'access-control-allow-origin': '*',
  });
  const xml = Buffer.from(answer.body, 'base64').toString('utf8');
  assert.ok(xml.includes('href="https://writ.example.org/v1/log/feed"'));
  assert.ok(xml.includes('href="https://writ.example.org/v1/#/log/entry/'));
});

test('where there is no log there is no feed', async () => {
  assert.equal((await serving(async () => undefined)('/v1/log/feed')).statusCode, 404);
});

test('I1: no answer and no line of the public function names who called, also where a call fails', async (t) => {
  const paths = [
    '/v1/log/checkpoint',
    '/v1/log/feed',
    '/v1/log/tile/0/000',
    '/v1/log/tile/entries/000',
    '/v1/log/tile/9/999',
    '/v1/transparency',
    `/v1/notices/${'A'.repeat(22)}`,
  ];
  const answers: Answer[] = [];
  const said = listening(t);
  const breaks = serving(async () => {
    throw new Error(`the bucket refuses ${address}, who is ${agent}`);
  });
  for (const path of paths) {
    answers.push(await serving()(path));
    answers.push(await breaks(path));
  }
  const lines = said();
  assert.match(lines, /unforeseen/, 'what failed is in the log of the function');
  const told = JSON.stringify(
    answers.map(({ headers, body }) => [headers, Buffer.from(body, 'base64').toString(), body]),
  );
  for (const value of [address, '198.51.100.9', agent, '4711', 'newsroom'])
    for (const text of [lines, told]) assert.ok(!text.toLowerCase().includes(value.toLowerCase()), value);
  for (const { headers } of answers) assert.ok(!Object.keys(headers ?? {}).includes('set-cookie'));
});

test('I1: the code of the public function reads no header and no address of a caller', () => {
  const source = readFileSync(new URL('../../functions/handlers/log.ts', import.meta.url), 'utf8');
  assert.doesNotMatch(source, /identity|sourceIp|userAgent|forwarded|multiValueHeaders|event\.headers/i);
});
