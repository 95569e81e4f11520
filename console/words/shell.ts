import type { Connection } from '../state/connection.ts';
import { words } from './lang.ts';

/** What the desk says around every screen. */
export interface ShellWords {
  skip: string;
  screens: Record<'queue' | 'registry' | 'statistics', string>;
  nav: string;
  lock: string;
  keys: { title: string; help: string; close: string; go: (screen: string) => string };
  connection: Record<Exclude<Connection['is'], 'well'>, { title: string; says: string }>;
  again: string;
  close: string;
  loading: string;
  failed: string;
  opening: string;
}

export const shellWords = words<ShellWords>({
  skip: 'Skip to the content',
  screens: { queue: 'Queue', registry: 'Registry', statistics: 'Statistics' },
  nav: 'Screens',
  lock: 'Lock',
  keys: {
    title: 'What the keyboard does',
    help: 'Show these keys',
    close: 'Close',
    go: (screen) => `Go to: ${screen}`,
  },
  connection: {
    offline: {
      title: 'The provider does not answer.',
      says: 'What you see is as old as its last answer. Nothing can be signed until it answers again.',
    },
    cooling: {
      title: 'Your key is new and may not be used yet.',
      says: 'It can be used once its cooling-off time is over. Nothing is lost: try again then.',
    },
    suspended: {
      title: 'Your key is suspended.',
      says: 'Another provider revoked it, since somebody may misuse it. Telephone this provider: its reviewers decide.',
    },
    'key-refused': {
      title: 'The provider does not take your key.',
      says: 'It is not enrolled, or it was revoked. Telephone the other reviewers before you do anything else.',
    },
    'clock-wrong': {
      title: 'The clock of this computer is wrong.',
      says: 'The provider refuses what is signed more than a few seconds away from its own time. Set the clock, then try again.',
    },
    'not-believed': {
      title: 'An answer was not signed by the provider’s key.',
      says: 'Nothing of it is shown. Sign nothing, and telephone whoever runs this.',
    },
  },
  again: 'Try again',
  close: 'Close',
  loading: 'Loading',
  failed: 'This did not work.',
  opening: 'Opening the desk',
});
