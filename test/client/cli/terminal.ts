import { join } from 'node:path';
import { home } from '#dev/cloud/emulator.ts';
import { atTerminal as commandAtTerminal, type Session, type Step } from '#dev/terminal.ts';

export { keys } from '#dev/terminal.ts';

/** `writ` at a terminal, with somebody who types what they are asked for. */
export function atTerminal(
  args: readonly string[],
  steps: readonly Step[],
  env: Record<string, string> = {},
): Promise<Session> {
  return commandAtTerminal([process.execPath, join(home, 'client/cli/writ.ts'), ...args], steps, { env });
}
