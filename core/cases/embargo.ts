import { z } from 'zod';
import { storedInstant } from '#core/bounds.ts';
import { canonicalJson } from '#core/canonical.ts';
import { withheldCommitment } from '#core/log/commitment.ts';
import type { EntryData } from '#core/log/kinds.ts';
import { mostEmbargoDays } from '#core/log/limits.ts';
import { text } from '#core/text.ts';
import { distinct } from './scope.ts';

/**
 * What the public log says of a request later. An authority may lawfully keep a person from knowing for a time (Regulation
 * (EU) 2023/1543 Art. 13(2); 18 U.S.C. 2705(b)), and a log that says at once which country asked, by which order, for which
 * data may tell them. So where the policy says so, and the request asks for a delayed notice, the log commits to these at
 * receipt, says by when it reveals them, and then reveals them with what opens the commitment (reveal.ts).
 *
 * The agency is not among them: each entry names the key that signed it, and that key's enrolment names the agency.
 */
export const withholdable = ['instrument', 'jurisdiction', 'categories'] as const;
export type Withholdable = (typeof withholdable)[number];

const withheld = z
  .array(z.enum(withholdable))
  .min(1)
  .max(withholdable.length)
  .refine(distinct, { error: 'duplicate' });

/** The policy's section. */
export const embargoRules = z.strictObject({
  withheld,
  /** From receipt, whatever the notice is delayed to. */
  longestDays: z.int().positive().max(mostEmbargoDays),
  source: text(300).optional(),
});
export type EmbargoRules = z.infer<typeof embargoRules>;

/** What a case withholds, until it is revealed. */
export const embargoSchema = z.strictObject({
  withheld,
  revealBy: storedInstant,
  /** It is never put off beyond this. */
  latest: storedInstant,
});
export type Embargo = z.infer<typeof embargoSchema>;

/** What a request asks for, as the log says it. */
export interface Said {
  instrument: string;
  jurisdiction: string;
  categories: string[];
}

/** The embargo that a request begins with; undefined where the policy or the request has none. */
export function embargoOf(
  { embargo }: { embargo?: EmbargoRules | undefined },
  delayUntil: string | undefined,
  at: string,
): Embargo | undefined {
  if (embargo === undefined || delayUntil === undefined) return undefined;
  const latest = new Date(Date.parse(at) + embargo.longestDays * 86_400_000).toISOString();
  const revealBy = earlier(delayUntil, latest);
  return Date.parse(revealBy) > Date.parse(at) ? { withheld: embargo.withheld, revealBy, latest } : undefined;
}

/** The same embargo, once the notice is delayed to another instant. */
export function delayedEmbargo(embargo: Embargo, delayUntil: string): Embargo {
  return { ...embargo, revealBy: earlier(delayUntil, embargo.latest) };
}

function earlier(one: string, other: string): string {
  return new Date(Math.min(Date.parse(one), Date.parse(other))).toISOString();
}

/** Those of the values that are withheld. */
export function withheldOf(embargo: Embargo, said: Said): Partial<Said> {
  return only(said, (name) => embargo.withheld.includes(name));
}

/** What the entry of the receipt says of what is asked: in the clear, or committed to. @param nonce of the embargo */
export function saidAtReceipt(
  embargo: Embargo | undefined,
  said: Said,
  nonce: Uint8Array,
): Pick<EntryData<'request.received'>, keyof Said | 'withheld' | 'revealBy'> {
  if (embargo === undefined) return said;
  return {
    ...only(said, (name) => !embargo.withheld.includes(name)),
    withheld: withheldCommitment(nonce, withheldOf(embargo, said)),
    revealBy: embargo.revealBy,
  };
}

/** Whether the entry of a receipt says these, or commits to what it does not say. */
export function saysAtReceipt(data: EntryData<'request.received'>, said: Said, nonce: Uint8Array): boolean {
  const left = withholdable.filter((name) => data[name] === undefined);
  return (
    withholdable.every(
      (name) => left.includes(name) || canonicalJson(data[name]) === canonicalJson(said[name]),
    ) &&
    data.withheld ===
      (left.length === 0
        ? undefined
        : withheldCommitment(
            nonce,
            only(said, (name) => left.includes(name)),
          ))
  );
}

function only(said: Said, is: (name: Withholdable) => boolean): Partial<Said> {
  return {
    ...(is('instrument') ? { instrument: said.instrument } : {}),
    ...(is('jurisdiction') ? { jurisdiction: said.jurisdiction } : {}),
    ...(is('categories') ? { categories: said.categories } : {}),
  };
}
