/** Why the desk refuses an act. Each is documented in docs/errors.md and has one HTTP answer in core/problem.ts. */
export type CaseErrorCode =
  | 'authoriser-insufficient'
  | 'case-closed'
  | 'case-not-approved'
  | 'collections-used-up'
  | 'data-forgotten'
  | 'decision-digest-mismatch'
  | 'decision-repeated'
  | 'grant-missing'
  | 'limit-exceeded'
  | 'page-gone'
  | 'reference-conflict'
  | 'scope-too-wide'
  | 'subject-unknown';

export class CaseError extends Error {
  override name = 'CaseError';
  readonly code: CaseErrorCode;

  constructor(code: CaseErrorCode) {
    super(code);
    this.code = code;
  }
}
