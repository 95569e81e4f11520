import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { toBase64url } from '#core/bytes.ts';
import { WireError } from '#core/problem.ts';
import { pageAfter, pageParameter, placeOfPage } from '#core/wire/list-page.ts';

const place = fc.record(
  {
    at: fc
      .date({ min: new Date(0), max: new Date('9999-01-01'), noInvalidDate: true })
      .map((date) => date.toISOString()),
    id: fc.uuid(),
  },
  { noNullPrototype: true },
);

test('a page names the place that it was made of, in a text that a query takes', () => {
  fc.assert(
    fc.property(place, (value) => {
      const page = pageAfter(value);
      assert.match(page, pageParameter.pattern);
      assert.deepEqual(placeOfPage(page), value);
    }),
  );
});

test('a page that no list named is page-unknown, whatever it says', () => {
  const unknown = (page: string) =>
    assert.throws(
      () => placeOfPage(page),
      (error: unknown) => error instanceof WireError && error.code === 'page-unknown',
    );
  const [value] = fc.sample(place, 1);
  assert.ok(value);
  const page = pageAfter(value);
  for (const wrong of ['', 'AA', page.slice(1), page.slice(0, -2), `${page}AAAA`]) unknown(wrong);
  const encoded = (text: string) => toBase64url(new TextEncoder().encode(text));
  unknown(encoded(`${value.at} ${value.id} ${value.id}`));
  unknown(encoded(`${value.at} alice`));
  unknown(encoded(`2026-02-30T00:00:00Z ${value.id}`));
  unknown(encoded(value.id));
  fc.assert(fc.property(fc.stringMatching(pageParameter.pattern), (text) => unknown(text)));
});
