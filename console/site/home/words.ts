import { words } from '../../words/lang.ts';

/** What the first screen says. */
export interface HomeWords {
  title: string;
  lead: (provider: string) => string;
  numbers: {
    asked: (requests: string) => string;
    granted: (granted: string) => string;
    collected: (collected: string) => string;
    counted: string;
    report: string;
  };
  ways: Record<
    'report' | 'log' | 'letter' | 'checkpoint' | 'portal' | 'console',
    { title: string; says: string }
  >;
  asked: Record<'title' | 'says' | 'never' | 'neverSays', string>;
  decides: {
    title: string;
    says: (approvals: string | undefined) => string;
    emergency: (hours: string | undefined) => string;
  };
  checks: Record<'title' | 'says' | 'how', string>;
  told: Record<'title' | 'says' | 'contact', string>;
  programs: Record<'title' | 'says' | 'raw', string>;
}

export const homeWords = words<HomeWords>({
  title: 'Who asked for data, and what was handed over',
  lead: (provider) =>
    `Police and courts can order ${provider} to hand over data. Here everybody sees how often they do, what is decided and what leaves, and can prove it.`,
  numbers: {
    asked: (requests) => `Authorities asked ${requests} times.`,
    granted: (granted) => `${granted} requests were granted.`,
    collected: (collected) => `Data was handed over in ${collected} cases.`,
    counted: 'Counted by the provider from the public log; anybody can count again.',
    report: 'The whole report',
  },
  ways: {
    report: {
      title: 'The report',
      says: 'How many requests, how many late, how many emergencies: in figures and charts.',
    },
    log: { title: 'The log', says: 'Every act, entry by entry, proven in your browser.' },
    letter: {
      title: 'I have a letter',
      says: 'Open with its code who asked for your data and what they received.',
    },
    checkpoint: { title: 'Checkpoints', says: 'Keep one, and nobody can change the log behind your back.' },
    portal: { title: 'For officers', says: 'Agencies send requests here, with their own keys.' },
    console: { title: 'For reviewers', says: 'The provider’s legal desk decides here.' },
  },
  asked: {
    title: 'What can be asked for',
    says: 'IP addresses with the times at which they were used, and the telephone number of an account: for the accounts, the kinds of data and the time that an order names, and nothing beyond.',
    never: 'Never messages.',
    neverSays: 'This system cannot hold any: no contents, no contacts, no groups, no files.',
  },
  decides: {
    title: 'Who decides',
    says: (approvals) =>
      `An officer signs each request with a key that was enrolled for them. People at the provider examine it, and ${approvals ?? 'several'} of them must sign the same scope before anything can be opened. They can grant less than was asked, or refuse.`,
    emergency: (hours) =>
      `In an emergency one signature opens it, and the second, and the order where it is missing, must follow${hours === undefined ? '' : ` within ${hours} hours`}.`,
  },
  checks: {
    title: 'How it can be checked',
    says: 'Each act is written into a public log that can only grow. It is signed, and it names nobody: no person, no account, no number. Whoever keeps a few lines of it notices any later change.',
    how: 'Check it yourself',
  },
  told: {
    title: 'Who tells the people concerned',
    says: 'The provider does, by letter, unless the law leaves that to the authority. An authority can have it put off for a time; the log has each delay and each notice that is late.',
    contact: 'Questions:',
  },
  programs: {
    title: 'Without this page',
    says: 'These commands check the whole log and count the report again, on your own machine:',
    raw: 'For programs:',
  },
});
