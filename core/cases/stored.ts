import { canonicalInstant, wireInstant } from '#core/instant.ts';
import { CaseError } from './errors.ts';
import type { Period, Scope } from './scope.ts';

/**
 * Stored data only (I5): what leaves was stored when the request arrived, whatever its period says. A grant opens whole
 * months, the running one too, so the period is cut here and what was opened is cut again by it. A disclosure is no
 * surveillance of what a person will do.
 */
export interface StoredScope extends Scope {
  /** When the request arrived, canonical: nothing of this instant or later leaves. */
  readonly asOf: string;
}

/**
 * A scope, cut down to what lies before the receipt of its request.
 *
 * @param receipts when the request arrived, as each source has it: the earliest counts
 */
export function storedScope(scope: Scope, ...receipts: readonly [string, ...string[]]): StoredScope {
  const [asOf = ''] = receipts.map(canonicalInstant).sort();
  return { ...scope, period: { from: scope.period.from, to: earlier(scope.period.to, asOf) }, asOf };
}

/** Where a period reaches beyond the receipt of its request: the instant that it is cut at, as the wire has it. */
export function cutOf({ to }: Period, receivedAt: string): string | undefined {
  return Date.parse(to) > Date.parse(receivedAt) ? wireInstant(canonicalInstant(receivedAt)) : undefined;
}

const dayMs = 86_400_000;

/**
 * A period may name today as its end, in whatever zone it is written; not a time that is still to come.
 *
 * @throws CaseError period-in-future: it ends more than a day after receipt, or begins after it
 */
export function checkStored({ from, to }: Period, receivedAt: string): void {
  const received = Date.parse(receivedAt);
  if (Date.parse(to) > received + dayMs || Date.parse(from) >= received)
    throw new CaseError('period-in-future');
}

function earlier(a: string, b: string): string {
  return Date.parse(a) <= Date.parse(b) ? a : b;
}
