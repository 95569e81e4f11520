import { z } from 'zod';
import { asciiUpTo, storedCode, storedDigest, storedInstant, storedThumbprint } from '#core/bounds.ts';
import { streamHead } from '#core/log/entry.ts';
import type { FeedPlace } from '#core/revocations/verify.ts';
import type { Item } from '#core/store/store.ts';
import { asOfVersion, type StatePorts } from './commit.ts';

/**
 * What other providers' feeds said: how far each was read, and which keys they revoked. Items of the registry's table, of
 * `heed` alone.
 */

/** The name of another provider's log, by which that provider is known here. */
export const storedOrigin = asciiUpTo(253);

export const storedPlace = z.strictObject({
  provider: storedOrigin,
  version: z.int(),
  head: streamHead,
  /** Of the checkpoint that showed it, decimal. */
  size: asciiUpTo(20),
  /** When a page of it was last taken. */
  readAt: storedInstant,
});

/** So many providers name one key at most. */
const mostReports = 20;

export const storedReport = z.strictObject({
  provider: storedOrigin,
  n: z.int().positive(),
  /** The digest of the item. */
  item: storedDigest,
  reason: storedCode,
  revokedAt: storedInstant,
});
export type Report = z.infer<typeof storedReport>;

/** A key that somebody else revoked, by its thumbprint, whether or not it is enrolled here. */
export const heardKey = z.strictObject({
  keyId: storedThumbprint,
  version: z.int(),
  reports: z.array(storedReport).min(1).max(mostReports),
});

const placeKey = (provider: string) => ({ pk: `feed#${provider}` });
const heardItem = (keyId: string) => ({ pk: `heard#${keyId}` });

export function heardState({ store }: Pick<StatePorts, 'store'>) {
  async function placeOf(provider: string) {
    const item = await store.get('registry', placeKey(provider));
    return item === undefined ? undefined : storedPlace.parse(withoutKey(item));
  }

  async function heardOf(keyId: string) {
    const item = await store.get('registry', heardItem(keyId));
    return item === undefined ? undefined : heardKey.parse(withoutKey(item));
  }

  return {
    /** How far a provider's feed was read, and when; undefined before the first time. */
    async place(provider: string): Promise<(FeedPlace & { readAt: string }) | undefined> {
      const stored = await placeOf(provider);
      return stored && { ...stored, size: BigInt(stored.size) };
    },

    /** Remembers how far a feed was read; never less than was known. @throws StoreConflict */
    async moveTo(provider: string, { head, size }: FeedPlace, readAt: string): Promise<void> {
      const known = await placeOf(provider);
      const isBehind = known !== undefined && known.head.n > head.n;
      const isNews = known === undefined || known.head.n < head.n || known.readAt < readAt;
      if (isBehind || !isNews) return;
      const version = known?.version ?? 0;
      const next = { provider, version: version + 1, head, size: size.toString(), readAt };
      await store.write({
        table: 'registry',
        put: { ...placeKey(provider), ...storedPlace.parse(next) },
        when: asOfVersion(version),
      });
    },

    /** Remembers what a provider says of a key; done already, it does nothing. @throws StoreConflict */
    async note(keyId: string, report: Report): Promise<void> {
      const known = (await heardOf(keyId)) ?? { keyId, version: 0, reports: [] };
      if (known.reports.some(({ item }) => item === report.item)) return;
      const others = known.reports.filter(({ provider }) => provider !== report.provider);
      const reports = [...others, report].slice(-mostReports);
      await store.write({
        table: 'registry',
        put: { ...heardItem(keyId), ...heardKey.parse({ keyId, version: known.version + 1, reports }) },
        when: asOfVersion(known.version),
      });
    },

    /** What other providers say of a key. */
    async reports(keyId: string): Promise<readonly Report[]> {
      return (await heardOf(keyId))?.reports ?? [];
    },
  };
}
export type HeardState = ReturnType<typeof heardState>;

function withoutKey({ pk: _, ...item }: Item): Item {
  return item;
}
