import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { csvRows } from '#core/events/csv.ts';
import { sshdLog } from '#core/events/sshd.ts';
import { login, outcomes } from './formats.ts';

const read = (...lines: string[]) => outcomes(csvRows, lines);
const header = 'account,at,ip,port';
const row = 'alice,2026-11-20T09:00:00Z,192.0.2.1,40001';
const alice = login('alice', '192.0.2.1', 40_001);

test('rows are log-ins, numbers and usernames by the names in the first line, in any order', () => {
  assert.deepEqual(read(header, row), ['header', alice]);
  assert.deepEqual(read('port,ip,at,account', '40001,192.0.2.1,2026-11-20T09:00:00Z,alice'), [
    'header',
    alice,
  ]);
  assert.deepEqual(read('account,at,phone', 'alice,2026-11-20T09:00:00Z,+4915112345678'), [
    'header',
    { kind: 'phone', account: 'alice', at: '2026-11-20T09:00:00.000Z', phone: '+4915112345678' },
  ]);
  assert.deepEqual(read('account,at,username', 'alice,2026-11-20T09:00:00Z,al'), [
    'header',
    { kind: 'username', account: 'alice', at: '2026-11-20T09:00:00.000Z', username: 'al' },
  ]);
  assert.deepEqual(
    read('account,at,ip,port,phone', `${row},`, 'bob,2026-11-20T09:00:00Z,,,+4915112345678').map((each) =>
      typeof each === 'string' ? each : each.kind,
    ),
    ['header', 'access', 'phone'],
  );
});

test('values in quotes may hold what parts values, and quotes, doubled', () => {
  assert.deepEqual(read(header, '"Smith, ""Al""",2026-11-20T09:00:00Z,"192.0.2.1","40001"'), [
    'header',
    { ...alice, account: 'Smith, "Al"' },
  ]);
  assert.deepEqual(read('"account","at","ip","port"', row), ['header', alice]);
});

test('semicolons as Excel writes them in Germany, and tabs, are found in the first line or named before it', () => {
  const semicolons = (text: string) => text.replaceAll(',', ';');
  const tabs = (text: string) => text.replaceAll(',', '\t');
  assert.deepEqual(read(semicolons(header), semicolons(row)), ['header', alice]);
  assert.deepEqual(read(tabs(header), tabs(row)), ['header', alice]);
  assert.deepEqual(read('sep=;', semicolons(header), semicolons(row)), ['header', 'header', alice]);
  assert.deepEqual(read(semicolons(header), 'a,b;2026-11-20T09:00:00Z;192.0.2.1;40001'), [
    'header',
    { ...alice, account: 'a,b' },
  ]);
  assert.deepEqual(read('Account ; AT;Ip;PORT', semicolons(row)), ['header', alice]);
});

test('a file is recognised by a name in its first line, and no log is', () => {
  for (const line of [header, '"account";"at"', 'user_id,ip', 'sep=;', 'Account\tAt\tPhone'])
    assert.ok(csvRows.recognises(line), line);
  for (const line of [
    row,
    'Nov 20 09:00:00 host sshd[1]: Accepted password for a,ip,port from 192.0.2.1 port 40001 ssh2',
    '{"account":"a","ip":"b"}',
    'account',
    '',
    '"account,ip',
    'a"b,account',
  ])
    assert.equal(csvRows.recognises(line), false, line);
  assert.equal(sshdLog.recognises('{'), false);
});

test('a column that is none of ours, or twice, or missing stops the file, by its number', () => {
  const stops = (line: string) => {
    try {
      csvRows.begin({ now: '2026-11-29T12:00:00Z' })(line, 1);
    } catch (error) {
      return error;
    }
    return undefined;
  };
  const cases: [string, string, number | undefined][] = [
    ['account,at,ip,port,message', 'column-unknown', 5],
    ['user_id,at,ip,port', 'column-unknown', 1],
    ['account,at,ip,port,', 'column-unknown', 5],
    ['account,at,ip,port,IP', 'column-twice', 5],
    ['account,at,ip', 'column-missing', undefined],
    ['at,ip,port', 'column-missing', undefined],
    ['account,ip,port', 'column-missing', undefined],
  ];
  for (const [line, code, column] of cases) {
    const error = stops(line);
    assert.ok(error instanceof Error);
    assert.deepEqual([Reflect.get(error, 'code'), Reflect.get(error, 'column')], [code, column], line);
    assert.equal(error.message, code);
  }
});

test('a row with more or fewer values than there are names is refused, and so is one that lacks a value', () => {
  assert.deepEqual(
    read(
      header,
      'alice,2026-11-20T09:00:00Z,192.0.2.1',
      `${row},x`,
      'alice,2026-11-20T09:00:00Z,192.0.2.1,',
      ',2026-11-20T09:00:00Z,192.0.2.1,40001',
      'alice,,192.0.2.1,40001',
      'alice,2026-11-20T09:00:00Z,,',
      'alice,2026-11-20T09:00:00Z,192.0.2.999,40001',
      'alice,20.11.2026 09:00,192.0.2.1,40001',
      row,
    ),
    [
      'header',
      'row-length',
      'row-length',
      'port-missing',
      'account-missing',
      'field-missing',
      'field-missing',
      'ip-invalid',
      'at-invalid',
      alice,
    ],
  );
});

test('a failed try is one by its outcome, and only asked for an event', () => {
  const lines = ['account,at,ip,port,outcome', `${row},failed`, `${row},`, `${row},success`];
  assert.deepEqual(outcomes(csvRows, lines), ['header', 'failed-try', alice, 'outcome-invalid']);
  assert.deepEqual(outcomes(csvRows, lines, { failedToo: true }), [
    'header',
    { ...alice, outcome: 'failed' },
    alice,
    'outcome-invalid',
  ]);
});

test('a value with a line break is refused with all its lines: the second is nobody’s row', () => {
  const forged = 'victim,2026-11-20T09:00:00Z,203.0.113.66,40666';
  assert.deepEqual(read(header, '"x', forged, '",2026-11-20T09:00:00Z,192.0.2.1,40001', row), [
    'header',
    'line-break',
    'line-break',
    'line-break',
    alice,
  ]);
  assert.deepEqual(read(header, '"x', forged, '"",', forged), [
    'header',
    'line-break',
    'line-break',
    'line-break',
    'line-break',
  ]);
});

test('a quote where none can be stops the file, whatever is skipped', () => {
  for (const bad of [
    'al"ice,2026-11-20T09:00:00Z,192.0.2.1,40001',
    '"a"b,2026-11-20T09:00:00Z,192.0.2.1,40001',
  ])
    assert.deepEqual(read(header, bad), ['header', 'quotes-invalid']);
});

test('with a map the columns have any names, those that it does not name are left out, and rows are chosen', () => {
  const lines = [
    'User-ID;Zeitpunkt;IP-Adresse;Port;Ergebnis;Bemerkung',
    '4711;2026-11-20 10:00:00;192.0.2.1;40001;ok;hello',
    '4711;2026-11-20 10:00:00;192.0.2.2;40002;nein;',
  ];
  const map = { account: '.User-ID', at: '.Zeitpunkt', ip: '.IP-Adresse', port: '.Port' };
  const options = { map, only: { '.Ergebnis': 'ok' }, zone: 'Europe/Berlin' };
  assert.deepEqual(outcomes(csvRows, lines, options), [
    'header',
    login('4711', '192.0.2.1', 40_001),
    'not-a-login',
  ]);
  assert.equal(outcomes(csvRows, lines, { map })[1], 'zone-needed');
});

/** RFC 4180 section 2, as spreadsheets and databases write it. */
const quoted = (value: string) => (/[",;\t\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);

test('whatever accounts a writer puts in its rows, each row gives its own address or none', () => {
  const account = fc.oneof(
    fc.string({
      unit: fc.constantFrom('a', ',', ';', '"', '\n', '\r', '\t', ' ', '\u2028', 'é'),
      minLength: 1,
      maxLength: 12,
    }),
    fc.constantFrom(
      'victim,2026-11-20T09:00:00Z,203.0.113.66,40666',
      'x\nvictim,2026-11-20T09:00:00Z,203.0.113.66,40666\n',
      '"\nvictim,2026-11-20T09:00:00Z,203.0.113.66,40666\n"',
      '",2026-11-20T09:00:00Z,203.0.113.66,40666',
      header,
    ),
  );
  const rows = fc.array(account, { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(rows, fc.constantFrom(',', ';', '\t'), (accounts, separator) => {
      const text = [
        header.replaceAll(',', separator),
        ...accounts.map((each, i) =>
          [each, '2026-11-20T09:00:00Z', `192.0.2.${i}`, '40001'].map(quoted).join(separator),
        ),
      ].join('\n');
      const events = outcomes(csvRows, text.split('\n')).filter((each) => typeof each === 'object');
      const said = accounts.flatMap((each, i) => (/\p{Cc}/u.test(each) ? [] : [`${each} 192.0.2.${i}`]));
      const given = events.map((event) => `${event.account} ${event.kind === 'access' ? event.ip : ''}`);
      assert.deepEqual(given, said);
    }),
    { numRuns: 1000 },
  );
});

test('any lines give outcomes or codes', () => {
  const line = fc.string({ unit: fc.constantFrom(...'account,at;ip"\t port2026-11:Z.é\r'), maxLength: 40 });
  fc.assert(
    fc.property(fc.array(line, { maxLength: 5 }), fc.boolean(), (lines, headed) => {
      for (const each of lines) csvRows.recognises(each);
      outcomes(csvRows, headed ? [header, ...lines] : lines);
    }),
    { numRuns: 500 },
  );
});
