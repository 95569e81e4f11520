import {
  type Breadth,
  breadthOf,
  datedFault,
  delayFault,
  fromFault,
  preservationRefusal,
  refusedBy,
  requestRefusal,
  type TimeFault,
  toFault,
} from '#client/asking/limits.ts';
import type { Rules } from '#client/asking/rules.ts';
import { checkBreadth } from '#core/cases/acts.ts';
import { notifiedAuthority } from '#core/cases/notification.ts';
import { requestSchema } from '#core/cases/request.ts';
import { digestText } from '#core/text.ts';
import { type Draft, instantOf, periodOf, preservationOf, requestOf, tellerOf } from './draft.ts';
import {
  asksAnswerBy,
  asksNotification,
  authorisersOffered,
  kindsOffered,
  lawsOffered,
  mayBeEmergency,
  officesOffered,
  whyNot,
} from './offered.ts';

/** The steps of a request; a preservation has fewer. */
export const steps = ['order', 'urgency', 'subjects', 'data', 'person', 'preserved', 'check'] as const;
export type Step = (typeof steps)[number];
const ofPreservation: readonly Step[] = ['order', 'subjects', 'data', 'check'];

export const stepsOf = ({ what }: Draft): readonly Step[] =>
  what === 'preservation' ? ofPreservation : steps;

/** Fields, by which a fault is shown and gone to. */
export type Field =
  | keyof Pick<
      Draft,
      | 'reference'
      | 'kind'
      | 'jurisdiction'
      | 'authoriser'
      | 'office'
      | 'authority'
      | 'issued'
      | 'offence'
      | 'digest'
      | 'answerBy'
      | 'priority'
      | 'threat'
      | 'categories'
      | 'from'
      | 'to'
      | 'secrecy'
      | 'delayUntil'
      | 'reason'
      | 'noticeDigest'
      | 'notified'
      | 'enforcing'
      | 'preservations'
      | 'ofOrder'
    >
  | `subject-${number}`
  | 'whole';

/** What is wrong, in a code that the page has words for. */
export type Wrong =
  | TimeFault
  | { is: 'missing' | 'text-wrong' | 'not-offered' | 'date-wrong' | 'phone-wrong' | 'name-wrong' }
  | { is: 'twice' | 'digest-wrong' | 'authority-wrong' | 'no-emergency' }
  | { is: 'too-many'; most: number }
  | { is: 'category'; category: string; why: string }
  | { is: 'breadth'; of: Breadth }
  /** A code of the provider's. */
  | { is: 'refused'; code: string };

export interface Fault {
  step: Step;
  field: Field;
  wrong: Wrong;
}

const { shape } = requestSchema;
const subject = shape.subjects.element;

/** What is wrong with one step. @param now an instant */
export function faultsOf(step: Step, draft: Draft, rules: Rules, now: string): Fault[] {
  const found: Fault[] = [];
  const say = (field: Field, wrong: Wrong | undefined) => {
    if (wrong !== undefined) found.push({ step, field, wrong });
  };
  judges[step](draft, rules, now, say);
  return found;
}

/** What is wrong anywhere; and what the provider would refuse although each field is right. */
export function allFaults(draft: Draft, rules: Rules, now: string): Fault[] {
  const found = stepsOf(draft).flatMap((step) => faultsOf(step, draft, rules, now));
  if (found.length > 0) return found;
  const [step, field] = ['check', 'whole'] as const;
  const parsed = draft.what === 'request' ? requestOf(draft) : preservationOf(draft);
  if (!parsed.success) return [{ step, field, wrong: { is: 'refused', code: 'body-invalid' } }];
  const code =
    draft.what === 'request'
      ? refusalIn(requestOf(draft).data, (order) => requestRefusal(order, rules, now))
      : refusalIn(preservationOf(draft).data, (order) => preservationRefusal(order, rules, now));
  return code === undefined ? [] : [{ step, field, wrong: { is: 'refused', code } }];
}

const refusalIn = <T>(order: T | undefined, of: (order: T) => string | undefined) =>
  order === undefined ? undefined : of(order);

type Judge = (
  draft: Draft,
  rules: Rules,
  now: string,
  say: (field: Field, wrong: Wrong | undefined) => void,
) => void;

interface Parser {
  safeParse(value: unknown): { success: boolean };
}

const missing = { is: 'missing' } as const;

function text(value: string, schema: Parser): Wrong | undefined {
  if (value.trim() === '') return missing;
  return schema.safeParse(value.trim()).success ? undefined : { is: 'text-wrong' };
}

function choice(value: string, offered: readonly string[]): Wrong | undefined {
  if (value === '') return missing;
  return offered.includes(value) ? undefined : { is: 'not-offered' };
}

function instant(value: string, check: (at: string) => Wrong | undefined): Wrong | undefined {
  if (value === '') return missing;
  const at = instantOf(value);
  return at === undefined ? { is: 'date-wrong' } : check(at);
}

const digest = (value: string): Wrong | undefined =>
  value === '' ? missing : digestText.safeParse(value).success ? undefined : { is: 'digest-wrong' };

const optional = (value: string, schema: Parser) => (value.trim() === '' ? undefined : text(value, schema));

const judges: Record<Step, Judge> = {
  order(draft, rules, now, say) {
    const { instrument } = shape;
    say('reference', text(draft.reference, shape.reference));
    say('kind', choice(draft.kind, kindsOffered(draft, rules)));
    const laws = lawsOffered(draft, rules);
    say(
      'jurisdiction',
      laws === undefined
        ? text(draft.jurisdiction, instrument.shape.jurisdiction)
        : choice(draft.jurisdiction, laws),
    );
    say('authoriser', choice(draft.authoriser, authorisersOffered(draft, rules)));
    const offices = officesOffered(draft, rules);
    if (offices.length > 0) say('office', choice(draft.office, offices));
    say('authority', optional(draft.authority, instrument.shape.authority));
    say(
      'issued',
      instant(draft.issued, (at) => datedFault(at, now)),
    );
    say('offence', text(draft.offence, instrument.shape.offence));
    if (asksAnswerBy(draft, rules) && draft.answerBy !== '')
      say(
        'answerBy',
        instant(draft.answerBy, (at) => (at <= now ? { is: 'over' } : undefined)),
      );
    say('digest', digest(draft.digest));
    say('ofOrder', optional(draft.ofOrder, shape.order));
  },
  urgency(draft, rules, _, say) {
    if (draft.priority === '') return say('priority', missing);
    if (draft.priority !== 'Emergency') return;
    if (!mayBeEmergency(draft, rules)) say('priority', { is: 'no-emergency' });
    if (draft.threat === '' && rules.policy?.emergency.threat !== 'optional') say('threat', missing);
  },
  subjects(draft, { policy }, _, say) {
    const seen = new Set<string>();
    const typed = draft.subjects.filter(({ value }) => value !== '');
    if (typed.length === 0) return say('subject-0', missing);
    draft.subjects.forEach((one, i) => {
      if (one.value === '') return;
      const name = `${one.kind} ${one.value}`;
      if (seen.has(name)) say(`subject-${i}`, { is: 'twice' });
      else if (!subject.safeParse(one).success)
        say(`subject-${i}`, { is: one.kind === 'phone' ? 'phone-wrong' : 'name-wrong' });
      seen.add(name);
    });
    const most = policy?.limits.subjects ?? 100;
    if (typed.length > most) say(`subject-${most}`, { is: 'too-many', most });
  },
  data(draft, rules, now, say) {
    if (draft.categories.length === 0) say('categories', missing);
    for (const category of draft.categories) {
      const why = whyNot(category, draft, rules);
      if (why !== undefined) say('categories', { is: 'category', category, why });
    }
    const { from, to } = periodOf(draft);
    say(
      'from',
      instant(draft.from, (at) => fromFault(at, now)),
    );
    if (from === undefined || to === undefined)
      return say('to', draft.to === '' ? missing : to === undefined ? { is: 'date-wrong' } : undefined);
    const wrong = toFault({ from, to }, now, rules);
    say('to', wrong);
    if (wrong !== undefined || draft.categories.length === 0 || rules.policy === undefined) return;
    const { policy } = rules;
    const subjects = draft.subjects.filter(({ value }) => value !== '');
    const asked = { subjects, categories: draft.categories, period: { from, to } };
    if (refusedBy(() => checkBreadth(asked, policy)) !== undefined)
      say('to', { is: 'breadth', of: breadthOf(asked, policy) });
  },
  person(draft, rules, now, say) {
    const { who, mayForbid } = tellerOf(draft.kind, rules.policy);
    const offered = [...(who === 'nobody' ? [] : ['tell', 'delay']), ...(mayForbid ? ['forbidden'] : [])];
    say('secrecy', choice(draft.secrecy, offered));
    if (draft.secrecy === 'delay' || draft.secrecy === 'forbidden') {
      const mode = draft.secrecy === 'forbidden' ? 'nobody' : who;
      say(
        'delayUntil',
        instant(draft.delayUntil, (at) => delayFault(at, now, rules, mode)),
      );
      if (draft.reason === '') say('reason', missing);
      if (draft.secrecy === 'forbidden') say('noticeDigest', digest(draft.noticeDigest));
    }
    if (!asksNotification(draft, rules)) return;
    if (draft.notified === '') return say('notified', missing);
    if (draft.notified === 'resident' && rules.policy?.notification?.exempt !== 'resident')
      return say('notified', { is: 'not-offered' });
    if (draft.notified === 'authority') {
      if (draft.enforcing.trim() === '') return say('enforcing', missing);
      const isName = notifiedAuthority.safeParse({ authority: draft.enforcing.trim() }).success;
      say('enforcing', isName ? undefined : { is: 'authority-wrong' });
    }
  },
  preserved: () => {},
  check: () => {},
};

/** A number as the wire has it, where what was typed is one: people write spaces, brackets and strokes in it. */
export function tidied(kind: string, value: string): string {
  if (kind !== 'phone') return value;
  const plain = value.replace(/[\s()/.\u2010-\u2015-]/g, '').replace(/^00/, '+');
  return subject.safeParse({ kind, value: plain }).success ? plain : value;
}

/** Several identifiers at once, one a line: those that the list has already are left out. */
export function pasted(list: string, kind: Draft['subjects'][number]['kind'], draft: Draft): Draft {
  const had = draft.subjects.filter(({ value }) => value !== '');
  const names = new Set(had.map((one) => `${one.kind} ${one.value}`));
  const added = list
    .split(/[\r\n]+/)
    .map((line) => tidied(kind, line.trim()))
    .filter((value) => value !== '')
    .filter((value) => !names.has(`${kind} ${value}`) && names.add(`${kind} ${value}`));
  return { ...draft, subjects: [...had, ...added.map((value) => ({ kind, value }))].slice(0, 1000) };
}
