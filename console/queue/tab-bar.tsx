import { useDesk } from '../state/desk.ts';
import { countText } from '../ui/moment.tsx';
import { inLanguage } from '../words/lang.ts';
import { type QueueState, showTab } from './state.ts';
import { statusesOf, type Tab, tabs } from './tabs.ts';
import { queueWords } from './words.ts';

export const tabPanelId = 'queue-list';
export const tabId = (tab: Tab) => `queue-${tab}`;

/** The tabs with their totals. Arrows lead from one to the next. */
export function Tabs({ queue }: { queue: QueueState }) {
  const { lines } = useDesk();
  const words = inLanguage(queueWords);
  const chosen = queue.tab.value;
  const move = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const ends: Record<string, number> = { Home: 0, End: tabs.length - 1 };
    const to = step === undefined ? ends[event.key] : tabs.indexOf(chosen) + step;
    const tab = to === undefined ? undefined : tabs.at(to % tabs.length);
    if (tab === undefined) return;
    event.preventDefault();
    showTab(queue, tab);
    document.getElementById(tabId(tab))?.focus();
  };
  return (
    <div class="tabs" role="tablist" aria-label={words.tabsLabel} onKeyDown={move} tabIndex={-1}>
      {tabs.map((tab) => {
        const total = queue.byTab.value[tab].length;
        const isKnown = statusesOf[tab].every((status) => lines.listedAt.value.has(status));
        const isUrgent = tab === 'emergencies' && total > 0;
        return (
          <button
            key={tab}
            type="button"
            role="tab"
            id={tabId(tab)}
            aria-selected={tab === chosen}
            aria-controls={tabPanelId}
            tabIndex={tab === chosen ? 0 : -1}
            onClick={() => showTab(queue, tab)}
          >
            {words.tabs[tab]}{' '}
            <span class={`total${isUrgent ? ' urgent' : ''}`}>
              {isKnown || total > 0 ? `${countText(total)}${isKnown ? '' : '+'}` : '…'}
            </span>
          </button>
        );
      })}
    </div>
  );
}
