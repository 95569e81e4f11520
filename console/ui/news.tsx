import type { Signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { browserPage } from '../queue/page.ts';
import { type Refreshing, startRefreshing } from '../queue/refreshing.ts';
import type { Lines } from '../state/lines.ts';
import { type News, seen, titleOf } from '../state/news.ts';
import type { Place } from '../state/place.ts';
import { Button } from './kit.tsx';

/** What is kept new while a page is open, and what is told of it. */
interface Watched<Some extends News, Line> {
  place: Pick<Place, 'connection'>;
  lines: Lines<Line>;
  refreshing: Signal<Refreshing | undefined>;
  failure: Signal<unknown>;
  news: Signal<Some>;
  none: Some;
  /** @returns `fresh`: how many of these lines are news */
  after: (news: Some, lines: Iterable<Line>, isListed: boolean) => { news: Some; fresh: number };
  tell: () => void;
  /** The id of what is on the screen, and so is seen. */
  open: string | undefined;
}

/** Keeps the lists new on whichever screen one is, and has the window's title say how much is new. */
export function useNews<Some extends News, Line>(watched: Watched<Some, Line>): void {
  const { place, news, none } = watched;
  useEffect(() => {
    const refreshing = startRefreshing({
      list: (of) => watched.lines.list(of),
      failed: (error) => {
        watched.failure.value = error;
      },
      connection: () => place.connection.peek().is,
      page: browserPage,
    });
    watched.refreshing.value = refreshing;
    return () => {
      refreshing.stop();
      watched.refreshing.value = undefined;
      news.value = none;
      document.title = titleOf(none);
    };
  }, [place]);

  const lines = watched.lines.all.value;
  const isListed = watched.lines.listedAt.value.get('AwaitingApproval') !== undefined;
  useEffect(() => {
    const { news: next, fresh } = watched.after(news.peek(), lines.values(), isListed);
    news.value = next;
    if (fresh > 0) watched.tell();
  }, [lines, isListed]);

  const { open } = watched;
  useEffect(() => {
    if (open !== undefined) news.value = seen(news.peek(), open);
  }, [open]);

  const now = news.value;
  useEffect(() => {
    document.title = titleOf(now);
  }, [now]);
}

/** The line on the page that tells of news, until somebody looks at it or leaves it. */
export function NewsLine<Some extends News>({
  news,
  words,
  onShow,
}: {
  news: Signal<Some>;
  words: { says: (count: number) => string; show: string; dismiss: string };
  onShow: () => void;
}) {
  const count = news.value.unseen.size;
  const dismiss = () => {
    news.value = seen(news.peek());
  };
  return (
    <div class="arrival" role="alert">
      {count === 0 ? null : (
        <>
          <strong>{words.says(count)}</strong>
          <Button
            onClick={() => {
              dismiss();
              onShow();
            }}
          >
            {words.show}
          </Button>
          <Button kind="quiet" onClick={dismiss}>
            {words.dismiss}
          </Button>
        </>
      )}
    </div>
  );
}

/** A message of the computer, where it may show any. One of a tag at a time, with neither a reference nor a number. */
export function notify(notice: string, tag: string): void {
  if (!('Notification' in globalThis) || Notification.permission !== 'granted') return;
  // A desktop shows it to whoever walks by.
  const shown = new Notification(notice, { tag });
  shown.onclick = () => {
    window.focus();
    shown.close();
  };
}
