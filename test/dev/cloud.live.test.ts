import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { connect, startCloud } from '#dev/cloud/cloud.ts';
import { startDaemon, stopDaemon } from '#dev/cloud/daemon.ts';
import { home } from '#dev/cloud/emulator.ts';
import { owned, startOf } from '#dev/cloud/processes.ts';

const scratch = mkdtempSync(join(tmpdir(), 'writ-cloud-'));
after(() => rmSync(scratch, { recursive: true }));

const says: string[] = [];
const say = (line: string) => void says.push(line);
const emulatorOf = (stateDir: string): number =>
  JSON.parse(readFileSync(join(stateDir, 'pids/emulator.json'), 'utf8')).pid;

/** Starts a cloud in a process of its own, which then stays. */
async function another(stateDir: string) {
  const script = `
    const { startCloud } = await import(${JSON.stringify(join(home, 'dev/cloud/cloud.ts'))});
    await startCloud({ stateDir: ${JSON.stringify(stateDir)}, say: () => {} });
    process.send('up');`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  await once(child, 'message');
  return { child, gone: once(child, 'exit') };
}

async function until(what: string, truth: () => boolean): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!truth()) {
    assert(performance.now() < deadline, `waited in vain: ${what}`);
    await new Promise((next) => setTimeout(next, 20));
  }
}

describe('the local cloud', () => {
  it('ends with its owner, even one that is killed, and leaves nothing that blocks the next', async () => {
    const stateDir = join(scratch, 'killed');
    const { child, gone } = await another(stateDir);
    const emulator = emulatorOf(stateDir);
    assert(startOf(emulator));
    child.kill('SIGKILL');
    await gone;
    await until('the emulator ends', () => startOf(emulator) === undefined);
    assert.throws(() => connect(stateDir), /No local cloud/);
    const next = await startCloud({ stateDir, say });
    assert.equal((await fetch(`${next.url}/v1/provider`)).status, 503, 'no API is behind the door yet');
    await next.stop();
  });

  it('can be connected to, and refuses a second owner while the first lives', async () => {
    const stateDir = join(scratch, 'shared');
    const { child, gone } = await another(stateDir);
    const cloud = connect(stateDir);
    assert.equal(new URL(cloud.url).host, cloud.authority);
    cloud.serveApi('00000000');
    const answer = await fetch(`${cloud.url}/v1/provider`);
    assert.notEqual(answer.status, 503, 'the door was opened from here');
    await cloud.stop();
    assert.equal(owned(stateDir, 'owner'), child.pid, 'who connects does not stop it');
    await assert.rejects(startCloud({ stateDir, say }), /is using/);
    child.kill('SIGTERM');
    await gone;
  });

  it('stands beside another one', async () => {
    const [one, two] = await Promise.all(
      ['one', 'two'].map((name) => startCloud({ stateDir: join(scratch, name), say })),
    );
    assert(one && two);
    assert.equal(new Set([one.url, two.url, one.endpoint, two.endpoint]).size, 4);
    assert.notEqual(one.credentials.secretAccessKey, two.credentials.secretAccessKey);
    await Promise.all([one.stop(), two.stop()]);
  });

  it('says why it does not come up', async () => {
    const stateDir = join(scratch, 'refused');
    // A file where the emulator needs a directory.
    mkdirSync(stateDir);
    writeFileSync(join(stateDir, 'tls'), '');
    await assert.rejects(
      startCloud({ stateDir, say }),
      /The emulator did not start: it ended with code 1\n.*tls/s,
    );
    assert.equal(owned(stateDir, 'owner'), undefined);
  });

  it('runs on as a daemon until it is stopped, and a second start finds the first', async () => {
    const stateDir = join(scratch, 'daemon');
    const first = await startDaemon({ stateDir });
    const second = await startDaemon({ stateDir });
    assert.deepEqual([first.wasRunning, second.wasRunning, second.url], [false, true, first.url]);
    const emulator = emulatorOf(stateDir);
    assert.equal(await stopDaemon(stateDir), true);
    assert.equal(startOf(emulator), undefined);
    assert.equal(await stopDaemon(stateDir), false);
    assert.deepEqual(readdirSync(join(stateDir, 'pids')), []);
    assert.equal(existsSync(join(stateDir, 'cloud.json')), false, 'and its credentials are gone');
  });
});
