import { z } from 'zod';
import { jsonDigest } from '#core/canonical.ts';
import type { Kind } from '#core/vault/drawer.ts';

/**
 * What this provider discloses, to whose order, and within which limits. Policy is data: its hash is in the entry
 * of every request and at `/v1/provider`, so anyone can tell under which rules a case was decided.
 */
export const categories = ['SubscriberData', 'UserIdentifyingData', 'TrafficData'] as const;
export type Category = (typeof categories)[number];

/** The kind of record that each category is answered from. */
export const kindOf: Record<Category, Kind> = {
  SubscriberData: 'phone',
  UserIdentifyingData: 'access',
  TrafficData: 'access',
};

export const authoriserRoles = [
  'PublicProsecutor',
  'JudgeCourtOrInvestigatingJudge',
  'OtherCompetentAuthority',
] as const;

const hours = z.int().positive();

export const policySchema = z.strictObject({
  name: z.string().min(1).max(100),
  /** Distinct reviewers who must sign one scope before anything opens. Never fewer than two (I3). */
  approvals: z.int().min(2).max(5),
  /** Hours from receipt to the answer: Regulation (EU) 2023/1543 Art. 10. */
  deadlineHours: z.strictObject({ Routine: hours, Emergency: hours }),
  /** Hours from approval until the right to collect ends by itself. */
  collectHours: hours,
  /** How often one case may be collected. */
  collections: z.int().positive().max(100),
  /** Whose order each category takes. */
  authorisers: z.strictObject({
    SubscriberData: z.array(z.enum(authoriserRoles)),
    UserIdentifyingData: z.array(z.enum(authoriserRoles)),
    TrafficData: z.array(z.enum(authoriserRoles)),
  }),
  limits: z.strictObject({
    subjects: z.int().positive().max(100),
    periodDays: z.int().positive(),
    /** Subject × kind × epoch doors that one case may open: bounds the KMS grants it costs. */
    grants: z.int().positive().max(1000),
    /** Records one answer may carry. */
    records: z.int().positive().max(20_000),
  }),
});

export type Policy = z.infer<typeof policySchema>;

export function policyHash(policy: Policy): string {
  return jsonDigest(policy);
}
