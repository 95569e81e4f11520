import { commitment } from '#core/log/commitment.ts';
import type { Case } from './case.ts';
import { bandOf, documentCodes, looksLike, type OrderDocument } from './document.ts';
import { CaseError } from './errors.ts';
import { checkMay, may, type Outcome, step } from './transitions.ts';

/** The order is handed in, once, and read by reviewers; and what waits for it. */

/** Whether an order can be uploaded now. */
export function takesDocument(current: Pick<Case, 'status' | 'document'>): boolean {
  const { document } = current;
  return document !== undefined && document.received === undefined && may(current, 'receive-order');
}

/**
 * Whether a document is the one that the request names, as the policy takes it.
 *
 * @param digest of the bytes that arrived, as the request writes it
 * @returns whether it is here already: the same document again changes nothing
 * @throws CaseError case-closed, order-not-taken, order-too-large, order-type, order-digest-differs
 */
export function checkDocument(current: Case, { type, bytes }: OrderDocument, digest: string): boolean {
  const { document: terms } = current;
  if (terms === undefined) throw new CaseError('order-not-taken');
  if (bytes.length > terms.mostBytes) throw new CaseError('order-too-large');
  if (!terms.types.includes(type) || !looksLike(type, bytes)) throw new CaseError('order-type');
  if (commitment(current.salt, 'document', digest) !== terms.digest)
    throw new CaseError('order-digest-differs');
  if (terms.received !== undefined) return true;
  checkMay(current, 'receive-order');
  return false;
}

/**
 * The order is here. What lies beside the case was written before.
 *
 * @returns undefined if it was here before
 * @throws CaseError those of `checkDocument`
 */
export function receiveDocument(
  current: Case,
  document: OrderDocument,
  act: { officer: string; key: string; at: string; digest: string; parts: number },
): Outcome | undefined {
  if (checkDocument(current, document, act.digest) || current.document === undefined) return undefined;
  const { type, bytes } = document;
  const received = { at: act.at, type, bytes: bytes.length, parts: act.parts };
  const next: Case = { ...current, document: { ...current.document, received } };
  return step(current, 'receive-order', next, {
    kind: 'order.received',
    data: {
      officer: commitment(current.salt, 'officer', act.officer),
      key: act.key,
      document: current.document.digest,
      type: documentCodes[type],
      bytesUpTo: bandOf(bytes.length),
    },
  });
}

/** A reviewer took the order out. */
export function viewDocument(current: Case, reviewer: string): Outcome {
  const data = { reviewer: commitment(current.salt, 'reviewer', reviewer), of: 'order' };
  return step(current, 'view', current, { kind: 'review.opened', data });
}

/**
 * An approval rests on the order, where the policy that the request was received under asks for it. An emergency may be
 * decided before the order is here; the desk sees that it is missing.
 *
 * @throws CaseError order-missing
 */
export function checkDocumentHere({ document, priority }: Pick<Case, 'document' | 'priority'>): void {
  if (document?.required === true && document.received === undefined && priority === 'Routine')
    throw new CaseError('order-missing');
}
