import { type Lasting, lastingTexts } from '#client/for-good.ts';
import { words } from '../words/lang.ts';

/** What the sign sheet says whatever is signed. The sentence itself is of each page. */
export interface SheetWords {
  title: string;
  lasting: Record<Lasting, string>;
  refusedTitle: string;
  whatItDoes: string;
  goesTo: string;
  key: string;
  bytes: string;
  noBody: string;
  bodyDigest: string;
  /** The first keystroke, or the box. */
  read: string;
  armKey: string;
  armHint: string;
  armed: string;
  sign: string;
  leave: string;
  close: string;
}

export const sheetWords = words<SheetWords>({
  title: 'This is what you sign',
  lasting: lastingTexts,
  refusedTitle: 'This cannot be signed.',
  whatItDoes: 'What it does',
  goesTo: 'Goes to',
  key: 'Signed with the key',
  bytes: 'The very bytes that are signed',
  noBody: 'Nothing but the address is signed.',
  bodyDigest: 'SHA-256 of these bytes',
  read: 'I have read this',
  armKey: 'I have read this, and want to sign',
  armHint: 'Press s, and then Enter. With the mouse: tick the box, then press the button.',
  armed: 'Press Enter to sign, Escape to leave.',
  sign: 'Sign and send',
  leave: 'Sign nothing',
  close: 'Close',
});
