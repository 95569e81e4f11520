import type { Command } from 'commander';
import type { z } from 'zod';
import type { Session } from '#client/exchange.ts';
import { printable } from '#client/printable.ts';
import { proposeChange } from '#client/registry.ts';
import { categories } from '#core/categories/categories.ts';
import { type Proposal, proposalSchema } from '#core/registry/change.ts';
import { attempt, forPeople, printJson, say, UsageError } from '../common.ts';
import { instantHelp, instantOf } from '../dates.ts';
import { when } from '../format.ts';
import { isAttended, needed } from '../person.ts';
import { type Connection, connect, forSigning, type ProfileOptions } from '../profile/connection.ts';
import { changeText, proposalText } from './change-text.ts';
import { type ComparingOptions, compare, newKeys } from './enrolment.ts';

/** How any change of the registry is proposed. */
export interface ProposingOptions extends ProfileOptions, ComparingOptions {
  activeFrom?: string;
}

export const forProposing = (command: Command) => forSigning(forPeople(command));

/** Adds the options for a key that is to be enrolled. */
export function forNewKey(command: Command): Command {
  return command
    .option('--enrolment <file>', 'what its holder’s `writ keys show --enrolment` printed')
    .option(
      '--thumbprint <thumbprint...>',
      'as you compared them by telephone: nothing is asked, others are refused',
    );
}

export const forActiveFrom = (command: Command) =>
  command.option('--active-from <when>', 'not to be used before then, and never before its cool-off is over');

/**
 * Checks a proposal, signs it and sends it. Anything wrong is reported before it is signed.
 *
 * @param make may look something up at the provider
 */
export async function propose(
  make: (connected: () => Promise<Session>) => Promise<unknown>,
  options: ProposingOptions,
): Promise<void> {
  process.exitCode = await attempt(async () => {
    let connection: Promise<Connection> | undefined;
    const connected = async () => {
      connection ??= connect(options);
      return (await connection).session;
    };
    const proposal = checkedProposal(await make(connected));
    const keys = await newKeys(proposal);
    const session = await connected();
    // A script reads the change in the answer.
    if (isAttended()) say(await proposalText(proposal));
    await compare(keys, options);
    const change = await proposeChange(session, proposal);
    if (options.json === true) printJson(change);
    else process.stdout.write(await changeText(change));
    return 0;
  }, options);
}

/** The option for each field of a proposal. */
const options: Record<string, string> = {
  id: 'the id: letters, digits, points and dashes, at most 64',
  agency: 'the agency’s id: letters, digits, points and dashes, at most 64',
  name: '--name: one line of at most 200 characters, none of them invisible',
  holder: 'the pseudonym: letters, digits, points and dashes, at most 64',
  jurisdictions: '--jurisdiction: country codes of two capital letters, each once',
  instruments: '--instrument: names such as EPOC, EPOC-PR, NationalOrder, each once',
  categories: `--category: ${categories.join(', ')}, each once`,
  requestsPerDay: '--requests-per-day: 1 to 10000',
  emergenciesPerWeek: '--emergencies-per-week: 0 to 1000',
  publicKey: '--enrolment: its key is none that can be enrolled',
  encryptionKey: '--enrolment: its encryption key is none that can be enrolled',
  case: 'the case’s id, as `writ review list` has it',
  until: `--until: ${instantHelp}`,
  policyHash: 'the policy’s hash: sha-256=:…:, or its file',
};

/** @throws UsageError */
export function checkedProposal(proposal: unknown): Proposal {
  const parsed = proposalSchema.safeParse(proposal);
  if (parsed.success) return parsed.data;
  throw new UsageError(faultOf(parsed.error));
}

function faultOf({ issues: [issue] }: z.ZodError): string {
  const names = (issue?.path ?? []).filter((propertyKey) => typeof propertyKey === 'string');
  const named = names.findLast((name) => Object.hasOwn(options, name)) ?? '';
  return options[named] ?? `the proposal is not as it should be at ${printable(names.join('.'))}`;
}

/** A file: from its option, or else from the person. */
export const neededFile = (given: string | undefined) =>
  needed(given, '--enrolment', 'The file with the enrolment that they sent');

/** @throws UsageError */
export function activeFromOf({ activeFrom }: ProposingOptions): { activeFrom?: string } {
  if (activeFrom === undefined) return {};
  const at = instantOf(activeFrom);
  if (at === undefined) throw new UsageError(`--active-from is ${instantHelp}`);
  if (at !== activeFrom) say(`--active-from ${printable(activeFrom)} is ${at}: ${when(at)}`);
  return { activeFrom: at };
}
