import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Validator } from '@seriousme/openapi-schema-validator';
import { z } from 'zod';
import { type ProblemCode, problems } from '#core/problem.ts';
import { collectRoutes, requestRoutes } from '#core/wire/agency.ts';
import { components } from '#core/wire/components.ts';
import { reviewRoutes } from '#core/wire/desk.ts';
import { providerRoutes } from '#core/wire/everybody.ts';
import { logRoutes } from '#core/wire/log.ts';
import { type JsonSchema, openApi, variantsOf } from '#core/wire/openapi.ts';
import { apiPage } from '#core/wire/page.ts';
import { refusalsOf } from '#core/wire/refusals.ts';
import { registryRoutes } from '#core/wire/registry.ts';
import { revocationsRoutes } from '#core/wire/revocations.ts';
import type { Route, RouteTable, Server } from '#core/wire/route.ts';
import { routeList } from '#core/wire/routes.ts';

const root = new URL('../../../', import.meta.url);
const read = (file: string) => readFileSync(new URL(file, root), 'utf8');
const { version } = z.object({ version: z.string() }).parse(JSON.parse(read('package.json')));
const document = openApi(version);
const { schemas } = document.components;

test('docs/openapi.json and docs/api.md are what the code makes: npm run openapi writes them', () => {
  assert.deepEqual(JSON.parse(read('docs/openapi.json')), JSON.parse(JSON.stringify(document)));
  assert.equal(read('docs/api.md'), apiPage(version));
});

test('another’s validator takes the document for OpenAPI 3.1, and does not take it with something wrong in it', async () => {
  const judged = (value: object) => new Validator().validate(JSON.parse(JSON.stringify(value)));
  assert.deepEqual(await judged(document), { valid: true });
  const wrong = [
    { ...document, openapi: '3.1.1', info: { title: 'Writ' } },
    { ...document, paths: { 'no-slash': {} } },
  ];
  for (const found of wrong) assert.equal((await judged(found)).valid, false);
});

test('every reference leads somewhere, and no component is there for nothing', () => {
  const text = JSON.stringify(document);
  const referred = new Set(
    [...text.matchAll(/"\$ref":"#\/components\/([^"]+)"/g)].map(([, text = '']) => text),
  );
  const there = Object.entries({ ...document.components, securitySchemes: {} }).flatMap(([kind, named]) =>
    Object.keys(named).map((name) => `${kind}/${name}`),
  );
  assert.deepEqual([...referred].sort(), there.sort());
});

test('every code is the answer of some route, but for the one that only an operator is given', () => {
  const answered = new Set(routeList.flatMap((route) => [...refusalsOf(route).values()].flat()));
  const codes = Object.keys(problems).filter((code) => code !== 'desk-founded');
  assert.deepEqual([...answered].sort(), codes.sort());
});

test('a route is refused with each of its codes under the status that the code has', () => {
  for (const route of routeList) {
    const operation = document.paths[route.path.replace('+}', '}')]?.[route.method.toLowerCase()];
    for (const [status, codes] of refusalsOf(route)) {
      assert.ok(operation?.responses[status], `${route.id} ${status}`);
      // What API Gateway answers by itself has the code of its kind, under the status that it chose.
      const own = codes.filter((code) => problems[code][0] !== status);
      const byGateway: readonly ProblemCode[] = [429, 502, 504].includes(status)
        ? ['internal', 'try-again']
        : [];
      assert.deepEqual(
        own,
        own.filter((code) => byGateway.includes(code)),
        `${route.id} ${status}`,
      );
    }
    assert.equal(new Set(route.refusals).size, route.refusals.length, route.id);
  }
});

test('a route’s id, its method and path, and its summary are its own', () => {
  for (const key of ['id', 'summary'] as const)
    assert.equal(new Set(routeList.map((route) => route[key])).size, routeList.length, key);
  assert.equal(new Set(routeList.map(({ method, path }) => `${method} ${path}`)).size, routeList.length);
});

test('a function serves the table whose routes are sent to it', () => {
  // The console is no part of the document.
  const tables: Record<Exclude<Server, 'console'>, RouteTable> = {
    request: requestRoutes,
    collect: collectRoutes,
    review: reviewRoutes,
    registry: registryRoutes,
    provider: providerRoutes,
    log: logRoutes,
    revocations: revocationsRoutes,
  };
  for (const [server, table] of Object.entries(tables)) {
    for (const [id, route] of Object.entries<Route>(table)) assert.equal(route.server, server, id);
    assert.match(
      read(`functions/${server}.ts`),
      new RegExp(`^export const handler = serve\\w+\\(\\s*${server}Routes,`, 'm'),
    );
  }
});

test('every field of a body is explained, and every explanation has its field', () => {
  for (const { body, id } of routeList) {
    const words = body === undefined ? undefined : components.get(body);
    if (words === undefined) continue;
    const schema = schemas[words.id];
    const fields = (schema === undefined ? [] : variantsOf(schema, schemas)).flatMap((jsonSchema) =>
      Object.keys(jsonSchema.properties ?? {}),
    );
    assert.deepEqual(Object.keys(words.fields ?? {}).sort(), [...new Set(fields)].sort(), id);
  }
});

test('every example is taken by the schema that it is an example of', () => {
  let examples = 0;
  for (const { body, id } of routeList) {
    for (const example of (body && components.get(body)?.examples) ?? []) {
      assert.ok(body?.safeParse(example).success, id);
      examples++;
    }
  }
  assert.equal(examples, routeList.filter(({ body }) => body !== undefined).length);
});

test('a body that may be absent is one of which nothing is required', () => {
  const optional = routeList.filter(({ path, method }) => {
    const body = document.paths[path]?.[method.toLowerCase()]?.requestBody;
    return body !== undefined && !body.required;
  });
  assert.deepEqual(optional.map(({ id }) => id).sort(), ['collect', 'extendPreservation', 'withdrawRequest']);
});

test('what a pattern of the document refuses, the code refuses too', () => {
  const instant = new RegExp(z.string().parse(schemas.Instant?.pattern));
  for (const text of ['2026-11-24T18:00:00Z', '2026-02-28T23:59:59.5Z', '2026-12-31T00:00:00.123Z'])
    assert.match(text, instant);
  for (const text of [
    '2026-13-01T00:00:00Z',
    '2026-01-01T24:00:00Z',
    '2026-01-01',
    '2026-01-01T00:00:00+01:00',
    '',
  ])
    assert.doesNotMatch(text, instant);
  assert.match('+4915112345678', new RegExp(z.string().parse(schemas.PhoneNumber?.pattern)));
});

test('every variant that is an object has a name: generators of clients find it by that', () => {
  const unnamed: string[] = [];
  const look = (value: unknown, at: string): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      if ((key === 'oneOf' || key === 'anyOf') && Array.isArray(inner))
        unnamed.push(
          ...inner.filter((variant: JsonSchema) => variant.properties).map((_, i) => `${at}/${key}/${i}`),
        );
      look(inner, `${at}/${key}`);
    }
  };
  look(schemas, '');
  assert.deepEqual(unnamed, []);
  assert.ok(schemas.ProposalEncryptionKey);
});
