import { CommandError } from './errors.ts';

/**
 * The person at the terminal, where there is one. Questions, and what a person needs to answer them, go to the standard
 * error: the standard output holds nothing but the result. Without a person the command asks nothing.
 */
export const isAttended = (): boolean => process.stdin.isTTY === true && process.stderr.isTTY === true;

/** The package that asks, loaded for the first question: scripts start without it. */
const prompts = () => import('@inquirer/prompts');

/** Questions go to the standard error. */
const context = { output: process.stderr };

/** One answer of several, and what it means. */
export interface Choice<T extends string> {
  value: T;
  name?: string;
  description?: string;
  /** Why it cannot be chosen. */
  disabled?: string;
}

/**
 * A value that is needed: from its option, or else from the person.
 *
 * @param option named where nobody can be asked: `--reference`
 * @param check what is wrong with an answer, or undefined
 * @throws CommandError usage
 */
export async function needed(
  given: string | undefined,
  option: string,
  question: string,
  check: (answer: string) => string | undefined | Promise<string | undefined> = notEmpty,
): Promise<string> {
  if (given !== undefined) {
    const wrong = await check(given);
    if (wrong !== undefined) throw new CommandError('usage', `${option}: ${wrong}`);
    return given;
  }
  if (!isAttended()) throw new CommandError('usage', `${option} is missing, and nobody is here to be asked`);
  const { input } = await prompts();
  return asked(
    input({ message: question, validate: async (answer) => (await check(answer)) ?? true }, context),
  );
}

const notEmpty = (answer: string) => (answer.trim() === '' ? 'something is needed here' : undefined);

/** One of several: as given, or else asked for. @throws CommandError usage */
export async function neededChoice<T extends string>(
  given: string | undefined,
  option: string,
  question: string,
  choices: readonly Choice<T>[],
): Promise<T> {
  if (given !== undefined) {
    const chosen = choices.find(({ value }) => value === given);
    if (chosen === undefined)
      throw new CommandError('usage', `${option} is one of ${choices.map(({ value }) => value).join(', ')}`);
    return chosen.value;
  }
  if (!isAttended()) throw new CommandError('usage', `${option} is missing, and nobody is here to be asked`);
  const { select } = await prompts();
  return asked(select<T>({ message: question, choices: [...choices] }, context));
}

/** Some of several, at least one. Call it only where a person is. */
export async function neededChoices<T extends string>(
  question: string,
  choices: readonly Choice<T>[],
): Promise<T[]> {
  const { checkbox } = await prompts();
  return asked(checkbox<T>({ message: question, choices: [...choices], required: true }, context));
}

/** Asks for a value that may be left out. */
export async function wanted(question: string): Promise<string | undefined> {
  if (!isAttended()) return undefined;
  const { input } = await prompts();
  const answer = (await asked(input({ message: `${question} (or nothing)` }, context))).trim();
  return answer === '' ? undefined : answer;
}

/** Asks for a secret without showing it. Call it only where a person is. */
export async function askSecret(question: string): Promise<string> {
  const { password } = await prompts();
  return asked(password({ message: question, mask: false }, context));
}

/** How a person is asked for confirmation: `--yes` gave it; or the signal takes the question back. */
export interface Asking {
  yes?: boolean | undefined;
  signal?: AbortSignal | undefined;
}

const contextWith = (signal: AbortSignal | undefined) =>
  signal === undefined ? context : { ...context, signal };

/**
 * Asks a person for confirmation, unless `--yes` gave it.
 *
 * @throws CommandError not-confirmed; or what aborts the signal
 */
export async function agree(question: string, { yes, signal }: Asking): Promise<void> {
  if (yes === true || !isAttended()) return;
  const { confirm } = await prompts();
  if (!(await asked(confirm({ message: question, default: false }, contextWith(signal)), signal)))
    throw new CommandError('not-confirmed', 'nothing was signed or sent');
}

/**
 * As `agree`, for what is long to show: whoever answers `s` sees it, and is asked again.
 *
 * @throws CommandError not-confirmed
 */
export async function agreeOrSee(
  question: string,
  show: () => void,
  { signal }: Pick<Asking, 'signal'> = {},
): Promise<void> {
  const { input } = await prompts();
  const message = `${question} (y/N, or s to see it as it is signed)`;
  for (;;) {
    const validate = (answer: string) => /^(y|yes|n|no|s|)$/i.test(answer.trim()) || 'y, n or s';
    const answer = (await asked(input({ message, validate }, contextWith(signal)), signal))
      .trim()
      .toLowerCase();
    if (answer.startsWith('y')) return;
    if (answer !== 's') throw new CommandError('not-confirmed', 'nothing was signed or sent');
    show();
  }
}

/** Ctrl-C at a question means no. */
async function asked<T>(answer: Promise<T>, signal?: AbortSignal): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof Error && error.name === 'ExitPromptError')
      throw new CommandError('interrupted', 'interrupted; nothing was signed or sent');
    throw error;
  }
}
