import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Line, type Policy, policySchema } from '#core/cases/policy.ts';
import { unkeepableWithin, unwitnessable } from '#core/cases/policy-kept.ts';
import { policy, shipped } from './cases.ts';

/** The first thing that is wrong: where, and in which words. */
function faults(its: unknown): { at: string; why: string }[] {
  const { error } = policySchema.safeParse(its);
  return (error?.issues ?? []).map(({ path, message }) => ({ at: path.join('.'), why: message }));
}

function refused(its: Policy, at: string, why: RegExp): void {
  const found = faults(its);
  const fault = found.find((each) => each.at === at);
  assert.ok(fault !== undefined, `${at}: ${JSON.stringify(found)}`);
  assert.match(fault.why, why);
}

const epoc: Line = { instruments: ['EPOC'], authorisers: ['JudgeCourtOrInvestigatingJudge'], offence: 'any' };
const withLine = (line: Line, its: Policy = policy): Policy => ({
  ...its,
  categories: { ...its.categories, TrafficData: [line] },
});

test('an emergency never takes more signatures than what is none', () => {
  const its = { ...policy, emergency: { ...policy.emergency, approvals: 3 } };
  refused(its, 'emergency.approvals', /more signatures \(3\) than a request that is none \(2\)/);
  assert.deepEqual(faults({ ...its, approvals: 3 }), []);
});

test('a line names offices that the policy has, and that count as those whom it takes', () => {
  const roles: Policy['roles'] = {
    Court: { title: 'court', is: 'JudgeCourtOrInvestigatingJudge' },
    Police: { title: 'police', is: 'OtherCompetentAuthority' },
  };
  const its = { ...policy, roles };
  const at = 'categories.TrafficData.0';
  assert.deepEqual(faults(withLine({ ...epoc, roles: ['Court'] }, its)), []);
  refused(withLine({ ...epoc, roles: ['Tribunal'] }, its), `${at}.roles`, /names Tribunal, which is none of/);
  refused(withLine({ ...epoc, roles: ['Court'] }), `${at}.roles`, /none of the policy’s roles/);
  refused(withLine({ ...epoc, roles: ['toString'] }, its), `${at}.roles`, /none of the policy’s roles/);
  refused(
    withLine({ ...epoc, roles: ['Court', 'Police'] }, its),
    `${at}.roles`,
    /whom the line does not take/,
  );
  const two: Line = { ...epoc, authorisers: ['JudgeCourtOrInvestigatingJudge', 'PublicProsecutor'] };
  refused(
    withLine({ ...two, roles: ['Court'] }, its),
    `${at}.authorisers`,
    /takes PublicProsecutor and names no office/,
  );
  refused(withLine({ ...epoc, roles: [] }, its), `${at}.roles`, /./);
});

test('a line that has an authority notified says, by the policy, for how long', () => {
  const { notification: _, ...without } = policy;
  refused(
    withLine({ ...epoc, notified: true }, without),
    'categories.TrafficData.0.notified',
    /no `notification`/,
  );
  assert.deepEqual(faults(withLine({ ...epoc, notified: true })), []);
  assert.deepEqual(faults(withLine({ ...epoc, notified: false }, without)), []);
});

test('a threshold that no offence can meet is no rule', () => {
  const at = 'categories.TrafficData.0.offence';
  const strict: Policy = { ...policy, unlistedOffence: 'refuse' };
  const line: Line = { ...epoc, offence: 'threshold' };
  assert.deepEqual(faults(withLine(line, strict)), []);
  refused(withLine({ ...line, jurisdictions: ['FR'] }, strict), at, /no offence meets it/);
  refused(withLine(line, { ...strict, offences: {} }), at, /no offence meets it/);
  refused(
    withLine(line, { ...strict, offences: { DE: { meet: [], miss: ['StGB 185'] } } }),
    at,
    /no offence meets it/,
  );
  // The order declares it, or the desk judges.
  assert.deepEqual(faults(withLine({ ...line, offence: 'declared' }, { ...strict, offences: {} })), []);
  assert.deepEqual(faults(withLine(line, { ...policy, offences: {} })), []);
});

test('what an emergency owes, somebody can give', () => {
  const by = (validators: Policy['emergency']['validators'], its: Policy = policy): Policy => ({
    ...its,
    emergency: { ...its.emergency, validators },
  });
  const at = 'emergency.validators';
  assert.deepEqual(faults(by([])), []);
  assert.deepEqual(faults(by(['JudgeCourtOrInvestigatingJudge'])), []);
  refused(by(['PublicProsecutor']), at, /TrafficData owes a validation, and none of the validators/);
  const judges = shipped('minimal');
  refused(by(['OtherCompetentAuthority'], judges), at, /names OtherCompetentAuthority, whom no line takes/);
  // Another order's judge, or one under another law, validates nothing of this one.
  const police: Line = {
    instruments: ['NationalOrder'],
    authorisers: ['OtherCompetentAuthority'],
    offence: 'any',
  };
  const other = (change: Partial<Line>): Policy => ({
    ...policy,
    categories: {
      SubscriberData: [police, { ...epoc, ...change }],
      UserIdentifyingData: [],
      TrafficData: [],
    },
  });
  const judge = by(['JudgeCourtOrInvestigatingJudge'], other({}));
  refused(judge, at, /NationalOrder for SubscriberData/);
  assert.deepEqual(
    faults(by(['JudgeCourtOrInvestigatingJudge'], other({ instruments: ['NationalOrder'] }))),
    [],
  );
  const abroad = other({ instruments: ['NationalOrder'], priorities: ['Routine'] });
  refused(by(['JudgeCourtOrInvestigatingJudge'], abroad), at, /whom no line takes in an emergency/);
  const laws = (own: string[], judges: string[]): Policy => ({
    ...policy,
    categories: {
      SubscriberData: [
        { ...police, jurisdictions: own },
        { ...epoc, instruments: ['NationalOrder'], jurisdictions: judges },
      ],
      UserIdentifyingData: [],
      TrafficData: [],
    },
  });
  refused(
    by(['JudgeCourtOrInvestigatingJudge'], laws(['DE'], ['FR'])),
    at,
    /NationalOrder for SubscriberData/,
  );
  assert.deepEqual(faults(by(['JudgeCourtOrInvestigatingJudge'], laws(['DE'], ['FR', 'DE']))), []);
});

test('a case lives longer than there is time for its answer', () => {
  const its = (lifetimeDays: number, change: Partial<Policy> = {}): Policy => ({
    ...policy,
    lifetimeDays,
    ...change,
  });
  refused(its(9), 'lifetimeDays', /would end after 9 days, and there may be 240 hours/);
  assert.deepEqual(faults(its(10)), []);
  const slow: Line = { ...epoc, deadline: { days: 45 } };
  refused(withLine(slow, its(44)), 'lifetimeDays', /1080 hours/);
  const { notification } = policy;
  assert.ok(notification);
  const waiting = { ...notification, Routine: { within: { days: 30 }, waits: true } };
  refused(its(29, { notification: waiting }), 'lifetimeDays', /720 hours/);
});

test('what is withheld is revealed before it is forgotten', () => {
  const its = (longestDays: number, caseRetentionMonths: number): Policy => ({
    ...policy,
    caseRetentionMonths,
    embargo: { withheld: ['categories'], longestDays },
  });
  assert.deepEqual(faults(its(365, 12)), []);
  refused(its(366, 12), 'embargo.longestDays', /forgotten before it is revealed/);
  // February is the shortest month.
  assert.deepEqual(faults(its(28, 1)), []);
  refused(its(29, 1), 'embargo.longestDays', /forgotten before/);
});

test('terms of a preservation lie within the longest, and are for orders that preserve', () => {
  const its = (terms: Policy['preservation']['terms']): Policy => ({
    ...policy,
    preservation: { ...policy.preservation, terms },
  });
  assert.deepEqual(faults(its([{ instruments: ['EPOC-PR'], days: 140, extensionDays: 0 }])), []);
  refused(
    its([{ instruments: ['EPOC-PR'], days: 90, extensionDays: 90 }]),
    'preservation.terms.0.days',
    /longer than 140/,
  );
  refused(
    its([{ instruments: ['Letter'], days: 9, extensionDays: 0 }]),
    'preservation.terms.0.instruments',
    /names Letter/,
  );
});

test('a zone is one that is known', () => {
  const { calendar } = policy;
  assert.ok(calendar);
  refused(
    { ...policy, calendar: { ...calendar, zone: 'Europe/Atlantis' } },
    'calendar.zone',
    /no time zone of the IANA database/,
  );
});

test('what takes longer to be allowed to sign than to answer cannot be kept', () => {
  const ats = (its: Policy, hours: number) => unkeepableWithin(its, hours).map(({ path }) => path.join('.'));
  assert.deepEqual(ats(policy, 24), []);
  assert.deepEqual(ats(policy, 240), ['deadlines.Routine']);
  assert.deepEqual(ats(policy, 60 * 24), ['deadlines.Routine', 'lifetimeDays']);
  const india = ats(shipped('in-bnss'), 72);
  assert.deepEqual(
    india.filter((at) => !at.startsWith('categories')),
    ['deadlines.Routine'],
  );
  assert.equal(india.length, 3, 'the lines with a time of their own too');
});

test('a policy that has collecting wait for witnesses cannot be kept where no quorum of them is configured', () => {
  for (const collect of ['prefer', 'require'] as const) {
    const its: Policy = { ...policy, witnessed: { collect, patienceSeconds: 30 } };
    const [fault, ...others] = unwitnessable(its, false);
    assert.deepEqual([fault?.path.join('.'), others], ['witnessed.collect', []]);
    assert.match(fault?.message ?? '', new RegExp(`\\(${collect}\\).*the setting "witnesses"`));
    assert.deepEqual(unwitnessable(its, true), []);
  }
  assert.deepEqual(unwitnessable(policy, false), []);
  assert.deepEqual(unwitnessable({ witnessed: { collect: 'off', patienceSeconds: 30 } }, false), []);
});
