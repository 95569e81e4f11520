import { z } from 'zod';
import {
  bytesUpTo,
  storedDigest,
  storedId,
  storedInstant,
  storedName,
  storedThumbprint,
} from '#core/bounds.ts';
import { instant } from '#core/instant.ts';
import { commitment } from '#core/log/commitment.ts';
import { type EntryBody, noEntries, streamHead } from '#core/log/entry.ts';
import { digestText, linksSchema, pageToken } from '#core/text.ts';
import { hoursLater, resolvedCommitment } from './acts.ts';
import { type Case, holdersSchema, openStatuses, sealedReference } from './case.ts';
import { CaseError } from './errors.ts';
import { checkDated } from './instrument.ts';
import { mostRequestBytes, mostSealBytes } from './kept.ts';
import { isOfficeKnown, type Policy } from './policy.ts';
import { requestSchema } from './request.ts';
import { scopeSchema } from './scope.ts';

/**
 * Preservation: keep what exists now from being forgotten (ETSI TS 103 120 LPTask; Regulation (EU) 2023/1543 Art. 6,
 * 11). It discloses nothing, whether there is anything to keep included, and opens nothing: the epoch keys that it
 * keeps are wrapped anew under a key of their own, which ends with it.
 */
export const preservationSchema = requestSchema
  .omit({
    order: true,
    priority: true,
    threat: true,
    notice: true,
    notification: true,
    amends: true,
    preservations: true,
  })
  // Nothing is answered.
  .extend({ instrument: requestSchema.shape.instrument.omit({ answerBy: true }) });
export type PreservationRequest = z.infer<typeof preservationSchema>;

/** `Requested`: it became part of a request, and lasts until that can be answered. */
export const preservationStatuses = ['Preserved', 'Requested', 'Lapsed'] as const;
/** Those in which something is kept. */
export const keptStatuses = ['Preserved', 'Requested'] as const;

/**
 * Whether the policy takes a preservation order of this kind by this authoriser.
 *
 * @throws CaseError order-in-future, instrument-not-accepted, authoriser-insufficient
 */
export function checkPreservable({ instrument }: PreservationRequest, policy: Policy, at: string): void {
  checkDated(instrument.issuedAt, at);
  const { instruments, authorisers } = policy.preservation;
  if (!instruments.includes(instrument.kind)) throw new CaseError('instrument-not-accepted');
  if (!authorisers.includes(instrument.authoriserRole)) throw new CaseError('authoriser-insufficient');
  if (!isOfficeKnown(instrument, policy)) throw new CaseError('authoriser-insufficient');
}

const keeps = z.strictObject({
  id: storedId,
  version: z.int(),
  requestDigest: storedDigest,
  status: z.enum(preservationStatuses),
  receivedAt: storedInstant,
  /** When it ends by itself. Called as in a case, so that one index serves both. */
  dueAt: storedInstant,
  /** It never ends later than this, whatever requests it becomes part of. */
  latestEnd: storedInstant,
  isExtended: z.boolean(),
  /** How much longer it can be had to last, by the terms of its order: of the policy that it was received under. */
  extensionDays: z.int().nonnegative().optional(),
  /** Until when the epoch keys are known to be kept. */
  keptUntil: storedInstant.optional(),
  /** The case that it became part of. */
  case: storedId.optional(),
  asked: scopeSchema,
  subjects: holdersSchema,
  /** How many months it is kept after its end. */
  retentionMonths: z.int(),
  salt: bytesUpTo(32),
  entries: streamHead,
});

/** What an agency ordered. */
const ordered = keeps.extend({
  agency: storedName,
  askedBy: storedThumbprint,
  reference: sealedReference,
  /** What was asked, sealed under the desk key. */
  request: bytesUpTo(mostRequestBytes + mostSealBytes),
});
export type OrderedPreservation = z.infer<typeof ordered>;

/**
 * What a request preserves by itself (receipt.ts). It names no agency, so that no index lists it and nobody asks for it by
 * its id: its request says all there is to say.
 */
const ofRequest = keeps.extend({ ofRequest: z.literal(true), case: storedId });
export type RequestPreservation = z.infer<typeof ofRequest>;

export const storedPreservation = z.union([ordered, ofRequest]);
export type Preservation = z.infer<typeof storedPreservation>;

export function isOrdered(preservation: Preservation): preservation is OrderedPreservation {
  return 'agency' in preservation;
}

/** What its agency may see: the same whether or not anything is kept. */
export const preservationView = z.strictObject({
  id: z.uuid(),
  reference: z.string(),
  status: z.enum(preservationStatuses),
  requestDigest: digestText,
  receivedAt: instant,
  endsAt: instant,
  links: linksSchema,
});
export type PreservationView = z.infer<typeof preservationView>;

/** A page of the list. `next` names the following one, where there may be one. */
export const preservationList = z.strictObject({
  preservations: z.array(preservationView),
  next: pageToken.optional(),
});

/**
 * @param reference the agency's, opened
 * @param at now: an extension is offered while it can be had
 */
export function viewPreservation(
  preservation: OrderedPreservation,
  reference: string,
  at: string,
): PreservationView {
  const { id, status, requestDigest, receivedAt, dueAt } = preservation;
  const self = `/v1/preservations/${id}`;
  const links = {
    self,
    ...(canExtend(preservation, at) ? { extension: `${self}/extension` } : {}),
    ...(preservation.case === undefined ? {} : { request: `/v1/requests/${preservation.case}` }),
  };
  return { id, reference, status, requestDigest, receivedAt, endsAt: dueAt, links };
}

export interface PreservationOutcome<P extends Preservation = Preservation> {
  next: P;
  entry: EntryBody;
}

/** How long an order of some kind preserves: the policy's terms for it, or those for all. */
export function termsOf(kind: string, { preservation }: Pick<Policy, 'preservation'>) {
  const { days, extensionDays } =
    preservation.terms?.find(({ instruments }) => instruments.includes(kind)) ?? preservation;
  return { days, extensionDays };
}

/** An agency's preservation order arrives. Its stream of entries starts here. */
export function preserve(
  request: PreservationRequest,
  facts: Pick<
    OrderedPreservation,
    'id' | 'agency' | 'askedBy' | 'reference' | 'requestDigest' | 'subjects' | 'request' | 'salt'
  > & {
    /** The key that asks, as the log calls it. */
    key: string;
    at: string;
    policy: Policy;
  },
): PreservationOutcome<OrderedPreservation> {
  const { key, at, policy, ...rest } = facts;
  const { mostDays } = policy.preservation;
  const { days, extensionDays } = termsOf(request.instrument.kind, policy);
  const latestEnd = hoursLater(at, mostDays * 24);
  const endsAt = earlier(hoursLater(at, days * 24), latestEnd);
  const { subjects, categories, period, instrument } = request;
  const next: OrderedPreservation = {
    ...rest,
    version: 0,
    status: 'Preserved',
    receivedAt: at,
    dueAt: endsAt,
    latestEnd,
    isExtended: false,
    extensionDays,
    retentionMonths: policy.caseRetentionMonths,
    asked: { subjects: subjects.map((_, index) => index), categories, period },
    entries: noEntries,
  };
  return {
    next,
    entry: {
      kind: 'preservation.received',
      data: {
        agency: facts.agency,
        instrument: instrument.kind,
        jurisdiction: instrument.jurisdiction,
        categories,
        subjects: subjects.length,
        request: commitment(facts.salt, 'request', facts.requestDigest),
        resolved: resolvedCommitment(next),
        key,
        endsAt,
        latestEnd,
      },
    },
  };
}

/** Whether what is there is kept for as long as it must be, and the log says so. */
export function isKept(preservation: Preservation): boolean {
  return preservation.keptUntil === preservation.dueAt;
}

/** Its epoch keys are wrapped anew, until its end. Undefined where that is recorded already. */
export function kept(preservation: Preservation, epochKeys: number): PreservationOutcome | undefined {
  if (preservation.status === 'Lapsed' || isKept(preservation)) return undefined;
  const next: Preservation = { ...preservation, keptUntil: preservation.dueAt };
  return { next, entry: { kind: 'preservation.kept', data: { drawers: epochKeys } } };
}

/**
 * The agency has it last longer, once.
 *
 * @throws CaseError preservation-over: it ended, is part of a request, or was extended before
 */
export function extend<P extends Preservation>(
  preservation: P,
  act: { officer: string; at: string; policy: Policy },
): PreservationOutcome<P> {
  if (!canExtend(preservation, act.at)) throw new CaseError('preservation-over');
  const { extensionDays = act.policy.preservation.extensionDays } = preservation;
  const later = hoursLater(preservation.dueAt, extensionDays * 24);
  const endsAt = earlier(later, preservation.latestEnd);
  const officer = commitment(preservation.salt, 'officer', act.officer);
  return {
    next: { ...preservation, isExtended: true, dueAt: endsAt },
    entry: { kind: 'preservation.extended', data: { officer, endsAt } },
  };
}

/**
 * It becomes part of a request: it lasts until that can have been answered and collected (Regulation (EU) 2023/1543
 * Art. 11(2)), and is no preservation by itself any more. A request that is asked in place of that one takes it over. It
 * lasts longer by that only where the other was approved and is open still: one that was withdrawn, turned down, or never
 * approved carries nothing on, or a chain of requests that nobody approves would keep it for ever.
 *
 * @param act.amended the request that this one is asked in place of
 * @param act.until the last moment at which the case can be collected
 * @throws CaseError preservation-over
 */
export function becomePart<P extends Preservation>(
  preservation: P,
  act: {
    case: string;
    amended?: Pick<Case, 'id' | 'status'> | undefined;
    until: string;
    at: string;
  },
): PreservationOutcome<P> {
  const isTakenOver =
    preservation.status === 'Requested' &&
    preservation.case === act.amended?.id &&
    act.at < preservation.dueAt;
  if (isOver(preservation, act.at) && !isTakenOver) throw new CaseError('preservation-over');
  const carriesOn = !isTakenOver || (act.amended !== undefined && openStatuses.includes(act.amended.status));
  const until = earlier(act.until, preservation.latestEnd);
  const endsAt = carriesOn && until > preservation.dueAt ? until : preservation.dueAt;
  return {
    next: { ...preservation, status: 'Requested', case: act.case, dueAt: endsAt },
    entry: { kind: 'preservation.requested', data: { case: act.case, endsAt } },
  };
}

/**
 * Its time is over: what it kept is forgotten by its own retention again. Undefined while it is not.
 *
 * @param isAnswered whether the request whose own it is can be answered no more, which ends it before its time
 */
export function ended(
  preservation: Preservation,
  at: string,
  isAnswered = false,
): PreservationOutcome | undefined {
  const isDue = at >= preservation.dueAt;
  if (preservation.status === 'Lapsed' || !(isDue || (isAnswered && !isOrdered(preservation))))
    return undefined;
  const dueAt = earlier(preservation.dueAt, at);
  return {
    next: { ...preservation, status: 'Lapsed', dueAt },
    entry: { kind: 'preservation.ended', data: {} },
  };
}

export function earlier(a: string, b: string): string {
  return a < b ? a : b;
}

function canExtend(preservation: Preservation, at: string): boolean {
  const isNone = preservation.extensionDays === 0;
  return !isOver(preservation, at) && !preservation.isExtended && !isNone;
}

function isOver(preservation: Preservation, at: string): boolean {
  return preservation.status !== 'Preserved' || at >= preservation.dueAt;
}
