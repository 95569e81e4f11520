import type { Lasting } from '#client/for-good.ts';
import type { Proposal } from '#core/registry/change.ts';
import { words } from '../words/lang.ts';
import type { ActOf, DeskRoute, Unsignable } from './reading.ts';
import { en } from './words-en.ts';

/** What the page knows of the case that a call is of: names for the sentence, and nothing that is signed. */
export interface Names {
  /** The case as people know it: the agency’s reference, or its id. */
  called: string;
  agency: string | undefined;
}

/** What stands beside the sentence. */
export type FactName =
  | 'begins'
  | 'ends'
  | 'subjects'
  | 'ground'
  | 'reason'
  | 'leftOut'
  | 'explanation'
  | 'about'
  | 'text'
  | 'digest'
  | 'thumbprint'
  | 'case';

/** What an approval does, by what the page knows of the others’. */
export type Effect = 'opens' | 'opens-emergency' | 'signs' | 'begins' | 'anew';

export interface SignWords {
  title: string;
  /** A sentence for each call that changes something. */
  sentence: { [R in DeskRoute]: (act: ActOf<R>, names: Names, scope?: string) => string };
  proposal: { [K in Proposal['kind']]: (proposal: Extract<Proposal, { kind: K }>) => string };
  effect: Record<Effect, string>;
  lasting: Record<Lasting, string>;
  refused: Record<Unsignable, string>;
  refusedTitle: string;
  facts: Record<FactName, string>;
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

export const signWords = words<SignWords>(en);
