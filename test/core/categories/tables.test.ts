import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import {
  type Category,
  categories,
  disclosed,
  kindOf,
  recordSchema,
  selectionOf,
  takesMarked,
  titleOf,
} from '#core/categories/categories.ts';
import { isLasting, kinds, lastingKinds, mayBeOpened, namesThatHold, spanOf } from '#core/vault/kinds.ts';
import { nameKinds } from '#core/vault/subject.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** Where kinds and categories are defined, and where the wire's documents show examples of them. */
const tables = /^core\/(vault\/kinds(\/|\.ts)|categories\/)/;

test('no code asks which kind or category something is: it asks the tables', () => {
  const names = [...kinds, ...categories].join('|');
  const asks = new RegExp(`[!=]==? *'(?:${names})'|'(?:${names})' *[!=]==?|\\bcase '(?:${names})'`, 'g');
  const found = globSync('{core,functions,client,lib}/**/*.ts', { cwd: root })
    .filter((file) => !tables.test(file))
    .flatMap((file) =>
      [...readFileSync(`${root}${file}`, 'utf8').matchAll(asks)].map(([text]) => `${file}: ${text}`),
    );
  assert.deepEqual(found, []);
});

test('I5: there are two kinds of record and three categories, each answered from one kind', () => {
  assert.deepEqual(kinds, ['phone', 'access']);
  assert.deepEqual(kindOf, { SubscriberData: 'phone', UserIdentifyingData: 'access', TrafficData: 'access' });
  assert.deepEqual(Object.keys(kindOf), categories);
  assert.deepEqual(categories.map(selectionOf), ['each', { latest: 'ip', tie: 'port' }, 'each']);
  assert.equal(new Set(categories.map(titleOf)).size, categories.length);
});

test('what lasts is held by names that a person may be looked up by', () => {
  assert.deepEqual(lastingKinds, ['phone']);
  for (const kind of lastingKinds) assert.ok(nameKinds.includes(namesThatHold(kind)));
});

test('I5: what leaves under a category has exactly the fields of its form, in their order', () => {
  const login = { at: '2026-11-01T00:00:00Z', ip: '192.0.2.1', port: 7, subject: 0 };
  const left = disclosed('TrafficData', login);
  assert.deepEqual(Object.keys(left), ['subject', 'category', 'at', 'ip', 'port']);
  assert.deepEqual(recordSchema.parse(left), left);
  const others: [Category, object][] = [
    ['TrafficData', { ...login, content: 'x' }],
    ['SubscriberData', login],
    ['UserIdentifyingData', { subject: 0, phone: '+4915112345678', validFrom: login.at }],
    ['TrafficData', { at: login.at, ip: login.ip, subject: 0 }],
    ['TrafficData', { ...login, outcome: 'succeeded' }],
    ['UserIdentifyingData', { ...login, outcome: 'failed' }],
  ];
  for (const [category, fields] of others) assert.throws(() => disclosed(category, fields), category);
});

test('I5: of the categories only the access history takes a try that failed, and it says so', () => {
  assert.deepEqual(categories.filter(takesMarked), ['TrafficData']);
  const login = { at: '2026-11-01T00:00:00Z', ip: '192.0.2.1', port: 7, subject: 0 };
  const left = disclosed('TrafficData', { ...login, outcome: 'failed' });
  assert.deepEqual(Object.keys(left), ['subject', 'category', 'at', 'ip', 'port', 'outcome']);
});

test('I3: a moment’s month opens for a period that touches it; a lasting one’s also for every later period', () => {
  const october = { from: '2026-10-10T00:00:00Z', to: '2026-11-01T00:00:00Z' };
  for (const kind of kinds) {
    assert.equal(mayBeOpened(kind, '2026-10', october), true);
    assert.equal(mayBeOpened(kind, '2026-11', october), false);
    assert.equal(mayBeOpened(kind, '2025-01', october), isLasting(kind));
  }
});

test('records of a moment lie in the part of the period in their month; lasting ones anywhere in theirs', () => {
  const period = { from: '2026-10-10T00:00:00Z', to: '2026-11-05T00:00:00Z' };
  assert.deepEqual(spanOf('access', '2026-10', period), {
    from: '2026-10-10T00:00:00.000Z',
    to: '2026-11-01T00:00:00.000Z',
  });
  assert.deepEqual(spanOf('phone', '2026-10', period), {
    from: '2026-10-01T00:00:00.000Z',
    to: '2026-11-01T00:00:00.000Z',
  });
});

test('each category has a title that people read, and no two have the same', () => {
  const titles = categories.map(titleOf);
  for (const title of titles) assert.match(title, /^[a-z][\w ,:-]{20,}$/i);
  assert.equal(new Set(titles).size, categories.length);
});
