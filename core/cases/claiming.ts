import { z } from 'zod';
import { commitment } from '#core/log/commitment.ts';
import { hoursLater } from './acts.ts';
import type { Case } from './case.ts';
import { CaseError } from './errors.ts';
import { checkMay, may, type Outcome, step } from './transitions.ts';

/**
 * A reviewer claims a case, so that two do not read the same order at the same time. A claim is a word among colleagues: it
 * gives no right, it keeps nobody from deciding, and it ends by itself.
 */

/** Hours until a claim ends. An emergency is due in eight: whoever claims one and goes home hides it for an hour at most. */
export const claimHours = { Routine: 24, Emergency: 1 } as const;

/** `take` renews a claim of one's own. Another's is taken over by saying so. */
export const claimSchema = z.strictObject({ claim: z.enum(['take', 'take-over', 'end']) });
export type Claiming = z.infer<typeof claimSchema>;

/** The claim that stands, as of an instant. A case that is closed has none. */
export function claimOf(current: Case, at: string): Case['claim'] {
  const { claim } = current;
  const stands = claim !== undefined && Date.parse(at) < Date.parse(claim.until) && may(current, 'claim');
  return stands ? claim : undefined;
}

/**
 * A reviewer claims a case, takes it over, or ends their claim.
 *
 * @throws CaseError case-closed, case-claimed, case-not-claimed
 */
export function claim(
  current: Case,
  { claim: how }: Claiming,
  { reviewer, at }: { reviewer: string; at: string },
): Outcome {
  return how === 'end' ? unclaim(current, reviewer, at) : take(current, how, reviewer, at);
}

function take(current: Case, how: 'take' | 'take-over', reviewer: string, at: string): Outcome {
  checkMay(current, 'claim');
  const before = claimOf(current, at);
  const isAnothers = before !== undefined && before.by !== reviewer;
  if (isAnothers && how === 'take') throw new CaseError('case-claimed');
  const until = hoursLater(at, claimHours[current.priority]);
  return step(
    current,
    'claim',
    { ...current, claim: { by: reviewer, until } },
    {
      kind: 'case.claimed',
      data: { reviewer: commitment(current.salt, 'reviewer', reviewer), over: isAnothers },
    },
  );
}

function unclaim(current: Case, reviewer: string, at: string): Outcome {
  checkMay(current, 'unclaim');
  if (claimOf(current, at)?.by !== reviewer) throw new CaseError('case-not-claimed');
  const { claim: _, ...next } = current;
  return step(current, 'unclaim', next, {
    kind: 'case.unclaimed',
    data: { reviewer: commitment(current.salt, 'reviewer', reviewer) },
  });
}
