import { batch, type Signal, signal } from '@preact/signals';
import { followRequest, openExplanation, showAsked } from '#client/agency.ts';
import { ExchangeError } from '#client/errors.ts';
import type { Session } from '#client/exchange.ts';
import { type AskedView, type CaseView, lineOfCase } from '#core/cases/case.ts';
import type { LetterView } from '#core/cases/letters.ts';
import type { Request } from '#core/cases/request.ts';
import { ask } from '../../state/connection.ts';
import { NotSigned } from '../../state/place.ts';
import { seenAs } from '../requests/changed.ts';
import type { RequestsState } from '../requests/state.ts';
import { rememberName } from '../state/names.ts';
import type { Portal } from '../state/portal.ts';
import type { Deed } from './words.ts';

/** A request as its screen has it: what was sent, and what was written, as far as this browser's key reads it. */
export interface Opened {
  view: CaseView;
  /** What was asked, where it was sent from here. */
  request: Request | undefined;
  /** Else, how much was asked and by what kind of order. */
  asked: AskedView | undefined;
  explanation: string | undefined;
  question: string | undefined;
  /** Those that are not readable here have no text. */
  letters: readonly LetterView[];
}

export type Shown = { is: 'looking' } | { is: 'failed'; error: unknown } | ({ is: 'shown' } & Opened);

export type Outcome = { is: 'done'; deed: Deed } | { is: 'lost' } | { is: 'refused'; error: unknown };

export interface OneState {
  shown: Signal<Shown>;
  outcome: Signal<Outcome | undefined>;
  busy: Signal<boolean>;
  look(): Promise<void>;
  /** Signs and sends. @returns whether it was done */
  act(deed: Deed, call: (session: Session) => Promise<CaseView>): Promise<boolean>;
  /** Whether the newest list has it otherwise than it is shown. */
  isChanged(): boolean;
  /** Drops everything. */
  leave(): void;
}

/** How a copy of one's own is read. */
export type OwnCopy = (view: Pick<CaseView, 'id' | 'requestDigest'>) => Promise<Request | undefined>;

export function oneState(
  portal: Pick<Portal, 'session' | 'connection' | 'decrypts'>,
  list: Pick<RequestsState, 'lines' | 'changes'>,
  { id, ownCopy }: { id: string; ownCopy: OwnCopy },
): OneState {
  const shown = signal<Shown>({ is: 'looking' });
  const outcome = signal<Outcome | undefined>(undefined);
  const busy = signal(false);
  let isLeft = false;

  async function read(jwe: string | undefined): Promise<string | undefined> {
    const { decrypts } = portal;
    return jwe === undefined || decrypts === undefined
      ? undefined
      : openExplanation(jwe, decrypts.pair).catch(() => undefined);
  }

  async function opened(view: CaseView): Promise<Opened> {
    const request = await ownCopy(view);
    const asked =
      request === undefined
        ? await ask(portal, (session) => showAsked(session, view.id)).catch(() => undefined)
        : undefined;
    const letters = await Promise.all(
      (view.letters ?? []).map(async ({ letter, ...each }) => {
        const text = await read(letter);
        return text === undefined ? each : { ...each, letter: text };
      }),
    );
    const [explanation, question] = [await read(view.explanation), await read(view.information?.question)];
    return { view, request, asked, explanation, question, letters };
  }

  async function show(view: CaseView): Promise<void> {
    rememberName(view.id, view.reference);
    const all = await opened(view);
    if (isLeft) return;
    shown.value = { is: 'shown', ...all };
    const line = lineOfCase(view);
    list.changes.value = seenAs(list.changes.peek(), line);
    list.lines.put(line);
  }

  async function look(): Promise<void> {
    if (shown.peek().is !== 'shown') shown.value = { is: 'looking' };
    busy.value = true;
    try {
      await show(await ask(portal, (session) => followRequest(session, id)));
    } catch (error) {
      if (isLeft) return;
      if (shown.peek().is === 'shown') outcome.value = { is: 'refused', error };
      else shown.value = { is: 'failed', error };
    } finally {
      busy.value = false;
    }
  }

  return {
    shown,
    outcome,
    busy,
    look,
    async act(deed, call) {
      if (busy.peek() || shown.peek().is !== 'shown') return false;
      outcome.value = undefined;
      busy.value = true;
      try {
        const view = await ask(portal, call);
        if (isLeft) return true;
        await show(view);
        outcome.value = { is: 'done', deed };
        return true;
      } catch (error) {
        if (isLeft || error instanceof NotSigned) return false;
        if (error instanceof ExchangeError && error.mayHaveArrived) {
          outcome.value = { is: 'lost' };
          await look();
        } else outcome.value = { is: 'refused', error };
        return false;
      } finally {
        busy.value = false;
      }
    },
    isChanged() {
      const [at, line] = [shown.value, list.lines.all.value.get(id)];
      if (at.is !== 'shown' || line === undefined || busy.value) return false;
      const own = lineOfCase(at.view);
      return line.status !== own.status || line.information?.askedAt !== own.information?.askedAt;
    },
    leave() {
      isLeft = true;
      batch(() => {
        shown.value = { is: 'looking' };
        outcome.value = undefined;
      });
    },
  };
}
