import { words } from '../../words/lang.ts';

/** What the site says around every screen. */
export interface SiteWords {
  title: string;
  skip: string;
  nav: string;
  screens: Record<'home' | 'report' | 'log' | 'checkpoint' | 'letter' | 'prove', string>;
  opening: string;
  loading: string;
  failed: string;
  again: string;
  copy: string;
  copied: string;
  footer: Record<'keeps' | 'portal' | 'console' | 'feed' | 'api', string>;
  log: {
    none: string;
    wrong: string;
    otherHistory: string;
    notProven: string;
    nothingShown: string;
  };
  key: Record<'ownWord' | 'compare' | 'compared', string>;
}

export const siteWords = words<SiteWords>({
  title: 'Who asked for data, and what was handed over',
  skip: 'Skip to the content',
  nav: 'Pages',
  screens: {
    home: 'Start',
    report: 'Report',
    log: 'Log',
    checkpoint: 'Checkpoint',
    letter: 'Your letter',
    prove: 'Check it yourself',
  },
  opening: 'Asking the provider who it is',
  loading: 'Loading',
  failed: 'This did not work.',
  again: 'Try again',
  copy: 'Copy',
  copied: 'Copied',
  footer: {
    keeps:
      'This page sets no cookie and loads nothing from anybody else. It keeps nothing in your browser but your language and, if you compared one, the log’s key. The provider does not record your address.',
    portal: 'For officers of agencies',
    console: 'For the provider’s reviewers',
    feed: 'Feed of the newest entries (Atom)',
    api: 'The API',
  },
  log: {
    none: 'The log has no entry yet.',
    wrong: 'The log’s checkpoint is not signed by the log’s key.',
    otherHistory: 'The provider now shows another history of the log than it did a moment ago.',
    notProven: 'What came does not verify against the log’s checkpoint.',
    nothingShown: 'Nothing of it is shown.',
  },
  key: {
    ownWord: 'The key that signed is the provider’s own word.',
    compare: 'Compare it with one that you were given by somebody else.',
    compared: 'The key that signed is the one that you compared.',
  },
});
