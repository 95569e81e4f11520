import { mkdir, open, readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { WitnessStore } from '#client/log/witness/witness.ts';
import { printable } from '#client/printable.ts';
import { syncFolder } from '../collect/pages.ts';
import { CommandError } from '../errors.ts';

/**
 * Where a witness keeps what it cosigned last: a folder with one file for each log, `<log hash>.checkpoint`, which is the note
 * itself with the witness's cosignature, and one file that says whose folder it is.
 */
const OWNER = 'witness';

/**
 * Opens a folder for a witness, and makes it where it is not there. The caller holds its lock (`lockState`).
 *
 * @param vkey the witness's verifier key. A folder is one witness's for ever: what another one cosigned says nothing of it
 * @throws CommandError state-of-another, state-damaged
 */
export async function openState(dir: string, vkey: string): Promise<WitnessStore> {
  const owner = await readIfThere(join(dir, OWNER));
  if (owner === undefined) {
    const others = (await readdir(dir)).filter((name) => name.endsWith('.checkpoint'));
    // Taken for a new folder it would be begun anew.
    if (others.length > 0)
      throw new CommandError(
        'state-damaged',
        `${printable(dir)} holds what a witness cosigned, and does not say which witness`,
        `put its verifier key back into ${printable(join(dir, OWNER))}, or name a new folder for a new key`,
      );
    await replace(dir, OWNER, `${vkey}\n`);
  } else if (owner.trim() !== vkey)
    throw new CommandError(
      'state-of-another',
      `${printable(dir)} is the state of a witness with another key`,
      'name that key with --key, or another folder with --state',
    );
  return {
    read: (logHash) => readIfThere(join(dir, nameOf(logHash))),
    write: (logHash, note) => replace(dir, nameOf(logHash), note),
  };
}

const nameOf = (logHash: string) => `${logHash}.checkpoint`;

export async function makeStateFolder(dir: string): Promise<void> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** In one step: whenever the machine loses power, the file is the one before or the new one. */
async function replace(dir: string, name: string, text: string): Promise<void> {
  const path = join(dir, name);
  const file = await open(`${path}.new`, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
  await syncFolder(dir);
}
