import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  authoriserRoles,
  checkActive,
  checkStanding,
  type Policy,
  policyHash,
  policySchema,
  type Standing,
  thresholdOf,
} from '#core/cases/policy.ts';
import { priorities } from '#core/cases/request.ts';
import { type Category, categories, kindOf } from '#core/categories/categories.ts';
import { intentMinutes } from '#core/log/limits.ts';
import { code, policy, shipped } from './cases.ts';

const minimal = shipped('minimal');
const epoc: Standing = {
  instrument: 'EPOC',
  jurisdiction: 'DE',
  authoriserRole: 'JudgeCourtOrInvestigatingJudge',
  threshold: 'met',
  priority: 'Routine',
};
const epoc1: Policy['categories'][Category][number] = {
  instruments: ['EPOC'],
  authorisers: ['JudgeCourtOrInvestigatingJudge'],
  offence: 'threshold',
};
const refuses = (value: unknown) => assert.equal(policySchema.safeParse(value).success, false);
const withLines = (category: Category, lines: Policy['categories'][Category]): Policy => ({
  ...policy,
  categories: { ...policy.categories, [category]: lines },
});

test('every policy that is shipped is one, and goes by the name of its file', () => {
  const files = readdirSync(new URL('../../../policy', import.meta.url)).sort();
  const names = [
    'br-mci',
    'budapest-2ap',
    'dsa-art10',
    'eu-e-evidence',
    'in-bnss',
    'minimal',
    'uk-copoa',
    'uk-ipa',
    'us-sca',
  ];
  assert.deepEqual(
    files,
    names.map((name) => `${name}.json`),
  );
  for (const file of files) assert.equal(`${shipped(file.replace('.json', '')).name}.json`, file);
});

test('I3: no policy may do with fewer than two approvals, nor give an emergency more than 48 hours', () => {
  assert.ok(policySchema.safeParse({ ...policy, approvals: 2 }).success);
  for (const approvals of [1, 0, -1, 1.5, '2', null, undefined, 6]) refuses({ ...policy, approvals });
  const emergencies = (change: object) => ({ ...policy, emergency: { ...policy.emergency, ...change } });
  for (const change of [
    { debtHours: 49 },
    { debtHours: 0 },
    { approvals: 0 },
    { validators: ['Police'] },
    { threat: 'never' },
  ])
    refuses(emergencies(change));
});

test('a policy says all of it and nothing else, at every level', () => {
  const levels = (value: unknown, path: string[] = []): string[][] =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? [path, ...Object.entries(value).flatMap(([name, part]) => levels(part, [...path, name]))]
      : [];
  const changed = (value: unknown, path: string[], change: (found: object) => object): unknown => {
    const [name, ...rest] = path;
    if (name === undefined) return change(Object(value));
    const part: unknown = Object.entries(Object(value)).find(([key]) => key === name)?.[1];
    return { ...Object(value), [name]: changed(part, rest, change) };
  };
  for (const path of levels(policy)) refuses(changed(policy, path, (each) => ({ ...each, more: 1 })));
  // It leaves out all that may be left out, but when a case ends that nobody decides.
  for (const path of levels(minimal)) {
    const at: object = path.reduce((each, name) => Object(each)[name], Object(minimal));
    for (const gone of Object.keys(at).filter((name) => name !== 'lifetimeDays'))
      refuses(
        changed(minimal, path, (each) =>
          Object.fromEntries(Object.entries(each).filter(([key]) => key !== gone)),
        ),
      );
  }
  for (const bad of [
    { ...policy, limits: { ...policy.limits, grants: 0 } },
    { ...policy, deadlines: { ...policy.deadlines, Routine: { days: 0 } } },
    { ...policy, offences: { de: { meet: [], miss: [] } } },
    { ...policy, decoys: ['alice'] },
    { ...policy, witnessed: { collect: 'require' } },
    { ...policy, witnessed: { collect: 'always', patienceSeconds: 30 } },
    { ...policy, witnessed: { collect: 'prefer', patienceSeconds: 0 } },
    // As long as an intent is good for: another one would begin before the wait is over.
    { ...policy, witnessed: { collect: 'prefer', patienceSeconds: intentMinutes * 60 } },
    withLines('TrafficData', [{ ...epoc1, ...{ more: 1 } }]),
    withLines('TrafficData', [{ instruments: [], authorisers: [...authoriserRoles], offence: 'any' }]),
    withLines('TrafficData', [{ instruments: ['EPOC'], authorisers: [], offence: 'any' }]),
  ])
    refuses(bad);
});

test('I5: no policy has a line for anything but the three categories', () => {
  const line = policy.categories.SubscriberData;
  for (const name of ['ContentData', 'MessageContent', 'content', 'Attachments', 'LocationData', '__content'])
    refuses({ ...policy, categories: { ...policy.categories, [name]: line } });
  const written = JSON.stringify(policy).replace('"categories":{', '"categories":{"__proto__":[],');
  refuses(JSON.parse(written));
});

test('the hash of a policy is the hash of what it says, not of how it is written', () => {
  const { name, ...rest } = policy;
  assert.equal(policyHash({ ...rest, name }), policyHash(policy));
  assert.notEqual(policyHash({ ...policy, approvals: 3 }), policyHash(policy));
  assert.notEqual(policyHash(policy), policyHash(minimal));
});

test('I5: every category is answered from one of the two kinds of record, and there are no others', () => {
  assert.deepEqual(kindOf, { SubscriberData: 'phone', UserIdentifyingData: 'access', TrafficData: 'access' });
  assert.deepEqual(Object.keys(kindOf), [...categories]);
});

test('an order has standing where a line takes its instrument, law, authoriser and offence', () => {
  checkStanding(epoc, categories, policy);
  checkStanding({ ...epoc, jurisdiction: 'FR' }, categories, policy);
  const french = withLines('TrafficData', [
    {
      instruments: ['EPOC'],
      authorisers: ['JudgeCourtOrInvestigatingJudge'],
      jurisdictions: ['FR'],
      offence: 'any',
    },
  ]);
  const refused = [
    ['category-not-disclosed', epoc, withLines('TrafficData', [])],
    ['instrument-not-accepted', { ...epoc, instrument: 'Letter' }, policy],
    ['jurisdiction-not-accepted', epoc, french],
    ['authoriser-insufficient', { ...epoc, authoriserRole: 'PublicProsecutor' as const }, policy],
    ['offence-below-threshold', { ...epoc, threshold: 'missed' as const }, policy],
  ] as const;
  for (const [why, basis, its] of refused) {
    assert.throws(() => checkStanding(basis, ['TrafficData'], its), code(why));
    assert.throws(() => checkStanding(basis, ['SubscriberData', 'TrafficData'], its), code(why));
  }
  // Who needs less has it: the other categories ask for less.
  for (const basis of [
    { ...epoc, authoriserRole: 'PublicProsecutor' as const },
    { ...epoc, threshold: 'missed' as const },
  ])
    checkStanding(basis, ['SubscriberData', 'UserIdentifyingData'], policy);
});

test('lines are alternatives: what one whole line takes is taken, what two take in parts is not', () => {
  const its = withLines('TrafficData', [
    { instruments: ['EPOC'], authorisers: ['JudgeCourtOrInvestigatingJudge'], offence: 'threshold' },
    { instruments: ['EPOC'], authorisers: ['PublicProsecutor'], jurisdictions: ['FR'], offence: 'any' },
  ]);
  const check = (change: Partial<Standing>) => () =>
    checkStanding({ ...epoc, ...change }, ['TrafficData'], its);
  check({})();
  check({ authoriserRole: 'PublicProsecutor', jurisdiction: 'FR', threshold: 'missed' })();
  const parts = withLines('TrafficData', [
    { ...epoc1, jurisdictions: ['FR'] },
    { ...epoc1, instruments: ['MLA'], jurisdictions: ['DE'] },
  ]);
  assert.throws(() => checkStanding(epoc, ['TrafficData'], parts), code('jurisdiction-not-accepted'));
  checkStanding(
    { ...epoc, threshold: 'missed' },
    ['TrafficData'],
    withLines('TrafficData', [epoc1, { ...epoc1, offence: 'any' }]),
  );
  assert.throws(check({ authoriserRole: 'PublicProsecutor' }), code('authoriser-insufficient'));
  assert.throws(check({ jurisdiction: 'FR', threshold: 'missed' }), code('offence-below-threshold'));
});

test('an offence that is on neither list is judged by the desk, or refused, as the policy says', () => {
  const unlisted: Standing = { ...epoc, threshold: 'unlisted' };
  checkStanding(unlisted, ['TrafficData'], policy);
  const strict: Policy = { ...policy, unlistedOffence: 'refuse' };
  assert.throws(() => checkStanding(unlisted, ['TrafficData'], strict), code('offence-below-threshold'));
  checkStanding(unlisted, ['SubscriberData'], strict);
});

test('an offence meets the threshold where it, or what it is a part of, is listed under its law', () => {
  const of = (offence: string, law = 'DE') => thresholdOf(offence, law, policy);
  for (const met of [
    'StGB 176b',
    'StGB 176b Abs. 1',
    '  stgb   176B',
    'StGB\u00a0263 Abs. 2',
    'StGB ２６３',
    'StGB 263a',
    'StGB 303a',
  ])
    assert.equal(of(met), 'met', met);
  for (const missed of ['StGB 185', 'StGB 303', 'StGB 303 Abs. 1', 'STGB 265a'])
    assert.equal(of(missed), 'missed', missed);
  for (const unlisted of ['StGB 176e', 'StGB 263b', 'StGB 1', '§ 176b StGB', 'Abs. 1 StGB 176b', 'StGB', ''])
    assert.equal(of(unlisted), 'unlisted', unlisted);
  assert.equal(of('StGB 176b', 'FR'), 'unlisted');
  const narrow: Policy = { ...policy, offences: { DE: { meet: ['StGB 263', 'StGB 1'], miss: ['StGB 1'] } } };
  assert.equal(thresholdOf('StGB 263a', 'DE', narrow), 'unlisted', 'not a part of StGB 263');
  assert.equal(thresholdOf('StGB 1 Abs. 3', 'DE', narrow), 'missed', 'below it, whatever else is listed');
});

test('an order is taken in the urgency that a line is for', () => {
  const its = withLines('TrafficData', [
    { ...epoc1, offence: 'any', priorities: ['Emergency'] },
    { instruments: ['EIO'], authorisers: ['PublicProsecutor'], offence: 'any', priorities: ['Routine'] },
  ]);
  const check = (change: Partial<Standing>) => () =>
    checkStanding({ ...epoc, ...change }, ['TrafficData'], its);
  check({ priority: 'Emergency' })();
  assert.throws(check({}), code('priority-not-accepted'));
  assert.throws(check({ instrument: 'EIO', priority: 'Emergency' }), code('priority-not-accepted'));
  check({ instrument: 'EIO', authoriserRole: 'PublicProsecutor' })();
  // Who may order it in an emergency alone is told so by name: there are others who may at any time.
  assert.throws(check({ instrument: 'EIO' }), code('authoriser-insufficient'));
});

test('an office that a request names is known, counts as its authoriser, and is one that the line takes', () => {
  const its: Policy = {
    ...withLines('TrafficData', [{ ...epoc1, roles: ['Court'] }]),
    roles: {
      Court: { title: 'court', is: 'JudgeCourtOrInvestigatingJudge' },
      Tribunal: { title: 'tribunal', is: 'JudgeCourtOrInvestigatingJudge' },
      Police: { title: 'police', is: 'OtherCompetentAuthority' },
    },
  };
  const check = (role: string | undefined, of: Category) => () =>
    checkStanding({ ...epoc, ...(role === undefined ? {} : { role }) }, [of], its);
  check('Court', 'TrafficData')();
  for (const role of ['Tribunal', 'Police', 'Nobody', 'constructor', undefined])
    assert.throws(check(role, 'TrafficData'), code('authoriser-insufficient'), String(role));
  // A line that asks for no office takes any that counts as one of its authorisers, and a request that names none.
  for (const role of ['Court', 'Tribunal', undefined]) check(role, 'SubscriberData')();
  for (const role of ['Police', 'Nobody'])
    assert.throws(check(role, 'SubscriberData'), code('authoriser-insufficient'), role);
  assert.throws(
    () => checkStanding({ ...epoc, role: 'Court' }, ['SubscriberData'], policy),
    code('authoriser-insufficient'),
    'a policy without offices knows none',
  );
});

test('an order declares that its offence meets the threshold, where a line lets it', () => {
  const its = withLines('TrafficData', [{ ...epoc1, offence: 'declared' }]);
  const check = (threshold: Standing['threshold'], unlistedOffence: Policy['unlistedOffence']) => () =>
    checkStanding({ ...epoc, threshold }, ['TrafficData'], { ...its, unlistedOffence });
  for (const unlisted of ['review', 'refuse'] as const) {
    check('declared', unlisted)();
    check('met', unlisted)();
    for (const not of ['missed', 'unlisted'] as const)
      assert.throws(check(not, unlisted), code('offence-below-threshold'), `${not}, ${unlisted}`);
  }
  const of = (offence: string, declared: boolean) => thresholdOf(offence, 'DE', policy, declared);
  assert.deepEqual(
    [of('StGB 999', true), of('StGB 999', false), of('StGB 185', true), of('StGB 176b', true)],
    ['declared', 'unlisted', 'missed', 'met'],
    'what the policy lists stays as it lists it',
  );
  // A line with the policy's own threshold takes a declaration for no more than silence.
  const listed = { ...epoc, threshold: 'declared' as const };
  checkStanding(listed, ['TrafficData'], policy);
  assert.throws(
    () => checkStanding(listed, ['TrafficData'], { ...policy, unlistedOffence: 'refuse' }),
    code('offence-below-threshold'),
  );
});

test('a policy never discloses more when one of its lines is taken out', () => {
  const names = ['us-sca', 'eu-e-evidence', 'uk-ipa', 'br-mci', 'in-bnss', 'dsa-art10'] as const;
  const kinds = (its: Policy) => [
    ...new Set(categories.flatMap((each) => its.categories[each].flatMap(({ instruments }) => instruments))),
  ];
  const worlds = fc.constantFrom(...names.map(shipped)).chain((its) =>
    fc.record({
      its: fc.constant(its),
      category: fc.constantFrom(...categories.filter((each) => its.categories[each].length > 0)),
      out: fc.nat(5),
      standing: fc.record(
        {
          instrument: fc.constantFrom(...kinds(its)),
          jurisdiction: fc.constantFrom('US', 'DE', 'GB', 'BR', 'IN'),
          authoriserRole: fc.constantFrom(...authoriserRoles),
          role: fc.constantFrom(...Object.keys(its.roles ?? { None: 0 })),
          threshold: fc.constantFrom('met', 'declared', 'missed', 'unlisted'),
          priority: fc.constantFrom(...priorities),
        },
        { requiredKeys: ['instrument', 'jurisdiction', 'authoriserRole', 'threshold', 'priority'] },
      ),
      asked: fc.uniqueArray(fc.constantFrom(...categories), { minLength: 1 }),
    }),
  );
  const takes = (...given: Parameters<typeof checkStanding>) => {
    try {
      checkStanding(...given);
      return true;
    } catch {
      return false;
    }
  };
  let taken = 0;
  fc.assert(
    fc.property(worlds, ({ its, category, out, standing, asked }) => {
      const lines = its.categories[category];
      const fewer = lines.filter((_, i) => i !== out % lines.length);
      const less: Policy = { ...its, categories: { ...its.categories, [category]: fewer } };
      const isTaken = takes(standing, asked, its);
      if (isTaken) taken++;
      assert.ok(isTaken || !takes(standing, asked, less));
    }),
    { numRuns: 2000 },
  );
  assert.ok(taken > 20, `${taken} were taken at all`);
});

test('a policy that is inactive says why, and is not deployed', () => {
  checkActive(policy);
  assert.throws(
    () => checkActive(shipped('budapest-2ap')),
    /budapest-2ap is inactive: the Second Additional Protocol/,
  );
});

test('the smallest policy discloses no traffic data to anybody', () => {
  const bases = fc.record({
    instrument: fc.constantFrom('EPOC', 'EIO', 'MLA', 'NationalOrder', 'Letter'),
    jurisdiction: fc.constantFrom('DE', 'FR'),
    authoriserRole: fc.constantFrom(...authoriserRoles),
    threshold: fc.constantFrom('met' as const, 'missed' as const, 'unlisted' as const),
    priority: fc.constantFrom(...priorities),
  });
  fc.assert(
    fc.property(bases, (basis) => {
      assert.throws(() => checkStanding(basis, ['TrafficData'], minimal), code('category-not-disclosed'));
    }),
  );
  checkStanding(epoc, ['SubscriberData', 'UserIdentifyingData'], minimal);
});

test('a policy may say whether collecting waits for witnesses; one that does not has the hash that it had', () => {
  const { witnessed } = policySchema.parse(policy);
  assert.equal(witnessed, undefined);
  assert.equal(policyHash(policySchema.parse(policy)), policyHash(policy));
  const its = { ...policy, witnessed: { collect: 'prefer', patienceSeconds: 600 } };
  assert.deepEqual(policySchema.parse(its), its);
});
