import { createHash } from 'node:crypto';
import { lstat, mkdir, rm } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { CommandError } from '../errors.ts';
import type { Named } from '../profile/profile.ts';

/**
 * Where a profile's agent listens: a socket in a folder that its user alone may enter, since a socket asks nobody who
 * connects. On Windows a named pipe, which others may not write to; whoever takes its name first learns what is to be
 * signed and no key, and what they answer as a signature is checked.
 */
const runtimeDir = () => process.env.XDG_RUNTIME_DIR ?? '';

/** A socket's path is longer on no system: macOS takes 104 bytes, with the zero at its end. */
const longestPath = 103;

/** The folders that an agent may listen in, the best first. */
function folders({ dir }: Pick<Named, 'dir'>): string[] {
  const runtime = runtimeDir();
  return [...(isAbsolute(runtime) ? [join(runtime, 'writ')] : []), dir];
}

function socketIn(folder: string, { name, dir }: Pick<Named, 'name' | 'dir'>): string {
  // One runtime folder serves all configuration folders.
  const of = createHash('sha256').update(dir).digest('hex').slice(0, 8);
  return join(folder, `${name.slice(0, 24)}-${of}.agent`);
}

function pipe({ dir }: Pick<Named, 'dir'>): string {
  const of = createHash('sha256').update(`${userInfo().username} ${dir}`).digest('hex').slice(0, 32);
  return `\\\\.\\pipe\\writ-${of}`;
}

/** Where an agent may be that is to be believed. */
export async function knownPlaces(named: Pick<Named, 'name' | 'dir'>): Promise<string[]> {
  if (process.platform === 'win32') return [pipe(named)];
  const found: string[] = [];
  for (const folder of folders(named)) {
    const place = socketIn(folder, named);
    if ((await isOwnFolder(folder)) && (await isOwnSocket(place))) found.push(place);
  }
  return found;
}

/** Where a new agent listens: a socket that an agent left there, which did not end by itself, goes. @throws CommandError agent-failed */
export async function newPlace(named: Pick<Named, 'name' | 'dir'>): Promise<string> {
  if (process.platform === 'win32') return pipe(named);
  for (const folder of folders(named)) {
    await mkdir(folder, { mode: 0o700 }).catch(() => undefined);
    const place = socketIn(folder, named);
    if (Buffer.byteLength(place) > longestPath || !(await isOwnFolder(folder))) continue;
    if (await isOwnSocket(place)) await rm(place, { force: true });
    return place;
  }
  throw new CommandError(
    'agent-failed',
    'there is no folder for the agent’s socket that you alone may enter, with a path that is short enough',
    'chmod 700 the profile’s folder, or set XDG_RUNTIME_DIR',
  );
}

const isOwn = ({ uid }: { uid: number }) => uid === process.getuid?.();

async function isOwnFolder(folder: string): Promise<boolean> {
  const found = await lstat(folder).catch(() => undefined);
  return found?.isDirectory() === true && isOwn(found) && (found.mode & 0o077) === 0;
}

async function isOwnSocket(place: string): Promise<boolean> {
  const found = await lstat(place).catch(() => undefined);
  return found?.isSocket() === true && isOwn(found);
}
