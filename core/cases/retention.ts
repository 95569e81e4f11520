import { monthsLater } from '#core/vault/retention.ts';
import type { Case } from './case.ts';
import { isUnfinished } from './clock.ts';
import { CaseError } from './errors.ts';
import type { Preservation, PreservationOutcome } from './preservation.ts';
import { may, type Outcome, step } from './transitions.ts';

/**
 * What a case holds about people ends too (I10): some months after its end the request, the salt, the reference, the
 * subjects and the decisions go, and with the salt goes what the log's commitments could be opened with (I7). What must
 * be provable afterwards is in the log. Two reviewers can hold a case, for a court that still needs it.
 *
 * A case has ended once time has nothing left to do to it: it is closed, its grants are retired, the person was notified.
 */
export function withEnd(current: Case, at: string): Case {
  const { endedAt, ...rest } = current;
  return isUnfinished(current) ? rest : { ...rest, endedAt: endedAt ?? at };
}

/**
 * When a case is to be forgotten; undefined while it has not ended, or the log still withholds something of it: with the
 * salt would go what opens that.
 */
export function forgetAt({ endedAt, retentionMonths, heldUntil = '', embargo }: Case): string | undefined {
  if (endedAt === undefined || embargo !== undefined) return undefined;
  const over = monthsLater(endedAt, retentionMonths);
  return heldUntil > over ? heldUntil : over;
}

/** The same of a preservation. */
export function forgetPreservationAt({ status, dueAt, retentionMonths }: Preservation): string | undefined {
  return status === 'Lapsed' ? monthsLater(dueAt, retentionMonths) : undefined;
}

/** A case is forgotten. Undefined while it is not due. */
export function forget(current: Case, at: string): Outcome | undefined {
  const due = forgetAt(current);
  if (due === undefined || at < due || !may(current, 'forget')) return undefined;
  const { status, retentionMonths: months } = current;
  return step(current, 'forget', current, { kind: 'case.forgotten', data: { status, months } });
}

/** A preservation is forgotten. Undefined while it is not due. */
export function forgetPreservation(preservation: Preservation, at: string): PreservationOutcome | undefined {
  const due = forgetPreservationAt(preservation);
  if (due === undefined || at < due) return undefined;
  const data = { months: preservation.retentionMonths };
  return { next: preservation, entry: { kind: 'preservation.forgotten', data } };
}

/** Two reviewers hold a case: it is not forgotten before an instant. A later hold takes the place of one before. */
export function hold(current: Case, { change, until }: { change: string; until: string }): Outcome {
  const next: Case = { ...current, heldUntil: until };
  return step(current, 'hold', next, { kind: 'case.held', data: { change, until } });
}

/** Two reviewers release it. @throws CaseError case-not-held */
export function release(current: Case, change: string): Outcome {
  const { heldUntil, ...next } = current;
  if (heldUntil === undefined) throw new CaseError('case-not-held');
  return step(current, 'release', next, { kind: 'case.released', data: { change } });
}
