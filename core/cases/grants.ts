import { kindOf } from '#core/categories/categories.ts';
import type { EpochKey } from '#core/vault/epoch-key.ts';
import { epochsOpened, type Held, type Kind } from '#core/vault/kinds.ts';
import type { Case } from './case.ts';
import type { Scope } from './scope.ts';

/**
 * Epoch keys that one case may open at most, whatever a policy says, each by a grant of its own: so many fit into the item
 * of a case (test/limits/).
 */
export const mostGrants = 350;

/** The longest grant token that is kept for the minutes in which KMS asks for it. */
export const mostTokenBytes = 1024;

/**
 * Which of one subject's epoch keys an approved scope opens: those of the kinds that its categories are answered from,
 * of the months that its period opens of each kind.
 *
 * @param held when the subject's lasting records (numbers) held
 */
export function epochKeysOfScope<D extends EpochKey>(scope: Scope, exists: readonly D[], held: Held): D[] {
  const asked = [...new Set(scope.categories.map((category) => kindOf[category]))];
  const epochs = new Map<Kind, ReadonlySet<string>>(
    asked.map((kind) => [kind, epochsOpened(kind, scope.period, held)]),
  );
  return exists.filter(({ kind, epoch }) => epochs.get(kind)?.has(epoch));
}

/** A grant's name: the case it is of, and a digest of scope and epoch key that makes minting idempotent. */
export function grantName(caseId: string, digest: string): string {
  return `writ/${caseId}/${digest}`;
}

/** The case that a grant says it is of. It may say anything: ask the case. */
export function caseOfGrant(name: string): string | undefined {
  return /^writ\/([0-9a-f-]{36})\/[0-9a-f]{64}$/.exec(name)?.[1];
}

/** The case with the instant of its commit, if that is when its grants changed: acts that change them leave it out. */
export function withGrantsAt(current: Case, at: string): Case {
  return current.grants === undefined ? current : { ...current, grantsAt: current.grantsAt ?? at };
}
