import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { queryText } from '#core/wire/query.ts';
import type { QueryParameters } from '#core/wire/route.ts';
import { routeList } from '#core/wire/routes.ts';

const takes = {
  status: ['Pending', 'Applied'],
  page: { pattern: /^[a-z0-9]{1,8}$/, description: 'a page' },
} satisfies QueryParameters;

test('I8: a query has one text, in the order of the table, whatever order its parameters arrive in', () => {
  const status = ['Applied'];
  const page = ['x1'];
  assert.equal(queryText(takes, {}), '');
  assert.equal(queryText(takes, { status }), '?status=Applied');
  assert.equal(queryText(takes, { page }), '?page=x1');
  assert.equal(queryText(takes, { page, status }), '?status=Applied&page=x1');
  assert.equal(queryText(takes, { status, page }), '?status=Applied&page=x1');
});

test('I8: another parameter, another value, none or two of one is no query of the route', () => {
  const others: Record<string, string[] | undefined>[] = [
    { other: ['x'] },
    { status: ['Pending'], other: ['x'] },
    { status: ['pending'] },
    { status: [''] },
    { status: [] },
    { status: undefined },
    { status: ['Pending', 'Pending'] },
    { page: ['x', 'y'] },
    { page: [''] },
    { page: ['x&status=Applied'] },
    { page: ['%41'] },
    { page: ['abcdefghi'] },
    { constructor: ['x'] },
    { toString: ['x'] },
  ];
  for (const given of others) assert.equal(queryText(takes, given), undefined, JSON.stringify(given));
  assert.equal(queryText({}, { status: ['Pending'] }), undefined);
});

test('I8: a query that is taken reads back as the very parameters that it was made of', () => {
  const values = fc.array(fc.string({ maxLength: 9 }), { maxLength: 2 });
  const given = fc.dictionary(fc.constantFrom('status', 'page', 'other'), values);
  const some = fc.record(
    {
      status: fc.constantFrom(['Pending'], ['Applied']),
      page: fc.stringMatching(/^[a-z0-9]{1,8}$/).map((s) => [s]),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.oneof(given, some), (parameters) => {
      const text = queryText(takes, parameters);
      if (text === undefined) return;
      const read = [...new URLSearchParams(text)].map(([name, value]) => [name, [value]]);
      assert.deepEqual(Object.fromEntries(read), { ...parameters });
    }),
  );
});

test('no value of a query of ours needs an encoding', () => {
  const parameters = routeList.flatMap(({ query }) => Object.values(query ?? {}));
  assert.ok(parameters.length > 0);
  for (const parameter of parameters) {
    if ('pattern' in parameter) {
      const { source } = parameter.pattern;
      assert.match(source, /^\^\[[A-Za-z0-9_-]+\]\{\d+,\d+\}\$$/);
      fc.assert(
        fc.property(fc.stringMatching(parameter.pattern), (value) => value === encodeURIComponent(value)),
      );
    } else for (const value of parameter) assert.match(value, /^[A-Za-z0-9._~-]+$/);
  }
});
