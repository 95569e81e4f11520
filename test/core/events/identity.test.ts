import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { utf8 } from '#core/bytes.ts';
import { subject } from '#core/cases/request.ts';
import {
  EventError,
  type EventErrorCode,
  eventText,
  type IdentityEvent,
  parseIdentityEvent,
} from '#core/events/identity.ts';
import { sourceAddress } from '#core/vault/address.ts';

const access = { account: 'alice', at: '2026-11-20T09:00:00Z', ip: '192.0.2.1', port: 51_234 };
const phone = { account: 'alice', at: '2026-11-20T09:00:00Z', phone: '+4915112345678' };
const username = { account: 'alice', at: '2026-11-20T09:00:00Z', username: 'alice99' };

function refused(value: unknown, code: EventErrorCode): void {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  assert.throws(() => parseIdentityEvent(text), { name: 'EventError', code, message: code }, text);
}

test('a log-in, a number and a username are events, with instant and address in canonical form', () => {
  assert.deepEqual(parseIdentityEvent(JSON.stringify(access)), {
    kind: 'access',
    account: 'alice',
    at: '2026-11-20T09:00:00.000Z',
    ip: '192.0.2.1',
    port: 51_234,
  });
  assert.deepEqual(parseIdentityEvent(utf8(JSON.stringify(phone))), {
    kind: 'phone',
    account: 'alice',
    at: '2026-11-20T09:00:00.000Z',
    phone: '+4915112345678',
  });
  assert.deepEqual(parseIdentityEvent(utf8(JSON.stringify(username))), {
    kind: 'username',
    account: 'alice',
    at: '2026-11-20T09:00:00.000Z',
    username: 'alice99',
  });
  const mapped = parseIdentityEvent(JSON.stringify({ ...access, ip: '::FFFF:c000:201' }));
  assert.equal(mapped.kind === 'access' && mapped.ip, '192.0.2.1');
});

test('I5: any field beyond the wire is refused, by whatever name and beside whatever else is wrong', () => {
  for (const field of ['message', 'content', 'body', 'text', 'kind', 'Account', '', 'toString']) {
    refused({ ...access, [field]: 'hello' }, 'field-unknown');
    refused({ ...phone, [field]: 'hello' }, 'field-unknown');
    refused({ ...username, [field]: 'hello' }, 'field-unknown');
    refused({ ...access, port: 0, [field]: null }, 'field-unknown');
  }
  refused(
    '{"account":"a","at":"2026-11-20T09:00:00Z","ip":"192.0.2.1","port":1,"__proto__":{"x":1}}',
    'field-unknown',
  );
  refused({ ...access, ...phone }, 'field-unknown');
  refused({ ...access, ...username }, 'field-unknown');
  refused({ ...phone, ...username }, 'field-unknown');
  refused({ ...username, ip: '192.0.2.1' }, 'field-unknown');
  refused({ ...username, port: 1 }, 'field-unknown');
});

test('I5: no field takes anything with content in it', () => {
  refused({ ...access, ip: { v4: '192.0.2.1' } }, 'ip-invalid');
  refused({ ...access, ip: 'see you at eight' }, 'ip-invalid');
  refused({ ...access, at: 'see you at eight' }, 'at-invalid');
  refused({ ...access, port: 'see you at eight' }, 'port-invalid');
  refused({ ...phone, phone: '+49151 see you at eight' }, 'phone-invalid');
  refused({ ...username, username: { text: 'see you at eight' } }, 'username-invalid');
  refused({ ...username, username: 'x'.repeat(257) }, 'username-invalid');
  refused({ ...access, account: ['alice'] }, 'account-invalid');
  refused({ ...access, account: 'x'.repeat(257) }, 'account-invalid');
});

test('a field that is missing is said to be', () => {
  for (const field of ['account', 'at', 'ip', 'port'])
    refused({ ...access, [field]: undefined }, 'field-missing');
  for (const field of ['account', 'at']) {
    refused({ ...phone, [field]: undefined }, 'field-missing');
    refused({ ...username, [field]: undefined }, 'field-missing');
  }
  refused({}, 'field-missing');
  refused({ ...access, ip: null }, 'ip-invalid');
});

test('an impossible account, address, port, time or number is refused by name', () => {
  for (const account of ['', 'a\nb', 'a\u0000', '\u009f', '\ud800', 7])
    refused({ ...access, account }, 'account-invalid');
  for (const name of ['', 'a\nb', 'a\u0000', '\u009f', '\ud800', 7, null])
    refused({ ...username, username: name }, 'username-invalid');
  for (const ip of ['', '192.0.2.256', '0.0.0.0', 'ff02::1', 'fe80::1%eth0', 'UNKNOWN'])
    refused({ ...access, ip }, 'ip-invalid');
  for (const port of [0, -1, 65_536, 1.5, '22', true]) refused({ ...access, port }, 'port-invalid');
  for (const at of ['2026-02-29T00:00:00Z', '2026-11-20', '2026-11-20T09:00:00+01:00', 1_795_165_200])
    refused({ ...access, at }, 'at-invalid');
  for (const number of ['', '015112345678', '+0151', '+49 151 12345678', 4_915_112_345_678])
    refused({ ...phone, phone: number }, 'phone-invalid');
});

test('what is no JSON object is malformed', () => {
  for (const text of [
    '',
    ' ',
    '{',
    '{}{}',
    'null',
    '7',
    '"alice"',
    '[]',
    `[${JSON.stringify(access)}]`,
    '\ufeff{}',
  ])
    refused(text, 'json-malformed');
});

test('a field that stands there twice is refused, whichever it is: two readers may take it for two events', () => {
  const at = '"at":"2026-11-20T09:00:00Z"';
  for (const text of [
    `{"account":"frank","account":"grace",${at},"ip":"192.0.2.77","port":40077}`,
    `{"account":"frank",${at},"ip":"192.0.2.77","ip":"192.0.2.78","port":40077}`,
    `{"account":"frank",${at},${at},"ip":"192.0.2.77","port":40077}`,
    `{"account":"frank",${at},"phone":"+4915112345678","phone":"+4915112345678"}`,
  ]) {
    refused(text, 'name-twice');
    assert.throws(() => parseIdentityEvent(utf8(text)), { code: 'name-twice' });
  }
  refused(
    `{"account":"frank","\\u0061ccount":"grace",${at},"ip":"192.0.2.77","port":40077}`,
    'json-malformed',
  );
});

test('an account or username can be ingested exactly if it can be asked for', () => {
  const character = fc.oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    fc.constantFrom(
      'a',
      '\u202e',
      '\u2028',
      '\u2029',
      '\u2066',
      '\u200b',
      '\u0085',
      '\ud800',
      '\ufffe',
      '\t',
      ' ',
    ),
  );
  const names = fc.oneof(
    fc.array(character, { maxLength: 12 }).map((all) => all.join('')),
    fc.tuple(fc.integer({ min: 250, max: 260 }), character).map(([n, each]) => each.repeat(n)),
  );
  const isEvent = (value: unknown) => {
    try {
      parseIdentityEvent(JSON.stringify(value));
      return true;
    } catch (error) {
      if (error instanceof EventError) return false;
      throw error;
    }
  };
  fc.assert(
    fc.property(names, (value) => {
      for (const kind of ['account', 'username'] as const)
        assert.equal(isEvent({ ...username, [kind]: value }), subject.safeParse({ kind, value }).success);
    }),
    { numRuns: 1000 },
  );
  for (const value of ['gnp.\u202ecod', 'a\u2028b']) {
    assert.ok(isEvent({ ...username, username: value }));
    assert.ok(subject.safeParse({ kind: 'username', value }).success);
  }
});

test('a number can be ingested exactly if it can be asked for', () => {
  const digits = fc.stringMatching(/^\+?[0-9]{5,18}$/);
  fc.assert(
    fc.property(digits, (value) => {
      let event: unknown;
      try {
        event = parseIdentityEvent(JSON.stringify({ ...phone, phone: value }));
      } catch {}
      assert.equal(event !== undefined, subject.safeParse({ kind: 'phone', value }).success);
    }),
    { numRuns: 1000 },
  );
});

test('bytes that are no UTF-8 are refused, not repaired into another account', () => {
  const bytes = utf8(JSON.stringify({ ...access, account: 'X' })).map((byte) =>
    byte === 0x58 ? 0xff : byte,
  );
  assert.throws(() => parseIdentityEvent(bytes), { code: 'encoding-invalid' });
});

test('a byte order mark is no part of an event', () => {
  assert.throws(() => parseIdentityEvent(utf8(`\ufeff${JSON.stringify(access)}`)), {
    code: 'json-malformed',
  });
});

test('what is longer than any event is refused before it is read', () => {
  refused({ ...access, message: 'x'.repeat(5000) }, 'event-too-large');
  assert.throws(() => parseIdentityEvent(new Uint8Array(5000).fill(0x20)), { code: 'event-too-large' });
  const longest = JSON.stringify({ ...access, account: '\u2028'.repeat(256) }).replaceAll(
    '\u2028',
    '\\u2028',
  );
  assert.equal(parseIdentityEvent(longest).account.length, 256);
  const both = JSON.stringify({ ...username, account: 'x'.repeat(256), username: 'x'.repeat(256) });
  const escaped = parseIdentityEvent(both.replaceAll('x', '\\u2028'));
  assert.equal(escaped.kind === 'username' && escaped.username.length, 256);
});

test('accounts and usernames are taken as they are: blanks, scripts and all', () => {
  for (const name of [' 0101', 'root ', 'ёж', '👩‍👩‍👧', "'; --", '\u2028', 'x'.repeat(256)]) {
    assert.equal(parseIdentityEvent(JSON.stringify({ ...access, account: name })).account, name);
    const event = parseIdentityEvent(JSON.stringify({ ...username, username: name }));
    assert.equal(event.kind === 'username' && event.username, name);
  }
});

const account = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 60 })
  .filter((text) => !/\p{Cc}/u.test(text) && text.length <= 256);
const at = fc
  .date({ min: new Date('1970-01-01T00:00:00Z'), max: new Date('2100-01-01T00:00:00Z'), noInvalidDate: true })
  .map((date) => date.toISOString());
const ip = fc
  .oneof(fc.ipV4(), fc.ipV6())
  .map(sourceAddress)
  .filter((text) => text !== undefined);
const anyEvent: fc.Arbitrary<IdentityEvent> = fc.oneof(
  fc.record({
    kind: fc.constant('access' as const),
    account,
    at,
    ip,
    port: fc.integer({ min: 1, max: 65_535 }),
  }),
  fc.record({
    kind: fc.constant('phone' as const),
    account,
    at,
    phone: fc.stringMatching(/^\+[1-9][0-9]{6,14}$/),
  }),
  fc.record({ kind: fc.constant('username' as const), account, at, username: account }),
);

test('any event comes back from its text, in text and in bytes', () => {
  fc.assert(
    fc.property(anyEvent, (event) => {
      assert.deepEqual(parseIdentityEvent(eventText(event)), { ...event });
      assert.deepEqual(parseIdentityEvent(utf8(eventText(event))), { ...event });
    }),
  );
  assert.equal(
    eventText({ kind: 'phone', account: 'alice', at: '2026-11-20T09:00:00.000Z', phone: '+4915112345678' }),
    JSON.stringify(phone),
  );
  const named = { kind: 'username', account: 'alice', at: '2026-11-20T09:00:00.000Z', username: 'alice99' };
  assert.equal(eventText({ ...named, kind: 'username' }), JSON.stringify(username));
});

test('any text and any JSON gives an event or a code, and nothing of itself', () => {
  const noise = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.json(),
    fc
      .record({ account: fc.anything(), at: fc.anything(), ip: fc.anything(), port: fc.anything() })
      .map((v) => JSON.stringify(v, bigints)),
    fc
      .record({ account: fc.anything(), at: fc.anything(), username: fc.anything() })
      .map((v) => JSON.stringify(v, bigints)),
    fc
      .tuple(anyEvent.map(eventText), fc.nat(200), fc.string({ maxLength: 2 }))
      .map(([t, i, s]) => t.slice(0, i) + s + t.slice(i + 1)),
  );
  fc.assert(
    fc.property(noise, (text) => {
      try {
        const event = parseIdentityEvent(text);
        assert.deepEqual(parseIdentityEvent(eventText(event)), event);
      } catch (error) {
        assert.ok(error instanceof EventError);
        assert.equal(error.message, error.code);
        assert.equal(error.cause, undefined);
      }
    }),
    { numRuns: 3000 },
  );
});

function bigints(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? Number(value) : value;
}
