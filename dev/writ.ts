import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { home } from './cloud/emulator.ts';

/** What a command printed, and how it ended. */
export interface Ran {
  code: number;
  out: string;
  err: string;
}

/** The command: as it is packed, where `npm test` has built it, and else its source, which takes a second to begin. */
export const writProgram = process.env.WRIT_CLI ?? join(home, 'client/cli/writ.ts');

/** Runs `writ …` as a process of its own, without a terminal. @param more environment @param cwd where, if not here */
export function writ(args: readonly string[], more: Record<string, string> = {}, cwd?: string): Promise<Ran> {
  const { WRIT_URL: _, ...surroundings } = process.env;
  const options = { env: { ...surroundings, ...more }, maxBuffer: 64 * 1024 * 1024, cwd };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [writProgram, ...args], options, (error, out, err) => {
      const code = error === null ? 0 : error.code;
      if (typeof code === 'number') resolve({ code, out, err });
      else reject(error);
    });
  });
}
