import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/**
 * The one cloud of a test run, which `dev/test.ts` starts and the test files' processes use. Files in its state
 * directory say how far it is: a process that needs it asks for it, and waits until it is ready or has failed.
 */
const files = { wanted: 'wanted', ready: 'local.json', failed: 'failed' } as const;

/** Long, for a machine that is busy with other things: a cloud that fails is reported at once. */
const PATIENCE_SECONDS = 280;

/** Whether this process is a test file of a run that has such a cloud, and this is its state directory. */
export function isShared(stateDir: string): boolean {
  const shared = process.env.WRIT_STATE;
  return shared !== undefined && shared !== '' && resolve(shared) === resolve(stateDir);
}

/**
 * Asks for the cloud and waits for it. The whole process waits: until there is a cloud it has nothing else to do, and
 * so a test that needs the cloud goes on as if it had always been there.
 *
 * @throws Error if the cloud could not be started
 */
export function awaitShared(stateDir: string): void {
  const at = (name: keyof typeof files) => join(stateDir, files[name]);
  if (existsSync(at('ready'))) return;
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  writeFileSync(at('wanted'), '');
  const bell = new Int32Array(new SharedArrayBuffer(4));
  for (const end = Date.now() + PATIENCE_SECONDS * 1000; ; Atomics.wait(bell, 0, 0, 100)) {
    if (existsSync(at('ready'))) return;
    if (existsSync(at('failed'))) throw new Error(readFileSync(at('failed'), 'utf8'));
    if (Date.now() > end) throw new Error(`The local cloud was not ready within ${PATIENCE_SECONDS} s.`);
  }
}

/** What the run itself says of its cloud. */
export function sharedCloud(stateDir: string) {
  const at = (name: keyof typeof files) => join(stateDir, files[name]);
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  for (const name of ['wanted', 'ready', 'failed'] as const) rmSync(at(name), { force: true });
  return {
    isWanted: () => existsSync(at('wanted')),
    /** @param local what clients in any language need, last of all: a reader who sees it finds the rest */
    ready: (local: unknown) => {
      writeFileSync(`${at('ready')}.new`, JSON.stringify(local), { mode: 0o600 });
      renameSync(`${at('ready')}.new`, at('ready'));
    },
    failed: (reason: string) => writeFileSync(at('failed'), reason),
  };
}
