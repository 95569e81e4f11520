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
import { mostGrants } from './grants.ts';
import { mostDecisionBytes, mostExplanation, mostRequestBytes, mostSealBytes } from './kept.ts';
import { informationNeeded } from './messages.ts';
import { noticeModes } from './notice-modes.ts';
import type { Offer } from './offered.ts';
import { authoriserRoles, basisSchema, mostApprovals } from './policy.ts';
import { delayReasons, grounds, priorities } from './request.ts';
import { scopeSchema } from './scope.ts';

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
 * its key was revoked.
 */
export const supersededReasons = ['scope-differs', 'policy-changed', 'key-revoked'] as const;
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
  requestDigest: storedDigest,
  priority: z.enum(priorities),
  status: z.enum(statuses),
  receivedAt: storedInstant,
  dueAt: storedInstant,
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
  /** What the desk asked the agency last; see information.ts. */
  information: z
    .strictObject({
      askedAt: storedInstant,
      of: z.array(z.enum(informationNeeded)).max(informationNeeded.length),
      answeredAt: storedInstant.optional(),
    })
    .optional(),
  scope: scopeSchema.optional(),
  /** Why it ended as it did, as a code. */
  reason: storedCode.optional(),
  /** What the reviewer who rejected or suspended it says to the officer who asked: a compact JWE. */
  explanation: asciiUpTo(mostExplanation).optional(),
  /** An emergency that is open owes; see obligations.ts. */
  debts: debts.optional(),
  /** The agency's validated authorisation, as canonical JSON. */
  validation: asciiUpTo(400).optional(),
  notice,
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
  status: z.enum(statuses),
  priority: z.enum(priorities),
  requestDigest: digestText,
  receivedAt: instant,
  dueAt: instant,
  scope: scopeSchema.optional(),
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
      question: z
        .string()
        .regex(/^[\w.-]+$/)
        .optional(),
      answeredAt: instant.optional(),
    })
    .optional(),
  /** Until when it may be collected. */
  expiresAt: instant.optional(),
  /** What an emergency owes, and until when. */
  debts: z.strictObject({ dueAt: instant, owed: z.array(z.enum(obligationNames)) }).optional(),
  /** Until when the person is not notified. */
  delayUntil: instant.optional(),
  /** Who tells the person, where it is not the provider from the start. */
  noticeBy: z.enum(noticeModes).optional(),
  /** When the authority told the person, as it says. */
  toldAt: instant.optional(),
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
export const caseLine = caseView.omit({ requestDigest: true, scope: true, explanation: true });
export type CaseLine = z.infer<typeof caseLine>;

/** A page of the list. `next` names the following one, where there may be one. */
export const caseList = z.strictObject({ requests: z.array(caseLine), next: pageToken.optional() });

/** Of a view, what the list of cases shows. */
export function lineOfCase({ requestDigest, scope, explanation, ...line }: CaseView): CaseLine {
  return line;
}

/**
 * @param reference the agency's, opened
 * @param offered what the agency can do with it now (`offeredActs`)
 * @param question what the desk asked last, as a compact JWE to the agency
 */
export function viewCase(
  current: Case,
  reference: string,
  offered: readonly Offer[],
  question?: string,
): CaseView {
  const self = `/v1/requests/${current.id}`;
  return {
    id: current.id,
    reference,
    status: current.status,
    priority: current.priority,
    requestDigest: current.requestDigest,
    receivedAt: current.receivedAt,
    dueAt: current.dueAt,
    ...(current.scope === undefined ? {} : { scope: current.scope }),
    ...(current.reason === undefined ? {} : { reason: current.reason }),
    ...(current.explanation === undefined ? {} : { explanation: current.explanation }),
    ...(current.information === undefined
      ? {}
      : { information: { ...current.information, ...(question === undefined ? {} : { question }) } }),
    ...(current.expiresAt === undefined ? {} : { expiresAt: current.expiresAt }),
    ...(current.debts === undefined
      ? {}
      : { debts: { dueAt: current.debts.dueAt, owed: current.debts.owed } }),
    ...(current.notice.delayUntil === undefined ? {} : { delayUntil: current.notice.delayUntil }),
    ...(current.notice.by === undefined ? {} : { noticeBy: current.notice.by }),
    ...(current.notice.toldAt === undefined ? {} : { toldAt: current.notice.toldAt }),
    collections: current.collections,
    links: {
      self,
      ...Object.fromEntries(offered.map((offer) => [offer, `${self}/${offer}`])),
      ...(current.amends === undefined ? {} : { amends: `/v1/requests/${current.amends}` }),
    },
  };
}
