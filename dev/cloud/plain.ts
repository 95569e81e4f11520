/**
 * An emulator that somebody else started, for tests of what Writ does with one: MiniStack without anything of ours. What
 * is proven with it is the way through `WRIT_ENDPOINT`, not what the local cloud adds.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { cleanEnvironment, home, python, tail } from '#dev/cloud/emulator.ts';
import { remember } from '#dev/cloud/processes.ts';

const START_SECONDS = 60;

export interface Plain {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  stop(): Promise<void>;
}

/** @throws Error with the end of its log when it does not come up */
export async function startPlain(stateDir: string): Promise<Plain> {
  const temporary = join(stateDir, 'tmp');
  mkdirSync(temporary, { recursive: true, mode: 0o700 });
  const port = await freePort();
  const logFile = join(stateDir, 'plain.log');
  const log = openSync(logFile, 'w');
  const child = spawn(python(), ['-u', join(home, 'dev/cloud/plain.py'), String(port)], {
    cwd: stateDir,
    detached: process.platform !== 'win32',
    stdio: ['pipe', log, log],
    env: {
      ...cleanEnvironment(),
      GATEWAY_PORT: String(port),
      IOT_MTLS_ENABLED: '0',
      SFTP_ENABLED: '0',
      DOCKER_HOST: `unix://${join(stateDir, 'no-docker')}`,
      TMPDIR: temporary,
      PYTHONDONTWRITEBYTECODE: '1',
    },
  });
  closeSync(log);
  const ended = once(child, 'exit');
  child.stdin?.on('error', () => {}); // it is gone; `ended` says so
  const tracked = child.pid === undefined ? undefined : remember(stateDir, 'plain', child.pid);
  const stop = async () => {
    child.stdin?.end();
    await ended;
    tracked?.forget();
  };
  const url = `http://127.0.0.1:${port}`;
  for (const end = performance.now() + START_SECONDS * 1000; !(await isHealthy(url)); ) {
    if (child.exitCode !== null || performance.now() > end) {
      await stop();
      throw new Error(`MiniStack did not start:\n${tail(logFile)}`);
    }
    await new Promise((next) => setTimeout(next, 50));
  }
  return { url, stop };
}

async function isHealthy(url: string): Promise<boolean> {
  const answer = await fetch(`${url}/_ministack/health`).catch(() => undefined);
  await answer?.body?.cancel();
  return answer?.ok === true;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  await new Promise((done) => server.close(done));
  if (address === null || typeof address === 'string') throw new Error('There is no free port.');
  return address.port;
}
