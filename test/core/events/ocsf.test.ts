import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ocsfLines } from '#core/events/ocsf.ts';
import { login, outcomes } from './formats.ts';

const logon = {
  class_uid: 3002,
  class_name: 'Authentication',
  category_uid: 3,
  activity_id: 1,
  activity_name: 'Logon',
  type_uid: 300_201,
  severity_id: 1,
  status_id: 1,
  status: 'Success',
  time: 1_795_165_200_000,
  metadata: { version: '1.3.0', product: { name: 'Portal', vendor_name: 'Example' } },
  actor: { user: { uid: '9', name: 'support' } },
  user: { uid: '4711', name: 'alice', email_addr: 'alice@example.org' },
  src_endpoint: { ip: '192.0.2.1', port: 40_001, intermediate_ips: ['198.51.100.5'] },
  dst_endpoint: { ip: '203.0.113.9', port: 443 },
  unmapped: { user: { uid: '666' }, src_endpoint: { ip: '203.0.113.66', port: 1 } },
};
const read = (...values: unknown[]) =>
  outcomes(
    ocsfLines,
    values.map((value) => JSON.stringify(value)),
  );
const alice = login('4711', '192.0.2.1', 40_001);

test('a successful log-on names its user by uid, and the address and port that it was requested from', () => {
  assert.deepEqual(read(logon), [alice]);
  assert.deepEqual(read({ ...logon, src_endpoint: { ip: '2001:DB8::1', port: 1 } }), [
    login('4711', '2001:db8::1', 1),
  ]);
  assert.deepEqual(read({ ...logon, class_uid: '3002', activity_id: '1', status_id: '1' }), [alice]);
});

test('a file is recognised by its classes', () => {
  assert.ok(ocsfLines.recognises(JSON.stringify(logon)));
  assert.ok(ocsfLines.recognises(JSON.stringify({ ...logon, class_uid: 4001 })));
  for (const other of ['{"account":"a"}', '[]', '{', '', 'class_uid', '{"class_uid":3002}'])
    assert.equal(ocsfLines.recognises(other), false, other);
});

test('only success is a log-in: not a failure, not an unknown outcome, not the end of a session, not another class', () => {
  assert.deepEqual(read({ ...logon, status_id: 2, status: 'Failure' }), ['failed-try']);
  for (const status_id of [0, 99, undefined, 'Success', null])
    assert.deepEqual(read({ ...logon, status_id }), ['not-a-login'], String(status_id));
  for (const activity_id of [0, 2, 3, 4, 5, 6, 7, 99, undefined])
    assert.deepEqual(read({ ...logon, activity_id }), ['not-a-login'], String(activity_id));
  for (const class_uid of [3001, 3003, 4001, undefined, {}])
    assert.deepEqual(read({ ...logon, class_uid }), ['not-a-login'], String(class_uid));
});

test('failed tries are events where they are asked for, and marked', () => {
  const failed = JSON.stringify({ ...logon, status_id: 2 });
  assert.deepEqual(outcomes(ocsfLines, [failed], { failedToo: true }), [{ ...alice, outcome: 'failed' }]);
});

test('a user without an id is refused: their name passes from one person to the next', () => {
  assert.deepEqual(
    read(
      { ...logon, user: { name: 'alice' } },
      { ...logon, user: undefined },
      { ...logon, user: { uid: '' } },
      { ...logon, user: { uid: null } },
    ),
    ['account-missing', 'account-missing', 'account-missing', 'account-missing'],
  );
  const named = JSON.stringify({ ...logon, user: { name: 'alice' } });
  assert.deepEqual(outcomes(ocsfLines, [named], { map: { account: '.user.name' } }), [
    { ...alice, account: 'alice' },
  ]);
  // A failure stays one, wherever the account is.
  const failed = JSON.stringify({ ...logon, status_id: 2, user: { name: 'alice' } });
  assert.deepEqual(outcomes(ocsfLines, [failed], { map: { account: '.user.name' } }), ['failed-try']);
});

test('a log-in from no address is skipped, one without a port is refused', () => {
  assert.deepEqual(
    read(
      { ...logon, src_endpoint: undefined },
      { ...logon, src_endpoint: { hostname: 'pc-7', port: 3 } },
      { ...logon, src_endpoint: { ip: '192.0.2.1' } },
      { ...logon, src_endpoint: { ip: '192.0.2.1', port: 0 } },
      { ...logon, src_endpoint: { ip: 'pc-7', port: 7 } },
      { ...logon, src_endpoint: { ip: ['192.0.2.1'], port: 7 } },
    ),
    ['without-address', 'without-address', 'port-missing', 'port-invalid', 'ip-invalid', 'ip-invalid'],
  );
});

test('the time is in milliseconds: seconds, a text of a date and none are refused', () => {
  for (const time of [1_795_165_200, '2026-11-20T09:00:00Z', 1_795_165_200_000_000, -1, 1e30, true, {}])
    assert.deepEqual(read({ ...logon, time }), ['at-invalid'], String(time));
  assert.deepEqual(read({ ...logon, time: null }), ['field-missing']);
  assert.deepEqual(read({ ...logon, time: 1_795_165_200_123 }), [
    { ...alice, at: '2026-11-20T09:00:00.123Z' },
  ]);
});

test('an id that is a number is taken as its digits, unless reading it has changed it', () => {
  assert.deepEqual(read({ ...logon, user: { uid: 4711 } }), [alice]);
  const text = JSON.stringify(logon);
  for (const uid of ['12345678901234567890', '1.5', '-0', 'true', '{}', '["4711"]'])
    assert.deepEqual(
      outcomes(ocsfLines, [text.replace('"uid":"4711"', `"uid":${uid}`)]),
      ['account-invalid'],
      uid,
    );
});

test('a name twice, and half of a line, are refused', () => {
  const text = JSON.stringify(logon);
  assert.deepEqual(
    outcomes(ocsfLines, [
      text.replace('"uid":"4711"', '"uid":"4711","uid":"666"'),
      text.slice(0, -2),
      `[${text}]`,
      'null',
    ]),
    ['name-twice', 'json-malformed', 'json-malformed', 'json-malformed'],
  );
});

test('no address leaves that the event does not give as its source, whatever else it says', () => {
  const address = fc.ipV4().filter((ip) => !/^(?:0|2[2-5]\d)\./.test(ip));
  const noise = fc.dictionary(
    fc.constantFrom('ip', 'uid', 'src_endpoint', 'user', 'port', 'observables', 'device', 'proxy', 'time'),
    fc.oneof(fc.jsonValue(), address, fc.record({ ip: address, port: fc.nat(70_000) })),
  );
  fc.assert(
    fc.property(noise, noise, noise, fc.nat(3), (around, endpoint, user, status_id) => {
      const event = {
        ...around,
        class_uid: 3002,
        activity_id: 1,
        status_id,
        time: 1_795_165_200_000,
        src_endpoint: endpoint,
        user,
      };
      const [outcome] = outcomes(ocsfLines, [JSON.stringify(event)]);
      if (typeof outcome !== 'object') return;
      assert.equal(status_id, 1);
      assert.ok(outcome.kind === 'access');
      assert.equal(outcome.port, Number(endpoint.port));
      assert.equal(outcome.account, String(user.uid));
      assert.equal(typeof endpoint.ip, 'string');
    }),
    { numRuns: 1000 },
  );
});

test('any text gives an outcome or a code', () => {
  const line = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.json(),
    fc
      .tuple(fc.nat(900), fc.string({ maxLength: 3 }))
      .map(([i, s]) => JSON.stringify(logon).slice(0, i) + s + JSON.stringify(logon).slice(i + 1)),
  );
  fc.assert(
    fc.property(line, (text) => {
      ocsfLines.recognises(text);
      outcomes(ocsfLines, [text], { failedToo: true });
    }),
    { numRuns: 1000 },
  );
});
