import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { z } from 'zod';
import { utf8 } from '#core/bytes.ts';
import { askedScope, decisionSchema, requestSchema } from '#core/cases/request.ts';
import { problems, WireError, type WireErrorCode } from '#core/problem.ts';
import { parse, parseBody } from '#functions/middleware/parse.ts';
import { request, requests } from '../core/cases/cases.ts';

const bytesOf = (value: unknown) => utf8(JSON.stringify(value));

function refused(body: Uint8Array, schema: z.ZodType = requestSchema): WireError {
  try {
    parseBody(body, schema);
  } catch (error) {
    if (error instanceof WireError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}
const codeOf = (value: unknown, schema: z.ZodType = requestSchema) => refused(bytesOf(value), schema).code;

test('a body that is the schema’s comes out as what it says', () => {
  fc.assert(
    fc.property(requests, (request) => {
      assert.deepEqual(parseBody(bytesOf(request), requestSchema), request);
    }),
  );
});

test('no body is an empty object: withdrawal and collection need none, a request does', () => {
  assert.deepEqual(parseBody(new Uint8Array(), z.strictObject({})), {});
  assert.equal(refused(new Uint8Array()).code, 'field-invalid');
});

test('what is not JSON is refused as malformed', () => {
  for (const text of [
    '{',
    '{"a":1,}',
    "{'a':1}",
    'undefined',
    '{} {}',
    'NaN',
    '// {}',
    '\u0000{}',
    '{"a":\n"\n"}',
  ]) {
    assert.equal(refused(utf8(text)).code, 'body-malformed', text);
  }
});

test('JSON that is no object is refused', () => {
  for (const value of [null, [], 'text', 7, true, [request]]) assert.equal(codeOf(value), 'field-invalid');
});

test('a byte order mark is malformed, not skipped: the digest is over it', () => {
  assert.equal(refused(utf8(`\ufeff${JSON.stringify(request)}`)).code, 'body-malformed');
});

test('bytes that are not UTF-8 are malformed, not replaced', () => {
  const [before, after] = JSON.stringify({ ...request, reference: 'X_X' }).split('_');
  for (const bad of [[0xff], [0xc3], [0xed, 0xa0, 0x80], [0xc0, 0x80], [0xe2, 0x82]]) {
    const body = Buffer.concat([utf8(before ?? ''), Uint8Array.from(bad), utf8(after ?? '')]);
    assert.equal(refused(body).code, 'body-malformed', bad.join());
  }
  assert.equal(refused(Buffer.from(JSON.stringify(request), 'utf16le')).code, 'body-malformed');
});

test('a body of 64 KiB is read, one byte more is not, whatever is in it', () => {
  const padded = (size: number) => utf8(JSON.stringify(request).padEnd(size, ' '));
  assert.deepEqual(parseBody(padded(65_536), requestSchema), request);
  assert.equal(refused(padded(65_537)).code, 'body-too-large');
  assert.equal(refused(new Uint8Array(65_537).fill(0xff)).code, 'body-too-large');
});

test('I5: a field that is not of the route is refused as such, at any depth and beside other faults', () => {
  const bad = [
    { ...request, message: 'hello' },
    { ...request, instrument: { ...request.instrument, text: 'hello' } },
    { ...request, subjects: [{ kind: 'account', value: 'alice', content: 'hello' }] },
    { ...request, priority: 'Urgent', message: 'hello' },
    { ...request, categories: ['MessageContent'], message: 'hello' },
  ];
  for (const value of bad) assert.equal(codeOf(value), 'field-unknown');
  assert.equal(codeOf({ page: '1', all: true }, z.strictObject({ page: z.string() })), 'field-unknown');
});

test('I5: a category that is not one of the three is refused as such', () => {
  for (const name of ['MessageContent', 'ContentData', 'trafficdata', '']) {
    assert.equal(codeOf({ ...request, categories: [name] }), 'category-unsupported', name);
    assert.equal(codeOf({ ...request, categories: ['TrafficData', name] }), 'category-unsupported', name);
  }
  assert.equal(codeOf({ ...request, categories: [] }), 'field-invalid');
});

test('a decision’s faults are those of its fields', () => {
  const decision = { decision: 'approve', requestDigest: 'd', scope: askedScope(request), reason: 'r' };
  assert.equal(codeOf({ ...decision, decision: 'maybe' }, decisionSchema), 'field-invalid');
  assert.equal(
    codeOf({ ...decision, scope: { ...decision.scope, more: 1 } }, decisionSchema),
    'field-unknown',
  );
});

test('a refusal says where, as pointers into our own schema', () => {
  assert.deepEqual(refused(bytesOf({ ...request, priority: 'Urgent' })).at, ['/priority']);
  assert.equal(
    refused(bytesOf({ ...request, period: { ...request.period, from: 'x' } })).at?.[0],
    '/period/from',
  );
  const subjects = [
    { kind: 'account', value: 'alice' },
    { kind: 'phone', value: 'x' },
  ];
  assert.deepEqual(refused(bytesOf({ ...request, subjects })).at, ['/subjects/1/value']);
});

test('I1: no name and no value of a request is in its refusal', () => {
  const mark = 'zqalice203';
  const places: unknown[] = [
    { ...request, [mark]: mark },
    { ...request, instrument: { ...request.instrument, [mark]: 1 } },
    { ...request, reference: `${mark}\n` },
    { ...request, subjects: [{ kind: mark, value: mark }] },
    { ...request, subjects: [{ kind: 'phone', value: mark }] },
    { ...request, subjects: { [mark]: mark } },
    { ...request, categories: [mark] },
    { ...request, categories: { [mark]: mark } },
    { ...request, period: { from: mark, to: mark, [mark]: mark } },
    { ...request, priority: { [mark]: { [mark]: mark } } },
    { [mark]: mark },
    [mark],
    mark,
  ];
  const own = /^(?:\/(?:[a-zA-Z]+|\d+))*$/;
  for (const place of places) {
    const error = refused(bytesOf(place));
    assert.ok(
      !`${error.stack}${JSON.stringify(error)}${String(error.cause)}`.includes(mark),
      JSON.stringify(place),
    );
    for (const at of error.at ?? []) assert.match(at, own);
  }
  const malformed = refused(utf8(`{"${mark}":`));
  assert.ok(!`${malformed.stack}${JSON.stringify(malformed)}${String(malformed.cause)}`.includes(mark));
});

test('any bytes at all are parsed or refused with a code of the wire, and nothing else is thrown', () => {
  const takes: WireErrorCode[] = ['body-malformed', 'field-invalid', 'field-unknown', 'category-unsupported'];
  const near = fc
    .tuple(fc.constant(bytesOf(request)), fc.nat(), fc.uint8Array({ maxLength: 4 }))
    .map(([body, at, by]) =>
      Buffer.concat([body.subarray(0, at % body.length), by, body.subarray((at % body.length) + 1)]),
    );
  const bodies = fc.oneof(near, fc.uint8Array({ maxLength: 200 }), fc.jsonValue().map(bytesOf));
  fc.assert(
    fc.property(bodies, (body) => {
      try {
        parseBody(body, requestSchema);
      } catch (error) {
        assert.ok(error instanceof WireError && takes.includes(error.code), String(error));
        assert.ok(problems[error.code][0] >= 400 && problems[error.code][0] < 500);
      }
    }),
    { numRuns: 2000 },
  );
});

/** Runs the middleware over a body that came with these content types. */
function arrive(body: Uint8Array, ...types: string[]): unknown {
  const headers = types.map((value) => ['Content-Type', value] as const);
  const event = { caller: { message: { body, headers } }, input: undefined };
  const { before } = parse(requestSchema);
  // The middleware reads nothing else of an event.
  Reflect.apply(before ?? (() => {}), undefined, [{ event }]);
  return event.input;
}

test('a body comes as application/json, with no charset but UTF-8, or is refused', () => {
  for (const type of [
    'application/json',
    'Application/JSON',
    'application/json; charset=utf-8',
    'application/json;charset="UTF-8"',
  ]) {
    assert.deepEqual(arrive(bytesOf(request), type), request, type);
  }
  const media = { name: 'WireError', code: 'media-type' };
  for (const type of [
    'text/plain',
    'application/jsonp',
    'application/json; charset=utf-16',
    'application/json; charset=utf-8; x=y',
    'multipart/form-data',
    'application/json, text/plain',
  ]) {
    assert.throws(() => arrive(bytesOf(request), type), media, type);
  }
  assert.throws(() => arrive(bytesOf(request)), media);
  assert.throws(() => arrive(bytesOf(request), 'application/json', 'application/json'), media);
});
