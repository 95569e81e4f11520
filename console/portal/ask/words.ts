import { words } from '../../words/lang.ts';
import type { Draft } from './draft.ts';
import type { Field, Step } from './faults.ts';
import { en } from './words-en.ts';

type Named = Exclude<Field, `subject-${number}` | 'whole'> | 'subject';

/** What the wizard says. */
export interface AskWords {
  start: {
    title: string;
    request: { title: string; says: string; button: string };
    preservation: { title: string; says: string; button: string };
    drafts: string;
    draftsSay: string;
    noDrafts: string;
    changed: (when: string) => string;
    untitled: string;
    resume: (name: string) => string;
    remove: (name: string) => string;
    removeSure: (name: string) => string;
    keep: string;
    gone: string;
  };
  import: {
    title: string;
    says: string;
    drop: string;
    choose: string;
    failed: string;
    made: (n: number) => string;
  };
  title: Record<Draft['what'], string>;
  steps: Record<Step, string>;
  stepOf: (n: number, of: number) => string;
  progress: string;
  next: string;
  back: string;
  toCheck: string;
  kept: Record<'kept' | 'failed', string>;
  leave: string;
  /** The summary of what is wrong. */
  problem: string;
  done: string;
  optional: string;
  rules: { loading: string; unread: string; none: string };
  fields: Record<Named, { label: string; hint?: string }>;
  missing: Record<Named, string>;
  wrong: {
    text: string;
    country: string;
    'not-offered': string;
    'date-wrong': string;
    'in-future': string;
    'to-come': string;
    'not-after': string;
    over: string;
    'too-long': (days: number) => string;
    'phone-wrong': string;
    'name-wrong': string;
    twice: string;
    'digest-wrong': string;
    'authority-wrong': string;
    'no-emergency': string;
    'too-many': (most: number) => string;
    category: (category: string, why: string) => string;
    subjects: (n: number, most: number) => string;
    keys: (it: { subjects: number; months: number; kinds: number; keys: number; most: number }) => string;
    people: string;
    refused: (code: string) => string;
  };
  /** Why a category may not be asked for, by the provider's code. */
  why: Record<string, string>;
  whyOther: (code: string) => string;
  choose: string;
  authorisers: Record<
    'PublicProsecutor' | 'JudgeCourtOrInvestigatingJudge' | 'OtherCompetentAuthority',
    string
  >;
  offence: Record<'met' | 'missed' | 'refused' | 'judged', string>;
  declared: string;
  zone: (zone: string) => string;
  signedAs: (instant: string) => string;
  file: {
    drop: string;
    choose: string;
    is: (name: string, bytes: string) => string;
    hash: string;
    hashOnly: string;
    uploads: Record<'required' | 'optional', string>;
    again: string;
  };
  priority: Record<'Routine' | 'Emergency', { label: string; says: (term: string) => string }>;
  noEmergency: string;
  threats: Record<'life' | 'limb' | 'safety' | 'critical infrastructure', string>;
  owes: (by: string, hours: number) => string;
  owesNothing: string;
  late: string;
  subjects: {
    kinds: Record<'account' | 'phone' | 'username', string>;
    kind: string;
    value: (n: number) => string;
    add: string;
    remove: (n: number) => string;
    several: string;
    severalSay: string;
    take: string;
    together: string;
  };
  period: { withTimes: string; lastDay: string; until: string; utc: (from: string, to: string) => string };
  secrecy: {
    tell: string;
    tellSays: string;
    authority: string;
    authoritySays: string;
    delay: string;
    delaySays: (days: number) => string;
    forbidden: string;
    forbiddenSays: string;
  };
  reasons: Record<
    'life or safety' | 'flight' | 'evidence' | 'witnesses' | 'jeopardising the investigation',
    string
  >;
  notification: {
    title: string;
    says: string;
    waits: string;
    authority: string;
    resident: string;
    residentSays: string;
  };
  preserved: {
    onReceipt: string;
    notOnReceipt: string;
    attach: string;
    none: string;
    ends: (when: string) => string;
    failed: string;
  };
  check: {
    title: string;
    says: string;
    change: (step: string) => string;
    send: Record<Draft['what'], string>;
    unsent: string;
    mayHaveArrived: string;
    sending: string;
  };
  sent: {
    title: Record<Draft['what'], string>;
    reference: string;
    id: string;
    received: string;
    due: string;
    why: string;
    next: string;
    approvals: (n: number) => string;
    emergency: string;
    owes: (by: string, when: string) => string;
    order: string;
    orderRequired: string;
    handIn: string;
    handedIn: string;
    otherFile: string;
    wrongType: string;
    told: string;
    delayed: (until: string) => string;
    enforcing: (authority: string, until: string) => string;
    ends: (when: string) => string;
    attached: string;
    collect: string;
    noCopy: string;
    open: string;
    another: string;
    duplicate: string;
  };
}

export const askWords = words<AskWords>(en);
