import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
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
import { text } from 'node:stream/consumers';
import { after, test } from 'node:test';
import { CommandError } from '#client/cli/errors.ts';
import { runWitness } from '#client/cli/log-witness.ts';
import { newWitnessKey, readWitnessKey } from '#client/cli/witness/key.ts';
import { lockState } from '#client/cli/witness/lock.ts';
import { openState } from '#client/cli/witness/state.ts';
import { logHash } from '#client/log/witness/witness.ts';
import { formatWitnessKey, parseWitnessKey, verifyCosignatures } from '#core/log/cosignature.ts';
import { formatVerifierKey } from '#core/log/note.ts';
import { writ, writProgram } from '#dev/writ.ts';
import { signer } from '../../core/log/signer.ts';
import { asked, honest, log } from '../log/witnessed.ts';

const folder = mkdtempSync(join(tmpdir(), 'writ-witness-'));
after(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);
const newFolder = (name: string) => {
  mkdirSync(at(name));
  return at(name);
};
const code = (expected: string) => (error: unknown) =>
  error instanceof CommandError && error.code === expected;

/** From Node 24.6 on. */
const hasMlDsa = await newWitnessKey(at('probe.key'), 'probe', 'ml-dsa-44').then(
  () => true,
  () => false,
);

const policy = at('policy');
writeFileSync(policy, `log ${formatVerifierKey(log.key)}\nquorum none\n`);
const keyFile = at('w1.key');
const key = await newWitnessKey(keyFile, 'witness.example/w1');

test('a key is made once, for its owner alone, and reads back as the key that was printed', async () => {
  const file = at('made.key');
  const make = ['log', 'witness', '--new-key', file, '--name', 'witness.example/made'];
  const made = await writ(make);
  assert.equal(made.code, 0, made.err);
  const vkey = made.out.trim();
  assert.match(vkey, /^witness\.example\/made\+[0-9a-f]{8}\+B[A-Za-z0-9+/]{43}$/);
  assert.equal(parseWitnessKey(vkey).algorithm, 'ed25519');
  assert.equal(statSync(file).mode & 0o777, 0o600);
  const written = readFileSync(file, 'utf8');
  const secret = written.trim().slice(-43);
  assert.match(written, /^PRIVATE\+KEY\+witness\.example\/made\+[0-9a-f]{8}\+B[A-Za-z0-9+/]{43}\n$/);
  assert.ok(!made.out.includes(secret) && !made.err.includes(secret));
  assert.equal(formatWitnessKey((await readWitnessKey(file)).key), vkey);
  const again = await writ(make);
  assert.equal(again.code, 2);
  assert.match(again.err, /^error: file-exists: .* Next: name another with --new-key\n$/);
  assert.equal(readFileSync(file, 'utf8'), written);
});

test('a post-quantum key is made and read the same, where Node has them', {
  skip: hasMlDsa ? false : 'this Node has no ML-DSA-44',
}, async () => {
  const file = at('pq.key');
  const made = await newWitnessKey(file, 'witness.example/pq', 'ml-dsa-44');
  const vkey = formatWitnessKey(made);
  assert.equal(parseWitnessKey(vkey).algorithm, 'ml-dsa-44');
  assert.match(
    readFileSync(file, 'utf8'),
    /^PRIVATE\+KEY\+witness\.example\/pq\+[0-9a-f]{8}\+B[A-Za-z0-9+/]{43}\n$/,
  );
  const { key: read, sign } = await readWitnessKey(file);
  assert.equal(formatWitnessKey(read), vkey);
  assert.equal(sign(Buffer.from('any')).length, 2420);
});

test('a name that no key can have is refused, and nothing is written', async () => {
  for (const name of ['', 'two words', 'a+b', 'a\u00a0b', 'a\nb'])
    await assert.rejects(newWitnessKey(at('none.key'), name), code('usage'), name);
  assert.ok(!readdirSync(folder).includes('none.key'));
});

test('a key that others can read, that is damaged, or that is another program’s is not used', async () => {
  const line = readFileSync(keyFile, 'utf8');
  const last = line.trim().at(-2) === 'A' ? 'B' : 'A';
  const wrong = {
    renamed: line.replace('/w1', '/w2'),
    damaged: `${line.trim().slice(0, -2)}${last}${line.trim().at(-1)}`,
    cut: line.slice(0, -8),
    'of-a-log': line.replace(/\+B([A-Za-z0-9+/]{43})\n$/, '+A$1\n'),
    empty: '',
  };
  for (const [name, text] of Object.entries(wrong)) {
    writeFileSync(at(name), text, { mode: 0o600 });
    await assert.rejects(readWitnessKey(at(name)), code('key-malformed'), name);
  }
  writeFileSync(at('open.key'), line);
  chmodSync(at('open.key'), 0o644);
  await assert.rejects(readWitnessKey(at('open.key')), code('key-readable-by-others'));
  await assert.rejects(readWitnessKey(at('no.key')), code('key-missing'));
});

test('a folder is one witness’s: it is neither taken over nor begun anew', async () => {
  const dir = newFolder('owned');
  const vkey = formatWitnessKey(key);
  const store = await openState(dir, vkey);
  const hash = logHash(log.key.name);
  assert.equal(await store.read(hash), undefined);
  await store.write(hash, 'one');
  await store.write(hash, 'two');
  assert.equal(await (await openState(dir, vkey)).read(hash), 'two');
  assert.equal(statSync(join(dir, `${hash}.checkpoint`)).mode & 0o777, 0o600);
  await assert.rejects(openState(dir, 'another'), code('state-of-another'));
  rmSync(join(dir, 'witness'));
  await assert.rejects(openState(dir, vkey), code('state-damaged'));
});

test('what a crash left half written is no state', async () => {
  const dir = newFolder('half');
  const store = await openState(dir, 'key');
  const hash = logHash(log.key.name);
  await store.write(hash, 'whole');
  writeFileSync(join(dir, `${hash}.checkpoint.new`), 'ha');
  assert.equal(await (await openState(dir, 'key')).read(hash), 'whole');
  await store.write(hash, 'next');
  assert.equal(await store.read(hash), 'next');
});

test('one process at a time has a folder, and after it the next', async () => {
  const dir = newFolder('locked');
  const release = await lockState(dir);
  await assert.rejects(lockState(dir), code('state-in-use'));
  await release();
  const both = await Promise.allSettled([lockState(dir), lockState(dir)]);
  const held = both.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  assert.ok(held.length <= 1);
  for (const lets of held) await lets();
  await (await lockState(dir))();
  assert.deepEqual(readdirSync(dir), []);
  await assert.rejects(lockState(join(dir, 'x'.repeat(100))), code('usage'));
});

/** The command as it serves, and what it says. */
async function started(dir: string, ...more: string[]) {
  const args = [
    'log',
    'witness',
    '--key',
    keyFile,
    '--policy',
    policy,
    '--state',
    dir,
    '--listen',
    '127.0.0.1:0',
  ];
  const child = spawn(process.execPath, [writProgram, ...args, ...more], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const err = text(child.stderr);
  const ended = once(child, 'close').then(([exitCode, signal]: unknown[]) => exitCode ?? signal);
  const url = await new Promise<string>((says, fails) => {
    child.stdout.setEncoding('utf8').once('data', (line: string) => says(line.trim()));
    void ended.then(async () => fails(new Error(await err)));
  });
  const submit = async (body: string) => {
    const answer = await fetch(`${url}add-checkpoint`, { method: 'POST', body });
    return { status: answer.status, type: answer.headers.get('content-type'), body: await answer.text() };
  };
  return { child, err, ended, url, submit };
}

test('a witness that was killed goes on from what it had cosigned, and says what it does', async () => {
  const dir = at('killed');
  const first = await started(dir);
  const about = await (await fetch(first.url)).text();
  assert.equal(
    about,
    `A witness of transparency logs (C2SP tlog-witness), run by Writ.\n${formatWitnessKey(key)}\n`,
  );
  const cosigned = await first.submit(asked(0, 4));
  assert.equal(cosigned.status, 200);
  const other = await writ(['log', 'witness', '--key', keyFile, '--policy', policy, '--state', dir]);
  assert.equal(other.code, 2);
  assert.match(other.err, /^error: state-in-use: /m);
  first.child.kill('SIGKILL');
  assert.equal(await first.ended, 'SIGKILL');
  assert.equal(readdirSync(dir).filter((name) => name.startsWith('lock-')).length, 1);

  const second = await started(dir);
  assert.deepEqual(await second.submit(asked(0, 6)), { status: 409, type: 'text/x.tlog.size', body: '4\n' });
  assert.equal((await second.submit(asked(4, 6))).status, 200);
  assert.equal((await second.submit(asked(0, 6, honest, signer('stranger.example', 9)))).status, 404);
  const latest = await (await fetch(`${second.url}${logHash(log.key.name)}/checkpoint`)).text();
  assert.equal(verifyCosignatures(latest, [key]).length, 1);
  second.child.kill('SIGTERM');
  assert.equal(await second.ended, 0);
  assert.deepEqual(
    readdirSync(dir).filter((name) => name.startsWith('lock-')),
    [],
  );
  const said = (await second.err).split('\n').map((line) => line.replace(/^\S+Z /, ''));
  assert.deepEqual(said.slice(1), [
    'It knows 1 log:',
    `  ${log.key.name}: goes on from 4`,
    `refused ${log.key.name} from 0 to 6 old-size-differs, cosigned last 4`,
    `cosigned ${log.key.name} from 4 to 6`,
    // Of a log that it does not know it repeats nothing.
    'refused log-unknown',
    '',
  ]);
});

test('a log whose state was damaged is stopped, and said to be', async () => {
  const dir = at('spoilt');
  const first = await started(dir);
  await first.submit(asked(0, 4));
  first.child.kill('SIGINT');
  assert.equal(await first.ended, 0);
  writeFileSync(join(dir, `${logHash(log.key.name)}.checkpoint`), '');
  const second = await started(dir);
  assert.deepEqual((await second.submit(asked(0, 6))).status, 500);
  second.child.kill('SIGTERM');
  assert.equal(await second.ended, 0);
  const said = await second.err;
  assert.match(said, /: stopped, its state is not right\n/);
  assert.match(said, /failed log\.example\/2026 state-damaged\n/);
});

test('what is not asked as it should be is wrong usage', async () => {
  writeFileSync(at('empty.policy'), 'quorum none\n');
  writeFileSync(at('spoilt.policy'), 'log nonsense\nquorum none\n');
  const usual = { key: keyFile, policy, state: at('unused'), listen: '127.0.0.1:0' };
  const making = { newKey: at('x.key'), listen: usual.listen };
  const wrong: [said: RegExp, options: Parameters<typeof runWitness>[0]][] = [
    [/give --key, --policy and --state/, { listen: usual.listen }],
    [/--new-key needs --name/, making],
    [/leave --key, --policy and --state out/, { ...making, name: 'w', key: keyFile }],
    [/--algorithm is ed25519 or ml-dsa-44/, { ...making, name: 'w', algorithm: 'rsa' }],
    [/--name and --algorithm belong to --new-key/, { ...usual, name: 'w' }],
    [/--listen is an address and a port/, { ...usual, listen: '8042' }],
    [/--listen is an address and a port/, { ...usual, listen: '127.0.0.1:65536' }],
    [/--listen is an address and a port/, { ...usual, listen: '::1:8042' }],
    [/names no log/, { ...usual, policy: at('empty.policy') }],
    [/is no tlog-policy: line 1: log-key/, { ...usual, policy: at('spoilt.policy') }],
  ];
  for (const [said, options] of wrong)
    await assert.rejects(runWitness(options), (error) => code('usage')(error) && said.test(String(error)));
  assert.ok(!readdirSync(folder).includes('unused') && !readdirSync(folder).includes('x.key'));
});

test('its help fits 80 columns', async () => {
  const { out } = await writ(['log', 'witness', '--help']);
  assert.match(out, /Exit codes:/);
  for (const line of out.split('\n')) assert.ok(line.length <= 80, line);
});
