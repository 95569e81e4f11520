import { readFile } from 'node:fs/promises';
import type { z } from 'zod';
import { orderDigests, readOrderDigest } from '#client/order-digest.ts';
import { printable } from '#client/printable.ts';
import { say, UsageError } from '../common.ts';
import { countryFault } from '../country.ts';
import { daySaid, instantFault, instantOf } from '../dates.ts';
import { CommandError } from '../errors.ts';
import { type Choice, isAttended, needed, neededChoice } from '../person.ts';
import { issueText } from './faults.ts';

/**
 * One value each: from its option, from the file, or else from the person, who hears at once what is wrong with it. An
 * option goes before the file. What is in the file stays as it is, for the schema to judge.
 */
export const isOpen = (inFile: unknown) => inFile === undefined && isAttended();

export type Check = (answer: string) => string | undefined;

export async function textOf(
  given: string | undefined,
  inFile: unknown,
  option: string,
  question: string,
  schema: z.ZodType,
): Promise<unknown> {
  const known = given ?? inFile;
  return isOpen(known) ? needed(undefined, option, question, (answer) => wrongWith(schema, answer)) : known;
}

/** A country by its code: an option or an answer that is none names the one that is meant. */
export async function countryOf(
  given: string | undefined,
  inFile: unknown,
  option: string,
  question: string,
): Promise<unknown> {
  return given === undefined && !isOpen(inFile) ? inFile : needed(given, option, question, countryFault);
}

export function wrongWith(schema: z.ZodType, value: unknown): string | undefined {
  const [issue] = schema.safeParse(value).error?.issues ?? [];
  return issue === undefined ? undefined : `it ${issueText(issue)}`;
}

/** One of several. Where only one is left, nobody is asked. */
export async function choiceOf<T extends string>(
  given: string | undefined,
  inFile: unknown,
  option: string,
  question: string,
  choices: readonly (T | Choice<T>)[],
): Promise<unknown> {
  if (given === undefined && !isOpen(inFile)) return inFile;
  const all = choices.map((choice) => (typeof choice === 'string' ? { value: choice } : choice));
  const [only, ...others] = all;
  if (given === undefined && only !== undefined && others.length === 0) {
    say(
      `${question.replace(/\?$/, '')}: ${only.value}, the only one that this provider takes from your agency`,
    );
    return only.value;
  }
  return neededChoice(given, option, question, all);
}

/**
 * An instant, and the day that it is said as.
 *
 * @param check what is wrong with an instant here
 * @throws CommandError usage
 */
export async function timeOf(
  given: string | undefined,
  inFile: unknown,
  option: string,
  question: string,
  check: Check = () => undefined,
): Promise<unknown> {
  if (given === undefined && !isOpen(inFile)) return inFile;
  const text = await needed(given, option, question, (answer) => {
    const instant = instantOf(answer);
    const wrong = instantFault(answer) ?? (instant === undefined ? undefined : check(instant));
    return wrong === undefined ? undefined : `that ${wrong}`;
  });
  const instant = instantOf(text) ?? '';
  if (instant !== text) say(`${option.replace(/^--/, '')}: ${daySaid(instant)} (signed as ${instant})`);
  return instant;
}

/** The order's digest: what is signed of it. A person sees it as `sha256sum` prints it. @throws CommandError usage, file-unreadable */
export async function digestOf(
  { order, orderDigest }: { order?: string; orderDigest?: string },
  inFile?: unknown,
): Promise<unknown> {
  if (order !== undefined && orderDigest !== undefined)
    throw new UsageError('give either --order or --order-digest');
  if (orderDigest !== undefined) {
    const read = readOrderDigest(orderDigest);
    if (read === undefined)
      throw new UsageError('--order-digest: 64 hexadecimal digits, or sha-256=: and base64 and a colon');
    return read.member;
  }
  if (order === undefined && !isOpen(inFile)) return inFile;
  const file =
    order ??
    (await needed(undefined, '--order', 'The order itself, a file (its SHA-256 is signed)', unreadable));
  const bytes = await readFile(file).catch(() => {
    throw new CommandError('file-unreadable', `${printable(file)} cannot be read`);
  });
  const { hex, member } = orderDigests(bytes);
  say(`order: ${printable(file)}, ${bytes.length} bytes\n  SHA-256 ${hex}\n  signed as ${member}`);
  return member;
}

const unreadable = async (file: string): Promise<string | undefined> =>
  readFile(file).then(
    () => undefined,
    () => 'that file cannot be read',
  );
