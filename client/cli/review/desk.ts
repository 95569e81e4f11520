import type { Session } from '#client/exchange.ts';
import { listReviewPage, type ReviewLine } from '#client/reviewer.ts';
import { type Status, statuses } from '#core/cases/case.ts';
import { inParallel } from '#core/parallel.ts';
import { CommandError } from '../errors.ts';
import { ambiguous, isWholeId, resolve } from '../named-case.ts';

/** The cases that a reviewer's commands choose from. Listing shows nothing that is asked, so the log records nothing. */
export interface DeskList {
  reviews: ReviewLine[];
  /** Who asks, by their pseudonym, where the provider says so. */
  reviewer?: string | undefined;
}

const AT_ONCE = 3;

/** Every case of these statuses. A case that changes meanwhile is in the list once. */
export async function deskList(session: Session, of: readonly Status[]): Promise<DeskList> {
  const lists = await inParallel(of, AT_ONCE, (status) => everyPage(session, status));
  const byId = new Map(lists.flatMap(({ reviews }) => reviews).map((review) => [review.id, review]));
  return { reviews: [...byId.values()], reviewer: lists.find(({ reviewer }) => reviewer)?.reviewer };
}

async function everyPage(session: Session, status: Status): Promise<DeskList> {
  const all: ReviewLine[] = [];
  let page: string | undefined;
  let reviewer: string | undefined;
  do {
    const answer = await listReviewPage(session, { status, page });
    all.push(...answer.reviews);
    reviewer = answer.reviewer;
    page = answer.next;
  } while (page !== undefined);
  return { reviews: all, reviewer };
}

/** How commands name the argument. */
export const caseHelp = 'its id or the beginning of it, as `writ review list` has it, or its reference';

/**
 * The id of the case that a person names: by its id, by the first characters of it, or by the agency's reference.
 *
 * @throws CommandError case-ambiguous, case-unknown
 */
export async function caseNamed(session: Session, text: string): Promise<string> {
  if (isWholeId(text)) return text.toLowerCase();
  const { reviews } = await deskList(session, statuses);
  const resolved = resolve(text, reviews);
  if (resolved.found === 'one') return resolved.id;
  if (resolved.found === 'several') throw ambiguous('case', resolved.candidates);
  throw new CommandError(
    'case-unknown',
    'no case that is kept has this id, begins so, or has this reference',
    '`writ review list --search` looks for a part of it',
  );
}

/** @throws CommandError provider-older */
export function ownName({ reviewer }: DeskList): string {
  if (reviewer !== undefined) return reviewer;
  throw new CommandError(
    'provider-older',
    'this provider does not say by which pseudonym it knows you',
    'its operator has to deploy a newer version; `writ review list` works without',
  );
}
