import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { jsonDigest } from '#core/canonical.ts';
import {
  askedScope,
  decisionSchema,
  grounds,
  requestSchema,
  suspensionSchema,
  validationSchema,
} from '#core/cases/request.ts';
import { scopeSchema } from '#core/cases/scope.ts';
import { request, requests } from './cases.ts';

const approve = {
  decision: 'approve',
  requestDigest: jsonDigest(request),
  scope: askedScope(request),
  reason: 'lawful',
};

/** A deep copy with one place set to another value, or taken out. */
function changed(value: unknown, path: readonly (string | number)[], to: unknown): unknown {
  const copy = structuredClone(value);
  let at = copy as Record<string | number, unknown>;
  for (const step of path.slice(0, -1)) at = at[step] as Record<string | number, unknown>;
  const last = path.at(-1) ?? '';
  if (to === gone) delete at[last];
  else at[last] = to;
  return copy;
}
const gone = Symbol('gone');

const numbered = (i: number) => `c0ffee00-0000-4000-8000-0000000000${i + 10}`;
const one = numbered(0);

const badText = (max: number) => [
  '',
  'x'.repeat(max + 1),
  'a\nb',
  'a\u0000',
  '\u0085',
  'a\ud800',
  7,
  null,
  gone,
];
/** What nobody sees, and what looks like something else: in texts that people read. */
const badSeen = [
  'StGB\u200b 185',
  'StGB 18\u00ad5',
  '\ufeffStGB 185',
  'StGB\u3164185',
  'StGB 185\u{e0020}',
  'StGB 185\ufe0f',
  '\u061cStGB 185',
  '\u202eStGB 185',
  'Beleidigu\u0308ng',
  ' ',
];
/** And in texts that are compared. */
const badCompared = [
  ...badSeen,
  ' StGB 185',
  'StGB 185 ',
  'StGB  185',
  'StGB\u00a0185',
  'StGB\u2009185',
  'StGB\u3000185',
];
const badOffence = [
  'St\u0413B 185',
  'S\u03a4GB 185',
  'StGB ١٨٥',
  'StGB １８５',
  '\u{1d412}tGB 185',
  'S\u0332tGB 185',
  'ᏚᏖᏀᏴ 185',
  'StGB 185 🙂',
  '<b>StGB 185</b>',
  '=StGB 185',
];
const badInstant = [
  '2026-11-20',
  '2026-11-20T09:00:00',
  '2026-11-20T09:00:00+01:00',
  '2026-02-30T09:00:00Z',
  '2026-11-20T24:00:00Z',
  '2026-11-20T09:00:60Z',
  '2026-11-20t09:00:00z',
  ' 2026-11-20T09:00:00Z',
  '2026-11-20T09:00:00Z\n',
  1_795_000_000,
  null,
  gone,
];
const badPeriod = [
  { from: '2026-09-01T00:00:00Z', to: '2026-09-01T00:00:00Z' },
  { from: '2026-09-01T00:00:00Z', to: '2026-09-01T00:00:00.000Z' },
  { from: '2026-09-02T00:00:00Z', to: '2026-09-01T00:00:00Z' },
  { from: '2026-09-01T00:00:00Z' },
  { to: '2026-09-01T00:00:00Z' },
  [],
  gone,
];
const badCategories = [
  [],
  ['TrafficData', 'TrafficData'],
  'TrafficData',
  ['trafficData'],
  ['*'],
  [null],
  {},
  gone,
];

const badRequests: [path: (string | number)[], values: readonly unknown[]][] = [
  [['reference'], [...badText(128), ...badCompared]],
  [['instrument'], [gone, null, 'EPOC', []]],
  [
    ['instrument', 'kind'],
    ['', '1', 'E POC', '-x', `E${'x'.repeat(32)}`, 'EPOC\n', 'Élan', gone],
  ],
  [
    ['instrument', 'jurisdiction'],
    ['', 'de', 'D', 'DEU', 'D1', 'DE\n', gone],
  ],
  [
    ['instrument', 'authoriserRole'],
    ['', 'Police', 'judgecourtorinvestigatingjudge', gone],
  ],
  [['instrument', 'issuedAt'], badInstant],
  [
    ['instrument', 'offence'],
    [...badText(200), ...badCompared, ...badOffence],
  ],
  [
    ['instrument', 'digest'],
    [
      '',
      'A'.repeat(43),
      `sha-256=:${'A'.repeat(42)}=:`,
      `sha-512=:${'A'.repeat(43)}=:`,
      `sha-256=:${'-'.repeat(43)}=:`,
      `sha-256=:${'A'.repeat(43)}=:\n`,
      gone,
    ],
  ],
  [['investigation'], ['civil', 'Criminal', '', gone]],
  [['priority'], ['Urgent', 'routine', '', gone]],
  [
    ['subjects'],
    [[], {}, gone, null, Array.from({ length: 101 }, (_, i) => ({ kind: 'account', value: `${i}` }))],
  ],
  [
    ['subjects', 1],
    [{ kind: 'phone', value: '+4915112345678' }, null, 'alice', []],
  ],
  [
    ['subjects', 0, 'kind'],
    ['ip', 'email', 'Phone', '', null, gone],
  ],
  [
    ['subjects', 0, 'value'],
    ['4915112345678', '+0915112345', '+123456', '+1234567890123456', '+49 151', '+49151123\n', '*', '', gone],
  ],
  [['subjects', 1, 'value'], badText(256)],
  [['subjects', 2, 'value'], badText(256)],
  [['categories'], badCategories],
  [['period'], badPeriod],
  [['period', 'from'], badInstant],
  [['period', 'to'], badInstant],
  [['notice'], [null, {}, 'later']],
  [['notice', 'delayUntil'], badInstant],
  [
    ['notice', 'reason'],
    ['', 'because', 'Flight', null, gone],
  ],
  [['threat'], ['', 'property', 'Life', null]],
  [['amends'], ['', 'c0ffee', null, 7]],
  [
    ['preservations'],
    [[], ['c0ffee'], [one, one], one, null, Array.from({ length: 11 }, (_, i) => numbered(i))],
  ],
];

test('the request of the design is taken as it stands, with or without a notice', () => {
  assert.deepEqual(requestSchema.parse(request), request);
  assert.ok(requestSchema.safeParse(changed(request, ['notice'], gone)).success);
  const more = { ...request, threat: 'critical infrastructure', amends: one, preservations: [one] };
  assert.deepEqual(requestSchema.parse(more), more);
});

for (const [path, values] of badRequests) {
  test(`a request with a bad ${path.join('.')} is refused`, () => {
    for (const value of values) {
      const bad = changed(request, path, value);
      assert.equal(requestSchema.safeParse(bad).success, false, `${path.join('.')}: ${String(value)}`);
    }
  });
}

const levels: (string | number)[][] = [
  [],
  ['instrument'],
  ['subjects', 0],
  ['subjects', 1],
  ['subjects', 2],
  ['period'],
  ['notice'],
];

test('I5: a field that is not of the wire is refused at every level of a request', () => {
  for (const level of levels) {
    for (const name of ['message', 'content', 'note', 'Reference', '', 'toString', 'constructor']) {
      const bad = changed(request, [...level, name], 'hello');
      assert.equal(requestSchema.safeParse(bad).success, false, `/${level.join('/')}: ${name}`);
    }
  }
});

test('I5: a field called __proto__ is unknown like any other', () => {
  const text = JSON.stringify(request);
  for (const bad of [
    text.replace('{', '{"__proto__":{"message":"hello"},'),
    text.replace('"instrument":{', '"instrument":{"__proto__":"hello",'),
    text.replace('"period":{', '"period":{"__proto__":null,'),
  ]) {
    assert.notEqual(bad, text);
    assert.equal(requestSchema.safeParse(JSON.parse(bad)).success, false);
  }
});

test('I5: message content has no category, however it is called', () => {
  const contentLike = [
    'ContentData',
    'MessageContent',
    'Messages',
    'Content',
    'StoredContent',
    'Attachments',
    'Contacts',
    'LocationData',
    'SubscriberData ',
    'TrafficData,ContentData',
  ];
  for (const name of contentLike) {
    for (const categories of [[name], ['TrafficData', name]]) {
      assert.equal(requestSchema.safeParse({ ...request, categories }).success, false, name);
      const scope = { ...askedScope(request), categories };
      assert.equal(scopeSchema.safeParse(scope).success, false, name);
    }
  }
});

test('a request and its digest survive JSON, and the order of its fields does not matter', () => {
  const backwards = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map(backwards)
      : typeof value === 'object' && value !== null
        ? Object.fromEntries(
            Object.entries(value)
              .toReversed()
              .map(([k, v]) => [k, backwards(v)]),
          )
        : value;
  fc.assert(
    fc.property(requests, (request) => {
      const parsed = requestSchema.parse(JSON.parse(JSON.stringify(request)));
      assert.deepEqual(parsed, request);
      assert.equal(jsonDigest(parsed), jsonDigest(request));
      assert.equal(jsonDigest(requestSchema.parse(backwards(request))), jsonDigest(request));
      assert.match(jsonDigest(request), /^sha-256=:[A-Za-z0-9+/]{43}=:$/);
    }),
  );
});

test('what a request asks for is all its subjects, its categories and its period', () => {
  fc.assert(
    fc.property(requests, (request) => {
      const scope = askedScope(request);
      assert.deepEqual(scopeSchema.parse(scope), scope);
      assert.deepEqual(scope.subjects, [...request.subjects.keys()]);
      assert.deepEqual([scope.categories, scope.period], [request.categories, request.period]);
    }),
  );
});

test('an approval needs its digest, scope and reason, a rejection no scope, and neither takes anything else', () => {
  assert.ok(decisionSchema.safeParse(approve).success);
  assert.ok(decisionSchema.safeParse({ ...approve, decision: 'reject' }).success);
  assert.ok(decisionSchema.safeParse(changed({ ...approve, decision: 'reject' }, ['scope'], gone)).success);
  const bad: [(string | number)[], readonly unknown[]][] = [
    [['decision'], ['Approve', 'abstain', '', gone]],
    [['requestDigest'], [gone, 7, 'x'.repeat(101)]],
    [['scope'], [gone, null, {}]],
    [
      ['scope', 'subjects'],
      [[], [0, 0], [-1], [100], [0.5], ['0'], gone],
    ],
    [['scope', 'categories'], badCategories],
    [['scope', 'period'], badPeriod],
    [['scope', 'period', 'from'], badInstant],
    [['scope', 'more'], ['x']],
    [['scope', 'period', 'more'], ['x']],
    [['more'], ['x']],
    [['reason'], [...badText(1000), ...badSeen]],
  ];
  for (const [path, values] of bad) {
    for (const value of values) {
      const label = `${path.join('.')}: ${String(value)}`;
      assert.equal(decisionSchema.safeParse(changed(approve, path, value)).success, false, label);
    }
  }
});

test('a rejection takes a ground from the list and none, an approval takes none', () => {
  const reject = { ...approve, decision: 'reject' };
  for (const ground of grounds) {
    assert.ok(decisionSchema.safeParse({ ...reject, ground }).success);
    assert.equal(decisionSchema.safeParse({ ...approve, ground }).success, false);
  }
  for (const ground of ['', 'Other', 'because', null])
    assert.equal(decisionSchema.safeParse({ ...reject, ground }).success, false, String(ground));
});

test('a suspension and a validation say all that they must and nothing else', () => {
  const suspension = { requestDigest: approve.requestDigest, ground: 'press-freedom', reason: 'a newspaper' };
  const { digest } = request.instrument;
  const validation = { authoriserRole: 'PublicProsecutor', validatedAt: '2026-11-21T09:00:00Z', digest };
  for (const [schema, good] of [
    [suspensionSchema, suspension],
    [validationSchema, validation],
  ] as const) {
    assert.deepEqual(schema.parse(good), good);
    assert.equal(schema.safeParse({ ...good, more: 1 }).success, false);
    for (const name of Object.keys(good))
      assert.equal(schema.safeParse(changed(good, [name], gone)).success, false, name);
  }
  assert.equal(validationSchema.safeParse({ ...validation, authoriserRole: 'Police' }).success, false);
  assert.equal(suspensionSchema.safeParse({ ...suspension, ground: 'because' }).success, false);
});
