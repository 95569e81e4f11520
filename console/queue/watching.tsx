import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { useDesk } from '../state/desk.ts';
import { go, route } from '../state/route.ts';
import { Button } from '../ui/kit.tsx';
import { inLanguage } from '../words/lang.ts';
import { arrivalsAfter, noArrivals, seenArrival, titleOf } from './arrivals.ts';
import { chime } from './chime.ts';
import { type Kept, keep, readKept } from './kept.ts';
import { browserPage } from './page.ts';
import { startRefreshing } from './refreshing.ts';
import { queueState, showTab } from './state.ts';
import { queueWords } from './words.ts';

/** What this browser remembers of the queue. */
export const kept = signal<Kept>(readKept(localStorage));

export function remember(next: Kept): void {
  kept.value = next;
  keep(localStorage, next);
}

/**
 * Keeps the lists new while the desk is open, on whichever screen one is, and tells of emergencies that arrive: by a line
 * on the page, the window's title, a sound, and a notification. None of them says which case it is.
 */
export function Watching() {
  const desk = useDesk();
  const queue = queueState(desk);
  const words = inLanguage(queueWords).arrival;

  useEffect(() => {
    const refreshing = startRefreshing({
      list: (of) => desk.lines.list(of),
      failed: (error) => {
        queue.failure.value = error;
      },
      connection: () => desk.connection.peek().is,
      page: browserPage,
    });
    queue.refreshing.value = refreshing;
    return () => {
      refreshing.stop();
      queue.refreshing.value = undefined;
      queue.arrivals.value = noArrivals;
      document.title = titleOf(noArrivals);
    };
  }, [desk]);

  const lines = desk.lines.all.value;
  const isListed = desk.lines.listedAt.value.get('AwaitingApproval') !== undefined;
  useEffect(() => {
    const { arrivals, arrived } = arrivalsAfter(queue.arrivals.peek(), lines.values(), isListed);
    queue.arrivals.value = arrivals;
    if (arrived > 0) tell(inLanguage(queueWords).arrival.notice);
  }, [lines, isListed]);

  const at = route.value;
  useEffect(() => {
    if (at.screen === 'case') queue.arrivals.value = seenArrival(queue.arrivals.peek(), at.id);
  }, [at]);

  const arrivals = queue.arrivals.value;
  useEffect(() => {
    document.title = titleOf(arrivals);
  }, [arrivals]);

  const count = arrivals.unseen.size;
  const dismiss = () => {
    queue.arrivals.value = seenArrival(queue.arrivals.peek());
  };
  return (
    <div class="arrival" role="alert">
      {count === 0 ? null : (
        <>
          <strong>{words.title(count)}</strong>
          <Button
            onClick={() => {
              showTab(queue, 'emergencies');
              queue.filters.value = {};
              queue.search.value = '';
              dismiss();
              go({ screen: 'queue' });
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

function tell(notice: string): void {
  const { sound, notifies } = kept.peek();
  if (sound) chime();
  if (!notifies || !('Notification' in globalThis) || Notification.permission !== 'granted') return;
  // One at a time, with neither a reference nor a number: a desktop shows it to whoever walks by.
  const shown = new Notification(notice, { tag: 'emergency' });
  shown.onclick = () => {
    window.focus();
    shown.close();
  };
}
