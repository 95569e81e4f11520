/**
 * Why a key of the desk was not used.
 *
 * - `locked`: the page is locked.
 * - `not-confirmed`: nobody confirmed this call, or the confirmation was used already.
 * - `other-bytes`: what is to be signed is not what was confirmed.
 * - `confirmation-open`: another call waits for its confirmation.
 * - `bytes-refused`: somebody wants bytes signed that are no call.
 * - `key-malformed`: what is stored is no key of this version.
 * - `key-exists`: there is a key of that name.
 * - `key-unknown`: no such key is stored.
 * - `passkey-refused`: the passkey's answer does not hold, or there is none.
 * - `name-differs`: the typed name is not the key's.
 * - `bridge-unreachable`: nobody answers at the link's port.
 * - `bridge-refused`: the bridge refused; `why` is its code.
 * - `bridge-malformed`: what answers is no bridge of this version.
 * - `bridge-other-signature`: what it answered is no signature of this call by this key.
 */
export type KeyErrorCode =
  | 'locked'
  | 'not-confirmed'
  | 'other-bytes'
  | 'confirmation-open'
  | 'bytes-refused'
  | 'key-malformed'
  | 'key-exists'
  | 'key-unknown'
  | 'passkey-refused'
  | 'name-differs'
  | 'bridge-unreachable'
  | 'bridge-refused'
  | 'bridge-malformed'
  | 'bridge-other-signature';

/** The message is the code: it holds no value. */
export class KeyError extends Error {
  override name = 'KeyError';
  readonly code: KeyErrorCode;
  /** Of `bridge-refused`: the bridge's code. */
  readonly why: string | undefined;

  constructor(code: KeyErrorCode, { why, ...options }: ErrorOptions & { why?: string | undefined } = {}) {
    super(code, options);
    this.code = code;
    this.why = why;
  }
}
