import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jsonDigest } from '#core/canonical.ts';
import { policyHash } from '#core/cases/policy.ts';
import { officerKey, policy } from '../../cases/cases.ts';
import { but, findings, findingsOf, left, openCase, tell, told } from './cheats.ts';
import { changeOf, keyOf, minutes, preamble, some, type Told } from './logs.ts';

/** Who may sign, under which policy, and whose emergencies are taken. */
const { told: whole } = openCase();
const [received, approval] = whole;
assert.ok(received && approval);

// Who signs.

const registry = left(preamble(), 'deployment.made');
const [founded, keyOne, keyTwo, proposed, decided, officer] = registry;
assert.ok(founded && keyOne && keyTwo && proposed && decided && officer);

test('a key is enrolled by a founding that names it, or a change that was applied, and by nothing else', async () => {
  assert.deepEqual(await findingsOf(registry), []);
  assert.deepEqual(await findingsOf([keyOne]), ['founding-missing @0']);
  assert.deepEqual(await findingsOf([founded, keyOne]), ['enrolment-missing @0']);
  const enrol = (key: string, data: object) => ({ ...but(keyOne, { key, ...data }), stream: `key/${key}` });
  assert.deepEqual(await findingsOf([founded, keyOne, keyTwo, enrol(some('three'), {})]), [
    'enrolment-unfounded @3',
  ]);
  assert.deepEqual(await findingsOf([founded, keyOne, keyTwo, enrol(some('three'), { by: 'founding/2' })]), [
    'enrolment-unfounded @3',
  ]);
  assert.deepEqual(await findingsOf([founded, keyOne, { ...keyTwo, stream: `key/${some('another')}` }]), [
    'enrolment-missing @0',
    'enrolment-unfounded @2',
  ]);
  assert.deepEqual(await findingsOf([founded, keyOne, enrol(some('three'), {})]), [
    'enrolment-missing @0',
    'enrolment-unfounded @2',
  ]);
  // An officer is no reviewer, nor another agency's.
  for (const data of [{ role: 'reviewer' }, { agency: 'agency-2' }, { by: 'change/2' }])
    assert.deepEqual(await findingsOf([...registry.slice(0, 5), but(officer, data)]), [
      'enrolment-missing @4',
      'enrolment-unfounded @5',
    ]);
  // One change, one key.
  assert.deepEqual(
    await findingsOf([
      ...registry,
      { ...but(officer, { key: some('more') }), stream: `key/${some('more')}` },
    ]),
    ['enrolment-unfounded @6'],
  );
  // What says so stands before it.
  assert.deepEqual(await findingsOf([...registry.slice(0, 4), officer, decided]), [
    'enrolment-unfounded @4',
    'enrolment-missing @5',
  ]);
});

test('a key is enrolled once and revoked once', async () => {
  const revoked: Told = {
    stream: keyOne.stream,
    body: {
      kind: 'key.revoked',
      data: { role: 'reviewer', key: keyOf('one'), by: some('two'), because: 'lost' },
    },
    at: minutes(9),
  };
  assert.deepEqual(await findingsOf([...registry, revoked]), []);
  assert.deepEqual(await findingsOf([...registry, revoked, revoked]), ['key-revoked-twice @7']);
  assert.deepEqual(await findingsOf([revoked]), ['key-out-of-place @0']);
  assert.deepEqual(await findingsOf([founded, keyOne, keyTwo, but(keyOne, {}, 9)]), [
    'key-out-of-place @3',
    'enrolment-unfounded @3',
  ]);
});

test('a change of the registry needs two reviewers over one digest, in time, once', async () => {
  const before = registry.slice(0, 3);
  const decide = (data: object, minute = 3) => but(decided, data, minute);
  const codes = async (...told: Told[]) =>
    (await findingsOf([...before, ...told, officer])).filter((finding) => !finding.startsWith('enrolment'));
  assert.deepEqual(await codes(proposed, decided), []);
  assert.deepEqual(await codes(proposed, decide({ by: some('one') })), ['change-unapproved @4']);
  assert.deepEqual(await codes(but(proposed, { role: 'agency' }), decided), [
    'signer-misplaced @3',
    'change-unapproved @4',
  ]);
  assert.deepEqual(await codes(proposed, decide({ decision: 'confirm', role: 'agency' })), [
    'signer-misplaced @4',
    'change-unapproved @4',
  ]);
  assert.deepEqual(await codes(proposed, decide({ decision: 'reject' })), ['change-unapproved @4']);
  assert.deepEqual(await codes(decided), ['change-out-of-place @3']);
  assert.deepEqual(await codes(proposed, proposed, decided), ['change-out-of-place @4']);
  assert.deepEqual(await codes(proposed, decide({ digest: some('other') })), ['change-out-of-place @4']);
  assert.deepEqual(await codes(proposed, decide({ status: 'Rejected', decision: 'reject' }), decide({})), [
    'change-out-of-place @5',
  ]);
  assert.deepEqual(await codes(proposed, decided, decided), ['change-out-of-place @5']);
  const days = 14 * 24 * 60;
  const late = { ...officer, at: minutes(days + 10) };
  assert.deepEqual(await findingsOf([...before, proposed, decide({}, 2 + days), late]), []);
  assert.deepEqual(await findingsOf([...before, proposed, decide({}, 3 + days), late]), [
    'change-out-of-place @4',
  ]);
});

test('a change that enrols nobody leaves nothing due, and one that waits is not over', async () => {
  const terms = but(proposed, { change: 'terms' });
  const pending = but(decided, { status: 'Pending', by: some('three') });
  assert.deepEqual(await findingsOf([...registry.slice(0, 3), terms, pending, but(decided, {}, 4)]), []);
});

// Under which policy.

test('a request under a policy that was never deployed is pointed out, where the log knows any', async () => {
  const deployed = told(preamble(), 'deployment.made');
  assert.deepEqual(await findings([received]), []);
  assert.deepEqual(await findings([deployed, received]), []);
  const other = jsonDigest('another policy');
  assert.deepEqual(await findings([but(deployed, { policy: other }), received]), ['policy-unknown @1']);
  const changed = tell(
    1,
    { kind: 'policy.changed', data: { from: other, to: jsonDigest(policy) } },
    'deployment',
  );
  assert.deepEqual(await findings([but(deployed, { policy: other }), changed, received]), []);
});

test('I3: a case is asked and decided under a policy that was adopted, and each that was not is pointed out once', async () => {
  const adopted = policyHash(policy);
  const other = jsonDigest('another policy');
  const [, ...keys] = registry;
  const under = (hash: string) => [but(founded, { policyHash: hash }), ...keys];
  const cases = whole;
  assert.deepEqual(await findingsOf([...registry, ...cases]), []);
  assert.deepEqual(await findingsOf([...under(other), ...cases]), ['policy-unadopted @6']);
  // What was asked under the policy before may be approved under the next; and what was not adopted may not.
  const later = whole.map((entry) =>
    entry.body.kind === 'decision.approved' ? but(entry, { policyHash: other }) : entry,
  );
  assert.deepEqual(await findingsOf([...registry, ...later]), ['policy-unadopted @7']);
  const asked = but(proposed, { change: 'policy', agency: undefined, policyHash: other });
  const change = [asked, but(decided, {})].map((entry) => ({ ...entry, stream: 'change/2' }));
  assert.deepEqual(await findingsOf([...registry, ...change, ...later]), []);
  const rejected = change.map((each) =>
    each.body.kind === 'change.decided' ? but(each, { decision: 'reject', status: 'Rejected' }) : each,
  );
  assert.deepEqual(await findingsOf([...registry, ...rejected, ...later]), ['policy-unadopted @9']);
  // Nor is it adopted by being deployed.
  const deployed = but(told(preamble(), 'deployment.made'), { policy: adopted });
  assert.deepEqual(await findingsOf([deployed, ...under(other), ...cases]), ['policy-unadopted @7']);
});

test('a change of policy takes two reviewers, and names the policy', async () => {
  const other = jsonDigest('another policy');
  const asked = {
    ...but(proposed, { change: 'policy', agency: undefined, policyHash: other }),
    stream: 'change/2',
  };
  const approve = { ...decided, stream: 'change/2' };
  assert.deepEqual(await findingsOf([...registry, asked, but(approve, { by: some('one') })]), [
    'change-unapproved @7',
  ]);
  assert.deepEqual(await findingsOf([...registry, but(asked, { policyHash: undefined }), approve]), [
    'change-out-of-place @6',
  ]);
  assert.deepEqual(await findingsOf([...registry, but(asked, { change: 'terms' }), approve]), [
    'change-out-of-place @6',
  ]);
});

// Whose emergencies are taken.

const emergencies = 'emergencies/agency-1';
const suspended = tell(
  5,
  { kind: 'emergencies.suspended', data: { agency: 'agency-1', case: 'c0ffee00' } },
  emergencies,
);
const reopened = tell(
  9,
  { kind: 'emergencies.reopened', data: { agency: 'agency-1', change: '2' } },
  emergencies,
);
const asked: Told = { ...but(proposed, { change: 'emergencies' }, 6), stream: 'change/2' };
const confirmed: Told = {
  ...but(decided, { decision: 'confirm', role: 'operator', by: some('operator') }, 7),
  stream: 'change/2',
};

test('an agency’s emergencies are reopened by a reviewer and an operator, in either’s order, and by nothing else', async () => {
  assert.deepEqual(await findings([suspended, asked, confirmed, reopened]), []);
  const first = but(confirmed, { status: 'Pending' });
  const second = { ...but(decided, {}, 8), stream: 'change/2' };
  const byOfficer = but(asked, { role: 'agency', key: officerKey });
  assert.deepEqual(await findings([suspended, byOfficer, first, second, reopened]), []);
  // A reviewer without an operator, an operator without a reviewer, an officer for the operator.
  assert.deepEqual(await findings([suspended, asked, second, reopened]), ['change-unapproved @2']);
  assert.deepEqual(await findings([suspended, byOfficer, confirmed, reopened]), ['change-unapproved @2']);
  assert.deepEqual(
    await findings([suspended, asked, but(confirmed, { role: 'agency', key: officerKey }), reopened]),
    ['change-unapproved @2'],
  );
  assert.deepEqual(await findings([suspended, asked, but(confirmed, { decision: 'approve' }), reopened]), [
    'change-unapproved @2',
  ]);
  // An operator confirms nothing else.
  const other = but(asked, { change: 'terms' });
  assert.deepEqual(await findings([suspended, other, confirmed]), [
    'change-unapproved @2',
    'change-unapproved @2',
  ]);
});

test('a reopening names a change of this kind and agency that was applied, and each change reopens once', async () => {
  assert.deepEqual(await findings([suspended, reopened]), ['reopening-unfounded @1']);
  assert.deepEqual(await findings([suspended, asked, reopened]), ['reopening-unfounded @2']);
  assert.deepEqual(await findings([suspended, asked, reopened, confirmed]), ['reopening-unfounded @2']);
  assert.deepEqual(await findings([suspended, asked, confirmed, but(reopened, { change: '3' })]), [
    'reopening-unfounded @3',
  ]);
  const pending = but(confirmed, { status: 'Pending' });
  assert.deepEqual(await findings([suspended, asked, pending, reopened]), ['reopening-unfounded @3']);
  const ofAnother = but(asked, { agency: 'agency-2' });
  assert.deepEqual(await findings([suspended, ofAnother, confirmed, reopened]), ['reopening-unfounded @3']);
  const terms = but(asked, { change: 'terms' });
  const approve = { ...but(decided, {}, 8), stream: 'change/2' };
  const agree = but(confirmed, { role: 'agency', key: officerKey, status: 'Pending' });
  assert.deepEqual(await findings([suspended, terms, agree, approve, reopened]), ['reopening-unfounded @4']);
  assert.deepEqual(
    await findings([suspended, asked, confirmed, reopened, but(suspended, {}, 10), but(reopened, {}, 11)]),
    ['reopening-unfounded @5'],
  );
});

test('emergencies are suspended and reopened in turn, each agency’s in its own stream', async () => {
  assert.deepEqual(await findings([suspended, but(suspended, {}, 6)]), ['act-out-of-place @1']);
  assert.deepEqual(await findings([asked, confirmed, reopened]), ['act-out-of-place @2']);
  assert.deepEqual(await findings([suspended, asked, confirmed, reopened, but(suspended, {}, 10)]), []);
  assert.deepEqual(await findings([but(suspended, { agency: 'agency-2' })]), ['entry-misplaced @0']);
  assert.deepEqual(await findings([suspended, asked, confirmed, but(reopened, { agency: 'agency-2' })]), [
    'entry-misplaced @3',
    'reopening-unfounded @3',
  ]);
  const decoy = tell(5, { kind: 'decoy.asked', data: { agency: 'agency-1', key: some('key') } }, emergencies);
  assert.deepEqual(await findings([decoy]), ['entry-misplaced @0']);
  assert.deepEqual(await findings([{ ...decoy, stream: 'decoy/1' }]), []);
});

const given = (by: string, activeFrom = minutes(0), agency = 'agency-1'): Told => {
  const data = { agency, by, officer: some('officer'), recipient: some('recipient'), activeFrom };
  return tell(6, { kind: 'recipient.enrolled', data }, 'agency/agency-1');
};

test('an officer has a key to encrypt to by a change of their agency that was applied, once', async () => {
  assert.deepEqual(await findingsOf([...registry, given('change/1')]), []);
  assert.deepEqual(await findingsOf([...registry, given('change/2')]), ['recipient-unfounded @6']);
  assert.deepEqual(await findingsOf([...registry, given('change/1'), given('change/1')]), [
    'recipient-unfounded @7',
  ]);
  const isEncryptionKey = { change: 'encryption-key', agency: 'agency-1' };
  const without = registry.filter((one) => one !== officer);
  for (const [change, expected] of [
    [isEncryptionKey, []],
    [{ ...isEncryptionKey, agency: 'agency-2' }, ['recipient-unfounded @7']],
    [{ ...isEncryptionKey, change: 'terms' }, ['recipient-unfounded @7']],
  ] as const) {
    const found = await findingsOf([
      ...without,
      ...changeOf('2', change, ['one', 'two'], 4),
      given('change/2'),
    ]);
    assert.deepEqual(
      found.filter((finding) => !finding.startsWith('enrolment-missing')),
      expected,
    );
  }
  assert.deepEqual(await findingsOf([...registry, given('change/1', '2100-01-01T00:00:00.000Z')]), [
    'activation-too-late @6',
  ]);
  assert.deepEqual(await findingsOf([...registry, given('change/1', minutes(0), 'agency-2')]), [
    'entry-misplaced @6',
    'recipient-unfounded @6',
  ]);
});
