import { heldWithin, type Validity } from '#core/disclosure/validity.ts';
import { epochOf, epochsOf } from '#core/vault/epoch.ts';
import type { EpochKey } from '#core/vault/epoch-key.ts';
import { kindOf } from './policy.ts';
import type { Scope } from './scope.ts';

/**
 * Which of one subject's epoch keys an approved scope opens: for log-ins those of the period's months; for numbers
 * those of the months in which a number was set that held at any time in the period, however long ago that was.
 *
 * @param numbers when each of the subject's numbers held
 */
export function epochKeysOfScope<D extends EpochKey>(
  scope: Scope,
  exists: readonly D[],
  numbers: readonly Validity[],
): D[] {
  const kinds = new Set(scope.categories.map((category) => kindOf[category]));
  const epochs = {
    access: new Set(epochsOf(scope.period)),
    phone: new Set(numbers.filter((v) => heldWithin(v, scope.period)).map((v) => epochOf(v.from))),
  };
  return exists.filter(({ kind, epoch }) => kinds.has(kind) && epochs[kind].has(epoch));
}

/** A grant's name: the case it is of, and a digest of scope and epoch key that makes minting idempotent. */
export function grantName(caseId: string, digest: string): string {
  return `writ/${caseId}/${digest}`;
}

/** The case that a grant says it is of. It may say anything: ask the case. */
export function caseOfGrant(name: string): string | undefined {
  return /^writ\/([0-9a-f-]{36})\/[0-9a-f]{64}$/.exec(name)?.[1];
}
