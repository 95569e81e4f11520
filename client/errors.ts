import type { Problem, ProblemCode } from '#core/problem.ts';

/** Why an exchange with a provider could not be relied on. */
export type ExchangeErrorCode =
  | 'unreachable'
  | 'answer-unsigned'
  | 'answer-not-verified'
  | 'answer-malformed'
  | 'disclosure-not-verified';

export class ExchangeError extends Error {
  override name = 'ExchangeError';
  readonly code: ExchangeErrorCode;

  constructor(code: ExchangeErrorCode, options?: ErrorOptions) {
    super(code, options);
    this.code = code;
  }
}

/**
 * The provider refused. `verified`: the refusal carries the provider's signature; what the door refuses before it
 * knows who is asking does not.
 */
export class RefusedError extends Error {
  override name = 'RefusedError';
  readonly code: ProblemCode;
  readonly status: number;
  readonly problem: Problem;
  readonly verified: boolean;

  constructor(problem: Problem, verified: boolean) {
    super(`${problem.code}: ${problem.title}`);
    this.code = problem.code;
    this.status = problem.status;
    this.problem = problem;
    this.verified = verified;
  }
}
