import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { home } from '#dev/cloud/emulator.ts';

/**
 * A folder with what was compiled from a folder of sources: once for each state of them, by whichever test needs it
 * first. Files of tests run side by side, in processes of their own.
 */
export async function builtOnce(
  name: string,
  sources: string,
  build: (into: string) => Promise<void>,
): Promise<string> {
  const state = createHash('sha256');
  for (const file of globSync('**/*', { cwd: sources, withFileTypes: true }).filter((at) => at.isFile()))
    state.update(file.name).update(readFileSync(join(file.parentPath, file.name)));
  const folder = join(home, '.writ/built', `${name}-${state.digest('hex').slice(0, 16)}`);
  if (existsSync(folder)) return folder;
  mkdirSync(dirname(folder), { recursive: true });
  const scratch = mkdtempSync(`${folder}-`);
  try {
    await build(scratch);
    renameSync(scratch, folder);
  } catch (error) {
    rmSync(scratch, { recursive: true });
    // Where another process was first, its folder stays.
    if (!existsSync(folder)) throw error;
  }
  return folder;
}
