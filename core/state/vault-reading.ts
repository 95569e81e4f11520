import { toBase64url } from '#core/bytes.ts';
import { canonicalJson, sha256 } from '#core/canonical.ts';
import type { Clock } from '#core/ports.ts';
import { ForgedItem } from '#core/store/forged.ts';
import type { Item, Store } from '#core/store/store.ts';
import { epochBounds } from '#core/vault/epoch.ts';
import { type EpochKey, epochKeyName } from '#core/vault/epoch-key.ts';
import type { Period } from '#core/vault/kinds.ts';
import { epochForgottenAfter } from '#core/vault/retention.ts';
import { keyFingerprint, type SealedItem } from '#core/vault/seal.ts';
import type { NameKind } from '#core/vault/subject.ts';
import { dueSlots, dueTallySince, noTally, wholeOf } from '#core/vault/tally.ts';
import type { Named } from '#core/vault/validity.ts';
import {
  type EpochKeyItem,
  epochKeyItemKey,
  type HeldItem,
  headItemKey,
  type ItemKey,
  type KeptItem,
  keyPairName,
  lookupGroup,
  lookupHeadItemKey,
  lookupPartition,
  type NameItem,
  nameGroup,
  namePrefix,
  parseEpochKey,
  parseHeld,
  parseKept,
  parseKeptLookup,
  parseLookup,
  parseLookupHead,
  parseName,
  parseRecords,
  parseSubjectHead,
  recordGroup,
  recordPrefix,
  recordSlot,
  type Stored,
  type StoredEpochKey,
  type SubjectHead,
  tallyText,
  ttlOf,
  type Wrapping,
} from './vault-items.ts';

export interface VaultPorts {
  store: Store;
  clock: Pick<Clock, 'now'>;
  /** Told of what is not whole, before anybody else learns of it: the alarm, and the entry. */
  onForged: (forged: ForgedItem) => Promise<void>;
}

/** Behind every text that begins with a prefix. */
export const after = '\uffff';

/** A list is no snapshot: what is written while it is read may be missing from it. How often one is read before it counts. */
const readings = 4;

/** All of a subject but its records and names, as it lies there. */
export interface SubjectItems {
  head: Stored<SubjectHead> | undefined;
  own: EpochKeyItem[];
  kept: KeptItem[];
  held: HeldItem[];
}

/**
 * Reads the vault, each group of items against its tally: what is missing, put back, or was never counted is an error
 * (I11), never a smaller or another answer. What has ended is passed over, whether or not it is there still.
 */
export function vaultReading({ store, clock, onForged }: VaultPorts) {
  const query = (pk: string, from: string, to = from) => store.query('vault', { of: pk, from, to });

  /** Something is not as Writ wrote it: nobody is told anything that rests on it. @throws ForgedItem */
  async function refuse(key: ItemKey): Promise<never> {
    const forged = new ForgedItem('vault', key);
    // The refusal stands, whatever becomes of the report.
    await onForged(forged).catch(() => undefined);
    throw forged;
  }

  /**
   * @param key the item by which the group is counted
   * @param read gives undefined where items and tallies differ
   */
  async function whole<T>(key: ItemKey, read: () => Promise<T | undefined>): Promise<T> {
    for (let reading = 0; reading < readings; reading++) {
      const found = await read();
      if (found !== undefined) return found;
    }
    return refuse(key);
  }

  async function itemsOf(subject: string): Promise<SubjectItems> {
    const items: SubjectItems = { head: undefined, own: [], kept: [], held: [] };
    for await (const item of query(subject, headItemKey(subject).sk, `key#${after}`)) {
      const sk = String(item.sk);
      if (sk === headItemKey(subject).sk) items.head = parseSubjectHead(item);
      else if (sk.startsWith('held#')) items.held.push(parseHeld(item));
      else if (sk.startsWith('key#')) items.own.push(parseEpochKey(item));
      else if (sk.startsWith('kept#')) items.kept.push(parseKept(item));
    }
    return items;
  }

  /** @returns undefined if one of them is missing, or is an older version */
  function liveOf(
    { head, ...items }: SubjectItems,
    now: string,
    since: string,
  ): Omit<SubjectItems, 'head'> | undefined {
    const says = head?.says ?? { keys: [], kept: [] };
    const keys = new Map(says.keys.map((key) => [`${key.kind} ${key.epoch}`, key]));
    const endsOf = new Map(says.kept.map((kept) => [kept.sk, kept]));
    const isListed =
      items.own.every(
        ({ kind, epoch, publicKey }) => keys.get(`${kind} ${epoch}`)?.key === keyFingerprint(publicKey),
      ) && [...items.kept, ...items.held].every((item) => endsOf.get(item.sk)?.digest === keptDigest(item));
    const isThere = (sk: string) =>
      [...items.own, ...items.kept, ...items.held].some((item) => item.sk === sk);
    const liveAt = (at: string) =>
      says.keys.filter(({ epoch, months }) => epochForgottenAfter(epoch, months) > at);
    const live = liveAt(now);
    const isWhole =
      live.every(({ kind, epoch }) => isThere(`key#${kind}#${epoch}`)) &&
      says.kept.every(({ sk, until }) => until <= now || isThere(sk));
    if (!isListed || !isWhole) return undefined;
    const liveNames = new Set(liveAt(since).map(({ kind, epoch }) => `${kind} ${epoch}`));
    return {
      own: items.own.filter(({ kind, epoch }) => liveNames.has(`${kind} ${epoch}`)),
      kept: items.kept.filter(({ until }) => until > now),
      held: items.held.filter(({ until }) => until > now),
    };
  }

  /** @param since also epoch keys that had not ended then, where they lie there still */
  async function subjectOf(subject: string, since?: string) {
    return whole(headItemKey(subject), async () => {
      const items = await itemsOf(subject);
      const now = clock.now();
      const live = liveOf(items, now, since !== undefined && since < now ? since : now);
      return live && { items, live, epochKeys: epochKeysIn(live) };
    });
  }

  /**
   * The names of a kind that hold or held, as they lie there, with what counts them.
   *
   * @param since also those that had not ended then, where they lie there still
   */
  async function nameItemsOf(kind: NameKind, subject: string, since?: string) {
    return whole(headItemKey(subject), async () => {
      const names = await Array.fromAsync(
        query(subject, namePrefix(kind), `${namePrefix(kind)}${after}`),
        (item) => parseName(kind, item),
      );
      const { items, live } = await subjectOf(subject);
      const isIt = (item: HeldItem) => item.kind === kind;
      const [held, heldThere] = [live.held.find(isIt), items.held.find(isIt)];
      const group = nameGroup(
        items.head?.says.names.get(kind) ?? noTally,
        held && { until: held.until, tally: tallyText.parse(held.tally) },
      );
      const now = clock.now();
      const whole = wholeOf(names, group, now);
      const lost = since === undefined ? noTally : dueTallySince(group, { since, now }, names);
      const isDueSince = ({ slot, place }: NameItem) =>
        (lost.get(slot)?.n ?? 0) > place && lost.get(slot)?.gone.includes(place) !== true;
      const found = whole && names.filter((name) => whole.includes(name) || isDueSince(name));
      return found && { names: found, all: names, group, head: items.head, held, heldThere };
    });
  }

  /** One day's record items of a key pair, once they and the tally agree. */
  async function dayOfRecords(epochKey: StoredEpochKey, day: string): Promise<Records[]> {
    return whole(epochKeyItemKey(epochKey), async () => {
      const found = await Array.fromAsync(recordsBetween(epochKey, day, day));
      const { epochKeys } = await subjectOf(epochKey.subject);
      const current = epochKeys.find((one) => keyPairName(one) === keyPairName(epochKey));
      // An erasure took it meanwhile.
      return current === undefined
        ? []
        : wholeOf(found, current.records, clock.now(), (slot) => slot === day);
    });
  }

  /** Those of the key pair on some days, `02`, both inclusive. */
  async function* recordsBetween(
    epochKey: StoredEpochKey,
    first: string,
    last: string,
  ): AsyncGenerator<Records> {
    const { subject, kind, epoch, publicKey } = epochKey;
    const fingerprint = keyFingerprint(publicKey);
    const prefix = `${recordPrefix(kind)}${epoch}-`;
    for await (const item of query(subject, `${prefix}${first}`, `${prefix}${last}${after}`)) {
      const found = parseRecords(item);
      if (found.key === fingerprint) yield found;
    }
  }

  return {
    refuse,
    itemsOf,
    subjectOf,
    nameItemsOf,

    /**
     * The epoch keys that a subject has: existence, not content. One whose own item was erased and that a preservation
     * keeps counts, beside the one of an account that came back. Of one key pair that is wrapped twice, the own item
     * counts.
     *
     * @param since also those that had not ended then, where they lie there still: a preservation keeps what it found
     * @throws ForgedItem
     */
    async epochKeysOf(subject: string, since?: string): Promise<StoredEpochKey[]> {
      return (await subjectOf(subject, since)).epochKeys;
    },

    /** When a subject's numbers or usernames held, as blind indices. @throws ForgedItem */
    async namesOf(kind: NameKind, subject: string, since?: string): Promise<Named[]> {
      const { names } = await nameItemsOf(kind, subject, since);
      return names.map(({ at, blind }) => ({ at, blind }));
    },

    /** The subjects that ever had a number or username. @throws ForgedItem */
    async subjectsOf(blind: string): Promise<string[]> {
      return whole(lookupHeadItemKey(blind), async () => {
        const now = clock.now();
        const items = await Array.fromAsync(query(lookupPartition(blind), ' ', after));
        const [headItem] = items.filter(({ sk }) => sk === lookupHeadItemKey(blind).sk);
        const { tally, kept } = headItem === undefined ? noLookups : parseLookupHead(headItem).says;
        const isKept = ({ sk }: Item) => String(sk).endsWith('#kept');
        const holders = items.filter((item) => item !== headItem);
        const found = wholeOf(
          holders.filter((item) => !isKept(item)).map(parseLookup),
          lookupGroup(tally),
          now,
        );
        const ends = new Map(
          holders
            .filter(isKept)
            .map(parseKeptLookup)
            .map((item) => [item.subject, item.until]),
        );
        const listed = new Map(kept.map(({ subject, until }) => [subject, until]));
        const isWhole =
          [...ends].every(([subject, until]) => listed.get(subject) === until) &&
          [...listed].every(([subject, until]) => until <= now || ends.has(subject));
        if (found === undefined || !isWhole) return undefined;
        const live = [...ends].filter(([, until]) => until > now).map(([subject]) => subject);
        return [...new Set([...found.map(({ subject }) => subject), ...live])];
      });
    },

    /**
     * The sealed items of an epoch key whose first record lies in a period, in order of it, a whole day at a time. Items
     * that are sealed to another key pair are left out.
     *
     * @throws ForgedItem, before anything of the day that is not whole is given
     */
    async *sealedItems(epochKey: StoredEpochKey, { from, to }: Period): AsyncGenerator<SealedItem> {
      const now = clock.now();
      const { records } = epochKey;
      const [first, last] = daysOf(epochKey.epoch, { from, to });
      const awaited = dueSlots(records, now).filter((day) => day >= first && day <= last);
      const given = function* (items: readonly Records[]) {
        for (const { at, id, sealed, n } of items)
          if (at >= from && at < to) yield { at, id, sealed, count: n };
      };
      // All days, also those of which the tally knows nothing: one that was put back may know too little.
      for await (const items of byDay(recordsBetween(epochKey, first, last))) {
        const day = items[0].slot;
        // Days before it of which the tally knows, and nothing is there.
        while ((awaited[0] ?? day) < day) yield* given(await dayOfRecords(epochKey, awaited.shift() ?? ''));
        if (awaited[0] === day) awaited.shift();
        const found = wholeOf(items, records, now, (slot) => slot === day);
        yield* given(found ?? (await dayOfRecords(epochKey, day)));
      }
      for (const day of awaited) yield* given(await dayOfRecords(epochKey, day));
    },

    /** Every item of a subject's records, whether or not it is due. */
    async *recordItemsOf(subject: string): AsyncGenerator<{ item: Item; records: Records; of: EpochKey }> {
      for await (const item of query(subject, recordPrefix(), `${recordPrefix()}${after}`)) {
        const records = parseRecords(item);
        const { kind, at } = records;
        yield { item, records, of: { subject, kind, epoch: at.slice(0, 'YYYY-MM'.length) } };
      }
    },

    /** Those of some epoch keys that exist, by name, as they lie there. */
    async findEpochKeys(epochKeys: readonly EpochKey[]): Promise<Map<string, EpochKeyItem>> {
      const items = await store.getMany('vault', epochKeys.map(epochKeyItemKey));
      return new Map(items.map(parseEpochKey).map((epochKey) => [epochKeyName(epochKey), epochKey]));
    },
  };
}
export type VaultReading = ReturnType<typeof vaultReading>;

export type Records = ReturnType<typeof parseRecords>;
export type NamesFound = { names: NameItem[] };

const noLookups = { tally: noTally, kept: [] };

/** What a kept item says, in short: a head that knows it knows which version is the newest. */
export function keptDigest(item: {
  until: string;
  tally: string;
  keyId?: string;
  wrappedKey?: Uint8Array;
  latest?: string | undefined;
  earlier?: KeptItem['earlier'];
}): string {
  const { until, tally, keyId = '', wrappedKey = new Uint8Array(), latest, earlier } = item;
  const own =
    earlier === undefined ? {} : { earlier: earlier.map((one) => [one.keyId, toBase64url(one.wrappedKey)]) };
  const end = latest === undefined ? {} : { latest };
  const says = canonicalJson({ until, tally, keyId, wrappedKey: toBase64url(wrappedKey), ...end, ...own });
  return toBase64url(sha256(says)).slice(0, 16);
}

function epochKeysIn({ own, kept }: Pick<SubjectItems, 'own' | 'kept'>): StoredEpochKey[] {
  const keptOf = new Map(kept.map((item) => [keyPairName(item), item]));
  const all = [
    ...kept.map((item) => storedEpochKey(item, undefined, item)),
    ...own.map((item) => storedEpochKey(item, item.tally, keptOf.get(keyPairName(item)))),
  ];
  return [...new Map(all.map((epochKey) => [keyPairName(epochKey), epochKey])).values()];
}

function storedEpochKey(
  { subject, kind, epoch, publicKey, wrappedKey, keyId, ttl }: EpochKeyItem,
  tally: string | undefined,
  kept: KeptItem | undefined,
): StoredEpochKey {
  const of = { subject, kind, epoch };
  const also: Wrapping[] = [];
  // What is wrapped once lies here once.
  if (kept !== undefined && kept.keyId !== keyId)
    also.push({ wrappedKey: kept.wrappedKey, keyId: kept.keyId, ttl: ttlOf(kept.until) });
  for (const one of kept?.earlier ?? []) if (one.keyId !== keyId) also.push({ ...one, ttl: 0 });
  return {
    ...of,
    publicKey,
    wrappedKey,
    keyId,
    ttl,
    records: recordGroup(of, tally, kept),
    also,
    latest: kept?.latest,
  };
}

/** How a private key is wrapped by a KMS key, if it is. */
export function wrappedBy(
  { wrappedKey, keyId, ttl, also }: StoredEpochKey,
  by: string,
): Wrapping | undefined {
  return [{ wrappedKey, keyId, ttl }, ...also].find((one) => one.keyId === by);
}

/** The wrapping that lasts until an instant: its own, unless that ends before and another does not. */
export function lastingWrapping({ wrappedKey, keyId, ttl, also }: StoredEpochKey, until: string): Wrapping {
  const own = { wrappedKey, keyId, ttl };
  if (ttl >= ttlOf(until)) return own;
  return also.reduce((longest, one) => (one.ttl > longest.ttl ? one : longest), own);
}

/** The first and the last day of an epoch that a period touches. */
function daysOf(epoch: string, { from, to }: Period): [first: string, last: string] {
  const bounds = epochBounds(epoch);
  const end = new Date(Date.parse(to < bounds.to ? to : bounds.to) - 1).toISOString();
  return [recordSlot(from > bounds.from ? from : bounds.from), recordSlot(end)];
}

/** Items in their order, those of one day together. */
async function* byDay(items: AsyncIterable<Records>): AsyncGenerator<[Records, ...Records[]]> {
  let day: [Records, ...Records[]] | undefined;
  for await (const item of items) {
    if (day !== undefined && day[0].slot === item.slot) day.push(item);
    else {
      if (day !== undefined) yield day;
      day = [item];
    }
  }
  if (day !== undefined) yield day;
}
