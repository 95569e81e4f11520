import type { ComponentChildren } from 'preact';
import { useDesk } from '../state/desk.ts';
import { countText } from '../ui/moment-text.ts';
import { Tabs } from '../ui/tabs.tsx';
import { inLanguage } from '../words/lang.ts';
import { type QueueState, showTab } from './state.ts';
import { statusesOf, tabs } from './tabs.ts';
import { queueWords } from './words.ts';

/** The tabs with their totals: `…` while nothing of one is known, and `+` while more may come. */
export function QueueTabs({ queue, children }: { queue: QueueState; children: ComponentChildren }) {
  const { lines } = useDesk();
  const words = inLanguage(queueWords);
  const parts = tabs.map((name) => {
    const total = queue.byTab.value[name].length;
    const isKnown = statusesOf[name].every((status) => lines.listedAt.value.has(status));
    const text = isKnown ? countText(total) : total > 0 ? `${countText(total)}+` : '…';
    const isUrgent = name === 'emergencies' && total > 0;
    return {
      name,
      says: (
        <>
          {words.tabs[name]} <span class={`total${isUrgent ? ' urgent' : ''}`}>{text}</span>
        </>
      ),
    };
  });
  return (
    <Tabs label={words.tabsLabel} parts={parts} shown={queue.tab.value} onShow={(tab) => showTab(queue, tab)}>
      {children}
    </Tabs>
  );
}
