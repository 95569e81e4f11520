import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { home } from './cloud/emulator.ts';

/** What a command printed, and how it ended. */
export interface Ran {
  code: number;
  out: string;
  err: string;
}

/** Runs `writ …` as a process of its own, without a terminal. @param more environment @param cwd where, if not here */
export function writ(args: readonly string[], more: Record<string, string> = {}, cwd?: string): Promise<Ran> {
  const { WRIT_URL: _, ...surroundings } = process.env;
  const options = { env: { ...surroundings, ...more }, maxBuffer: 64 * 1024 * 1024, cwd };
  const program = join(home, 'client/cli/writ.ts');
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [program, ...args], options, (error, out, err) => {
      const code = error === null ? 0 : error.code;
      if (typeof code === 'number') resolve({ code, out, err });
      else reject(error);
    });
  });
}
