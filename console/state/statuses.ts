import { openStatuses, type Status, statuses } from '#core/cases/case.ts';

/** Statuses of cases that somebody at the desk may still have to do with. */
export const liveStatuses: readonly Status[] = ['AwaitingApproval', ...openStatuses];
export const closedStatuses: readonly Status[] = statuses.filter((status) => !liveStatuses.includes(status));
