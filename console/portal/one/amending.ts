import { openStatuses } from '#core/cases/case.ts';
import type { CaseView } from '#core/cases/case.ts';
import type { Portal } from '../state/portal.ts';
import type { Opened } from './state.ts';

/** A request that ended without its answer can be asked anew in its place: the new one names it. */
export const canAskAnew = ({ status }: Pick<CaseView, 'status'>): boolean =>
  status !== 'AwaitingApproval' && !openStatuses.includes(status);
