import { inParallel } from '#core/parallel.ts';
import { equals, type Item, StoreConflict, type Write } from '#core/store/store.ts';
import { epochOf } from '#core/vault/epoch.ts';
import { epochKeyName } from '#core/vault/epoch-key.ts';
import { type NameKind, nameKinds } from '#core/vault/subject.ts';
import { isDue, noTally, takenAway, takenAwayAll, withoutEmpty } from '#core/vault/tally.ts';
import {
  type EpochKeyItem,
  type Erasure,
  epochKeyItemKey,
  headItemKey,
  type ItemKey,
  keptLookupItemKey,
  keyPairName,
  lookupHeadItemKey,
  lookupItemKey,
  type NameItem,
  nameGroup,
  namePrefix,
  parseLookup,
  parseLookupHead,
  parseName,
  recordGroup,
  type SubjectHead,
  tallyText,
  ttlOf,
  withEarlier,
} from './vault-items.ts';
import { asKept } from './vault-keeping.ts';
import { after, keptDigest, type VaultPorts, type VaultReading } from './vault-reading.ts';
import { asRead, lookupHeadWrite, subjectHeadWrite, trying } from './vault-sealing.ts';

/** Writes at once. */
const atOnce = 16;

/** Epoch keys that one transaction takes, each with what a preservation keeps of it, beside the head: it writes 100 items. */
const keysAtOnce = 45;
/** Names likewise: with each go its look-up and that look-up's head. */
const namesAtOnce = 20;

/**
 * Erases a subject, in steps that may break off after each: the head always knows what is there. It takes what is there,
 * whether or not that is whole: nobody's writes to the table keep somebody's data.
 */
export function vaultErasing({ store, clock }: VaultPorts, reading: VaultReading) {
  /** A head that is written lasts from now on: the erasure is under way. */
  const present = () => ({ now: clock.now(), ttl: ttlOf(clock.now()) });

  /** Takes so many of a subject's own epoch keys, noting which. @returns what is noted, and whether that were all */
  async function takeSome(
    subject: string,
    id: string,
    around: () => Promise<readonly Write[]>,
  ): Promise<{ erasure: Erasure; isDone: boolean }> {
    const holding = await around();
    const { head, own, kept } = await reading.itemsOf(subject);
    const says = head?.says ?? nothing;
    const preserving = kept.filter(({ until }) => until > clock.now());
    const keptPairs = new Set(preserving.map(keyPairName));
    const some = own.slice(0, keysAtOnce);
    const erasure = {
      id: says.erasing?.id ?? id,
      erased: merged(
        says.erasing?.erased ?? [],
        some.filter((one) => !keptPairs.has(keyPairName(one))),
      ),
      preserved: preserving.map(({ kind, epoch, until }) => ({ kind, epoch, until })),
    };
    const isDone = some.length === own.length;
    // With the last of them go those that the head lists and that are not there.
    const taken = new Set(some.map(({ kind, epoch }) => `${kind} ${epoch}`));
    const keys = isDone ? [] : says.keys.filter(({ kind, epoch }) => !taken.has(`${kind} ${epoch}`));
    const staying = preserving.flatMap((before) => {
      const own = some.find((one) => keyPairName(one) === keyPairName(before));
      if (own === undefined || own.keyId === before.keyId) return [];
      // Grants that were minted before name the key that wraps its own item.
      const { earlier: _, ...rest } = before;
      return [{ before, after: { ...rest, ...withEarlier(before, own, before) } }];
    });
    const digests = new Map(staying.map(({ after }) => [after.sk, keptDigest(after)]));
    const keptNow = says.kept.map((one) => ({ ...one, digest: digests.get(one.sk) ?? one.digest }));
    await store.write(
      ...holding,
      ...staying.map(
        ({ before, after: { kind: _, epoch: __, subject: pk, ...after } }): Write => ({
          table: 'vault',
          put: { pk, ...after },
          when: asKept(before),
        }),
      ),
      ...some.map(
        (one): Write => ({
          table: 'vault',
          delete: epochKeyItemKey(one),
          when: equals('publicKey', one.publicKey),
        }),
      ),
      subjectHeadWrite(subject, head, { ...says, keys, kept: keptNow, erasing: erasure }, present()),
    );
    return { erasure, isDone };
  }

  /** The names of a kind that go; those that a preservation keeps stay until it ends. */
  async function takeNames(kind: NameKind, subject: string): Promise<boolean> {
    const now = clock.now();
    // Before the names: one that comes in between changes the head, and this is done again.
    const { head, held } = await reading.itemsOf(subject);
    const prefix = namePrefix(kind);
    const all = await Array.fromAsync(
      store.query('vault', { of: subject, from: prefix, to: `${prefix}${after}` }),
      (item) => parseName(kind, item),
    );
    const says = head?.says ?? nothing;
    const tally = says.names.get(kind) ?? noTally;
    const keeping = held.find((one) => one.kind === kind && one.until > now);
    const kept = keeping && { until: keeping.until, tally: tallyText.parse(keeping.tally) };
    const onlyKept = nameGroup(noTally, kept);
    const isOpen = ({ slot, place }: NameItem) => tally.get(slot)?.gone.includes(place) === false;
    const going = all.filter((name) => isOpen(name) || !isDue(onlyKept, name, now));
    const some = going.slice(0, namesAtOnce);
    const isDone = some.length === going.length;
    // With the last of them all that was ever counted is gone, also what had ended, or what somebody took away.
    const without = isDone ? takenAwayAll(tally) : takenAway(tally, some);
    if (some.length === 0 && withoutEmpty(tally).size === 0) return true;
    const names = new Map(says.names).set(kind, keeping === undefined ? withoutEmpty(without) : without);
    await store.write(
      ...some.map((name): Write => nameWrite(name, isDue(onlyKept, name, now) ? keeping?.until : undefined)),
      ...(await lookupsTaken(subject, some)),
      subjectHeadWrite(subject, head, { ...says, names }, present()),
    );
    return isDone;
  }

  /** @param until when a preservation of it ends; undefined: it goes */
  function nameWrite({ at: _, slot: __, ...item }: NameItem, until: string | undefined): Write {
    const { pk, sk, ttl } = item;
    const when = equals('ttl', ttl);
    return until === undefined
      ? { table: 'vault', delete: { pk, sk }, when }
      : { table: 'vault', put: { ...item, ttl: ttlOf(until) }, when };
  }

  /** The look-ups of some names go, and are counted no more; what a preservation keeps finds the subject still. */
  async function lookupsTaken(subject: string, names: readonly NameItem[]): Promise<Write[]> {
    const now = clock.now();
    const writes: Write[] = [];
    for (const [blind, same] of Map.groupBy(names, (name) => name.blind)) {
      const keys = [...new Set(same.map(({ at }) => epochOf(at)))].map((epoch) =>
        lookupItemKey(blind, subject, epoch),
      );
      const keptKey = keptLookupItemKey(blind, subject);
      const items = await store.getMany('vault', [...keys, keptKey, lookupHeadItemKey(blind)]);
      const headItem = items.find(({ sk }) => sk === lookupHeadItemKey(blind).sk);
      const keptItem = items.find(({ sk }) => sk === keptKey.sk);
      const lookups = items.filter((item) => item !== headItem && item !== keptItem).map(parseLookup);
      const isEnded = keptItem !== undefined && String(keptItem.until) <= now;
      const going = [...lookups, ...(isEnded ? [keptKey] : [])];
      if (going.length === 0) continue;
      for (const { sk } of going) writes.push({ table: 'vault', delete: { pk: keptKey.pk, sk } });
      if (headItem === undefined) continue;
      const head = parseLookupHead(headItem);
      const tally = withoutEmpty(takenAway(head.says.tally, lookups));
      const kept = head.says.kept.filter((one) => !(isEnded && one.subject === subject));
      writes.push(
        tally.size === 0 && kept.length === 0
          ? { table: 'vault', delete: lookupHeadItemKey(blind), when: asRead(head) }
          : lookupHeadWrite(blind, head, { tally, kept }, { now }),
      );
    }
    return writes;
  }

  /** Has an item end at an instant, unless somebody else changes it meanwhile. */
  async function endAt(item: Item, ttl: number): Promise<void> {
    if (item.ttl === ttl) return;
    try {
      await store.write({ table: 'vault', put: { ...item, ttl }, when: equals('ttl', item.ttl) });
    } catch (error) {
      if (!(error instanceof StoreConflict) || error.failed.length === 0) throw error;
    }
  }

  /** Takes what preservations kept that are over, and with the last of it the note of the erasure. */
  async function endSome(subject: string): Promise<boolean> {
    const now = clock.now();
    const { head, kept, held } = await reading.itemsOf(subject);
    if (head === undefined) return true;
    const ended = [...kept, ...held].filter(({ until }) => until <= now).map(({ sk }) => sk);
    const some = new Set(ended.slice(0, keysAtOnce));
    const isDone = some.size === ended.length;
    const says = { ...head.says, kept: head.says.kept.filter(({ sk }) => !some.has(sk)) };
    const isEmpty =
      says.keys.length === 0 &&
      says.kept.every(({ until }) => until <= now) &&
      [...says.names.values()].every((tally) => withoutEmpty(tally).size === 0);
    const { erasing, ...rest } = says;
    await store.write(
      ...[...some].map((sk): Write => ({ table: 'vault', delete: { pk: subject, sk } })),
      isDone && isEmpty
        ? { table: 'vault', delete: headItemKey(subject), when: asRead(head) }
        : subjectHeadWrite(subject, head, isDone ? rest : says, { now }),
    );
    return isDone;
  }

  return {
    /**
     * Takes a subject's own epoch keys.
     *
     * @param id a name for the erasure, unless it began before
     * @param around what has all that is preserved kept, and the writes that hold while nothing more is
     * @returns what this erasure took since it began
     */
    async takeEpochKeys(
      subject: string,
      id: string,
      around: () => Promise<readonly Write[]>,
    ): Promise<Erasure> {
      for (;;) {
        const { erasure, isDone } = await trying(() => takeSome(subject, id, around));
        if (isDone) return erasure;
      }
    },

    /** Takes records whose epoch key is gone. What a preservation keeps lasts as long as that, and no longer. */
    async takeRecords(subject: string): Promise<void> {
      const found = await Array.fromAsync(reading.recordItemsOf(subject));
      // After the records: one that an account which came back has sent since comes together with its epoch key.
      const now = clock.now();
      const { own, kept } = await reading.itemsOf(subject);
      const owned = new Set(own.map(keyPairName));
      const keeping = new Map(kept.filter(({ until }) => until > now).map((one) => [keyPairName(one), one]));
      const gone: ItemKey[] = [];
      const staying: { item: Item; ttl: number }[] = [];
      for (const { item, records, of } of found) {
        const pair = `${epochKeyName(of)} ${records.key}`;
        if (owned.has(pair)) continue;
        const by = keeping.get(pair);
        if (by !== undefined && isDue(recordGroup(of, undefined, by), records, now))
          staying.push({ item, ttl: ttlOf(by.until) });
        else gone.push({ pk: subject, sk: records.sk });
      }
      await store.writeMany(
        'vault',
        gone.map((key) => ({ delete: key })),
      );
      await inParallel(staying, atOnce, ({ item, ttl }) => endAt(item, ttl));
    },

    /** Takes what the subject is found by. */
    async takeNames(subject: string): Promise<void> {
      for (const kind of nameKinds) while (!(await trying(() => takeNames(kind, subject))));
    },

    /** The erasure is over. Of a subject of whom nothing is left, nothing is. */
    async endErasure(subject: string): Promise<void> {
      while (!(await trying(() => endSome(subject))));
    },
  };
}

const nothing: SubjectHead = { keys: [], kept: [], names: new Map() };

function merged(before: Erasure['erased'], more: readonly EpochKeyItem[]): Erasure['erased'] {
  const all = [...before, ...more].map(({ kind, epoch }) => [`${kind} ${epoch}`, { kind, epoch }] as const);
  return [...new Map(all).values()];
}
