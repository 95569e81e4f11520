import { z } from 'zod';
import { instant } from '#core/instant.ts';
import { pageToken } from '#core/text.ts';
import { authorityMatches } from './authorities.ts';
import {
  type Aside,
  type Case,
  caseView,
  isAsked,
  type StoredDecision,
  supersededReasons,
  viewCase,
} from './case.ts';
import { claimOf } from './claiming.ts';
import { documentTypes } from './document.ts';
import { isUndecided } from './information.ts';
import { instrumentKind, jurisdiction } from './instrument.ts';
import { parties } from './letters.ts';
import { answerSchema, questionSchema } from './messages.ts';
import { basisSchema } from './policy.ts';
import { grounds, requestSchema } from './request.ts';
import { category, scopeSchema } from './scope.ts';
import { cutOf } from './stored.ts';
import { withheldOf, withheldSchema } from './withheld.ts';

/** A decision that counts. */
const made = z.strictObject({
  decision: z.enum(['approve', 'reject']),
  reviewer: z.string(),
  at: instant,
  scope: scopeSchema.optional(),
  ground: z.enum(grounds).optional(),
});

/** An approval that counts no more. */
const superseded = z.strictObject({
  reviewer: z.string(),
  at: instant,
  /** Another scope was approved after it; its policy was replaced; its key was revoked. */
  because: z.enum(supersededReasons),
  /** Whose decision it was that another took the place of. */
  supersededBy: z.string().optional(),
});

/** Who suspended it, where a reviewer did. */
const suspension = z.strictObject({ reviewer: z.string(), at: instant });

/** Why, as the reviewer signed it. It lies sealed, and is opened for the desk alone. */
const reason = z.string();

/** A case as the desk sees it in a list: who asks for how much, and who decided what. */
export const reviewLine = caseView.omit({ letters: true, withheld: true }).extend({
  agency: z.string(),
  /** Which sort of order, and of which law. A provider of before version 0.2 does not say. */
  instrument: instrumentKind.optional(),
  jurisdiction: jurisdiction.optional(),
  asked: scopeSchema,
  /** Where the asked period reaches beyond the receipt of the request: nothing of this instant or later leaves. */
  cutAt: instant.optional(),
  approvalsNeeded: z.int(),
  /** Two reviewers hold the case: what is kept of it stays until then. */
  heldUntil: instant.optional(),
  /** Who says that they work on the case, and until when that is said. Anybody may decide it all the same. */
  claimedBy: z.string().optional(),
  claimedUntil: instant.optional(),
  /** The decisions that count. */
  decisions: z.array(made),
  /** Approvals that count no more, the oldest first. */
  superseded: z.array(superseded).optional(),
  /** How many of them are not named. */
  supersededMore: z.int().optional(),
  suspension: suspension.optional(),
});
export type ReviewLine = z.infer<typeof reviewLine>;

/** A page of the list. `next` names the following one, where there may be one. */
export const reviewList = z.strictObject({
  reviews: z.array(reviewLine),
  next: pageToken.optional(),
  /** Who asks: the caller’s own pseudonym, as decisions name it. */
  reviewer: z.string().optional(),
});

/** One case, with what is asked in the clear, and with what each reviewer said. */
export const review = reviewLine.extend({
  /** What is stated of what is left out, before it counts too: the next reviewer takes it over, or states something else. */
  withheld: withheldSchema.optional(),
  decisions: z.array(made.extend({ reason: reason.optional() })),
  superseded: z
    .array(superseded.extend({ scope: scopeSchema.optional(), reason: reason.optional() }))
    .optional(),
  suspension: suspension.extend({ ground: z.enum(grounds).optional(), reason: reason.optional() }).optional(),
  request: requestSchema,
  /** Whether the offence meets the policy's threshold, as far as the policy lists it. */
  threshold: basisSchema.shape.threshold,
  /** Whether the policy's register has the authority that the request names. */
  authority: z.enum(authorityMatches).optional(),
  /** The order itself: whether it must be here, and what is. Its digest is the one that the request names. */
  document: z
    .strictObject({
      required: z.boolean(),
      received: z.strictObject({ at: instant, type: z.enum(documentTypes), bytes: z.int() }).optional(),
    })
    .optional(),
  /** What data exists, and how much; not what it is. */
  exists: z.array(
    z.strictObject({
      subject: z.int(),
      category,
      epochs: z.array(z.string().regex(/^\d{4}-\d{2}$/)),
      records: z.int().optional(),
    }),
  ),
  /** What reviewers wrote to each other. */
  notes: z.array(z.strictObject({ reviewer: z.string(), at: instant, text: z.string() })).optional(),
  /** What the desk and the agency wrote to each other outside a question. */
  correspondence: z
    .array(
      z.strictObject({
        from: z.enum(parties),
        reviewer: z.string().optional(),
        at: instant,
        text: z.string(),
      }),
    )
    .optional(),
  /** What the desk asked the agency, and what that answered. */
  questions: z
    .array(
      z.strictObject({
        reviewer: z.string(),
        at: instant,
        of: questionSchema.shape.of,
        text: z.string(),
        answer: answerSchema.extend({ at: instant }).optional(),
      }),
    )
    .optional(),
});
export type Review = z.infer<typeof review>;

/** @param at as of when it is said who works on it; @param order the agency's, opened */
export function viewReviewLine(current: Case, reference: string, at: string, order?: string): ReviewLine {
  const self = `/v1/reviews/${current.id}`;
  const claim = claimOf(current, at);
  const cutAt = cutOf(current.asked.period, current.receivedAt);
  // Shown with the case: a list of scopes and letters would not fit into an answer.
  const {
    withheld: _withheld,
    letters: _letters,
    disclosable: _disclosable,
    ...view
  } = viewCase(current, reference, [], { order });
  return {
    ...view,
    links: {
      self,
      decisions: `${self}/decisions`,
      suspension: `${self}/suspension`,
      claim: `${self}/claim`,
      notes: `${self}/notes`,
      ...(current.document?.received === undefined ? {} : { order: `${self}/order` }),
      ...(isUndecided(current) && !isAsked(current) ? { information: `${self}/information` } : {}),
    },
    agency: current.agency,
    instrument: current.basis.instrument,
    jurisdiction: current.basis.jurisdiction,
    asked: current.asked,
    ...(cutAt === undefined ? {} : { cutAt }),
    approvalsNeeded: current.approvalsNeeded,
    ...(current.heldUntil === undefined ? {} : { heldUntil: current.heldUntil }),
    ...(claim === undefined ? {} : { claimedBy: claim.by, claimedUntil: claim.until }),
    decisions: current.decisions.map(viewDecision),
    ...(current.superseded === undefined
      ? {}
      : {
          superseded: current.superseded.map(({ reviewer, at, because, by }) => {
            const supersededBy = deciderOf(current, by);
            return { reviewer, at, because, ...(supersededBy === undefined ? {} : { supersededBy }) };
          }),
        }),
    ...(current.supersededMore === undefined ? {} : { supersededMore: current.supersededMore }),
    ...(current.suspension === undefined
      ? {}
      : { suspension: { reviewer: current.suspension.reviewer, at: current.suspension.at } }),
  };
}

/** Whose decision an entry records, where it records one. */
function deciderOf({ decisions, superseded = [] }: Case, entry: number): string | undefined {
  return [...decisions, ...superseded].find((each) => each.entry === entry)?.reviewer;
}

function viewDecision({ decision, reviewer, at, scope, ground }: StoredDecision) {
  return {
    decision,
    reviewer,
    at,
    ...(scope === undefined ? {} : { scope }),
    ...(ground === undefined ? {} : { ground }),
  };
}

/** What a case says of itself to a reviewer who opens it: with the reasons that were sealed. */
export interface Said {
  /** Of each decision that counts, in their order. */
  decisions: readonly string[];
  /** What lies beside the case, each with its reason. */
  asides: readonly { aside: Aside; reason: string }[];
}

/** The line of a case with what each reviewer said. */
export function viewSaid(
  current: Case,
  reference: string,
  { decisions: reasons, asides }: Said,
  at: string,
  order?: string,
): Omit<Review, 'request' | 'threshold' | 'authority' | 'exists'> {
  const {
    decisions,
    superseded,
    suspension: suspended,
    ...line
  } = viewReviewLine(current, reference, at, order);
  const withheld = withheldOf(current);
  const beside = (entry: number | undefined) => asides.find(({ aside }) => aside.entry === entry);
  const { document } = current;
  const left = current.notified?.answer?.scope;
  return {
    ...line,
    ...(document === undefined ? {} : { document: viewStored(document) }),
    ...(left === undefined ? {} : { disclosable: left }),
    ...(withheld === undefined ? {} : { withheld }),
    decisions: decisions.map((each, i) => withReason(each, reasons[i])),
    ...(superseded === undefined
      ? {}
      : {
          superseded: superseded.map((each, i) => {
            const { aside, reason: why } = beside(current.superseded?.[i]?.entry) ?? {};
            const scope = aside?.scope;
            return withReason(scope === undefined ? each : { ...each, scope }, why);
          }),
        }),
    ...(suspended === undefined
      ? {}
      : { suspension: withGround(suspended, beside(current.suspension?.entry)) }),
  };
}

function viewStored({ required, received }: NonNullable<Case['document']>): Review['document'] {
  if (received === undefined) return { required };
  const { at, type, bytes } = received;
  return { required, received: { at, type, bytes } };
}

function withReason<T extends object>(decided: T, why: string | undefined): T & { reason?: string } {
  return why === undefined ? decided : { ...decided, reason: why };
}

function withGround<T extends object>(suspended: T, beside: Said['asides'][number] | undefined) {
  const ground = beside?.aside.ground;
  return withReason(ground === undefined ? suspended : { ...suspended, ground }, beside?.reason);
}
