/**
 * The local cloud in a process of its own, for `npm run up`: it outlives the terminal and ends with `npm run down`.
 *
 * Run as a program it hosts the cloud; imported, it starts and stops that program.
 */
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Cloud, connect, startCloud } from '#dev/cloud/cloud.ts';
import { tail } from '#dev/cloud/emulator.ts';
import { end, owned, sweep } from '#dev/cloud/processes.ts';

/**
 * Starts the local cloud in the background, or finds the one that runs there already.
 *
 * @throws Error with the end of the log if it does not come up
 */
export async function startDaemon(options: {
  stateDir: string;
  endpoint?: string | undefined;
}): Promise<Cloud & { wasRunning: boolean }> {
  const stateDir = resolve(options.stateDir);
  if (owned(stateDir, 'owner') !== undefined) return { ...connect(stateDir), wasRunning: true };
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  const logFile = join(stateDir, 'daemon.log');
  const log = openSync(logFile, 'w');
  const args = [
    import.meta.filename,
    stateDir,
    ...(options.endpoint === undefined ? [] : [options.endpoint]),
  ];
  const child = spawn(process.execPath, args, { detached: true, stdio: ['ignore', log, log, 'ipc'] });
  closeSync(log);
  await new Promise<void>((done, fail) => {
    child.once('error', fail);
    child.once('exit', () => fail(new Error(`The local cloud did not start:\n${tail(logFile)}`)));
    child.once('message', () => done());
  });
  child.removeAllListeners();
  child.disconnect();
  child.unref();
  return { ...connect(stateDir), wasRunning: false };
}

/** Stops the local cloud of a state directory. @returns whether anything ran there */
export async function stopDaemon(stateDir: string): Promise<boolean> {
  const directory = resolve(stateDir);
  const pid = owned(directory, 'owner');
  if (pid !== undefined) await end(pid, () => owned(directory, 'owner') === pid, 10_000);
  return (await sweep(directory)).length > 0 || pid !== undefined;
}

if (import.meta.main) {
  const [stateDir = '', endpoint] = process.argv.slice(2);
  const cloud = await startCloud({ stateDir, endpoint, say: (line) => console.log(line) });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      cloud.stop().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    });
  }
  process.on('SIGHUP', () => {}); // the terminal may close
  process.send?.('ready');
}
