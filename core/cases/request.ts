import { z } from 'zod';
import { categories } from '#core/categories/categories.ts';
import { statedInstant } from '#core/instant.ts';
import { comparedText, digestText as digest, nameAsGiven, text } from '#core/text.ts';
import { isPhoneNumber } from '#core/vault/subject.ts';
import { instrumentKind, jurisdiction } from './instrument.ts';
import { offence } from './offence.ts';
import { authoriserRoles, roleName } from './policy.ts';
import { category, distinct, type Scope, scopeSchema, statedPeriod } from './scope.ts';

export const priorities = ['Routine', 'Emergency'] as const;
export type Priority = (typeof priorities)[number];

/** What an emergency is: an imminent threat to one of these. */
export const threats = ['life', 'limb', 'safety', 'critical infrastructure'] as const;

/** Why the notice to a person may be delayed, as the wire says it. */
export const delayReasons = [
  'life or safety',
  'flight',
  'evidence',
  'witnesses',
  'jeopardising the investigation',
] as const;

export const delaySchema = z.strictObject({ delayUntil: statedInstant, reason: z.enum(delayReasons) });
export type Delay = z.infer<typeof delaySchema>;

const id = z.uuid();

export const phoneNumber = z.string().max(16).refine(isPhoneNumber);

/**
 * An agency's signed ask, as it stands on the wire. Strict throughout: a field that is not named here is refused,
 * so nothing that would hold content can be asked for (I5).
 */
export const subject = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('account'), value: nameAsGiven(256) }),
  z.strictObject({ kind: z.literal('phone'), value: phoneNumber }),
  z.strictObject({ kind: z.literal('username'), value: nameAsGiven(256) }),
]);

export const requestSchema = z.strictObject({
  reference: comparedText(128),
  instrument: z.strictObject({
    kind: instrumentKind,
    jurisdiction,
    authoriserRole: z.enum(authoriserRoles),
    /** The authoriser's own office, as the provider's policy names it. */
    role: roleName.optional(),
    issuedAt: statedInstant,
    offence,
    /** The order says itself that the offence meets the threshold. */
    threshold: z.literal('met').optional(),
    digest,
  }),
  investigation: z.literal('criminal'),
  priority: z.enum(priorities),
  /** In an emergency: what is threatened (Regulation (EU) 2023/1543 Art. 3(18)). */
  threat: z.enum(threats).optional(),
  subjects: z
    .array(subject)
    .min(1)
    .max(100)
    .refine((list) => distinct(list.map((s) => `${s.kind} ${s.value}`)), { error: 'duplicate' }),
  categories: z.array(category).min(1).max(categories.length).refine(distinct, { error: 'duplicate' }),
  period: statedPeriod,
  /** Until when, and why, the person is not to be notified. Without it they are, once something was disclosed. */
  notice: delaySchema.optional(),
  /** The request that this one is asked in place of. */
  amends: id.optional(),
  /** What was preserved for this request. */
  preservations: z.array(id).min(1).max(10).refine(distinct, { error: 'duplicate' }).optional(),
});

export type Request = z.infer<typeof requestSchema>;
export type Subject = Request['subjects'][number];

/** The scope that a request asks for. */
export function askedScope(request: Pick<Request, 'subjects' | 'categories' | 'period'>): Scope {
  return {
    subjects: request.subjects.map((_, index) => index),
    categories: request.categories,
    period: request.period,
  };
}

/**
 * Why a request is not answered: the grounds of Regulation (EU) 2023/1543 Annex III, and what else a desk turns down for.
 */
export const grounds = [
  'incomplete',
  'manifest-error',
  'insufficient-information',
  'authority-not-competent',
  'not-held',
  'impossible',
  'immunity-or-privilege',
  'press-freedom',
  'third-country-conflict',
  'threshold-not-met',
  'not-proportionate',
  'other',
] as const;
export type Ground = (typeof grounds)[number];

/**
 * A reviewer's decision, as it stands on the wire. A rejection needs no scope; without a ground, its ground is `other`.
 * What it says in free text is sealed for the agency.
 */
export const decisionSchema = z.discriminatedUnion('decision', [
  z.strictObject({
    decision: z.literal('approve'),
    requestDigest: z.string().max(100),
    scope: scopeSchema,
    reason: text(1000),
  }),
  z.strictObject({
    decision: z.literal('reject'),
    requestDigest: z.string().max(100),
    scope: scopeSchema.optional(),
    ground: z.enum(grounds).optional(),
    reason: text(1000),
  }),
]);
export type Decision = z.infer<typeof decisionSchema>;

/** A reviewer ends access to a case that is open, as it stands on the wire. */
export const suspensionSchema = z.strictObject({
  requestDigest: z.string().max(100),
  ground: z.enum(grounds),
  reason: text(1000),
});
export type Suspension = z.infer<typeof suspensionSchema>;

/** What an emergency owes afterwards: the order as it was validated. Regulation (EU) 2023/1543 Art. 4(5). */
export const validationSchema = z.strictObject({
  authoriserRole: z.enum(authoriserRoles),
  /** Their office, as the provider's policy names it. */
  role: roleName.optional(),
  validatedAt: statedInstant,
  /** Of the validated order. */
  digest,
});
export type Validation = z.infer<typeof validationSchema>;
