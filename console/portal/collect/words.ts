import { words } from '../../words/lang.ts';

/** What is said of collecting: before, meanwhile, and of what came. */
export interface CollectWords {
  title: string;
  /** Said before anything is signed. */
  before: string[];
  left: (n: number) => string;
  collected: string;
  names: string;
  namesNot: string;
  go: string;
  goOn: string;
  testing: string;
  asking: (pages: number, records: string) => string;
  waiting: string;
  refused: {
    nothing: string;
    'no-key': string;
    'no-log': string;
    'broken-key': string;
    other: (whose: string, thumbprint: string) => string;
    whose: Record<'officer' | 'agency', string>;
    later: (when: string) => string;
    enrol: string;
  };
  stopped: {
    title: string;
    late: string;
    unwitnessed: string;
    notCounted: string;
    mayCount: string;
    kept: (pages: number, records: string) => string;
  };
  wrong: { title: (page: number) => string; says: string };
  done: {
    title: string;
    says: string;
    closes: string;
    zip: string;
    zipHint: string;
    csv: string;
    certificate: string;
    certificateHint: string;
    unnamed: string;
    drop: string;
  };
}

export const collectWords = words<CollectWords>({
  title: 'Collect',
  before: [
    'First this page decrypts a message to its own key, and asks the provider whether answers go to that key. If not, nothing is sent.',
    'A collection is counted and is in the public log. The person is notified of what it disclosed, unless a delay runs.',
    'What comes is decrypted here, and is in this page alone: it is not kept in the browser. Save the package before you leave or lock the page.',
  ],
  left: (n) =>
    n <= 0
      ? 'By the policy in force, no collection is left; one that was begun can be gone on with.'
      : n === 1
        ? 'By the policy in force, 1 collection is left.'
        : `By the policy in force, ${n} collections are left.`,
  collected: 'Collected so far:',
  names: 'The request is known here, so the package names whom it is about.',
  namesNot:
    'The request was not sent from here, so the package names its subjects by their numbers. Where they must be named, the officer who asked collects.',
  go: 'Test the key and collect',
  goOn: 'Go on with this collection',
  testing: 'Testing whether your key decrypts, and whether answers go to it',
  asking: (pages, records) =>
    pages === 0
      ? 'Collecting'
      : `Collecting: ${pages === 1 ? '1 page' : `${pages} pages`}, ${records} records so far`,
  waiting: 'The provider’s log has to have it first. That takes seconds, at times a minute.',
  refused: {
    nothing: 'Nothing was collected, and nothing is counted.',
    'no-key':
      'The key that decrypts is not in this browser: a key behind the bridge signs only. Collect with the command writ.',
    'no-log': 'The provider publishes no key of its log, so nothing could be proven.',
    'broken-key':
      'The key in this browser does not decrypt what is encrypted to it. The browser’s data may be damaged. Have another key enrolled.',
    other: (whose, thumbprint) =>
      `Answers to you are encrypted to ${whose}, ${thumbprint}, and not to the key in this browser.`,
    whose: { officer: 'another key of yours', agency: 'the agency’s key' },
    later: (when) => `The key in this browser takes over on ${when}. Wait until then, or use the other key.`,
    enrol:
      'Use the browser or the profile that has that key, or have the key of this browser enrolled as yours.',
  },
  stopped: {
    title: 'The collection stopped early',
    late: 'The provider’s log has not caught up yet, or too few witnesses of it. Try again in a moment.',
    unwitnessed:
      'Too few witnesses have seen the provider’s log yet. Try again in a minute. If it lasts, tell the provider.',
    notCounted: 'Nothing was collected, and nothing is counted.',
    mayCount: 'It may be counted already. Going on from here counts no further collection.',
    kept: (pages, records) =>
      `${pages === 1 ? '1 page' : `${pages} pages`} with ${records} records arrived and hold. They are kept in this page until you leave it.`,
  },
  wrong: {
    title: (page) => `Page ${page} does not hold`,
    says: 'Nothing of what came is shown or kept. Telephone the provider, and tell them this code:',
  },
  done: {
    title: 'Collected and proven',
    says: 'The provider signed each page, and the public log announced it before it was opened. Both were checked before anything was shown.',
    closes: 'It is in this page alone. Leaving or locking the page forgets it.',
    zip: 'Save the package (ZIP)',
    zipHint:
      'All four files of the package. It can be proven without the provider, here or with writ log prove.',
    csv: 'Save the table (CSV)',
    certificate: 'Save the certificate',
    certificateHint: 'Open it to print it. It is signed by hand.',
    unnamed: 'The package names its subjects by their numbers.',
    drop: 'Forget it now',
  },
});
