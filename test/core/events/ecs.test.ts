import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ecsLines } from '#core/events/ecs.ts';
import { login, outcomes } from './formats.ts';

const nested = {
  '@timestamp': '2026-11-20T09:00:00.000Z',
  ecs: { version: '8.11.0' },
  event: {
    kind: 'event',
    category: ['authentication', 'session'],
    type: ['start'],
    action: 'logged-in',
    outcome: 'success',
  },
  user: { id: '4711', name: 'alice', effective: { id: '0' } },
  source: { ip: '192.0.2.1', port: 40_001, geo: { country_iso_code: 'DE' } },
  destination: { ip: '203.0.113.9', port: 443 },
  client: { ip: '203.0.113.66', port: 66 },
  related: { ip: ['192.0.2.1', '203.0.113.66'], user: ['alice'] },
};
const dotted = {
  '@timestamp': '2026-11-20T10:00:00.123456+01:00',
  'ecs.version': '8.11.0',
  'event.category': 'authentication',
  'event.type': 'start',
  'event.outcome': 'success',
  'user.id': '4711',
  'source.ip': '192.0.2.1',
  'source.port': 40_001,
};
const read = (...values: unknown[]) =>
  outcomes(
    ecsLines,
    values.map((value) => JSON.stringify(value)),
  );
const alice = login('4711', '192.0.2.1', 40_001);

test('a log-in that succeeded names its user by id, and its source, nested, dotted or both', () => {
  assert.deepEqual(read(nested, dotted), [alice, { ...alice, at: '2026-11-20T09:00:00.123Z' }]);
  const { 'source.ip': _, ...less } = dotted;
  assert.deepEqual(read({ ...less, source: { ip: '192.0.2.1' }, 'user.name': 'alice' }), [
    { ...alice, at: '2026-11-20T09:00:00.123Z' },
  ]);
});

test('what two ways of writing a field say differently is refused; said twice alike, it is one', () => {
  assert.deepEqual(read({ ...nested, 'source.ip': '203.0.113.66' }), ['name-twice']);
  assert.deepEqual(read({ ...nested, 'user.id': '666' }), ['name-twice']);
  assert.deepEqual(read({ ...nested, 'event.outcome': 'failure' }), ['name-twice']);
  assert.deepEqual(read({ ...nested, 'source.ip': '192.0.2.1' }), [alice]);
});

test('the hits of an exported index, and lists of one, are read', () => {
  assert.deepEqual(read({ _index: 'logs-2026', _id: '1', _source: nested }), [alice]);
  assert.deepEqual(
    read({ ...nested, source: { ip: ['192.0.2.1'], port: ['40001'] }, user: { id: ['4711'] } }),
    [alice],
  );
  assert.deepEqual(read({ ...nested, source: { ip: ['192.0.2.1', '203.0.113.66'], port: 1 } }), [
    'ip-invalid',
  ]);
  assert.ok(ecsLines.recognises(JSON.stringify({ _index: 'a', _source: dotted })));
});

test('a file is recognised by its timestamp and its event or version', () => {
  assert.ok(ecsLines.recognises(JSON.stringify(nested)));
  assert.ok(ecsLines.recognises(JSON.stringify(dotted)));
  for (const other of [
    '{"account":"a"}',
    '{"@timestamp":"2026-11-20T09:00:00Z","eventual":1}',
    '[]',
    '{',
    '',
  ])
    assert.equal(ecsLines.recognises(other), false, other);
});

test('as Beats writes ssh log-ins, their type says nothing and their action does', () => {
  const ssh = {
    category: ['authentication', 'session'],
    type: ['info'],
    action: 'ssh_login',
    outcome: 'success',
  };
  assert.deepEqual(read({ ...nested, event: ssh }), [alice]);
  assert.deepEqual(read({ ...nested, event: { ...ssh, type: ['authentication_success', 'info'] } }), [alice]);
  for (const action of [
    'acquired-credentials',
    'changed-password',
    'user.mfa.verify',
    'logged-out',
    undefined,
  ])
    assert.deepEqual(read({ ...nested, event: { ...ssh, action } }), ['not-a-login'], action);
});

test('only success is a log-in: not a failure, not an unknown outcome, not an end, not another category', () => {
  const having = (event: object) => read({ ...nested, event: { ...nested.event, ...event } });
  assert.deepEqual(having({ outcome: 'failure' }), ['failed-try']);
  for (const outcome of ['unknown', undefined, 'Success', true, ['success', 'failure']])
    assert.deepEqual(having({ outcome }), ['not-a-login'], String(outcome));
  assert.deepEqual(having({ type: ['end'] }), ['not-a-login']);
  assert.deepEqual(having({ type: ['start', 'end'] }), ['not-a-login']);
  for (const category of ['session', ['iam'], undefined, 'authentications'])
    assert.deepEqual(having({ category }), ['not-a-login'], String(category));
});

test('failed tries are events where they are asked for, and marked', () => {
  const failed = JSON.stringify({ ...nested, event: { ...nested.event, outcome: 'failure' } });
  assert.deepEqual(outcomes(ecsLines, [failed], { failedToo: true }), [{ ...alice, outcome: 'failed' }]);
});

test('a user without an id is refused unless a map says that the name is one', () => {
  const { user: _, ...unnamed } = nested;
  const named = { ...unnamed, user: { name: 'alice' } };
  assert.deepEqual(read(unnamed, named), ['account-missing', 'account-missing']);
  assert.deepEqual(outcomes(ecsLines, [JSON.stringify(named)], { map: { account: '.user.name' } }), [
    { ...alice, account: 'alice' },
  ]);
});

test('a log-in from no address is skipped, one without a port is refused', () => {
  assert.deepEqual(read({ ...nested, source: undefined }), ['without-address']);
  assert.deepEqual(read({ ...nested, source: { ip: '192.0.2.1' } }), ['port-missing']);
  assert.deepEqual(read({ ...nested, source: { ip: '-', port: 1 } }), ['ip-invalid']);
});

test('a time that names no zone is in UTC, as Elasticsearch takes it; milliseconds are taken too', () => {
  const at = (value: unknown) => read({ ...nested, '@timestamp': value });
  assert.deepEqual(at('2026-11-20T09:00:00'), [alice]);
  assert.deepEqual(at(1_795_165_200_000), [alice]);
  assert.deepEqual(at('2026-11-20T09:00:00.123456789Z'), [{ ...alice, at: '2026-11-20T09:00:00.123Z' }]);
  assert.deepEqual(at('yesterday'), ['at-invalid']);
});

test('no address leaves that the event does not give as its source, whatever else it says', () => {
  const address = fc.ipV4().filter((ip) => !/^(?:0|2[2-5]\d)\./.test(ip));
  const names = fc.constantFrom(
    'ip',
    'source',
    'source.ip',
    'source.port',
    'client.ip',
    'client',
    'user.id',
    'user',
    'related.ip',
    'source.nat.ip',
  );
  const noise = fc.dictionary(
    names,
    fc.oneof(fc.jsonValue(), address, fc.record({ ip: address, port: fc.nat(70_000) })),
  );
  fc.assert(
    fc.property(noise, noise, (around, source) => {
      const event = { ...around, '@timestamp': nested['@timestamp'], event: nested.event, source };
      const [outcome] = outcomes(ecsLines, [JSON.stringify(event)]);
      if (typeof outcome !== 'object' || outcome.kind !== 'access') return;
      const said = [Reflect.get(source, 'ip'), Reflect.get(around, 'source.ip')].flat();
      assert.ok(said.includes(outcome.ip), outcome.ip);
    }),
    { numRuns: 1000 },
  );
});

test('any text gives an outcome or a code', () => {
  const text = JSON.stringify(nested);
  const line = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.json(),
    fc
      .tuple(fc.nat(700), fc.string({ maxLength: 3 }))
      .map(([i, s]) => text.slice(0, i) + s + text.slice(i + 1)),
  );
  fc.assert(
    fc.property(line, (each) => {
      ecsLines.recognises(each);
      outcomes(ecsLines, [each], { failedToo: true });
    }),
    { numRuns: 1000 },
  );
});
