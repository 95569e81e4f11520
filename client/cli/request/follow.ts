import { Command, Option } from 'commander';
import { followRequest, openExplanation } from '#client/agency.ts';
import { RefusedError } from '#client/errors.ts';
import { printable } from '#client/printable.ts';
import { type CaseView, statuses } from '#core/cases/case.ts';
import { inParallel } from '#core/parallel.ts';
import { caseText } from '../case-text.ts';
import { attempt, forPeople, printJson, say } from '../common.ts';
import { table, when } from '../format.ts';
import { type Connection, connect, forProfile, type ProfileOptions } from '../profile/connection.ts';
import { loadProfile } from '../profile/profile.ts';
import { idOf, type Remembered, remembered } from './remembered.ts';

/** `writ request show` and `list`: the status of requests. */
interface ListOptions extends ProfileOptions {
  status?: string;
  local?: boolean;
}

const showExamples = `
Examples:
  writ request show GS-4711/26
  writ request show 7d0c1e0a-5f0e-4c57-9a51-0c8a0f6e2a11 --json

It says where the request stands, until when what is due, what the reviewers wrote (decrypted here), and what you can do.
`;

const listExamples = `
Examples:
  writ request list                                  every request that was sent from here, and where it stands
  writ request list --status AwaitingDisclosure --json
  writ request list --local                          without asking the provider

Listed is what this profile sent from this machine; of whom data was asked is kept nowhere here.
`;

export function showCommand(): Command {
  return forProfile(forPeople(new Command('show')))
    .description('show where a request stands, and what the reviewers said')
    .argument('<request>', 'its id or your reference')
    .addHelpText('after', showExamples)
    .action(async (given: string, options: ProfileOptions) => {
      process.exitCode = await attempt(() => show(given, options), options);
    });
}

export function listCommand(): Command {
  return forProfile(forPeople(new Command('list')))
    .description('list the requests that were sent from here')
    .addOption(new Option('--status <status>', 'only those that stand so').choices(statuses))
    .option('--local', 'do not ask the provider where they stand')
    .addHelpText('after', listExamples)
    .action(async (options: ListOptions) => {
      process.exitCode = await attempt(() => list(options), options);
    });
}

async function show(given: string, options: ProfileOptions): Promise<number> {
  const connection = await connect(options);
  const id = await idOf(connection.name, 'requests', given);
  await printCase(connection, await followRequest(connection.session, id), options);
  return 0;
}

/** Prints a case with what the reviewer wrote, where this profile's key decrypts that. */
export async function printCase(
  { encryptionKey }: Pick<Connection, 'encryptionKey'>,
  view: CaseView,
  { json }: ProfileOptions,
): Promise<void> {
  const said = view.explanation === undefined ? undefined : await openedWith(view.explanation, encryptionKey);
  const question = await questionOf({ encryptionKey }, view);
  if (json === true) printJson(opened(view, said, question));
  else process.stdout.write(caseText(view, said, question));
}

/** What the desk asked last, where this profile's key decrypts it. */
export async function questionOf(
  { encryptionKey }: Pick<Connection, 'encryptionKey'>,
  { information }: Pick<CaseView, 'information'>,
): Promise<string | undefined> {
  return information?.question === undefined ? undefined : openedWith(information.question, encryptionKey);
}

function opened(view: CaseView, explanation: string | undefined, question: string | undefined): CaseView {
  const { information } = view;
  return {
    ...view,
    ...(explanation === undefined ? {} : { explanation }),
    ...(information === undefined || question === undefined
      ? {}
      : { information: { ...information, question } }),
  };
}

async function openedWith(explanation: string, encryptionKey: Connection['encryptionKey']) {
  const key = await encryptionKey();
  return openExplanation(explanation, key).catch(() => {
    say('What the reviewer wrote is encrypted to another key than this profile’s.');
    return undefined;
  });
}

const AT_ONCE = 4;

async function list(options: ListOptions): Promise<number> {
  const known = (await remembered((await loadProfile(options.profile)).name, 'requests')).toReversed();
  if (options.local === true) {
    if (options.json === true) printJson(known);
    else
      process.stdout.write(
        table(
          ['sent', 'id', 'reference'],
          known.map(({ at, id, reference }) => [when(at), printable(id), printable(reference)]),
        ),
      );
    return 0;
  }
  const { session } = await connect(options);
  const followed = await inParallel(known, AT_ONCE, async (each) => ({
    sent: each,
    view: await followRequest(session, each.id).catch((error: unknown) => {
      // The request went to another provider, or the key has left its agency.
      if (error instanceof RefusedError && error.code === 'not-found') return undefined;
      throw error;
    }),
  }));
  const shown = followed.filter(
    ({ view }) => options.status === undefined || view?.status === options.status,
  );
  if (options.json === true)
    printJson(shown.map(({ sent, view }) => view ?? { ...sent, status: 'not-found' }));
  else process.stdout.write(table(['status', 'due', 'sent', 'id', 'reference'], shown.map(rowOf)));
  return 0;
}

function rowOf({ sent, view }: { sent: Remembered; view: CaseView | undefined }): string[] {
  const { status, dueAt, expiresAt } = view ?? {};
  const due = status === 'AwaitingApproval' ? dueAt : expiresAt;
  return [
    status ?? 'not-found',
    due === undefined ? '' : when(due),
    when(sent.at),
    printable(sent.id),
    printable(sent.reference),
  ];
}
