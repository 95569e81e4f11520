import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { concat, utf8 } from '#core/bytes.ts';
import { eventsOf } from '#core/events/aggregate.ts';
import { EventError, eventText, parseIdentityEvent } from '#core/events/identity.ts';

// An encoder of our own, from the format's description and protobuf's, so that the reader is not judged by itself.
function varint(value: number | bigint): Uint8Array {
  const bytes: number[] = [];
  let left = BigInt(value);
  for (; left > 127n; left >>= 7n) bytes.push(Number(left & 127n) | 128);
  return Uint8Array.of(...bytes, Number(left));
}
const number = (field: number, value: number | bigint) => concat(varint(field << 3), varint(value));
const bytes = (field: number, value: Uint8Array) =>
  concat(varint((field << 3) | 2), varint(value.length), value);
const text = (field: number, value: string) => bytes(field, utf8(value));
const md5 = (message: Uint8Array) => createHash('md5').update(message).digest();
const MAGIC = Uint8Array.of(0xf3, 0x89, 0x9a, 0xc2);

function framed(...message: Uint8Array[]): Uint8Array {
  const body = concat(...message);
  return concat(MAGIC, body, md5(body));
}
function record(data: Uint8Array, partitionKey = 0, ...more: Uint8Array[]): Uint8Array {
  return bytes(3, concat(number(1, partitionKey), bytes(3, data), ...more));
}
function aggregate(...data: Uint8Array[]): Uint8Array {
  return framed(text(1, 'k'), ...data.map((bytes) => record(bytes)));
}

const login = utf8('{"account":"alice","at":"2026-11-20T09:00:00Z","ip":"192.0.2.1","port":51234}');
const phone = utf8('{"account":"alice","at":"2026-11-20T09:00:00Z","phone":"+4915112345678"}');

const seenIn = (data: Uint8Array) => eventsOf(data).map(({ json, index }) => [index, Buffer.from(json)]);
const expected = (...data: Uint8Array[]) => data.map((bytes, index) => [index, Buffer.from(bytes)]);

function refused(data: Uint8Array, why?: string): void {
  const code = 'aggregate-malformed';
  assert.throws(() => eventsOf(data), { name: 'EventError', code, message: code }, why);
}

/**
 * By AWS's own aggregator for Python (PyPI aws_kinesis_agg 1.2.3, with protobuf 7.36.2):
 *
 *   from aws_kinesis_agg.aggregator import RecordAggregator
 *   agg = RecordAggregator()
 *   agg.add_user_record('k1', '{"account":"alice","at":"2026-11-20T09:00:00Z","ip":"192.0.2.1","port":51234}'.encode())
 *   agg.add_user_record('k2', '{"account":"alice","at":"2026-11-20T09:00:00Z","phone":"+4915112345678"}'.encode())
 *   agg.add_user_record('k1', '{"account":"ёж","at":"2026-11-20T09:00:00Z","username":"hedgehog"}'.encode(),
 *                       '340282366920938463463374607431768211455')
 *   print(agg.clear_and_get().get_contents()[2].hex())
 */
const byAws = Buffer.from(
  'f3899ac20a026b310a026b3212273334303238323336363932303933383436333436333337343630373433313736383231313435351a' +
    '5108001a4d7b226163636f756e74223a22616c696365222c226174223a22323032362d31312d32305430393a30303a30305a222c2269' +
    '70223a223139322e302e322e31222c22706f7274223a35313233347d1a4c08011a487b226163636f756e74223a22616c696365222c22' +
    '6174223a22323032362d31312d32305430393a30303a30305a222c2270686f6e65223a222b34393135313132333435363738227d1a4a' +
    '080010001a447b226163636f756e74223a22d191d0b6222c226174223a22323032362d31312d32305430393a30303a30305a222c2275' +
    '7365726e616d65223a226865646765686f67227d1e0a3375acba13ee59ed2818ac29dd50',
  'hex',
);

test('a record of the stream is an event of its own, unread', () => {
  assert.deepEqual(seenIn(login), expected(login));
  assert.equal(eventsOf(login)[0]?.json, login, 'not even copied');
  for (const noise of [new Uint8Array(0), utf8('x'), MAGIC.subarray(0, 3), new Uint8Array(2_000_000)])
    assert.deepEqual(eventsOf(noise), [{ json: noise, index: 0 }]);
});

test('an aggregate by AWS’s own library gives its events in their order', () => {
  const events = eventsOf(byAws);
  assert.deepEqual(
    events.map(({ json, index }) => [index, eventText(parseIdentityEvent(json))]),
    [
      [0, new TextDecoder().decode(login)],
      [1, new TextDecoder().decode(phone)],
      [2, '{"account":"ёж","at":"2026-11-20T09:00:00Z","username":"hedgehog"}'],
    ],
  );
});

test('keys and tags are read past, wherever they stand', () => {
  assert.deepEqual(seenIn(aggregate(login, phone)), expected(login, phone));
  const tag = bytes(4, concat(text(1, 'name'), text(2, 'value')));
  const whole = framed(
    record(login, 1, number(2, 0), tag, tag),
    text(1, 'one'),
    text(2, '0'),
    record(phone, 0),
    text(1, 'two'),
  );
  assert.deepEqual(seenIn(whole), expected(login, phone));
});

test('what is in an aggregate need not be an event: that is for whoever parses it', () => {
  assert.deepEqual(seenIn(aggregate(new Uint8Array(0), byAws)), expected(new Uint8Array(0), byAws));
  assert.throws(() => parseIdentityEvent(byAws), { code: 'encoding-invalid' });
});

test('a damaged aggregate is refused as a whole: any bit of it, and any end missing', () => {
  for (let at = MAGIC.length; at < byAws.length; at++) {
    for (let bit = 0; bit < 8; bit++) {
      refused(
        byAws.map((byte, i) => (i === at ? byte ^ (1 << bit) : byte)),
        `bit ${bit} of byte ${at}`,
      );
    }
    refused(byAws.subarray(0, at), `the first ${at} bytes`);
  }
  refused(concat(byAws, Uint8Array.of(0)));
});

test('what its sum confirms and is no aggregate is refused as a whole', () => {
  const cases: Record<string, Uint8Array> = {
    'nothing in it': framed(),
    'no records': framed(text(1, 'k')),
    'a key that is in no table': framed(text(1, 'k'), record(login), record(phone, 1)),
    'an index beyond any table': framed(text(1, 'k'), record(login, 2 ** 32)),
    'an index of 64 bits': framed(text(1, 'k'), bytes(3, concat(number(1, 1n << 63n), bytes(3, login)))),
    'a hash key that is in no table': framed(text(1, 'k'), text(2, '0'), record(login, 0, number(2, 1))),
    'no table': framed(record(login)),
    'no key': framed(text(1, 'k'), bytes(3, bytes(3, login))),
    'no data': framed(text(1, 'k'), bytes(3, number(1, 0))),
    'data twice': framed(text(1, 'k'), record(login, 0, bytes(3, phone))),
    'a key twice': framed(text(1, 'k'), record(login, 0, number(1, 0))),
    'a hash key twice': framed(text(1, 'k'), text(2, '0'), record(login, 0, number(2, 0), number(2, 0))),
    'an unknown field': framed(text(1, 'k'), record(login), text(4, 'hello')),
    'an unknown number': framed(text(1, 'k'), record(login), number(5, 7)),
    'an unknown field in a record': framed(text(1, 'k'), record(login, 0, text(5, 'hello'))),
    'a number for records': framed(text(1, 'k'), record(login), number(3, 7)),
    // Each would be whole if its tag's wire type were not looked at.
    'a number for a key': framed(text(1, 'k'), record(login), number(1, 1), utf8('k')),
    'a text for an index': framed(text(1, 'k'), bytes(3, concat(text(1, ''), bytes(3, login)))),
    'a text for a hash index': framed(text(1, 'k'), text(2, '0'), record(login, 0, text(2, ''))),
    'a number for data': framed(text(1, 'k'), bytes(3, concat(number(1, 0), number(3, 1), utf8('x')))),
    'a number for a tag': framed(text(1, 'k'), record(login, 0, number(4, 1), utf8('x'))),
    'a length beyond the end': framed(text(1, 'k'), record(login), Uint8Array.of(0x1a, 0x7f)),
    'a length of 4 GiB': framed(text(1, 'k'), concat(Uint8Array.of(0x1a), varint(2 ** 32 - 1), login)),
    'a record’s length beyond its end': framed(
      text(1, 'k'),
      bytes(3, concat(number(1, 0), Uint8Array.of(0x1a, 99), login)),
    ),
    'a number without end': framed(text(1, 'k'), record(login), new Uint8Array(20).fill(0xff)),
    'a group': framed(text(1, 'k'), record(login), Uint8Array.of(0x1b, 0x1c)),
    'half a tag': framed(text(1, 'k'), record(login), Uint8Array.of(0x80)),
  };
  for (const [why, data] of Object.entries(cases)) refused(data, why);
});

test('an aggregate has no more events than fit, and no more bytes than Kinesis takes', () => {
  const none = new Uint8Array(0);
  const many = (count: number) => aggregate(...Array.from({ length: count }, () => none));
  assert.equal(eventsOf(many(16_384)).length, 16_384);
  refused(many(16_385));
  const shortest = utf8('{"account":"a","at":"2026-11-20T09:00:00Z","username":"b"}');
  const each = aggregate(shortest, shortest).length - aggregate(shortest).length;
  assert.ok(1024 * 1024 < aggregate(shortest).length + 16_383 * each, 'so many are never lost');

  const filled = (size: number) =>
    aggregate(new Uint8Array(size - aggregate(new Uint8Array(100_000)).length + 100_000));
  assert.equal(eventsOf(filled(1024 * 1024)).length, 1);
  refused(filled(1024 * 1024 + 1));
});

test('whatever is put into an aggregate comes out, as views of it', () => {
  const data = fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 20 });
  const keys = fc.array(fc.string(), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(data, keys, fc.infiniteStream(fc.nat()), (given, table, picks) => {
      const records = given.map((bytes) => record(bytes, (picks.next().value ?? 0) % table.length));
      const whole = framed(...table.map((key) => text(1, key)), ...records);
      assert.deepEqual(seenIn(whole), expected(...given));
      for (const { json } of eventsOf(whole)) assert.equal(json.buffer, whole.buffer);
    }),
  );
});

test('any bytes after the magic, with a sum that fits, give views of themselves or the one code', () => {
  const valid = concat(text(1, 'k'), record(login), record(phone));
  const nearly = fc
    .tuple(fc.nat(valid.length - 1), fc.uint8Array({ maxLength: 3 }), fc.nat(3))
    .map(([at, put, cut]) => concat(valid.subarray(0, at), put, valid.subarray(at + cut)));
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), nearly), (body) => {
      try {
        const whole = framed(body);
        for (const { json } of eventsOf(whole)) {
          assert.ok(json.byteOffset >= whole.byteOffset + MAGIC.length);
          assert.ok(json.byteOffset + json.length <= whole.byteOffset + whole.length - 16);
        }
      } catch (error) {
        assert.ok(error instanceof EventError, String(error));
        assert.equal(error.code, 'aggregate-malformed');
        assert.equal(error.cause, undefined);
      }
    }),
    { numRuns: 5000 },
  );
});
