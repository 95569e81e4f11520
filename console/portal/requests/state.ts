import { type Signal, signal } from '@preact/signals';
import { listRequestPage } from '#client/agency.ts';
import type { CaseLine, Status } from '#core/cases/case.ts';
import type { Refreshing } from '../../queue/refreshing.ts';
import { type Lines, linesOf } from '../../state/lines.ts';
import { rememberName } from '../state/names.ts';
import type { Portal } from '../state/portal.ts';
import { type Changes, noChanges } from './changed.ts';
import type { Sort, Tab } from './waiting.ts';

/** The agency's requests as an officer has them before them. It is in memory alone, and lasts as long as the portal is open. */
export interface RequestsState {
  lines: Lines<CaseLine>;
  tab: Signal<Tab>;
  search: Signal<string>;
  status: Signal<Status | undefined>;
  sort: Signal<Sort>;
  /** How many rows are shown at most. */
  most: Signal<number>;
  changes: Signal<Changes>;
  failure: Signal<unknown>;
  refreshing: Signal<Refreshing | undefined>;
}

export const step = 100;

/** One for each portal that is open: a locked one takes it with it. */
const states = new WeakMap<Portal['session'], RequestsState>();

export function requestsState(portal: Portal): RequestsState {
  const known = states.get(portal.session);
  if (known !== undefined) return known;
  const lines = linesOf(portal, async (session, query) => {
    const { requests, next } = await listRequestPage(session, query);
    for (const { id, reference } of requests) rememberName(id, reference);
    return { lines: requests, next };
  });
  const made: RequestsState = {
    lines,
    tab: signal('open'),
    search: signal(''),
    status: signal(undefined),
    sort: signal('due'),
    most: signal(step),
    changes: signal(noChanges),
    failure: signal(undefined),
    refreshing: signal(undefined),
  };
  states.set(portal.session, made);
  return made;
}

/** The portal is locked: what was listed, searched for and told of is dropped. */
export function forgetRequests({ session }: Pick<Portal, 'session'>): void {
  const state = states.get(session);
  if (state === undefined) return;
  states.delete(session);
  state.lines.clear();
  state.changes.value = noChanges;
  state.search.value = '';
}
