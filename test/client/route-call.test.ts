import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { callOf } from '#client/route-call.ts';
import { approval } from '#core/wire/examples.ts';
import { allRoutes } from '#core/wire/routes.ts';

const { decideReview, followRequest, listReviews, collect, showProvider } = allRoutes;

test('a call has the method, the path and the body of its route', () => {
  const { answer, ...call } = callOf(decideReview, { id: 'x', body: approval });
  assert.deepEqual(call, {
    method: 'POST',
    route: 'POST /reviews/{id}/decisions',
    target: '/v1/reviews/x/decisions',
    body: JSON.stringify(approval),
  });
  assert.equal(answer, decideReview.answers[0]?.schema);
  const { answer: provider, ...public_ } = callOf(showProvider, {});
  assert.deepEqual(public_, { method: 'GET', route: 'GET /provider', target: '/v1/provider' });
  assert.ok(provider);
});

test('a query is written in the order of the table, and what is undefined is left out', () => {
  assert.equal(callOf(listReviews, {}).target, '/v1/reviews');
  assert.equal(callOf(listReviews, { query: { page: undefined, status: undefined } }).target, '/v1/reviews');
  const { target } = callOf(listReviews, { query: { page: 'abc', status: 'Rejected' } });
  assert.equal(target, '/v1/reviews?status=Rejected&page=abc');
  assert.throws(() => callOf(listReviews, { query: { page: 'a&b' } }), RangeError);
});

test('whatever an id is, the path that is shown is the one that is sent, and stays below its route', () => {
  const ids = fc.oneof(
    fc.array(fc.nat(0xffff), { maxLength: 12 }).map((units) => String.fromCharCode(...units)),
    fc.string(),
    fc.constantFrom('', '.', '..', '../x', 'a/b', '%2e%2e', '?status=x', '#x', '\\', 'ä ö', '\ud800'),
  );
  fc.assert(
    fc.property(ids, (id) => {
      for (const { target } of [callOf(followRequest, { id }), callOf(collect, { id, body: {} })]) {
        const url = new URL(target, 'https://host.example:8443');
        assert.equal(url.origin, 'https://host.example:8443');
        assert.equal(`${url.pathname}${url.search}${url.hash}`, target);
        assert.equal(url.search + url.hash, '');
        if (!['', '.', '..', '%2e%2e'].includes(id))
          assert.match(target, /^\/v1\/requests\/[^/]+(\/collection)?$/);
      }
    }),
  );
});

const root = fileURLToPath(new URL('../../', import.meta.url));

test('no path of the wire is written in client/ but by callOf', () => {
  const isComment = (line: string) => /^\s*(\/?\*|\/\/)/.test(line);
  const written = globSync('client/**/*.{ts,mjs}', { cwd: root }).flatMap((file) =>
    readFileSync(`${root}${file}`, 'utf8')
      .split('\n')
      .filter((line) => !isComment(line) && /(['"`]|\})\/v1\//.test(line))
      .map((line) => `${file}: ${line}`),
  );
  assert.deepEqual(written, []);
  assert.match(readFileSync(`${root}client/route-call.ts`, 'utf8'), /'\/v1'/);
});
