import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { authorisersFor, instrumentsFor, jurisdictionsFor, officesFor } from '#client/asking/rules.ts';
import {
  categoryFault,
  delayFault,
  fromFault,
  issuedFault,
  preservationRefusalOf,
  refusalOf,
  textFor,
  toFault,
} from '#client/cli/request/limits.ts';
import { type Policy, policySchema } from '#core/cases/policy.ts';
import type { Request } from '#core/cases/request.ts';
import type { Terms } from '#core/registry/terms.ts';
import { request as example, policy as examplePolicy, shipped } from '../../core/cases/cases.ts';

const now = '2026-11-25T10:00:00.000Z';
const policy: Policy = policySchema.parse({
  ...examplePolicy,
  limits: { ...examplePolicy.limits, subjects: 2, periodDays: 90, grants: 6 },
  notice: { ...examplePolicy.notice, longestDelayDays: 100 },
});
const terms: Terms = {
  jurisdictions: ['DE'],
  instruments: ['EPOC'],
  categories: ['SubscriberData', 'TrafficData'],
  rates: { requestsPerDay: 5, emergenciesPerWeek: 0 },
};
const rules = { policy, terms };
const [subject] = example.subjects;
const request: Request = {
  ...example,
  notice: undefined,
  subjects: subject === undefined ? [] : [subject],
  categories: ['SubscriberData'],
};
const said = (changes: Partial<Request>) => refusalOf({ ...request, ...changes }, rules, now);
const period = (from: string, to = '2026-11-20T00:00:00Z') => ({ from, to });

test('a limit that is exceeded is told in numbers: what is asked, and what the provider allows', () => {
  assert.equal(said({}), undefined);
  assert.deepEqual(said({ period: period('2026-08-20T00:00:00Z') }), {
    code: 'limit-exceeded',
    text: '92 days, and the provider allows 90',
  });
  const many = ['a', 'b', 'c'].map((value) => ({ kind: 'account' as const, value }));
  assert.equal(said({ subjects: many })?.text, '3 subjects, and the provider allows 2');
  const wide: Partial<Request> = {
    subjects: many.slice(1),
    categories: ['SubscriberData', 'TrafficData'],
    period: period('2026-09-15T00:00:00Z'),
  };
  assert.equal(
    said(wide)?.text,
    '2 subjects × 3 months × 2 kinds of record is 12, and the provider allows 6',
  );
  const notice = { delayUntil: '2027-11-25T10:00:00Z', reason: 'flight' } as const;
  assert.equal(said({ notice })?.text, 'is 365 days off, and the provider allows 100');
});

test('what an agency’s terms or the policy do not have is told by name', () => {
  const order = (changes: Partial<Request['instrument']>) => ({
    instrument: { ...request.instrument, ...changes },
  });
  assert.deepEqual(said(order({ jurisdiction: 'FR' })), {
    code: 'agency-jurisdiction',
    text: 'FR, and your agency may ask under DE',
  });
  assert.equal(said(order({ kind: 'MLA' }))?.text, 'MLA, and your agency may ask on EPOC');
  assert.equal(
    said({ categories: ['UserIdentifyingData'] })?.text,
    'UserIdentifyingData, and your agency may ask for SubscriberData, TrafficData',
  );
  const byProsecutor = {
    ...order({ authoriserRole: 'PublicProsecutor' }),
    categories: ['TrafficData' as const],
  };
  assert.match(said(byProsecutor)?.text ?? '', /^TrafficData: not on the order of this authority$/);
});

test('each answer is checked by itself: dates that are to come, periods that are too long, delays that are over', () => {
  assert.equal(issuedFault('2026-11-25T10:05:00Z', now), undefined);
  assert.match(issuedFault('2036-11-20T00:00:00Z', now) ?? '', /in the future/);
  assert.match(fromFault('2026-11-26T00:00:00Z', now) ?? '', /still to come/);
  assert.match(toFault(period('2026-11-20T00:00:00Z'), now, rules) ?? '', /not after the beginning/);
  assert.match(toFault(period('2026-11-01T00:00:00Z', '2026-11-27T00:00:00Z'), now, rules) ?? '', /future/);
  assert.equal(toFault(period('2026-08-20T00:00:00Z'), now, rules), '92 days, and the provider allows 90');
  assert.equal(toFault(period('2026-08-20T00:00:00Z'), now, {}), undefined);
  assert.match(delayFault(now, now, rules) ?? '', /over already/);
});

test('whatever passes here, the provider’s own rules take; and what they refuse is told', () => {
  const instants = fc
    .date({ min: new Date('2025-01-01'), max: new Date('2027-01-01'), noInvalidDate: true })
    .map((date) => date.toISOString());
  fc.assert(
    fc.property(instants, instants, (from, to) => {
      if (from >= to) return;
      const isSilent = fromFault(from, now) === undefined && toFault({ from, to }, now, rules) === undefined;
      const refusal = said({ period: { from, to } });
      assert.equal(isSilent, refusal === undefined, refusal?.text);
    }),
    { numRuns: 500 },
  );
});

test('a preservation is measured by its own rules', () => {
  const { priority: _, notice: _n, ...order } = request;
  assert.equal(preservationRefusalOf(order, rules, now), undefined);
  const wide = { ...order, period: period('2026-08-20T00:00:00Z') };
  assert.equal(preservationRefusalOf(wide, rules, now)?.text, '92 days, and the provider allows 90');
});

test('choices are what both the policy and the terms take; without either nothing is left out', () => {
  assert.deepEqual(instrumentsFor(rules, false), ['EPOC']);
  assert.deepEqual(jurisdictionsFor(rules, 'EPOC', false), ['DE']);
  assert.ok(authorisersFor(rules, 'EPOC', false).includes('PublicProsecutor'));
  assert.equal(instrumentsFor({}, false), undefined);
  assert.equal(jurisdictionsFor({}, 'EPOC', false), undefined);
  assert.equal(authorisersFor({}, 'EPOC', false).length, 3);
  assert.equal(categoryFault('TrafficData', request.instrument, {}), undefined);
  assert.equal(textFor('limit-exceeded', request, {}, now), undefined);
});

test('an office is asked for where no line takes the order without one, and only those that count as its authoriser', () => {
  const ipa = { policy: shipped('uk-ipa') };
  assert.deepEqual(officesFor(ipa, 'IPA-60A', 'OtherCompetentAuthority'), ['OCDA']);
  assert.deepEqual(officesFor(ipa, 'IPA-60A', 'JudgeCourtOrInvestigatingJudge'), ['JudicialCommissioner']);
  assert.deepEqual(officesFor(ipa, 'IPA-61A', 'JudgeCourtOrInvestigatingJudge'), []);
  assert.deepEqual(officesFor({ policy: shipped('us-sca') }, 'Subpoena', 'PublicProsecutor'), []);
  assert.deepEqual(officesFor(rules, 'EPOC', 'PublicProsecutor'), []);
  assert.deepEqual(officesFor({}, 'EPOC', 'PublicProsecutor'), []);
});
