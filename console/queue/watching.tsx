import { signal } from '@preact/signals';
import { useDesk } from '../state/desk.ts';
import { go, route } from '../state/route.ts';
import { NewsLine, notify, useNews } from '../ui/news.tsx';
import { inLanguage } from '../words/lang.ts';
import { arrivalsAfter, noArrivals } from './arrivals.ts';
import { chime } from './chime.ts';
import { type Kept, keep, readKept } from './kept.ts';
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
  const at = route.value;
  useNews({
    place: desk,
    lines: desk.lines,
    refreshing: queue.refreshing,
    failure: queue.failure,
    news: queue.arrivals,
    none: noArrivals,
    after: (...now) => {
      const { arrivals: news, arrived: fresh } = arrivalsAfter(...now);
      return { news, fresh };
    },
    tell: () => tell(inLanguage(queueWords).arrival.notice),
    open: at.screen === 'case' ? at.id : undefined,
  });
  return (
    <NewsLine
      news={queue.arrivals}
      words={{ ...words, says: words.title }}
      onShow={() => {
        showTab(queue, 'emergencies');
        queue.filters.value = {};
        queue.search.value = '';
        go({ screen: 'queue' });
      }}
    />
  );
}

function tell(notice: string): void {
  const { sound, notifies } = kept.peek();
  if (sound) chime();
  if (notifies) notify(notice, 'emergency');
}
