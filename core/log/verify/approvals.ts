import type { SigningKey } from './signers.ts';

/** Approvals of one thing: each by another person, with another key. */

export interface Approval {
  /** As the thing's own salt has them: the same person has another commitment elsewhere. */
  readonly person: string;
  readonly key: SigningKey;
}

/** @returns false where this person or this key approved before; it counts if that approval's key was revoked since */
export function addApproval(approvals: Approval[], one: Approval): boolean {
  const before = approvals.findIndex(({ person, key }) => person === one.person || key === one.key);
  if (before < 0) approvals.push(one);
  else if (approvals[before]?.key.revokedAt !== Number.POSITIVE_INFINITY) approvals[before] = one;
  else return false;
  return true;
}

/** Those whose keys were not revoked. @param afterMs from the check of a key to the entry, at most */
export function standing(approvals: readonly Approval[], at: number, afterMs?: number): Approval[] {
  return approvals.filter(({ key }) => !key.isRevoked(at, afterMs));
}

/** Who decided together are people of their own: the log shows it of their keys from then on. */
export function tellApart(keys: readonly SigningKey[]): void {
  for (const key of keys) for (const other of keys) if (other !== key) key.others.add(other);
}
