import { z } from 'zod';
import { instant } from '#core/instant.ts';
import { logProofSchema } from '#core/log/proof.ts';

/**
 * The feed of revoked agency keys, as one provider publishes it for others. Somebody who has a stolen key that one
 * provider caught tries it at the next one.
 *
 * An item names the key by its thumbprint alone, which says nothing to who never saw the public key. It has no agency, no
 * holder, and nothing of what the log calls the key.
 */

/**
 * Why a key is in the feed: somebody else may have it. What else keys are revoked for (somebody left, a key was replaced)
 * is no other provider's business. `decoy`: it asked for a honeytoken.
 */
export const misuseReasons = ['lost', 'stolen', 'decoy'] as const;
export type MisuseReason = (typeof misuseReasons)[number];

export function isMisuse(reason: string | undefined): reason is MisuseReason {
  return misuseReasons.some((one) => one === reason);
}

/** The stream of the log in which the items stand, each in the place of its number. */
export const revocationStream = 'revocations';

/** How many items a page has. The first has 1 to 50, the second 51 to 100. */
export const pageItems = 50;

export const pageOfItem = (n: number): number => Math.floor((n - 1) / pageItems);
export const firstOfPage = (page: number): number => page * pageItems + 1;

const thumbprint = z.string().regex(/^[\w-]{43}$/);

/** What a provider writes. */
export const revocationItem = z.strictObject({
  /** From 1, without a gap. */
  n: z.int().positive(),
  /** Of the public key, RFC 7638. */
  thumbprint,
  reason: z.enum(misuseReasons),
  revokedAt: instant,
});
export type RevocationItem = z.infer<typeof revocationItem>;

/** What a reader takes: a newer provider may know other reasons, and say more. The log's digest is over all of it. */
export const readItem = z.looseObject({
  n: z.int().positive(),
  thumbprint,
  reason: z.string().regex(/^[a-z-]{1,32}$/),
  revokedAt: instant,
});
export type ReadItem = z.infer<typeof readItem>;

/** A page, as it is signed. */
export const feedPage = z.looseObject({
  feed: z.literal(1),
  /** The name of the provider's log. */
  provider: z.string().max(253),
  /** When it was signed. An answer that is older than minutes is somebody's copy. */
  issuedAt: instant,
  page: z.int().nonnegative(),
  items: z
    .array(
      z.looseObject({
        item: readItem,
        /** The entry of the log that commits to the item, and the proof that leads to the checkpoint. */
        entry: logProofSchema.shape.entry,
        proof: logProofSchema.shape.proof,
      }),
    )
    .max(pageItems),
  /** Whether another page follows. */
  more: z.boolean(),
  /** The signed note that the proofs lead to. */
  checkpoint: logProofSchema.shape.checkpoint,
});
export type FeedPage = z.infer<typeof feedPage>;

/** What a page may take as a JWS: 50 items, each with a proof of 64 hashes, take less. */
export const mostFeedCharacters = 1_000_000;
