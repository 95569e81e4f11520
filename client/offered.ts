import { type CaseView, openStatuses } from '#core/cases/case.ts';

/** Whether the provider waits for the agency to answer. */
export const isWaitedFor = ({ links }: Pick<CaseView, 'links'>) => Object.hasOwn(links, 'information');

/** As much of a case as says what can be done with it: of a list’s line, too. */
export type Standing = Pick<
  CaseView,
  'links' | 'status' | 'priority' | 'debts' | 'noticeBy' | 'toldAt' | 'delayUntil'
>;

/** What can be done with a request: an act of the agency’s, as the provider’s links name it. */
export type Offer = 'information' | 'order' | 'collection' | 'validation' | 'notice' | 'told' | 'withdrawal';

const offeredIn: Record<Offer, (view: Standing, now: number) => boolean> = {
  information: isWaitedFor,
  order: ({ status }) => status === 'AwaitingApproval' || openStatuses.includes(status),
  collection: ({ status }) => openStatuses.includes(status),
  validation: ({ priority, status, debts }) =>
    priority === 'Emergency' &&
    (status === 'AwaitingApproval' || debts?.owed.includes('authorisation') === true),
  told: ({ noticeBy, toldAt }) => noticeBy === 'authority' && toldAt === undefined,
  notice: ({ delayUntil }, now) => delayUntil !== undefined && now < Date.parse(delayUntil),
  withdrawal: ({ status }) => status === 'AwaitingApproval' || openStatuses.includes(status),
};

/**
 * What can be done now: what the provider offers and this view does not rule out. A provider of an earlier version offers a
 * delay where none runs, and a withdrawal of what is over.
 */
export function offered(view: Standing, now: number): Offer[] {
  const known: readonly Offer[] = [
    'information',
    'order',
    'collection',
    'validation',
    'notice',
    'told',
    'withdrawal',
  ];
  return known.filter((offer) => Object.hasOwn(view.links, offer) && offeredIn[offer](view, now));
}
