/** Why the desk refuses an act. Each is documented in docs/errors.md and has one HTTP answer in core/problem.ts. */
export type CaseErrorCode =
  | 'answer-by-out-of-range'
  | 'authoriser-insufficient'
  | 'authority-unknown'
  | 'case-claimed'
  | 'case-closed'
  | 'case-not-approved'
  | 'case-not-claimed'
  | 'case-not-held'
  | 'category-not-disclosed'
  | 'collections-used-up'
  | 'data-forgotten'
  | 'debt-overdue'
  | 'decision-digest-mismatch'
  | 'decision-repeated'
  | 'delay-ended'
  | 'delay-none'
  | 'delay-too-long'
  | 'emergencies-suspended'
  | 'grant-missing'
  | 'information-pending'
  | 'instrument-not-accepted'
  | 'jurisdiction-not-accepted'
  | 'limit-exceeded'
  | 'notice-by-other'
  | 'notice-given'
  | 'notice-order-missing'
  | 'notification-missing'
  | 'notification-not-due'
  | 'notification-over'
  | 'notification-pending'
  | 'nothing-asked'
  | 'nothing-owed'
  | 'offence-below-threshold'
  | 'order-digest-differs'
  | 'order-in-future'
  | 'order-missing'
  | 'order-not-taken'
  | 'order-too-large'
  | 'order-type'
  | 'page-gone'
  | 'period-in-future'
  | 'policy-not-adopted'
  | 'preservation-over'
  | 'priority-not-accepted'
  | 'reference-conflict'
  | 'scope-differs'
  | 'scope-too-wide'
  | 'subject-unknown'
  | 'threat-unstated'
  | 'withheld-differs';

export class CaseError extends Error {
  override name = 'CaseError';
  readonly code: CaseErrorCode;

  constructor(code: CaseErrorCode, options?: ErrorOptions) {
    super(code, options);
    this.code = code;
  }
}
