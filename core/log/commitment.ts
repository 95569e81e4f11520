import { createHmac } from 'node:crypto';
import { canonicalJson } from '#core/canonical.ts';

/**
 * A salted commitment: HMAC-SHA256 under the case's salt over a label and a value, in base64url.
 *
 * The log never holds a value of a case, only this (I7). The salt is 32 random bytes that live in the case
 * and die with it; a reader who is given it (a court, a person notified) can open what the log says, nobody else
 * can guess it, not even for a value as short as a phone number. The label keeps a commitment to one thing
 * from being passed off as one to another.
 *
 * @param salt 32 bytes
 */
export function commitment(salt: Uint8Array, label: CommitmentLabel, value: string): string {
  return createHmac('sha256', salt)
    .update(`writ/commitment/v1\0${label}\0`)
    .update(value)
    .digest('base64url');
}

/**
 * What opens the commitments of a case's embargo, and is revealed at its end. It is made of the salt, and tells nothing of
 * it: what else the salt opens stays shut.
 */
export function embargoNonce(salt: Uint8Array): Uint8Array {
  return createHmac('sha256', salt).update('writ/embargo/v1').digest();
}

/** To what a request's first entry withholds, by name. */
export function withheldCommitment(nonce: Uint8Array, withheld: object): string {
  return commitment(nonce, 'withheld', canonicalJson(withheld));
}

/** To what an approval withholds. Its number is in it, so that two approvals of the same look different. */
export function approvedCommitment(
  nonce: Uint8Array,
  approved: { n: number; categories: readonly string[] },
): string {
  return commitment(nonce, 'approved', canonicalJson(approved));
}

/** What a commitment may be to. */
export type CommitmentLabel =
  | 'request'
  | 'resolved'
  | 'scope'
  | 'withheld'
  | 'reviewer'
  | 'officer'
  | 'validation'
  | 'recipient'
  | 'package'
  | 'note'
  | 'letter'
  | 'question'
  | 'answer'
  | 'document'
  | 'noticeOrder'
  | 'notice'
  | 'cursor'
  | 'key'
  | 'holder'
  | 'item'
  | 'change'
  | 'withheld'
  | 'approved';
