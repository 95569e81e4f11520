import type { AuthorityMatch } from '#core/cases/authorities.ts';
import type { Obligation, Status, SupersededReason } from '#core/cases/case.ts';
import type { NoticeMode } from '#core/cases/notice-modes.ts';
import type { AuthoriserRole, Basis } from '#core/cases/policy.ts';
import type { delayReasons, Subject, threats } from '#core/cases/request.ts';
import type { Category } from '#core/categories/categories.ts';
import { words } from '../words/lang.ts';
import type { Worded } from './difference.ts';
import type { Deed } from './meanwhile.ts';
import type { HeldOrder, Stale } from './state.ts';
import type { Term } from './timeline.ts';
import type { Warning } from './warnings.ts';
import { en } from './words-en.ts';

type Refusal = 'reject' | 'suspend';
type Message = 'question' | 'letter' | 'note';
interface Titled {
  title: string;
  says: string;
}

/** What the screen of a case says. */
export interface CaseWords {
  keys: Record<'next' | 'before' | 'back' | 'narrow' | 'approve' | 'reject' | 'claim' | 'unclaim', string>;
  announced: Titled & { open: string };
  looking: string;
  looked: string;
  wrong: Titled;
  emergency: string;
  statuses: Record<Status, string>;
  approvals: (are: number, needed: number) => string;
  claimedBy: (who: string) => string;
  you: string;
  due: string;
  leave: string;
  stale: Record<Stale['is'], Titled & { look: string }>;
  done: Record<Deed['deed'], string>;
  found: { stands: string; not: string; again: string };
  warningsTitle: string;
  warnings: Record<Warning, Titled>;
  basis: Record<
    | 'title'
    | 'instrument'
    | 'issued'
    | 'authoriser'
    | 'authority'
    | 'unnamed'
    | 'offence'
    | 'threshold'
    | 'threat'
    | 'answerBy'
    | 'counted'
    | 'key'
    | 'keyUnknown'
    | 'secrecy'
    | 'preserved'
    | 'amends'
    | 'order',
    string
  > & { under: (instrument: string, law: string) => string };
  authorisers: Record<AuthoriserRole, string>;
  registers: Record<AuthorityMatch, string>;
  thresholds: Record<Basis['threshold'], string>;
  threats: Record<(typeof threats)[number] | 'none', string>;
  secrecy: {
    none: string;
    until: string;
    reasons: Record<(typeof delayReasons)[number], string>;
    by: Record<Exclude<NoticeMode, 'provider'>, string>;
  };
  order: Record<
    'title' | 'signed' | 'file' | 'drop' | 'choose' | 'missing' | 'notHere' | 'takeOut' | 'logged',
    string
  > & { compared: Record<HeldOrder['compared'], string>; here: (bytes: string) => string };
  asked: Record<'title' | 'categories' | 'to' | 'cut' | 'first' | 'last' | 'asAsked' | 'clear', string> & {
    subjects: (n: number) => string;
    period: (days: string) => string;
    kinds: Record<Subject['kind'], string>;
    titles: Record<Category, string>;
  };
  difference: { nothing: string; says: (it: Worded) => string };
  choice: Record<
    | 'title'
    | 'signed'
    | 'closed'
    | 'only'
    | 'missing'
    | 'again'
    | 'reason'
    | 'reasonHint'
    | 'approve'
    | 'coveredSays'
    | 'choose'
    | 'keepOwn'
    | 'takeMissing',
    string
  > &
    Record<'coveredTitle' | 'same' | 'differs' | 'takeTheirs' | 'anew', (who: string) => string>;
  covered: string;
  leftOutPart: Record<
    | 'title'
    | 'hint'
    | 'takenOver'
    | 'period'
    | 'unstated'
    | 'tooLong'
    | 'explanation'
    | 'explanationHint'
    | 'noGround',
    string
  > & { subject: (n: string) => string; gets: (scope: string) => string };
  preview: string;
  line: Record<'empty' | 'too-long' | 'hidden', (max: number) => string>;
  deeds: Record<
    'title' | 'reject' | 'question' | 'letter' | 'note' | 'claim' | 'unclaim' | 'suspend',
    string
  > & {
    takeOver: (who: string) => string;
  };
  refuse: {
    title: Record<Refusal, string>;
    says: Record<Refusal, string>;
    go: Record<Refusal, string>;
    ground: string;
    groundMissing: string;
    reason: string;
    reasonHint: string;
    /** The words that are typed by hand before access ends. */
    forGood: string;
    type: (words: string) => string;
    typeMissing: (words: string) => string;
  };
  agencyReads: Record<Refusal | 'noGround', string>;
  write: {
    title: Record<Message, string>;
    says: Record<Message, string>;
    text: Record<Message, string>;
    about: string;
    aboutMissing: (most: number) => string;
    asks: (parts: string) => string;
    go: string;
  };
  exists: Record<
    'title' | 'hidden' | 'subject' | 'category' | 'records' | 'months' | 'notShown' | 'none',
    string
  >;
  terms: Record<Term | 'title', string>;
  owedTitle: string;
  owedNothing: string;
  owed: Record<Obligation, string>;
  openedScope: string;
  disclosable: string;
  leftOut: string;
  collected: string;
  times: (n: number) => string;
  timeline: Record<
    'title' | 'desk' | 'answer' | 'letterFrom' | 'told' | 'gone' | 'scope' | 'asAsked' | 'ground' | 'reason',
    string
  > &
    Record<
      | 'received'
      | 'document'
      | 'notified'
      | 'claimed'
      | 'note'
      | 'letter'
      | 'approved'
      | 'rejected'
      | 'suspended',
      (what: string) => string
    > & {
      question: (by: string, about: string) => string;
      authority: Record<'consent' | 'object', (who: string) => string>;
      because: Record<SupersededReason, (who: string) => string>;
      more: (n: number) => string;
    };
}

export const caseWords = words<CaseWords>(en);
