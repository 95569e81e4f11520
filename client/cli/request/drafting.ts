import { buffer } from 'node:stream/consumers';
import { z } from 'zod';
import type { Rules } from '#client/asking/rules.ts';
import { RefusedError } from '#client/errors.ts';
import { printable } from '#client/printable.ts';
import type { PreservationRequest } from '#core/cases/preservation.ts';
import { parseJson, say } from '../common.ts';
import { CommandError } from '../errors.ts';
import { givenText, textOf } from '../given.ts';
import { isAttended, neededChoice } from '../person.ts';
import type { Connection } from '../profile/connection.ts';
import { type Draft, type DraftOptions, draftOf } from './draft.ts';
import { DraftFile } from './draft-file.ts';
import { faultLine } from './faults.ts';
import { issuedFault, type Refusal, textFor } from './limits.ts';
import type { Kind } from './remembered.ts';
import { rulesOf } from './rules.ts';

/**
 * From what is given to what is signed: a file, options, answers; checked by what the provider publishes, corrected by the
 * person, and kept as a draft until it is sent.
 */
export interface Ordering<S extends z.ZodType> {
  kind: Kind;
  schema: S;
  /** What the provider would refuse. */
  refusal: (order: z.infer<S>, rules: Rules, now: string) => Refusal | undefined;
  /** Puts ids in the place of the names that people give. */
  resolve?: (draft: Draft) => Promise<Draft>;
}

/** What was drafted, until it is sent. */
export interface Drafted<Order> {
  order: Order;
  rules: Rules | undefined;
  draft: DraftFile | undefined;
}

/** @throws CommandError usage, file-malformed, file-unreadable, interrupted */
export async function drafted<S extends z.ZodType<PreservationRequest>>(
  connection: Connection,
  ordering: Ordering<S>,
  { file, options }: { file: string | undefined; options: DraftOptions },
): Promise<Drafted<z.infer<S>>> {
  const now = new Date().toISOString();
  const { resolve = async (draft) => draft } = ordering;
  const isPreservation = ordering.kind === 'preservations';
  const given = await draftFile(file);
  const asksAll = options.reference === undefined && given.reference === undefined;
  if (!isAttended() || file !== undefined) {
    const how = { isPreservation, rules: {}, now, asksAll };
    const whole = await resolve(await draftOf(given, options, how));
    const order = checked(ordering.schema, whole, file);
    checkIssued(order, now);
    return { order, rules: undefined, draft: undefined };
  }
  const draft = new DraftFile(connection, ordering.kind);
  const kept = asksAll ? await draft.offered() : undefined;
  const rules = await rulesOf(connection);
  const keep = (value: Draft) => draft.keep(value);
  const how = { isPreservation, rules, now, asksAll, keep };
  try {
    const order = await corrected(ordering, { ...given, ...kept }, options, how);
    return { order, rules, draft };
  } catch (error) {
    sayKept(draft, ordering.kind);
    throw error;
  }
}

/** Asks until nothing is known to be wrong, or the person sends it all the same. */
async function corrected<S extends z.ZodType<PreservationRequest>>(
  { schema, refusal, resolve = async (draft) => draft }: Ordering<S>,
  begun: Draft,
  options: DraftOptions,
  how: Parameters<typeof draftOf>[2] & { keep: (draft: Draft) => Promise<void> },
): Promise<z.infer<S>> {
  let left = options;
  let draft = begun;
  // Somebody who goes on with what was whole already wants to change something, perhaps.
  let isResumed = schema.safeParse(begun).success;
  for (;;) {
    if (!isResumed) draft = await resolve(await draftOf(draft, left, how));
    const { data, error } = schema.safeParse(draft);
    const wrong = data === undefined ? undefined : refusal(data, how.rules, how.now);
    if (data !== undefined && wrong === undefined && !isResumed) return data;
    if (error !== undefined) say(`not right yet: ${faultLine(error, draft)}`);
    if (wrong !== undefined) say(`${wrong.code}: ${wrong.text}`);
    const part = await changeOf(how.isPreservation, data !== undefined);
    if (part === 'nothing' && data !== undefined) return data;
    isResumed = false;
    draft = without(draft, parts[part].members);
    left = without(left, parts[part].options);
  }
}

interface Part {
  name: string;
  members: readonly string[];
  options: readonly (keyof DraftOptions)[];
}

const parts = {
  nothing: { name: 'nothing: sign it as it is', members: [], options: [] },
  reference: { name: 'the reference', members: ['reference'], options: ['reference'] },
  order: {
    name: 'the order',
    members: ['instrument'],
    options: [
      'instrument',
      'jurisdiction',
      'authoriser',
      'issued',
      'offence',
      'authority',
      'order',
      'orderDigest',
    ],
  },
  urgency: { name: 'how urgent it is', members: ['priority', 'threat'], options: ['priority', 'threat'] },
  subjects: {
    name: 'who is asked for',
    members: ['subjects'],
    options: ['account', 'phone', 'username'],
  },
  categories: { name: 'the categories', members: ['categories'], options: ['category'] },
  period: { name: 'the period', members: ['period'], options: ['from', 'to'] },
  notice: {
    name: 'when the person is notified',
    members: ['notice'],
    options: ['delayUntil', 'delayReason', 'noticeOrder'],
  },
} as const satisfies Record<string, Part>;
type PartName = keyof typeof parts;
const partNames: readonly PartName[] = [
  'nothing',
  'reference',
  'order',
  'urgency',
  'subjects',
  'categories',
  'period',
  'notice',
];
const ofRequestsAlone: readonly PartName[] = ['urgency', 'notice'];

function changeOf(isPreservation: boolean, isWhole: boolean): Promise<PartName> {
  const choices = partNames
    .filter((part) => (isWhole || part !== 'nothing') && !(isPreservation && ofRequestsAlone.includes(part)))
    .map((value) => ({ value, name: parts[value].name }));
  return neededChoice(undefined, '--reference', 'What do you want to change?', choices);
}

function without<T extends object>(of: T, names: readonly string[]): T {
  const rest = { ...of };
  for (const name of names) Reflect.deleteProperty(rest, name);
  return rest;
}

function sayKept({ isKept }: DraftFile, kind: Kind): void {
  if (isKept)
    say(`What you answered is kept, encrypted: \`writ ${kind.slice(0, -1)} new\` offers to go on with it.`);
}

/**
 * Sends what was drafted. A refusal says what the limit is, by what the provider publishes; the draft is deleted once it is
 * sent.
 */
export async function sendDrafted<Order extends PreservationRequest, T>(
  connection: Connection,
  { order, rules, draft }: Drafted<Order>,
  kind: Kind,
  send: () => Promise<T>,
): Promise<T> {
  try {
    const value = await send();
    await draft?.remove();
    return value;
  } catch (error) {
    if (draft !== undefined) sayKept(draft, kind);
    throw await inNumbers(error, order, async () => rules ?? (await rulesOf(connection)));
  }
}

async function inNumbers(
  error: unknown,
  order: PreservationRequest,
  rules: () => Promise<Rules>,
): Promise<unknown> {
  if (!(error instanceof RefusedError)) return error;
  const known = inNumbersCodes.includes(error.code) ? await rules() : {};
  const title = textFor(error.code, order, known, new Date().toISOString());
  return title === undefined
    ? error
    : new RefusedError({ ...error.problem, title }, error.verified, error.retryAfterMs);
}

/** Refusals that the provider's rules put into numbers or names. */
const inNumbersCodes: readonly RefusedError['code'][] = [
  'limit-exceeded',
  'delay-too-long',
  'agency-jurisdiction',
  'agency-instrument',
  'agency-category',
  'instrument-not-accepted',
  'jurisdiction-not-accepted',
  'priority-not-accepted',
  'authoriser-insufficient',
  'category-not-disclosed',
  'offence-below-threshold',
];

/** A file's object; an empty one where there is no file. @throws CommandError file-unreadable, usage */
async function draftFile(file: string | undefined): Promise<Draft> {
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

/** @throws CommandError usage */
function checkIssued({ instrument }: PreservationRequest, now: string): void {
  const wrong = issuedFault(instrument.issuedAt, now);
  if (wrong === undefined) return;
  throw new CommandError(
    'usage',
    `instrument.issuedAt (--issued) ${wrong}`,
    'is the date right, and this machine’s clock? `writ doctor` compares it',
  );
}
