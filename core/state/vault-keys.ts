import { z } from 'zod';
import { asciiUpTo, storedId, storedInstant, storedKeyArn } from '#core/bounds.ts';
import type { EntryBody, StreamHead } from '#core/log/entry.ts';
import { noEntries, streamHead } from '#core/log/entry.ts';
import type { Clock } from '#core/ports.ts';
import { unlessForged } from '#core/store/authentic.ts';
import {
  absent,
  all,
  any,
  equals,
  type Item,
  less,
  type Store,
  StoreConflict,
  type Test,
} from '#core/store/store.ts';
import { type Purpose, purposes, type VaultKeyName } from '#core/vault/vault-keys.ts';
import { commit, record } from './commit.ts';

/**
 * Which KMS keys wrap the vault. A table of its own, which only `prepare` and `forget` write: a writer could name
 * another key here and have it destroyed.
 *
 *   <purpose>#<epoch>   <shard>   the key's ARN once it is made; when it was forgotten
 *   sweep               0         how far the sweep of forgotten items has come
 */
export interface VaultKey extends VaultKeyName {
  arn: string;
  /** Where its stream of entries stands. */
  entries: StreamHead;
  /** When it was made: KMS may not find it, or count its tags, for some minutes (kms-lag.ts). */
  madeAt?: string | undefined;
  forgottenAt?: string | undefined;
}

const table = 'vaultKeys';
const partition = (purpose: Purpose, epoch: string) => `${purpose}#${epoch}`;
const itemKeyOf = ({ purpose, epoch, shard }: VaultKeyName) => ({ pk: partition(purpose, epoch), sk: shard });
/** The stream of entries about one key. */
const streamOf = ({ purpose, epoch, shard }: VaultKeyName) => `vault-key/${purpose}/${epoch}/${shard}`;

export const storedKey = z.object({
  pk: asciiUpTo(32),
  sk: z.int(),
  claim: storedId.optional(),
  claimedAt: storedInstant.optional(),
  keyArn: storedKeyArn.optional(),
  entries: streamHead.optional(),
  madeAt: storedInstant.optional(),
  forgottenAt: storedInstant.optional(),
});

const sweepKey = { pk: 'sweep', sk: 0 };
export const sweepItem = z.object({
  asOf: z.int(),
  /** The key of an item: two attributes. */
  from: z
    .record(asciiUpTo(2), z.union([asciiUpTo(96), z.number()]))
    .meta({ mostMembers: 2 })
    .optional(),
});

/** How far the sweep has come: it removes what was past its end at `asOf` (unix seconds), from a position on. */
export type Sweep = z.infer<typeof sweepItem>;

export function vaultKeyState({ store, clock }: { store: Store; clock: Pick<Clock, 'now'> }) {
  /**
   * Commits what became of a key with the entry that records it.
   *
   * @param item all that the table holds of the key then
   * @returns false if somebody else was first
   */
  async function change(
    key: VaultKeyName & { entries: StreamHead },
    { item, when, entry }: { item: Item; when: Test; entry: EntryBody },
  ): Promise<boolean> {
    const { entries, head } = record(streamOf(key), key.entries, clock.now(), entry);
    const put = { table, put: { ...itemKeyOf(key), ...item, entries: head }, when } as const;
    try {
      await commit(store, { writes: [put], entries });
      return true;
    } catch (error) {
      if (error instanceof StoreConflict) return false;
      throw error;
    }
  }

  return {
    /** An epoch's keys that are made, by shard. */
    async of(purpose: Purpose, epoch: string): Promise<VaultKey[]> {
      const items = await Array.fromAsync(store.query(table, { of: partition(purpose, epoch) }));
      return items.flatMap(parseKey);
    },

    /** Every key that was ever made: a few a month. One that is not proven to be does not hold up the others. */
    async every(): Promise<VaultKey[]> {
      const keys: VaultKey[] = [];
      for await (const { items } of store.scan(table, { unproven: 'pass-over' }))
        keys.push(...items.filter(({ pk }) => pk !== sweepKey.pk).flatMap(parseKey));
      return keys;
    },

    /**
     * Claims a key's place before the key is made, so that two who want it at the same time make one key.
     *
     * @param claim a name of the claimant's own
     * @param stale a claim of before this instant has been given up
     * @returns false if somebody else is making it, or has
     */
    async claim(
      name: VaultKeyName,
      { claim, at, stale }: { claim: string; at: string; stale: string },
    ): Promise<boolean> {
      const isFree = any(absent('pk'), all(absent('keyArn'), less('claimedAt', stale)));
      try {
        await store.write({
          table,
          put: { ...itemKeyOf(name), claim, claimedAt: at },
          when: isFree,
        });
        return true;
      } catch (error) {
        if (!(error instanceof StoreConflict)) throw error;
        // The claim may be our own: its answer was lost, and the client tried again.
        const items = await Array.fromAsync(
          store.query(table, { of: partition(name.purpose, name.epoch) }),
          (item) => storedKey.parse(item),
        );
        return items.some((item) => item.sk === name.shard && item.claim === claim);
      }
    },

    /** Commits that a key is made. @returns false if the claim is lost, or this was committed before */
    made(name: VaultKeyName, claim: string, arn: string, entry: EntryBody): Promise<boolean> {
      return change(
        { ...name, entries: noEntries },
        {
          item: { claim, keyArn: arn, madeAt: clock.now() },
          when: all(equals('claim', claim), absent('keyArn')),
          entry,
        },
      );
    },

    /** Commits that a key is destroyed. @returns false if that was committed before */
    forgotten(key: VaultKey, at: string, entry: EntryBody): Promise<boolean> {
      return change(key, {
        item: { keyArn: key.arn, forgottenAt: at },
        when: all(equals('keyArn', key.arn), absent('forgottenAt')),
        entry,
      });
    },

    async sweep(): Promise<Sweep | undefined> {
      // Of a place that is not proven to be Writ's own nothing is known: DynamoDB's TTL removes what the sweep does not.
      const item = await unlessForged(() => store.get(table, sweepKey));
      return item === undefined ? undefined : sweepItem.parse(item);
    },

    /** @param sweep how far it has come; undefined: it is done */
    async swept(sweep: Sweep | undefined): Promise<void> {
      if (sweep === undefined) await store.write({ table, delete: sweepKey });
      else await store.write({ table, put: { ...sweepKey, ...sweep } });
    },
  };
}
export type VaultKeyState = ReturnType<typeof vaultKeyState>;

/** A key that is claimed and not made yet is none. */
function parseKey(item: unknown): VaultKey[] {
  const { pk, sk, keyArn, entries, madeAt, forgottenAt } = storedKey.parse(item);
  if (keyArn === undefined || entries === undefined) return [];
  const [purpose, epoch] = pk.split('#');
  return [
    {
      purpose: z.enum(purposes).parse(purpose),
      epoch: z.string().parse(epoch),
      shard: sk,
      arn: keyArn,
      entries,
      madeAt,
      forgottenAt,
    },
  ];
}
