import { type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { fetchReport } from '#client/report/published.ts';
import type { Report } from '#core/log/report/figures.ts';
import { ask } from '../state/connection.ts';
import type { Desk } from '../state/desk.ts';
import type { Grouping, Span } from './groups.ts';

export const parts = ['times', 'report'] as const;
export type StatisticsPart = (typeof parts)[number];

/** The statistics as a desk has them open. */
export interface StatisticsState {
  part: Signal<StatisticsPart>;
  span: Signal<Span>;
  grouping: Signal<Grouping>;
  whose: Signal<'desk' | 'you'>;
  priority: Signal<'all' | 'Routine' | 'Emergency'>;
  report: {
    /** `none`: none is published yet. */
    found: ReadonlySignal<Report | 'none' | undefined>;
    failure: ReadonlySignal<unknown>;
    isLoading: ReadonlySignal<boolean>;
    load(): Promise<void>;
  };
}

const states = new WeakMap<Desk, StatisticsState>();

export function statisticsOf(desk: Desk): StatisticsState {
  const known = states.get(desk);
  if (known !== undefined) return known;
  const state: StatisticsState = {
    part: signal<StatisticsPart>('times'),
    span: signal<Span>('all'),
    grouping: signal<Grouping>('month'),
    whose: signal<'desk' | 'you'>('desk'),
    priority: signal<'all' | 'Routine' | 'Emergency'>('all'),
    report: reportState(desk),
  };
  states.set(desk, state);
  return state;
}

function reportState(desk: Desk): StatisticsState['report'] {
  const found = signal<Report | 'none' | undefined>(undefined);
  const failure = signal<unknown>(undefined);
  const isLoading = signal(false);
  return {
    found,
    failure,
    isLoading,
    async load() {
      isLoading.value = true;
      failure.value = undefined;
      try {
        found.value = (await ask(desk, ({ url }) => fetchReport(url))) ?? 'none';
      } catch (error) {
        failure.value = error;
      } finally {
        isLoading.value = false;
      }
    },
  };
}
