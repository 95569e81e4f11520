import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { followRequest, openExplanation, submitRequest } from '#client/agency.ts';
import { openSession, type Session } from '#client/exchange.ts';
import { privateJwk, signerFromPem } from '#client/keys.ts';
import type { ChangeView, KeyView } from '#client/registry.ts';
import type { Review, ReviewLine } from '#client/reviewer.ts';
import type { CaseView } from '#core/cases/case.ts';
import { caseFileSchema } from '#core/cases/case-file.ts';
import type { Request } from '#core/cases/request.ts';
import type { Entry } from '#core/log/entry.ts';
import { until } from '#dev/feed.ts';
import { writeProfile } from '#dev/profiles.ts';
import type { World } from '#dev/world.ts';
import { writ as run } from '#dev/writ.ts';
import { ago, ingest, login, newAccount, newRequest, theWorld, unvalidated } from '../harness.ts';

/** A reviewer's day, through `writ` alone: people are enrolled, requests are judged, a key is revoked. */
const folder = mkdtempSync(join(tmpdir(), 'writ-desk-'));
after(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);
const env = { XDG_CONFIG_HOME: at('config'), XDG_STATE_HOME: at('state'), TZ: 'UTC' };

const writ = (profile: string, ...args: string[]) => run(args, { ...env, WRIT_PROFILE: profile });

async function done(profile: string, ...args: string[]): Promise<string> {
  const { code, out, err } = await writ(profile, ...args);
  assert.equal(code, 0, `writ ${args.join(' ')}\n${out}${err}`);
  return out;
}

const answered = async <T>(profile: string, ...args: string[]): Promise<T> =>
  JSON.parse(await done(profile, ...args, '--json'));

/** Refused before anything was signed: the code and the exit code that a script sees. */
async function refused(profile: string, ...args: string[]): Promise<[string, number, string]> {
  const { code, err } = await writ(profile, ...args, '--json');
  const { error } = JSON.parse(err.trim().split('\n').at(-1) ?? '');
  return [error.code, code, error.next ?? ''];
}

interface Enrolment {
  thumbprint: string;
}
/** Makes a profile's keys, writes its enrolment as it would be sent, and connects. */
async function newProfile(world: World, name: string, role: 'agency' | 'reviewer'): Promise<Enrolment> {
  await done(name, 'keys', 'new', '--role', role, '--no-passphrase');
  // One in 64 thumbprints begins with a dash: each has its option.
  const accepted = world.provider.keys.map(({ kid }) => `--accept=${kid}`);
  const log = `--accept-log=${world.provider.log?.verifierKey}`;
  await done(name, 'connect', world.cloud.url, '--ca', world.cloud.caFile, ...accepted, log);
  const enrolment = await done(name, 'keys', 'show', '--enrolment');
  writeFileSync(at(`${name}.json`), enrolment);
  return JSON.parse(enrolment);
}

describe('a reviewer’s day, by writ alone', () => {
  let world: World;
  let account: string;
  let officer: Session;
  const agency = `agency-${randomUUID()}`;
  const names = { first: `r-${randomUUID()}`, second: `r-${randomUUID()}` };
  const terms = [
    ...['--jurisdiction', 'DE', '--instrument', 'EPOC', 'NationalOrder'],
    ...['--category', 'SubscriberData', 'UserIdentifyingData', 'TrafficData'],
    ...['--requests-per-day', '50', '--emergencies-per-week', '5'],
  ];

  before(async () => {
    world = await theWorld();
    account = newAccount();
    await ingest(world, [login(account, 50), login(account, 20), login(account, 3)]);
    for (const [i, person] of world.reviewers.slice(0, 2).entries())
      await writeProfile(
        at(`config/writ/world-${i + 1}`),
        { privateKeyFile: person.privateKeyFile },
        { url: world.cloud.url, caFile: world.cloud.caFile, provider: world.provider },
      );
  });

  async function asked(changes: Partial<Request> = {}): Promise<CaseView> {
    return submitRequest(officer, newRequest(account, changes));
  }
  const pem = (file: string) => readFileSync(at(`config/writ/${file}`), 'utf8');
  /** The agency's own key opens what a reviewer wrote. */
  const explanationOf = async ({ id }: CaseView) => {
    const { explanation = '' } = await followRequest(officer, id);
    return openExplanation(explanation, privateJwk(pem('officer/encryption.pem')));
  };

  for (const who of ['first', 'second'] as const)
    test(`the ${who} reviewer is enrolled: proposed by one, approved by another who compared the thumbprint`, async () => {
      const { thumbprint } = await newProfile(world, who, 'reviewer');
      const what = ['admin', 'reviewer', 'new', '--reviewer', names[who], '--enrolment', at(`${who}.json`)];
      assert.deepEqual((await refused('world-1', ...what)).slice(0, 2), ['usage', 2], 'nobody compared it');
      const change = await answered<ChangeView>('world-1', ...what, '--thumbprint', thumbprint);
      assert.equal(change.status, 'Pending');
      assert.deepEqual(change.missing, { approvals: 1, confirmation: false });

      const shown = await done('world-2', 'admin', 'change', 'show', change.id);
      assert.match(shown, new RegExp(`${names[who]}’s key to sign with\\s+${thumbprint}`));
      assert.match(shown, new RegExp(`next: +another reviewer: writ admin change approve ${change.id}`));
      const approve = ['admin', 'change', 'approve', change.id, '--digest', change.changeDigest];
      const other = 'A'.repeat(43);
      assert.deepEqual((await refused('world-2', ...approve, '--thumbprint', other)).slice(0, 2), [
        'thumbprint-differs',
        1,
      ]);
      const out = await done('world-2', ...approve, '--thumbprint', thumbprint);
      assert.match(out, /status: +Applied/);
    });

  test('an agency is enrolled with its terms; until then its key asks for nothing', async () => {
    const { thumbprint } = await newProfile(world, 'officer', 'agency');
    const { encryption } = JSON.parse(pem('officer/profile.json'));
    const keys = [`--thumbprint=${thumbprint}`, `--thumbprint=${encryption.keyId}`];
    const enrolment = ['--enrolment', at('officer.json')];
    const name = ['--id', agency, '--name', 'Police of the example', '--officer', `o-${randomUUID()}`];
    const propose = ['admin', 'agency', 'new', ...enrolment, ...name, ...terms];
    const one = await refused('first', ...propose, '--thumbprint', thumbprint);
    assert.deepEqual(one.slice(0, 2), ['thumbprint-differs', 1], 'its key to decrypt with is compared, too');
    const change = await answered<ChangeView>('first', ...propose, ...keys);

    const { changes } = await answered<{ changes: ChangeView[] }>('second', 'admin', 'change', 'list');
    assert.ok(changes.some(({ id }) => id === change.id));
    assert.match(
      await done('second', 'admin', 'change', 'list'),
      new RegExp(`${change.id} +agency +${agency}`),
    );

    const signer = signerFromPem(pem('officer/signing.pem'));
    officer = await openSession({ url: world.cloud.url, signer }, world.provider);
    await assert.rejects(asked(), { code: 'signature-invalid' });

    assert.deepEqual((await refused('first', 'admin', 'change', 'approve', change.id, '--yes')).slice(0, 2), [
      'change-repeated',
      1,
    ]);
    const out = await done('second', 'admin', 'change', 'approve', change.id, ...keys);
    assert.match(out, /status: +Applied/);
    assert.match(out, /next: +its officer connects/);
    const [code, exit, next] = await refused('second', 'admin', 'change', 'reject', change.id);
    assert.deepEqual([code, exit], ['change-closed', 1]);
    assert.match(next, /writ admin change list/);
    assert.equal((await asked()).status, 'AwaitingApproval');
  });

  test('other terms are approved by two reviewers, and an officer of the agency confirms them', async () => {
    const changed = ['admin', 'agency', 'terms', agency, ...terms];
    const { id } = await answered<ChangeView>('first', ...changed);
    const approved = await done('second', 'admin', 'change', 'approve', id);
    assert.match(approved, /missing: +a confirmation by an officer of the agency/);
    assert.match(approved, new RegExp(`next: +an officer of the agency: writ admin change confirm ${id}`));
    assert.match(await done('officer', 'admin', 'change', 'confirm', id), /status: +Applied/);
  });

  test('a policy is proposed by its file, decided over its digest alone, and rejected', async () => {
    const proposal = await answered<ChangeView>('first', 'admin', 'policy', 'adopt', 'policy/minimal.json');
    const reject = ['admin', 'change', 'reject', proposal.id, '--digest'];
    const [code, exit, next] = await refused('second', ...reject, `sha-256=:${'A'.repeat(43)}=:`);
    assert.deepEqual([code, exit], ['change-digest-mismatch', 1]);
    assert.match(next, /writ admin change show/);
    const rejected = await answered<ChangeView>('second', ...reject, proposal.changeDigest);
    assert.equal(rejected.status, 'Rejected');
  });

  test('a case is listed, shown, approved narrower by one, and by the other just so', async () => {
    const request = newRequest(account, {
      instrument: { ...newRequest('').instrument, offence: 'StGB 176b' },
    });
    const { id, requestDigest } = await submitRequest(officer, request);
    const listed = await done('first', 'review', 'list');
    assert.match(
      listed,
      new RegExp(`in 1\\dd +routine +to decide +0/2 +${agency} +${request.reference} +${id.slice(0, 8)}`),
    );
    assert.ok(!listed.includes(account), 'a list names nobody');

    const { out: shown, err } = await writ('first', 'review', 'show', id);
    assert.match(err, /^That you look at this case is in the log\.$/m);
    assert.match(shown, new RegExp(`0 +account +${account}`));
    assert.match(shown, /threshold: +met/);
    assert.match(shown, /0 +TrafficData +3 +\d{4}-\d{2}/, 'what exists: three records, and their months');
    assert.match(shown, /Nobody yet/);

    const wide = await refused('first', 'review', 'approve', id, '--from', ago(70), '--reason', 'x');
    assert.deepEqual(wide.slice(0, 2), ['scope-too-wide', 1]);
    const pinned = ['--digest', `sha-256=:${'A'.repeat(43)}=:`, '--reason', 'x'];
    const other = await refused('first', 'review', 'approve', id, ...pinned);
    assert.deepEqual(other.slice(0, 2), ['decision-digest-mismatch', 1]);

    const digest = ['--digest', requestDigest];
    const narrower = await writ(
      'first',
      'review',
      'approve',
      id,
      '--from',
      ago(30),
      '--reason',
      'less',
      ...digest,
    );
    assert.equal(narrower.code, 0, narrower.err);
    assert.match(narrower.err, /compared with what was asked: +narrower: from /);
    assert.match(narrower.out, /status: +AwaitingApproval/);
    assert.match(narrower.out, /still needed: +1 more reviewer, over exactly this scope/);

    const [repeated, , next] = await refused('first', 'review', 'approve', id, '--reason', 'again');
    assert.equal(repeated, 'decision-repeated');
    assert.match(next, /another reviewer/);

    const second = await writ(
      'second',
      'review',
      'approve',
      id,
      '--same-as',
      names.first,
      '--reason',
      'agreed',
    );
    assert.equal(second.code, 0, second.err);
    assert.match(second.err, new RegExp(`the same as: +${names.first} approved`));
    assert.match(second.out, /status: +AwaitingDisclosure/);
    assert.match(second.out, /still needed: +nothing: the agency can collect/);
    const { decisions, asked: whole } = await answered<Review>('second', 'review', 'show', id);
    assert.deepEqual(
      decisions.map(({ reviewer }) => reviewer),
      [names.first, names.second],
    );
    assert.deepEqual(decisions[0]?.scope, decisions[1]?.scope);
    assert.notDeepEqual(decisions[0]?.scope, whole);

    const again = await refused('second', 'review', 'reject', id, '--ground', 'other', '--reason', 'late');
    assert.deepEqual(again.slice(0, 2), ['case-closed', 1]);
    assert.match(again[2], /writ review suspend/);
    const suspended = await answered<CaseView>(
      ...([
        'second',
        'review',
        'suspend',
        id.slice(0, 18),
        '--ground',
        'manifest-error',
        '--reason',
        'quashed',
      ] as const),
    );
    assert.deepEqual([suspended.status, suspended.reason], ['Suspended', 'manifest-error']);
    assert.equal(await explanationOf(suspended), 'quashed');
  });

  test('without a scope the second approves what the first approved, and not what was asked', async () => {
    const { id } = await asked();
    const from = ago(30);
    await done('first', 'review', 'approve', id, '--from', from, '--reason', 'narrowed');
    const { scope } = await answered<CaseView>('second', 'review', 'approve', id, '--reason', 'agreed');
    assert.equal(scope?.period.from, from);
  });

  test('a case is rejected on a ground, with what only the agency reads, and decided no more', async () => {
    const view = await asked();
    const why = ['--ground', 'incomplete', '--reason', 'The order’s second page is missing.'];
    const none = await refused('first', 'review', 'suspend', view.id, ...why);
    assert.deepEqual(none.slice(0, 2), ['case-not-approved', 1]);
    assert.match(none[2], /writ review reject/);
    const out = await done('first', 'review', 'reject', view.id, ...why);
    assert.match(out, /status: +Rejected \(incomplete\)/);
    assert.match(out, /still needed: +nothing: the case is closed/);
    assert.equal(await explanationOf(view), 'The order’s second page is missing.');
    const [code, exit, next] = await refused('second', 'review', 'approve', view.id, '--reason', 'x');
    assert.deepEqual([code, exit], ['case-closed', 1]);
    assert.match(next, /asked for anew/);
  });

  test('an emergency comes first, opens on one signature, and owes another over what was opened', async () => {
    const { id } = await asked(unvalidated());
    const { reviews } = await answered<{ reviews: ReviewLine[] }>('first', 'review', 'list');
    const index = reviews.findIndex((review) => review.id === id);
    assert.ok(index >= 0 && reviews.slice(0, index).every(({ priority }) => priority === 'Emergency'));
    assert.match(await done('first', 'review', 'show', id), /^EMERGENCY: a threat to life/);
    const opened = await done('first', 'review', 'approve', id, '--from', ago(30), '--reason', 'a threat');
    assert.match(
      opened,
      /still needed: +another reviewer’s signature .* and the agency’s validated order, until/,
    );
    assert.match(
      await done('second', 'review', 'list', '--owing'),
      new RegExp(`owes (signature|both) .*${id.slice(0, 8)}`),
    );
    const whole = await refused('second', 'review', 'approve', id, '--from', ago(40), '--reason', 'x');
    assert.deepEqual(whole.slice(0, 2), ['scope-differs', 1]);
    const signed = await done('second', 'review', 'approve', id, '--reason', 'countersigned');
    assert.match(signed, /still needed: +the agency’s validated order, until/);
  });

  test('a case’s file is written for its reader alone, and over nothing', async () => {
    const { id } = await asked();
    const out = at('case.json');
    await done('first', 'review', 'case-file', id, '--out', out);
    assert.equal(statSync(out).mode & 0o777, 0o600);
    const text = readFileSync(out, 'utf8');
    assert.equal(caseFileSchema.parse(JSON.parse(text)).case, id);
    const again = await refused('first', 'review', 'case-file', id, '--out', out);
    assert.deepEqual(again.slice(0, 2), ['file-exists', 2]);
    assert.equal(readFileSync(out, 'utf8'), text);
    const none = await refused('first', 'review', 'case-file', randomUUID(), '--out', at('none.json'));
    assert.deepEqual(none.slice(0, 2), ['not-found', 1]);
    assert.ok(!existsSync(at('none.json')), 'no file without a case');
  });

  test('who is enrolled is listed as the log has it, with what a key signed', async () => {
    const { keys, differences } = await answered<{ keys: KeyView[]; differences: object[] }>(
      ...(['first', 'admin', 'people', '--verify'] as const),
    );
    const { signing } = JSON.parse(pem('first/profile.json'));
    const own = keys.find(({ keyid }) => keyid === signing.keyId);
    assert.deepEqual([own?.holder, own?.decisions.length], [names.first, 2]);
    assert.deepEqual(differences, []);
    const text = await done('first', 'admin', 'people', '--party', agency);
    assert.match(text, new RegExp(`^${agency}: 1 person$`, 'm'));
    const show = ['admin', 'key', 'show', '--json', '--', signing.keyId];
    await until('the log has what the key signed', async () => {
      const { signed }: { signed: Entry[] } = JSON.parse(await done('first', ...show));
      return signed.some(({ kind }) => kind === 'decision.rejected');
    });
    const start = `${signing.keyId.slice(0, 11)}…`;
    if (!start.startsWith('-'))
      assert.match(await done('first', 'admin', 'key', start), new RegExp(`^key: +${signing.keyId}$`, 'm'));
  });

  test('a person’s keys are revoked together, after what ends with them was shown', async () => {
    const { id } = await asked();
    await done('second', 'review', 'approve', id, '--reason', 'order checked');
    const shown = await done('first', 'admin', 'revoke', '--person', names.second, '--dry-run');
    assert.match(shown, new RegExp(`${id.slice(0, 8)} .* 1 decision void`));
    const revoke = ['admin', 'revoke', '--person', names.second, '--reason', 'left', '--yes'];
    const { revoked } = await answered<{ revoked: object[] }>('first', ...revoke);
    assert.equal(revoked.length, 1);
    assert.equal((await refused('second', 'review', 'list'))[0], 'signature-key-unknown');
    assert.match(await done('first', ...revoke), /No key of this person is left/);
  });

  test('a key is revoked, and from then on neither asks nor decides', async () => {
    const { signing } = JSON.parse(pem('first/profile.json'));
    const revoke = ['admin', 'key', 'revoke', '--reason', 'left', '--json', '--', signing.keyId];
    assert.equal(JSON.parse(await done('first', ...revoke)).keyid, signing.keyId);
    const [code] = await refused('first', 'review', 'list');
    assert.equal(code, 'signature-key-unknown');
  });
});
