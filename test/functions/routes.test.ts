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

/** @param path as the client wrote it; as the route is, where it is left out */
const call = (
  httpMethod: string,
  resource: string,
  path = `/v1${resource.replace('{id}', '4711')}`,
  pathParameters: Record<string, string> | null = { id: '4711' },
) =>
  Reflect.apply(table, undefined, [{ httpMethod, resource, pathParameters, requestContext: { path } }, {}]);

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

test('I8: a route has one spelling of its path, and no other is there', async () => {
  const others = [
    '/v1//requests/4711',
    '/v1/requests//4711',
    '/v1/requests/4711/',
    '/v1/%72equests/4711',
    '/v1/requests/%34711',
    '/v1/requests/4711%2f',
    '/V1/requests/4711',
    '/v1/Requests/4711',
    '/requests/4711',
    '/v1/v1/requests/4711',
    '/v1/./requests/4711',
    '/v1/requests/../requests/4711',
    '/v1/requests/4711?',
    '/v1/requests/4711;a=b',
    '',
  ];
  assert.equal((await call('GET', '/requests/{id}', '/v1/requests/4711')).statusCode, 200);
  for (const path of others) assert.equal((await call('GET', '/requests/{id}', path)).statusCode, 404, path);
  assert.equal((await call('POST', '/requests', '/v1/requests', null)).statusCode, 200);
  for (const path of ['/v1/requests/', '/v1//requests', '//v1/requests'])
    assert.equal((await call('POST', '/requests', path, null)).statusCode, 404, path);
});

test('a parameter that API Gateway does not name takes no place in a path, whatever its name', async () => {
  for (const name of ['__proto__', 'constructor', 'toString']) {
    const parameters = JSON.parse(`{"${name}":"4711"}`);
    assert.equal(
      (await call('GET', '/requests/{id}', '/v1/requests/4711', parameters)).statusCode,
      404,
      name,
    );
  }
});
