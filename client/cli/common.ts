import { styleText } from 'node:util';
import type { Command } from 'commander';
import { printable, printableJson } from '#client/printable.ts';
import { JsonError, type JsonErrorCode, parseJsonText } from '#core/json.ts';
import { parseVerifierKey, type VerifierKey } from '#core/log/note.ts';
import { errorText, isFileError } from './error-text.ts';
import { exit, exitOf, UsageError } from './errors.ts';
import { orUsage as forPeople } from './exit.ts';
import { givenText } from './given.ts';

/** What the commands of `writ` share. */

export { exit, UsageError } from './errors.ts';
export { orUsage as forPeople } from './exit.ts';

export interface LogOptions {
  url?: string;
  dir?: string;
  key?: string;
  profile?: string;
}

/**
 * Adds the options that name a log, and ends wrong usage with its exit code.
 *
 * @param copies whether a copy of the log will do: not for what needs the provider itself
 */
export function forLog(command: Command, { copies = true }: { copies?: boolean } = {}): Command {
  const named = forPeople(command).option(
    '--url <url>',
    "the provider's API: https://host/v1 (or set WRIT_URL)",
  );
  if (copies) named.option('--dir <dir>', "a copy of the log's files");
  return named
    .option('--key <key>', "the log's verifier key, or @file (default: the one that your profile keeps)")
    .option('--profile <name>', 'whose profile knows the log (or set WRIT_PROFILE; default: default)');
}

/** A verifier key as given: the text itself, or `@` and a file. @throws UsageError */
export async function givenKey(key: string, option = '--key'): Promise<VerifierKey> {
  const text = key.startsWith('@') ? await givenText(key.slice(1)) : key;
  try {
    return parseVerifierKey(text.trim());
  } catch {
    throw new UsageError(`${option} is no verifier key (<name>+<id>+<key>)`);
  }
}

/**
 * Runs a command. An error is one line: its code, what it means, what to do next.
 *
 * @returns its exit code
 */
export async function attempt(
  run: () => Promise<number | undefined>,
  { json = false }: { json?: boolean | undefined } = {},
): Promise<number> {
  try {
    return (await run()) ?? 0;
  } catch (error) {
    const entry = errorText(error);
    if (entry === undefined) throw error;
    const { code, message, next } = entry;
    if (json) say(printableJson({ error: { code, message, next } }));
    else say(printable(`error: ${code}: ${message}${next === undefined ? '' : `. Next: ${next}`}`));
    return isFileError(error) ? exit.usage : exitOf(error);
  }
}

/** Writes to people, on the standard error: the standard output holds nothing but the result. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Colour where a terminal shows it. */
export const good = (text: string) => styleText('green', text, { stream: process.stdout });
export const bad = (text: string) => styleText('red', text, { stream: process.stdout });

/** Shows the progress of a long work, on a terminal. */
export function progress(what: string): { at: (done: number, of: number) => void; end: () => void } {
  const { stderr } = process;
  let shown = -1;
  return {
    at: (done, of) => {
      const percent = of === 0 ? 100 : Math.floor((100 * done) / of);
      if (!stderr.isTTY || percent === shown) return;
      shown = percent;
      stderr.write(`\r${what} ${percent} %`);
    },
    end: () => {
      if (shown >= 0) stderr.write(`\r${' '.repeat(what.length + 6)}\r`);
    },
  };
}

const notRead: Record<JsonErrorCode, string> = {
  malformed: 'is no JSON',
  'name-twice': 'has a name twice in one object, so it may be read in two ways',
  'name-escaped': 'has a name that is written with an escape (\\u…)',
  'too-deep': 'is nested too deep',
};

/** @throws UsageError */
export function parseJson(text: string, file: string): unknown {
  try {
    return parseJsonText(text);
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    throw new UsageError(`${printable(file)} ${notRead[error.code]}`);
  }
}

export { counted } from '#client/counted.ts';

export function printJson(value: unknown): void {
  process.stdout.write(`${printableJson(value, 2)}\n`);
}
