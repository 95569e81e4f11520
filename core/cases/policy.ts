import { z } from 'zod';
import { jsonDigest } from '#core/canonical.ts';
import { type Category, categories } from '#core/categories/categories.ts';
import { forEachName } from '#core/exhaustive.ts';
import {
  leastApprovals,
  leastEmergencyApprovals,
  mostCollectHours,
  mostDebtHours,
  mostPreservationDays,
  mostWitnessSeconds,
} from '#core/log/limits.ts';
import { text } from '#core/text.ts';
import { calendarSchema } from './calendar.ts';
import { term } from './deadline.ts';
import { documentTypes, mostDocumentBytes } from './document.ts';
import { embargoRules } from './embargo.ts';
import { CaseError, type CaseErrorCode } from './errors.ts';
import { mostGrants } from './grants.ts';
import { instrumentKind, jurisdiction } from './instrument.ts';
import { noticePolicySchema } from './notice-modes.ts';
import { lookOf, offence } from './offence.ts';
import { unkeepable } from './policy-kept.ts';
import type { Priority } from './request.ts';

/**
 * What this provider discloses, to whose order, and within which limits. Policy is data: its hash is in the entry
 * of every request and decision and at `/v1/provider`, so anyone can tell under which rules a case was decided; and
 * two reviewers adopt it before it is in force (docs/cases.md).
 */

export const authoriserRoles = [
  'PublicProsecutor',
  'JudgeCourtOrInvestigatingJudge',
  'OtherCompetentAuthority',
] as const;
export type AuthoriserRole = (typeof authoriserRoles)[number];

/** Distinct reviewers that a policy may ask for. */
export const mostApprovals = 5;

const days = z.int().positive().max(3660);
const authorisers = z.array(z.enum(authoriserRoles)).min(1);
/** The name of an authoriser's own office, as a policy has it. */
export const roleName = z.string().regex(/^[A-Za-z][A-Za-z0-9-]{0,63}$/);
/** Where a rule stands: an article or section. */
const source = text(300).optional();
const instruments = z.array(instrumentKind).min(1).max(50);

/** One line of a category: orders of these kinds, by these authorisers. What no line names is not disclosed. */
const line = z.strictObject({
  instruments,
  authorisers,
  /** Under whose law. Default: any that the agency's own terms allow. */
  jurisdictions: z.array(jurisdiction).min(1).max(250).optional(),
  /**
   * `threshold`: only for offences that meet it, as the policy lists them. Regulation (EU) 2023/1543 Art. 5(4).
   * `declared`: the order says so itself, or the policy lists it as meeting it.
   */
  offence: z.enum(['any', 'threshold', 'declared']),
  /** Offices, as `roles` names them. Default: any that the authorisers stand for. */
  roles: z.array(roleName).min(1).max(50).optional(),
  /** Default: both. */
  priorities: z
    .array(z.enum(['Routine', 'Emergency']))
    .min(1)
    .max(2)
    .optional(),
  /** Until the answer, in place of `deadlines`. `as-stated`: the order says by when, and `deadlines` where it does not. */
  deadline: z.union([term, z.literal('as-stated')]).optional(),
  /** Whether an enforcing authority is notified first, by `notification`. */
  notified: z.boolean().optional(),
  source,
});
export type Line = z.infer<typeof line>;
const lines = z.array(line).max(50);

const offences = z.array(offence).max(1000);

const mostPolicyLetters = 100_000;

export const policySchema = z
  .strictObject({
    name: text(100),
    /** Distinct reviewers who must sign one scope before anything opens. Never fewer than two (I3). */
    approvals: z.int().min(leastApprovals).max(mostApprovals),
    /** What the rules below are taken from; `cf`: not read for this policy, and to be read before it is relied on. */
    sources: z
      .array(z.strictObject({ title: text(300), read: z.enum(['text', 'cf']), note: text(1000).optional() }))
      .min(1)
      .max(50)
      .optional(),
    /** Why it cannot be adopted yet. */
    inactive: text(300).optional(),
    /** What the authorisers' offices are called there, and as which authoriser each counts. */
    roles: z.record(roleName, z.strictObject({ title: text(200), is: z.enum(authoriserRoles) })).optional(),
    /** By which days of which place periods run: Regulation (EEC, Euratom) 1182/71. */
    calendar: calendarSchema.optional(),
    /** From receipt to the answer, as the calendar counts it: Regulation (EU) 2023/1543 Art. 10. */
    deadlines: z.strictObject({
      Routine: term,
      Emergency: term,
      /** Whether the time stands still while the desk waits for information: Regulation (EU) 2023/1543 cf. Art. 10(6). */
      stops: z.boolean().optional(),
      source,
    }),
    /** How long the issuing authority has for what the desk asks it: cf. Regulation (EU) 2023/1543 Art. 10(6). */
    dialogue: z.strictObject({ answerWithin: term, source }).optional(),
    /** Days after receipt at which a case that nobody decided ends. Default: none ends by itself. */
    lifetimeDays: days.optional(),
    /**
     * How long an enforcing authority has to object, where a line has it notified, and whether disclosure waits for that:
     * Regulation (EU) 2023/1543 Art. 8, 10(2), 10(4), 12 (notification.ts).
     */
    notification: z
      .strictObject({
        Routine: z.strictObject({ within: term, waits: z.boolean() }),
        Emergency: z.strictObject({ within: term, waits: z.boolean() }),
        /** Whether the issuing authority may say that none is due: Art. 8(2). */
        exempt: z.enum(['resident', 'never']),
        source,
      })
      .optional(),
    /** The order itself: whether it must be here, how large it may be, who may have sealed it. */
    order: z
      .strictObject({
        document: z.enum(['required', 'optional', 'none']),
        types: z.array(z.enum(documentTypes)).min(1).max(documentTypes.length),
        mostBytes: z.int().positive().max(mostDocumentBytes),
        source,
      })
      .optional(),
    /** Authorities that are known to be competent. */
    authorities: z
      .array(
        z.strictObject({
          name: text(200),
          jurisdiction,
          is: z.enum(authoriserRoles),
          instruments: instruments.optional(),
        }),
      )
      .max(500)
      .optional(),
    /** What the public log says of a request later: Regulation (EU) 2023/1543 Art. 13(2); 18 U.S.C. 2705(b). */
    embargo: embargoRules.optional(),
    /** Hours from approval until the right to collect ends by itself. */
    collectHours: z.int().positive().max(mostCollectHours),
    /**
     * Whether collecting waits for witnesses who cosigned the log with its intent (C2SP tlog-witness), and how long. `prefer`
     * then goes on without them, `require` refuses. Default: `off`.
     */
    witnessed: z
      .strictObject({
        collect: z.enum(['off', 'prefer', 'require']),
        patienceSeconds: z.int().positive().max(mostWitnessSeconds),
      })
      .optional(),
    /** Whose order each category takes. */
    categories: z.strictObject(forEachName(categories, () => lines)),
    /**
     * Which offences meet the threshold, by jurisdiction, as orders name them: those with a maximum sentence of at least
     * three years and those that the Regulation lists.
     */
    offences: z.record(jurisdiction, z.strictObject({ meet: offences, miss: offences })),
    /** What happens to an order for an offence that is on neither list: the desk judges, or it is refused. */
    unlistedOffence: z.enum(['review', 'refuse']),
    emergency: z.strictObject({
      /** Reviewers whose signature opens an emergency; the others' fall due after (I3). */
      approvals: z.int().min(leastEmergencyApprovals).max(mostApprovals),
      /** Hours from opening until what is owed must be there: Regulation (EU) 2023/1543 Art. 4(5). */
      debtHours: z.int().positive().max(mostDebtHours),
      /** Whether the request must say who or what is threatened, or its priority says enough. */
      threat: z.enum(['required', 'optional']),
      /** Whose validation an order needs; one that was issued by them has it. Empty: none is owed. */
      validators: z.array(z.enum(authoriserRoles)),
      source,
    }),
    /** Regulation (EU) 2023/1543 Art. 11. */
    preservation: z
      .strictObject({
        days,
        extensionDays: days,
        /** Days from receipt after which nothing is kept for it, whatever requests it became part of. */
        mostDays: z.int().positive().max(mostPreservationDays),
        instruments,
        authorisers,
        /** Whether a request preserves what it names, from its receipt: Regulation (EU) 2023/1543 Art. 10(1). */
        onReceipt: z.boolean().optional(),
        /** Other terms for orders of some kinds. */
        terms: z
          .array(
            z.strictObject({ instruments, days, extensionDays: z.int().nonnegative().max(3660), source }),
          )
          .max(20)
          .optional(),
        source,
      })
      .refine(
        (its) =>
          [its, ...(its.terms ?? [])].every(
            ({ days, extensionDays }) => its.mostDays >= days + extensionDays,
          ),
        { error: 'ends before its own extension does', path: ['mostDays'] },
      ),
    /**
     * Months that a case is kept after its end, and a preservation after its own: then the request, the salt, the reference
     * and the subjects go, and the log alone says that there was one (I10).
     */
    caseRetentionMonths: z.int().positive().max(120),
    /** Who tells the person, and how long that may be delayed. */
    notice: noticePolicySchema,
    /** What the desk learns of the data before it decides; never what it is. */
    desk: z.strictObject({ sees: z.enum(['amount', 'existence', 'nothing']) }),
    /** Tags of accounts, numbers and usernames that nobody has reason to ask for; see docs/cases.md. */
    decoys: z.array(z.string().regex(/^[\w-]{43}$/)).max(100),
    limits: z.strictObject({
      subjects: z.int().positive().max(100),
      periodDays: z.int().positive(),
      /** Epoch keys that one case may open: bounds the KMS grants that it costs. */
      grants: z.int().positive().max(mostGrants),
      /** Records one answer may carry. */
      records: z.int().positive().max(20_000),
      /** How often one case may be collected. */
      collections: z.int().positive().max(100),
      /** New requests and preservations a day (UTC). An agency's own terms may be narrower. */
      requestsPerDay: z.strictObject({ agency: z.int().positive(), officer: z.int().positive() }),
      /** Emergencies of one agency a week (Monday to Sunday, UTC); 0: none. */
      emergenciesPerWeek: z.int().nonnegative(),
      /** The share of cases approved as asked, of the last so many, from which somebody must look into it. */
      unnarrowed: z.strictObject({ share: z.number().gt(0).max(1), of: z.int().positive().max(10_000) }),
    }),
  })
  .superRefine((policy, context) => {
    for (const { path, message } of unkeepable(policy))
      context.addIssue({ code: 'custom', path: [...path], message });
  })
  /** A deployment publishes it whole, in one answer. */
  .refine((policy) => JSON.stringify(policy).length <= mostPolicyLetters, {
    error: 'longer than 100,000 characters',
  })
  .meta({ mostBytes: 3 * mostPolicyLetters });

export type Policy = z.infer<typeof policySchema>;

export function policyHash(policy: Policy): string {
  return jsonDigest(policy);
}

/**
 * A policy that says why it cannot be adopted yet is there to be read, and not to be deployed.
 *
 * @throws Error saying why
 */
export function checkActive({ name, inactive }: Pick<Policy, 'name' | 'inactive'>): void {
  if (inactive !== undefined) throw new Error(`The policy ${name} is inactive: ${inactive}`);
}

/** What a request rests on, as the case keeps it: nothing of it names anybody. */
export const basisSchema = z.strictObject({
  instrument: instrumentKind,
  jurisdiction,
  authoriserRole: z.enum(authoriserRoles),
  /** The authoriser's office, as the policy's `roles` name it. */
  role: roleName.optional(),
  /** `declared`: on neither list, and the order says that it is met. */
  threshold: z.enum(['met', 'declared', 'missed', 'unlisted']),
});
export type Basis = z.infer<typeof basisSchema>;

/** What a policy judges: the basis of a request, and how urgent it is. */
export type Standing = Basis & { priority: Priority };

/**
 * Whether an offence meets the threshold, as the policy lists them for this jurisdiction. What an order declares of an
 * offence that is listed changes nothing.
 *
 * @param declared whether the order says itself that it is met
 */
export function thresholdOf(
  named: string,
  law: string,
  policy: Policy,
  declared = false,
): Basis['threshold'] {
  const { meet = [], miss = [] } = policy.offences[law] ?? {};
  const look = lookOf(named);
  const follows = (listed: string, what: RegExp) =>
    look.startsWith(lookOf(listed)) && what.test(look.slice(lookOf(listed).length));
  // What is listed as below it is below it, whatever else is listed and whatever sign follows it: `StGB 185, 186`.
  if (miss.some((listed) => follows(listed, /^(?![\p{L}\p{N}])/u))) return 'missed';
  if (meet.some((listed) => follows(listed, /^(?: |$)/))) return 'met';
  return declared ? 'declared' : 'unlisted';
}

/** Whether an office that a request names is one that the policy knows, and counts as the authoriser that the request names. */
export function isOfficeKnown(
  { role, authoriserRole }: Pick<Basis, 'role' | 'authoriserRole'>,
  { roles = {} }: Pick<Policy, 'roles'>,
): boolean {
  return role === undefined || (Object.hasOwn(roles, role) && roles[role]?.is === authoriserRole);
}

/** The checks of a line, in the order in which the first that no line passes is told. */
const checks: readonly (readonly [
  code: CaseErrorCode,
  takes: (line: Line, standing: Standing, policy: Policy) => boolean,
])[] = [
  ['instrument-not-accepted', (line, { instrument }) => line.instruments.includes(instrument)],
  ['jurisdiction-not-accepted', (line, { jurisdiction: law }) => line.jurisdictions?.includes(law) ?? true],
  ['priority-not-accepted', (line, { priority }) => line.priorities?.includes(priority) ?? true],
  [
    'authoriser-insufficient',
    (line, { authoriserRole, role }) =>
      line.authorisers.includes(authoriserRole) &&
      (line.roles === undefined || (role !== undefined && line.roles.includes(role))),
  ],
  [
    'offence-below-threshold',
    (line, { threshold }, { unlistedOffence }) =>
      line.offence === 'any' ||
      threshold === 'met' ||
      (line.offence === 'declared' ? threshold === 'declared' : mayMeet(threshold, unlistedOffence)),
  ],
];

/** An offence that is on neither list, whatever the order says of it, is for the desk to judge, or refused. */
function mayMeet(threshold: Basis['threshold'], unlisted: Policy['unlistedOffence']): boolean {
  return threshold !== 'missed' && unlisted === 'review';
}

/** The lines of a category that take an order of this kind, by this authoriser, of this urgency, for this offence; or why none. */
function taking(standing: Standing, category: Category, policy: Policy): readonly Line[] | CaseErrorCode {
  let left: readonly Line[] = policy.categories[category];
  if (left.length === 0) return 'category-not-disclosed';
  if (!isOfficeKnown(standing, policy)) return 'authoriser-insufficient';
  for (const [code, takes] of checks) {
    left = left.filter((each) => takes(each, standing, policy));
    if (left.length === 0) return code;
  }
  return left;
}

/** The lines of a category that take an order; none where it is not taken. */
export function linesFor(standing: Standing, category: Category, policy: Policy): readonly Line[] {
  const lines = taking(standing, category, policy);
  return typeof lines === 'string' ? [] : lines;
}

/**
 * Whether the policy has a line for each category that is asked.
 *
 * @throws CaseError category-not-disclosed, instrument-not-accepted, jurisdiction-not-accepted, priority-not-accepted,
 *   authoriser-insufficient, offence-below-threshold: the first thing that no line has
 */
export function checkStanding(standing: Standing, asked: readonly Category[], policy: Policy): void {
  for (const category of asked) {
    const lines = taking(standing, category, policy);
    if (typeof lines === 'string') throw new CaseError(lines);
  }
}
