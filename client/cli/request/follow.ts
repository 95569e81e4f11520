import { Command } from 'commander';
import { followRequest, openExplanation, showAsked } from '#client/agency.ts';
import { ExchangeError } from '#client/errors.ts';
import type { CaseView } from '#core/cases/case.ts';
import type { LetterView } from '#core/cases/letters.ts';
import { requestSchema } from '#core/cases/request.ts';
import { caseText, type WhatWasAsked } from '../case-text.ts';
import { attempt, forPeople, printJson, say } from '../common.ts';
import { publishedPolicy } from '../due-text.ts';
import { type Connection, connect, forProfile, type ProfileOptions } from '../profile/connection.ts';
import { idOf } from './own.ts';
import { readCopy } from './own-copy.ts';

/** `writ request show`: where a request stands, and what it asks for. */
const showExamples = `
Examples:
  writ request show GS-4711/26
  writ request show 7d0c1e0a --json

It says where the request stands, until when what is due, what the reviewers wrote (decrypted here), what was asked, and
what you can do. Whom it is about is shown where it was sent: the copy that is kept there is encrypted to your key.
`;

export function showCommand(): Command {
  return forProfile(forPeople(new Command('show')))
    .description('show where a request stands, and what the reviewers said')
    .argument('<request>', 'its id, the beginning of it, or your reference')
    .addHelpText('after', showExamples)
    .action(async (given: string, options: ProfileOptions) => {
      process.exitCode = await attempt(() => show(given, options), options);
    });
}

async function show(given: string, options: ProfileOptions): Promise<number> {
  const connection = await connect(options);
  const id = await idOf(connection, 'requests', given);
  const view = await followRequest(connection.session, id);
  const request = await readCopy(connection, requestSchema, view);
  const asked =
    request === undefined ? await showAsked(connection.session, id).catch(unlessUnknown) : undefined;
  await printCase(connection, view, options, { request, asked });
  return 0;
}

/** A provider of an earlier version does not say it. */
function unlessUnknown(error: unknown): undefined {
  if (error instanceof ExchangeError && error.code === 'answer-malformed') return undefined;
  throw error;
}

/** Prints a case with what the reviewer wrote, where this profile's key decrypts that. */
export async function printCase(
  { encryptionKey, session }: Pick<Connection, 'encryptionKey' | 'session'>,
  view: CaseView,
  { json }: ProfileOptions,
  known: WhatWasAsked = {},
): Promise<void> {
  const said = view.explanation === undefined ? undefined : await openedWith(view.explanation, encryptionKey);
  const question = await questionOf({ encryptionKey }, view);
  const letters = await lettersOf({ encryptionKey }, view);
  const told = letters.length === 0 ? {} : { letters };
  if (json === true) printJson({ ...opened(view, said, question), ...told, ...known });
  else {
    const policy = view.due === undefined ? undefined : await publishedPolicy(session);
    process.stdout.write(caseText(view, { explanation: said, question, letters, policy }, known));
  }
}

/** What the desk asked last, where this profile's key decrypts it. */
export async function questionOf(
  { encryptionKey }: Pick<Connection, 'encryptionKey'>,
  { information }: Pick<CaseView, 'information'>,
): Promise<string | undefined> {
  return information?.question === undefined ? undefined : openedWith(information.question, encryptionKey);
}

/** Letters of both sides, as far as this profile's key decrypts them. */
async function lettersOf(
  { encryptionKey }: Pick<Connection, 'encryptionKey'>,
  { letters = [] }: Pick<CaseView, 'letters'>,
): Promise<LetterView[]> {
  if (letters.length === 0) return [];
  const key = await encryptionKey();
  return Promise.all(
    letters.map(async ({ letter, ...each }) => {
      const text = letter && (await openExplanation(letter, key).catch(() => undefined));
      return text === undefined ? each : { ...each, letter: text };
    }),
  );
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

/** What a reviewer wrote; undefined, and said, where this profile's key does not decrypt it. */
export async function openedWith(explanation: string, encryptionKey: Connection['encryptionKey']) {
  const key = await encryptionKey();
  return openExplanation(explanation, key).catch(() => {
    say(
      'What the reviewer wrote is for the officer who asked, and encrypted to another key than this profile’s.',
    );
    return undefined;
  });
}
