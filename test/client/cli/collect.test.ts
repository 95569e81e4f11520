import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { writ as run } from '#dev/writ.ts';
import { request as example } from '../../core/cases/cases.ts';
import { disclosed, Keys, login, phone } from '../package/pages.ts';
import { TestProvider } from './provider.ts';
import { atTerminal, keys } from './terminal.ts';

const folder = mkdtempSync(join(tmpdir(), 'writ-collect-'));
const at = (...names: string[]) => join(folder, ...names);
const env = { XDG_CONFIG_HOME: at('config'), XDG_STATE_HOME: at('state') };
const writ = (...args: string[]) => run(args, env);
const proofs = ['disclosure-2.tlog-proof', 'disclosure-3.tlog-proof', 'disclosure.tlog-proof'];
const files = ['certificate.html', ...proofs, 'disclosure.json', 'proof.json', 'records.csv'].toSorted();

const provider = await TestProvider.start();
after(() => {
  provider.stop();
  rmSync(folder, { recursive: true });
});
before(async () => {
  await provider.profile(env.XDG_CONFIG_HOME, 'default');
  provider.pages = [[phone('+4915112345678'), login(1)], [login(2)], [login(3)]];
  const { verifierKey, jwk } = provider.keys;
  writeFileSync(at('provider.json'), JSON.stringify({ keys: [jwk], log: { verifierKey } }));
});

/** A request that is asked, and approved. */
async function approved(reference: string): Promise<string> {
  const file = at('request.json');
  writeFileSync(file, JSON.stringify({ ...example, reference }));
  const { code, err } = await writ('request', 'new', file);
  assert.equal(code, 0, err);
  provider.approve(reference);
  return reference;
}

const prove = (dir: string, ...more: string[]) => writ('log', 'prove', dir, ...more);
/** On another machine, which has no profile. */
const elsewhere = (dir: string, ...more: string[]) =>
  run(['log', 'prove', dir, ...more], { XDG_CONFIG_HOME: at('none') });
const pages = () => provider.calls.filter(({ path }) => path.endsWith('/collection')).length;

test('what is collected is a folder for its owner alone, with files that prove themselves offline', async () => {
  const dir = at('whole');
  const { code, out, err } = await writ('collect', await approved('C-1'), '--out', dir, '--json');
  assert.equal(code, 0, err);
  assert.equal(JSON.parse(out).records, 4);
  assert.deepEqual(readdirSync(dir).toSorted(), files);
  assert.equal(statSync(dir).mode & 0o777, 0o700);
  for (const file of files) assert.equal(statSync(join(dir, file)).mode & 0o777, 0o600, file);
  const table = readFileSync(join(dir, 'records.csv'), 'utf8');
  assert.equal(
    table.split('\r\n')[1],
    "0,phone,'+4915112345678,SubscriberData,,,,'+4915112345678,2026-09-01T00:00:00Z,,",
  );
  assert.equal(table.trimEnd().split('\r\n').length, 5);

  for (const by of [
    ['--provider', at('provider.json')],
    ['--profile', 'default'],
  ]) {
    const proven = await prove(dir, ...by);
    assert.equal(proven.code, 0, proven.out + proven.err);
    assert.match(proven.out, /^Proven: /m);
  }
  const json = JSON.parse((await prove(dir, '--provider', at('provider.json'), '--json')).out);
  assert.deepEqual([json.verdict, json.faults, json.records], ['proven', [], 4]);
});

test('without keys from elsewhere a folder is consistent with itself: not proven, and its keys are named', async () => {
  const none = await elsewhere(at('whole'));
  assert.equal(none.code, 3);
  assert.match(none.out, /in the package itself, which vouch for nothing/);
  assert.ok(none.out.includes(provider.keys.thumbprint));
  assert.match(none.out, /^Consistent with itself, and not proven/m);
  const byLog = await elsewhere(at('whole'), '--key', provider.keys.verifierKey);
  assert.equal(byLog.code, 3, 'whose records they are, the log does not say');
});

test('a folder that is forged with keys of one’s own is never proven, and by the provider’s keys it is wrong', async () => {
  const forger = await TestProvider.start();
  const config = at('forger');
  try {
    await forger.profile(config, 'default');
    forger.pages = [[login(9)]];
    const own = { XDG_CONFIG_HOME: config, XDG_STATE_HOME: at('forger-state') };
    writeFileSync(at('request.json'), JSON.stringify({ ...example, reference: 'F-1' }));
    await run(['request', 'new', at('request.json')], own);
    forger.approve('F-1');
    assert.equal((await run(['collect', 'F-1', '--out', at('forged')], own)).code, 0);
  } finally {
    forger.stop();
  }
  assert.equal((await elsewhere(at('forged'))).code, 3);
  assert.equal((await prove(at('forged'))).code, 1);
  const wrong = await elsewhere(at('forged'), '--provider', at('provider.json'));
  assert.equal(wrong.code, 1);
  assert.match(wrong.out, /signer-unknown: page 1: /);
  assert.match(wrong.out, /^Not proven\.$/m);
});

test('whatever is changed in a folder, the proof says which file and ends with 1', async () => {
  const changes: [string, string, string][] = [
    ['records.csv', '192.0.2.2', '192.0.2.7'],
    ['disclosure.json', 'GS-', 'GS_'],
    ['certificate.html', 'Example Messenger', 'Example messenger'],
    ['proof.json', '"records": 1', '"records": 2'],
  ];
  for (const [file, from, to] of changes) {
    const dir = at('changed');
    cpSync(at('whole'), dir, { recursive: true });
    const text = readFileSync(join(dir, file), 'utf8').replace(
      'C-1',
      file === 'disclosure.json' ? 'C-2' : 'C-1',
    );
    writeFileSync(join(dir, file), text.replace(from, to));
    const { code, out } = await prove(dir, '--provider', at('provider.json'));
    assert.equal(code, 1, `${file}: ${out}`);
    assert.match(out, /-differs: /);
    rmSync(dir, { recursive: true });
  }
});

test('a finished folder is not overwritten, nor one that holds something else', async () => {
  const before = readFileSync(at('whole/proof.json'));
  const calls = pages();
  const finished = await writ('collect', 'C-1', '--out', at('whole'));
  assert.equal(finished.code, 2);
  assert.match(finished.err, /^error: file-exists: .* Next: name another folder with --out\n$/);
  mkdirSync(at('mine'));
  writeFileSync(at('mine/notes.txt'), 'mine');
  const mine = await writ('collect', 'C-1', '--out', at('mine'));
  assert.match(mine.err, /^error: file-exists: /);
  assert.deepEqual(readdirSync(at('mine')), ['notes.txt']);
  assert.deepEqual(readFileSync(at('whole/proof.json')), before);
  assert.equal(pages(), calls, 'nothing was collected for it');
});

test('a folder that cannot be written is told before anything is collected', async () => {
  writeFileSync(at('file'), '');
  const calls = pages();
  const { code, err } = await writ('collect', 'C-1', '--out', at('file/below'));
  assert.equal(code, 2);
  assert.match(err, /^error: file-unwritable: /);
  assert.equal(pages(), calls);
});

test('a collection that breaks off goes on from the last page that arrived', async () => {
  const reference = await approved('B-1');
  const dir = at('broken');
  provider.breaksAt = 2;
  const broken = await writ('collect', reference, '--out', dir);
  provider.breaksAt = undefined;
  assert.equal(broken.code, 3);
  assert.match(broken.err, /^1 page is kept: the same command goes on from there\.$/m);
  assert.match(broken.err, /^error: unreachable: /m);
  assert.deepEqual(readdirSync(dir), ['.pages']);
  const calls = pages();
  const again = await writ('collect', reference, '--out', dir);
  assert.equal(again.code, 0, again.err);
  assert.equal(pages() - calls, 2, 'the first page is not asked for again');
  assert.deepEqual(readdirSync(dir).toSorted(), files);
  assert.equal((await prove(dir, '--profile', 'default')).code, 0);
});

test('pages of another case, and pages that were changed, are not gone on with', async () => {
  const dir = at('others');
  provider.breaksAt = 2;
  await writ('collect', await approved('O-1'), '--out', dir);
  provider.breaksAt = undefined;
  const calls = pages();
  const other = await writ('collect', await approved('O-2'), '--out', dir);
  assert.equal(other.code, 1);
  assert.match(other.err, /error: collection-differs: what was kept in .* is of another case/);
  const page = join(dir, '.pages/000001.jws');
  const stranger = await disclosed(new Keys(), [[login(1)]], { id: provider.caseOf('O-1').view.id });
  writeFileSync(page, stranger.jws[0] ?? '');
  const forged = await writ('collect', 'O-1', '--out', dir);
  assert.equal(forged.code, 1);
  assert.match(forged.err, /error: collection-differs: page 1 .* does not hold/);
  assert.equal(pages(), calls);
});

test('whoever goes on with a collection is shown the page that is signed, and is asked for it alone', async () => {
  const dir = at('shown');
  provider.breaksAt = 2;
  const reference = await approved('S-1');
  await writ('collect', reference, '--out', dir);
  provider.breaksAt = undefined;
  const calls = provider.calls.length;
  const steps = [{ see: 'Sign and send this', type: `y${keys.enter}` }];
  const { code, shown } = await atTerminal(['collect', reference, '--out', dir], steps, env);
  assert.equal(code, 0, shown);
  const sent = provider.calls.slice(calls).filter(({ method }) => method === 'POST');
  const { recipient } = JSON.parse(sent[0]?.body ?? '');
  assert.match(recipient, /^[\w-]{43}$/);
  assert.deepEqual(
    sent.map(({ body }) => JSON.parse(body)).map(({ page, recipient: key }) => ({ page, recipient: key })),
    [
      { page: 'page-2', recipient },
      { page: 'page-3', recipient },
    ],
  );
  assert.ok(shown.includes(`POST ${provider.url}${sent[0]?.path}`), shown);
  assert.match(shown, /from its page page-2 on/);
  assert.equal(shown.split('to be signed with the key').length, 2);
});

test('a later collection that took the place of a broken one is told as that', async () => {
  const dir = at('gone');
  provider.breaksAt = 2;
  await writ('collect', await approved('G-1'), '--out', dir);
  provider.breaksAt = undefined;
  provider.pageRefusal = 'page-gone';
  const { code, err } = await writ('collect', 'G-1', '--out', dir);
  provider.pageRefusal = undefined;
  assert.equal(code, 1);
  assert.match(err, /error: page-gone: .* Next: collect anew, into another directory\n$/);
});

test('what is not approved is refused and leaves no folder; waiting ends when it is decided', async () => {
  const reference = await approved('N-1');
  const { view } = provider.caseOf(reference);
  view.status = 'AwaitingApproval';
  const early = await writ('collect', reference, '--out', at('early'));
  assert.equal(early.code, 1);
  assert.match(early.err, /^error: case-not-approved: /);
  assert.ok(!existsSync(at('early')));
  const late = await writ('collect', reference, '--out', at('early'), '--wait', '0');
  assert.equal(late.code, 1);
  assert.match(late.err, /^error: not-yet: /);
  const looks = provider.calls.length;
  const waiting = writ('collect', reference, '--out', at('early'), '--wait');
  provider.onCall = () => {
    if (provider.calls.length >= looks + 2) provider.approve(reference);
  };
  const { code, err } = await waiting;
  provider.onCall = undefined;
  assert.equal(code, 0, err);
  view.status = 'Rejected';
  const closed = await writ('collect', reference, '--out', at('closed'), '--wait');
  assert.equal(closed.code, 1);
  assert.match(closed.err, /^error: case-closed: /);
});

test('nothing to disclose is a package too', async () => {
  const was = provider.pages;
  provider.pages = [[]];
  const reference = await approved('Z-1');
  const { code } = await writ('collect', reference, '--out', at('zero'));
  provider.pages = was;
  assert.equal(code, 0);
  assert.match((await prove(at('zero'), '--profile', 'default')).out, /0 records in 1 page/);
});

test('whoever says no collects nothing, and Ctrl-C while waiting ends with 130 and leaves nothing', async () => {
  const reference = await approved('P-1');
  const calls = pages();
  const see = 'Sign and send this';
  const no = await atTerminal(
    ['collect', reference, '--out', at('no')],
    [{ see, type: `n${keys.enter}` }],
    env,
  );
  assert.equal(no.code, 1);
  provider.caseOf(reference).view.status = 'AwaitingApproval';
  const steps = [{ see: 'waiting for the provider', type: keys.ctrlC }];
  const broken = await atTerminal(['collect', reference, '--out', at('no'), '--wait', '--yes'], steps, env);
  assert.equal(broken.code, 130, broken.shown);
  assert.match(broken.shown, /error: interrupted: broken off; nothing was collected/);
  assert.ok(!existsSync(at('no')));
  assert.equal(pages(), calls);
});

test('a reference becomes a name that leads nowhere else', async () => {
  const reference = await approved('../../GS 4711/26');
  mkdirSync(at('here'));
  const { code, out } = await run(['collect', reference, '--json'], env, at('here'));
  assert.equal(code, 0);
  assert.equal(JSON.parse(out).folder, at('here/GS-4711-26'));
  const table = readFileSync(at('here/GS-4711-26/records.csv'));
  const hash = createHash('sha256').update(table).digest('hex');
  assert.ok(readFileSync(at('here/GS-4711-26/certificate.html'), 'utf8').includes(hash));
});

test('the package names whom it is about: by the request that was sent from here, encrypted to its officer', async () => {
  const dir = at('named');
  const reference = await approved('C-named');
  const { code, out, err } = await writ('collect', reference, '--out', dir, '--json');
  assert.equal(code, 0, err);
  const { v, subjects, order, counts } = JSON.parse(readFileSync(join(dir, 'disclosure.json'), 'utf8'));
  const [first] = example.subjects;
  assert.deepEqual([v, subjects, order], [4, [{ subject: 0, ...first }], example.instrument]);
  assert.deepEqual(JSON.parse(out).counts, counts);
  const proven = await prove(dir);
  assert.ok(proven.out.includes(`${first?.kind} ${first?.value}: TrafficData: 3 records`), proven.out);
  const kept = readdirSync(at('state', 'writ', 'default', 'asked'));
  for (const file of kept) {
    assert.ok(
      !readFileSync(at('state', 'writ', 'default', 'asked', file), 'utf8').includes(first?.value ?? ''),
    );
    assert.equal(statSync(at('state', 'writ', 'default', 'asked', file)).mode & 0o777, 0o600);
  }
});

test('another machine collects without the request, or with what the first one exports, and no other', async () => {
  const reference = await approved('C-colleague');
  const { id } = provider.caseOf(reference).view;
  const exported = await writ('request', 'export', reference);
  assert.equal(JSON.parse(exported.out).reference, reference);
  writeFileSync(at('exported.json'), exported.out);
  writeFileSync(at('another.json'), exported.out.replace('"EPOC"', '"EIO"'));
  // The colleague: the same keys, and nothing that was sent from here.
  const colleague = (...args: string[]) => run(args, { ...env, XDG_STATE_HOME: at('state-2') });
  const refused = await colleague('collect', id, '--out', at('c-0'), '--request', at('another.json'));
  assert.equal(refused.code, 2);
  assert.match(refused.err, /not the request of this case/);
  const named = await colleague('collect', id, '--out', at('c-1'), '--request', at('exported.json'));
  assert.equal(named.code, 0, named.err);
  assert.ok(readFileSync(at('c-1', 'disclosure.json'), 'utf8').includes('"subjects":[{"subject":0'));

  const { id: other } = provider.caseOf(await approved('C-colleague-2')).view;
  const plain = await colleague('collect', other, '--out', at('c-2'));
  assert.equal(plain.code, 0, plain.err);
  const manifest = JSON.parse(readFileSync(at('c-2', 'disclosure.json'), 'utf8'));
  assert.deepEqual([manifest.v, manifest.order.kind, manifest.subjects], [4, 'EPOC', undefined]);
  assert.equal((await prove(at('c-2'))).code, 0);
});

test('a provider of before the second form answers the first, and is not asked twice for the same collection', async () => {
  const reference = await approved('C-old');
  provider.isOld = true;
  const { code, err } = await writ('collect', reference, '--out', at('old'), '--json');
  provider.isOld = false;
  assert.equal(code, 0, err);
  assert.equal(JSON.parse(readFileSync(at('old', 'disclosure.json'), 'utf8')).v, 1);
  assert.equal((await prove(at('old'))).code, 0);
});
