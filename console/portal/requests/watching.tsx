import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { browserPage } from '../../queue/page.ts';
import { startRefreshing } from '../../queue/refreshing.ts';
import { Button } from '../../ui/kit.tsx';
import { inLanguage } from '../../words/lang.ts';
import { usePortal } from '../state/portal.ts';
import { go, route } from '../state/route.ts';
import { changesAfter, noChanges, seenChange, titleOf } from './changed.ts';
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
  const words = inLanguage(requestsWords).changed;

  useEffect(() => {
    const refreshing = startRefreshing({
      list: (of) => state.lines.list(of),
      failed: (error) => {
        state.failure.value = error;
      },
      connection: () => portal.connection.peek().is,
      page: browserPage,
    });
    state.refreshing.value = refreshing;
    return () => {
      refreshing.stop();
      state.refreshing.value = undefined;
      state.changes.value = noChanges;
      document.title = titleOf(noChanges);
    };
  }, [portal]);

  const lines = state.lines.all.value;
  const isListed = state.lines.listedAt.value.get('AwaitingApproval') !== undefined;
  useEffect(() => {
    const { changes, changed } = changesAfter(state.changes.peek(), lines.values(), isListed);
    state.changes.value = changes;
    if (changed > 0) tell(inLanguage(requestsWords).notify.notice);
  }, [lines, isListed]);

  const at = route.value;
  useEffect(() => {
    if (at.screen === 'request') state.changes.value = seenChange(state.changes.peek(), at.id);
  }, [at]);

  const changes = state.changes.value;
  useEffect(() => {
    document.title = titleOf(changes);
  }, [changes]);

  const count = changes.unseen.size;
  const dismiss = () => {
    state.changes.value = seenChange(state.changes.peek());
  };
  return (
    <div class="arrival" role="alert">
      {count === 0 ? null : (
        <>
          <strong>{words.says(count)}</strong>
          <Button
            onClick={() => {
              state.tab.value = 'open';
              state.search.value = '';
              state.status.value = undefined;
              dismiss();
              go({ screen: 'requests' });
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
  if (!isNotifying.peek() || !('Notification' in globalThis) || Notification.permission !== 'granted') return;
  // One at a time, with neither a reference nor a number: a desktop shows it to whoever walks by.
  const shown = new Notification(notice, { tag: 'request' });
  shown.onclick = () => {
    window.focus();
    shown.close();
  };
}
