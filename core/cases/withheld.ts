import { z } from 'zod';
import { canonicalJson } from '#core/canonical.ts';
import { commitment } from '#core/log/commitment.ts';
import { type Ground, grounds } from './grounds.ts';
import { category, distinct, type Scope } from './scope.ts';

/**
 * Why a reviewer approves less than what was asked (cf. Regulation (EU) 2023/1543 Art. 10(8) and Annex III: the addressee
 * tells the authority what it does not produce, and why). An approval may state it, and need not. The grounds are public in
 * the log; what each is of is committed to there, and the agency reads it with its case and in what it collects.
 */

/** How much one statement may name. It lies in the item of the case, which has little room. */
const mostLines = 8;
export const mostWithheldLetters = 600;

/** A part that is left out. Without subjects and categories it is the part of the period. */
const line = z.strictObject({
  /** As the request numbers them. */
  subjects: z
    .array(z.int().nonnegative().max(99))
    .min(1)
    .max(100)
    .refine(distinct, { error: 'duplicate' })
    .optional(),
  categories: z.array(category).min(1).max(8).refine(distinct, { error: 'duplicate' }).optional(),
  ground: z.enum(grounds),
});
export type WithheldLine = z.infer<typeof line>;

export const withheldSchema = z
  .array(line)
  .min(1)
  .max(mostLines)
  .refine((lines) => canonicalJson(lines).length <= mostWithheldLetters, { error: 'too-long' })
  .meta({ mostBytes: mostWithheldLetters });
export type Withheld = z.infer<typeof withheldSchema>;

/** Whether all that a statement names is left out of what is approved. */
export function isLeftOut({ subjects, categories }: WithheldLine, approved: Scope): boolean {
  const hasSubject = (subjects ?? approved.subjects).some((each) => approved.subjects.includes(each));
  const hasCategory = (categories ?? approved.categories).some((each) => approved.categories.includes(each));
  // Of a period nothing can be told here: it is not known what was asked.
  return (subjects === undefined && categories === undefined) || !(hasSubject && hasCategory);
}

/** Whether a statement is of what was asked, and of nothing else. */
export function isOfAsked({ subjects, categories }: WithheldLine, asked: Scope, approved: Scope): boolean {
  if (subjects === undefined && categories === undefined) return isShortened(asked, approved);
  return (
    (subjects ?? []).every((each) => asked.subjects.includes(each)) &&
    (categories ?? []).every((each) => asked.categories.includes(each))
  );
}

function isShortened({ period: asked }: Scope, { period: approved }: Scope): boolean {
  const from = Date.parse(approved.from) > Date.parse(asked.from);
  return from || Date.parse(approved.to) < Date.parse(asked.to);
}

/** As a case keeps it. */
export const withheldText = (withheld: Withheld): string => canonicalJson(withheld);

/** @returns undefined where nothing was stated */
export function withheldOf({ withheld }: { withheld?: string | undefined }): Withheld | undefined {
  return withheld === undefined ? undefined : withheldSchema.parse(JSON.parse(withheld));
}

/** The grounds of a statement, each once. */
export const groundsOf = (withheld: Withheld): Ground[] => [...new Set(withheld.map(({ ground }) => ground))];

/** What an entry says of it: the grounds, and a commitment to what each is of (I7). */
export function withheldInLog(current: { salt: Uint8Array; withheld?: string | undefined }): {
  because?: Ground[];
  leftOut?: string;
} {
  const stated = withheldOf(current);
  if (stated === undefined) return {};
  const committed = withheldCommitment(current);
  return { because: groundsOf(stated), ...(committed === undefined ? {} : { leftOut: committed }) };
}

export function withheldCommitment({ salt, withheld }: { salt: Uint8Array; withheld?: string | undefined }) {
  return withheld === undefined ? undefined : commitment(salt, 'withheld', withheld);
}
