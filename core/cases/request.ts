import { z } from 'zod';
import { categories } from '#core/categories/categories.ts';
import { statedInstant } from '#core/instant.ts';
import { comparedText, digestText as digest, nameAsGiven, text } from '#core/text.ts';
import { isPhoneNumber } from '#core/vault/subject.ts';
import { grounds } from './grounds.ts';
import { instrumentKind, jurisdiction } from './instrument.ts';
import { noticeModes } from './notice-modes.ts';
import { notificationSchema } from './notification.ts';
import { offence } from './offence.ts';
import { authoriserRoles, roleName } from './policy.ts';
import { category, distinct, type Scope, scopeSchema, statedPeriod } from './scope.ts';
import { withheldSchema } from './withheld.ts';

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

export const delaySchema = z.strictObject({
  delayUntil: statedInstant,
  reason: z.enum(delayReasons),
  /** Of the order that delays or forbids telling the person. Where nobody may be told, it must be there. */
  digest: digest.optional(),
});
export type Delay = z.infer<typeof delaySchema>;

/** The same as a request has it. `by`: who tells the person, where the policy leaves that to the order. */
export const noticeSchema = delaySchema.extend({ by: z.enum(noticeModes).optional() });

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
  /** The order that this request is a part of: requests with the same one are seen and answered together. */
  order: comparedText(128).optional(),
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
    /** By when the order asks for the answer. It counts where the policy's line says `as-stated`. */
    answerBy: statedInstant.optional(),
    /** Who issued it, by name. */
    authority: comparedText(200).optional(),
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
  notice: noticeSchema.optional(),
  /** Which enforcing authority was notified, or why none must be: Regulation (EU) 2023/1543 Art. 8. */
  notification: notificationSchema.optional(),
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

export { type Ground, grounds } from './grounds.ts';

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
    /** Why not all that was asked is approved: by parts, on grounds. */
    withheld: withheldSchema.optional(),
    /** What the agency is told of it, sealed to the officer who asked. */
    explanation: text(1000).optional(),
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

/** The authority told the person, where the policy has it tell: Regulation (EU) 2023/1543 Art. 13(1). */
export const tellingSchema = z.strictObject({ toldAt: statedInstant });
export type Telling = z.infer<typeof tellingSchema>;
