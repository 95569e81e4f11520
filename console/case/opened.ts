import { signal } from '@preact/signals';
import type { Review } from '#client/reviewer.ts';

/** The case that is on the screen, whole: what a decision that is signed now is held against. Leaving the case drops it. */
export interface Opened {
  review: Review;
  /** Whether it may be signed upon: not where it changed meanwhile, or an answer was lost. */
  isSignable: boolean;
}

export const opened = signal<Opened | undefined>(undefined);
