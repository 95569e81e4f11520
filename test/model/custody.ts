/** The order itself in the model: who hands it in, when it is taken, and what waits for it. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type Case, openStatuses } from '#core/cases/case.ts';
import { documentTerms } from '#core/cases/document.ts';
import type { Policy } from '#core/cases/policy.ts';
import { receiveDocument } from '#core/cases/receiving-order.ts';
import type { Outcome } from '#core/cases/transitions.ts';
import { inLog, policy, request } from '../core/cases/cases.ts';
import type { Asked } from './acts.ts';

/** What the policy says of the order that a request was received under. */
export type OrderTerms = 'required' | 'optional' | 'none';
export const orderTerms = fc.constantFrom<OrderTerms[]>('optional', 'optional', 'required', 'none');

export type HandIn = { do: 'hand-in'; document: 'right' | 'wrong' };
export const handingIn = {
  do: fc.constant('hand-in' as const),
  document: fc.constantFrom<HandIn['document'][]>('right', 'right', 'right', 'wrong'),
};

/** What the model knows of an order. */
export interface KnownOrder {
  terms: OrderTerms;
  isHere: boolean;
}

export const isOwed = ({ terms, isHere }: KnownOrder, priority: Asked['priority']): boolean =>
  terms === 'required' && !isHere && priority === 'Routine';

/** @param known of the case: its order, and whether it is waiting or open; its log */
export function handInRules(
  known: { order: KnownOrder; log: string[] },
  step: HandIn,
  { isOfficerRevoked, isWorkedOn }: { isOfficerRevoked: boolean; isWorkedOn: boolean },
) {
  const { order, log } = known;
  return {
    refused: {
      'signature-key-unknown': isOfficerRevoked,
      'order-not-taken': order.terms === 'none',
      'order-digest-differs': step.document === 'wrong',
      'case-closed': !order.isHere && !isWorkedOn,
    },
    change: () => {
      if (!order.isHere) log.push('order.received');
      order.isHere = true;
    },
  };
}

const { digest } = request.instrument;
const bytes = new TextEncoder().encode('%PDF-1.7');

/** A case as it is received under such a policy. */
export function receivedUnder(terms: OrderTerms, current: Case): Case {
  const { document: _, ...rest } = current;
  const its: Pick<Policy, 'order'> = {
    order: { document: terms, types: policy.order?.types ?? ['application/pdf'], mostBytes: 100 },
  };
  const document = documentTerms(its, current.salt, digest);
  return document === undefined ? rest : { ...rest, document };
}

export function handIn(current: Case, step: HandIn, officer: string, at: string): Outcome | undefined {
  const given = step.document === 'right' ? digest : 'another';
  const act = { officer, key: inLog(officer), at, digest: given, parts: 1 };
  return receiveDocument(current, { type: 'application/pdf', bytes }, act);
}

/** Nothing routine is open without the order that it rests on. */
export function checkOrder({ document, priority, status }: Case): void {
  const isMissing = document?.required === true && document.received === undefined;
  const isOpen = openStatuses.includes(status) && priority === 'Routine';
  assert.ok(!(isOpen && isMissing), 'open without the order that its policy requires');
}
