import type { LetterWords } from './words.ts';

export const english: LetterWords = {
  tag: 'en-GB',
  colon: ': ',
  title: 'Data about you was given to an authority',
  opening: ({ provider, agency, about }) =>
    `${agency} asked ${provider} for data about ${about}. The order was examined, and the data named below was handed over.`,
  about: {
    account: (value) => `the account ${value}`,
    phone: (value) => `the telephone number ${value}`,
    username: (value) => `the user name ${value}`,
  },
  meaning:
    'This letter does not say that you are suspected of anything: data of witnesses and victims is asked for too. The content of messages was neither asked for nor handed over.',
  headings: {
    facts: 'What was handed over',
    why: 'Why you learn of it now',
    complain: 'If you do not agree',
    check: 'How to check this letter',
    code: 'Your code',
  },
  names: {
    who: 'Asked by',
    basis: 'On the basis of',
    received: 'Request received',
    what: 'Data',
    period: 'From the period',
    left: 'Handed over',
    case: 'Case',
  },
  instruments: {
    EPOC: 'a European Production Order, Regulation (EU) 2023/1543',
    EIO: 'a European Investigation Order, Directive 2014/41/EU',
    MLA: 'a request for mutual legal assistance',
    NationalOrder: 'an order of national law',
  },
  basis: ({ instrument, country, authoriser }) =>
    `${instrument}, under the law of ${country}, issued or validated by ${authoriser}`,
  authorisers: {
    PublicProsecutor: 'a public prosecutor',
    JudgeCourtOrInvestigatingJudge: 'a judge or court',
    OtherCompetentAuthority: 'another competent authority',
  },
  categories: {
    SubscriberData: 'the telephone number of the account',
    UserIdentifyingData: 'addresses on the internet from which the account was used, each once',
    TrafficData: 'the times and internet addresses of log-ins to the account',
  },
  emergency: 'The request was made as an emergency.',
  records: (count) => (count === 1 ? '1 record' : `${count} records`),
  span: (from, to) => (from === to ? `on ${from}` : `from ${from} to ${to}`),
  delayed: ({ until, ordered }) =>
    ordered
      ? `An order forbade telling you before ${until}.`
      : `The authority had asked that you not be told before ${until}.`,
  reason: (text) => `The reason given: ${text}.`,
  reasons: {
    'life or safety': 'danger to somebody’s life or safety',
    flight: 'the risk that somebody flees',
    evidence: 'the risk that evidence is destroyed',
    witnesses: 'the risk that witnesses are put under pressure',
    'jeopardising the investigation': 'the investigation would have been jeopardised',
  },
  notDelayed: 'Nobody asked that this letter be delayed.',
  complain: {
    provider: (name) =>
      `Write to ${name} if you have questions or think that the data should not have been handed over.`,
    contact: (text) => `You reach it here: ${text}`,
    remedies: (country) =>
      `Whether the order was lawful is decided by the courts of the country under whose law it was issued (${country}). A lawyer can tell you how, and until when, you can go to them.`,
    epoc: 'Article 18 of Regulation (EU) 2023/1543 says which remedies you have against the order.',
  },
  check: ({ log }) => [
    `Each request, each decision and each handover is an entry of a public log (${log}) that nobody can change afterwards. It names nobody. With your code you see the entries of your case, and that they say what this letter says.`,
  ],
  page: 'In a browser, open this page and type your code there. It does not leave your browser:',
  command: 'The same with the command writ, on a computer of your own:',
  code: [
    'The code opens what is kept about this letter, for you alone. Whoever has it can read what this letter says: keep it as you keep the letter.',
  ],
  lost: 'If you lose it, ask for a new letter. The old code opens nothing then.',
};
