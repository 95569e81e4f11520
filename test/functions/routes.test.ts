import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Answer, Arrived } from '#functions/middleware/event.ts';
import { routes } from '#functions/middleware/routes.ts';

const found = async ({ resource }: Arrived): Promise<Answer> => ({
  statusCode: 200,
  headers: {},
  body: resource,
});
const table = routes({ 'GET /requests/{id}': found, 'POST /requests': found });

const call = (httpMethod: string, resource: string) =>
  Reflect.apply(table, undefined, [{ httpMethod, resource }, {}]);

test('a call goes to the route that API Gateway names', async () => {
  assert.equal((await call('GET', '/requests/{id}')).body, '/requests/{id}');
  assert.equal((await call('POST', '/requests')).statusCode, 200);
});

test('any other call is a 404 problem that repeats nothing of it', async () => {
  const others = [
    ['POST', '/requests/{id}'],
    ['get', '/requests/{id}'],
    ['GET', '/requests/alice'],
    ['GET', 'constructor'],
    ['', ''],
  ] as const;
  for (const [method, resource] of others) {
    const answer = await call(method, resource);
    assert.deepEqual(
      [answer.statusCode, answer.headers],
      [404, { 'content-type': 'application/problem+json' }],
    );
    assert.equal(JSON.parse(answer.body).type, 'urn:writ:problem:not-found');
    assert.doesNotMatch(answer.body, /alice|constructor/);
  }
});
