import { atTerminal as commandAtTerminal, type Session, type Step } from '#dev/terminal.ts';
import { writProgram } from '#dev/writ.ts';

export { keys } from '#dev/terminal.ts';

/** `writ` at a terminal, with somebody who types what they are asked for. */
export function atTerminal(
  args: readonly string[],
  steps: readonly Step[],
  env: Record<string, string> = {},
): Promise<Session> {
  return commandAtTerminal([process.execPath, writProgram, ...args], steps, { env });
}
