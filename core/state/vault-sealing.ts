import { absent, all, equals, type Put, StoreConflict, type Test } from '#core/store/store.ts';
import { epochOf } from '#core/vault/epoch.ts';
import type { EpochKey } from '#core/vault/epoch-key.ts';
import { epochForgottenAfter } from '#core/vault/retention.ts';
import { keyFingerprint, type SealedItem } from '#core/vault/seal.ts';
import type { NameKind } from '#core/vault/subject.ts';
import { counted, noTally, pruned, tallyForm } from '#core/vault/tally.ts';
import type { Named } from '#core/vault/validity.ts';
import {
  type EpochKeyItem,
  epochKeyItemKey,
  headItemKey,
  type LookupHead,
  lingering,
  lookupGroup,
  lookupHeadItemKey,
  lookupItemKey,
  lookupsEnd,
  nameGroup,
  nameItemKey,
  nameSlot,
  namesEnd,
  parseLookupHead,
  parseSubjectHead,
  recordItemKey,
  recordSlot,
  recordsEnd,
  type Stored,
  type SubjectHead,
  tallyText,
  ttlOf,
} from './vault-items.ts';
import type { VaultPorts, VaultReading } from './vault-reading.ts';

/** A key pair that an epoch key is to get. */
export interface NewKeyPair {
  publicKey: Uint8Array;
  wrappedKey: Uint8Array;
  keyId: string;
  /** For how many months after its own the epoch is kept. */
  months: number;
}

/** How often something is tried that somebody else was faster with. */
export const attempts = 5;

/** Does it, and again where somebody else was faster. @throws StoreConflict if they were each time */
export async function trying<T>(act: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof StoreConflict) || attempt >= attempts) throw error;
    }
  }
}

/** Adds to the vault: each item together with what counts it, or not at all. */
export function vaultSealing({ store, clock }: VaultPorts, { refuse }: Pick<VaultReading, 'refuse'>) {
  async function headOf(subject: string): Promise<Stored<SubjectHead> | undefined> {
    const [item] = await store.getMany('vault', [headItemKey(subject)]);
    return item === undefined ? undefined : parseSubjectHead(item);
  }

  /** Sealed items, each counted in its day. @returns the writes, and the tally after them */
  function recordWrites(of: EpochKey, publicKey: Uint8Array, items: readonly SealedItem[], from: From) {
    let tally = from.tally;
    const writes = items.map(({ at, id, sealed, count }): Put => {
      const slot = recordSlot(at);
      const { place, months, tally: next } = counted(tally, slot, from.months);
      tally = next;
      const key = keyFingerprint(publicKey);
      const ttl = ttlOf(recordsEnd(of.epoch, slot, months));
      const put = { ...recordItemKey(of, at, id), sealed, n: count, key, place, ttl };
      return { table: 'vault', put, when: absent('pk') };
    });
    return { writes, tally: JSON.stringify(tallyForm(tally)) };
  }

  /**
   * An epoch key that is listed is there, or somebody took its item away: its records would be forgotten for a new one.
   *
   * @throws StoreConflict if another writer made it, or an erasure took it, since it was looked for
   * @throws ForgedItem
   */
  async function checkListed(of: EpochKey, before: SubjectHead): Promise<never> {
    const there = await store.getMany('vault', [epochKeyItemKey(of)]);
    const after = await headOf(of.subject);
    // It comes and goes with its line in the head: a line that stayed the same had its item all the time.
    const isSame = after !== undefined && listed(of, before) === listed(of, after.says);
    if (there.length > 0 || !isSame) throw new StoreConflict([]);
    return refuse(epochKeyItemKey(of));
  }

  return {
    headOf,

    /** The writes that add items to an epoch key as it was read. They hold together, or none does. */
    addsToEpochKey(epochKey: EpochKeyItem, items: readonly SealedItem[], months: number): Put[] {
      const { publicKey, wrappedKey, keyId, ttl } = epochKey;
      const from = { tally: tallyText.parse(epochKey.tally), months };
      const { writes, tally } = recordWrites(epochKey, publicKey, items, from);
      const put = { ...epochKeyItemKey(epochKey), publicKey, wrappedKey, keyId, tally, ttl };
      // Of the same key pair: an erasure may have taken it, and the account have come back.
      const when = all(equals('publicKey', publicKey), equals('tally', epochKey.tally));
      return [{ table: 'vault', put, when }, ...writes];
    },

    /** The writes that make an epoch key, with its first items. */
    async makesEpochKey(of: EpochKey, pair: NewKeyPair, items: readonly SealedItem[], months: number) {
      const { publicKey, wrappedKey, keyId } = pair;
      const { writes, tally } = recordWrites(of, publicKey, items, { tally: noTally, months });
      const ttl = ttlOf(epochForgottenAfter(of.epoch, pair.months));
      const put = { ...epochKeyItemKey(of), publicKey, wrappedKey, keyId, tally, ttl };
      const head = await headOf(of.subject);
      const { kind, epoch } = of;
      const says = head?.says ?? noHead;
      if (listed(of, says) !== undefined) await checkListed(of, says);
      const key = { kind, epoch, key: keyFingerprint(publicKey), months: pair.months };
      const next = { ...says, keys: [...says.keys, key] };
      const makes: Put[] = [
        { table: 'vault', put, when: absent('pk') },
        subjectHeadWrite(of.subject, head, next, { now: clock.now(), ttl }),
      ];
      return [...makes, ...writes];
    },

    /** Writes all or nothing. @throws StoreConflict */
    async write(writes: readonly Put[]): Promise<void> {
      await store.write(...writes);
    },

    /** Those of an epoch key's items that are not there yet: one that is was counted when it was written. */
    async notThere<T extends SealedItem>(of: EpochKey, items: readonly T[]): Promise<T[]> {
      const keys = items.map(({ at, id }) => recordItemKey(of, at, id));
      const there = await store.getMany('vault', keys);
      const names = new Set(there.map(({ sk }) => sk));
      return items.filter((_, i) => !names.has(keys[i]?.sk));
    },

    /**
     * By what a subject can be found from an instant on: blind indices, which name nobody (I1). Of two names of one instant
     * the first counts.
     *
     * @param months for how many they are kept
     * @throws StoreConflict if others were faster again and again
     */
    async addName(kind: NameKind, subject: string, { at, blind }: Named, months: number): Promise<void> {
      const epoch = epochOf(at);
      const keys = [
        headItemKey(subject),
        nameItemKey(kind, subject, at),
        lookupHeadItemKey(blind),
        lookupItemKey(blind, subject, epoch),
      ] as const;
      await trying(async () => {
        const items = await store.getMany('vault', keys);
        const [head, name, lookupHead, lookup] = keys.map((key) =>
          items.find(({ pk, sk }) => pk === key.pk && sk === key.sk),
        );
        if (name !== undefined) return;
        await store.write(
          ...nameWrites(kind, subject, { at, blind }, months, head && parseSubjectHead(head)),
          ...(lookup === undefined
            ? lookupWrites(subject, blind, epoch, months, lookupHead && parseLookupHead(lookupHead))
            : []),
        );
      });
    },
  };

  function nameWrites(
    kind: NameKind,
    subject: string,
    { at, blind }: Named,
    keptMonths: number,
    head: Stored<SubjectHead> | undefined,
  ): Put[] {
    const now = clock.now();
    const says = head?.says ?? noHead;
    const before = pruned(nameGroup(says.names.get(kind) ?? noTally, undefined), lingering(now, -1));
    const { tally, place, months } = counted(before, nameSlot(at), keptMonths);
    const ttl = ttlOf(namesEnd(nameSlot(at), months));
    const put = { ...nameItemKey(kind, subject, at), blind, place, ttl };
    const next = { ...says, names: new Map(says.names).set(kind, tally) };
    return [{ table: 'vault', put, when: absent('pk') }, subjectHeadWrite(subject, head, next, { now, ttl })];
  }

  function lookupWrites(
    subject: string,
    blind: string,
    epoch: string,
    keptMonths: number,
    head: Stored<LookupHead> | undefined,
  ): Put[] {
    const now = clock.now();
    const says = head?.says ?? { tally: noTally, kept: [] };
    const before = pruned(lookupGroup(says.tally), lingering(now, -1));
    const { tally, place, months } = counted(before, epoch, keptMonths);
    const ttl = ttlOf(lookupsEnd(epoch, months));
    const put = { ...lookupItemKey(blind, subject, epoch), place, ttl };
    return [
      { table: 'vault', put, when: absent('pk') },
      lookupHeadWrite(blind, head, { ...says, tally }, { now, ttl }),
    ];
  }
}

/** The key pair that a head lists for an epoch key. */
function listed({ kind, epoch }: EpochKey, { keys }: SubjectHead): string | undefined {
  return keys.find((key) => key.kind === kind && key.epoch === epoch)?.key;
}

interface From {
  tally: ReturnType<typeof tallyText.parse>;
  months: number;
}

const noHead: SubjectHead = { keys: [], kept: [], names: new Map() };

/** @param ttl when what the head is written for ends: the head lasts longer than all of which it knows */
export function subjectHeadWrite(
  subject: string,
  before: Stored<SubjectHead> | undefined,
  { keys, kept, names, erasing }: SubjectHead,
  at: { now: string; ttl?: number },
): Put {
  const past = lingering(at.now, -1);
  const says = {
    keys: keys
      .filter(({ epoch, months }) => epochForgottenAfter(epoch, months) > past)
      .toSorted(by(({ kind, epoch }) => `${kind} ${epoch}`)),
    kept: kept.filter(({ until }) => until > past).toSorted(by(({ sk }) => sk)),
    names: [...names].toSorted(by(([kind]) => kind)).map(([kind, tally]) => [kind, tallyForm(tally)]),
    erasing,
  };
  return headWrite(headItemKey(subject), before, JSON.stringify(says), at);
}

export function lookupHeadWrite(
  blind: string,
  before: Stored<LookupHead> | undefined,
  { tally, kept }: LookupHead,
  at: { now: string; ttl?: number },
): Put {
  const past = lingering(at.now, -1);
  const listed = kept.filter(({ until }) => until > past).toSorted(by(({ subject }) => subject));
  const says = JSON.stringify({ tally: tallyForm(tally), kept: listed });
  return headWrite(lookupHeadItemKey(blind), before, says, at);
}

function headWrite(
  key: { pk: string; sk: string },
  before: { text: string; ttl: number } | undefined,
  says: string,
  { ttl = 0 }: { ttl?: number },
): Put {
  const lasting = ttlOf(lingering(new Date(ttl * 1000).toISOString()));
  const put = { ...key, says, ttl: Math.max(before?.ttl ?? 0, lasting) };
  return { table: 'vault', put, when: asRead(before) };
}

/** That a head is as it was read. */
export function asRead(head: { text: string } | undefined): Test {
  return head === undefined ? absent('pk') : equals('says', head.text);
}

function by<T>(name: (value: T) => string): (a: T, b: T) => number {
  return (a, b) => (name(a) < name(b) ? -1 : 1);
}
