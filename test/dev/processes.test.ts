import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { owned, remember, startOf, sweep } from '#dev/cloud/processes.ts';

describe('the processes of a state directory', () => {
  let stateDir = '';
  beforeEach(() => {
    stateDir = mkdtempSync(join(tmpdir(), 'writ-processes-'));
  });
  afterEach(() => rmSync(stateDir, { recursive: true }));

  const sleeper = async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'], { stdio: 'ignore' });
    await once(child, 'spawn');
    return { child, pid: child.pid ?? 0, gone: once(child, 'exit') };
  };

  it('are known while they run, and forgotten when told so', async () => {
    const { pid, child, gone } = await sleeper();
    const tracked = remember(stateDir, 'sleeper', pid);
    assert.equal(owned(stateDir, 'sleeper'), pid);
    tracked.forget();
    assert.equal(owned(stateDir, 'sleeper'), undefined);
    child.kill();
    await gone;
  });

  it('are ended by a sweep when a crash left them behind', async () => {
    const { pid, gone } = await sleeper();
    remember(stateDir, 'sleeper', pid);
    assert.deepEqual(await sweep(stateDir), ['sleeper']);
    await gone;
    assert.equal(startOf(pid), undefined);
    assert.deepEqual(await sweep(stateDir), []);
  });

  it('are not mistaken for a stranger who was given the same id', async () => {
    const { pid, child, gone } = await sleeper();
    remember(stateDir, 'sleeper', pid);
    const file = join(stateDir, 'pids/sleeper.json');
    const entry = JSON.parse(readFileSync(file, 'utf8'));
    writeFileSync(file, JSON.stringify({ ...entry, started: `${entry.started}0` }));
    assert.equal(owned(stateDir, 'sleeper'), undefined);
    assert.deepEqual(await sweep(stateDir), []);
    assert.equal(child.exitCode, null);
    assert.equal(existsSync(file), false, 'and the stale note is gone');
    child.kill();
    await gone;
  });

  it('survive a note that was cut off', async () => {
    mkdirSync(join(stateDir, 'pids'));
    writeFileSync(join(stateDir, 'pids/torn.json'), '{"pid":');
    assert.equal(owned(stateDir, 'torn'), undefined);
    assert.deepEqual(await sweep(stateDir), []);
  });

  it('have no start if there is no such process', () => {
    assert.equal(startOf(2 ** 22 + 1), undefined);
    assert.equal(startOf(process.pid), startOf(process.pid));
  });
});
