import { Command } from 'commander';
import { extendPreservation, followPreservation, preserveData } from '#client/agency.ts';
import { type PreservationView, preservationSchema } from '#core/cases/preservation.ts';
import { preservationText } from './case-text.ts';
import { attempt, forPeople, printJson } from './common.ts';
import { connect, forProfile, forSigning, type ProfileOptions } from './profile/connection.ts';
import { type DraftOptions, draftOf, forDraft } from './request/draft.ts';
import { checked, draftFile, sent } from './request/new.ts';
import { idOf } from './request/remembered.ts';

/** `writ preservation`: has data preserved, until a request asks for it. */
const newExamples = `
Examples:
  writ preservation new                                  asks for everything, and before it signs
  writ preservation new preservation.json --yes --json
  writ preservation new --reference P-17/26 --instrument EPOC-PR --jurisdiction DE --authoriser PublicProsecutor \\
    --issued 2026-11-20 --offence "StGB 176b" --order order.pdf --phone +491512345678 \\
    --category TrafficData --from 2026-09-01 --to 2026-11-20

It discloses nothing, not even whether there is any data. The request that follows names it: \`writ request new
--preservation <id>\`. The same order again under the same reference answers the same preservation.
`;

const showExamples = `
Examples:
  writ preservation show P-17/26
`;

const extendExamples = `
Examples:
  writ preservation extend P-17/26 --yes

A preservation can be extended once, before it ends.
`;

export function preservationCommand(): Command {
  const make = forSigning(forDraft(forPeople(new Command('new'))))
    .description('have data preserved')
    .argument('[file]', 'the preservation order as JSON, or - for the standard input')
    .addHelpText('after', newExamples)
    .action(async (file: string | undefined, options: ProfileOptions & DraftOptions) => {
      process.exitCode = await attempt(() => preserve(file, options), options);
    });
  const show = forProfile(forPeople(new Command('show')))
    .description('show until when data is preserved')
    .argument('<preservation>', 'its id or your reference')
    .addHelpText('after', showExamples)
    .action(async (given: string, options: ProfileOptions) => {
      process.exitCode = await attempt(() => follow(given, options), options);
    });
  const extend = forSigning(forPeople(new Command('extend')))
    .description('extend a preservation, once')
    .argument('<preservation>', 'its id or your reference')
    .addHelpText('after', extendExamples)
    .action(async (given: string, options: ProfileOptions) => {
      process.exitCode = await attempt(() => prolong(given, options), options);
    });
  return forPeople(new Command('preservation'))
    .description('have data preserved, until a request asks for it')
    .addCommand(make)
    .addCommand(show)
    .addCommand(extend);
}

async function preserve(file: string | undefined, options: ProfileOptions & DraftOptions): Promise<number> {
  const connection = await connect(options);
  const draft = await draftOf(await draftFile(file), options, { isPreservation: true });
  const order = checked(preservationSchema, draft, file);
  const preservation = await sent(connection, 'preservations', order, options, () =>
    preserveData(connection.session, order),
  );
  return print(preservation, options);
}

async function follow(given: string, options: ProfileOptions): Promise<number> {
  const { session, name } = await connect(options);
  return print(await followPreservation(session, await idOf(name, 'preservations', given)), options);
}

async function prolong(given: string, options: ProfileOptions): Promise<number> {
  const { session, name } = await connect(options);
  const id = await idOf(name, 'preservations', given);
  return print(await extendPreservation(session, id), options);
}

function print(preservationView: PreservationView, { json }: ProfileOptions): number {
  if (json === true) printJson(preservationView);
  else process.stdout.write(preservationText(preservationView));
  return 0;
}
