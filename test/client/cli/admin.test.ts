import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { changesText, changeText, missingText } from '#client/cli/admin/change-text.ts';
import { compare, newKeys, readEnrolment } from '#client/cli/admin/enrolment.ts';
import { checkedProposal } from '#client/cli/admin/proposing.ts';
import { newEncryptionKey, newSigningKey, publicJwk, signerFromPem } from '#client/keys.ts';
import type { Proposal } from '#core/registry/change.ts';
import { importEncryptionKey } from '#core/registry/encryption-key.ts';
import { writ as run } from '#dev/writ.ts';
import { changeOf, startDesk } from './desk.ts';
import { atTerminal, keys } from './terminal.ts';

const folder = mkdtempSync(join(tmpdir(), 'writ-admin-'));
after(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);
const env = { XDG_CONFIG_HOME: at('config'), TZ: 'Europe/Berlin' };
const writ = (...args: string[]) => run(args, env);

const desk = await startDesk();
desk.profile(env.XDG_CONFIG_HOME, 'default');

const signing = newSigningKey().privatePem;
const publicKey = { ...publicJwk(signing) };
const { keyId: thumbprint } = signerFromPem(signing);
const encryptionKey = { ...publicJwk(newEncryptionKey().privatePem) };
const { thumbprint: encryptionThumbprint } = await importEncryptionKey(encryptionKey);

function enrolment(name: string, changes: object = {}): string {
  const value = { v: 1, role: 'agency', publicKey, thumbprint, encryptionKey, ...changes };
  writeFileSync(at(name), JSON.stringify(value));
  return at(name);
}
const officers = enrolment('officer.json');
const reviewers = enrolment('reviewer.json', { role: 'reviewer', encryptionKey: undefined });

const terms = {
  jurisdictions: ['DE', 'FR'],
  instruments: ['EPOC'],
  categories: ['SubscriberData' as const],
  rates: { requestsPerDay: 50, emergenciesPerWeek: 0 },
};
const agency: Proposal = {
  kind: 'agency',
  agency: { id: 'de-lka-example', name: 'Police of the example', encryptionKey, terms },
  officer: { holder: 'officer-17', publicKey, activeFrom: '2026-12-01T00:00:00Z' },
};
const reviewer: Proposal = { kind: 'reviewer', reviewer: { holder: 'm.diaz', publicKey } };

const code =
  (expected: string, text = /$/) =>
  (error: unknown) =>
    error instanceof Error && 'code' in error && error.code === expected && text.test(error.message);

test('an enrolment is taken in only if its key has the thumbprint that it says', async () => {
  assert.equal((await readEnrolment(officers, 'agency')).thumbprint, thumbprint);
  const other = signerFromPem(newSigningKey().privatePem).keyId;
  const wrong: [string, string, RegExp][] = [
    [
      enrolment('other.json', { thumbprint: other }),
      'file-malformed',
      new RegExp(`than its key has: ${thumbprint}`),
    ],
    [enrolment('more.json', { password: 'x' }), 'file-malformed', /is no enrolment/],
    [enrolment('v2.json', { v: 2 }), 'file-malformed', /is no enrolment/],
    [reviewers, 'file-malformed', /the enrolment of a reviewer/],
    [enrolment('weak.json', { publicKey: { ...publicKey, x: 'AA' } }), 'key-malformed', /sign with is none/],
    [
      enrolment('private.json', { publicKey: { ...publicKey, d: 'AA' } }),
      'key-malformed',
      /sign with is none/,
    ],
    [at('missing.json'), 'file-unreadable', /cannot be read/],
  ];
  for (const [file, expected, text] of wrong)
    await assert.rejects(readEnrolment(file, 'agency'), code(expected, text), file);
});

test('every key that a change would enrol is compared, the one to decrypt with too', async () => {
  const both = await newKeys(agency);
  assert.deepEqual(
    both.map((newKey) => newKey.thumbprint),
    [thumbprint, encryptionThumbprint],
  );
  assert.equal((await newKeys({ kind: 'terms', agency: 'a', terms })).length, 0);
  await compare(both, { thumbprint: [encryptionThumbprint, thumbprint] });
  await compare(both, { yes: true });
  await compare([], {});
  await assert.rejects(
    compare(both, { thumbprint: [thumbprint] }),
    code('thumbprint-differs', /decrypt with/),
  );
  await assert.rejects(compare(both, { thumbprint: [thumbprint], yes: true }), code('thumbprint-differs'));
  await assert.rejects(compare(both, {}), code('usage', /nobody is here to compare/));
  await assert.rejects(compare([], { thumbprint: [thumbprint] }), code('usage', /enrols no key/));
});

test('a change says what would be another, who decided, what is missing and who is next', async () => {
  const text = await changeText(changeOf(agency));
  for (const line of [
    /change: +a new agency, with its first officer/,
    /officer: +officer-17/,
    /may ask under the law of: +DE, FR/,
    /at most: +50 requests a day, 0 emergencies a week/,
    /not before: .*00:00 UTC/,
    new RegExp(`officer-17’s key to sign with\n +${thumbprint}`),
    new RegExp(`the agency’s key to decrypt with\n +${encryptionThumbprint}`),
    /^r\.jansen +reviewer +approve/m,
    /missing: +1 more reviewer$/m,
    /next: +another reviewer: writ admin change approve 6f0f3c0e/,
  ])
    assert.match(text, line);

  const confirm = { approvals: 0, confirmation: true };
  const change = changeOf({ kind: 'terms', agency: 'a', terms }, { missing: confirm });
  assert.match(await changeText(change), /next: +an officer of the agency: writ admin change confirm/);
  const emergencies = changeOf({ kind: 'emergencies', agency: 'a' }, { missing: confirm });
  assert.match(await changeText(emergencies), /next: +an operator: writ operate confirm/);
  const id = '0f8b6b1e-5a3c-4c4e-9d53-0a4f3f0f7a11';
  const held = await changeText(changeOf({ kind: 'hold', case: id, until: '2028-01-01T00:00:00Z' }));
  assert.match(held, new RegExp(`case: +${id}$`, 'm'));
  assert.match(held, /kept until: +2028-01-01 /);
  assert.match(changesText([changeOf({ kind: 'release', case: id })]), new RegExp(`release +${id}`));
  assert.equal(
    missingText(changeOf(reviewer, { missing: { approvals: 2, confirmation: true } })),
    '2 more reviewers and a confirmation by an officer of the agency',
  );
  const applied = await changeText(changeOf(reviewer, { status: 'Applied' }));
  assert.match(applied, /next: +the key may be used once its cool-off is over/);
  assert.ok(!applied.includes('missing'));
  const listed = changesText([changeOf(reviewer)], Date.parse('2026-11-30T10:00:00Z'));
  assert.match(listed, /^6f0f3c0e\S+ +reviewer +m\.diaz +Pending +in 4 days +1 more reviewer$/m);
});

test('what is wrong with a proposal is said by the option that says it', () => {
  const officer = { holder: 'officer-17', publicKey };
  const of = (changes: object, its: object = {}) => ({
    kind: 'agency',
    agency: { id: 'a', name: 'A', encryptionKey, terms: { ...terms, ...changes }, ...its },
    officer,
  });
  const rates = (value: object) => ({ rates: { ...terms.rates, ...value } });
  assert.deepEqual(checkedProposal(agency), agency);
  const wrong: [unknown, RegExp][] = [
    [of({}, { id: 'a b' }), /^the id: letters/],
    [of({}, { name: 'two\nlines' }), /^--name: /],
    [of({}, { name: 'Police\u200b of the example' }), /^--name: /],
    [of({ jurisdictions: ['Germany'] }), /^--jurisdiction: /],
    [of({ instruments: ['an order'] }), /^--instrument: /],
    [of({ categories: ['Content'] }), /^--category: /],
    [of(rates({ requestsPerDay: 0 })), /^--requests-per-day: /],
    [of(rates({ emergenciesPerWeek: -1 })), /^--emergencies-per-week: /],
    [{ kind: 'officer', agency: '', officer }, /^the agency’s id: /],
    [{ kind: 'reviewer', reviewer: { ...officer, holder: 'r/2' } }, /^the pseudonym: /],
    [{ kind: 'reviewer', reviewer: { ...officer, publicKey: 7 } }, /^--enrolment: its key/],
    [{ kind: 'policy', policyHash: 'sha-256=:short:' }, /^the policy’s hash: /],
    [{ kind: 'hold', case: 'x', until: '2028-01-01T00:00:00Z' }, /^the case’s id/],
    [{ kind: 'release', case: '' }, /^the case’s id/],
  ];
  for (const [proposal, text] of wrong) assert.throws(() => checkedProposal(proposal), code('usage', text));
});

test('wrong use of each command is said in one line, before anything is asked of a provider', async () => {
  const wrong: [string[], RegExp][] = [
    [['agency', 'new'], /--enrolment is missing/],
    [['agency', 'terms', 'a', '--jurisdiction', 'DE'], /--instrument is missing/],
    [['officer', 'new', 'a', '--enrolment', officers], /--officer is missing/],
    [
      ['encryption-key', 'new', 'a', '--enrolment', officers, '--active-from', 'soon'],
      /--active-from is a day/,
    ],
    [['reviewer', 'new', '--enrolment', reviewers, '--reviewer', 'r'], /--thumbprint is missing/],
    [['policy', 'adopt', at('none.json')], /cannot be read/],
    [['emergencies', 'reopen', ''], /the agency’s id/],
    [['hold', 'begin', 'x', '--until', 'soon'], /--until is a day/],
    [['hold', 'begin', '0f8b6b1e-5a3c-4c4e-9d53-0a4f3f0f7a11'], /--until is missing/],
    [['key', 'revoke', '--reason', 'bored', '--', thumbprint], /--reason is one of lost, stolen/],
    [['change', 'list', '--status', 'Open'], /--status is one of Pending/],
  ];
  const results = await Promise.all(wrong.map(([args]) => writ('admin', ...args)));
  for (const [i, { code: exit, err, out }] of results.entries()) {
    const [args = [], text = /$/] = wrong[i] ?? [];
    assert.deepEqual([exit, out], [2, ''], `${args.join(' ')}\n${err}`);
    const line = err.trimEnd().split('\n').at(-1) ?? '';
    assert.match(line, /^error: (usage|file-unreadable): /, args.join(' '));
    assert.match(line, text, args.join(' '));
  }
  const malformed = await writ('admin', 'policy', 'adopt', officers);
  assert.match(malformed.err, /^error: file-malformed: .* Next: `writ policy check /);
  assert.deepEqual(desk.sent, []);
});

test('a change that is another than its digest is of is signed by nobody', async () => {
  const shown = changeOf(reviewer, { changeDigest: `sha-256=:${'A'.repeat(43)}=:` });
  desk.answers.set(shown.id, shown);
  for (const act of ['approve', 'confirm', 'reject']) {
    const { code: exit, err } = await writ('admin', 'change', act, shown.id, '--yes');
    assert.equal(exit, 3);
    assert.match(err, /^error: digest-wrong: /);
  }
  assert.deepEqual(desk.sent, []);
});

test('at a terminal nobody enrols a key that they did not compare', async () => {
  const value = changeOf(reviewer);
  desk.answers.set(value.id, value);
  desk.answers.set('decisions', { ...value, status: 'Applied' });
  const args = ['admin', 'change', 'approve', value.id];
  const question = 'compare this with its holder by telephone';
  const no = await atTerminal(args, [{ see: question, type: `n${keys.enter}` }], env);
  assert.equal(no.code, 1, no.shown);
  assert.match(no.shown, /error: not-confirmed/);
  assert.deepEqual(desk.sent, []);

  const steps = [
    { see: `${thumbprint}[\\s\\S]*${question}`, type: `y${keys.enter}` },
    { see: 'Sign and send this', type: `y${keys.enter}` },
  ];
  const yes = await atTerminal(args, steps, env);
  assert.equal(yes.code, 0, yes.shown);
  const body = { decision: 'approve', changeDigest: value.changeDigest };
  assert.deepEqual(desk.sent, [{ path: `/v1/registry/changes/${value.id}/decisions`, body }]);
});
