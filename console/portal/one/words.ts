import type { Offer } from '#client/offered.ts';
import type { Status } from '#core/cases/case.ts';
import type { noticeModes } from '#core/cases/notice-modes.ts';
import { words } from '../../words/lang.ts';

export type Deed = Exclude<Offer, 'collection'> | 'letter';

/** What the screen of one request says. */
export interface OneWords {
  back: string;
  looking: string;
  changed: string;
  lookAgain: string;
  emergency: string;
  copy: string;
  /** What a status means, and what becomes of it. */
  status: Record<Status, string>;
  ended: Record<'key-revoked' | 'reviewers-key' | 'emergency-overdue' | 'undecided' | 'objected', string>;
  askedBack: string;
  held: string;
  deeds: Record<Deed | 'amend', string>;
  done: Record<Deed, string>;
  lost: string;
  outcome: { refused: string };
  terms: {
    title: string;
    none: string;
    due: string;
    counted: string;
    ends: string;
    answer: string;
    owed: string;
    objection: string;
    expires: string;
    delay: string;
  };
  owedParts: Record<'second-signature' | 'authorisation', string>;
  missed: string;
  notice: { title: string; by: Record<(typeof noticeModes)[number], string>; told: string; delayed: string };
  asked: {
    title: string;
    whose: string;
    data: string;
    period: string;
    order: string;
    issued: string;
    by: string;
    offence: string;
    digest: string;
    amends: string;
    preserved: string;
    notHere: string;
    subjects: (n: number) => string;
    to: string;
  };
  decided: {
    title: string;
    approved: string;
    withheld: string;
    left: string;
    ground: string;
    says: string;
    unread: string;
    none: string;
    authority: string;
    collected: string;
  };
  authority: {
    waits: (who: string) => string;
    consented: (who: string) => string;
    objected: (who: string) => string;
    silent: (who: string) => string;
  };
  talk: {
    title: string;
    question: string;
    of: string;
    answered: string;
    desk: string;
    agency: string;
    unread: string;
    none: string;
  };
  collected: { never: string; times: (n: number) => string };
  forms: {
    leave: string;
    text: string;
    textHint: (most: number) => string;
    textWrong: (most: number) => string;
    answer: { title: string; says: string; go: string; order: string };
    letter: { title: string; says: string; go: string };
    order: {
      title: string;
      says: string;
      go: string;
      file: string;
      type: string;
      large: string;
      differs: string;
      none: string;
    };
    validation: {
      title: string;
      says: string;
      go: string;
      who: string;
      office: string;
      officeHint: string;
      when: string;
      order: string;
      orderNone: string;
    };
    notice: { title: string; says: string; go: string; until: string; reason: string; order: string };
    told: { title: string; says: string; go: string; when: string };
    withdrawal: { title: string; says: string; go: string };
    choose: string;
    sha: string;
    whenMissing: string;
    whenFuture: string;
    whenPast: string;
    tooLong: (days: number) => string;
    choiceMissing: string;
  };
}

export const oneWords = words<OneWords>({
  back: 'All requests',
  looking: 'Opening the request',
  changed: 'This request changed meanwhile.',
  lookAgain: 'Look again',
  emergency: 'Emergency',
  copy: 'Id of the case',
  status: {
    AwaitingApproval: 'The provider’s reviewers have not decided yet.',
    AwaitingDisclosure: 'The provider’s reviewers approved it. You can collect.',
    Disclosed: 'It was collected.',
    DisclosureNotAvailable: 'The provider’s reviewers approved it, and there is nothing to disclose.',
    Rejected: 'A reviewer of the provider rejected it. What is still needed has to be asked anew.',
    Cancelled: 'Your agency withdrew it.',
    Suspended: 'A reviewer of the provider ended access to its data.',
    Expired: 'The time for collecting it is over.',
    Invalid: 'It was approved, and names more than one request may open. Ask in parts.',
  },
  ended: {
    'key-revoked': 'It ended because the key that asked was revoked.',
    'reviewers-key': 'It ended because the key of a reviewer who approved it was revoked.',
    'emergency-overdue': 'It ended because what the emergency owed was not there in time.',
    undecided: 'It ended because nobody at the provider decided it in time.',
    objected: 'An enforcing authority objected.',
  },
  askedBack: 'The provider’s reviewers need information from you before they decide.',
  held: 'The provider’s reviewers approved it. An enforcing authority may still object, and until then nothing is collected.',
  deeds: {
    information: 'Answer',
    order: 'Hand in the order',
    validation: 'Hand in the validation',
    notice: 'Delay the notice further',
    told: 'Say that the person was told',
    withdrawal: 'Withdraw',
    letter: 'Write to the provider',
    amend: 'Ask anew in its place',
  },
  done: {
    information: 'Your answer is with the provider.',
    order: 'The order is with the provider.',
    validation: 'The validation is with the provider.',
    notice: 'The notice is delayed.',
    told: 'It is said that the person was told.',
    withdrawal: 'The request is withdrawn. Access to its data has ended.',
    letter: 'Your letter is with the provider.',
  },
  lost: 'The answer to your call was lost. This is how the request stands now: look whether what you did is in it before you do it again.',
  outcome: { refused: 'Nothing was changed.' },
  terms: {
    title: 'What is due',
    none: 'Nothing is due any more.',
    due: 'The provider answers',
    counted: 'How that is counted',
    ends: 'It ends if nobody decides',
    answer: 'You answer the provider',
    owed: 'Still owed',
    objection: 'An authority may object',
    expires: 'You can collect',
    delay: 'The person is not notified',
  },
  owedParts: {
    'second-signature': 'by the provider: the second reviewer’s signature',
    authorisation: 'by you: the validated order',
  },
  missed:
    'If the validated order is not there in time, the request ends, and the provider takes no more emergencies from your agency until they are allowed again.',
  notice: {
    title: 'Who tells the person',
    by: {
      provider: 'The provider, once something was disclosed.',
      authority: 'Your authority. Say here when it did.',
      nobody: 'Nobody, until the order’s end; then the provider.',
    },
    told: 'Your authority said that it told the person:',
    delayed: 'The provider, but not before',
  },
  asked: {
    title: 'What was asked',
    whose: 'Of whom',
    data: 'Which data',
    period: 'Of which time',
    order: 'Order',
    issued: 'Issued',
    by: 'By',
    offence: 'Offence',
    digest: 'SHA-256 of the order',
    amends: 'In the place of',
    preserved: 'Rests on the preservation',
    notHere:
      'Whom it is about is not shown here: it was sent from another browser or by a colleague. The provider seals that for its reviewers.',
    subjects: (n) => (n === 1 ? '1 person or account' : `${n} persons or accounts`),
    to: 'until',
  },
  decided: {
    title: 'What was decided',
    approved: 'Approved',
    withheld: 'Left out, and why',
    left: 'What the authority’s objection left',
    ground: 'Ground',
    says: 'The reviewer says',
    unread: 'It is encrypted to the officer who asked, and not readable with the key in this browser.',
    authority: 'Enforcing authority',
    collected: 'Collected',
    none: 'Nothing is decided yet.',
  },
  authority: {
    waits: (who) => `${who} was notified and may object until`,
    consented: (who) => `${who} consented,`,
    objected: (who) => `${who} objected,`,
    silent: (who) => `${who} did not object by`,
  },
  talk: {
    title: 'Questions and letters',
    question: 'The provider asked',
    of: 'About',
    answered: 'You answered',
    desk: 'The provider wrote',
    agency: 'Your agency wrote',
    unread: 'Not readable with the key in this browser.',
    none: 'Nobody has written yet.',
  },
  collected: {
    never: 'not yet',
    times: (n) => (n === 1 ? 'once' : `${n} times`),
  },
  forms: {
    leave: 'Leave',
    text: 'Text',
    textHint: (most) => `At most ${most} characters.`,
    textWrong: (most) => `Write 1 to ${most} characters that can be seen.`,
    answer: {
      title: 'Answer the provider',
      says: 'The provider’s reviewers alone read it. What you ask for does not change by it: for that, make a new request.',
      go: 'Go on to sign the answer',
      order: 'The order, if it was completed or corrected',
    },
    letter: {
      title: 'Write to the provider’s reviewers',
      says: 'It decides nothing. A copy is encrypted to the key in this browser, and stays readable here.',
      go: 'Go on to sign the letter',
    },
    order: {
      title: 'Hand in the order',
      says: 'The document whose SHA-256 your request names: a PDF, an ASiC-E container or an XML document, of at most 3 MB. The provider’s reviewers alone read it.',
      go: 'Go on to sign',
      file: 'The order',
      type: 'This is no PDF, ASiC-E container or XML document.',
      large: 'This is larger than 3 MB, which no provider takes.',
      differs: 'This is another document than the one whose SHA-256 your request names.',
      none: 'Choose the order.',
    },
    validation: {
      title: 'Hand in the validated order',
      says: 'An emergency opens before its order is validated. Say who validated it and when; of the validated order the SHA-256 is signed. Where no validation is granted, withdraw the request.',
      go: 'Go on to sign',
      who: 'Who validated it',
      office: 'Their own office',
      officeHint: 'Only where the provider’s policy names one.',
      when: 'When, in your zone',
      order: 'The validated order',
      orderNone: 'Choose the validated order.',
    },
    notice: {
      title: 'Delay the notice further',
      says: 'The person is not told before this day. Each delay uses up one of the renewals that the provider’s policy allows.',
      go: 'Go on to sign',
      until: 'Until when, in your zone',
      reason: 'Why not before',
      order: 'The order that delays or forbids it, where there is one',
    },
    told: {
      title: 'Say that the person was told',
      says: 'It is said once, and the log then says so too.',
      go: 'Go on to sign',
      when: 'When your authority told the person, in your zone',
    },
    withdrawal: {
      title: 'Withdraw the request',
      says: 'Access to its data ends at once and for good, also for your colleagues. What is still needed has to be asked anew.',
      go: 'Go on to sign the withdrawal',
    },
    choose: 'Choose a file',
    sha: 'SHA-256',
    whenMissing: 'Give a day and a time.',
    whenFuture: 'This lies in the future.',
    whenPast: 'This is over already.',
    tooLong: (days) => `The provider allows ${days} days at most.`,
    choiceMissing: 'Choose one.',
  },
});
