import assert from 'node:assert/strict';
import { createPrivateKey } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { collect, collectOnce } from '#client/agency.ts';
import { openSession, type Session } from '#client/exchange.ts';
import { newEncryptionKey, newSigningKey, privateJwk, signerFromPem } from '#client/keys.ts';
import { type ChangeView, decideChange, proposeChange } from '#client/registry.ts';
import { decideReview } from '#client/reviewer.ts';
import { importEncryptionKey } from '#core/registry/encryption-key.ts';
import { importPublicKey } from '#core/signature/keys.ts';
import { home } from '#dev/cloud/emulator.ts';
import { until } from '#dev/feed.ts';
import { enrol, exampleTerms } from '#dev/world.ts';
import { type Ran, writ as run } from '#dev/writ.ts';
import { run as verify } from '../conformance/tlog-verifiers.ts';
import { goPrograms } from '../go-programs.ts';
import {
  approve,
  ingest,
  login,
  newAccount,
  newRequest,
  number,
  refusalOf,
  theWorld,
  toldWhere,
  wholeScope,
} from '../harness.ts';

const go = await goPrograms('verify-disclosure', join(home, 'examples/go/verify-disclosure'));

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
  let agencyId = '';
  before(async () => {
    const { cloud, reviewers, provider } = await theWorld();
    await writ('keys', 'new', '--role', 'agency', ...unlock);
    const enrolment = JSON.parse((await writ('keys', 'show', '--enrolment')).out);
    const holder = 'officer-of-cli';
    agencyId = `agency-${enrolment.thumbprint.toLowerCase().replaceAll(/[^a-z0-9]/g, '')}`;
    await enrol(reviewers, {
      kind: 'agency',
      agency: {
        id: agencyId,
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

  test('an agency with keys of its own asks, follows, collects, proves it offline, and withdraws', async (t) => {
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

    const skip = 'missing' in go ? go.missing : false;
    await t.test(
      'a stranger with Go alone proves that the log announced it and has every entry',
      {
        skip,
      },
      async () => {
        const { url, caFile } = world.cloud;
        writeFileSync(at('trust.policy'), await (await fetch(`${url}/v1/log/policy`)).text());
        const given = [join(dir, 'disclosure.tlog-proof'), at('trust.policy'), `${url}/v1/log`];
        const program = 'folder' in go ? join(go.folder, 'verify-disclosure') : '';
        const { line, code, stderr } = await verify([program], given, { caFile });
        assert.equal(code, 0, stderr);
        assert.match(line, new RegExp(` announced it at .*, for case/${asked.id}: entry `));
        assert.match(line, /^All \d+ entries are there/m);
      },
    );

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
    const order = { ...newRequest(account), priority: undefined, notification: undefined };
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

  test('a second officer’s first day: enrolled as the guide says, they collect what the first asked for, and read it', async () => {
    const world = await theWorld();
    const { cloud, provider, reviewers } = world;
    const account = await known();
    const request = newRequest(account);
    writeFileSync(at('shared.json'), JSON.stringify(request));
    const asked = await json('request', 'new', 'shared.json', '--yes', ...unlock);
    await approve(world, asked, wholeScope(request));

    const second = ['--profile', 'second', ...unlock];
    await writ('keys', 'new', '--role', 'agency', ...second);
    const { out } = await writ('keys', 'show', '--enrolment', ...second);
    writeFileSync(at('second.json'), out);
    const enrolment = JSON.parse(out);
    const { thumbprint: encryption } = await importEncryptionKey(enrolment.encryptionKey);
    const compared = [enrolment.thumbprint, encryption].map((each) => `--thumbprint=${each}`);
    const joining = ['--officer', `second-${enrolment.thumbprint}`, '--enrolment', at('second.json')];
    const proposed = await json(
      'admin',
      'officer',
      'new',
      agencyId,
      ...joining,
      ...compared,
      '--yes',
      ...unlock,
    );
    await approvedChange(proposed, reviewers.slice(0, 2));
    const log = `--accept-log=${provider.log?.verifierKey}`;
    const thumbprints = provider.keys.map((key) => importPublicKey(key).thumbprint);
    const pinned = [cloud.url, '--ca', cloud.caFile, log, '--accept', ...thumbprints];
    await writ('connect', ...pinned, '--profile', 'second');
    const looked = await run(['doctor', ...second], env, folder);
    assert.match(looked.out, new RegExp(`^ok +recipient: ${encryption} decrypts, and is .*: your own$`, 'm'));

    // An officer who has no key of their own, as before.
    const third = newSigningKey();
    const holder = `third-${enrolment.thumbprint}`;
    const [one, two] = reviewers;
    assert.ok(one && two);
    const { publicPem: publicKey } = third;
    const change = await proposeChange(one.session, {
      kind: 'officer',
      agency: agencyId,
      officer: { holder, publicKey },
    });
    await writ(
      'admin',
      'change',
      'confirm',
      change.id,
      `--thumbprint=${signerFromPem(third.privatePem).keyId}`,
      '--yes',
      ...unlock,
    );
    await approvedChange(change, [two]);
    const session = await openSession({ url: cloud.url, signer: signerFromPem(third.privatePem) }, provider);

    // Who cannot decrypt the answer is refused before anything is announced.
    const others = privateJwk(newEncryptionKey().privatePem);
    assert.equal(await refusalOf(collectOnce(session, asked.id, others)), 'recipient-differs');
    const intents = () =>
      toldWhere(
        world,
        ({ entry }) => entry.kind === 'collection.intended' && entry.stream === `case/${asked.id}`,
      );
    assert.deepEqual(await intents(), []);

    const theirs = await json('collect', asked.id, '--out', at('by-second'), '--yes', ...second);
    assert.equal(theirs.records, 1);
    const firsts = await json('collect', asked.id, '--out', at('by-first'), '--yes', ...unlock);
    assert.equal(firsts.records, 1);
    const agencys = createPrivateKey({
      key: readFileSync(at('config/writ/default/encryption.pem')),
      passphrase: 'correct horse battery staple',
    });
    const { package: last } = await collect(session, asked.id, agencys.export({ format: 'jwk' }));
    assert.equal(last.records.length, 1);
    assert.equal((await intents()).length, 3);
  });

  /** These reviewers approve, and it is in the log: no time passes here from an enrolment to the first use. */
  async function approvedChange(change: ChangeView, by: readonly { session: Session }[]): Promise<void> {
    for (const { session } of by) await decideChange(session, change, 'approve');
    await until('the enrolment is in the log', async () => {
      const world = await theWorld();
      const told = await toldWhere(world, ({ entry }) => entry.stream === `change/${change.id}`);
      return told.some(({ entry }) => entry.kind === 'change.decided' && entry.data.status === 'Applied');
    });
  }
});
