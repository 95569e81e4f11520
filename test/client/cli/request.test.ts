import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Request } from '#core/cases/request.ts';
import { writ as run } from '#dev/writ.ts';
import { request as example, policy } from '../../core/cases/cases.ts';
import { selfSigned, serve } from './certificates.ts';
import { TestProvider } from './provider.ts';
import { atTerminal, keys } from './terminal.ts';

const folder = mkdtempSync(join(tmpdir(), 'writ-request-'));
after(() => {
  provider.stop();
  rmSync(folder, { recursive: true });
});
const at = (name: string) => join(folder, name);
const env = { XDG_CONFIG_HOME: at('config'), XDG_STATE_HOME: at('state'), TZ: 'Europe/Berlin' };
const writ = (...args: string[]) => run(args, env);
const error = (code: string) => new RegExp(`^error: ${code}: [^\\n]+\\n$`, 'm');

const provider = await TestProvider.start();
before(async () => {
  await provider.profile(env.XDG_CONFIG_HOME, 'default');
  writeFileSync(at('order.pdf'), 'the order');
});

const fileOf = (changes: Partial<Request> & Record<string, unknown>) => {
  const name = at(`${changes.reference ?? 'request'}.json`);
  writeFileSync(name, JSON.stringify({ ...example, ...changes }));
  return name;
};

const options = (reference: string) => [
  ...['--reference', reference, '--instrument', 'EPOC', '--jurisdiction', 'DE'],
  ...['--authoriser', 'PublicProsecutor', '--issued', '2026-11-20T09:00:00+01:00', '--offence', 'StGB 202a'],
  ...['--order', at('order.pdf'), '--phone', '+4915112345678', '+4915112345679', '--account', 'alice'],
  ...['--category', 'SubscriberData', '--from', '2026-09-01', '--to', '2026-11-20'],
];

test('a request is made of options: days are the reader’s, the order is its digest, and what they became is said', async () => {
  const { code, out, err } = await writ('request', 'new', ...options('O-1'), '--json');
  assert.equal(code, 0, err);
  const { request, view } = provider.caseOf('O-1');
  assert.equal(JSON.parse(out).id, view.id);
  assert.deepEqual(request.period, { from: '2026-08-31T22:00:00Z', to: '2026-11-19T23:00:00Z' });
  assert.equal(request.instrument.issuedAt, '2026-11-20T08:00:00Z');
  const digest = createHash('sha256').update('the order').digest('base64');
  assert.equal(request.instrument.digest, `sha-256=:${digest}:`);
  assert.deepEqual(request.subjects, [
    { kind: 'account', value: 'alice' },
    { kind: 'phone', value: '+4915112345678' },
    { kind: 'phone', value: '+4915112345679' },
  ]);
  assert.equal(request.priority, 'Routine');
  assert.match(err, /^from: Tue 1 Sep 2026 \(signed as 2026-08-31T22:00:00Z\)$/m);
  const hex = createHash('sha256').update('the order').digest('hex');
  assert.ok(err.includes(`SHA-256 ${hex}\n`), err);
});

test('a request is made of a file, of the standard input, and of a file with options over it', async () => {
  const shown = await writ('request', 'new', fileOf({ reference: 'F-1' }));
  assert.equal(shown.code, 0, shown.err);
  assert.match(shown.out, /^status: +AwaitingApproval: .+$/m);
  assert.match(shown.out, /^answer due: +2026-11-30 11:00 .+\(10:00 UTC\), /m);
  assert.match(shown.out, /writ request withdraw /);
  await writ(
    'request',
    'new',
    fileOf({ reference: 'F-1' }),
    '--reference',
    'F-2',
    '--phone',
    '+4915100000000',
  );
  const { request } = provider.caseOf('F-2');
  assert.deepEqual(request.subjects, [{ kind: 'phone', value: '+4915100000000' }]);
  assert.deepEqual(request.period, example.period);
});

test('what is no request is told field by field in one line, without what it holds, and nothing is sent', async () => {
  const calls = provider.calls.length;
  const wrong: [Record<string, unknown>, RegExp][] = [
    [{ subjects: [{ kind: 'phone', value: '0151 secret' }] }, /subjects\.0\.value is no telephone number/],
    [{ categories: ['Content'] }, /categories\.0 is one of SubscriberData, /],
    [{ period: { from: '2026-11-20T00:00:00Z', to: '2026-09-01T00:00:00Z' } }, /ends before it begins/],
    [{ messages: 'secret' }, /fields that a request does not have: messages/],
    [{ instrument: undefined }, /instrument\.kind \(--instrument\) is missing; instrument\.juris/],
    [{ notice: { delayUntil: '20 Feb', reason: 'x' } }, /notice\.delayUntil .* is no instant in UTC/],
  ];
  for (const [changes, said] of wrong) {
    const { code, err } = await writ('request', 'new', fileOf({ reference: 'W-1', ...changes }));
    assert.equal(code, 2, err);
    assert.match(err, error('file-malformed'));
    assert.match(err, said);
    assert.doesNotMatch(err, /secret/);
  }
  const { code, err } = await writ('request', 'new', '--reference', 'W-2', '--from', '2026-02-30');
  assert.equal(code, 2);
  assert.match(err, /^error: usage: --from: that is no time/);
  assert.equal(provider.calls.length, calls);
});

test('where nobody is, what is missing is named and nothing is asked', async () => {
  const { code, err } = await writ('request', 'new', '--reference', 'W-3');
  assert.equal(code, 2);
  assert.match(err, error('usage'));
  assert.match(err, /\(--instrument\) is missing/);
});

test('what is remembered has ids and references, one’s own eyes only, and nobody who was asked about', async () => {
  await writ('request', 'new', fileOf({ reference: 'R-1' }));
  await writ('request', 'new', fileOf({ reference: 'R-1' }));
  const file = at('state/writ/default/requests.jsonl');
  assert.equal(statSync(file).mode & 0o777, 0o600);
  const text = readFileSync(file, 'utf8');
  assert.equal(text.match(/R-1/g)?.length, 1, 'the same case is remembered once');
  for (const { value } of example.subjects) assert.ok(!text.includes(value));
  writeFileSync(file, `${text}{"id":"cut o`, { mode: 0o600 });
  const again = await writ('request', 'new', fileOf({ reference: 'R-2' }));
  assert.equal(again.code, 0);
  const copies = readdirSync(at('state/writ/default/asked'));
  assert.ok(copies.includes(`${provider.caseOf('R-1').view.id}.jwe`));
  for (const copy of copies) {
    const kept = at(`state/writ/default/asked/${copy}`);
    assert.equal(statSync(kept).mode & 0o777, 0o600);
    assert.match(readFileSync(kept, 'utf8'), /^[\w-]+\.\.[\w-]+\.[\w-]+\.[\w-]+$/, 'a JWE');
  }
});

test('requests are listed as they stand, shown with what the reviewer wrote, and withdrawn, by reference or id', async () => {
  await writ('request', 'new', fileOf({ reference: 'S-1' }));
  const { view } = provider.caseOf('S-1');
  Object.assign(view, { status: 'Rejected', reason: 'manifest-error' });
  view.explanation = await provider.encrypted('the order names another provider');
  const shown = await writ('request', 'show', 'S-1');
  assert.match(shown.out, /^the reviewer says: +the order names another provider$/m);
  assert.doesNotMatch(shown.out, /writ collect/);
  const listed = await writ('request', 'list', '--status', 'Rejected');
  assert.match(listed.out, new RegExp(`^ +Rejected +${view.id.slice(0, 8)} +S-1$`, 'm'));
  assert.match(listed.out, /^1 request: 1 Rejected$/m);
  await writ('request', 'new', fileOf({ reference: 'S-2' }));
  const withdrawn = await writ('request', 'withdraw', provider.caseOf('S-2').view.id, '--yes', '--json');
  assert.equal(JSON.parse(withdrawn.out).status, 'Cancelled');
});

test('a reference that was never sent from here, and an id that nobody knows, are told apart', async () => {
  const unsent = await writ('request', 'show', 'never sent');
  assert.equal(unsent.code, 2);
  assert.match(unsent.err, error('request-unknown'));
  const unknown = await writ('request', 'show', '7d0c1e0a-5f0e-4c57-9a51-0c8a0f6e2a11');
  assert.equal(unknown.code, 1);
  assert.match(unknown.err, error('not-found'));
});

test('a refusal is one line with its code and what to do next, and JSON where that is asked for', async () => {
  provider.refusal = 'reference-conflict';
  try {
    const { code, err } = await writ('request', 'new', fileOf({ reference: 'C-1' }));
    assert.equal(code, 1);
    assert.match(err, /^error: reference-conflict: .+\. Next: choose another --reference\n$/);
    const json = await writ('request', 'new', fileOf({ reference: 'C-1' }), '--json');
    assert.equal(JSON.parse(json.err).error.code, 'reference-conflict');
  } finally {
    provider.refusal = undefined;
  }
});

test('an upload whose answer never came is the same case when it is sent again', async () => {
  provider.drops = 100;
  const broken = await writ('request', 'new', fileOf({ reference: 'D-1' }));
  provider.drops = 0;
  assert.equal(broken.code, 3);
  assert.match(broken.err, /run the same command again/);
  assert.match(broken.err, error('unreachable'));
  const { id } = provider.caseOf('D-1').view;
  const again = await writ('request', 'new', fileOf({ reference: 'D-1' }), '--json');
  assert.equal(JSON.parse(again.out).id, id);
});

test('a host where nothing listens, and one whose certificate has expired, are told as what they are', async () => {
  const file = at('config/writ/default/profile.json');
  const good = readFileSync(file, 'utf8');
  const towards = async (url: string, caFile?: string) => {
    const profile = JSON.parse(good);
    writeFileSync(file, JSON.stringify({ ...profile, provider: { ...profile.provider, url, caFile } }));
    return writ('request', 'new', fileOf({ reference: 'H-1' }));
  };
  try {
    const gone = await TestProvider.start();
    gone.stop();
    const nobody = await towards(gone.url);
    assert.equal(nobody.code, 3);
    assert.match(nobody.err, /^error: unreachable: .*nothing listens at its address/m);
    const expired = selfSigned({ days: -1 });
    const late = await towards(await serve(expired, (_, response) => response.end()), expired.file);
    assert.equal(late.code, 3);
    assert.match(late.err, /^error: unreachable: .*its certificate has expired/m);
  } finally {
    writeFileSync(file, good, { mode: 0o600 });
  }
});

test('a key that others can read and a passphrase that is not the key’s sign nothing', async () => {
  const calls = provider.calls.length;
  const key = at('config/writ/default/signing.pem');
  chmodSync(key, 0o644);
  const readable = await writ('request', 'new', fileOf({ reference: 'K-1' }));
  chmodSync(key, 0o600);
  assert.equal(readable.code, 2);
  assert.match(readable.err, error('key-readable-by-others'));
  writeFileSync(at('right'), 'correct horse battery\n', { mode: 0o600 });
  writeFileSync(at('wrong'), 'wrong horse battery\n', { mode: 0o600 });
  await provider.profile(env.XDG_CONFIG_HOME, 'locked', ['--passphrase-file', at('right')]);
  const named = [fileOf({ reference: 'K-2' }), '--profile', 'locked'];
  const wrong = await writ('request', 'new', ...named, '--passphrase-file', at('wrong'));
  assert.equal(wrong.code, 2);
  assert.match(wrong.err, error('passphrase-wrong'));
  assert.equal(provider.calls.length, calls);
  assert.equal((await writ('request', 'new', ...named, '--passphrase-file', at('right'))).code, 0);
});

test('a profile on another machine, or a colleague’s, lists and shows what was sent from here', async () => {
  await writ('request', 'new', fileOf({ reference: 'M-1' }));
  const { view, request } = provider.caseOf('M-1');
  const here = (await writ('request', 'show', 'M-1')).out;
  assert.match(here, /^of whom: +0 is phone \+4915112345678; 1 is account alice; 2 is username Al ice$/m);
  assert.match(
    here,
    /^by: +EPOC, DE, JudgeCourtOrInvestigatingJudge, issued 2026-11-20 10:00 .*, for StGB 176b$/m,
  );
  const elsewhere = { ...env, XDG_STATE_HOME: at('elsewhere') };
  const listed = await run(['request', 'list', '--all', '--json'], elsewhere);
  assert.ok(
    JSON.parse(listed.out).some(({ id }: { id: string }) => id === view.id),
    listed.err,
  );
  const shown = await run(['request', 'show', 'M-1'], elsewhere);
  assert.match(shown.out, /^asked: +SubscriberData, TrafficData of subjects 0, 1, 2, /m);
  assert.match(shown.out, /^by: +EPOC, DE, JudgeCourtOrInvestigatingJudge$/m);
  for (const { value } of request.subjects) assert.ok(!shown.out.includes(value));
});

test('what was sent just now is there though the list does not have it yet', async () => {
  provider.unlisted.add('N-1');
  await writ('request', 'new', fileOf({ reference: 'N-1' }));
  const { id } = provider.caseOf('N-1').view;
  const listed = JSON.parse((await writ('request', 'list', '--json')).out);
  assert.equal(listed.filter((one: { id: string }) => one.id === id).length, 1);
  assert.equal(JSON.parse((await writ('request', 'show', 'N-1', '--json')).out).id, id);
  provider.unlisted.delete('N-1');
  const again = JSON.parse((await writ('request', 'list', '--json')).out);
  assert.equal(again.filter((one: { id: string }) => one.id === id).length, 1, 'listed once');
});

test('a request is meant by the beginning of its id, and what could mean two is told', async () => {
  await writ('request', 'new', fileOf({ reference: 'I-1' }));
  const { id } = provider.caseOf('I-1').view;
  const twin = `${id.slice(0, 7)}${id[7] === '0' ? '1' : '0'}${id.slice(8)}`;
  const { view, request } = provider.caseOf('I-1');
  assert.equal(JSON.parse((await writ('request', 'show', id.slice(0, 8), '--json')).out).id, id);
  provider.kept.set(twin, { view: { ...view, id: twin, reference: 'I-2' }, request });
  const { code, err } = await writ('request', 'withdraw', id.slice(0, 7), '--yes');
  assert.equal(code, 2);
  assert.match(err, error('case-ambiguous'));
  assert.ok(err.includes(`${id} (I-1)`) && err.includes(`${twin} (I-2)`), err);
  assert.equal(provider.caseOf('I-1').view.status, 'AwaitingApproval');
  provider.kept.delete(twin);
});

test('a request in place of another names it by its reference, and the id is what is signed', async () => {
  await writ('request', 'new', fileOf({ reference: 'A-1' }));
  const { code, err } = await writ(
    'request',
    'new',
    fileOf({ reference: 'A-2' }),
    '--amends',
    'A-1',
    '--yes',
  );
  assert.equal(code, 0, err);
  assert.equal(provider.caseOf('A-2').request.amends, provider.caseOf('A-1').view.id);
  const unknown = await writ('request', 'new', fileOf({ reference: 'A-3' }), '--amends', 'nobody’s');
  assert.match(unknown.err, error('request-unknown'));
});

test('a delay is offered where one runs, and only there', async () => {
  await writ('request', 'new', fileOf({ reference: 'L-1' }));
  await writ('request', 'new', fileOf({ reference: 'L-2', notice: undefined }));
  assert.match((await writ('request', 'show', 'L-1')).out, /writ request delay/);
  const none = (await writ('request', 'show', 'L-2')).out;
  assert.match(none, /writ request withdraw/);
  assert.doesNotMatch(none, /delay/);
});

/** What somebody answers who gives nothing on the command line. */
const answers = (reference: string, agrees: string) => [
  { see: 'Your reference', type: `${reference}${keys.enter}` },
  { see: 'Kind of order', type: `EPOC${keys.enter}` },
  { see: 'Under whose law', type: `DE${keys.enter}` },
  { see: 'Who ordered it', type: `${keys.down}${keys.enter}` },
  { see: 'Issued when', type: `2026-11-20${keys.enter}` },
  { see: 'Offence', type: `StGB 202a${keys.enter}` },
  { see: 'The order itself', type: `${at('order.pdf')}${keys.enter}` },
  { see: 'How urgent', type: keys.enter },
  { see: 'by which of these', type: `${keys.down}${keys.enter}` },
  { see: 'Which phone', type: `0151${keys.enter}` },
  { see: 'no telephone number', type: `${'\u007f'.repeat(4)}+4915112345678${keys.enter}` },
  { see: 'Another one', type: keys.enter },
  { see: 'Which categories', type: `${keys.space}${keys.enter}` },
  { see: 'From when', type: `2026-09-01${keys.enter}` },
  { see: 'Until when', type: `2026-11-20${keys.enter}` },
  { see: 'When is the person notified', type: keys.enter },
  { see: 'Sign and send this', type: `s${keys.enter}` },
  { see: 'Sign and send this', type: `${agrees}${keys.enter}` },
];

test('somebody at a terminal is asked for all that is missing, sees what is signed, and is answered', async () => {
  const { code, shown } = await atTerminal(['request', 'new'], answers('T-1', 'y'), env);
  assert.equal(code, 0, shown);
  assert.match(shown, /You ask, under the reference T-1, for/);
  assert.match(
    shown.replaceAll(/\s+/g, ' '),
    /issued on Fri 20 Nov 2026 by a judge, court or investigating judge/,
  );
  assert.match(shown, /"value": "\+4915112345678"/);
  assert.match(shown, /AwaitingApproval/);
  assert.deepEqual(draftsLeft(), []);
  const { request } = provider.caseOf('T-1');
  assert.deepEqual(request.subjects, [{ kind: 'phone', value: '+4915112345678' }]);
  assert.deepEqual(request.categories, ['SubscriberData']);
  assert.equal(request.instrument.authoriserRole, 'JudgeCourtOrInvestigatingJudge');
});

const draftsLeft = () =>
  readdirSync(join(env.XDG_CONFIG_HOME, 'writ', 'default')).filter((name) => name.startsWith('draft-'));

test('whoever says no signs nothing, and whoever breaks off neither: 130', async () => {
  const posts = () => provider.calls.filter(({ method }) => method === 'POST').length;
  const calls = posts();
  const no = await atTerminal(['request', 'new'], answers('T-2', 'n'), env);
  assert.equal(no.code, 1);
  assert.match(no.shown, /error: not-confirmed/);
  const begin = { see: 'Go on with it', type: `${keys.down}${keys.enter}` };
  const broken = await atTerminal(
    ['request', 'new'],
    [begin, { see: 'Your reference', type: keys.ctrlC }],
    env,
  );
  assert.equal(broken.code, 130);
  assert.match(broken.shown, /error: interrupted/);
  assert.equal(posts(), calls);
});

test('what was answered is kept until it is sent: after Ctrl-C one goes on, and after a refusal one changes it', async () => {
  const begun = answers('T-4', 'y').slice(0, 11);
  const broken = await atTerminal(
    ['request', 'new'],
    [...begun, { see: 'Another one', type: keys.ctrlC }],
    env,
  );
  assert.equal(broken.code, 130);
  assert.match(broken.shown, /What you answered is kept, encrypted/);
  const [draft = ''] = draftsLeft();
  const kept = join(env.XDG_CONFIG_HOME, 'writ', 'default', draft);
  assert.equal(statSync(kept).mode & 0o777, 0o600);
  assert.doesNotMatch(readFileSync(kept, 'utf8'), /"T-4"|4915112345678/);

  provider.refusal = 'reference-conflict';
  const rest = [{ see: 'Go on with it', type: keys.enter }, ...answers('', 'y').slice(8)];
  const refused = await atTerminal(['request', 'new'], rest, env);
  provider.refusal = undefined;
  assert.equal(refused.code, 1);
  assert.match(refused.shown, /error: reference-conflict/);
  assert.equal(draftsLeft().length, 1);

  const changed = [
    { see: 'Go on with it', type: keys.enter },
    { see: 'What do you want to change', type: `${keys.down}${keys.enter}` },
    { see: 'Your reference', type: `T-5${keys.enter}` },
    { see: 'When is the person notified', type: keys.enter },
    { see: 'Sign and send this', type: `y${keys.enter}` },
  ];
  const sent = await atTerminal(['request', 'new'], changed, env);
  assert.equal(sent.code, 0, sent.shown);
  assert.deepEqual(draftsLeft(), []);
  assert.deepEqual(provider.caseOf('T-5').request.subjects, [{ kind: 'phone', value: '+4915112345678' }]);
});

const rules = {
  policy: { ...policy, limits: { ...policy.limits, periodDays: 90 } },
  terms: {
    jurisdictions: ['DE'],
    instruments: ['EPOC', 'MLA'],
    categories: ['SubscriberData' as const, 'TrafficData' as const],
    rates: { requestsPerDay: 5, emergenciesPerWeek: 0 },
  },
};

test('where the provider says what it takes, answers are chosen from that, and each is checked when it is given', async () => {
  provider.rules = rules;
  const [reference, , , , ...others] = answers('T-6', 'y');
  const steps = [
    reference,
    { see: 'Kind of order\\?(.|\\n)*EPOC(.|\\n)*MLA', type: keys.enter },
    { see: 'Under whose law: DE, the only one(.|\\n)*Who ordered it', type: keys.enter },
    { see: 'Issued when', type: `2099-01-01${keys.enter}` },
    { see: 'lies in the future', type: `${'\u007f'.repeat(10)}2026-11-20${keys.enter}` },
  ];
  const at = (see: string) => others.findIndex((step) => step.see === see);
  const rest = [
    ...others.slice(at('Offence'), at('Which categories')),
    {
      see: 'Which categories(.|\\n)*not in your agency(.|\\n)*not on the order of this authority',
      type: `${keys.space}${keys.enter}`,
    },
    { see: 'From when', type: `2026-06-01${keys.enter}` },
    { see: 'Until when', type: `2026-11-20${keys.enter}` },
    {
      see: '172 days and 1 hour, and the provider allows 90',
      type: `${'\u007f'.repeat(10)}2026-08-01${keys.enter}`,
    },
    ...others.slice(at('When is the person notified')),
  ];
  const { code, shown } = await atTerminal(
    ['request', 'new'],
    [...steps, ...rest].flatMap((step) => step ?? []),
    env,
  );
  assert.equal(code, 0, shown);
  assert.match(shown, /on the provider’s list of offences/);
  assert.match(shown, /answered within|your agency may ask for none/);
  assert.equal(provider.caseOf('T-6').request.instrument.jurisdiction, 'DE');
});

test('a refusal of the provider is told in numbers, by the policy that it publishes', async () => {
  provider.rules = rules;
  provider.refusal = 'limit-exceeded';
  const { code, err } = await writ(
    'request',
    'new',
    ...options('N-1'),
    '--from',
    '2026-08-20',
    '--to',
    '2026-11-20',
  );
  provider.refusal = undefined;
  provider.rules = undefined;
  assert.equal(code, 1);
  assert.match(err, /^error: limit-exceeded: 92 days and 1 hour, and the provider allows 90/m);
});

test('an order that is dated in the future, or in a year that lost its century, is refused here', async () => {
  const posts = () => provider.calls.filter(({ method }) => method === 'POST').length;
  const before = posts();
  const later = `${new Date().getFullYear() + 10}-11-20`;
  for (const [issued, said] of [
    [later, /lies in the future/],
    ['0026-11-20', /before 1970/],
    ['26-11-20', /no time: give a day/],
  ] as const) {
    const { code, err } = await writ('request', 'new', ...options('D-1'), '--issued', issued);
    assert.equal(code, 2, issued);
    assert.match(err, said);
  }
  const inFile = fileOf({
    reference: 'D-2',
    instrument: { ...example.instrument, issuedAt: `${later}T00:00:00Z` },
  });
  const { code, err } = await writ('request', 'new', inFile);
  assert.equal(code, 2);
  assert.match(err, /issuedAt \(--issued\) lies in the future/);
  assert.equal(posts(), before);
});

test('somebody at a terminal who gave it all is asked nothing but whether to sign', async () => {
  const steps = [{ see: 'Sign and send this', type: `y${keys.enter}` }];
  const { code, shown } = await atTerminal(['request', 'new', fileOf({ reference: 'T-3' })], steps, env);
  assert.equal(code, 0, shown);
  assert.ok(provider.caseOf('T-3'));
});

test('every command of an agency has help with examples', async () => {
  const commands = ['new', 'show', 'list', 'withdraw', 'validate', 'delay'].map((text) => ['request', text]);
  for (const command of [...commands, ['preservation', 'new'], ['preservation', 'extend'], ['collect']]) {
    const { code, out } = await writ(...command, '--help');
    assert.equal(code, 0);
    assert.match(out, /Examples:\n {2}writ /, command.join(' '));
  }
});
