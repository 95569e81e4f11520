import { createHmac } from 'node:crypto';

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
  | 'cursor'
  | 'key'
  | 'holder'
  | 'change';
