import type { Command } from 'commander';

/**
 * A command's exit code. 1: the command found something wrong, or the provider refused. 2: wrong usage, or anything else
 * that the caller can correct on this machine. 3: something cannot be reached, read or relied on.
 */
export const exit = { wrong: 1, usage: 2, unread: 3, interrupted: 130 };

/** A command whose wrong usage ends with its exit code. */
export function orUsage(command: Command): Command {
  return command.exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : exit.usage));
}
