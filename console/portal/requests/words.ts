import type { Status } from '#core/cases/case.ts';
import type { Priority } from '#core/cases/request.ts';
import { words } from '../../words/lang.ts';
import type { Sort, Stands, Tab, Waits } from './waiting.ts';

/** What the list of an agency's requests says. */
export interface RequestsWords {
  title: string;
  says: string;
  search: string;
  tabs: Record<Tab, string>;
  tabsLabel: string;
  status: string;
  allStatuses: string;
  sort: { label: string; by: Record<Sort, string> };
  columns: Record<'priority' | 'reference' | 'status' | 'waits' | 'due', string>;
  priority: Record<Priority, string>;
  stands: Record<Stands, string>;
  waits: Record<Waits, string>;
  due: Record<'agency' | 'provider', string>;
  late: string;
  yours: string;
  ofOrder: (order: string) => string;
  empty: Record<Tab, string>;
  noMatch: string;
  loading: string;
  count: (shown: number, all: number) => string;
  more: (n: number) => string;
  refresh: string;
  delegates: string;
  notify: { label: string; hint: string; refused: string; notice: string };
  changed: { says: (n: number) => string; show: string; dismiss: string };
}

const waiting: Record<Status, string> = {
  AwaitingApproval: 'with the provider’s reviewers',
  AwaitingDisclosure: 'approved, to be collected',
  Disclosed: 'collected',
  DisclosureNotAvailable: 'approved, and nothing is there',
  Rejected: 'rejected',
  Cancelled: 'withdrawn',
  Suspended: 'access was ended',
  Expired: 'the time for it is over',
  Invalid: 'approved, and too large for one request',
};

export const requestsWords = words<RequestsWords>({
  title: 'Your agency’s requests',
  says: 'Every request of your agency, whoever of you asked.',
  search: 'Search by reference, order or id',
  tabs: { ours: 'Waits for you', open: 'Open', closed: 'Ended', all: 'All' },
  tabsLabel: 'Which requests',
  status: 'Status',
  allStatuses: 'all',
  sort: { label: 'Sort', by: { due: 'due first', received: 'newest first' } },
  columns: {
    priority: 'Priority',
    reference: 'Reference',
    status: 'Status',
    waits: 'Waits for you',
    due: 'Due',
  },
  priority: { Emergency: 'Emergency', Routine: 'Routine' },
  stands: {
    ...waiting,
    'asked-back': 'the provider asked something',
    held: 'approved; an authority may still object',
  },
  waits: {
    answer: 'answer the provider',
    validate: 'hand in the validated order',
    collect: 'collect',
    tell: 'say that the person was told',
    delay: 'delay of the notice ends',
  },
  due: { agency: 'you, until', provider: 'the provider, until' },
  late: 'late',
  yours: 'sent from here',
  ofOrder: (order) => `order ${order}`,
  empty: {
    ours: 'Nothing waits for your agency.',
    open: 'No request is open.',
    closed: 'No request has ended.',
    all: 'Your agency has no request yet.',
  },
  noMatch: 'No request matches.',
  loading: 'Listing your agency’s requests',
  count: (shown, all) =>
    shown === all ? `${all === 1 ? '1 request' : `${all} requests`}` : `${shown} of ${all} requests`,
  more: (n) => `Show ${n} more`,
  refresh: 'Refresh',
  delegates:
    'You stand in for each other: any officer of your agency may follow, answer, withdraw and collect what a colleague asked. What you collect is encrypted to your own key. Whom a request is about, and what reviewers wrote, is readable only for the officer who sent it.',
  notify: {
    label: 'Tell me on this computer when a request changes',
    hint: 'The message names no request and nobody.',
    refused:
      'This browser does not let the page show messages. Allow it in the browser’s settings for this address.',
    notice: 'Something changed in one of your agency’s requests.',
  },
  changed: {
    says: (n) => (n === 1 ? '1 request changed.' : `${n} requests changed.`),
    show: 'Show what is open',
    dismiss: 'Dismiss',
  },
});
