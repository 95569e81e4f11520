import { type Counted, countedAgain } from '#client/due.ts';
import type { Session } from '#client/exchange.ts';
import { printable } from '#client/printable.ts';
import { fetchProvider } from '#client/provider.ts';
import { type Calendar, type Day, dayAt } from '#core/cases/calendar.ts';
import type { CaseView } from '#core/cases/case.ts';
import { count, type Step, type Term } from '#core/cases/deadline.ts';
import { type Policy, policySchema } from '#core/cases/policy.ts';
import { wallOf } from '#core/events/zone.ts';
import { counted } from './common.ts';

/**
 * How a deadline was counted, in the words that a person would write beside the date: `received Fri 27 Nov 2026 14:05 CET,
 * day 1 is Sat 28 Nov, day 10 is Mon 7 Dec, due Mon 7 Dec 24:00 CET`. It is counted again here, by the calendar of the policy
 * that the provider publishes, and shown only if that gives the provider's own date.
 */
export function dueText(
  { receivedAt, dueAt, due }: Pick<CaseView, 'receivedAt' | 'dueAt' | 'due'>,
  policy: Policy | undefined,
): string | undefined {
  if (due === undefined) return undefined;
  const { term, stopped, since } = due;
  const still =
    since === undefined
      ? []
      : ['the time stands still until the agency answers: what is left of it then is left'];
  return lines([...countedParts({ receivedAt, dueAt, term, stopped }, policy), ...still]);
}

interface DueBy extends Omit<Counted, 'term'> {
  term: Term | 'as-stated';
}

/** How a case's time was counted, in one line, where nothing stopped it. */
export const howCountedText = (by: Omit<DueBy, 'stopped'>, policy: Policy) =>
  countedParts({ ...by, stopped: undefined }, policy).join(' ');

/** The same of a case as its agency sees it. */
export const howCounted = ({ receivedAt, dueAt, due }: CaseView, policy: Policy) =>
  howCountedText({ receivedAt, dueAt, term: due?.term ?? 'as-stated' }, policy);

/** The parts of a sentence. */
function countedParts({ receivedAt, dueAt, term, stopped }: DueBy, policy: Policy | undefined): string[] {
  if (term === 'as-stated') return ['as the order asks'];
  const again = countedAgain({ receivedAt, dueAt, term, stopped }, policy);
  if (again === undefined) return [`${termText(term)} from receipt, as the provider counts them`];
  return stepTexts(again.steps, again.calendar);
}

/** A step is not broken: as many on a line as fit beside the name of a field. */
function lines(parts: readonly string[], width = 56): string {
  const [first = '', ...others] = parts;
  return others.reduce((text, part) => {
    const last = text.slice(text.lastIndexOf('\n') + 1);
    return last.length + part.length < width ? `${text} ${part}` : `${text}\n${part}`;
  }, first);
}

/** The policy that a provider publishes, where this command can read it. */
export async function publishedPolicy({ url, fetch }: Pick<Session, 'url' | 'fetch'>) {
  return fetchProvider(url, fetch).then(
    ({ policy }) => policySchema.safeParse(policy).data,
    () => undefined,
  );
}

export const termText = (term: Term) =>
  'days' in term ? counted(term.days, 'day') : counted(term.hours, 'hour');

/** Each but the last with its comma. */
export function stepTexts(steps: readonly Step[], calendar: Calendar): string[] {
  return steps.map((step, i) => `${stepText(step, calendar)}${i < steps.length - 1 ? ',' : ''}`);
}

function stepText(step: Step, calendar: Calendar): string {
  switch (step.step) {
    case 'received':
      return `received ${clockText(step.at, calendar, true)}`;
    case 'first-day':
      return `day 1 is ${dayText(step.day)}`;
    case 'first-hour':
      return `the first hour begins ${clockText(step.at, calendar)}`;
    case 'stopped':
      return `the time stood still for ${'days' in step ? counted(step.days, 'day') : counted(Math.ceil(step.seconds / 60), 'minute')}`;
    case 'day':
      return `day ${step.n} is ${dayText(step.day)}`;
    case 'two-working-days':
      return `the second working day is ${dayText(step.day)}`;
    case 'rest':
      return step.because === 'holiday'
        ? `${dayText(step.day)} is a public holiday (${printable(calendar.holidays.place)})`
        : `${dayText(step.day)} is no working day`;
    case 'holidays-unknown':
      return `holidays are not known after ${dayText(step.through, true)}`;
    case 'due':
      return step.day === undefined
        ? `due ${clockText(step.at, calendar)}`
        : `due ${dayText(step.day)} 24:00 ${zoneText(step.at, calendar)}`;
  }
}

const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;
const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

function dayText(day: Day, withYear = false): string {
  const at = new Date(day);
  const text = `${weekdays[at.getUTCDay()]} ${at.getUTCDate()} ${months[at.getUTCMonth()]}`;
  return withYear ? `${text} ${at.getUTCFullYear()}` : text;
}

/** What the clocks of the calendar's place show. */
function clockText(at: string, calendar: Calendar, withYear = false): string {
  const ms = Date.parse(at);
  const time = new Date(wallOf(calendar.zone, ms)).toISOString().slice('YYYY-MM-DDT'.length, 16);
  return `${dayText(dayAt(ms, calendar), withYear)} ${time} ${zoneText(at, calendar)}`;
}

/** `CET`, `EST`: each region of English has names for its own zones, and numbers for the others. */
function zoneText(at: string, { zone }: Calendar): string {
  // Up to its end, the last day has the time that it began the end with.
  const before = Date.parse(at) - 1;
  const names = ['en-GB', 'en-US', 'en-IN', 'en-AU'].map(
    (locale) =>
      new Intl.DateTimeFormat(locale, { timeZone: zone, timeZoneName: 'short' })
        .formatToParts(before)
        .find(({ type }) => type === 'timeZoneName')?.value ?? '',
  );
  return names.find((name) => !/^(GMT|UTC)[+-]/.test(name)) ?? names[0] ?? '';
}

/**
 * What is wrong with the calendar of a policy by now: a deadline of a request that arrives today may lie beyond the days
 * whose holidays it knows.
 */
export function holidaysWarning(policy: Policy, now = Date.now()): string | undefined {
  const { calendar, deadlines } = policy;
  if (calendar === undefined) return undefined;
  const at = new Date(now).toISOString();
  const isUnknown = [deadlines.Routine, deadlines.Emergency].some((term) =>
    count(at, term, calendar).steps.some(({ step }) => step === 'holidays-unknown'),
  );
  const { place, through } = calendar.holidays;
  return isUnknown
    ? `the policy knows the public holidays of ${printable(place)} through ${through}, and today’s deadlines end later: they are counted as if there were none. \`writ policy holidays\` prints more`
    : undefined;
}
