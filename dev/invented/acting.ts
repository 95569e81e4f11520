import {
  giveInformation,
  handInOrder,
  submitRequest,
  validateRequest,
  withdrawRequest,
  writeToDesk,
} from '#client/agency.ts';
import { ExchangeError, RefusedError } from '#client/errors.ts';
import type { Session } from '#client/exchange.ts';
import {
  addNote,
  askInformation,
  claimReview,
  decideReview,
  showReview,
  suspendReview,
  writeToAgency,
} from '#client/reviewer.ts';
import type { CaseView } from '#core/cases/case.ts';
import { until } from '#dev/feed.ts';
import type { InventedAct } from './acts.ts';
import type { InventedAsk } from './cases.ts';
import { orderOf } from './order.ts';

/** Plays what invented people do, each with a call of their own that they sign with their own key. */

/** The session of a person, by their pseudonym. @throws Error for nobody of the desk */
export type SessionOf = (holder: string) => Session;

/**
 * Sends a request and plays what was done with it since.
 *
 * @param isAgain it may have been sent and played in part before: what is refused because it was done, was done
 */
export async function playCase(
  { officer, request }: Pick<InventedAsk, 'officer' | 'request'>,
  acts: readonly InventedAct[],
  { sessionOf, isAgain }: { sessionOf: SessionOf; isAgain: boolean },
): Promise<CaseView> {
  const view = await until(
    'a request is taken',
    () => unlessLater(submitRequest(sessionOf(officer), request)),
    patienceMs,
  );
  for (const act of acts) await untilTaken(() => play(sessionOf(act.by), view, act), isAgain);
  return view;
}

const patienceMs = 60_000;

/**
 * @returns undefined where it is to be sent again, as may be. Whom a name finds is known once its event is sealed, which
 *   nothing counts; and a machine that does too much at once has calls without an answer
 */
async function unlessLater(submitted: Promise<CaseView>): Promise<CaseView | undefined> {
  try {
    return await submitted;
  } catch (error) {
    if (error instanceof RefusedError && error.code === 'subject-unknown') return undefined;
    if (error instanceof ExchangeError) return undefined;
    throw error;
  }
}

/**
 * Does something, as often as it has no answer.
 *
 * @param isAgain it may have been done before: then it is refused, because it was
 */
export async function untilTaken(act: () => Promise<unknown>, isAgain: boolean): Promise<void> {
  let before = isAgain;
  await until(
    'an act is taken',
    async () => {
      const isTaken = await taken(act(), before);
      before = true;
      return isTaken;
    },
    patienceMs,
  );
}

async function taken(act: Promise<unknown>, before: boolean): Promise<boolean> {
  try {
    await act;
    return true;
  } catch (error) {
    if (error instanceof RefusedError && error.status === 409 && before) return true;
    if (error instanceof ExchangeError) return false;
    throw error;
  }
}

async function play(session: Session, { id, requestDigest }: CaseView, act: InventedAct): Promise<unknown> {
  switch (act.act) {
    case 'view':
      return showReview(session, id);
    case 'decide':
      return decideReview(session, id, { ...act.decision, requestDigest });
    case 'claim':
      return claimReview(session, id, act.input.claim);
    case 'note':
      return addNote(session, id, act.text);
    case 'ask':
      return askInformation(session, id, { ...act.question, requestDigest });
    case 'write':
      return writeToAgency(session, id, act.text);
    case 'suspend':
      return suspendReview(session, id, { ...act.suspension, requestDigest });
    case 'answer':
      return giveInformation(session, id, act.answer);
    case 'reply':
      return writeToDesk(session, id, { text: act.text });
    case 'hand-in':
      return handInOrder(session, id, { type: 'application/pdf', bytes: orderOf(act.of) });
    case 'validate':
      return validateRequest(session, id, act.validation);
    case 'withdraw':
      return withdrawRequest(session, id);
  }
}
