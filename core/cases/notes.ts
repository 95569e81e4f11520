import { commitment } from '#core/log/commitment.ts';
import type { Case } from './case.ts';
import { withMessage } from './messages.ts';
import { type Outcome, step } from './transitions.ts';

/**
 * A reviewer writes a note. The case's end takes no note away, and nobody is kept from writing one after it: a court may
 * ask what a decision rested on.
 *
 * @param written the digest of what was signed
 * @throws CaseError limit-exceeded
 */
export function addNote(current: Case, act: { reviewer: string; written: string }): Outcome {
  return step(current, 'add-note', withMessage(current, 'note'), {
    kind: 'note.added',
    data: {
      reviewer: commitment(current.salt, 'reviewer', act.reviewer),
      note: commitment(current.salt, 'note', act.written),
    },
  });
}
