import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { z } from 'zod';
import { plain } from '#client/plain.ts';
import { authoriserRoles } from '#core/cases/policy.ts';
import { delayReasons, priorities, requestSchema, threats } from '#core/cases/request.ts';
import { categories, titleOf } from '#core/categories/categories.ts';
import { say, UsageError } from '../common.ts';
import { instantHelp, instantOf } from '../dates.ts';
import { CommandError } from '../errors.ts';
import { when } from '../format.ts';
import { isAttended, needed, neededChoice, neededChoices } from '../person.ts';
import { issueText } from './faults.ts';

/**
 * A draft of a request, from a file, the options and the person at the terminal. An option goes before the file, and the
 * person is asked for what is missing. The schema decides whether the draft is a request.
 */
export interface DraftOptions {
  reference?: string;
  instrument?: string;
  jurisdiction?: string;
  authoriser?: string;
  issued?: string;
  offence?: string;
  order?: string;
  orderDigest?: string;
  account?: string[];
  phone?: string[];
  username?: string[];
  category?: string[];
  from?: string;
  to?: string;
  priority?: string;
  threat?: string;
  delayUntil?: string;
  delayReason?: string;
  amends?: string;
  preservation?: string[];
}

/** Adds the options that requests and preservations share. */
export function forDraft(command: Command): Command {
  return forOrder(command)
    .option('--reference <text>', 'your own: the same request under it answers the same case')
    .option('--instrument <kind>', 'the kind of order, as the provider’s policy names it: EPOC')
    .option('--jurisdiction <country>', 'under whose law: two letters, DE')
    .option('--authoriser <role>', `who ordered it: ${authoriserRoles.join(', ')}`)
    .option('--issued <when>', `when it was issued: ${instantHelp}`)
    .option('--offence <text>', 'the offence, as the order names it')
    .option('--account <id...>', 'ask for an account')
    .option('--phone <number...>', 'ask about the holder of this number: +491512345678')
    .option('--username <name...>', 'ask about the holder of this name')
    .option('--category <category...>', categories.join(', '))
    .option('--from <when>', `the period’s beginning: ${instantHelp}`)
    .option('--to <when>', 'the period’s end, not included: a day counts from its first moment');
}

export function forOrder(command: Command): Command {
  return command
    .option('--order <file>', 'the order itself: its SHA-256 is signed, and it is not sent')
    .option('--order-digest <digest>', 'the SHA-256 of the order, in hex or as sha-256=:…:');
}

export type Draft = Record<string, unknown>;

/** What both kinds of order say. @param isPreservation whether to leave out what only a request has */
export async function draftOf(
  file: Draft,
  options: DraftOptions,
  { isPreservation }: { isPreservation: boolean },
): Promise<Draft> {
  const { shape } = requestSchema;
  const order = objectAt(file, 'instrument');
  const orderShape = shape.instrument.shape;
  const reference = await textOf(
    options.reference,
    file.reference,
    '--reference',
    'Your reference',
    shape.reference,
  );
  const wasAsked = isAttended() && options.reference === undefined && file.reference === undefined;
  const instrument = {
    ...order,
    ...defined({
      kind: await textOf(
        options.instrument,
        order.kind,
        '--instrument',
        'Kind of order (EPOC, NationalOrder, …)',
        orderShape.kind,
      ),
      jurisdiction: await textOf(
        options.jurisdiction,
        order.jurisdiction,
        '--jurisdiction',
        'Under whose law (two letters: DE)',
        orderShape.jurisdiction,
      ),
      authoriserRole: await choiceOf(
        options.authoriser,
        order.authoriserRole,
        '--authoriser',
        'Who ordered it?',
        authoriserRoles,
      ),
      issuedAt: await timeOf(options.issued, order.issuedAt, '--issued', `Issued when (${instantHelp})`),
      offence: await textOf(
        options.offence,
        order.offence,
        '--offence',
        'Offence, as the order names it',
        orderShape.offence,
      ),
      digest: await digestOf(options, order.digest),
    }),
  };
  const priority = isPreservation ? {} : await urgencyOf(file, options, wasAsked);
  const subjects = await subjectsOf(file, options);
  const wantedCategories = options.category ?? file.categories ?? (await askedCategories());
  const times = objectAt(file, 'period');
  const period = {
    ...times,
    ...defined({
      from: await timeOf(options.from, times.from, '--from', `From when (${instantHelp})`),
      to: await timeOf(options.to, times.to, '--to', 'Until when, that moment not included'),
    }),
  };
  const notice = isPreservation ? {} : await noticeOf(file, options, wasAsked);
  return {
    ...file,
    ...defined({ reference, instrument, subjects, categories: wantedCategories, period }),
    investigation: file.investigation ?? 'criminal',
    ...priority,
    ...notice,
    ...defined({ amends: options.amends, preservations: options.preservation }),
  };
}

const isHere = (given: unknown) => given === undefined && isAttended();

async function textOf(
  given: string | undefined,
  inFile: unknown,
  option: string,
  question: string,
  schema: z.ZodType,
): Promise<unknown> {
  const known = given ?? inFile;
  return isHere(known) ? needed(undefined, option, question, (answer) => wrongWith(schema, answer)) : known;
}

function wrongWith(schema: z.ZodType, value: unknown): string | undefined {
  const [issue] = schema.safeParse(value).error?.issues ?? [];
  return issue === undefined ? undefined : `it ${issueText(issue)}`;
}

async function choiceOf<T extends string>(
  given: string | undefined,
  inFile: unknown,
  option: string,
  question: string,
  choices: readonly T[],
): Promise<unknown> {
  if (given === undefined && (inFile !== undefined || !isAttended())) return inFile;
  return neededChoice(
    given,
    option,
    question,
    choices.map((value) => ({ value })),
  );
}

/** @throws CommandError usage for what is no time */
export async function timeOf(
  given: string | undefined,
  inFile: unknown,
  option: string,
  question: string,
): Promise<unknown> {
  if (given === undefined && !isHere(inFile)) return inFile;
  const text = await needed(given, option, question, (answer) =>
    instantOf(answer) === undefined ? `that is no time: give ${instantHelp}` : undefined,
  );
  const instant = instantOf(text) ?? '';
  if (instant !== text) say(`${option} ${plain(text)} is ${instant}: ${when(instant)}`);
  return instant;
}

/** @throws CommandError usage, file-unreadable */
export async function digestOf(
  { order, orderDigest }: Pick<DraftOptions, 'order' | 'orderDigest'>,
  inFile?: unknown,
): Promise<unknown> {
  if (order !== undefined && orderDigest !== undefined)
    throw new UsageError('give either --order or --order-digest');
  if (orderDigest !== undefined)
    return /^[0-9a-f]{64}$/i.test(orderDigest) ? digestText(Buffer.from(orderDigest, 'hex')) : orderDigest;
  if (order === undefined && !isHere(inFile)) return inFile;
  const file = await needed(order, '--order', 'The order itself, a file (its SHA-256 is signed)');
  const bytes = await readFile(file).catch(() => {
    throw new CommandError('file-unreadable', `${plain(file)} cannot be read`);
  });
  return digestText(createHash('sha256').update(bytes).digest());
}

const digestText = (hash: Buffer) => `sha-256=:${hash.toString('base64')}:`;

async function urgencyOf(file: Draft, options: DraftOptions, wasAsked: boolean): Promise<Draft> {
  const isOpen = options.priority === undefined && file.priority === undefined;
  const priority =
    isOpen && !wasAsked
      ? priorities[0]
      : await choiceOf(options.priority, file.priority, '--priority', 'How urgent is it?', priorities);
  const threat =
    options.threat === undefined && priority !== 'Emergency'
      ? file.threat
      : await choiceOf(options.threat, file.threat, '--threat', 'What is threatened?', threats);
  return { ...defined({ priority, threat }) };
}

const kinds = requestSchema.shape.subjects.element.options.map((option) => option.shape.kind.value);

async function subjectsOf(file: Draft, options: DraftOptions): Promise<unknown> {
  const given = kinds.flatMap((kind) => (options[kind] ?? []).map((value) => ({ kind, value })));
  if (given.length > 0) return given;
  if (!isHere(file.subjects)) return file.subjects;
  const { element } = requestSchema.shape.subjects;
  const asked = [];
  for (let more = true; more; ) {
    const kind = await neededChoice(
      undefined,
      '--account',
      'Who is asked for, by which of these?',
      kinds.map((value) => ({ value })),
    );
    const value = await needed(undefined, `--${kind}`, `Which ${kind}`, (answer) =>
      wrongWith(element, { kind, value: answer }),
    );
    asked.push({ kind, value });
    more =
      (await neededChoice(undefined, '--account', 'Another one?', [{ value: 'no' }, { value: 'yes' }])) ===
      'yes';
  }
  return asked;
}

async function askedCategories(): Promise<unknown> {
  if (!isAttended()) return undefined;
  return neededChoices(
    'Which categories?',
    categories.map((value) => ({ value, description: titleOf(value) })),
  );
}

/** The person is asked about a delay only where they are asked for everything: others use the option. */
async function noticeOf(file: Draft, options: DraftOptions, wasAsked: boolean): Promise<Draft> {
  const said = objectAt(file, 'notice');
  const isOpen = options.delayUntil === undefined && options.delayReason === undefined;
  if (isOpen && (file.notice !== undefined || !wasAsked)) return {};
  if (isOpen && !(await isDelayed())) return {};
  return {
    notice: {
      ...said,
      ...defined({
        delayUntil: await timeOf(options.delayUntil, said.delayUntil, '--delay-until', 'Not before'),
        reason: await choiceOf(
          options.delayReason,
          said.reason,
          '--delay-reason',
          'Why not before?',
          delayReasons,
        ),
      }),
    },
  };
}

async function isDelayed(): Promise<boolean> {
  const answer = await neededChoice(undefined, '--delay-until', 'When is the person notified?', [
    { value: 'now', name: 'once something was disclosed' },
    { value: 'later', name: 'not before a day that I name' },
  ]);
  return answer === 'later';
}

function objectAt(file: Draft, name: string): Draft {
  return z.record(z.string(), z.unknown()).safeParse(file[name]).data ?? {};
}

function defined(of: Draft): Draft {
  return Object.fromEntries(Object.entries(of).filter(([, value]) => value !== undefined));
}
