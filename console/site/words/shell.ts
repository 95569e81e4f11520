import { words } from '../../words/lang.ts';

/** What the site says around every screen. */
export interface SiteWords {
  title: string;
}

export const siteWords = words<SiteWords>({
  title: 'Writ',
});
