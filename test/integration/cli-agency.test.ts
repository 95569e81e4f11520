import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { decideReview } from '#client/reviewer.ts';
import { importPublicKey } from '#core/signature/keys.ts';
import { enrol, exampleTerms } from '#dev/world.ts';
import { type Ran, writ as run } from '#dev/writ.ts';
import { approve, ingest, login, newAccount, newRequest, number, theWorld, wholeScope } from '../harness.ts';

/** An agency's whole life through `writ` alone, on the running stack. The reviewers' part is the harness's. */
const folder = mkdtempSync(join(tmpdir(), 'writ-agency-'));
after(() => rmSync(folder, { recursive: true }));
const at = (...names: string[]) => join(folder, ...names);
const env = { XDG_CONFIG_HOME: at('config'), XDG_STATE_HOME: at('state') };
writeFileSync(at('passphrase'), 'correct horse battery staple\n', { mode: 0o600 });
const unlock = ['--passphrase-file', at('passphrase')];

async function writ(...args: string[]): Promise<Ran> {
  const ran = await run(args, env, folder);
  assert.equal(ran.code, 0, `writ ${args.join(' ')}: ${ran.err}`);
  return ran;
}
const json = async (...args: string[]) => JSON.parse((await writ(...args, '--json')).out);

describe('an agency by writ alone', () => {
  before(async () => {
    const { cloud, reviewers, provider } = await theWorld();
    await writ('keys', 'new', '--role', 'agency', ...unlock);
    const enrolment = JSON.parse((await writ('keys', 'show', '--enrolment')).out);
    const holder = 'officer-of-cli';
    await enrol(reviewers, {
      kind: 'agency',
      agency: {
        id: `agency-${enrolment.thumbprint.toLowerCase().replaceAll(/[^a-z0-9]/g, '')}`,
        name: 'An agency with a terminal',
        encryptionKey: enrolment.encryptionKey,
        terms: exampleTerms,
      },
      officer: { holder: `${holder}-${enrolment.thumbprint}`, publicKey: enrolment.publicKey },
    });
    const thumbprints = provider.keys.map((key) => importPublicKey(key).thumbprint);
    const log = `--accept-log=${provider.log?.verifierKey}`;
    await writ('connect', cloud.url, '--ca', cloud.caFile, log, '--accept', ...thumbprints);
  });

  test('an agency with keys of its own asks, follows, collects, proves it offline, and withdraws', async () => {
    const world = await theWorld();
    const account = newAccount();
    await ingest(world, [login(account, 20), login(account, 10), login(account, 5), number(account, 30)]);
    const request = newRequest(account, { categories: ['TrafficData', 'SubscriberData'] });
    writeFileSync(at('request.json'), JSON.stringify(request));
    const asked = await json('request', 'new', 'request.json', '--yes', ...unlock);
    assert.equal(asked.status, 'AwaitingApproval');
    const again = await json('request', 'new', 'request.json', '--yes', ...unlock);
    assert.equal(again.id, asked.id, 'the same reference is the same case');
    const { out: listed } = await writ('request', 'list', ...unlock);
    const line = `^in .* AwaitingApproval +${asked.id.slice(0, 8)} +${request.reference.slice(0, 30)}`;
    assert.match(listed, new RegExp(line, 'm'));
    const early = await run(['collect', request.reference, '--out', at('early'), ...unlock], env);
    assert.equal(early.code, 1);
    assert.match(early.err, /^error: case-not-approved: /);

    // Follows, and collects once two reviewers have approved.
    const collecting = json('collect', request.reference, '--wait', ...unlock);
    await approve(world, asked, wholeScope(request));
    const collected = await collecting;
    assert.equal(collected.records, 4);
    const shown = await writ('request', 'show', request.reference, ...unlock);
    assert.match(shown.out, /^status: +Disclosed: collected$/m);

    // Proves it, with no network, no profile and no account: what the provider gave out is on paper.
    const dir = at(request.reference);
    assert.equal(collected.folder, dir);
    writeFileSync(at('provider.json'), JSON.stringify(world.provider));
    const offline = { XDG_CONFIG_HOME: at('none'), XDG_STATE_HOME: at('none'), HOME: at('none') };
    const proven = await run(['log', 'prove', dir, '--provider', at('provider.json')], offline);
    assert.equal(proven.code, 0, proven.out + proven.err);
    assert.match(proven.out, /^Proven: /m);
    assert.equal((await run(['log', 'prove', dir], offline)).code, 3, 'its own keys prove nothing');
    await writ('log', 'prove', dir);
    cpSync(dir, at('changed'), { recursive: true });
    const table = readFileSync(at('changed/records.csv'), 'utf8');
    writeFileSync(at('changed/records.csv'), table.replace(',50000,', ',50001,'));
    const changed = await run(['log', 'prove', at('changed'), '--provider', at('provider.json')], offline);
    assert.equal(changed.code, 1);
    assert.match(changed.out, /records-differ/);
    assert.ok(!readdirSync(dir).includes('.pages'));

    // Withdraws.
    const withdrawn = await json('request', 'withdraw', request.reference, '--yes', ...unlock);
    assert.equal(withdrawn.status, 'Cancelled');
    const closed = await run(['collect', request.reference, '--out', at('late'), ...unlock], env);
    assert.equal(closed.code, 1);
    assert.match(closed.err, /^error: case-closed: /);
  });

  /** An account that is known in the period. */
  async function known(): Promise<string> {
    const account = newAccount();
    await ingest(await theWorld(), [login(account, 10)]);
    return account;
  }

  test('a request that is rejected says why, to whoever has the key', async () => {
    const { reviewers } = await theWorld();
    const next = newRequest(await known());
    writeFileSync(at('next.json'), JSON.stringify(next));
    const { id, requestDigest } = await json('request', 'new', 'next.json', '--yes', ...unlock);
    const [reviewer] = reviewers;
    assert.ok(reviewer);
    await decideReview(reviewer.session, id, {
      decision: 'reject',
      requestDigest,
      ground: 'manifest-error',
      reason: 'the order names another provider',
    });
    const rejected = await writ('request', 'show', id, ...unlock);
    assert.match(rejected.out, /^the reviewer says: +the order names another provider$/m);
  });

  test('what is preserved is kept longer, and becomes part of a request', async () => {
    const account = await known();
    const order = { ...newRequest(account), priority: undefined };
    writeFileSync(at('preservation.json'), JSON.stringify(order));
    const kept = await json('preservation', 'new', 'preservation.json', '--yes', ...unlock);
    assert.equal(kept.status, 'Preserved');
    const longer = await json('preservation', 'extend', order.reference, '--yes', ...unlock);
    assert.ok(longer.endsAt > kept.endsAt);
    const later = newRequest(account);
    writeFileSync(at('later.json'), JSON.stringify(later));
    await writ('request', 'new', 'later.json', '--preservation', kept.id, '--yes', ...unlock);
    const part = await writ('preservation', 'show', order.reference, ...unlock);
    assert.match(part.out, /^status: +Requested$/m);
    const all: { id: string }[] = await json('preservation', 'list', ...unlock);
    assert.ok(all.some(({ id }) => id === kept.id));
  });
});
