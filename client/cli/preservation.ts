import { Command, Option } from 'commander';
import { extendPreservation, followPreservation, preserveData } from '#client/agency.ts';
import {
  type PreservationRequest,
  type PreservationView,
  preservationSchema,
  preservationStatuses,
} from '#core/cases/preservation.ts';
import { preservationText } from './case-text.ts';
import { attempt, forPeople, printJson } from './common.ts';
import { until } from './format.ts';
import { ownList, terminalWidth, totals } from './own-list.ts';
import { connect, forProfile, forSigning, type ProfileOptions } from './profile/connection.ts';
import { type DraftOptions, forDraft } from './request/draft.ts';
import { drafted, sendDrafted } from './request/drafting.ts';
import { importCommand } from './request/import.ts';
import { preservationRefusalOf } from './request/limits.ts';
import { sent } from './request/new.ts';
import { idOf, ownPreservations } from './request/own.ts';
import { readCopy } from './request/own-copy.ts';

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

interface ListOptions extends ProfileOptions {
  status?: string[];
}

const listExamples = `
Examples:
  writ preservation list
  writ preservation list --status Preserved --json

Listed are all preservations of your agency, whichever of its officers had them made, the newest first.
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
    .argument('<preservation>', 'its id, the beginning of it, or your reference')
    .addHelpText('after', showExamples)
    .action(async (given: string, options: ProfileOptions) => {
      process.exitCode = await attempt(() => follow(given, options), options);
    });
  const extend = forSigning(forPeople(new Command('extend')))
    .description('extend a preservation, once')
    .argument('<preservation>', 'its id, the beginning of it, or your reference')
    .addHelpText('after', extendExamples)
    .action(async (given: string, options: ProfileOptions) => {
      process.exitCode = await attempt(() => prolong(given, options), options);
    });
  const lines = forProfile(forPeople(new Command('list')))
    .description('list your agency’s preservations')
    .addOption(new Option('--status <status...>', 'only those that stand so').choices(preservationStatuses))
    .addHelpText('after', listExamples)
    .action(async (options: ListOptions) => {
      process.exitCode = await attempt(() => list(options), options);
    });
  return forPeople(new Command('preservation'))
    .description('have data preserved, until a request asks for it')
    .addCommand(make)
    .addCommand(importCommand())
    .addCommand(show)
    .addCommand(lines)
    .addCommand(extend);
}

async function preserve(file: string | undefined, options: ProfileOptions & DraftOptions): Promise<number> {
  const connection = await connect(options);
  const ordering = {
    kind: 'preservations',
    schema: preservationSchema,
    refusal: preservationRefusalOf,
  } as const;
  const draft = await drafted(connection, ordering, { file, options });
  const { order } = draft;
  const preservation = await sendDrafted(connection, draft, 'preservations', () =>
    sent(connection, 'preservations', order, options, () => preserveData(connection.session, order)),
  );
  return print(preservation, options);
}

async function follow(given: string, options: ProfileOptions): Promise<number> {
  const connection = await connect(options);
  const id = await idOf(connection, 'preservations', given);
  const view = await followPreservation(connection.session, id);
  return print(view, options, await readCopy(connection, preservationSchema, view));
}

async function prolong(given: string, options: ProfileOptions): Promise<number> {
  const connection = await connect(options);
  const id = await idOf(connection, 'preservations', given);
  return print(await extendPreservation(connection.session, id), options);
}

function print(
  view: PreservationView,
  { json }: ProfileOptions,
  request?: PreservationRequest | undefined,
): number {
  if (json === true) printJson({ ...view, ...(request === undefined ? {} : { request }) });
  else process.stdout.write(preservationText(view, request));
  return 0;
}

async function list({ status, json, ...options }: ListOptions): Promise<number> {
  const shown: PreservationView[] = [];
  for await (const one of ownPreservations(await connect(options)))
    if (status === undefined || status.includes(one.status)) shown.push(one);
  if (json === true) printJson(shown);
  else process.stdout.write(preservationLines(shown, { width: terminalWidth(), now: Date.now() }));
  return 0;
}

export function preservationLines(
  shown: readonly PreservationView[],
  { width, now }: { width: number; now: number },
): string {
  if (shown.length === 0) return 'Nothing is there.\n';
  const rows = shown.map(({ id, reference, status, endsAt }) => ({
    id,
    reference,
    status,
    due: status === 'Lapsed' ? '' : until(endsAt, now),
  }));
  return `${ownList(rows, width)}${totals('preservation', shown)}\n`;
}
