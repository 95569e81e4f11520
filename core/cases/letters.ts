import { z } from 'zod';
import { instant } from '#core/instant.ts';
import { text } from '#core/text.ts';
import type { Case } from './case.ts';
import { mostExplanation } from './kept.ts';

/**
 * Letters between the desk and the agency, outside a question: the correspondence about a case is on the record, and not
 * in somebody's mailbox. Either may write at any time before the case is forgotten, whatever its status. Each letter is
 * kept as the signed message that it arrived in, sealed for the desk (I1); the log has a commitment to it (I7); and it is
 * forgotten with the case (I10). It decides nothing.
 */
export const parties = ['desk', 'agency'] as const;
export type Party = (typeof parties)[number];

/** How many each may write: all of a case's letters lie in one item of 400 KB. */
export const mostLetters = 8;

/** A compact JWE, as the wire has it. */
const jwe = z
  .string()
  .max(mostExplanation)
  .regex(/^[\w-]+(?:\.[\w-]*){4}$/);

/** A letter of the desk's, as it stands on the wire. */
export const deskLetterSchema = z.strictObject({ text: text(1000) });
export type DeskLetter = z.infer<typeof deskLetterSchema>;

/**
 * A letter of the agency's. The provider seals it for its desk, and cannot show it to the agency again: so the officer may
 * send a copy along, encrypted to the agency's own key, which the case then shows to the agency.
 */
export const agencyLetterSchema = z.strictObject({ text: text(1000), copy: jwe.optional() });
export type AgencyLetter = z.infer<typeof agencyLetterSchema>;

/** A letter as the agency may see it: what the desk wrote, and its own copies, encrypted to its key. */
export const letterView = z.strictObject({
  from: z.enum(parties),
  at: instant,
  letter: z
    .string()
    .regex(/^[\w.-]+$/)
    .optional(),
});
export type LetterView = z.infer<typeof letterView>;

/** How many letters a case has. */
export function lettersOf({ letters }: Pick<Case, 'letters'>): number {
  return (letters?.desk ?? 0) + (letters?.agency ?? 0);
}
