import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ProfileError, profileOf } from '#dev/smoke/account.ts';
import { limitDollars, statement, total } from '#dev/smoke/budget.ts';
import { type Answer, type QuestionId, questionIds } from '#dev/smoke/question.ts';
import { differences } from '#dev/smoke/questions/keys.ts';
import { asked, questions } from '#dev/smoke/questions.ts';
import { page, reportText, shownReport } from '#dev/smoke/report.ts';

const folder = mkdtempSync(join(tmpdir(), 'writ-smoke-'));
const kept = { ...process.env };
before(() => {
  const profile = '[smoke]\naws_access_key_id = OF-THE-PROFILE\naws_secret_access_key = secret\n';
  writeFileSync(join(folder, 'credentials'), profile);
  writeFileSync(join(folder, 'config'), '[profile smoke]\nregion = eu-west-1\n');
  process.env.AWS_SHARED_CREDENTIALS_FILE = join(folder, 'credentials');
  process.env.AWS_CONFIG_FILE = join(folder, 'config');
  process.env.AWS_ACCESS_KEY_ID = 'OF-THE-ENVIRONMENT';
  process.env.AWS_SECRET_ACCESS_KEY = 'another secret';
  process.env.AWS_REGION = 'us-east-1';
});
after(() => {
  for (const name of Object.keys(process.env)) if (!(name in kept)) delete process.env[name];
  Object.assign(process.env, kept);
  rmSync(folder, { recursive: true });
});

test('an account is reached by its profile, whatever credentials the environment has', async () => {
  const { credentials } = await profileOf('smoke');
  assert.equal(credentials.accessKeyId, 'OF-THE-PROFILE');
  await assert.rejects(profileOf('no-such-profile'), ProfileError);
});

test('the budget adds up to less than its limit, and is said', () => {
  assert.ok(total() <= limitDollars);
  const said = statement('WritSmoke');
  assert.match(said, new RegExp(`${total().toFixed(2)} {2}in all`));
  assert.match(said, /60 minutes at most/);
});

test('every question is asked once, in the order of the report', () => {
  assert.deepEqual([...questions.map(({ id }) => id), 'removal'], [...questionIds]);
});

test('docs/aws.md says that nobody has run it on AWS, and shows every answer of the local cloud', () => {
  const text = readFileSync(page, 'utf8');
  const rows = (report: string) => [...report.matchAll(/^\| `([\w-]+)` \| ([^|]+) \| ([^|]+) \|/gm)];
  const expected = questionIds.map((id) => [id, asked[id].asks, asked[id].assumes]);
  const local = shownReport('local');
  assert.deepEqual(
    rows(local).map(([, ...cells]) => cells),
    expected,
    'npm run smoke -- --local --write',
  );
  assert.match(local, /On the local cloud/);
  assert.doesNotMatch(local, /\*\*otherwise\*\*/);
  const aws = rows(shownReport('aws'));
  if (aws.length === 0) assert.match(text, /\*\*Nobody has run Writ on AWS yet\.\*\*/);
  else
    assert.deepEqual(
      aws.map(([, ...cells]) => cells),
      expected,
    );
  assert.doesNotMatch(text, /\d{12}/, 'no account’s number');
});

test('a report names no account and stays a table', () => {
  const found = 'arn:aws:kms:eu-west-1:123456789012:key/1 | two\nlines';
  const answers = Object.fromEntries(
    questionIds.map((id): [QuestionId, Answer] => [id, { is: 'otherwise', found }]),
  ) as Record<QuestionId, Answer>;
  const text = reportText({
    on: 'aws',
    at: '2026-12-01T00:00:00Z',
    region: 'eu-west-1',
    minutes: 1,
    answers,
  });
  assert.doesNotMatch(text, /123456789012/);
  const rows = text.split('\n').filter((line) => line.startsWith('| `'));
  assert.equal(rows.length, questionIds.length);
  assert.ok(rows.every((row) => row.endsWith('key/1 \\| two lines |')));
});

test('what KMS did to a policy is said in words, without its values', () => {
  const put = { Statement: [{ Action: ['kms:Encrypt'], Resource: ['b', 'a'], Principal: { AWS: 'x' } }] };
  const back = { Statement: [{ Action: 'kms:Encrypt', Resource: ['a', 'b'], Principal: { AWS: 'y' } }] };
  assert.deepEqual(differences(put, back), [
    'policy.Statement[].Action: a list of one is no list',
    'policy.Statement[].Resource: in another order',
    'policy.Statement[].Principal.AWS: another value',
  ]);
  assert.deepEqual(differences(put, put), []);
});
