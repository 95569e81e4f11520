import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Cursor, cursorText, readCursor } from '#core/cases/cursor.ts';
import type { StoredScope } from '#core/cases/stored.ts';
import type { Category, DisclosedRecord } from '#core/categories/categories.ts';
import { disclosePage } from '#core/disclosure/page.ts';
import { disclose, type Opened, timeOf } from '#core/disclosure/records.ts';

type Login = Opened & { kind: 'access' };

const start = Date.parse('2026-09-01T00:00:00Z');
const instant = (seconds: number) => new Date(start + seconds * 1000).toISOString();
const period = { from: instant(0), to: instant(100) };
/** When the request arrived. */
const asOf = instant(100);

// Few instants, addresses and ports, so that what is drawn meets, repeats and ties.
const login: fc.Arbitrary<Login> = fc.record({
  subject: fc.nat(1),
  kind: fc.constant('access' as const),
  at: fc.nat(99).map(instant),
  ip: fc.constantFrom('192.0.2.1', '192.0.2.2', '192.0.2.3', '2001:db8::1'),
  port: fc.constantFrom(1, 2, 10),
});
const number: fc.Arbitrary<Opened> = fc.record({
  subject: fc.nat(1),
  kind: fc.constant('phone' as const),
  phone: fc.constantFrom('+4915112345678', '+4915112345679'),
  validFrom: fc.integer({ min: -50, max: 99 }).map(instant),
});
const scope: fc.Arbitrary<StoredScope> = fc.record({
  subjects: fc.subarray([0, 1], { minLength: 1 }),
  categories: fc.subarray<Category>(['SubscriberData', 'UserIdentifyingData', 'TrafficData'], {
    minLength: 1,
  }),
  period: fc.constant(period),
  asOf: fc.constant(asOf),
});

const inTime = (logins: readonly Login[]) =>
  logins.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));

/** What the vault gives for a page: numbers, then log-ins after an instant, and how many of these were taken. */
function vault(logins: readonly Login[], numbers: readonly Opened[], after?: string) {
  const given = { taken: 0 };
  async function* opened(): AsyncGenerator<Opened> {
    yield* numbers;
    for (const login of inTime(logins)) {
      if (after !== undefined && login.at <= after) continue;
      given.taken++;
      yield login;
    }
  }
  return { given, opened: opened() };
}

async function allPages(
  its: StoredScope,
  logins: readonly Login[],
  numbers: readonly Opened[],
  limit: number,
) {
  const pages: DisclosedRecord[][] = [];
  let after: string | undefined;
  do {
    const page = await disclosePage(its, vault(logins, numbers, after).opened, { after, limit });
    pages.push(page.records);
    after = page.next;
  } while (after !== undefined);
  return pages;
}

test('I5: the pages one after another are the disclosure, whatever the scope and however large a page', async () => {
  await fc.assert(
    fc.asyncProperty(
      scope,
      fc.array(login, { maxLength: 40, size: 'max' }),
      fc.array(number, { maxLength: 4 }),
      fc.integer({ min: 1, max: 12 }),
      async (its, logins, numbers, limit) => {
        const pages = await allPages(its, logins, numbers, limit);
        assert.deepEqual(pages.flat(), disclose(its, [...numbers, ...logins]));
        for (const [i, page] of pages.entries()) {
          assert.ok(i === 0 || page.length > 0, 'an empty page after the first');
          // Past the limit only what is of the same instant as the last within it.
          const end = page[limit - 1];
          if (end !== undefined)
            assert.ok(page.slice(limit).every((record) => timeOf(record) === timeOf(end)));
          if (i < pages.length - 1)
            assert.ok(page.length >= limit, 'a page that is not full, before the last');
        }
      },
    ),
    { numRuns: 400 },
  );
});

test('a page of log-ins reads no further than it must', async () => {
  const logins = Array.from({ length: 100 }, (_, i): Login => {
    return { subject: 0, kind: 'access', at: instant(i), ip: '192.0.2.1', port: 1 };
  });
  const its: StoredScope = { subjects: [0], categories: ['TrafficData'], period, asOf };
  const first = vault(logins, []);
  const page = await disclosePage(its, first.opened, { limit: 10 });
  assert.equal(page.records.length, 10);
  assert.equal(page.next, instant(9));
  assert.equal(first.given.taken, 11);
});

test('I5: identifying over several pages still takes each address once, at its latest use', async () => {
  const logins = Array.from({ length: 60 }, (_, i): Login => {
    return { subject: 0, kind: 'access', at: instant(i), ip: `192.0.2.${i % 7}`, port: 1 };
  });
  const its: StoredScope = {
    subjects: [0],
    categories: ['UserIdentifyingData', 'TrafficData'],
    period,
    asOf,
  };
  const records = (await allPages(its, logins, [], 5)).flat();
  const addresses = records.flatMap((record) =>
    record.category === 'UserIdentifyingData' ? [record.ip] : [],
  );
  assert.equal(addresses.length, 7);
  assert.equal(new Set(addresses).size, 7);
});

const salt = new Uint8Array(32).fill(3);
const value = { id: 'c0ffee00-0000-4000-8000-000000000001', salt };
const cursor: Cursor = { collection: 1, page: 2, after: instant(5) };

test('a cursor reads back as it was made, for its own case alone', () => {
  const text = cursorText(value, cursor);
  assert.deepEqual(readCursor(value, text), cursor);
  assert.equal(readCursor({ ...value, id: 'another' }, text), undefined);
  assert.equal(readCursor({ ...value, salt: new Uint8Array(32) }, text), undefined);
});

test('I5: no cursor that was changed by a character is one', () => {
  const text = cursorText(value, cursor);
  for (let i = 0; i < text.length; i++) {
    for (const other of ['A', '_', '.', '=', '']) {
      if (text[i] === other) continue;
      assert.equal(readCursor(value, `${text.slice(0, i)}${other}${text.slice(i + 1)}`), undefined);
    }
  }
  const [position = '', made = ''] = text.split('.');
  for (const respelled of [`${position}=.${made}`, ` ${position}.${made}`, `${text}.`, `${text}.x`]) {
    assert.equal(readCursor(value, respelled), undefined, 'what decodes to the same, and is another text');
  }
  fc.assert(fc.property(fc.string(), (noise) => readCursor(value, noise) === undefined));
});
