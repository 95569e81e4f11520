/** What is wrong with something that claims to be of a log. Each is explained in docs/log.md. */
export type LogErrorCode =
  /** Not `<name>+<id>+<key>`, or the id is another key's. */
  | 'verifier-key-malformed'
  /** No signed note. */
  | 'note-malformed'
  /** A note without a signature by this key that verifies. */
  | 'note-unsigned'
  /** A signed note that is no checkpoint. */
  | 'checkpoint-malformed'
  /** A checkpoint of another log. */
  | 'origin-differs'
  /** A cosignature that claims to be a known witness's and is not. */
  | 'cosignature-invalid'
  /** Fewer witnesses than the trust policy asks for. */
  | 'quorum-missing'
  /** Text that is no C2SP tlog-proof. */
  | 'proof-malformed'
  /** An inclusion proof that does not lead to the checkpoint's root. */
  | 'not-included'
  /** Bytes that are no entry. */
  | 'entry-malformed'
  /** A tile or bundle that is not there. */
  | 'file-missing'
  /** A tile or bundle that is not as long as its name says. */
  | 'file-malformed'
  /** What a check of a log stored, and cannot be read: another version stored it, or it was changed. */
  | 'state-malformed';

export class LogError extends Error {
  override name = 'LogError';
  readonly code: LogErrorCode;

  constructor(code: LogErrorCode, options?: ErrorOptions) {
    super(code, options);
    this.code = code;
  }
}
