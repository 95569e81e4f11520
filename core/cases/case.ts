import { z } from 'zod';
import {
  asciiUpTo,
  bytesUpTo,
  storedCode,
  storedDigest,
  storedId,
  storedInstant,
  storedKeyArn,
  storedName,
  storedSubject,
  storedThumbprint,
} from '#core/bounds.ts';
import { instant } from '#core/instant.ts';
import { streamHead } from '#core/log/entry.ts';
import { digestText, linksSchema, pageToken } from '#core/text.ts';
import { epochKey } from '#core/vault/epoch-key.ts';
import { stoppedSchema, term } from './deadline.ts';
import { storedDocument } from './document.ts';
import { embargoSchema } from './embargo.ts';
import { mostGrants } from './grants.ts';
import { mostDecisionBytes, mostExplanation, mostRequestBytes, mostSealBytes } from './kept.ts';
import { type LetterView, letterView } from './letters.ts';
import { informationNeeded } from './messages.ts';
import { noticeModes } from './notice-modes.ts';
import { authorityGrounds } from './notification.ts';
import type { Offer } from './offered.ts';
import { authoriserRoles, basisSchema, mostApprovals } from './policy.ts';
import { delayReasons, grounds, priorities } from './request.ts';
import { scopeSchema } from './scope.ts';
import { mostWithheldLetters, withheldOf, withheldSchema } from './withheld.ts';

/** Statuses as ETSI TS 103 120 names them. Only the provider sets them. */
export const statuses = [
  'AwaitingApproval',
  'AwaitingDisclosure',
  'Disclosed',
  'DisclosureNotAvailable',
  'Rejected',
  'Cancelled',
  'Suspended',
  'Expired',
  'Invalid',
] as const;
export type Status = (typeof statuses)[number];

/** Statuses in which a grant may be live. In every other one nothing can be collected (I9). */
export const openStatuses: readonly Status[] = ['AwaitingDisclosure', 'Disclosed'];

/** A case that was minted before grants' tokens had items of their own holds one here: it is left out. */
const grant = epochKey.extend({ keyId: storedKeyArn, grantId: asciiUpTo(128) }).strip();
export type Grant = z.infer<typeof grant>;

/**
 * Somebody whom a subject of the request stands for, by pseudonym, and from when to when: a number stands for its
 * holder while they held it, and for nobody before or after.
 */
export const holder = z.strictObject({
  subject: storedSubject,
  from: storedInstant.optional(),
  to: storedInstant.optional(),
});
export type Holder = z.infer<typeof holder>;

/** People whom all subjects of one request together stand for, at most: each needs a grant to be disclosed. */
export const mostHolders = mostGrants;
/** For each subject of a request, whom it stands for. */
export const holdersSchema = z
  .array(z.array(holder))
  .max(100)
  .refine((list) => list.flat().length <= mostHolders)
  .meta({ mostInAll: mostHolders });

/** The agency's own reference, as references.ts keeps it: what it is found by, and its text, sealed. */
export const sealedReference = z.strictObject({ tag: storedThumbprint, sealed: bytesUpTo(512) });
export type SealedReference = z.infer<typeof sealedReference>;

/** Obligations of an emergency that was opened: the other reviewers' signatures, and the agency's validated authorisation. */
export const obligationNames = ['second-signature', 'authorisation'] as const;
export type Obligation = (typeof obligationNames)[number];

const debts = z.strictObject({
  dueAt: storedInstant,
  owed: z.array(z.enum(obligationNames)).max(2),
  /** What was not there in time. */
  missed: z.array(z.enum(obligationNames)).max(2),
  /** The number, in the case's stream, of the entry that fulfilled the last of it. */
  settled: z.int().optional(),
});

const notice = z.strictObject({
  delayUntil: storedInstant.optional(),
  reason: z.enum(delayReasons).optional(),
  renewals: z.int(),
  /** Of how many answers, a page each, the person was notified. */
  told: z.int(),
  /** Who tells the person, where it is not the provider from the start (notice-modes.ts). */
  by: z.enum(noticeModes).optional(),
  /** Digest of the order that delays or forbids telling, the newest. */
  order: storedDigest.optional(),
  /** When the authority told the person, as it says. */
  toldAt: storedInstant.optional(),
  /** What the agency was called when the person was notified: the letter says it. */
  agencyName: z.string().max(200).optional(),
  /** How many letters were made for each person, one in place of the other (notice-file.ts). */
  letter: z.int().optional(),
  /** Since when a notice is known to be late. */
  overdueSince: storedInstant.optional(),
});

const notifiedAnswer = z.strictObject({
  decision: z.enum(['consent', 'object']),
  ground: z.enum(authorityGrounds).optional(),
  /** Of an objection in part: what may still be disclosed. */
  scope: scopeSchema.optional(),
  officer: storedName,
  keyId: storedThumbprint,
  at: storedInstant,
  /** The number, in the case's stream, of the entry that says so. */
  entry: z.int(),
});
export type NotifiedAnswer = z.infer<typeof notifiedAnswer>;

/** An enforcing authority that was notified of the request; see notification.ts. */
const notified = z.strictObject({
  authority: storedName,
  /** Until when it may object. */
  until: storedInstant,
  /** Whether disclosure waits until then, or for its consent. */
  waits: z.boolean(),
  answer: notifiedAnswer.optional(),
});

/** How far time has run: of the time for the answer, these parts are over. */
export const deadlineParts = ['half', 'three-quarters', 'whole'] as const;
export type DeadlinePart = (typeof deadlineParts)[number];

const decision = z.strictObject({
  decision: z.enum(['approve', 'reject']),
  /** The person who decided; a reviewer with two keys is still one reviewer. */
  reviewer: storedName,
  keyId: storedThumbprint,
  at: storedInstant,
  /** The policy that was in force. */
  policyHash: storedDigest,
  scope: scopeSchema.optional(),
  ground: z.enum(grounds).optional(),
  /** The number, in the case's stream, of the entry that says so. */
  entry: z.int(),
  /** The signed message as it arrived, sealed for `authorise` to verify again. */
  message: bytesUpTo(mostDecisionBytes + mostSealBytes),
});

/** As many approvals as any policy takes, and a rejection. */
const mostDecisions = mostApprovals + 1;

/**
 * What a reviewer signed and the case does not count: an approval that was superseded, or a suspension. It lies beside the
 * case, in an item of its own (state/asides.ts): a signed message takes more room than the item of the case has.
 */
export const asideSchema = decision.extend({ decision: z.enum(['approve', 'reject', 'suspend']) });
export type Aside = z.infer<typeof asideSchema>;

/**
 * Why an approval counts no more: another scope was approved after it, it was given under a policy that was replaced, or
 * its key was revoked; or a notified authority objected to a part of what was approved.
 */
export const supersededReasons = [
  'scope-differs',
  'policy-changed',
  'key-revoked',
  'authority-objected',
] as const;
export type SupersededReason = (typeof supersededReasons)[number];

/** Superseded approvals that one case names. Those after them are counted. */
export const mostSuperseded = 12;

const superseded = z.strictObject({
  /** The number, in the case's stream, of the entry that records the approval. */
  entry: z.int(),
  reviewer: storedName,
  at: storedInstant,
  because: z.enum(supersededReasons),
  /** The number of the entry with which it ceased to count. */
  by: z.int(),
});

/**
 * The provider's record of one request. It holds no identifier in the clear: what was asked is sealed under the
 * desk key, subjects are pseudonyms (I1).
 */
export const caseSchema = z.strictObject({
  id: storedId,
  /** Counts the case's changes; each is conditional on the one before, so histories cannot fork. */
  version: z.int(),
  agency: storedName,
  /** The officer's key that signed the request: the case ends with it. */
  askedBy: storedThumbprint,
  reference: sealedReference,
  /** The order that the agency counts this request to, kept as its reference is. */
  order: sealedReference.optional(),
  requestDigest: storedDigest,
  priority: z.enum(priorities),
  status: z.enum(statuses),
  receivedAt: storedInstant,
  dueAt: storedInstant,
  /** What `dueAt` was counted from; see answer-time.ts. Older cases have none: their time runs on. */
  time: z
    .strictObject({
      /** Absent: the order says by when. */
      term: term.optional(),
      /** Whether it stands still while information is awaited. */
      stops: z.literal(true).optional(),
      /** How long it has. */
      stopped: stoppedSchema.optional(),
      /** When a case that nobody decided ends. */
      endsAt: storedInstant.optional(),
    })
    .optional(),
  /** How much of the time until `dueAt` is known to be over without an answer. */
  deadline: z.enum(deadlineParts).optional(),
  asked: scopeSchema,
  basis: basisSchema,
  /** The case that this one is asked in place of. */
  amends: storedId.optional(),
  /** The preservations that became part of this case. */
  preservations: z.array(storedId).max(10),
  /** For each subject of the request, whom it stands for in the asked period. */
  subjects: holdersSchema,
  approvalsNeeded: z.int(),
  /** The policy that it was approved under; until then, received under. */
  policyHash: storedDigest,
  collectionsAllowed: z.int(),
  /** The request, sealed under the desk key. */
  request: bytesUpTo(mostRequestBytes + mostSealBytes),
  /** The decisions that count. */
  decisions: z.array(decision).max(mostDecisions),
  /** Approvals that count no more, the oldest first; what each says lies beside the case. */
  superseded: z.array(superseded).max(mostSuperseded).optional(),
  /** How many more there were. */
  supersededMore: z.int().optional(),
  /** The reviewer who suspended it; what they signed lies beside the case. */
  suspension: z.strictObject({ entry: z.int(), reviewer: storedName, at: storedInstant }).optional(),
  /** Who works on it, and until when that is said; see claiming.ts. */
  claim: z.strictObject({ by: storedName, until: storedInstant }).optional(),
  /** How many messages of each sort lie beside it; see messages.ts. */
  messages: z.strictObject({ note: z.int(), question: z.int(), answer: z.int() }).optional(),
  /** How many letters each party wrote; see letters.ts. */
  letters: z.strictObject({ desk: z.int(), agency: z.int() }).optional(),
  /** What the desk asked the agency last; see information.ts. */
  information: z
    .strictObject({
      askedAt: storedInstant,
      of: z.array(z.enum(informationNeeded)).max(informationNeeded.length),
      answerBy: storedInstant.optional(),
      answeredAt: storedInstant.optional(),
    })
    .optional(),
  /** The order itself, where the policy takes it; see document.ts. */
  document: storedDocument.optional(),
  scope: scopeSchema.optional(),
  /** Why less is approved than was asked, as the approvals that count state it: canonical JSON of withheld.ts. */
  withheld: asciiUpTo(mostWithheldLetters).optional(),
  /** Why it ended as it did, as a code. */
  reason: storedCode.optional(),
  /** What a reviewer who rejected, suspended or narrowed it says to the officer who asked: a compact JWE. */
  explanation: asciiUpTo(mostExplanation).optional(),
  /** An emergency that is open owes; see obligations.ts. */
  debts: debts.optional(),
  /** The agency's validated authorisation, as canonical JSON. */
  validation: asciiUpTo(400).optional(),
  notice,
  /** What the log withholds of it, until it is revealed. */
  embargo: embargoSchema.optional(),
  notified: notified.optional(),
  /** Records disclosed so far of each subject, in how many answers, and from when to when. */
  disclosed: z
    .strictObject({
      firstAt: storedInstant,
      lastAt: storedInstant,
      answers: z.int(),
      records: z.record(asciiUpTo(2), z.int()).meta({ mostMembers: 100 }),
    })
    .optional(),
  approvedAt: storedInstant.optional(),
  expiresAt: storedInstant.optional(),
  /** Of `subjects`, whom the request still named when it was minted: the grants are for these. */
  holders: holdersSchema.optional(),
  /** How many months it is kept after its end: of the policy that it was received under. */
  retentionMonths: z.int(),
  /** Since when time has had nothing left to do to it; see retention.ts. */
  endedAt: storedInstant.optional(),
  /** Two reviewers hold it: it is not forgotten before. */
  heldUntil: storedInstant.optional(),
  /** Absent: not minted yet. Empty: retired. */
  grants: z.array(grant).max(mostGrants).optional(),
  /** Since when `grants` is as it is, minted or retired: KMS follows within minutes (kms-lag.ts). */
  grantsAt: storedInstant.optional(),
  /** The number, in the case's stream, of the entry that says what was minted. */
  minted: z.int().optional(),
  collections: z.int(),
  /** The collection whose pages are not all answered yet, and the last page that was. */
  unfinished: z.strictObject({ collection: z.int(), page: z.int() }).optional(),
  /** A page of a collection that is in the log, or on its way there, and not yet answered. */
  pending: z
    .strictObject({
      entry: z.int(),
      hash: storedCode,
      at: storedInstant,
      recipient: storedThumbprint,
      collection: z.int(),
      page: z.int(),
    })
    .optional(),
  salt: bytesUpTo(32),
  entries: streamHead,
});

export type Case = z.infer<typeof caseSchema>;
export type StoredDecision = z.infer<typeof decision>;

/** Whether the desk asked the agency for information and has no answer; see information.ts. */
export function isAsked({ information }: Pick<Case, 'information'>): boolean {
  return information !== undefined && information.answeredAt === undefined;
}

/** The case as the agency (and, with more beside it, the reviewer) may see it. */
export const caseView = z.strictObject({
  id: z.uuid(),
  reference: z.string(),
  /** The order that the agency counts this request to, beside others. */
  order: z.string().optional(),
  status: z.enum(statuses),
  priority: z.enum(priorities),
  requestDigest: digestText,
  receivedAt: instant,
  dueAt: instant,
  /** What `dueAt` is counted from, by the calendar of the policy: so anybody can count it again. */
  due: z
    .strictObject({
      term: z.union([term, z.literal('as-stated')]),
      stopped: stoppedSchema.optional(),
      /** Since when the time stands still. */
      since: instant.optional(),
      /** When the case ends if nobody decides it. */
      endsAt: instant.optional(),
    })
    .optional(),
  scope: scopeSchema.optional(),
  /** Of what was asked and is not in `scope`: why, as far as the reviewers say so. */
  withheld: withheldSchema.optional(),
  reason: z
    .string()
    .regex(/^[a-z][a-z-]{0,63}$/)
    .optional(),
  /** A compact JWE to the encryption key of the officer who asked, or their agency's: what the reviewer says of it. */
  explanation: z
    .string()
    .regex(/^[\w.-]+$/)
    .optional(),
  /** What the desk asked the agency last. The question is a compact JWE to the agency's encryption key. */
  information: z
    .strictObject({
      askedAt: instant,
      of: z.array(z.enum(informationNeeded)),
      /** Until when the agency is to answer. Nothing is decided by that. */
      answerBy: instant.optional(),
      question: z
        .string()
        .regex(/^[\w.-]+$/)
        .optional(),
      answeredAt: instant.optional(),
    })
    .optional(),
  /** What the desk and the agency wrote to each other outside a question; of one case alone, not of a list. */
  letters: z.array(letterView).optional(),
  /** Until when it may be collected. */
  expiresAt: instant.optional(),
  /** What an emergency owes, and until when. */
  debts: z.strictObject({ dueAt: instant, owed: z.array(z.enum(obligationNames)) }).optional(),
  /** Until when the person is not notified. */
  delayUntil: instant.optional(),
  /** The enforcing authority that was notified, until when it may object, whether disclosure waits, and its answer. */
  notification: z
    .strictObject({
      authority: z.string(),
      until: instant,
      waits: z.boolean(),
      answer: z.enum(['consent', 'object']).optional(),
      ground: z.enum(authorityGrounds).optional(),
      answeredAt: instant.optional(),
    })
    .optional(),
  /** Who tells the person, where it is not the provider from the start. */
  noticeBy: z.enum(noticeModes).optional(),
  /** When the authority told the person, as it says. */
  toldAt: instant.optional(),
  /** Where that authority objected to a part: what may still be disclosed. */
  disclosable: scopeSchema.optional(),
  collections: z.int(),
  links: linksSchema,
});
export type CaseView = z.infer<typeof caseView>;

/** What was asked, as the case has it in the clear: how much and on what basis. Whom it names stays sealed for the desk. */
export const askedView = z.strictObject({
  id: z.uuid(),
  requestDigest: digestText,
  asked: scopeSchema,
  instrument: z.string(),
  jurisdiction: z.string(),
  authoriserRole: z.enum(authoriserRoles),
  preservations: z.array(z.uuid()),
});
export type AskedView = z.infer<typeof askedView>;

export function viewAsked({ id, requestDigest, asked, basis, preservations }: Case): AskedView {
  const { instrument, jurisdiction, authoriserRole } = basis;
  return { id, requestDigest, asked, instrument, jurisdiction, authoriserRole, preservations };
}

/** A case as a list shows it to the agency: of its view, what takes no more than a line. */
export const caseLine = caseView.omit({
  requestDigest: true,
  scope: true,
  withheld: true,
  explanation: true,
  due: true,
  disclosable: true,
  letters: true,
});
export type CaseLine = z.infer<typeof caseLine>;

/** A page of the list. `next` names the following one, where there may be one. */
export const caseList = z.strictObject({ requests: z.array(caseLine), next: pageToken.optional() });

/** Of a view, what the list of cases shows. */
export function lineOfCase({
  requestDigest,
  scope,
  withheld,
  explanation,
  due,
  disclosable,
  letters,
  ...line
}: CaseView): CaseLine {
  return line;
}

/** What the case's time is counted from, as its parties may see it. */
function dueView(current: Case): Pick<CaseView, 'due'> {
  const { time, status, information } = current;
  if (time === undefined) return {};
  const isStill = time.stops === true && isAsked(current);
  return {
    due: {
      term: time.term ?? 'as-stated',
      ...(time.stopped === undefined ? {} : { stopped: time.stopped }),
      ...(isStill && information !== undefined ? { since: information.askedAt } : {}),
      ...(time.endsAt === undefined || status !== 'AwaitingApproval' ? {} : { endsAt: time.endsAt }),
    },
  };
}

function viewNotified({
  authority,
  until,
  waits,
  answer,
}: NonNullable<Case['notified']>): NonNullable<CaseView['notification']> {
  return {
    authority,
    until,
    waits,
    ...(answer === undefined ? {} : { answer: answer.decision, answeredAt: answer.at }),
    ...(answer?.ground === undefined ? {} : { ground: answer.ground }),
  };
}

/**
 * @param reference the agency's, opened
 * @param offered what the agency can do with it now (`offeredActs`)
 * @param beside.question what the desk asked last, as a compact JWE to the agency
 * @param beside.order the agency's, opened
 */
export function viewCase(
  current: Case,
  reference: string,
  offered: readonly Offer[],
  {
    question,
    order,
    letters = [],
  }: { question?: string | undefined; order?: string | undefined; letters?: LetterView[] } = {},
): CaseView {
  const self = `/v1/requests/${current.id}`;
  const withheld = current.scope === undefined ? undefined : withheldOf(current);
  const left = current.notified?.answer?.scope;
  return {
    id: current.id,
    reference,
    ...(order === undefined ? {} : { order }),
    status: current.status,
    priority: current.priority,
    requestDigest: current.requestDigest,
    receivedAt: current.receivedAt,
    dueAt: current.dueAt,
    ...dueView(current),
    ...(current.scope === undefined ? {} : { scope: current.scope }),
    ...(withheld === undefined ? {} : { withheld }),
    ...(current.reason === undefined ? {} : { reason: current.reason }),
    // What is not decided is not told.
    ...(current.explanation === undefined || current.status === 'AwaitingApproval'
      ? {}
      : { explanation: current.explanation }),
    ...(current.information === undefined
      ? {}
      : { information: { ...current.information, ...(question === undefined ? {} : { question }) } }),
    ...(letters.length === 0 ? {} : { letters }),
    ...(current.expiresAt === undefined ? {} : { expiresAt: current.expiresAt }),
    ...(current.debts === undefined
      ? {}
      : { debts: { dueAt: current.debts.dueAt, owed: current.debts.owed } }),
    ...(current.notice.delayUntil === undefined ? {} : { delayUntil: current.notice.delayUntil }),
    ...(current.notified === undefined ? {} : { notification: viewNotified(current.notified) }),
    ...(current.notice.by === undefined ? {} : { noticeBy: current.notice.by }),
    ...(current.notice.toldAt === undefined ? {} : { toldAt: current.notice.toldAt }),
    ...(left === undefined ? {} : { disclosable: left }),
    collections: current.collections,
    links: {
      self,
      ...Object.fromEntries(offered.map((offer) => [offer, `${self}/${offer}`])),
      ...(current.amends === undefined ? {} : { amends: `/v1/requests/${current.amends}` }),
    },
  };
}
