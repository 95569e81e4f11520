import type { LetterScreenWords } from './words.ts';

const numbers = ['No', 'One', 'Two', 'Three', 'Four', 'Five', 'Six'];

export const en: LetterScreenWords = {
  title: 'Your letter',
  lead: 'Were you told in a letter that data about you was given to an authority? Type the letter’s code here. You see who asked, who decided and what left, and the page checks it against the public log.',
  privacy:
    'The code stays in this page. The provider is asked for a sealed file, by a name that does not yield the code, and does not record who asks. Nothing is kept once you leave.',
  field: 'Code of the letter',
  hint: '28 letters and digits in seven groups. Capitals, hyphens and spaces make no difference.',
  open: 'Open',
  readBack: (groups, signs, of) => `${groups} (${signs} of ${of})`,
  mistakes: {
    empty: 'Type the code that is in your letter.',
    length: (signs, of) =>
      signs < of
        ? `A code has ${of} letters and digits; here are ${signs}. ${of - signs === 1 ? 'One is' : `${of - signs} are`} missing.`
        : `A code has ${of} letters and digits; here are ${signs}. ${signs - of === 1 ? 'One is' : `${signs - of} are`} too many.`,
    sign: (sign, group, place) =>
      `“${sign}” is in no code. It stands in group ${group}, place ${place}: compare it with your letter.`,
    checks: 'Something is mistyped: compare the code with your letter, sign by sign.',
    groups: (groups) =>
      `Something is mistyped. Look at group ${groups.join(' and ')} first, and compare it with your letter.`,
  },
  asking: 'Fetching what the code opens',
  looking: (read, of) => `Looking for your case in the log: ${read} of ${of} files read`,
  stop: 'Stop',
  answers: {
    nothing: {
      title: 'Nothing is there for this code.',
      says: 'The code is written as codes are. A newer letter took its place, or the provider keeps your case no longer, or nobody was given this code. If you have no newer letter, ask the provider.',
    },
    unopened: {
      title: 'What is there does not open with this code.',
      says: 'It was changed, or is damaged. Keep your letter, and ask the provider.',
    },
    unsaid: {
      title: 'The log does not say that you were given this.',
      says: 'What the code opens is not what the log commits to, so it is not shown. Keep your letter, and ask the provider why. You can also turn to the data protection authority.',
    },
    broken: {
      title: 'The log’s entries of your case are not complete.',
      says: 'One is missing or out of its place, so nothing is shown. Keep your letter, and ask the provider why. You can also turn to the data protection authority.',
    },
    differs: {
      title: 'The log says otherwise than what your code opens.',
      says: 'So nothing is shown. Keep your letter, and ask the provider why. You can also turn to the data protection authority. It differs in:',
    },
    failed: {
      title: 'This could not be read to the end.',
      says: 'It says nothing about your letter. Try again later.',
    },
  },
  parts: {
    agency: 'which authority asked',
    instrument: 'the kind of order',
    jurisdiction: 'the country of the order',
    priority: 'whether it was an emergency',
    categories: 'which data was approved',
    records: 'how much left',
  },
  proven: 'The public log says the same.',
  provenSays: (index) =>
    `Entry ${index} commits to exactly what you read here, and the entries of your case are complete and in order.`,
  about: (agency, provider) => `${agency} asked ${provider} for data about you.`,
  decided: 'Who decided',
  decidedSays: (people, isEmergency) =>
    isEmergency
      ? `It was asked as an emergency: the signature of one person at the provider opens such a case, and a second one must follow. ${numbers[people] ?? people} ${people === 1 ? 'person' : 'different people'} approved it.`
      : `${numbers[people] ?? people} ${people === 1 ? 'person' : 'different people'} at the provider approved it, each with a signature of their own.`,
  person: (who) => `Person ${who}`,
  did: {
    approved: 'approved all that was asked',
    narrowed: 'approved less than was asked',
    rejected: 'rejected it',
  },
  steps: 'What happened, step by step',
  stepsSay:
    'Each line is an entry of the public log, which names nobody. Its proof opens in a tab of its own.',
  later: (read, of) => `Looking for what happened later: ${read} of ${of} files read`,
  laterFailed: 'What happened later could not be read. What you see here is proven.',
  entry: (index) => `entry ${index}`,
  what: {
    title: 'What is proven, and what is not',
    log: 'The log proves what the provider recorded and when, and that it has not been changed since. It cannot prove that what was recorded is true.',
    byLog: 'In the log:',
    logSays: [
      'which authority asked, by which kind of order, and when',
      'which people of the provider decided, when, and whether they approved less',
      'when data left, and how many records in all',
      'that exactly this was recorded as what you were told',
    ],
    byProvider: 'Said by the provider alone:',
    providerSays: [
      'that the data was about you',
      'the authority’s full name, and who issued or validated the order',
      'how many of the records were about you',
    ],
  },
  elsewhere:
    'This page came from the provider too. On a computer of your own, this command does the same, with your code in place of CODE:',
  print: 'Print',
  close: 'Close the letter',
};
