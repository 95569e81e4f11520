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
  /** A sentence for each call that changes something. */
  sentence: { [R in DeskRoute]: (act: ActOf<R>, names: Names, scope?: string) => string };
  proposal: { [K in Proposal['kind']]: (proposal: Extract<Proposal, { kind: K }>) => string };
  effect: Record<Effect, string>;
  refused: Record<Unsignable, string>;
  facts: Record<FactName, string>;
}

export const signWords = words<SignWords>(en);
