import type { Problem, ProblemCode } from '#core/problem.ts';

export type { Problem, ProblemCode };

/**
 * Why a client cannot rely on an exchange with a provider.
 *
 * - `unreachable`: there was no answer; `reason` says why, `mayHaveArrived` whether the call may have done its work.
 * - `answer-unsigned`, `answer-not-verified`: an answer that is not the provider's, or not to this call.
 * - `answer-malformed`: an answer of another version, or of something that is no Writ; `part` says where.
 * - `disclosure-not-verified`: it does not decrypt, is not signed by the provider, or its log did not announce it.
 */
export type ExchangeErrorCode =
  | 'unreachable'
  | 'answer-unsigned'
  | 'answer-not-verified'
  | 'answer-malformed'
  | 'disclosure-not-verified';

/** Why nobody answered. A browser tells pages nothing but `timeout` and `unknown`. */
export type UnreachableReason =
  | 'host-not-found'
  | 'refused'
  | 'broken-off'
  | 'timeout'
  | 'certificate-expired'
  | 'certificate-not-yet-valid'
  | 'certificate-of-other-host'
  | 'certificate-untrusted'
  | 'unknown';

export interface ExchangeDetails extends ErrorOptions {
  reason?: UnreachableReason | undefined;
  part?: string | undefined;
  status?: number | undefined;
  retryAfterMs?: number | undefined;
}

/** With any of these, nothing was sent. */
const beforeSending: readonly (UnreachableReason | undefined)[] = [
  'host-not-found',
  'refused',
  'certificate-expired',
  'certificate-not-yet-valid',
  'certificate-of-other-host',
  'certificate-untrusted',
];

export class ExchangeError extends Error {
  override name = 'ExchangeError';
  readonly code: ExchangeErrorCode;
  /** Of `unreachable`. */
  readonly reason: UnreachableReason | undefined;
  /**
   * Of `answer-malformed`: `route` if the server does not know it, `redirect` if it sends us elsewhere, `too-large`, `body`, or
   * the names that lead to a field. No values.
   */
  readonly part: string | undefined;
  /** The HTTP status, where there was an answer. */
  readonly status: number | undefined;
  /** How long to wait before asking again, by the answer's `Retry-After`. */
  readonly retryAfterMs: number | undefined;

  constructor(
    code: ExchangeErrorCode,
    { reason, part, status, retryAfterMs, ...options }: ExchangeDetails = {},
  ) {
    const detail = reason ?? part;
    super(detail === undefined ? code : `${code} (${detail})`, options);
    this.code = code;
    this.reason = reason;
    this.part = part;
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }

  /**
   * Whether the provider may have carried the call out nevertheless. A decision whose answer was lost may stand: look
   * before you sign it again.
   */
  get mayHaveArrived(): boolean {
    return !(this.code === 'unreachable' && beforeSending.includes(this.reason));
  }
}

/**
 * The provider refused. `verified`: the refusal carries the provider's signature. A refusal from before the caller is
 * known carries none.
 */
export class RefusedError extends Error {
  override name = 'RefusedError';
  readonly code: ProblemCode;
  readonly status: number;
  readonly problem: Problem;
  readonly verified: boolean;
  /** How long to wait before asking again, by the provider's `Retry-After`. */
  readonly retryAfterMs: number | undefined;

  constructor(problem: Problem, verified: boolean, retryAfterMs?: number) {
    super(`${problem.code}: ${problem.title}`);
    this.code = problem.code;
    this.status = problem.status;
    this.problem = problem;
    this.verified = verified;
    this.retryAfterMs = retryAfterMs;
  }
}
