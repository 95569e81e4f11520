import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { CompactEncrypt } from 'jose';
import { durationMs } from '#client/cli/agent/command.ts';
import { answered, type Held, heldBy } from '#client/cli/agent/holding.ts';
import { agentAnswer, agentCall } from '#client/cli/agent/protocol.ts';
import type { Signer } from '#core/signature/sign.ts';
import { signRequest } from '#core/signature/sign.ts';
import { until } from '#dev/feed.ts';
import { writ as run, writProgram } from '#dev/writ.ts';
import { request as example } from '../../core/cases/cases.ts';
import { TestProvider } from './provider.ts';

const folder = mkdtempSync(join(tmpdir(), 'writ-agent-'));
const at = (name: string) => join(folder, name);
const env = { XDG_CONFIG_HOME: at('config'), XDG_STATE_HOME: at('state'), XDG_RUNTIME_DIR: at('run') };
const writ = (...args: string[]) => run(args, env);
const withPassphrase = ['--passphrase-file', at('passphrase')];
const error = (code: string) => new RegExp(`^error: ${code}: [^\\n]+\\n$`, 'm');
const sockets = () => readdirSync(at('run/writ')).filter((name) => name.endsWith('.agent'));

const provider = await TestProvider.start();
before(async () => {
  mkdirSync(at('run'), { mode: 0o700 });
  writeFileSync(at('passphrase'), 'correct horse battery staple\n', { mode: 0o600 });
  writeFileSync(at('request.json'), JSON.stringify(example));
  await provider.profile(env.XDG_CONFIG_HOME, 'default', withPassphrase);
});
after(async () => {
  await writ('keys', 'lock');
  provider.stop();
  rmSync(folder, { recursive: true });
});

/** Starts the agent. @returns its process */
async function unlock(): Promise<number> {
  const { code, out, err } = await writ('keys', 'unlock', '--json', ...withPassphrase);
  assert.equal(code, 0, err);
  return JSON.parse(out).pid;
}

test('a passphrase is given once: then commands sign and decrypt without it, until they are locked', async () => {
  const locked = await writ('request', 'list');
  assert.match(locked.err, error('passphrase-missing'));
  const unlocked = await writ('keys', 'unlock', '--for', '30m', ...withPassphrase);
  assert.equal(unlocked.code, 0, unlocked.err);
  assert.match(unlocked.out, /^Profile default is unlocked until \d{4}-/);
  assert.match((await writ('keys', 'show')).out, /^unlocked until: +\d{4}-/m);

  assert.equal((await writ('request', 'new', at('request.json'), '--yes')).code, 0);
  const { view } = provider.caseOf(example.reference);
  Object.assign(view, { status: 'Rejected', explanation: await provider.encrypted('not this one') });
  const shown = await writ('request', 'show', example.reference);
  assert.match(shown.out, /^the reviewer says: +not this one$/m, shown.err);
  assert.match(shown.out, /^of whom: +0 is phone /m);

  provider.approve(example.reference);
  const collected = await writ('collect', example.reference, '--out', at('case'), '--yes');
  assert.equal(collected.code, 0, collected.err);

  const again = await writ('keys', 'unlock', '--json', ...withPassphrase);
  assert.equal(JSON.parse(again.out).keys.length, 2, again.err);
  assert.equal(sockets().length, 1, 'one agent a profile');
  assert.match((await writ('keys', 'lock')).out, /is locked/);
  assert.equal(sockets().length, 0);
  assert.match((await writ('request', 'list')).err, error('passphrase-missing'));
  assert.match((await writ('keys', 'lock')).out, /was not unlocked/);
});

test('the agent has the keys from a pipe: no command line, no environment and no file says them', async () => {
  const pid = await unlock();
  if (process.platform === 'linux') {
    const said = readFileSync(`/proc/${pid}/cmdline`, 'utf8') + readFileSync(`/proc/${pid}/environ`, 'utf8');
    assert.doesNotMatch(said, /PRIVATE|correct horse|XDG/);
  }
  assert.equal(statSync(at('run/writ')).mode & 0o777, 0o700);
  for (const socket of sockets()) assert.equal(statSync(at(`run/writ/${socket}`)).mode & 0o077, 0);
  await writ('keys', 'lock');
});

test('an agent in a folder that others may enter is not asked, and none is started in one', async () => {
  await writ('keys', 'unlock', ...withPassphrase);
  chmodSync(at('run/writ'), 0o755);
  assert.match((await writ('request', 'list')).err, error('passphrase-missing'));
  const elsewhere = await writ('keys', 'unlock', ...withPassphrase);
  assert.equal(elsewhere.code, 0, elsewhere.err);
  assert.ok(
    readdirSync(at('config/writ/default')).some((name) => name.endsWith('.agent')),
    'in the profile’s',
  );
  await writ('keys', 'lock');
  chmodSync(at('config/writ/default'), 0o755);
  const nowhere = await writ('keys', 'unlock', ...withPassphrase);
  assert.equal(nowhere.code, 3);
  assert.match(nowhere.err, error('agent-failed'));
  chmodSync(at('config/writ/default'), 0o700);
  chmodSync(at('run/writ'), 0o700);
  assert.match((await writ('keys', 'lock')).out, /is locked/);
});

test('a signal ends the agent and takes its socket, and one that was killed does not stand in the way', async () => {
  for (const [signal, leaves] of [
    ['SIGTERM', 0],
    ['SIGKILL', 1],
  ] as const) {
    const pid = await unlock();
    const [socket = ''] = sockets();
    process.kill(pid, signal);
    await until('it has ended', async () => hasEnded(pid));
    assert.equal(existsSync(at(`run/writ/${socket}`)) ? 1 : 0, leaves);
    assert.match((await writ('request', 'list')).err, error('passphrase-missing'));
  }
  await unlock();
  await writ('keys', 'lock');
});

/** A process that has ended and that nobody has waited for yet answers signals still: nobody listens for it. */
async function hasEnded(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
    return process.platform === 'linux' && /^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return true;
  }
}

test('an agent ends at its time, and takes its socket with it', async () => {
  const place = at('run/writ/brief.agent');
  const child = spawn(process.execPath, [writProgram, 'keys', 'agent'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  const { signing } = await holding();
  child.stdin.end(JSON.stringify({ place, until: new Date(Date.now() + 1500).toISOString(), signing }));
  const [said] = await once(child.stdout, 'data');
  assert.equal(String(said), 'ready\n');
  assert.deepEqual(await ended, [0, null]);
  assert.ok(!existsSync(place));
});

test('a key that is in the clear has nothing to unlock, and a passphrase that is not the key’s unlocks nothing', async () => {
  await provider.profile(env.XDG_CONFIG_HOME, 'clear', ['--no-passphrase']);
  const clear = await writ('keys', 'unlock', '--profile', 'clear');
  assert.equal(clear.code, 0);
  assert.match(clear.err, /there is nothing to unlock/);
  writeFileSync(at('other'), 'wrong horse battery staple\n', { mode: 0o600 });
  const wrong = await writ('keys', 'unlock', '--passphrase-file', at('other'));
  assert.match(wrong.err, error('passphrase-wrong'));
  for (const time of ['25h', '0m', '8', '1441m', 'long', '-1h'])
    assert.throws(() => durationMs(time), { code: 'usage' });
  assert.deepEqual(['30m', '24h'].map(durationMs), [30 * 60_000, 24 * 3_600_000]);
});

test('whatever is written to the socket, the agent answers or hangs up, and holds on', async () => {
  await writ('keys', 'unlock', ...withPassphrase);
  const [socket = ''] = sockets();
  const say = async (line: string) => {
    const stream = connect(at(`run/writ/${socket}`));
    stream.write(line);
    return text(stream);
  };
  for (const line of ['\n', 'x\n', '{}\n', '{"op":"export"}\n', '{"op":"sign","keyId":"x","base":"!"}\n'])
    assert.deepEqual(JSON.parse(await say(line)), { refused: 'malformed' }, line);
  assert.equal((await writ('request', 'list')).code, 0);
  await writ('keys', 'lock');
});

// What it does with a call, without a process.

const nowMs = Date.parse('2026-11-30T08:00:00Z');
async function holding(): Promise<Held & { signing: string }> {
  const signing = generateKeyPairSync('ed25519')
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString();
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const encryption = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return { ...(await heldBy({ place: '', until: '2026-11-30T16:00:00Z', signing, encryption })), signing };
}

/** The base of a call as `writ` makes it. */
async function baseOf({ keyId, alg }: Signer, created: number, seconds = 60): Promise<string> {
  let base = new Uint8Array();
  const sign = async (given: Uint8Array) => {
    base = new Uint8Array(given);
    return new Uint8Array(64);
  };
  await signRequest(
    { method: 'GET', authority: 'disclosure.example', path: '/v1/requests', query: '' },
    { keyId, alg, sign },
    { created, expires: created + seconds, nonce: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' },
  ).catch(() => undefined);
  return Buffer.from(base).toString('base64');
}

test('a call of now is signed; one of another time, of another protocol or under another key is not', async () => {
  const held = await holding();
  const { signer } = held;
  assert.ok(signer);
  const { keyId } = signer;
  const created = nowMs / 1000;
  const sign = (base: string, by = keyId) => answered(held, { op: 'sign', keyId: by, base }, nowMs);
  assert.ok('signature' in (await sign(await baseOf(signer, created))));
  assert.ok('signature' in (await sign(await baseOf(signer, created - 60))));
  const refused = { refused: 'not-a-call' };
  assert.deepEqual(await sign(await baseOf(signer, created + 61)), refused, 'kept for later');
  assert.deepEqual(await sign(await baseOf(signer, created - 61)), refused);
  assert.deepEqual(await sign(await baseOf(signer, created), 'x'), { refused: 'not-held' });
  const base = Buffer.from(await baseOf(signer, created), 'base64').toString('latin1');
  const changed = [
    base.replace('tag="writ"', 'tag="other"'),
    base.replace(keyId, `x${keyId.slice(1)}`),
    base.replace(/;expires=\d+/, `;expires=${created + 301}`),
    base.replace(/;created=\d+/, ''),
    `${base}\n"x": y`,
    'a text',
    '',
  ];
  for (const one of changed)
    assert.deepEqual(await sign(Buffer.from(one, 'latin1').toString('base64')), refused, one);
});

test('what is encrypted to its key is decrypted, and nothing else; after its time it does nothing', async () => {
  const held = await holding();
  const { decrypter } = held;
  assert.ok(decrypter);
  const jwe = await new CompactEncrypt(new TextEncoder().encode('a text'))
    .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM' })
    .encrypt(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey);
  const decrypt = (keyId: string) => answered(held, { op: 'decrypt', keyId, jwe }, nowMs);
  assert.deepEqual(await decrypt(decrypter.keyId), { refused: 'not-decrypted' });
  assert.deepEqual(await decrypt('x'), { refused: 'not-held' });
  const late = Date.parse('2026-11-30T16:00:00Z');
  for (const call of [{ op: 'about' }, { op: 'decrypt', keyId: decrypter.keyId, jwe }] as const)
    assert.deepEqual(await answered(held, call, late), { refused: 'over' });
});

test('no answer has a private key, whatever is asked', async () => {
  const held = await holding();
  const secret = held.signing.split('\n')[1] ?? '';
  const ids = fc.constantFrom(held.signer?.keyId ?? '', held.decrypter?.keyId ?? '', 'x');
  const calls = fc.oneof(
    fc.constant({ op: 'about' } as const),
    fc.record({ op: fc.constant('sign' as const), keyId: ids, base: fc.base64String() }),
    fc.record({ op: fc.constant('decrypt' as const), keyId: ids, jwe: fc.string() }),
  );
  await fc.assert(
    fc.asyncProperty(calls, async (call) => {
      const answer = agentAnswer.parse(await answered(held, agentCall.parse(call), nowMs));
      assert.ok(!JSON.stringify(answer).includes(secret));
      assert.ok(call.op === 'about' || 'refused' in answer);
    }),
  );
});
