import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { formatVerifierKey } from '#core/log/note.ts';
import { readCheckpoint } from '#core/log/reading.ts';
import { newTiles, tileAt, tilePath } from '#core/log/tiles.ts';
import { home } from './cloud/emulator.ts';
import { logKeyOf } from './log.ts';
import type { World } from './world.ts';

/** Looking at the log as a stranger does: over HTTPS without a key, with the `writ` command, offline. */

const run = promisify(execFile);

/** Runs `npx writ …` and answers what it printed and its exit code. */
export async function writ(
  world: Pick<World, 'cloud'>,
  ...args: string[]
): Promise<{ stdout: string; stderr: string; code: number }> {
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: world.cloud.caFile };
  const options = { cwd: home, env, maxBuffer: 64 * 1024 * 1024 };
  try {
    return {
      ...(await run(process.execPath, [join(home, 'client/cli/writ.ts'), ...args], options)),
      code: 0,
    };
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && typeof error.code === 'number')) throw error;
    const { stdout, stderr } = { stdout: '', stderr: '', ...error };
    return { stdout, stderr, code: error.code };
  }
}

/** Copies the public log into a directory, with what the provider publishes beside it. @returns how many files */
export async function mirror(world: World, dir: string): Promise<number> {
  rmSync(dir, { recursive: true, force: true });
  const get = async (path: string) => {
    const answer = await fetch(`${world.cloud.url}/v1/${path}`);
    if (!answer.ok) throw new Error(`${path} answers ${answer.status}`);
    return new Uint8Array(await answer.arrayBuffer());
  };
  const keep = (path: string, bytes: Uint8Array | string) => {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), bytes);
  };
  const note = await get('log/checkpoint');
  const checkpoint = await readCheckpoint(async () => note, logKeyOf(world));
  const paths = newTiles(0n, checkpoint?.size ?? 0n).map(tilePath);
  for (const path of paths) keep(path, await get(`log/${path}`));
  keep('checkpoint', note);
  keep('provider.json', await get('provider'));
  keep('log.vkey', `${formatVerifierKey(logKeyOf(world))}\n`);
  return paths.length + 1;
}

/** A copy of a mirror in which one letter of an entry is another. */
export function tamper(dir: string, copy: string, index: bigint, size: bigint): void {
  rmSync(copy, { recursive: true, force: true });
  cpSync(dir, copy, { recursive: true });
  const file = join(copy, tilePath(tileAt('entries', index, size)));
  const bundle = readFileSync(file);
  let at = 0;
  for (let i = index % 256n; i > 0n; i--) at += 2 + bundle.readUInt16BE(at);
  const kind = bundle.indexOf('"kind":"', at) + '"kind":"'.length;
  bundle[kind] = bundle[kind] === 0x63 ? 0x64 : 0x63;
  writeFileSync(file, bundle);
}
