import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseConditions, parseMap, parsePath } from '#core/events/map.ts';
import { mappedLines } from '#core/events/mapped.ts';
import { login, outcomes } from './formats.ts';

const map = parseMap('account=.user.id,at=.ts,ip=.client.address,port=.client.port');
const line = {
  ts: 1_795_165_200,
  user: { id: 'alice' },
  client: { address: '192.0.2.1', port: 40_001 },
  result: 'ok',
};
const alice = login('alice', '192.0.2.1', 40_001);
const read = (values: unknown[], options = {}) =>
  outcomes(
    mappedLines,
    values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))),
    { map, ...options },
  );

test('JSON lines of any shape give the fields that the map names', () => {
  assert.deepEqual(read([line, { ...line, message: 'hello', user: { id: 'bob', ip: '203.0.113.66' } }]), [
    alice,
    { ...alice, account: 'bob' },
  ]);
  assert.deepEqual(read([{ ...line, client: { address: '192.0.2.1', port: '40001' }, ts: '1795165200' }]), [
    alice,
  ]);
});

test('numbers and names are mapped as log-ins are', () => {
  const phones = parseMap('account=.id,at=.since,phone=.msisdn');
  assert.deepEqual(
    read([{ id: 7, since: '2026-11-20T09:00:00Z', msisdn: '+4915112345678' }], { map: phones }),
    [{ kind: 'phone', account: '7', at: '2026-11-20T09:00:00.000Z', phone: '+4915112345678' }],
  );
});

test('a condition says which lines are log-ins that succeeded', () => {
  const only = parseConditions('.result=ok');
  const others = [
    { ...line, result: 'denied' },
    { ...line, result: undefined },
    { ...line, result: ['ok'] },
  ];
  assert.deepEqual(read([line, ...others], { only }), [alice, 'not-a-login', 'not-a-login', 'not-a-login']);
  assert.deepEqual(read([{ ...line, ok: true, kind: 1 }], { only: parseConditions('.ok=true,.kind=1') }), [
    alice,
  ]);
  assert.deepEqual(read([{ ...line, ok: true, kind: 2 }], { only: parseConditions('.ok=true,.kind=1') }), [
    'not-a-login',
  ]);
});

test('an address and its port in one text are taken apart where both are named there', () => {
  const together = parseMap('account=.user.id,at=.ts,ip=.remote,port=.remote');
  const remote = (text: string) => read([{ ...line, remote: text }], { map: together });
  assert.deepEqual(remote('192.0.2.1:40001'), [alice]);
  assert.deepEqual(remote('[2001:db8::1]:40001'), [{ ...alice, ip: '2001:db8::1' }]);
  assert.deepEqual(remote('192.0.2.1'), ['port-missing']);
  assert.deepEqual(remote('2001:db8::1:40001'), ['port-missing']);
  assert.deepEqual(remote('192.0.2.1:40001, 203.0.113.66:1'), ['port-missing']);
  assert.deepEqual(remote('[192.0.2.1:40001'), ['ip-invalid']);
});

test('what is not there is refused, and a log-in from nowhere skipped', () => {
  assert.deepEqual(
    read([
      { ...line, user: {} },
      { ...line, ts: undefined },
      { ...line, client: { port: 1 } },
      { ...line, client: { address: '192.0.2.1' } },
      { ...line, user: { id: 12.5 } },
      '{"user":{"id":"a","id":"b"}}',
      '{',
      '[]',
    ]),
    [
      'account-missing',
      'field-missing',
      'without-address',
      'port-missing',
      'account-invalid',
      'name-twice',
      'json-malformed',
      'json-malformed',
    ],
  );
  assert.deepEqual(read([line, { ...line, ts: 1_795_165_200_000 }]), [alice, 'at-invalid']);
  assert.deepEqual(read([{ ...line, ts: '2026-11-20T10:00:00' }]), ['zone-needed']);
});

test('nothing that every object has is a field', () => {
  const odd = parseMap('account=.constructor.name,at=.ts,ip=.client.address,port=.client.port');
  assert.deepEqual(read([line], { map: odd }), ['account-missing']);
  const inherited = parseMap('account=.toString,at=.ts,ip=.client.address,port=.client.port');
  assert.deepEqual(read([line], { map: inherited }), ['account-missing']);
  assert.deepEqual(read([line], { map: parseMap('account=.user.id.length,at=.ts,phone=.a') }), [
    'without-address',
  ]);
});

test('paths are as jq writes them', () => {
  const cases: [string, (string | number)[]][] = [
    ['.user.id', ['user', 'id']],
    ['."user.id"', ['user.id']],
    ['.["user.id"]', ['user.id']],
    ['.a["b c"].d', ['a', 'b c', 'd']],
    ['.list[0].ip', ['list', 0, 'ip']],
    ['.[1]', [1]],
    ['.@timestamp', ['@timestamp']],
    ['.größe', ['größe']],
    ['."a\\"b"', ['a"b']],
    ['."]"', [']']],
    ['."["', ['[']],
    ['."a,b=c"', ['a,b=c']],
  ];
  for (const [text, path] of cases) assert.deepEqual(parsePath(text), path, text);
  for (const text of [
    '',
    '.',
    'a',
    '.a.',
    '.a..b',
    '.a[',
    '.a[x]',
    '.a["b"',
    '."a',
    '.a b',
    '.a[1',
    '."a"]',
    '[0]',
  ])
    assert.throws(() => parsePath(text), { name: 'MapError', code: 'map-malformed' }, text);
});

test('a map that is malformed says where, and one that cannot make an event is refused', () => {
  const refused = (text: string, code: string, position: number) =>
    assert.throws(() => parseMap(text), { name: 'MapError', code, position }, text);
  refused('', 'map-malformed', 0);
  refused('account', 'map-malformed', 0);
  refused('account=', 'map-malformed', 8);
  refused('account=.a,', 'map-malformed', 11);
  refused('account=.a;at=.b', 'map-malformed', 10);
  refused('account=.a,when=.b', 'map-field-unknown', 11);
  refused('account=.a,account=.b', 'map-field-twice', 11);
  assert.throws(() => parseConditions('.a'), { code: 'map-malformed', position: 2 });
  assert.throws(() => parseConditions('.a=1,.a=2'), { code: 'map-field-twice' });
  assert.deepEqual(parseConditions('.a=x,y,.b='), { '.a': 'x,y', '.b': '' });
  for (const text of ['account=.a', 'account=.a,at=.b', 'account=.a,at=.b,ip=.c', 'at=.b,phone=.c'])
    assert.throws(() => read([line], { map: parseMap(text) }), { code: 'map-incomplete' }, text);
});

test('beside a format that knows success a map names what is elsewhere, and changes nothing of success', () => {
  const ecs = (outcome: string) => ({
    '@timestamp': '2026-11-20T09:00:00Z',
    event: { category: ['authentication'], type: ['start'], outcome },
    user: { name: 'alice' },
    source: { ip: '192.0.2.1', port: 40_001 },
  });
  const options = { map: parseMap('account=.user.name') };
  assert.deepEqual(read([ecs('success'), ecs('failure'), ecs('unknown')], options), [
    alice,
    'failed-try',
    'not-a-login',
  ]);
});

test('any name can be written as a path and is found there', () => {
  const name = fc
    .string({ unit: 'binary', minLength: 1, maxLength: 8 })
    .filter((each) => each.isWellFormed());
  fc.assert(
    fc.property(fc.array(fc.oneof(name, fc.nat(5)), { minLength: 1, maxLength: 4 }), (path) => {
      const text = path
        .map((step) => (typeof step === 'number' ? `.[${step}]` : `.${JSON.stringify(step)}`))
        .join('');
      assert.deepEqual(parsePath(text), path);
      const map = parseMap(`account=${text},at=.t`);
      assert.equal(map.account, text);
    }),
  );
});

test('any map and any line give an outcome or a code', () => {
  const text = fc.string({ unit: fc.constantFrom(...'account=.user"[]0,at\\'), maxLength: 30 });
  fc.assert(
    fc.property(text, (each) => {
      try {
        parseMap(each);
      } catch (error) {
        assert.ok(error instanceof Error && error.name === 'MapError');
      }
    }),
    { numRuns: 1000 },
  );
  fc.assert(
    fc.property(fc.json(), (each) => void read([each])),
    { numRuns: 500 },
  );
});
