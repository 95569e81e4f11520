import { batch, type Signal, signal } from '@preact/signals';
import type { Session } from '#client/exchange.ts';
import { orderDigests } from '#client/order-digest.ts';
import { isRequestShown } from '#client/review-rules.ts';
import { fetchOrder, type Review, showReview } from '#client/reviewer.ts';
import type { CaseView } from '#core/cases/case.ts';
import type { ReviewLine } from '#core/cases/review.ts';
import { ask } from '../state/connection.ts';
import type { Desk } from '../state/desk.ts';
import { liveStatuses } from '../state/lines.ts';
import { NotSigned } from '../state/place.ts';
import { type Draft, nothing } from './draft.ts';
import { afterFailure, countOf, type Deed, isChanged } from './meanwhile.ts';
import { opened } from './opened.ts';

/** What the screen of one case is at. */
export type Shown =
  /** Nothing was fetched: that one looks is in the log, and that is said first. */
  | { is: 'announced' }
  | { is: 'looking' }
  | { is: 'failed'; error: unknown }
  /** The request is another than its digest is of: nothing is shown of it, and nothing can be signed. */
  | { is: 'wrong' }
  | { is: 'shown'; review: Review };

/** Why a case that is shown takes no signature until it is looked at again. */
export type Stale = { is: 'changed' } | { is: 'lost'; deed: Deed; before: number };

/** What came of the last deed. */
export type Outcome =
  | { is: 'done'; deed: Deed }
  /** The answer was lost: what the case says of it now. */
  | { is: 'found'; deed: Deed; stands: boolean }
  | { is: 'refused'; error: unknown };

export interface HeldOrder {
  compared: 'equal' | 'differs' | 'empty';
  /** As `sha256sum` prints it. */
  hex: string;
}

export interface CaseState {
  shown: Signal<Shown>;
  stale: Signal<Stale | undefined>;
  outcome: Signal<Outcome | undefined>;
  busy: Signal<boolean>;
  draft: Signal<Draft>;
  order: Signal<HeldOrder | undefined>;
  look(): Promise<void>;
  /** Whether somebody changed the case meanwhile, by the list that the desk keeps fresh. */
  check(): Promise<void>;
  /** Signs and sends. @returns whether it was done */
  sign(deed: Deed, call: (session: Session) => Promise<CaseView | ReviewLine>): Promise<boolean>;
  compareOrder(bytes: Uint8Array): void;
  /** The order as it was handed in, held against the digest too. */
  takeOutOrder(): Promise<Uint8Array>;
  /** Drops everything. */
  leave(): void;
}

/** Whether it was said in this session that a look is in the log. */
const isAnnounced = signal(false);

/** @param fetched how a case is fetched */
export function caseState(
  desk: Pick<Desk, 'session' | 'connection' | 'me' | 'lines'>,
  id: string,
  fetched = showReview,
): CaseState {
  const shown = signal<Shown>({ is: isAnnounced.peek() ? 'looking' : 'announced' });
  const stale = signal<Stale | undefined>(undefined);
  const outcome = signal<Outcome | undefined>(undefined);
  const busy = signal(false);
  const draft = signal(nothing);
  const order = signal<HeldOrder | undefined>(undefined);
  let isLeft = false;
  let isLooking = false;

  const show = (review: Review) =>
    batch(() => {
      const isRight = isRequestShown(review) && review.id === id;
      shown.value = isRight ? { is: 'shown', review } : { is: 'wrong' };
      opened.value = isRight ? { review, isSignable: desk.me.peek() !== undefined } : undefined;
    });

  const spoil = (why: Stale) =>
    batch(() => {
      stale.value = why;
      const now = opened.peek();
      if (now?.review.id === id) opened.value = { ...now, isSignable: false };
    });

  async function look(): Promise<void> {
    isAnnounced.value = true;
    if (shown.peek().is !== 'shown') shown.value = { is: 'looking' };
    busy.value = true;
    isLooking = true;
    try {
      if (desk.me.peek() === undefined) await desk.lines.list(liveStatuses);
      const review = await ask(desk, (session) => fetched(session, id));
      if (isLeft) return;
      const lost = stale.peek();
      batch(() => {
        stale.value = undefined;
        // The choice was made on what was shown before.
        draft.value = lost === undefined ? { ...draft.peek(), take: undefined } : nothing;
        if (lost?.is === 'lost')
          outcome.value = {
            is: 'found',
            deed: lost.deed,
            stands: countOf(lost.deed, review, desk.me.peek()) > lost.before,
          };
        show(review);
      });
    } catch (error) {
      if (isLeft) return;
      if (shown.peek().is !== 'shown') shown.value = { is: 'failed', error };
      else if (outcome.peek()?.is !== 'done') outcome.value = { is: 'refused', error };
    } finally {
      busy.value = false;
      isLooking = false;
    }
  }

  /** Whether the newest list has the case otherwise than it is shown. */
  function differs(review: Review): boolean {
    const isListed = desk.lines.listedAt.peek().has(review.status);
    return isListed && isChanged(review, desk.lines.all.peek().get(id));
  }

  async function check(): Promise<void> {
    const at = shown.peek();
    const isOver = () => isLeft || isLooking || stale.peek() !== undefined || shown.peek() !== at;
    if (at.is !== 'shown' || isOver() || !differs(at.review)) return;
    try {
      // That list may have begun before the case was looked at. This one did not.
      await desk.lines.list([at.review.status]);
    } catch {
      // What is wrong with the connection is said above everything.
      return;
    }
    if (!isOver() && differs(at.review)) spoil({ is: 'changed' });
  }

  async function sign(deed: Deed, call: (session: Session) => Promise<unknown>): Promise<boolean> {
    const at = shown.peek();
    if (at.is !== 'shown' || stale.peek() !== undefined || busy.peek()) return false;
    const before = countOf(deed, at.review, desk.me.peek());
    outcome.value = undefined;
    try {
      busy.value = true;
      await ask(desk, call);
    } catch (error) {
      if (isLeft || error instanceof NotSigned) return false;
      batch(() => {
        const after = afterFailure(error);
        if (after !== 'lost') outcome.value = { is: 'refused', error };
        if (after === 'changed') spoil({ is: 'changed' });
        if (after === 'lost') spoil({ is: 'lost', deed, before });
      });
      return false;
    } finally {
      busy.value = false;
    }
    if (isLeft) return true;
    const kept = draft.peek();
    batch(() => {
      outcome.value = { is: 'done', deed };
      // Until it is looked at again, what is on the screen is what was before.
      spoil({ is: 'changed' });
    });
    await look();
    // A note or a question changes nothing of what one was about to decide.
    if (!isLeft && 'text' in deed) draft.value = { ...kept, take: undefined };
    return true;
  }

  const held = () => {
    const at = shown.peek();
    return at.is === 'shown' ? at.review.request.instrument.digest : undefined;
  };

  function compareOrder(bytes: Uint8Array) {
    const { hex, member } = orderDigests(bytes);
    order.value = {
      compared: bytes.length === 0 ? 'empty' : member === held() ? 'equal' : 'differs',
      hex,
    };
  }

  return {
    shown,
    stale,
    outcome,
    busy,
    draft,
    order,
    look,
    check,
    sign,
    compareOrder,
    async takeOutOrder() {
      const bytes = await ask(desk, (session) => fetchOrder(session, id, held() ?? ''));
      if (!isLeft) compareOrder(bytes);
      return bytes;
    },
    leave() {
      isLeft = true;
      batch(() => {
        shown.value = { is: 'looking' };
        draft.value = nothing;
        order.value = undefined;
        outcome.value = undefined;
        if (opened.peek()?.review.id === id) opened.value = undefined;
      });
    },
  };
}
