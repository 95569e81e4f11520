import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FormError } from '#client/epoc/form.ts';
import { readOrderForm } from '#client/epoc/read.ts';
import { preservationSchema } from '#core/cases/preservation.ts';
import { requestSchema } from '#core/cases/request.ts';
import { policy, shipped } from '../../core/cases/cases.ts';
import { bytesOf, codesOf, epoc, imported, now, provider } from './forms.ts';

/** An EPOC or EPOC-PR as JSON of our own form. */

test('each identifier becomes a draft, with all that the form says and the same order', () => {
  const { drafts } = imported(epoc);
  const order = {
    order: 'DE-2026-000117',
    priority: 'Routine',
    instrument: {
      kind: 'EPOC',
      jurisdiction: 'DE',
      authoriserRole: 'JudgeCourtOrInvestigatingJudge',
      issuedAt: '2026-11-20T09:00:00Z',
      offence: 'StGB 176b',
      threshold: 'met',
      authority: 'Amtsgericht Hamburg',
    },
    investigation: 'criminal',
  };
  assert.deepEqual(drafts, [
    {
      kind: 'request',
      evidence: [1],
      draft: {
        ...order,
        reference: 'GS-4711/26-1',
        subjects: [{ kind: 'phone', value: '+4915112345678' }],
        categories: ['SubscriberData', 'TrafficData'],
        period: { from: '2026-08-31T22:00:00Z', to: '2026-11-19T23:00:00Z' },
      },
    },
    {
      kind: 'request',
      evidence: [2],
      draft: {
        ...order,
        reference: 'GS-4711/26-2',
        subjects: [{ kind: 'account', value: 'u-4711' }],
        categories: ['UserIdentifyingData'],
        period: { from: '2026-09-01T00:00:00Z', to: '2026-11-20T00:00:00Z' },
      },
    },
  ]);
});

test('a draft lacks the order’s digest alone, which is of the order’s file', () => {
  const result = imported(epoc);
  assert.ok(codesOf(result).includes('digest-open'));
  for (const { draft } of result.drafts) {
    const digest = `sha-256=:${'A'.repeat(43)}=:`;
    const whole = { ...draft, instrument: { ...draft.instrument, digest } };
    assert.ok(requestSchema.safeParse(whole).success);
    const { error } = requestSchema.safeParse(draft);
    assert.deepEqual(
      error?.issues.map(({ path }) => path.join('.')),
      ['instrument.digest'],
    );
  }
});

test('an EPOC-PR becomes preservations, with nothing that only a request has', () => {
  const { EF, C: _, ...rest } = epoc;
  const result = imported({
    ...rest,
    certificate: 'EPOC-PR',
    EF: EF.slice(0, 1),
    H: { delay: true, until: '2027-02-20T00:00:00Z', reason: 'flight' },
    K: { exempt: 'resident' },
  });
  const [only] = result.drafts;
  assert.equal(only?.kind, 'preservation');
  const digest = `sha-256=:${'A'.repeat(43)}=:`;
  const { error } = preservationSchema.safeParse({
    ...only?.draft,
    instrument: { ...only?.draft.instrument, digest },
  });
  assert.equal(error, undefined);
  assert.ok(codesOf(result).includes('as-preservation'));
  assert.equal(result.said.filter(({ code }) => code === 'unread').length, 2);
});

test('what is needed and missing is said, each by itself, and nothing is drafted', () => {
  const without: [code: string, form: unknown][] = [
    ['authority-id-missing', { ...epoc, A: { state: 'DE' } }],
    ['form-id-missing', { ...epoc, id: undefined }],
    ['case-id-missing', { ...epoc, I: { ...epoc.I, fileReference: undefined } }],
    ['evidence-missing', { ...epoc, EF: [] }],
    ['issuer-missing', { ...epoc, I: { ...epoc.I, type: undefined } }],
    ['issued-at-missing', { ...epoc, I: { ...epoc.I, issuedAt: undefined } }],
    ['deadline-missing', { ...epoc, C: {} }],
  ];
  for (const [code, form] of without) {
    const result = imported(form);
    assert.deepEqual(
      result.said.filter(({ kind }) => kind === 'missing').map((each) => each.code),
      [code],
    );
    assert.deepEqual(result.drafts, [], code);
  }
});

test('all else may be absent, and what a request needs of it is left to the officer', () => {
  const result = imported({
    ...epoc,
    A: { authority: { id: 'DE-AG-HH-0007' } },
    B: undefined,
    EF: [{ ...epoc.EF[0], period: undefined }],
    G: undefined,
  });
  assert.equal(result.drafts.length, 1);
  assert.deepEqual(
    result.said.filter(({ kind }) => kind === 'open').map(({ code }) => code),
    ['jurisdiction-open', 'period-open', 'offence-open', 'digest-open'],
  );
  assert.ok(codesOf(result).includes('addressee-unknown'));
  assert.equal(result.drafts[0]?.draft.reference, 'GS-4711/26');
});

test('what is addressed to another provider is refused', () => {
  const result = imported({ ...epoc, B: { addressee: { name: 'Example Mail Two' } } });
  assert.deepEqual(result.drafts, []);
  assert.deepEqual(result.said[0], {
    kind: 'refused',
    code: 'other-addressee',
    section: 'B',
    value: 'Example Mail Two',
  });
  const called = { ...provider, alsoCalled: ['example mail two'] };
  const { drafts } = imported(
    { ...epoc, B: { addressee: { name: 'Example Mail Two' } } },
    { provider: called },
  );
  assert.equal(drafts.length, 2);
});

test('content is refused, whatever else the same identifier is asked for', () => {
  const [first, second] = epoc.EF;
  const result = imported({
    ...epoc,
    EF: [
      { ...first, categories: ['content', 'traffic'] },
      { ...second, categories: ['content'] },
    ],
  });
  assert.deepEqual(
    result.said.filter(({ code }) => code === 'content').map(({ evidence }) => evidence),
    [1, 2],
  );
  assert.deepEqual(
    result.drafts.map(({ draft }) => draft.categories),
    [['TrafficData']],
  );
});

test('an order that names only an address and a time is refused, on the form’s ground for what is not possible', () => {
  const [first] = epoc.EF;
  const result = imported({
    ...epoc,
    EF: [{ ...first, identifier: { type: 'ip-address', value: '192.0.2.7' } }],
  });
  assert.deepEqual(result.drafts, []);
  const [said] = result.said.filter(({ code }) => code === 'address-and-time');
  assert.equal(said?.ground, 'impossible');
  assert.ok(!JSON.stringify(result.said).includes('192.0.2.7'));
});

test('an identifier of another kind is refused, and not taken for an account', () => {
  const [first] = epoc.EF;
  for (const identifier of [
    { type: 'e-mail', value: 'a@example.org' },
    { type: 'phone', value: '0151 12345678' },
  ]) {
    const result = imported({ ...epoc, EF: [{ ...first, identifier }] });
    assert.deepEqual(result.drafts, []);
    assert.ok(codesOf(result).includes('identifier-unknown'));
  }
});

test('eight hours are an emergency; a form that says both is refused', () => {
  const emergency = imported({
    ...epoc,
    C: { deadline: 'eight-hours', threat: 'life' },
    I: { ...epoc.I, withoutValidation: true },
  });
  assert.equal(emergency.drafts[0]?.draft.priority, 'Emergency');
  assert.equal(emergency.drafts[0]?.draft.threat, 'life');
  assert.ok(codesOf(emergency).includes('without-validation'));
  const bare = imported({ ...epoc, B: { ...epoc.B, emergency: true }, C: undefined });
  assert.ok(codesOf(bare).includes('threat-open'));
  assert.equal(bare.drafts.length, 2);
  const both: unknown[] = [
    { ...epoc, B: { ...epoc.B, emergency: true } },
    { ...epoc, B: { ...epoc.B, emergency: false }, C: { deadline: 'eight-hours' } },
  ];
  for (const form of both) {
    const result = imported(form);
    assert.deepEqual(result.drafts, []);
    assert.ok(codesOf(result).includes('emergency-contradicted'));
  }
});

test('who validated an order is its authoriser, and it still needs its issuer', () => {
  const J = { type: 'PublicProsecutor', validatedAt: '2026-11-20T11:00:00Z' };
  const I = { ...epoc.I, type: 'OtherCompetentAuthority' };
  assert.equal(imported({ ...epoc, I, J }).drafts[0]?.draft.instrument.authoriserRole, 'PublicProsecutor');
  assert.deepEqual(imported({ ...epoc, I: { ...I, type: undefined }, J }).drafts, []);
});

test('related requests are named by this provider’s ids, for a single draft alone', () => {
  const id = '7d0c1e0a-1111-4222-8333-944455556666';
  const D = [
    { id: 'PR-1', relation: 'preserved-by', atProvider: id },
    { id: 'X-2', relation: 'replaces' },
  ];
  const one = imported({ ...epoc, D, EF: epoc.EF.slice(0, 1) });
  assert.deepEqual(one.drafts[0]?.draft.preservations, [id]);
  assert.equal(one.drafts[0]?.draft.amends, undefined);
  assert.deepEqual(
    one.said.filter(({ code }) => code === 'related-open').map(({ value }) => value),
    ['X-2'],
  );
  const two = imported({ ...epoc, D });
  assert.equal(two.drafts[0]?.draft.preservations, undefined);
  assert.equal(two.said.filter(({ code }) => code === 'related-open').length, 2);
});

test('a day alone is no instant, as nobody knows in which zone it begins', () => {
  for (const issuedAt of [
    '2026-11-20',
    '2026-11-20T09:00:00',
    '2026-02-30T09:00:00+01:00',
    '2026-11-20T24:00:00Z',
  ])
    assert.throws(
      () => readOrderForm(bytesOf({ ...epoc, I: { ...epoc.I, issuedAt } })),
      (error) =>
        error instanceof FormError && error.code === 'form-malformed' && error.faults[0] === 'I.issuedAt',
    );
});

test('a value that a request does not take is left out and said', () => {
  const result = imported({ ...epoc, G: { offence: 'StGB\u202e 176b' } });
  assert.equal(result.drafts[0]?.draft.instrument.offence, undefined);
  assert.ok(codesOf(result).includes('unfit'));
  assert.ok(codesOf(result).includes('offence-open'));
});

test('a member that the form does not have is refused by its place, and no value is repeated', () => {
  const form = { ...epoc, G: { ...epoc.G, messages: 'all of them' } };
  assert.throws(
    () => readOrderForm(bytesOf(form)),
    (error) =>
      error instanceof FormError &&
      error.code === 'form-malformed' &&
      error.faults.join() === 'G: messages' &&
      !JSON.stringify(error).includes('all of them'),
  );
});

test('another version, another JSON, and JSON of two meanings are no form', () => {
  const code = (text: string) => {
    try {
      readOrderForm(new TextEncoder().encode(text));
      return 'read';
    } catch (error) {
      return error instanceof FormError ? error.code : 'thrown';
    }
  };
  assert.equal(code(JSON.stringify({ ...epoc, version: 2 })), 'form-unknown');
  assert.equal(code('{}'), 'form-unknown');
  assert.equal(code('{"form":"writ-order-form","form":"writ-order-form"}'), 'form-unreadable');
  assert.equal(code('[]'), 'form-unreadable');
  assert.equal(code(''), 'form-unreadable');
  assert.equal(code(`\ufeff${JSON.stringify(epoc)}`), 'read');
  assert.equal(code(' '.repeat(6_000_001)), 'form-too-large');
});

test('two identifiers that are asked the same stay two requests', () => {
  const [first] = epoc.EF;
  const other = { ...first, identifier: { type: 'account', value: 'u-4711' } };
  assert.equal(imported({ ...epoc, EF: [first, other] }).drafts.length, 2);
});

test('an instant is read with its offset on either side of UTC', () => {
  const issuedOf = (issuedAt: string) =>
    imported({ ...epoc, I: { ...epoc.I, issuedAt } }).drafts[0]?.draft.instrument.issuedAt;
  assert.equal(issuedOf('2026-11-20T09:00:00-05:30'), '2026-11-20T14:30:00Z');
  assert.equal(issuedOf('2026-11-20T09:00:00.5+02:00'), '2026-11-20T07:00:00.500Z');
  assert.equal(issuedOf('2026-11-20T09:00:00.000Z'), '2026-11-20T09:00:00.000Z');
});

test('a delay without an end lasts as long as the policy allows, and one without a reason is the officer’s to give', () => {
  const delayed = { ...epoc, H: { delay: true, reason: 'evidence' } };
  const { drafts, said } = imported(delayed, { policy });
  const latest = Date.parse(now) + policy.notice.longestDelayDays * 86_400_000;
  assert.equal(Date.parse(drafts[0]?.draft.notice?.delayUntil ?? ''), latest);
  assert.equal(drafts[0]?.draft.notice?.reason, 'evidence');
  assert.ok(said.some(({ code }) => code === 'delay-default'));
  for (const [form, rules] of [
    [delayed, {}],
    [{ ...epoc, H: { delay: true, until: '2027-01-01T00:00:00Z' } }, { policy }],
  ] as const) {
    const result = imported(form, rules);
    assert.equal(result.drafts[0]?.draft.notice, undefined);
    assert.ok(codesOf(result).includes('delay-open'));
  }
  assert.equal(imported({ ...epoc, H: { delay: false } }, { policy }).drafts[0]?.draft.notice, undefined);
});

test('what the agency’s terms or the provider’s policy do not take is said beforehand, and still drafted', () => {
  const terms = {
    jurisdictions: ['DE'],
    instruments: ['EPOC'],
    categories: ['SubscriberData' as const],
    rates: { requestsPerDay: 1, emergenciesPerWeek: 0 },
  };
  const valuesOf = (form: unknown, code: string) =>
    imported(form, { policy, terms })
      .said.filter((each) => each.code === code)
      .map(({ value }) => value);
  assert.deepEqual(valuesOf(epoc, 'term-outside-agency'), ['agency-category']);
  assert.deepEqual(valuesOf(epoc, 'term-outside-policy'), []);
  const byOther = { ...epoc, I: { ...epoc.I, type: 'OtherCompetentAuthority' } };
  assert.ok(valuesOf(byOther, 'term-outside-policy').includes('TrafficData: authoriser-insufficient'));
  assert.equal(imported(byOther, { policy, terms }).drafts.length, 2);
  // Nothing is said of the threshold while no offence is named.
  const strict = { ...policy, unlistedOffence: 'refuse' as const };
  const saidOf = (G: object) => imported({ ...epoc, G }, { policy: strict }).said.map(({ value }) => value);
  assert.ok(!saidOf({}).includes('TrafficData: offence-below-threshold'));
  assert.ok(saidOf({ offence: 'StGB 1' }).includes('TrafficData: offence-below-threshold'));
});

test('where the policy has an enforcing authority notified, a form that names none leaves that to the officer', () => {
  const eu = shipped('eu-e-evidence');
  assert.ok(codesOf(imported(epoc, { policy: eu })).includes('notification-open'));
  for (const K of [{ exempt: 'resident' }, { authority: 'ie-doj' }])
    assert.ok(!codesOf(imported({ ...epoc, K }, { policy: eu })).includes('notification-open'));
  assert.ok(!codesOf(imported(epoc, { policy })).includes('notification-open'));
  assert.deepEqual(imported({ ...epoc, K: { authority: 'ie-doj' } }).drafts[0]?.draft.notification, {
    authority: 'ie-doj',
  });
});
