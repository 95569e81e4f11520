import { z } from 'zod';
import { instant } from '#core/instant.ts';
import { text } from '#core/text.ts';
import { isPhoneNumber } from '#core/vault/subject.ts';
import { instrumentKind, jurisdiction } from './instrument.ts';
import { authoriserRoles } from './policy.ts';
import { category, distinct, period, type Scope, scopeSchema } from './scope.ts';

/**
 * An agency's signed ask, as it stands on the wire. Strict throughout: a field that is not named here is refused,
 * so nothing that would hold content can be asked for (I5).
 */
const subject = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('account'), value: text(256) }),
  z.strictObject({ kind: z.literal('phone'), value: z.string().refine(isPhoneNumber) }),
  z.strictObject({ kind: z.literal('username'), value: text(256) }),
]);

export const requestSchema = z.strictObject({
  reference: text(128),
  instrument: z.strictObject({
    kind: instrumentKind,
    jurisdiction,
    authoriserRole: z.enum(authoriserRoles),
    issuedAt: instant,
    offence: text(200),
    digest: z.string().regex(/^sha-256=:[A-Za-z0-9+/]{43}=:$/),
  }),
  investigation: z.literal('criminal'),
  priority: z.enum(['Routine', 'Emergency']),
  subjects: z
    .array(subject)
    .min(1)
    .max(100)
    .refine((list) => distinct(list.map((s) => `${s.kind} ${s.value}`)), { error: 'duplicate' }),
  categories: z.array(category).min(1).max(3).refine(distinct, { error: 'duplicate' }),
  period,
  notice: z.strictObject({ delayUntil: instant, reason: text(500) }).optional(),
});

export type Request = z.infer<typeof requestSchema>;
export type Subject = Request['subjects'][number];

/** The scope that a request asks for. */
export function askedScope(request: Request): Scope {
  return {
    subjects: request.subjects.map((_, index) => index),
    categories: request.categories,
    period: request.period,
  };
}

/** A reviewer's decision, as it stands on the wire. A rejection needs no scope. */
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
    reason: text(1000),
  }),
]);
export type Decision = z.infer<typeof decisionSchema>;
