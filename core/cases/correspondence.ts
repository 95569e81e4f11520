import { commitment } from '#core/log/commitment.ts';
import type { Case } from './case.ts';
import { CaseError } from './errors.ts';
import { mostLetters, type Party } from './letters.ts';
import { type Outcome, step } from './transitions.ts';

/**
 * Somebody writes to the other side.
 *
 * @param act.written the digest of what was signed
 * @throws CaseError limit-exceeded
 */
export function writeLetter(
  current: Case,
  act: { from: Party; author: string; key: string; written: string },
): Outcome {
  const { from, author, key } = act;
  const letters = { desk: 0, agency: 0, ...current.letters };
  letters[from]++;
  if (letters[from] > mostLetters) throw new CaseError('limit-exceeded');
  const who = from === 'desk' ? 'reviewer' : 'officer';
  return step(
    current,
    'write-letter',
    { ...current, letters },
    {
      kind: 'letter.written',
      data: {
        from,
        [who]: commitment(current.salt, who, author),
        key,
        letter: commitment(current.salt, 'letter', act.written),
      },
    },
  );
}
