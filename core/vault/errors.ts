/**
 * Why the vault refuses.
 *
 * - `open-failed`: not sealed to this key, or not for this place, or damaged. One code for all of them, so that
 *   nobody learns from it which.
 * - `key-refused`: not a key of the right size, or a public key that no honest key pair has.
 * - `record-invalid`: a record that cannot be represented, or bytes that are none.
 * - `slot-invalid`: an instant that is not canonical or outside its epoch, or a name that cannot be bound.
 * - `epoch-invalid`: not a calendar month.
 * - `sequence-spent`: as many messages under one encapsulation as there are sequence numbers.
 * - `subject-invalid`: an account, number or name that cannot be looked up by.
 */
export type VaultErrorCode =
  | 'open-failed'
  | 'key-refused'
  | 'record-invalid'
  | 'slot-invalid'
  | 'epoch-invalid'
  | 'sequence-spent'
  | 'subject-invalid';

/** Carries the code and no cause: what failed may hold what must not be shown (I1). */
export class VaultError extends Error {
  override name = 'VaultError';
  readonly code: VaultErrorCode;

  constructor(code: VaultErrorCode) {
    super(code);
    this.code = code;
  }
}
