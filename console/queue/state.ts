import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { ReviewLine } from '#client/reviewer.ts';
import type { Desk } from '../state/desk.ts';
import { type Arrivals, noArrivals } from './arrivals.ts';
import { agenciesOf, type Filters, filtered, found, type Sort, sorted } from './choosing.ts';
import type { Refreshing } from './refreshing.ts';
import { type ByTab, byTab, statusesOf, type Tab } from './tabs.ts';

/**
 * The queue as one has it before oneself. It lasts as long as the desk is open, so that coming back from a case changes
 * nothing; it is in memory alone, and a locked desk forgets it.
 */
export interface QueueState {
  tab: Signal<Tab>;
  filters: Signal<Filters>;
  sort: Signal<Sort>;
  search: Signal<string>;
  /** The case that the keyboard is at, and where it stood: if it goes, the one in its place is next. */
  current: Signal<{ id: string; row: number } | undefined>;
  /** Why the last look failed. */
  failure: Signal<unknown>;
  /** What starts a look; set while the desk is open. */
  refreshing: Signal<Refreshing | undefined>;
  arrivals: Signal<Arrivals>;
  byTab: ReadonlySignal<ByTab>;
  agencies: ReadonlySignal<readonly string[]>;
  /** What the tab shows. */
  shown: ReadonlySignal<readonly ReviewLine[]>;
  /** The row that the keyboard is at; -1 where there is none. */
  row: ReadonlySignal<number>;
  /** Whether everything that the tab is made of was listed once. */
  isComplete: ReadonlySignal<boolean>;
  /** When the oldest list that the tab is made of was answered, in milliseconds. */
  asOf: ReadonlySignal<number | undefined>;
}

const states = new WeakMap<Desk, QueueState>();

export function queueState(desk: Desk): QueueState {
  const known = states.get(desk) ?? newState(desk);
  states.set(desk, known);
  return known;
}

function newState({ lines, me }: Desk): QueueState {
  const tab = signal<Tab>('open');
  const filters = signal<Filters>({});
  const sort = signal<Sort>('due');
  const search = signal('');
  const current = signal<{ id: string; row: number } | undefined>(undefined);
  // Each step is done again only if what it is made of changed: a keystroke costs the last one alone.
  const tabsNow = computed(() => byTab(lines.all.value.values(), me.value));
  const ofTab = computed(() => tabsNow.value[tab.value]);
  const inOrder = computed(() => sorted(ofTab.value, sort.value));
  const narrowed = computed(() => filtered(inOrder.value, filters.value));
  const shown = computed(() => found(narrowed.value, search.value));
  const listed = computed(() => statusesOf[tab.value].map((status) => lines.listedAt.value.get(status)));
  return {
    tab,
    filters,
    sort,
    search,
    current,
    failure: signal(undefined),
    refreshing: signal(undefined),
    arrivals: signal(noArrivals),
    byTab: tabsNow,
    agencies: computed(() => agenciesOf(lines.all.value.values())),
    shown,
    row: computed(() => rowOf(shown.value, current.value)),
    isComplete: computed(() => listed.value.every((at) => at !== undefined)),
    asOf: computed(() => {
      const known = listed.value.flatMap((at) => at ?? []);
      return known.length === 0 ? undefined : Math.min(...known);
    }),
  };
}

function rowOf(shown: readonly ReviewLine[], current: { id: string; row: number } | undefined): number {
  if (current === undefined) return shown.length === 0 ? -1 : 0;
  const row = shown.findIndex(({ id }) => id === current.id);
  return row >= 0 ? row : Math.min(current.row, shown.length - 1);
}

/** Shows a tab, in the order that suits it: what ended by when it came, the rest by when it is due. */
export function showTab({ tab, sort, current }: QueueState, to: Tab): void {
  if (tab.peek() === to) return;
  const wasClosed = tab.peek() === 'closed';
  tab.value = to;
  current.value = undefined;
  if (to === 'closed') sort.value = 'received';
  else if (wasClosed) sort.value = 'due';
}
