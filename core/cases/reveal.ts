import { toBase64url } from '#core/bytes.ts';
import { approvedCommitment, embargoNonce } from '#core/log/commitment.ts';
import type { EntryData } from '#core/log/kinds.ts';
import type { Case } from './case.ts';
import { withheldOf } from './embargo.ts';
import type { Scope } from './scope.ts';
import { type Outcome, step } from './transitions.ts';

/** The end of an embargo: the log says what it withheld. What is withheld, and for how long, is in embargo.ts. */

/**
 * The embargo of a case is over, by its time or because the person was told: its entry has what was withheld and the
 * nonce that opens the commitments to it, and nothing else of the case. Undefined while it is not over.
 */
export function reveal(current: Case, at: string): Outcome | undefined {
  const { embargo, notice, scope } = current;
  if (embargo === undefined) return undefined;
  if (Date.parse(at) < Date.parse(embargo.revealBy) && notice.told === 0) return undefined;
  const { embargo: _, ...next } = current;
  const { basis, asked } = current;
  const said = {
    instrument: basis.instrument,
    jurisdiction: basis.jurisdiction,
    categories: asked.categories,
  };
  const isCategories = embargo.withheld.includes('categories');
  return step(current, 'reveal', next, {
    kind: 'case.revealed',
    data: {
      ...withheldOf(embargo, said),
      ...(isCategories && scope !== undefined ? { approved: inOrderAsked(current, scope) } : {}),
      nonce: toBase64url(embargoNonce(current.salt)),
    },
  });
}

/** The sweep comes every five minutes: what is revealed an hour after its time was forgotten, or could not be. */
const lateMs = 3_600_000;

/** Whether what a case withholds is revealed later than a sweep explains. */
export function isRevealLate({ embargo }: Pick<Case, 'embargo'>, at: string): boolean {
  return embargo !== undefined && Date.parse(at) > Date.parse(embargo.revealBy) + lateMs;
}

/** What the entry of an approval says of the categories, while they are withheld: a commitment, each another. */
export function saidAtApproval(
  current: Case,
  scope: Scope,
): Pick<EntryData<'decision.approved'>, 'categories' | 'withheld'> {
  if (current.embargo?.withheld.includes('categories') !== true) return { categories: scope.categories };
  const nonce = embargoNonce(current.salt);
  const approved = { n: current.entries.n + 1, categories: inOrderAsked(current, scope) };
  return { withheld: approvedCommitment(nonce, approved) };
}

/** A scope's categories as the request orders them: so whoever knows those asked for finds which were approved. */
function inOrderAsked({ asked }: Case, scope: Scope): Scope['categories'] {
  return asked.categories.filter((category) => scope.categories.includes(category));
}
