import { submitRequest } from '#client/agency.ts';
import { decideReview, eachReview, type ReviewLine, showReview } from '#client/reviewer.ts';
import type { CaseView } from '#core/cases/case.ts';
import { wireInstant } from '#core/instant.ts';
import type { Seeded } from './seed.ts';

/** What goes on at the invented desk while somebody sits at it. */

/** An emergency arrives, as one of the invented ones did, under a reference that its agency has not used. */
export async function emergencyArrives({ desk, people }: Seeded): Promise<CaseView> {
  const { sessionOf } = await people;
  const urgent = desk.requests.filter(
    ({ story, request }) => story === 'waiting' && request.priority === 'Emergency',
  );
  const ask = urgent[Math.floor(Math.random() * urgent.length)];
  const agency = desk.agencies.find(({ id }) => id === ask?.agency);
  if (ask === undefined || agency === undefined) throw new Error('this desk has no emergency');
  const now = Date.now();
  const { request } = ask;
  return submitRequest(sessionOf(ask.officer), {
    ...request,
    // One a second does not meet another.
    reference: agency.reference(
      100_000 + (Math.floor(now / 1000) % 1_000_000),
      new Date(now).toISOString().slice(2, 4),
    ),
    instrument: { ...request.instrument, issuedAt: wireInstant(new Date(now - 600_000).toISOString()) },
  });
}

export interface Signed {
  by: string;
  case: CaseView;
}

/**
 * A colleague signs a case: first one that the newcomer has claimed, since that is where they look; else the one that is due
 * first. They approve what was approved before them, or all that is asked.
 *
 * @param newcomer their pseudonym, once they are enrolled
 * @param turn whose turn it is
 * @returns undefined where no case waits for any signature but the newcomer's
 */
export async function colleagueSigns(
  { desk, people }: Seeded,
  { newcomer, turn }: { newcomer: string | undefined; turn: number },
): Promise<Signed | undefined> {
  const { sessionOf } = await people;
  const [me, ...colleagues] = desk.reviewers;
  const by = colleagues[turn % colleagues.length] ?? me;
  const session = sessionOf(by);
  const waiting: ReviewLine[] = [];
  for await (const line of eachReview(session, 'AwaitingApproval')) {
    if (!line.decisions.some(({ reviewer }) => reviewer === by) && line.information === undefined)
      waiting.push(line);
  }
  const line =
    waiting.find(({ claimedBy }) => claimedBy === newcomer && newcomer !== undefined) ?? waiting[0];
  if (line === undefined) return undefined;
  const { decisions, withheld } = await showReview(session, line.id);
  const view = await decideReview(session, line.id, {
    decision: 'approve',
    requestDigest: line.requestDigest,
    scope: decisions.findLast(({ decision }) => decision === 'approve')?.scope ?? line.asked,
    reason: 'order and authority checked',
    ...(withheld === undefined ? {} : { withheld }),
  });
  return { by, case: view };
}
