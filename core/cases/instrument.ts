import { z } from 'zod';
import { CaseError } from './errors.ts';

/** The name of the order that a request rests on, as agencies write it: `EPOC`, `NationalOrder`. */
export const instrumentKind = z.string().regex(/^[A-Za-z][A-Za-z0-9-]{0,31}$/);

/** Under whose law it was issued: ISO 3166-1 alpha-2. */
export const jurisdiction = z.string().regex(/^[A-Z]{2}$/);

/** How far an order's date may lie ahead of our clock: it was written by another than the one that signed the call. */
const AHEAD_SECONDS = 300;

/**
 * An order that was issued, or validated, was so before it arrived. A date that is still to come would say that a judge
 * agreed who has not been asked yet.
 *
 * @throws CaseError order-in-future
 */
export function checkDated(dated: string, at: string): void {
  if (!isPast(dated, at)) throw new CaseError('order-in-future');
}

/** Whether an order's date lies before an instant, or so little after it that a clock's error explains it. */
export function isPast(dated: string, at: string): boolean {
  return Date.parse(dated) <= Date.parse(at) + AHEAD_SECONDS * 1000;
}
