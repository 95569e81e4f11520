import { signal } from '@preact/signals';
import { NewsLine, notify, useNews } from '../../ui/news.tsx';
import { inLanguage } from '../../words/lang.ts';
import { usePortal } from '../state/portal.ts';
import { go, route } from '../state/route.ts';
import { changesAfter, noChanges } from './changed.ts';
import { requestsState } from './state.ts';
import { requestsWords } from './words.ts';

const place = 'portal-notify';

/** Whether this browser shows a message when a request changes. It is of the officer's computer, and of no request. */
export const isNotifying = signal(localStorage.getItem(place) === 'yes');

export function setNotifying(isOn: boolean): void {
  isNotifying.value = isOn;
  localStorage.setItem(place, isOn ? 'yes' : 'no');
}

/**
 * Keeps the agency's requests new while the portal is open, on whichever screen one is, and tells of what changed: by a line
 * on the page, the window's title, and a message of the computer. None of them says which request it is.
 */
export function Watching() {
  const portal = usePortal();
  const state = requestsState(portal);
  const at = route.value;
  useNews({
    place: portal,
    lines: state.lines,
    refreshing: state.refreshing,
    failure: state.failure,
    news: state.changes,
    none: noChanges,
    after: (...now) => {
      const { changes: news, changed: fresh } = changesAfter(...now);
      return { news, fresh };
    },
    tell: () => {
      if (isNotifying.peek()) notify(inLanguage(requestsWords).notify.notice, 'request');
    },
    open: at.screen === 'request' ? at.id : undefined,
  });
  return (
    <NewsLine
      news={state.changes}
      words={inLanguage(requestsWords).changed}
      onShow={() => {
        state.tab.value = 'open';
        state.search.value = '';
        state.status.value = undefined;
        go({ screen: 'requests' });
      }}
    />
  );
}
