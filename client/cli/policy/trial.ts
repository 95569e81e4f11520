import { refusedBy } from '#client/asking/limits.ts';
import { jsonDigest } from '#core/canonical.ts';
import { basisOf, checkAsked, checkBreadth, receive } from '#core/cases/acts.ts';
import type { Case } from '#core/cases/case.ts';
import { decide } from '#core/cases/deciding.ts';
import { checkStanding, type Line, linesFor, type Policy, policyHash } from '#core/cases/policy.ts';
import { checkPreservable, type PreservationRequest, preserve } from '#core/cases/preservation.ts';
import type { Request } from '#core/cases/request.ts';
import { checkStored } from '#core/cases/stored.ts';
import type { Category } from '#core/categories/categories.ts';
import { textFor } from '../request/limits.ts';

/**
 * What a policy would do with a request, told by the provider's own code: the request is received and approved here as it
 * would be there, by nobody and for nobody. What the agency's terms and the registry say is not known here.
 */
export interface Judged {
  category: Category;
  /** Which line of the category takes it, from 1; or why none does. */
  line?: { number: number; its: Line };
  refusal?: string;
}

export interface Trial {
  /** Why it is refused, as the provider would answer; undefined where it is taken. */
  refusal?: { code: string; text: string | undefined };
  judged: Judged[];
  /** As it was received, where it is taken. */
  received?: Case;
  /** As it is once enough reviewers have signed what was asked. */
  opened?: Case;
  /** How many had signed then. */
  signatures: number;
}

/** @param at an instant: when the request arrives */
export function tryRequest(request: Request, policy: Policy, at: string): Trial {
  const judged = request.categories.map((category) => judge(category, request, policy));
  const code = refusedBy(() => checkAsked(request, policy, at));
  if (code !== undefined)
    return { refusal: { code, text: textFor(code, request, { policy }, at) }, judged, signatures: 0 };
  const received = receive(request, { ...nobody(request, policy, at), sealedRequest: nothing }).next;
  // Its order has arrived.
  const { document: _, ...complete } = received;
  return { judged, received, ...approve(complete, policy, at) };
}

function judge(category: Category, request: Request, policy: Policy): Judged {
  const standing = { ...basisOf(request, policy), priority: request.priority };
  const [its] = linesFor(standing, category, policy);
  const refusal = refusedBy(() => checkStanding(standing, [category], policy));
  if (its === undefined) return { category, ...(refusal === undefined ? {} : { refusal }) };
  return { category, line: { number: policy.categories[category].indexOf(its) + 1, its } };
}

/** Reviewers sign what was asked, one after the other, until it opens. */
function approve(received: Case, policy: Policy, at: string): Pick<Trial, 'opened' | 'signatures'> {
  let current = received;
  for (let signatures = 1; signatures <= policy.approvals; signatures++) {
    const { requestDigest, asked: scope } = current;
    const decision = { decision: 'approve', requestDigest, scope, reason: 'a trial' } as const;
    const by = {
      reviewer: `reviewer ${signatures}`,
      keyId: `key ${signatures}`,
      key: '',
      sealedMessage: nothing,
    };
    current = decide(current, decision, { ...by, at, policy, policyHash: policyHash(policy) }).next;
    if (current.status === 'AwaitingDisclosure') return { opened: current, signatures };
  }
  return { signatures: policy.approvals };
}

const nothing = new Uint8Array(32);

const nobody = (request: Request | PreservationRequest, policy: Policy, at: string) => ({
  id: '00000000-0000-4000-8000-000000000000',
  agency: 'a trial',
  askedBy: '',
  key: '',
  reference: { tag: '', sealed: nothing },
  requestDigest: jsonDigest(request),
  at,
  subjects: request.subjects.map(() => []),
  salt: nothing,
  policy,
  policyHash: policyHash(policy),
});

/** What a policy would do with a preservation order. @returns when it ends, or why it is refused */
export function tryPreservation(
  order: PreservationRequest,
  policy: Policy,
  at: string,
): { endsAt: string; latestEnd: string } | { refusal: { code: string; text: string | undefined } } {
  const code =
    refusedBy(() => checkPreservable(order, policy, at)) ??
    refusedBy(() => checkBreadth(order, policy)) ??
    refusedBy(() => checkStored(order.period, at));
  if (code !== undefined) return { refusal: { code, text: textFor(code, order, { policy }, at) } };
  const { dueAt, latestEnd } = preserve(order, { ...nobody(order, policy, at), request: nothing }).next;
  return { endsAt: dueAt, latestEnd };
}
