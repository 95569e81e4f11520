import type { Standing } from '#client/queue.ts';
import type { Priority } from '#core/cases/request.ts';
import type { Category } from '#core/categories/categories.ts';
import { words } from '../words/lang.ts';
import type { Sort } from './choosing.ts';
import type { NameProblem } from './kept.ts';
import type { Tab } from './tabs.ts';

/** What the queue says. */
export interface QueueWords {
  title: string;
  tabsLabel: string;
  tabs: Record<Tab, string>;
  /** What it means that a tab has nothing. */
  nothing: Record<Tab, { title: string; says: string }>;
  noMatch: { title: string; says: string; clear: string };
  search: string;
  filters: Record<'agency' | 'category' | 'priority' | 'status' | 'all' | 'clear' | 'label', string>;
  sort: { label: string; by: Record<Sort, string> };
  columns: Record<
    | 'priority'
    | 'reference'
    | 'agency'
    | 'instrument'
    | 'standing'
    | 'due'
    | 'received'
    | 'asked'
    | 'period'
    | 'approvals'
    | 'claimed',
    string
  >;
  priority: Record<Priority, string>;
  standing: Record<Standing, string>;
  category: Record<Category, string>;
  due: { left: (span: string) => string; late: (span: string) => string; still: string };
  approvals: (n: number, of: number) => string;
  waitsForMe: string;
  claimedByMe: string;
  count: (shown: string, of: string) => string;
  soFar: (n: string) => string;
  asOf: (time: string) => string;
  stale: (time: string) => string;
  refresh: string;
  claim: { taken: string; ended: string; cannot: string; offline: string };
  saved: Record<
    'label' | 'none' | 'save' | 'title' | 'name' | 'hint' | 'keep' | 'leave' | 'remove',
    string
  > & {
    problem: Record<NameProblem, string>;
  };
  alerts: Record<
    'button' | 'title' | 'sound' | 'soundHint' | 'notify' | 'notifyHint' | 'refused' | 'locked',
    string
  >;
  arrival: { title: (n: number) => string; notice: string; show: string; dismiss: string };
  keys: Record<'next' | 'before' | 'open' | 'search' | 'claim' | 'refresh', string>;
}

const en: QueueWords = {
  title: 'Queue',
  tabsLabel: 'Which cases',
  tabs: {
    open: 'Open',
    emergencies: 'Emergencies',
    mine: 'Mine',
    second: 'Second signature',
    owed: 'Owed',
    asked: 'Information asked',
    closed: 'Closed',
  },
  nothing: {
    open: {
      title: 'No case is open.',
      says: 'Everything that arrived was answered or has ended. New requests appear here by themselves.',
    },
    emergencies: {
      title: 'There is no emergency.',
      says: 'An emergency that arrives is shown here and announced.',
    },
    mine: {
      title: 'You work on no case.',
      says: 'A case is yours once you claim it or decide on it, until it ends.',
    },
    second: {
      title: 'No case waits for your signature.',
      says: 'Cases that a colleague approved, and that you have not decided on, appear here.',
    },
    owed: {
      title: 'Nothing is owed.',
      says: 'Emergencies that were opened on one signature, or without a validated order, stay here until both are there.',
    },
    asked: {
      title: 'No agency owes you an answer.',
      says: 'Cases in which the desk asked for information stay here until the agency answers.',
    },
    closed: {
      title: 'No case has ended.',
      says: 'Rejected, withdrawn, suspended and expired cases stay here until they are forgotten.',
    },
  },
  noMatch: {
    title: 'No case matches.',
    says: 'Nothing in this tab has what you search for or filter by.',
    clear: 'Clear search and filters',
  },
  search: 'Search by reference, agency or id',
  filters: {
    label: 'Filters',
    agency: 'Agency',
    category: 'Category',
    priority: 'Priority',
    status: 'Status',
    all: 'all',
    clear: 'Clear',
  },
  sort: { label: 'Sort', by: { due: 'due first', received: 'newest first', agency: 'agency' } },
  columns: {
    priority: 'Priority',
    reference: 'Reference',
    agency: 'Agency',
    instrument: 'Order',
    standing: 'Status',
    due: 'Due',
    received: 'Received',
    asked: 'Asked for',
    period: 'Period',
    approvals: 'Approvals',
    claimed: 'Claimed by',
  },
  priority: { Emergency: 'Emergency', Routine: 'Routine' },
  standing: {
    AwaitingApproval: 'To decide',
    AwaitingDisclosure: 'To collect',
    Disclosed: 'Collected',
    DisclosureNotAvailable: 'No data',
    Rejected: 'Rejected',
    Cancelled: 'Withdrawn',
    Suspended: 'Suspended',
    Expired: 'Expired',
    Invalid: 'Invalid',
    'asked-back': 'Information asked',
    held: 'Authority notified',
    'owes-signature': 'Owes signature',
    'owes-order': 'Owes order',
    'owes-both': 'Owes both',
  },
  category: { SubscriberData: 'Subscriber', UserIdentifyingData: 'Identity', TrafficData: 'Traffic' },
  due: { left: (span) => `in ${span}`, late: (span) => `${span} late`, still: 'time stopped' },
  approvals: (n, of) => `${n} of ${of}`,
  waitsForMe: 'Waits for you',
  claimedByMe: 'You',
  count: (shown, of) => (shown === of ? `${of} cases` : `${shown} of ${of} cases`),
  soFar: (n) => `Loading: ${n} cases so far`,
  asOf: (time) => `As of ${time}`,
  stale: (time) => `Out of date: last answer at ${time}`,
  refresh: 'Refresh',
  claim: {
    taken: 'You claimed the case.',
    ended: 'You ended your claim.',
    cannot: 'This case has ended, so nobody can claim it.',
    offline: 'Nothing can be signed now, so the case was not claimed.',
  },
  saved: {
    label: 'Saved filters',
    none: 'Saved filters',
    save: 'Save these settings…',
    title: 'Save tab, filters and order',
    name: 'Name',
    hint: 'The name stays in this browser, unprotected. The search text is not saved.',
    keep: 'Save',
    leave: 'Cancel',
    remove: 'Remove this one',
    problem: {
      empty: 'Give a name.',
      long: 'A name has at most 40 characters.',
      'names-somebody':
        'Choose a name without references, numbers or addresses: it would name a case or a person.',
    },
  },
  alerts: {
    button: 'Alerts',
    title: 'When an emergency arrives',
    sound: 'Play two short tones',
    soundHint: 'The browser plays them once you have clicked or typed on this page.',
    notify: 'Show a desktop notification',
    notifyHint: 'It says “An emergency has arrived” and nothing else.',
    refused:
      'This browser does not allow notifications for this page. Its settings for the page can change that.',
    locked: 'A locked desk hears of nothing: somebody else must watch while you are away.',
  },
  arrival: {
    title: (n) => (n === 1 ? 'An emergency has arrived.' : `${n} emergencies have arrived.`),
    notice: 'An emergency has arrived',
    show: 'Show',
    dismiss: 'Dismiss',
  },
  keys: {
    next: 'Next case',
    before: 'Case before',
    open: 'Open the case',
    search: 'Search',
    claim: 'Claim the case, take it over, or end your claim',
    refresh: 'Refresh the list',
  },
};

export const queueWords = words<QueueWords>(en);
