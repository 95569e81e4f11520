import { words } from '../../words/lang.ts';

/** What the screen of checkpoints says. */
export interface CheckpointWords {
  title: string;
  lead: string;
  newest: string;
  save: string;
  log: string;
  size: string;
  root: string;
  at: string;
  compare: string;
  compareSays: string;
  kept: string;
  keptHint: string;
  hold: string;
  results: {
    same: (size: string, since: string) => string;
    sameSays: string;
    other: string;
    otherSays: (provider: string) => string;
    ahead: (size: string) => string;
    aheadSays: string;
    otherLog: (origin: string) => string;
    notSigned: string;
    notSignedSays: string;
    none: string;
  };
}

export const checkpointWords = words<CheckpointWords>({
  title: 'Checkpoints',
  lead: 'A checkpoint says in a few lines how long the log is and what it holds, signed. Keep one, or exchange one with somebody else: from then on the provider cannot change or remove an entry before it without being found out.',
  newest: 'The newest checkpoint',
  save: 'Save',
  log: 'Log',
  size: 'Entries',
  root: 'Root',
  at: 'Newest entry of',
  compare: 'Compare one that you have',
  compareSays:
    'Yours from another day, or one that another person sees. It stays in your browser: only files of the log are fetched to compare it.',
  kept: 'The checkpoint',
  keptHint: 'All of its lines, as they were: the name, the number, the root, an empty line, the signature.',
  hold: 'Compare',
  results: {
    same: (size, since) =>
      `The same history: all ${size} entries of then are there unchanged, and ${since} came since.`,
    sameSays: 'Your browser verified the signature and computed the proof of consistency (RFC 6962).',
    other: 'Another history: the log was changed.',
    otherSays: (provider) =>
      `The same key signed two logs that contradict each other. There is no honest reason for that. Keep both checkpoints, they are the proof: show them to ${provider}, to the authority that supervises it, and to others who watch the log.`,
    ahead: (size) => `The provider shows fewer entries than it has signed: your checkpoint has ${size}.`,
    aheadSays: 'Load this page again in a minute. If that does not change, entries are being kept from you.',
    otherLog: (origin) => `A checkpoint of another log: ${origin}.`,
    notSigned: 'It names this log, and is not signed by its key.',
    notSignedSays: 'A character may be missing. If not, somebody forged it, or the key is another one.',
    none: 'This is no checkpoint. Paste all of its lines.',
  },
});
