import { scopeCommitment } from '#core/cases/acts.ts';
import type { Case } from '#core/cases/case.ts';
import { authorityAnswerSchema } from '#core/cases/notification.ts';
import type { Request } from '#core/cases/request.ts';
import { scopeText, within } from '#core/cases/scope.ts';
import { provenBody } from '#core/evidence.ts';
import { commitment } from '#core/log/commitment.ts';
import type { Entry, EntryOf } from '#core/log/entry.ts';
import { isActive, type KeyRecord, keyInLog } from '#core/registry/records.ts';
import { isMomentBefore } from './asked.ts';
import type { ApprovalEvidence } from './evidence.ts';
import { answerOf } from './history.ts';

/**
 * Until when nothing of a case is opened, since an enforcing authority was notified of it: by the log's first entry of the
 * case, which names the authority and the end, and by the authority's own signature where it consented (I3, I11). Who can
 * only write tables can neither shorten the time nor consent.
 */
export interface Hold {
  /** Undefined: nothing waits. */
  until: string | undefined;
}

/**
 * @param request what the officer signed
 * @param entries the case's whole history in the log
 * @param proven the keys whose enrolment is proven
 * @returns `differs`: the case, the log and what was signed say different things
 */
export function holdOf(
  evidence: Pick<ApprovalEvidence, 'case' | 'registry' | 'answer'>,
  request: Request,
  entries: readonly Entry[],
  proven: ReadonlyMap<string, KeyRecord>,
): Hold | 'differs' {
  const [received] = entries;
  if (received?.kind !== 'request.received') return 'differs';
  const { notification } = request;
  const named =
    notification !== undefined && 'authority' in notification ? notification.authority : undefined;
  const { notified, notifiedUntil, waits } = received.data;
  if (named !== notified) return 'differs';
  if (notified === undefined) return { until: undefined };
  const answer = answerOf(entries);
  if (answer !== undefined && !isWithin(evidence.case, answer)) return 'differs';
  if (waits !== true) return { until: undefined };
  const isAnswered = answer !== undefined && isProven(evidence, answer, notified, proven);
  return { until: isAnswered ? undefined : notifiedUntil };
}

/** Whether what was approved lies within what the authority left, as the log commits to it. */
function isWithin(
  current: Case,
  { data }: EntryOf<'authority.consented'> | EntryOf<'authority.objected'>,
): boolean {
  const scope = 'scope' in data ? data.scope : undefined;
  if (scope === undefined) return true;
  const left = current.notified?.answer?.scope;
  return (
    left !== undefined &&
    scopeCommitment(current, left) === scope &&
    current.scope !== undefined &&
    within(current.scope, left)
  );
}

/** Whether an officer of that authority signed the answer that the log records, of this request. */
function isProven(
  { case: current, registry, answer: message }: Pick<ApprovalEvidence, 'case' | 'registry' | 'answer'>,
  entry: EntryOf<'authority.consented'> | EntryOf<'authority.objected'>,
  authority: string,
  proven: ReadonlyMap<string, KeyRecord>,
): boolean {
  const answer = current.notified?.answer;
  if (answer === undefined || answer.entry !== entry.n || message === undefined) return false;
  const shown = registry.keys.get(answer.keyId);
  const key = proven.get(answer.keyId);
  // The key was enrolled by right for this authority, and neither registry nor log shows it revoked.
  if (key?.role !== 'agency' || key.agency !== authority || shown === undefined || shown.isRevoked)
    return false;
  if (shown.isSuspended) return false;
  // The log records this person's answer, with this key, to this request, a moment after it was given.
  const { officer, key: named, request } = entry.data;
  if (officer !== commitment(current.salt, 'officer', key.holder) || named !== keyInLog(key)) return false;
  if (request !== commitment(current.salt, 'request', current.requestDigest)) return false;
  if (!isMomentBefore(answer.at, entry.at) || !isActive(key, answer.at)) return false;
  // They signed it, for this case and no other.
  if (message.method !== 'POST' || message.path !== `/v1/notifications/${current.id}/answers`) return false;
  const body = authorityAnswerSchema.safeParse(provenBody(message, key, answer.at));
  if (!body.success || body.data.requestDigest !== current.requestDigest) return false;
  if (entry.kind === 'authority.consented') return body.data.decision === 'consent';
  const { scope } = answer;
  return (
    body.data.decision === 'object' &&
    body.data.scope !== undefined &&
    scope !== undefined &&
    scopeText(body.data.scope) === scopeText(scope)
  );
}
