import { commitment } from '#core/log/commitment.ts';
import { resumed } from './answer-time.ts';
import { type Case, isAsked, openStatuses } from './case.ts';
import { CaseError } from './errors.ts';
import { type Question, withMessage } from './messages.ts';
import type { Policy } from './policy.ts';
import { checkMay, type Outcome, step } from './transitions.ts';

/**
 * The desk asks the agency for information, and the agency gives it. An order that is incomplete, contradicts itself or
 * says too little is no reason to turn it down at once: Regulation (EU) 2023/1543 Art. 10(6) has the provider seek
 * clarification, and Annex III is the form for it. ETSI TS 103 120 has no status for that. Its `Invalid` is an object that
 * is not active for what is in it, and here a case that ended. So a case that waits for information keeps its status, and
 * says beside it what it waits for: whoever reads statuses one by one goes on reading.
 *
 * It blocks nothing: reviewers may decide without the answer. Whether the time for the answer stands still until it is
 * there, the policy says (answer-time.ts).
 */

/** What a case still takes a decision on: before it is opened, and an open emergency until all have signed. */
export function isUndecided({ status, debts }: Pick<Case, 'status' | 'debts'>): boolean {
  if (status === 'AwaitingApproval') return true;
  return openStatuses.includes(status) && debts?.owed.includes('second-signature') === true;
}

/**
 * A reviewer asks. One question at a time: an answer is then to what was asked, whoever was quicker.
 *
 * @param act.written the digest of what was signed
 * @param act.answerBy until when the agency is to answer, where the policy says so
 * @throws CaseError case-closed, decision-digest-mismatch, information-pending, limit-exceeded
 */
export function askInformation(
  current: Case,
  question: Question,
  act: { reviewer: string; key: string; at: string; written: string; answerBy?: string | undefined },
): Outcome {
  checkMay(current, 'ask-information');
  if (!isUndecided(current)) throw new CaseError('case-closed');
  if (question.requestDigest !== current.requestDigest) throw new CaseError('decision-digest-mismatch');
  if (isAsked(current)) throw new CaseError('information-pending');
  const { of } = question;
  const by = act.answerBy === undefined ? {} : { answerBy: act.answerBy };
  const next: Case = { ...withMessage(current, 'question'), information: { askedAt: act.at, of, ...by } };
  return step(current, 'ask-information', next, {
    kind: 'information.asked',
    data: {
      reviewer: commitment(current.salt, 'reviewer', act.reviewer),
      key: act.key,
      of,
      ...by,
      question: commitment(current.salt, 'question', act.written),
      ...(current.time?.stops === true ? { stops: true } : {}),
    },
  });
}

/**
 * The agency answers.
 *
 * @param act.written the digest of what was signed
 * @throws CaseError case-closed, nothing-asked
 */
export function giveInformation(
  current: Case,
  act: { officer: string; key: string; at: string; written: string; policy: Policy },
): Outcome {
  checkMay(current, 'give-information');
  const { information } = current;
  if (information === undefined || !isAsked(current)) throw new CaseError('nothing-asked');
  const later = resumed(current, act.at, act.policy);
  const next: Case = {
    ...withMessage(current, 'answer'),
    ...later,
    information: { ...information, answeredAt: act.at },
  };
  return step(current, 'give-information', next, {
    kind: 'information.given',
    data: {
      officer: commitment(current.salt, 'officer', act.officer),
      key: act.key,
      answer: commitment(current.salt, 'answer', act.written),
      ...(later.dueAt === current.dueAt ? {} : { dueAt: later.dueAt }),
    },
  });
}
