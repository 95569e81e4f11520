import { categoryRefusal } from '#client/asking/limits.ts';
import {
  authorisersFor,
  emergenciesAllowed,
  instrumentsFor,
  isOutsideTerms,
  jurisdictionsFor,
  officesFor,
  type Rules,
} from '#client/asking/rules.ts';
import { basisOf } from '#core/cases/acts.ts';
import { mustNotify } from '#core/cases/notification.ts';
import { needsValidation } from '#core/cases/obligations.ts';
import { linesFor, type Standing } from '#core/cases/policy.ts';
import { type Request, requestSchema } from '#core/cases/request.ts';
import { type Category, categories } from '#core/categories/categories.ts';
import type { Draft } from './draft.ts';

/** What this agency may choose, by the provider's policy and the agency's terms: nothing else is offered. */

const isPreservation = ({ what }: Draft) => what === 'preservation';

export const kindsOffered = (draft: Draft, rules: Rules): readonly string[] =>
  instrumentsFor(rules, isPreservation(draft)) ?? [];

/** `undefined`: any law. */
export const lawsOffered = (draft: Draft, rules: Rules): readonly string[] | undefined =>
  jurisdictionsFor(rules, draft.kind, isPreservation(draft));

export const authorisersOffered = (draft: Draft, rules: Rules) =>
  authorisersFor(rules, draft.kind, isPreservation(draft));

export const officesOffered = (draft: Draft, rules: Rules): readonly string[] =>
  isPreservation(draft) ? [] : officesFor(rules, draft.kind, draft.authoriser);

const instrument = requestSchema.shape.instrument.omit({ issuedAt: true, digest: true });

/** The order as far as it decides what may be asked; undefined until enough of it is there. */
export function orderOf(draft: Draft): Omit<Request['instrument'], 'issuedAt' | 'digest'> | undefined {
  return instrument.safeParse({
    kind: draft.kind,
    jurisdiction: draft.jurisdiction,
    authoriserRole: draft.authoriser,
    offence: draft.offence.trim(),
    ...(draft.office === '' ? {} : { role: draft.office }),
    ...(draft.declared ? { threshold: 'met' } : {}),
  }).data;
}

export function standingOf(draft: Draft, { policy }: Rules): Standing | undefined {
  const order = orderOf(draft);
  if (order === undefined || policy === undefined) return undefined;
  return { ...basisOf({ instrument: order }, policy), priority: draft.priority || 'Routine' };
}

/** Why a category may not be asked for: a code of the provider's; undefined where it may. */
export function whyNot(category: Category, draft: Draft, rules: Rules): string | undefined {
  if (isOutsideTerms(rules, category)) return 'agency-category';
  // What is preserved is judged when it is asked for.
  const order = isPreservation(draft) ? undefined : orderOf(draft);
  return order && categoryRefusal(category, order, rules, draft.priority || 'Routine');
}

/** Whether the order may say itself that the offence meets the threshold, where that counts. */
export function asksThreshold(draft: Draft, { policy }: Rules): boolean {
  const lines = categories.flatMap((category) => policy?.categories[category] ?? []);
  return lines.some(({ instruments, offence }) => instruments.includes(draft.kind) && offence === 'declared');
}

/** Whether the order may say by when it asks for the answer, where that counts. */
export function asksAnswerBy(draft: Draft, { policy }: Rules): boolean {
  const lines = categories.flatMap((category) => policy?.categories[category] ?? []);
  return (
    !isPreservation(draft) &&
    lines.some(({ instruments, deadline }) => instruments.includes(draft.kind) && deadline === 'as-stated')
  );
}

/** Whether an enforcing authority is to be notified of what is asked. */
export function asksNotification(draft: Draft, rules: Rules): boolean {
  const standing = standingOf(draft, rules);
  return (
    standing !== undefined &&
    rules.policy !== undefined &&
    !isPreservation(draft) &&
    mustNotify(standing, draft.categories, rules.policy)
  );
}

/** Whether the agency may ask for emergencies of this order at all, for any category. */
export function mayBeEmergency(draft: Draft, rules: Rules): boolean {
  const { policy } = rules;
  const standing = standingOf(draft, rules);
  if (emergenciesAllowed(rules) === 0) return false;
  if (policy === undefined || standing === undefined) return true;
  return categories.some(
    (category) => linesFor({ ...standing, priority: 'Emergency' }, category, policy).length > 0,
  );
}

/** What an emergency of this order owes afterwards: by whom it is to be validated, within how many hours of its opening. */
export function owes(draft: Draft, { policy }: Rules) {
  if (policy === undefined || draft.authoriser === '') return undefined;
  const { emergency } = policy;
  return needsValidation({ authoriserRole: draft.authoriser }, emergency)
    ? { validators: emergency.validators, hours: emergency.debtHours }
    : undefined;
}

/** The draft with what is the only choice chosen. */
export function withOnly(draft: Draft, rules: Rules): Draft {
  let next = draft;
  const only = <T>(of: readonly T[] | undefined) => (of?.length === 1 ? of[0] : undefined);
  if (next.kind === '') next = { ...next, kind: only(kindsOffered(next, rules)) ?? '' };
  if (next.kind === '') return next;
  if (next.jurisdiction === '') next = { ...next, jurisdiction: only(lawsOffered(next, rules)) ?? '' };
  if (next.authoriser === '') next = { ...next, authoriser: only(authorisersOffered(next, rules)) ?? '' };
  return next;
}
