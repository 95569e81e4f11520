import { z } from 'zod';
import { asciiUpTo, bytesUpTo, storedInstant, storedName } from '#core/bounds.ts';
import type { Case } from '#core/cases/case.ts';
import { mostExplanation, mostLetterBytes, mostSealBytes } from '#core/cases/kept.ts';
import { lettersOf, mostLetters, parties } from '#core/cases/letters.ts';
import { absent, equals } from '#core/store/store.ts';
import type { Prepared, StatePorts } from './commit.ts';

/**
 * The letters of a case (core/cases/letters.ts), in one item beside it: so forgetting a case deletes one item more,
 * however much was written. A letter is added in the transaction that counts it in the case.
 */
const lettersKey = (caseId: string) => ({ pk: `letters#${caseId}` });

const letter = z.strictObject({
  from: z.enum(parties),
  /** Whose it is: a reviewer, or an officer. */
  author: storedName,
  at: storedInstant,
  /** The signed message as it arrived, sealed for the desk. */
  sealed: bytesUpTo(mostLetterBytes + mostSealBytes),
  /** What the agency reads, as a compact JWE to its key. */
  forAgency: asciiUpTo(mostExplanation).optional(),
});
export type Letter = z.infer<typeof letter>;

/** An item as it is stored. */
export const lettersItem = z.strictObject({
  pk: asciiUpTo(80),
  count: z.int(),
  letters: z.array(letter).max(parties.length * mostLetters),
});

/** The item that a case has, for whoever forgets it. */
export function letterKeysOf(current: Pick<Case, 'id' | 'letters'>): { pk: string }[] {
  return current.letters === undefined ? [] : [lettersKey(current.id)];
}

export function letterState({ store }: Pick<StatePorts, 'store'>) {
  async function stored(caseId: string): Promise<Letter[]> {
    const item = await store.get('cases', lettersKey(caseId));
    return item === undefined ? [] : lettersItem.parse(item).letters;
  }

  /** All of a case's, in their order. @returns undefined where one is gone: somebody took it away */
  async function all(current: Pick<Case, 'id' | 'letters'>): Promise<Letter[] | undefined> {
    const count = lettersOf(current);
    if (count === 0) return [];
    const letters = await stored(current.id);
    return letters.length === count ? letters : undefined;
  }

  return {
    all,

    /**
     * Prepares a letter, to be committed with the act that counts it.
     *
     * @param next the case as that act leaves it
     * @returns undefined where one of those before is gone
     */
    async prepare(next: Pick<Case, 'id' | 'letters'>, value: Letter): Promise<Prepared | undefined> {
      const before = await stored(next.id);
      const count = lettersOf(next);
      if (before.length < count - 1) return undefined;
      const letters = [...before.slice(0, count - 1), value];
      const item = lettersItem.parse({ ...lettersKey(next.id), count, letters });
      // Where somebody else was first, this is refused, and the case is read again.
      const when = count === 1 ? absent('pk') : equals('count', count - 1);
      return { writes: [{ table: 'cases', put: item, when }], entries: [] };
    },
  };
}
export type LetterState = ReturnType<typeof letterState>;
