import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { exitCode, findingText, readingText } from '#client/cli/operate/health/command.ts';
import { ok, unknown, wrong } from '#client/doctor/check.ts';
import { alarmFindings, alarmNamed, type SeenAlarm } from '#client/health/alarms.ts';
import {
  type Deployed,
  findingsOf,
  policyFinding,
  recordedFinding,
  sameVersions,
} from '#client/health/checks.ts';
import { countedFindings } from '#client/health/counted.ts';
import { type Finding, type FindingState, findingNames, tallyText } from '#client/health/finding.ts';
import { alarmRunbook, findingRunbook } from '#client/health/runbook.ts';
import { functionAlarms, ownAlarms } from '#core/alarms.ts';
import type { HealthAnswer } from '#core/health/answer.ts';
import { anchorsOf } from '../../docs/anchors.ts';
import { well } from './answers.ts';

type Parts = HealthAnswer['parts'];

/** What one part’s numbers mean, the others being well. */
function stateOf<P extends keyof Parts>(part: P, numbers: Parts[P], at = well.at): Finding {
  const found = countedFindings({ ...well, at, parts: { ...well.parts, [part]: numbers } });
  const changed = found.filter(({ state }, i) => state !== countedFindings(well)[i]?.state);
  assert.ok(changed.length <= 1);
  return changed[0] ?? assert.fail('as when all is well');
}

test('where all is well each part says so in a line, and nothing is to be done', () => {
  const found = countedFindings(well);
  assert.deepEqual(
    found.map(({ state, next }) => [state, next]),
    found.map(() => ['ok', undefined]),
  );
  assert.equal(tallyText(found), 'All is well');
  assert.equal(exitCode(found), 0);
});

const none = { count: 0 };
const two = { count: 2 };

test('each number that is not as it should be is looked at or acted on', () => {
  const expected: [keyof Parts, Parts[keyof Parts], FindingState, RegExp][] = [
    ['log', { signed: 9, published: 7 }, 'look', /has 7 entries, and 9 are signed/],
    ['log', { signed: 7, published: 9 }, 'act', /table says 7/],
    ['witnesses', { asked: 2 }, 'look', /^no checkpoint was cosigned yet/],
    [
      'witnesses',
      { asked: 2, cosigned: { at: '2026-11-20T08:59:00.000Z', entries: 9, isEnough: false } },
      'look',
      /of 2026-11-20 08:59 UTC, 9 entries: fewer witnesses than the quorum/,
    ],
    [
      'witnesses',
      { asked: 2, cosigned: { at: '2026-11-20T01:59:00.000Z', entries: 9, isEnough: true } },
      'look',
      /of 2026-11-20 01:59 UTC, 9 entries$/,
    ],
    ['deadlines', { overdue: none, lastQuarter: two }, 'look', /^2 cases in the last quarter/],
    ['deadlines', { overdue: two, lastQuarter: two }, 'act', /^2 cases past/],
    ['emergencies', { undecided: none, owing: two, overdue: none }, 'look', /^2 emergencies open/],
    [
      'emergencies',
      { undecided: { count: 1 }, owing: two, overdue: none },
      'act',
      /^1 emergency to be decided/,
    ],
    ['emergencies', { undecided: none, owing: two, overdue: two }, 'act', /^2 emergencies without/],
    ['access', { late: two }, 'act', /^2 cases can still be collected/],
    ['notices', { owed: two, overdue: { count: 1 } }, 'act', /^in 1 case the person/],
    ['keys', { enrolled: two, reviewers: { count: 1 }, cooling: none }, 'act', /^2 enrolled, 1 of them/],
    ['keys', { enrolled: two, reviewers: two, cooling: none }, 'look', /^2 enrolled, 2 of them/],
    [
      'keys',
      { enrolled: { count: 9 }, reviewers: { count: 3 }, cooling: two },
      'look',
      /2 may not be used yet$/,
    ],
    ['changes', { pending: two, lapsing: { count: 1 } }, 'look', /^1 change .*, void within two days/],
    ['vaultKeys', { needed: 2, thisMonth: 1, nextMonth: 2 }, 'act', /^1 of 2 keys of this month/],
    ['vaultKeys', { needed: 2, thisMonth: 2, nextMonth: 1 }, 'look', /^1 of 2 keys of next month/],
  ];
  for (const [part, numbers, state, message] of expected) {
    const found = stateOf(part, numbers);
    assert.equal(found.state, state, found.message);
    assert.match(found.message, message);
    assert.ok(found.next, part);
  }
});

test('next month’s keys are acted on in the last three days of a month', () => {
  const missing = { needed: 2, thisMonth: 2, nextMonth: 1 };
  assert.equal(stateOf('vaultKeys', missing, '2026-11-27T23:00:00.000Z').state, 'look');
  assert.equal(stateOf('vaultKeys', missing, '2026-11-28T01:00:00.000Z').state, 'act');
});

test('an entry that waits for a moment is ordinary, one that waits for minutes is not', () => {
  const since = (minutes: number) => {
    const to = Date.parse(well.at) - minutes * 60_000;
    const oldest = { from: new Date(to - 600_000).toISOString(), to: new Date(to).toISOString() };
    const [outbox] = countedFindings({ ...well, parts: { ...well.parts, outbox: { waiting: two, oldest } } });
    return outbox;
  };
  assert.equal(since(-2)?.state, 'ok');
  assert.equal(since(6)?.state, 'look');
  assert.equal(since(20)?.state, 'act');
  assert.match(
    since(20)?.message ?? '',
    /^2 entries wait for the log, the oldest from before 2026-11-20 08:40 UTC$/,
  );
});

test('a part that could not be read says so and why, and it ends with 3 where nothing is worse', () => {
  const found = countedFindings({
    ...well,
    parts: { ...well.parts, cases: { unread: 'AccessDeniedException' } },
  });
  const [unread, ...more] = found.filter(({ state }) => state !== 'ok');
  assert.deepEqual([unread?.name, unread?.state, more], ['cases', 'unread', []]);
  assert.match(unread?.message ?? '', /\(AccessDeniedException\)$/);
  assert.equal(exitCode(found), 3);
  assert.equal(exitCode([...found, stateOf('access', { late: two })]), 1);
  assert.equal(
    exitCode([stateOf('deadlines', { overdue: none, lastQuarter: two })]),
    0,
    'to look at is no failure',
  );
});

const alarm = (changes: Partial<SeenAlarm> = {}): SeenAlarm => ({
  name: 'LogIsBehind',
  state: 'OK',
  means: 'A collection waited',
  tells: true,
  ...changes,
});

test('an alarm that is on, gone or silenced is acted on, and all others are one line', () => {
  assert.deepEqual(
    alarmFindings([alarm(), alarm({ state: 'INSUFFICIENT_DATA' })]).map(({ state, message }) => [
      state,
      message,
    ]),
    [['ok', '2 alarms, none is on']],
  );
  const found = alarmFindings([
    alarm(),
    alarm({ state: 'ALARM', since: '2026-11-20T08:12:33.000Z' }),
    alarm({ name: 'SealFails', state: 'gone' }),
    alarm({ name: 'DeadLetters', tells: false }),
  ]);
  assert.deepEqual(
    found.map(({ state, message, runbook }) => [state, message, runbook]),
    [
      ['act', 'LogIsBehind since 2026-11-20 08:12 UTC: A collection waited', alarmRunbook('LogIsBehind')],
      ['act', 'SealFails is gone', alarmRunbook('SealFails')],
      ['act', 'DeadLetters tells nobody: its actions are switched off', alarmRunbook('DeadLetters')],
    ],
  );
  assert.deepEqual(
    alarmFindings([]).map(({ state }) => state),
    ['act'],
  );
  assert.equal(alarmNamed('AlarmsSealIsBehind0A1B2C3D'), 'SealIsBehind');
  assert.equal(alarmNamed('TrailBucket'), undefined);
});

test('several checks that are well are one line, and each that is not is one of its own', () => {
  const checks = [ok('name', 'a'), ok('connection', 'b')];
  assert.deepEqual(
    findingsOf('address', checks, 'it answers').map(({ state, message }) => [state, message]),
    [['ok', 'it answers']],
  );
  assert.deepEqual(
    findingsOf('address', [...checks, wrong('x', 'c', 'd'), unknown('y', 'e')]).map(({ state, message }) => [
      state,
      message,
    ]),
    [
      ['act', 'c'],
      ['unread', 'e'],
    ],
  );
});

test('what is deployed differs from what is published, from the template or from the log: then somebody acts', () => {
  const same: Deployed = {
    policyHash: 'p',
    publishedPolicyHash: 'p',
    templatePolicy: 'p',
    templateCode: 'c',
    recorded: { code: 'c' },
  };
  assert.equal(policyFinding(same).state, 'ok');
  assert.equal(policyFinding({ ...same, templatePolicy: undefined }).state, 'unread');
  for (const other of [{ policyHash: 'q' }, { publishedPolicyHash: 'q' }, { templatePolicy: 'q' }])
    assert.equal(policyFinding({ ...same, ...other }).state, 'act');
  assert.equal(recordedFinding(same).state, 'ok');
  assert.equal(recordedFinding({ ...same, recorded: { code: 'd' } }).state, 'act');
  for (const recorded of ['none', 'unread', 'no log'] as const)
    assert.equal(recordedFinding({ ...same, recorded }).state, 'unread');
  assert.equal(recordedFinding({ ...same, templateCode: undefined }).state, 'unread');
  assert.deepEqual(sameVersions(['0.1.0', '0.1.0', undefined]), []);
  assert.deepEqual(
    sameVersions(['0.1.0', '0.2.0']).map(({ state }) => state),
    ['act'],
  );
});

test('each alarm and each finding has a section of a guide that is there, and each finding a row of its own', () => {
  const known = [
    ...ownAlarms.map(alarmRunbook),
    ...functionAlarms.map((end) => alarmRunbook(`Seal${end}`)),
    ...Object.values(findingRunbook),
  ];
  for (const place of known) {
    const [file = '', anchor = ''] = place.split('#');
    assert.ok(anchorsOf(readFileSync(file, 'utf8')).has(anchor), place);
  }
  const [, section = ''] = readFileSync('docs/operator.md', 'utf8').split('\n## Is it well?\n');
  const rows = [...section.matchAll(/^\| `([a-z-]+)`/gm)].map(([, name]) => name);
  assert.deepEqual(rows, [...findingNames]);
});

test('a line takes 80 columns at most, and says what to do and where that stands', () => {
  const found = stateOf('emergencies', { undecided: none, owing: two, overdue: two });
  const text = findingText(found);
  for (const line of text.split('\n')) assert.ok(line.length <= 80, line);
  assert.match(text, /^act {5}emergencies: 2 emergencies without/);
  assert.match(text, /\n {8}next: access should have ended/);
  assert.match(text, /\n {8}docs\/operator\.md#is-it-well\n$/);
  const whole = readingText({ at: well.at, findings: [...countedFindings(well), found] });
  assert.match(whole, /\n\n1 to act on, as of 2026-11-20 /);
});
