import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { z } from 'zod';
import { explain, sectionText } from '#client/cli/policy/explain.ts';
import { tryPreservation, tryRequest } from '#client/cli/policy/trial.ts';
import { trialSections } from '#client/cli/policy/trial-text.ts';
import { warningsOf } from '#client/policy-warnings.ts';
import { jsonDigest } from '#core/canonical.ts';
import type { Policy } from '#core/cases/policy.ts';
import { preservationSchema } from '#core/cases/preservation.ts';
import { writ } from '#dev/writ.ts';
import { emergency, policy as eu, shipped as read, receivedAt, request } from '../../core/cases/cases.ts';

const folder = mkdtempSync(join(tmpdir(), 'writ-policy-'));
after(() => rmSync(folder, { recursive: true }));
const home = new URL('../../../policy/', import.meta.url).pathname;
const shipped = (name: string) => join(home, `${name}.json`);
const written = (name: string, value: unknown) => {
  const file = join(folder, name);
  writeFileSync(file, JSON.stringify(value));
  return file;
};
const textOf = (its: Policy) => explain(its).map(sectionText).join('\n').replaceAll(/\s+/g, ' ');

test('policy check prints the hash of a shipped policy, which is that of its JSON, and says what it says', async () => {
  const policy: unknown = JSON.parse(readFileSync(shipped('minimal'), 'utf8'));
  const { code, out, err } = await writ(['policy', 'check', shipped('minimal')]);
  assert.equal(code, 0);
  assert.equal(out.split('\n')[0], jsonDigest(policy));
  assert.match(out, /^TrafficData.*\n {2}- It is not disclosed\.$/m);
  assert.match(out, /Within 10 days, in an emergency within 8 hours\./);
  assert.match(err, /^warning: There is no calendar/m);
  const asJson = JSON.parse((await writ(['policy', 'check', shipped('minimal'), '--json'])).out);
  assert.deepEqual([asJson.policyHash, asJson.policy], [jsonDigest(policy), policy]);
  assert.deepEqual(
    asJson.warnings.map(({ code: warning }: { code: string }) => warning),
    ['calendar-missing', 'receipt-unpreserved'],
  );
});

test('policy check says what is wrong with one that cannot be used, and ends with 1', async () => {
  const policy = JSON.parse(readFileSync(shipped('minimal'), 'utf8'));
  const file = written('wrong.json', { ...policy, approvals: 1, content: true });
  const { code, err } = await writ(['policy', 'check', file]);
  assert.equal(code, 1);
  assert.match(err, /approvals/);
  assert.match(err, /content/);
  const unkept = written('unkept.json', { ...policy, lifetimeDays: 9 });
  const second = await writ(['policy', 'check', unkept]);
  assert.deepEqual([second.code, second.out], [1, '']);
  assert.match(
    second.err,
    /would end after 9 days, and there may be 240 hours for its answer\n.*lifetimeDays/,
  );
});

test('policy check of a policy that is inactive explains it, and ends with 1', async () => {
  const { code, out } = await writ(['policy', 'check', shipped('budapest-2ap')]);
  assert.equal(code, 1);
  assert.match(out, /INACTIVE, it cannot be adopted or deployed/);
  assert.match(out, /AP2-Art7/);
});

test('policy check of a file that is not there, or no JSON, is wrong usage', async () => {
  const file = join(folder, 'no.json');
  assert.equal((await writ(['policy', 'check', file])).code, 2);
  writeFileSync(file, '{');
  assert.equal((await writ(['policy', 'check', file])).code, 2);
});

test('every shipped policy is explained in lines of 80 columns, each rule with its source', () => {
  for (const file of readdirSync(home)) {
    const its = read(file.replace('.json', ''));
    for (const line of explain(its).map(sectionText).join('\n').split('\n'))
      assert.ok(line.length <= 80, `${file}: ${line}`);
    const text = textOf(its);
    for (const lines of Object.values(its.categories))
      for (const { source = '' } of lines) assert.ok(text.includes(source), `${file}: ${source}`);
    for (const { title } of its.sources ?? []) assert.ok(text.includes(title), `${file}: ${title}`);
  }
});

test('a policy says who is notified, who tells the person, what is withheld, and what is not set', () => {
  const said = textOf(read('eu-e-evidence'));
  for (const text of [
    'An enforcing authority, of EPOC for TrafficData. It has 10 days, for which disclosure waits',
    'EPOC: The issuing authority tells the person; the provider does not.',
    'Withheld at first: instrument, jurisdiction and categories.',
    'A request preserves what it names, from its receipt',
    'authorities: no register',
    'EPOC by another competent authority, for any offence, in an emergency alone.',
  ])
    assert.ok(said.includes(text), text);
  assert.ok(textOf(read('us-sca')).includes('No validation is owed afterwards. [18 U.S.C. 2702(c)(4)'));
  assert.ok(textOf(read('uk-copoa')).includes('Emergencies - None is taken.'));
  assert.ok(textOf(read('minimal')).includes('sources: the policy does not say what it rests on.'));
});

test('what is lawful and unusual is warned of', () => {
  const codes = (change: Partial<Policy>, now = receivedAt) =>
    warningsOf({ ...eu, sources: [{ title: 'read', read: 'text' }], ...change }, now).map(({ code }) => code);
  assert.deepEqual(codes({}), []);
  assert.deepEqual(codes({ collectHours: 239 }), ['collect-short']);
  assert.deepEqual(codes({ collectHours: 240 }), []);
  assert.deepEqual(codes({ collectHours: 45 * 24 }), []);
  assert.deepEqual(codes({ collectHours: 45 * 24 + 1 }), ['collect-long']);
  assert.deepEqual(codes({}, '2031-02-01T00:00:00Z'), ['calendar-ends']);
  assert.deepEqual(codes({ preservation: { ...eu.preservation, onReceipt: false } }), [
    'receipt-unpreserved',
  ]);
  assert.deepEqual(codes({ sources: [{ title: 'not read', read: 'cf' }] }), ['sources-unread']);
  const witnessed = (collect: 'off' | 'prefer' | 'require', patienceSeconds: number) =>
    codes({ witnessed: { collect, patienceSeconds } });
  assert.deepEqual(witnessed('off', 1), []);
  assert.deepEqual(witnessed('prefer', 10), []);
  assert.deepEqual(witnessed('prefer', 9), ['witnesses-hasty']);
  assert.deepEqual(witnessed('require', 10), ['witnesses-required']);
});

test('a policy says whether collecting waits for witnesses, and what happens without them', () => {
  const said = (collect: 'off' | 'prefer' | 'require') =>
    textOf({ ...eu, witnessed: { collect, patienceSeconds: 45 } });
  assert.match(
    said('prefer'),
    /waits for up to 45 seconds until witnesses.*Without them it goes on after that\./,
  );
  assert.match(said('require'), /45 seconds.*Without them nothing is opened, and the agency asks again\./);
  assert.doesNotMatch(said('off'), /witness/);
  assert.match(textOf(eu), /witnessed: collecting waits for no witness of the log\./);
});

test('policy try shows what a request would get: the line, the time, the signatures, who is told', async () => {
  const file = written('emergency.json', emergency);
  const { code, out } = await writ(['policy', 'try', shipped('eu-e-evidence'), file, '--at', receivedAt]);
  assert.equal(code, 0, out);
  const text = out.replaceAll(/\s+/g, ' ');
  for (const said of [
    'SubscriberData: line 2, EPOC by another competent authority, for any offence, in an emergency alone',
    '1 reviewer opens it, and 1 more is owed after.',
    'The policy gives 8 hours.',
    'The issuing authority tells the person',
    'the other reviewers’ signatures and a validation by',
  ])
    assert.ok(text.includes(said), said);
});

test('policy try of what is refused names the code and what no line has, and ends with 1', async () => {
  const file = written('request.json', request);
  const { code, out } = await writ(['policy', 'try', shipped('us-sca'), file, '--at', receivedAt]);
  assert.equal(code, 1);
  assert.match(out, /^Refused\n {2}- instrument-not-accepted/);
  assert.match(out, /TrafficData: no line has it: instrument-not-accepted/);
});

test('policy try takes a preservation order too, and of anything else says what it is not', async () => {
  const { priority: _, notice: _n, notification: _f, ...order } = request;
  const kept = written('order.json', {
    ...order,
    instrument: { ...order.instrument, kind: 'PreservationLetter', jurisdiction: 'US' },
  });
  const taken = await writ(['policy', 'try', shipped('us-sca'), kept, '--at', receivedAt]);
  assert.equal(taken.code, 0, taken.err);
  assert.match(taken.out, /kept until 2027-02-18/);
  const other = await writ(['policy', 'try', shipped('minimal'), written('other.json', { a: 1 })]);
  assert.equal(other.code, 2);
  const { refusal } = z
    .object({ refusal: z.object({ code: z.string() }) })
    .parse(tryPreservation(preservationSchema.parse(order), read('uk-copoa'), receivedAt));
  assert.equal(refusal.code, 'instrument-not-accepted');
});

test('a trial needs as many signatures as the policy in force asks for, and no agency is named', () => {
  const three: Policy = { ...eu, approvals: 3 };
  const trial = tryRequest(request, three, receivedAt);
  assert.deepEqual([trial.signatures, trial.opened?.decisions.length], [3, 3]);
  const titles = trialSections(trial, request, three).map(({ title }) => title);
  assert.ok(!titles.includes('What the emergency owes'), 'a routine request owes nothing');
});
