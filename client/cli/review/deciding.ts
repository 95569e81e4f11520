import type { Session } from '#client/exchange.ts';
import { printable } from '#client/printable.ts';
import { type DecidingAct, isRequestShown, undecidable } from '#client/review-rules.ts';
import { type Review, showReview } from '#client/reviewer.ts';
import { approvalsOf, isSameScope } from '#client/scope.ts';
import { type CaseView, openStatuses } from '#core/cases/case.ts';
import type { Scope } from '#core/cases/scope.ts';
import { text } from '#core/text.ts';
import { moment, scopeText } from '../case-text.ts';
import { counted, printJson, say } from '../common.ts';
import { publishedPolicy } from '../due-text.ts';
import { CommandError } from '../errors.ts';
import { fields } from '../format.ts';
import { isAttended, needed } from '../person.ts';
import { forSigning, type ProfileOptions } from '../profile/connection.ts';
import { reviewText } from './text.ts';

/** What the decisions share: a person sees the case, and signs what they saw or nothing. */
export interface DecidingOptions extends ProfileOptions {
  digest?: string;
  reason?: string;
}

/** Adds the options of every decision. */
export function forDeciding(command: Parameters<typeof forSigning>[0], { reason = true } = {}) {
  const signing = forSigning(command);
  if (reason)
    signing.option(
      '--reason <text>',
      'why, in a sentence or two: the desk reads it; of a rejection, the officer who asked too',
    );
  return signing.option('--digest <digest>', 'the request digest that was judged: another is refused');
}

/**
 * Fetches a case to show it. It checks the request against its digest: a decision is over the digest, and the reviewer
 * reads the request.
 *
 * @throws CommandError digest-wrong
 */
export async function look(session: Session, id: string, { json }: ProfileOptions): Promise<Review> {
  if (json !== true) say('That you look at this case is in the log.');
  const review = await showReview(session, id);
  if (!isRequestShown(review))
    throw new CommandError(
      'digest-wrong',
      'the provider shows another request than the one that the digest is of; nothing was signed',
      'tell the provider’s operator, and decide nothing here meanwhile',
    );
  return review;
}

/** Fetches a case that is to be decided, and shows it to a person at the terminal. @throws CommandError */
export async function lookToDecide(
  session: Session,
  id: string,
  act: DecidingAct,
  options: DecidingOptions,
): Promise<Review> {
  const review = await look(session, id, options);
  if (options.digest !== undefined && options.digest !== review.requestDigest)
    throw new CommandError(
      'decision-digest-mismatch',
      'the case has another request digest than --digest; nothing was signed',
      `look at it: \`writ review show ${printable(review.id)}\``,
    );
  checkDecidable(review, act);
  if (isAttended()) say(reviewText(review, await publishedPolicy(session)));
  return review;
}

/** @throws CommandError case-closed, case-not-approved */
export function checkDecidable(
  { id, status, reason, debts }: Pick<Review, 'id' | 'status' | 'reason' | 'debts'>,
  act: DecidingAct,
): void {
  const why = undecidable({ status, debts }, act);
  const is = `the case is ${status}${reason === undefined ? '' : ` (${printable(reason)})`}`;
  switch (why) {
    case undefined:
      return;
    case 'not-approved':
      throw new CommandError(
        'case-not-approved',
        `${is}: no access to its data is open`,
        `turn it down: \`writ review reject ${printable(id)}\``,
      );
    case 'decided':
      throw new CommandError(
        'case-closed',
        `${is}: it was decided`,
        `an open case is closed with \`writ review suspend ${printable(id)}\``,
      );
    case 'closed':
      throw new CommandError(
        'case-closed',
        `${is}, and no more decisions are possible`,
        'what is still needed is asked for anew, by the agency',
      );
  }
}

export const reasonText = text(1000);

/** Why: what is given beforehand is checked beforehand. @throws CommandError usage */
export function reasonOf(options: DecidingOptions, question: string): Promise<string> {
  return needed(options.reason, '--reason', question, (answer) => {
    if (answer.trim() === '') return 'something is needed here';
    return reasonText.safeParse(answer).success ? undefined : 'one line of at most 1000 characters';
  });
}

/** Takes an answer at once if an option gave it or nobody is here to ask; otherwise asks once the case is on the screen. */
export async function beforehand<T>(isGiven: boolean, ask: () => Promise<T>): Promise<() => Promise<T>> {
  if (!isGiven && isAttended()) return ask;
  const answer = await ask();
  return async () => answer;
}

/** Prints the case after the decision, and what it still needs. */
export function printDecided(
  after: CaseView,
  before: Pick<Review, 'decisions' | 'approvalsNeeded'>,
  { json }: ProfileOptions,
  scope?: Scope,
): void {
  if (json === true) {
    printJson(after);
    return;
  }
  process.stdout.write(
    fields({
      case: after.id,
      status: after.reason === undefined ? after.status : `${after.status} (${printable(after.reason)})`,
      'opened scope': after.scope === undefined ? undefined : scopeText(after.scope),
      'can be collected until':
        openStatuses.includes(after.status) && after.expiresAt !== undefined
          ? moment(after.expiresAt)
          : undefined,
      'still needed': stillNeeded(after, before, scope),
    }),
  );
}

/** @param scope what was approved just now */
export function stillNeeded(
  { id, status, debts }: Pick<CaseView, 'id' | 'status' | 'debts'>,
  before: Pick<Review, 'decisions' | 'approvalsNeeded'>,
  scope?: Scope,
): string {
  if (status === 'AwaitingApproval') {
    const same = approvalsOf(before).filter((each) => scope !== undefined && isSameScope(each.scope, scope));
    // A policy that changed meanwhile starts the count again: a case that waits needs at least one more.
    const more = Math.max(1, before.approvalsNeeded - same.length - 1);
    return `${counted(more, 'more reviewer')}, over exactly this scope: writ review approve ${id}`;
  }
  if (!openStatuses.includes(status)) return 'nothing: the case is closed';
  if (debts === undefined || debts.owed.length === 0) return 'nothing: the agency can collect';
  const owed = debts.owed.map((obligation) => obligationTexts[obligation]).join(' and ');
  return `${owed}, until ${moment(debts.dueAt)}`;
}

const obligationTexts = {
  'second-signature': 'another reviewer’s signature over exactly this scope',
  authorisation: 'the agency’s validated order',
};
