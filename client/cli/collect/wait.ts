import { followRequest } from '#client/agency.ts';
import { ExchangeError } from '#client/errors.ts';
import type { Session } from '#client/exchange.ts';
import { isHeld } from '#client/held.ts';
import { pause } from '#client/retry.ts';
import type { CaseView } from '#core/cases/case.ts';
import { CommandError } from '../errors.ts';
import { until } from '../format.ts';

/** Waits for reviewers and authorities, who are people: with pauses that grow. */
const firstPauseMs = 1000;
const longestPauseMs = 30_000;

/**
 * @param endsAt when to give up, in unix milliseconds
 * @param show shows what the command waits for
 * @returns the case once it is decided, for or against, and no enforcing authority may object any more
 * @throws CommandError not-yet
 */
export async function decided(
  session: Session,
  first: CaseView,
  { endsAt, show }: { endsAt: number; show: (text: string) => void },
): Promise<CaseView> {
  let view = first;
  for (let pauseMs = firstPauseMs; isWaiting(view); ) {
    if (Date.now() + pauseMs > endsAt)
      throw new CommandError(
        'not-yet',
        view.status === 'AwaitingApproval'
          ? 'the provider’s reviewers have not decided yet'
          : 'an enforcing authority may still object',
        'run the same command again later',
      );
    show(
      view.status === 'AwaitingApproval'
        ? `waiting for the provider’s reviewers; answer due ${until(view.dueAt)}`
        : `waiting for an enforcing authority, which may object until ${until(view.notification?.until ?? view.dueAt)}`,
    );
    await pause(session, pauseMs);
    pauseMs = Math.min(pauseMs * 1.5, longestPauseMs);
    view = (await followed(session, view.id)) ?? view;
  }
  return view;
}

const isWaiting = (view: CaseView) =>
  view.status === 'AwaitingApproval' || (view.status === 'AwaitingDisclosure' && isHeld(view, Date.now()));

/** The case; undefined while the provider cannot be reached. */
async function followed(session: Session, id: string): Promise<CaseView | undefined> {
  try {
    return await followRequest(session, id);
  } catch (error) {
    if (error instanceof ExchangeError && error.code === 'unreachable') return undefined;
    throw error;
  }
}
