import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { formatVerifierKey } from '#core/log/note.ts';
import { readCheckpoint } from '#core/log/reading.ts';
import { newTiles, tileAt, tilePath } from '#core/log/tiles.ts';
import { logKeyOf } from './log.ts';
import type { World } from './world.ts';

/** Looking at the log as a stranger does: over HTTPS, without a key. */

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
