import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { CompactSign, importPKCS8 } from 'jose';
import { newSigningKey, publicJwk, signerFromPem } from '#client/keys.ts';
import { approvedScope, mint, view } from '#core/cases/acts.ts';
import { makeCaseFile } from '#core/cases/case-file.ts';
import { collected, intend } from '#core/cases/collecting.ts';
import { decide } from '#core/cases/deciding.ts';
import type { Outcome } from '#core/cases/transitions.ts';
import { type DisclosurePackage, makePackage } from '#core/disclosure/package.ts';
import type { Entry } from '#core/log/entry.ts';
import { formatVerifierKey } from '#core/log/note.ts';
import { makeLogProof } from '#core/log/proof.ts';
import { readCheckpoint, readProven } from '#core/log/reading.ts';
import { writ as run } from '#dev/writ.ts';
import {
  answer,
  approval,
  by,
  committed,
  grant,
  hoursAfter,
  officerKey,
  received,
  receivedAt,
  request,
} from '../../core/cases/cases.ts';
import { deskOf, entriesOf } from '../../core/log/verify/logs.ts';
import { TestLog } from '../report/logs.ts';

const folder = mkdtempSync(join(tmpdir(), 'writ-cli-'));
const at = (name: string) => join(folder, name);
after(() => rmSync(folder, { recursive: true }));

const writ = (...args: string[]) => run(args);

/** A case that was approved by two and collected once, its entries in a log, and what was handed over. */
async function story() {
  const entries: Entry[] = entriesOf(deskOf(['one', 'two']));
  const commit = (outcome: Outcome) => {
    const { it: current, entry } = committed(outcome, hoursAfter(receivedAt, entries.length / 60));
    entries.push(entry);
    return current;
  };
  let value = commit(received());
  value = commit(view(value, 'one'));
  for (const name of ['one', 'two']) value = commit(decide(value, approval(value), by(name)));
  value = commit(mint(value, [grant]));
  value = commit(intend(value, { at: receivedAt, recipient: 'thumbprint', key: officerKey }));
  const log = new TestLog().append(entries);
  const checkpoint = await readCheckpoint(log.read, log.key);
  assert.ok(checkpoint);
  const disclosure = makePackage({
    provider: 'Example Messenger',
    case: value.id,
    reference: request.reference,
    requestDigest: value.requestDigest,
    scope: approvedScope(value),
    policyHash: value.policyHash,
    collectedAt: hoursAfter(receivedAt, 1),
    records: [{ subject: 0, category: 'TrafficData', at: '2026-09-02T00:00:00Z', ip: '192.0.2.1', port: 1 }],
    log: makeLogProof(await readProven(log.read, 11n, checkpoint), checkpoint),
  });
  const { digest } = disclosure;
  value = commit(collected(value, { ...answer(), digest }));
  log.append(entries.slice(-1));
  return { it: value, log, disclosure, older: checkpoint.note };
}

const provider = newSigningKey();
const providerId = signerFromPem(provider.privatePem).keyId;

async function signed(disclosure: unknown, pem = provider.privatePem): Promise<string> {
  return new CompactSign(new TextEncoder().encode(JSON.stringify(disclosure)))
    .setProtectedHeader({ alg: 'EdDSA', kid: providerId })
    .sign(await importPKCS8(pem, 'EdDSA'));
}

let told: Awaited<ReturnType<typeof story>>;
let offline: string[];
before(async () => {
  told = await story();
  const { log, disclosure, it: current } = told;
  for (const [path, bytes] of log.files) {
    mkdirSync(dirname(at(`log/${path}`)), { recursive: true });
    writeFileSync(at(`log/${path}`), bytes);
  }
  const vkey = formatVerifierKey(log.key);
  writeFileSync(at('log.vkey'), `${vkey}\n`);
  writeFileSync(at('older'), told.older);
  const keys = [{ ...publicJwk(provider.privatePem), kid: 'another name' }];
  writeFileSync(at('provider.json'), JSON.stringify({ keys, log: { verifierKey: vkey } }));
  const jws = await signed(disclosure);
  writeFileSync(at('disclosure.jws'), jws);
  writeFileSync(at('disclosure.json'), JSON.stringify({ package: disclosure, jws }));
  writeFileSync(at('payload.json'), JSON.stringify(disclosure));
  writeFileSync(at('case.json'), JSON.stringify(makeCaseFile(current, { recipient: ['thumbprint'] })));
  offline = ['--dir', at('log'), '--key', `@${at('log.vkey')}`];
});

test('writ log verify says that nothing is wrong, keeps the checkpoint, and goes on from one that was kept', async () => {
  const first = await writ('log', 'verify', ...offline, '--since', at('older'), '--save', at('seen'));
  assert.equal(first.code, 0, first.out + first.err);
  assert.match(first.out, /13 entries, root /);
  assert.match(first.out, /begins with all 12 entries/);
  assert.match(first.out, /Nothing is wrong/);
  assert.ok(!first.out.includes('\u001b'), 'no colour without a terminal');
  assert.equal(first.err, '', 'no progress without a terminal');
  assert.deepEqual(readFileSync(at('seen')), readFileSync(at('log/checkpoint')));
  const { code, out } = await writ('log', 'verify', ...offline, '--json');
  assert.equal(code, 0);
  const { ok, size, errors, keyFrom } = JSON.parse(out);
  assert.deepEqual({ ok, size, errors, keyFrom }, { ok: true, size: '13', errors: 0, keyFrom: 'given' });
});

test('writ log verify ends with 1 and names the first entry that is wrong', async () => {
  const bundle = at('log/tile/entries/000.p/13');
  const good = readFileSync(bundle);
  const bad = Buffer.from(good);
  bad[bad.indexOf('"subjects":3') + 11] = 0x34;
  writeFileSync(bundle, bad);
  try {
    const { code, out } = await writ('log', 'verify', ...offline, '--save', at('unseen'));
    assert.equal(code, 1);
    assert.match(out, /The first: entry 6 \(/);
    assert.throws(() => readFileSync(at('unseen')), 'what is wrong is not kept');
  } finally {
    writeFileSync(bundle, good);
  }
});

test('writ log prove proves a disclosure offline: by the JWS, by the file that holds it, and without a signature', async () => {
  for (const file of ['disclosure.jws', 'disclosure.json']) {
    const { code, out } = await writ('log', 'prove', at(file), '--provider', at('provider.json'));
    assert.equal(code, 0, out);
    assert.ok(out.includes(`signed by the provider’s key ${providerId}`));
    assert.match(out, /announced by entry 11, /);
  }
  const { code, out } = await writ('log', 'prove', at('payload.json'), '--key', `@${at('log.vkey')}`);
  assert.equal(code, 0);
  assert.match(out, /not signed/);
});

test('writ log prove ends with 1 and says what does not hold', async () => {
  const { disclosure } = told;
  const stranger = newSigningKey();
  const others = new TestLog('log.example/writ').append([]);
  const [record] = disclosure.records;
  assert.ok(record);
  const wrong: [string, DisclosurePackage, (string | undefined)?, string?][] = [
    ['digest-differs', { ...disclosure, records: [{ ...record, subject: 1 }] }],
    ['entry-differs', { ...disclosure, case: 'another' }],
    ['announced-later', { ...disclosure, collectedAt: '2020-01-01T00:00:00.000Z' }],
    ['signature-invalid', disclosure, stranger.privatePem],
    ['not-included', { ...disclosure, log: { ...disclosure.log, entry: { ...disclosure.log.entry, n: 7 } } }],
    ['note-unsigned', disclosure, undefined, formatVerifierKey(others.key)],
  ];
  for (const [code, value, pem, vkey] of wrong) {
    writeFileSync(at('wrong.jws'), await signed(value, pem));
    const key = vkey === undefined ? [] : ['--key', vkey];
    const ran = await writ(
      'log',
      'prove',
      at('wrong.jws'),
      '--provider',
      at('provider.json'),
      ...key,
      '--json',
    );
    assert.equal(ran.code, 1, code);
    assert.deepEqual(JSON.parse(ran.out).faults, [code]);
  }
  writeFileSync(
    at('strangers.json'),
    JSON.stringify({
      ...JSON.parse(readFileSync(at('provider.json'), 'utf8')),
      keys: [publicJwk(stranger.privatePem)],
    }),
  );
  const ran = await writ('log', 'prove', at('disclosure.jws'), '--provider', at('strangers.json'));
  assert.equal(ran.code, 1);
  assert.match(ran.out, /signer-unknown/);
});

test('writ log open shows what a case’s commitments are to, and nothing to whoever has another salt', async () => {
  const { code, out } = await writ(
    'log',
    'open',
    '--case-file',
    at('case.json'),
    '--package',
    at('disclosure.json'),
    ...offline,
  );
  assert.equal(code, 0, out);
  assert.ok(out.includes(told.it.requestDigest));
  assert.match(out, /reviewer +two/);
  assert.match(out, /recipient +thumbprint/);
  assert.ok(out.includes(told.disclosure.digest));
  assert.ok(!out.includes('shut'));
  // A package's manifest has them page by page.
  const { jws } = JSON.parse(readFileSync(at('disclosure.json'), 'utf8'));
  const { reference, requestDigest, scope } = told.disclosure;
  const manifest = { v: 1, case: told.it.id, reference, requestDigest, scope, pages: [{ jws }] };
  writeFileSync(at('manifest.json'), JSON.stringify(manifest));
  const same = await writ(
    'log',
    'open',
    '--case-file',
    at('case.json'),
    '--package',
    at('manifest.json'),
    ...offline,
  );
  assert.deepEqual([same.code, same.out], [code, out]);
  const file = JSON.parse(readFileSync(at('case.json'), 'utf8'));
  for (const [change, said] of [
    [{ salt: Buffer.alloc(32).toString('base64url') }, /Nothing opens/],
    [{ case: '00000000-0000-4000-8000-000000000000' }, /no such case/],
  ] as const) {
    writeFileSync(at('other.json'), JSON.stringify({ ...file, ...change }));
    const other = await writ('log', 'open', '--case-file', at('other.json'), ...offline);
    assert.equal(other.code, 1);
    assert.match(other.out, said);
  }
  // A case's id is a UUID: anything else is a wrong file, and is not shown.
  writeFileSync(at('other.json'), JSON.stringify({ ...file, case: 'another' }));
  const wrong = await writ('log', 'open', '--case-file', at('other.json'), ...offline);
  assert.equal(wrong.code, 2);
  assert.match(wrong.err, /other\.json is no case’s file/);
});

test('what is used wrongly ends with 2 and one line that says what to give', async () => {
  writeFileSync(at('no.json'), 'no');
  const wrong: [string[], RegExp][] = [
    [['log', 'verify'], /--url or --dir/],
    [['log', 'verify', '--dir', at('log')], /--dir needs --key/],
    [['log', 'verify', '--dir', at('log'), '--key', 'x'], /--key is no verifier key/],
    [['log', 'verify', '--dir', at('log'), '--key', `@${at('none')}`], /cannot be read/],
    [['log', 'verify', '--url', 'here'], /--url is no URL/],
    [
      ['log', 'verify', ...['--since', at('none')], '--dir', at('log'), '--key', `@${at('log.vkey')}`],
      /cannot be read/,
    ],
    [['log', 'prove', at('disclosure.jws')], /give --key/],
    [['log', 'prove', at('no.json'), '--key', `@${at('log.vkey')}`], /is no disclosure/],
    [['log', 'prove', at('disclosure.jws'), '--provider', at('no.json')], /is no JSON/],
    [['log', 'open', '--dir', at('log')], /--case-file/],
    [
      ['log', 'open', '--case-file', at('no.json'), '--dir', at('log'), '--key', `@${at('log.vkey')}`],
      /is no JSON/,
    ],
    [['log', 'nonsense'], /unknown command/],
    [['log', 'verify', '--nonsense'], /unknown option/],
  ];
  for (const [args, said] of wrong) {
    const { code, err } = await writ(...args);
    assert.equal(code, 2, args.join(' '));
    assert.match(err, said);
  }
});

test('a log that cannot be read ends with 3, and the line says where', async () => {
  const unreachable = await writ(
    'log',
    'verify',
    '--url',
    'http://127.0.0.1:9/v1',
    '--key',
    formatVerifierKey(told.log.key),
  );
  assert.equal(unreachable.code, 3);
  assert.match(
    unreachable.err,
    /^error: log-unreadable: http:\/\/127\.0\.0\.1:9\/v1\/log\/checkpoint cannot be reached/,
  );
  mkdirSync(at('empty'), { recursive: true });
  const none = await writ(
    'log',
    'open',
    '--case-file',
    at('case.json'),
    '--dir',
    at('empty'),
    '--key',
    `@${at('log.vkey')}`,
  );
  assert.equal(none.code, 3);
  assert.match(none.err, /file-missing/);
});

test('every command has help with examples', async () => {
  for (const command of [
    ['log', 'verify'],
    ['log', 'prove'],
    ['log', 'open'],
    ['log', 'reconcile'],
    ['report'],
  ]) {
    const { code, out } = await writ(...command, '--help');
    assert.equal(code, 0);
    assert.match(out, /Examples:\n {2}writ /);
    assert.match(out, /Exit codes: 0 /);
  }
});
