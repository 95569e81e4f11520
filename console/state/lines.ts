import { type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { RefusedError } from '#client/errors.ts';
import type { Session } from '#client/exchange.ts';
import { listReviewPage } from '#client/reviewer.ts';
import type { Status } from '#core/cases/case.ts';
import type { ReviewLine } from '#core/cases/review.ts';
import { ask } from './connection.ts';
import type { Desk } from './desk.ts';
import type { Place } from './place.ts';

export { closedStatuses, liveStatuses } from './statuses.ts';

/** The cases that were listed, by their ids. Nothing that is asked is in them, so that listing leaves no entry. */
export interface Lines<Line> {
  all: ReadonlySignal<ReadonlyMap<string, Line>>;
  /** When each status was last listed whole, in milliseconds; absent: not yet. */
  listedAt: ReadonlySignal<ReadonlyMap<Status, number>>;
  /** Of which statuses a list is on its way. */
  listing: ReadonlySignal<ReadonlySet<Status>>;
  /** Lists some statuses anew, the first page of each at once. @throws as the call */
  list(of: readonly Status[]): Promise<void>;
  /** Takes over a line that an act answered. */
  put(line: Line): void;
  /** Forgets everything: the desk is locked. */
  clear(): void;
}

export type CaseLines = Lines<ReviewLine>;

/** The desk's own: what every agency asked. */
export function caseLines(desk: Pick<Desk, 'session' | 'connection' | 'me'>): CaseLines {
  return linesOf(desk, async (session, query) => {
    const { reviews, next, reviewer } = await listReviewPage(session, query);
    if (reviewer !== undefined && desk.me.peek() === undefined) desk.me.value = reviewer;
    return { lines: reviews, next };
  });
}

/** A page of a list of one status: the first, or the one that an earlier page named. */
type ListPage<Line> = (
  session: Session,
  query: { status: Status; page: string | undefined },
) => Promise<{ lines: readonly Line[]; next: string | undefined }>;

export function linesOf<Line extends { id: string; status: Status }>(
  place: Pick<Place, 'session' | 'connection'>,
  listPage: ListPage<Line>,
): Lines<Line> {
  const all = signal<ReadonlyMap<string, Line>>(new Map());
  const listedAt = signal<ReadonlyMap<Status, number>>(new Map());
  const listing = signal<ReadonlySet<Status>>(new Set());
  const running = new Map<Status, Promise<void>>();
  /** When an act answered a line, as a count of acts: a list that was asked for before says nothing newer. */
  const putAt = new Map<string, number>();
  let acts = 0;
  let era = 0;

  async function listOne(status: Status): Promise<void> {
    const begun = era;
    const seen = new Map<string, Line>();
    const actsBefore = acts;
    // The first look shows lines as they come. A later one shows at once what is new, and replaces the whole at its end, so
    // that no line flickers.
    const isFirst = listedAt.peek().get(status) === undefined;
    let page: string | undefined;
    do {
      const actsAtPage = acts;
      const { lines, next } = await ask(place, (session) => listPage(session, { status, page }));
      if (begun !== era) return;
      const newest = lines.map((line) =>
        isSince(line.id, actsAtPage) ? (all.peek().get(line.id) ?? line) : line,
      );
      for (const line of newest) seen.set(line.id, line);
      const shown = isFirst ? newest : newest.filter(({ id }) => !all.peek().has(id));
      if (shown.length > 0)
        all.value = new Map([...all.peek(), ...shown.map((line) => [line.id, line] as const)]);
      page = next;
    } while (page !== undefined);
    const kept = [...all.peek()].filter(
      ([id, line]) => isSince(id, actsBefore) || (line.status !== status && !seen.has(id)),
    );
    all.value = new Map([...seen, ...kept]);
    listedAt.value = new Map(listedAt.peek()).set(status, Date.now());
  }

  /** A page can be gone when it is asked for: then the list is begun anew, once. */
  async function listWhole(status: Status): Promise<void> {
    try {
      await listOne(status);
    } catch (error) {
      if (!(error instanceof RefusedError && error.code === 'page-unknown')) throw error;
      await listOne(status);
    }
  }

  const isSince = (id: string, before: number) => (putAt.get(id) ?? 0) > before;

  function change<T>(set: Signal<ReadonlySet<T>>, value: T, isIn: boolean) {
    const next = new Set(set.peek());
    if (isIn) next.add(value);
    else next.delete(value);
    set.value = next;
  }

  return {
    all,
    listedAt,
    listing,
    async list(of) {
      await Promise.all(
        of.map((status) => {
          const already = running.get(status);
          if (already !== undefined) return already;
          change(listing, status, true);
          const run = listWhole(status).finally(() => {
            running.delete(status);
            change(listing, status, false);
          });
          running.set(status, run);
          return run;
        }),
      );
    },
    put(line) {
      putAt.set(line.id, ++acts);
      all.value = new Map(all.peek()).set(line.id, line);
    },
    clear() {
      era++;
      putAt.clear();
      all.value = new Map();
      listedAt.value = new Map();
    },
  };
}
