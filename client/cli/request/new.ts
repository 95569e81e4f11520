import { buffer } from 'node:stream/consumers';
import { Command } from 'commander';
import { z } from 'zod';
import { submitRequest } from '#client/agency.ts';
import { ExchangeError } from '#client/errors.ts';
import { printable } from '#client/printable.ts';
import { type Request, requestSchema } from '#core/cases/request.ts';
import { caseText } from '../case-text.ts';
import { attempt, forPeople, parseJson, printJson, say } from '../common.ts';
import { CommandError } from '../errors.ts';
import { when } from '../format.ts';
import { givenText, textOf } from '../given.ts';
import { type Connection, connect, forSigning, type ProfileOptions } from '../profile/connection.ts';
import { type Draft, type DraftOptions, draftOf, forDraft } from './draft.ts';
import { faultLine } from './faults.ts';
import { withIds } from './own.ts';
import { keepCopy } from './own-copy.ts';
import { type Kind, remember, remembered } from './remembered.ts';

/** `writ request new`: asks for data. */
type Options = ProfileOptions & DraftOptions;

const examples = `
Examples:
  writ request new                                        asks for everything, and before it signs
  writ request new request.json
  writ request new template.json --reference GS-4711/26 --phone +491512345678 --order order.pdf
  jq … | writ request new - --yes --json
  writ request new --reference GS-4711/26 --instrument EPOC --jurisdiction DE \\
    --authoriser JudgeCourtOrInvestigatingJudge --issued 2026-11-20 --offence "StGB 176b" --order order.pdf \\
    --phone +491512345678 --category SubscriberData TrafficData --from 2026-09-01 --to 2026-11-20 --yes

A day is the midnight with which it begins where you are (TZ says where); the instant in UTC is shown, and signed.
The same request again under the same reference answers the same case. So run the same command again after a broken
connection.
`;

export function newCommand(): Command {
  return forSigning(forDraft(forPeople(new Command('new'))))
    .description('ask for data: from a file, from options, or by answering questions')
    .argument('[file]', 'the request as JSON, or - for the standard input')
    .option('--priority <priority>', 'Routine or Emergency')
    .option('--threat <what>', 'in an emergency: what is threatened')
    .option('--delay-until <when>', 'the person is not to be notified until then')
    .option('--delay-reason <reason>', 'and why')
    .option(
      '--amends <request>',
      'the request that this one is asked in place of: its id, its beginning, or your reference',
    )
    .option('--preservation <preservation...>', 'what was preserved for this request, named likewise')
    .addHelpText('after', examples)
    .action(async (file: string | undefined, options: Options) => {
      process.exitCode = await attempt(() => make(file, options), options);
    });
}

async function make(file: string | undefined, options: Options): Promise<number> {
  const connection = await connect(options);
  const drafted = await draftOf(await draftFile(file), options, { isPreservation: false });
  const draft = await withIds(connection, drafted);
  const request = checked(requestSchema, draft, file);
  const view = await sent(connection, 'requests', request, options, () =>
    submitRequest(connection.session, request),
  );
  if (options.json === true) printJson(view);
  else process.stdout.write(caseText(view));
  return 0;
}

/** A file's object; an empty one where there is no file. @throws CommandError file-unreadable, usage */
export async function draftFile(file: string | undefined): Promise<Draft> {
  if (file === undefined) return {};
  const said = file === '-' ? textOf('what was given', await buffer(process.stdin)) : await givenText(file);
  const { data } = z.record(z.string(), z.unknown()).safeParse(parseJson(said, printable(file)));
  if (data === undefined) throw new CommandError('file-malformed', `${printable(file)} holds no JSON object`);
  return data;
}

/** Checks a draft by the schema that the provider uses, before anything is signed. @throws CommandError file-malformed, usage */
export function checked<S extends z.ZodType>(schema: S, draft: Draft, file?: string): z.infer<S> {
  const parsed = schema.safeParse(draft);
  if (parsed.success) return parsed.data;
  throw new CommandError(
    file === undefined ? 'usage' : 'file-malformed',
    faultLine(parsed.error, draft),
    'nothing was signed; `--help` has a whole example',
  );
}

/** Sends an order and remembers its id and reference. `send` shows it and asks before it signs. */
export async function sent<T extends { id: string; reference: string; receivedAt: string }>(
  { name, profile }: Pick<Connection, 'name' | 'profile'>,
  kind: Kind,
  body: Pick<Request, 'reference'>,
  { json }: ProfileOptions,
  send: () => Promise<T>,
): Promise<T> {
  const known = await remembered(name, kind);
  const before = known.findLast(({ reference }) => reference === body.reference);
  if (before !== undefined)
    say(
      `This reference was sent on ${when(before.at)}: the same ${kind.slice(0, -1)} answers the same case.`,
    );
  const value = await send().catch((error: unknown) => {
    if (error instanceof ExchangeError && error.mayHaveArrived && json !== true)
      say('It may have arrived all the same: run the same command again, and it answers the same case.');
    throw error;
  });
  // Our own reference, which the provider only repeats: a folder may be named by it.
  await remember(name, kind, { id: value.id, reference: body.reference, at: value.receivedAt });
  await keepCopy({ name, profile }, value.id, body);
  return value;
}
