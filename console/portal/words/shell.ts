import { words } from '../../words/lang.ts';

/** What the portal says around every screen. */
export interface PortalWords {
  title: string;
}

export const portalWords = words<PortalWords>({
  title: 'Writ',
});
