import { Command } from 'commander';
import { submitRequest } from '#client/agency.ts';
import { ExchangeError } from '#client/errors.ts';
import { type Request, requestSchema } from '#core/cases/request.ts';
import { caseText } from '../case-text.ts';
import { attempt, forPeople, printJson, say } from '../common.ts';
import { when } from '../format.ts';
import { type Connection, connect, forSigning, type ProfileOptions } from '../profile/connection.ts';
import { type Draft, type DraftOptions, forDraft } from './draft.ts';
import { drafted, sendDrafted } from './drafting.ts';
import { refusalOf } from './limits.ts';
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

A day is the midnight with which it begins where you are (TZ says where); the instant in UTC is shown, and signed. What
you answer is kept until it is sent, encrypted to your key, so that Ctrl-C or a refusal does not cost it.
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
      '--notice-order <file>',
      'the order that forbids telling the person: its SHA-256 is signed, and it is not sent',
    )
    .option(
      '--amends <request>',
      'the request that this one is asked in place of: its id, its beginning, or your reference',
    )
    .option('--of-order <text>', 'the order that this request and others belong to, as you call it')
    .option('--notified <authority>', 'the enforcing authority that was notified, as the provider calls it')
    .option(
      '--resident',
      'none is notified: the person resides where the order was issued, and the offence lies there',
    )
    .option('--preservation <preservation...>', 'what was preserved for this request, named likewise')
    .addHelpText('after', examples)
    .action(async (file: string | undefined, options: Options) => {
      process.exitCode = await attempt(() => make(file, options), options);
    });
}

async function make(file: string | undefined, options: Options): Promise<number> {
  const connection = await connect(options);
  const ordering = {
    kind: 'requests',
    schema: requestSchema,
    refusal: refusalOf,
    resolve: (draft: Draft) => withIds(connection, draft),
  } as const;
  const draft = await drafted(connection, ordering, { file, options });
  const { order } = draft;
  const view = await sendDrafted(connection, draft, 'requests', () =>
    sent(connection, 'requests', order, options, () => submitRequest(connection.session, order)),
  );
  if (options.json === true) printJson(view);
  else process.stdout.write(caseText(view));
  return 0;
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
