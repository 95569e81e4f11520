import assert from 'node:assert/strict';
import { test } from 'node:test';
import { comparedKey, forgetKey, recallKey, rememberKey } from '#console/site/compared-key.ts';
import { rulesOf } from '#console/site/home/facts.ts';
import { soughtIn } from '#console/site/log/find.ts';
import { hashOf, type Route, routeOf } from '#console/site/route.ts';
import { openSite } from '#console/site/state.ts';
import { formatVerifierKey } from '#core/log/note.ts';
import { history, TestLog } from '../client/report/logs.ts';

/** The public site's logic: addresses, what is believed by which key, what is remembered. */
const entries = history();
const id = '0f8b6b1e-1111-4222-8333-444455556666';

test('an address leads to what it names, and what it names has that address', () => {
  const places: Route[] = [
    { screen: 'home' },
    { screen: 'report' },
    { screen: 'letter' },
    { screen: 'checkpoint' },
    { screen: 'prove' },
    { screen: 'log' },
    { screen: 'log', kind: 'decision.approved' },
    { screen: 'day', day: '2026-02-28' },
    { screen: 'day', day: '2026-02-28', kind: 'request.received' },
    { screen: 'entry', index: 12_345_678_901_234n },
    { screen: 'stream', stream: `case/${id}` },
    { screen: 'stream', stream: 'registry/desk' },
    { screen: 'stream', stream: 'agency/de-lka' },
  ];
  for (const place of places) assert.deepEqual(routeOf(hashOf(place)), place, hashOf(place));
  assert.equal(hashOf({ screen: 'stream', stream: `case/${id}` }), `#/log/case/${id}`);
});

test('what no address names leads to the log or to the start, and is never shown', () => {
  for (const hash of ['', '#', '#/', '#/nowhere', '#<script>', '#/LOG'])
    assert.deepEqual(routeOf(hash), { screen: 'home' });
  for (const hash of [
    '#/log/entry/-1',
    '#/log/entry/1e3',
    '#/log/day/2026-13-01',
    '#/log/day/x',
    '#/log/case/%E0',
    '#/log/case/<b>',
    '#/log/what',
    '#/log?kind=no.kind',
  ])
    assert.deepEqual(routeOf(hash), { screen: 'log' }, hash);
});

test('what somebody types is an entry, a case or a stream', () => {
  assert.deepEqual(soughtIn('17'), { screen: 'entry', index: 17n });
  assert.deepEqual(soughtIn(id), { screen: 'stream', stream: `case/${id}` });
  assert.deepEqual(soughtIn('deployment'), { screen: 'stream', stream: 'deployment' });
  assert.deepEqual(soughtIn('agency/de-lka'), { screen: 'stream', stream: 'agency/de-lka' });
  for (const text of ['', 'case/', 'hello', 'agency/<b>', 'Deployment'])
    assert.equal(soughtIn(text), undefined, text);
});

/** A provider's public routes, over a log that may be another the next time. */
function provider(of: { log: TestLog; key?: string }) {
  const document = () => ({
    name: 'A provider',
    keys: [],
    policyHash: '',
    log: { verifierKey: of.key ?? formatVerifierKey(of.log.key) },
  });
  return async (to: unknown): Promise<Response> => {
    const { pathname } = new URL(String(to));
    if (pathname === '/v1/provider') return Response.json(document());
    const bytes = of.log.files.get(pathname.replace('/v1/log/', ''));
    return bytes === undefined ? new Response(null, { status: 404 }) : new Response(new Uint8Array(bytes));
  };
}

const url = 'https://writ.example';

test('the newest checkpoint is believed by the key that the provider names, and that is said', async () => {
  const site = await openSite(url, provider({ log: new TestLog().append(entries.slice(0, 10)) }));
  const newest = site.newest.value;
  assert.ok(newest.is === 'proven');
  assert.deepEqual([newest.checkpoint.size, site.keyFrom], [10n, 'server']);
});

test('a log that grows is followed; one that became another is believed no more, whatever comes then', async () => {
  const log = new TestLog().append(entries.slice(0, 10));
  const of = { log };
  const site = await openSite(url, provider(of));
  log.append(entries.slice(10, 300));
  await site.refresh();
  assert.ok(site.newest.value.is === 'proven' && site.newest.value.checkpoint.size === 300n);
  of.log = log.twin().append(entries.slice(5, 400));
  await site.refresh();
  assert.deepEqual(site.newest.value, { is: 'wrong', code: 'not-included', isOtherHistory: true });
  of.log = log;
  await site.refresh();
  assert.equal(site.newest.value.is, 'wrong');
});

test('an older checkpoint than the one before changes nothing', async () => {
  const log = new TestLog().append(entries.slice(0, 300));
  const of = { log };
  const site = await openSite(url, provider(of));
  of.log = log.twin().append(entries.slice(0, 100));
  for (const [path, bytes] of log.files) if (path !== 'checkpoint') of.log.files.set(path, bytes);
  await site.refresh();
  assert.ok(site.newest.value.is === 'proven' && site.newest.value.checkpoint.size === 300n);
});

test('a log without a checkpoint is empty, and one that cannot be read is not taken for empty', async () => {
  const none = await openSite(url, provider({ log: new TestLog() }));
  assert.equal(none.newest.value.is, 'none');
  const sent = provider({ log: new TestLog() });
  const refusing = async (to: unknown) =>
    String(to).endsWith('/checkpoint') ? new Response('', { status: 500 }) : sent(to);
  assert.equal((await openSite(url, refusing)).newest.value.is, 'unread');
});

test('a key that the reader compared is believed in place of the server’s, and nothing else is kept', async () => {
  const kept = new Map<string, string>();
  const storage: Storage = {
    get length() {
      return kept.size;
    },
    clear: () => kept.clear(),
    key: () => null,
    getItem: (name) => kept.get(name) ?? null,
    setItem: (name, value) => void kept.set(name, value),
    removeItem: (name) => void kept.delete(name),
  };
  const log = new TestLog().append(entries.slice(0, 10));
  const key = formatVerifierKey(log.key);
  assert.throws(() => rememberKey('no key', storage), { code: 'verifier-key-malformed' });
  assert.equal(kept.size, 0);
  rememberKey(` ${key}\n`, storage);
  assert.deepEqual([...kept], [['logKey', key]]);
  comparedKey.value = undefined;
  recallKey(storage);
  const site = await openSite(url, provider({ log }));
  assert.deepEqual([site.newest.value.is, site.keyFrom], ['proven', 'compared']);
  const forged = new TestLog(log.key.name).append(entries.slice(0, 10));
  const forging = await openSite(url, provider({ log: forged }));
  assert.deepEqual(forging.newest.value, { is: 'wrong', code: 'note-unsigned', isOtherHistory: false });
  forgetKey(storage);
  assert.equal(kept.size, 0);
  kept.set('logKey', 'spoiled');
  recallKey(storage);
  assert.equal(comparedKey.value, undefined);
});

test('of a policy of another version only what can be read is said', () => {
  const known = { approvals: 2, emergency: { debtHours: 24 }, notice: { contact: 'a@example.org' } };
  assert.deepEqual(rulesOf({ policy: known }), { approvals: 2, debtHours: 24, contact: 'a@example.org' });
  for (const policy of [undefined, {}, { approvals: 'many', emergency: 1, notice: 7 }, 'text'])
    assert.deepEqual(rulesOf({ policy }), { approvals: undefined, debtHours: undefined, contact: undefined });
});
