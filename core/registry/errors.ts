/** Why the registry refuses an act. Each is documented in docs/errors.md and has one HTTP answer in core/problem.ts. */
export type RegistryErrorCode =
  | 'agency-category'
  | 'agency-enrolled'
  | 'agency-instrument'
  | 'agency-jurisdiction'
  | 'agency-unknown'
  | 'case-unknown'
  | 'change-closed'
  | 'change-digest-mismatch'
  | 'change-not-yours'
  | 'change-repeated'
  | 'desk-founded'
  | 'emergencies-open'
  | 'hold-too-long'
  | 'holder-conflict'
  | 'key-enrolled'
  | 'key-not-suspended'
  | 'key-revoked-elsewhere'
  | 'officer-unknown'
  | 'rate-exceeded';

export class RegistryError extends Error {
  override name = 'RegistryError';
  readonly code: RegistryErrorCode;

  constructor(code: RegistryErrorCode, options?: ErrorOptions) {
    super(code, options);
    this.code = code;
  }
}
