import type { Command } from 'commander';
import { z } from 'zod';
import {
  authorisersFor,
  emergenciesAllowed,
  instrumentsFor,
  jurisdictionsFor,
  officesFor,
  type Rules,
} from '#client/asking/rules.ts';
import { authoriserRoles } from '#core/cases/policy.ts';
import { delayReasons, priorities, requestSchema, threats } from '#core/cases/request.ts';
import { categories, titleOf } from '#core/categories/categories.ts';
import { say, UsageError } from '../common.ts';
import { instantHelp, instantHint } from '../dates.ts';
import { termText } from '../due-text.ts';
import { isAttended, needed, neededChoice, neededChoices } from '../person.ts';
import { choiceOf, countryOf, digestOf, isOpen, textOf, timeOf, wrongWith } from './answers.ts';
import { categoryFault, delayFault, fromFault, issuedFault, offenceText, toFault } from './limits.ts';
import { outsideTerms } from './rules.ts';

/**
 * A draft of a request, from a file, the options and the person at the terminal. An option goes before the file, and the
 * person is asked for what is missing. The schema decides whether the draft is a request.
 */
export interface DraftOptions {
  reference?: string;
  instrument?: string;
  jurisdiction?: string;
  authoriser?: string;
  office?: string;
  issued?: string;
  offence?: string;
  thresholdMet?: boolean;
  order?: string;
  orderDigest?: string;
  authority?: string;
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
  noticeOrder?: string;
  amends?: string;
  preservation?: string[];
  ofOrder?: string;
  notified?: string;
  resident?: boolean;
}

/** Adds the options that requests and preservations share. */
export function forDraft(command: Command): Command {
  return forOrder(command)
    .option('--reference <text>', 'your own: the same request under it answers the same case')
    .option('--instrument <kind>', 'the kind of order, as the provider’s policy names it: EPOC')
    .option('--jurisdiction <country>', 'under whose law: two letters, DE')
    .option('--authoriser <role>', `who ordered it: ${authoriserRoles.join(', ')}`)
    .option('--authority <name>', 'which authority issued it, by its name')
    .option('--office <name>', 'their own office, as the provider’s policy names it: Court')
    .option('--issued <when>', `when it was issued: ${instantHelp}`)
    .option('--offence <text>', 'the offence, as the order names it')
    .option('--threshold-met', 'the order says itself that the offence meets the threshold')
    .option('--account <id...>', 'ask for an account')
    .option('--phone <number...>', 'ask about the holder of this number: +491512345678')
    .option('--username <name...>', 'ask about the holder of this name')
    .option('--category <category...>', categories.join(', '))
    .option('--from <when>', `the period’s beginning: ${instantHelp}`)
    .option('--to <when>', 'the period’s end, not included: a day counts from its first moment');
}

export function forOrder(command: Command): Command {
  return command
    .option('--order <file>', 'the order itself: its SHA-256 is signed; `writ request order` hands it in')
    .option('--order-digest <digest>', 'the SHA-256 of the order, in hex or as sha-256=:…:');
}

export type Draft = Record<string, unknown>;

export interface Drafting {
  /** Whether to leave out what only a request has. */
  isPreservation: boolean;
  rules: Rules;
  /** An instant. */
  now: string;
  /** Whether the person is asked for what may be left out, too: who gave nothing is asked for everything. */
  asksAll: boolean;
  /** Keeps what is answered so far. */
  keep?: (draft: Draft) => Promise<void>;
}

/** What both kinds of order say. */
export async function draftOf(file: Draft, options: DraftOptions, how: Drafting): Promise<Draft> {
  const wasAsked = isAttended() && how.asksAll;
  const steps: ((draft: Draft) => Promise<Draft>)[] = [
    async () => ({
      reference: await textOf(
        options.reference,
        file.reference,
        '--reference',
        'Your reference',
        requestSchema.shape.reference,
      ),
    }),
    ...orderSteps(options, how),
    async () => (how.isPreservation ? {} : urgencyOf(file, options, wasAsked, how)),
    async () => ({ subjects: await subjectsOf(file, options, how) }),
    async (draft) => ({ categories: await categoriesOf(draft, options, how) }),
    async (draft) => ({ period: await periodOf(draft, options, how) }),
    async () => (how.isPreservation ? {} : noticeOf(file, options, wasAsked, how)),
  ];
  let draft: Draft = { ...file, investigation: file.investigation ?? 'criminal' };
  for (const step of steps) {
    draft = { ...draft, ...defined(await step(draft)) };
    await how.keep?.(draft);
  }
  const notification = notificationOf(options);
  const { amends, preservation: preservations, ofOrder: order } = options;
  return { ...draft, ...defined({ amends, preservations, order, notification }) };
}

/** Which enforcing authority was notified, or why none is. @throws UsageError */
function notificationOf({ notified, resident }: DraftOptions): Draft | undefined {
  if (resident === true && notified !== undefined)
    throw new UsageError('--notified and --resident: an authority was notified, or none need be');
  if (resident === true) return { exempt: 'resident' };
  return notified === undefined ? undefined : { authority: notified };
}

/** The order's members, one after the other, as each limits what the next may be. */
function orderSteps(options: DraftOptions, how: Drafting): ((draft: Draft) => Promise<Draft>)[] {
  const { shape } = requestSchema.shape.instrument;
  const member =
    (name: string, ask: (order: Draft) => Promise<unknown>) =>
    async (draft: Draft): Promise<Draft> => {
      const order = objectAt(draft, 'instrument');
      return { instrument: { ...order, ...defined({ [name]: await ask(order) }) } };
    };
  const { rules, isPreservation, now } = how;
  return [
    member('kind', async ({ kind }) => {
      const choices = instrumentsFor(rules, isPreservation);
      const [option, question] = ['--instrument', 'Kind of order'];
      return choices === undefined || choices.length === 0 || options.instrument !== undefined
        ? textOf(options.instrument, kind, option, `${question} (EPOC, NationalOrder, …)`, shape.kind)
        : choiceOf(undefined, kind, option, `${question}?`, choices);
    }),
    member('jurisdiction', async ({ kind, jurisdiction }) => {
      const choices = jurisdictionsFor(rules, String(kind), isPreservation);
      const [option, question] = ['--jurisdiction', 'Under whose law'];
      return choices === undefined || choices.length === 0 || options.jurisdiction !== undefined
        ? countryOf(options.jurisdiction, jurisdiction, option, `${question} (two letters: DE)`)
        : choiceOf(undefined, jurisdiction, option, `${question}?`, choices);
    }),
    member('authoriserRole', async ({ kind, authoriserRole }) =>
      choiceOf(
        options.authoriser,
        authoriserRole,
        '--authoriser',
        'Who ordered it?',
        options.authoriser === undefined
          ? authorisersFor(rules, String(kind), isPreservation)
          : authoriserRoles,
      ),
    ),
    member('issuedAt', async ({ issuedAt }) =>
      timeOf(options.issued, issuedAt, '--issued', `Issued when (${instantHint})`, (at) =>
        issuedFault(at, now),
      ),
    ),
    member('offence', async ({ jurisdiction, offence }) => {
      const answer = await textOf(
        options.offence,
        offence,
        '--offence',
        'Offence, as the order names it',
        shape.offence,
      );
      if (options.offence === undefined && isOpen(offence) && typeof answer === 'string') {
        const listed = offenceText(answer, String(jurisdiction), rules);
        if (listed !== undefined) say(`offence: ${listed}`);
      }
      return answer;
    }),
    member('role', async ({ kind, authoriserRole, role }) => {
      const offices = isPreservation ? [] : officesFor(rules, String(kind), String(authoriserRole));
      return offices.length === 0
        ? (options.office ?? role)
        : choiceOf(options.office, role, '--office', 'Which office is that?', offices);
    }),
    member('authority', async ({ authority }) => options.authority ?? authority),
    member('threshold', async ({ threshold }) => (options.thresholdMet === true ? 'met' : threshold)),
    member('digest', async ({ digest }) => digestOf(options, digest)),
  ];
}

async function urgencyOf(
  file: Draft,
  options: DraftOptions,
  wasAsked: boolean,
  { rules }: Drafting,
): Promise<Draft> {
  const isUnsaid = options.priority === undefined && file.priority === undefined;
  const { policy } = rules;
  const most = emergenciesAllowed(rules);
  const urgencies = priorities.map((value) => {
    const term = policy?.deadlines[value];
    return {
      value,
      ...(term === undefined ? {} : { description: `answered within ${termText(term)}` }),
      ...(value === 'Emergency' && most === 0 ? { disabled: '(your agency may ask for none)' } : {}),
    };
  });
  const priority =
    isUnsaid && !wasAsked
      ? priorities[0]
      : await choiceOf(options.priority, file.priority, '--priority', 'How urgent is it?', urgencies);
  const threat =
    options.threat === undefined && priority !== 'Emergency'
      ? file.threat
      : await choiceOf(options.threat, file.threat, '--threat', 'What is threatened?', threats);
  return { priority, threat };
}

const kinds = requestSchema.shape.subjects.element.options.map((option) => option.shape.kind.value);

async function subjectsOf(file: Draft, options: DraftOptions, { rules }: Drafting): Promise<unknown> {
  const given = kinds.flatMap((kind) => (options[kind] ?? []).map((value) => ({ kind, value })));
  if (given.length > 0) return given;
  if (!isOpen(file.subjects)) return file.subjects;
  const { element } = requestSchema.shape.subjects;
  const most = rules.policy?.limits.subjects ?? 100;
  const asked: { kind: string; value: string }[] = [];
  for (let more = true; more; ) {
    const kind = await neededChoice(
      undefined,
      '--account',
      'Who is asked for, by which of these?',
      kinds.map((value) => ({ value })),
    );
    const value = await needed(undefined, `--${kind}`, `Which ${kind}`, (answer) =>
      asked.some((one) => one.kind === kind && one.value === answer)
        ? 'that one is asked for already'
        : wrongWith(element, { kind, value: answer }),
    );
    asked.push({ kind, value });
    if (asked.length >= most) say(`subjects: ${most}, as many as the provider allows in one request`);
    more =
      asked.length < most &&
      (await neededChoice(undefined, '--account', 'Another one?', [{ value: 'no' }, { value: 'yes' }])) ===
        'yes';
  }
  return asked;
}

const standing = requestSchema.shape.instrument.omit({ issuedAt: true, digest: true });

async function categoriesOf(draft: Draft, options: DraftOptions, { rules, isPreservation }: Drafting) {
  if (options.category !== undefined || !isOpen(draft.categories))
    return options.category ?? draft.categories;
  // What is preserved is judged when it is asked for.
  const order = isPreservation ? undefined : standing.safeParse(partOf(draft.instrument)).data;
  const urgency = requestSchema.shape.priority.safeParse(draft.priority).data;
  const choices = categories.map((value) => {
    const why =
      outsideTerms(rules, value) ??
      (order === undefined ? undefined : categoryFault(value, order, rules, urgency));
    return { value, description: titleOf(value), ...(why === undefined ? {} : { disabled: `(${why})` }) };
  });
  const open = choices.some(({ disabled }) => disabled === undefined);
  return neededChoices('Which categories?', open ? choices : choices.map(({ disabled: _, ...each }) => each));
}

function partOf(order: unknown): Draft {
  const { issuedAt: _, digest: _digest, ...rest } = objectAt({ order }, 'order');
  return rest;
}

async function periodOf(draft: Draft, options: DraftOptions, { rules, now }: Drafting): Promise<Draft> {
  const times = objectAt(draft, 'period');
  const from = await timeOf(options.from, times.from, '--from', `From when (${instantHint})`, (at) =>
    fromFault(at, now),
  );
  const checked = (at: string) =>
    typeof from === 'string' ? toFault({ from, to: at }, now, rules) : undefined;
  const to = await timeOf(options.to, times.to, '--to', 'Until when, that moment not included', checked);
  return { ...times, ...defined({ from, to }) };
}

/** The person is asked about a delay only where they are asked for everything: others use the option. */
async function noticeOf(
  file: Draft,
  options: DraftOptions,
  wasAsked: boolean,
  { rules, now }: Drafting,
): Promise<Draft> {
  const said = objectAt(file, 'notice');
  const isUnsaid =
    options.delayUntil === undefined &&
    options.delayReason === undefined &&
    options.noticeOrder === undefined;
  if (isUnsaid && (file.notice !== undefined || !wasAsked)) return {};
  if (isUnsaid && !(await isDelayed())) return {};
  const delayUntil = await timeOf(options.delayUntil, said.delayUntil, '--delay-until', 'Not before', (at) =>
    delayFault(at, now, rules),
  );
  const reason = await choiceOf(
    options.delayReason,
    said.reason,
    '--delay-reason',
    'Why not before?',
    delayReasons,
  );
  const forbids =
    options.noticeOrder === undefined
      ? {}
      : { by: 'nobody', digest: await digestOf({ order: options.noticeOrder }) };
  return { notice: { ...said, ...defined({ delayUntil, reason, ...forbids }) } };
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
