import type { Status } from '#core/cases/case.ts';
import type { Connection } from '../state/connection.ts';
import { closedStatuses, liveStatuses } from '../state/statuses.ts';

/**
 * Lists the desk's cases again and again: what is live every half minute, what is closed every five. A page that nobody sees
 * looks only for what arrived, every minute, so that an emergency is told of all the same.
 */
export const everyMs = 30_000;
export const hiddenEveryMs = 60_000;
export const closedEveryMs = 300_000;
/** A list that takes long is asked for less often: at most a fifth of the time goes by with it. */
const pauseShare = 4;

/** What the page around it tells. */
export interface Surroundings {
  isVisible(): boolean;
  isOnline(): boolean;
  /** Calls back whenever either changed. @returns what stops it */
  onChange(then: () => void): () => void;
}

export interface Refreshing {
  /** At once, what is closed too. @returns once what is live is listed, or failed */
  now(): Promise<void>;
  stop(): void;
}

/**
 * @param list lists some statuses; what it throws goes to `failed`
 * @param connection what the last call said of the desk: a key that is refused is not used again and again, since the log
 *   has an entry of each refusal
 */
export function startRefreshing({
  list,
  failed,
  connection,
  page,
}: {
  list: (of: readonly Status[]) => Promise<void>;
  failed: (error: unknown) => void;
  connection: () => Connection['is'];
  page: Surroundings;
}): Refreshing {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isStopped = false;
  let running = 0;
  let closedAt = Number.NEGATIVE_INFINITY;

  const mayGoOn = () => ['well', 'offline'].includes(connection());

  async function look(of: readonly Status[]): Promise<void> {
    running++;
    const begun = Date.now();
    try {
      await list(of);
      if (isStopped) return;
      failed(undefined);
      if (page.isVisible() && Date.now() - closedAt >= closedEveryMs) lookAtClosed();
    } catch (error) {
      if (!isStopped) failed(error);
    } finally {
      running--;
      plan(Date.now() - begun);
    }
  }

  /** Beside the rest: what ended can be much, and what arrives does not wait for it. */
  function lookAtClosed(): void {
    closedAt = Date.now();
    list(closedStatuses).catch((error: unknown) => {
      closedAt = Number.NEGATIVE_INFINITY;
      if (!isStopped) failed(error);
    });
  }

  /** @param tookMs how long the last look took */
  function plan(tookMs: number): void {
    clearTimeout(timer);
    if (isStopped || running > 0) return;
    const every = page.isVisible() ? everyMs : hiddenEveryMs;
    timer = setTimeout(lookAgain, Math.max(every, pauseShare * tookMs));
  }

  function lookAgain(): void {
    if (running > 0) return;
    if (page.isOnline() && mayGoOn()) void look(page.isVisible() ? liveStatuses : ['AwaitingApproval']);
    else plan(0);
  }

  const stopListening = page.onChange(() => {
    if (page.isVisible() && page.isOnline()) lookAgain();
    else plan(0);
  });
  void look(liveStatuses);

  return {
    now: () => {
      closedAt = Number.NEGATIVE_INFINITY;
      return look(liveStatuses);
    },
    stop: () => {
      isStopped = true;
      clearTimeout(timer);
      stopListening();
    },
  };
}
