import { inParallel } from '#core/parallel.ts';
import {
  absent,
  all,
  equals,
  type Item,
  type Put,
  StoreConflict,
  type Test,
  type Write,
} from '#core/store/store.ts';
import { epochKeyName } from '#core/vault/epoch-key.ts';
import { type NameKind, nameKinds } from '#core/vault/subject.ts';
import { dueTallySince, endedBetween, noTally, type Tally, tallyForm } from '#core/vault/tally.ts';
import {
  type HeldItem,
  heldItemKey,
  type KeptItem,
  keptItemKey,
  keptLookupItemKey,
  keyPairName,
  lookupHeadItemKey,
  parseKeptLookup,
  parseLookupHead,
  type Stored,
  type StoredEpochKey,
  type SubjectHead,
  ttlOf,
  withEarlier,
} from './vault-items.ts';
import { keptDigest, type VaultPorts, type VaultReading } from './vault-reading.ts';
import { lookupHeadWrite, subjectHeadWrite, trying } from './vault-sealing.ts';

/** Writes at once. */
const atOnce = 16;

/** What a vault key has wrapped anew. */
export type Rewrapped = Pick<StoredEpochKey, 'wrappedKey' | 'keyId'>;

/** From when and until when a preservation keeps, and its absolute end. */
export interface KeptFor {
  since: string;
  until: string;
  latestEnd: string;
}

/**
 * What must hold for something to be kept, as writes that go with it; undefined: nothing is to be kept any more. It is asked
 * for anew whenever somebody else was faster.
 */
export type KeepingGuard = () => Promise<readonly Write[] | undefined>;

/**
 * Until when a preservation keeps an epoch key. One that has no item of its own any more was erased, or is past its month's
 * retention, and is there only since another preservation keeps it: that one's absolute end holds for whoever asks after
 * it, or requests one after the other would keep it for ever.
 */
export function keepsUntil(
  { records, latest }: Pick<StoredEpochKey, 'records' | 'latest'>,
  { until }: Pick<KeptFor, 'until'>,
): string {
  const end = records.tally === undefined ? (latest ?? records.kept?.until) : undefined;
  return end !== undefined && end < until ? end : until;
}

/**
 * Keeps what is there now past its retention. A copy of the tally says what that is: what comes later ends as ever. Of two
 * preservations the longer counts, and keeps what was there when either began.
 */
export function vaultKeeping({ store, clock }: VaultPorts, reading: VaultReading) {
  /** Puts the end of an item off for DynamoDB, unless it lasts as long. */
  async function putOff(item: Item, ttl: number): Promise<void> {
    if (Number(item.ttl) >= ttl) return;
    try {
      await store.write({ table: 'vault', put: { ...item, ttl }, when: equals('ttl', item.ttl) });
    } catch (error) {
      // A failed condition says that somebody put it off or took it away meanwhile; a mere conflict says nothing.
      if (!(error instanceof StoreConflict) || error.failed.length === 0) throw error;
    }
  }

  async function putOffRecords(epochKey: StoredEpochKey, { since, until }: KeptFor): Promise<void> {
    const found = await recordsOf(epochKey);
    const due = dueTallySince(
      epochKey.records,
      { since, now: clock.now() },
      found.map(({ records }) => records),
    );
    const staying = found.filter(({ records: { slot, place } }) => isIn(due, slot, place));
    await inParallel(staying, atOnce, ({ item }) => putOff(item, ttlOf(until)));
  }

  async function recordsOf(epochKey: StoredEpochKey) {
    return (await Array.fromAsync(reading.recordItemsOf(epochKey.subject))).filter(
      ({ records, of }) => `${epochKeyName(of)} ${records.key}` === keyPairName(epochKey),
    );
  }

  /** What was there of its records when the preservation began, and is there still. */
  async function recordsTally(epochKey: StoredEpochKey, since: string): Promise<Tally> {
    const now = clock.now();
    const isEnded = endedBetween(epochKey.records, since, now);
    const found = isEnded ? (await recordsOf(epochKey)).map(({ records }) => records) : [];
    return dueTallySince(epochKey.records, { since, now }, found);
  }

  /** Writes what is still to be written, as long as the guard lets it. */
  async function guarded(guard: KeepingGuard, act: () => Promise<readonly Put[]>): Promise<void> {
    await trying(async () => {
      const holding = await guard();
      const writes = holding === undefined ? [] : await act();
      if (holding !== undefined && writes.length > 0) await store.write(...writes, ...holding);
    });
  }

  /**
   * The writes of a kept item and of the head that knows it; none if that is there already.
   *
   * @param there what lies in its place, also what has ended and was not removed yet
   */
  function keeps(
    key: { pk: string; sk: string },
    facts: { until: string; tally: string } & Partial<KeptItem>,
    there: HeldItem | KeptItem | undefined,
    head: Stored<SubjectHead> | undefined,
  ): Put[] {
    if (there !== undefined && keptDigest(there) === keptDigest(facts)) return [];
    const ttl = ttlOf(facts.until);
    const says = head?.says ?? { keys: [], kept: [], names: new Map() };
    const listed = { sk: key.sk, until: facts.until, digest: keptDigest(facts) };
    const next = { ...says, kept: [...says.kept.filter(({ sk }) => sk !== key.sk), listed] };
    return [
      { table: 'vault', put: { ...facts, ...key, ttl }, when: asKept(there) },
      subjectHeadWrite(key.pk, head, next, { now: clock.now(), ttl }),
    ];
  }

  async function keepLookup(
    blind: string,
    subject: string,
    until: string,
    guard: KeepingGuard,
  ): Promise<void> {
    await guarded(guard, async () => {
      const [headKey, key] = [lookupHeadItemKey(blind), keptLookupItemKey(blind, subject)];
      const items = await store.getMany('vault', [headKey, key]);
      const found = items.find(({ sk }) => sk === key.sk);
      const headItem = items.find(({ sk }) => sk === headKey.sk);
      const before = found && parseKeptLookup(found);
      if (before !== undefined && before.until >= until) return [];
      const head = headItem && parseLookupHead(headItem);
      const { tally, kept } = head?.says ?? { tally: noTally, kept: [] };
      const next = { tally, kept: [...kept.filter((one) => one.subject !== subject), { subject, until }] };
      const when = before === undefined ? absent('pk') : equals('until', before.until);
      const ttl = ttlOf(until);
      return [
        { table: 'vault', put: { ...key, until, ttl }, when },
        lookupHeadWrite(blind, head, next, { now: clock.now(), ttl }),
      ];
    });
  }

  async function keepNamesOf(
    kind: NameKind,
    subject: string,
    { since, until }: Pick<KeptFor, 'since' | 'until'>,
    guard: KeepingGuard,
  ): Promise<void> {
    const { names } = await reading.nameItemsOf(kind, subject, since);
    if (names.length === 0) return;
    const putOffAll = async () => {
      const { names } = await reading.nameItemsOf(kind, subject, since);
      await inParallel(names, atOnce, ({ at: _, slot: __, ...item }) => putOff(item, ttlOf(until)));
    };
    await putOffAll();
    await guarded(guard, async () => {
      const { group, head, held, heldThere, all } = await reading.nameItemsOf(kind, subject);
      const tally = JSON.stringify(tallyForm(dueTallySince(group, { since, now: clock.now() }, all)));
      const longest = held !== undefined && held.until > until ? held.until : until;
      return keeps(heldItemKey(kind, subject), { until: longest, tally }, heldThere, head);
    });
    // And those that came in between, which the copy of the tally counts.
    await putOffAll();
    const blinds = new Set(names.map(({ blind }) => blind));
    await inParallel([...blinds], atOnce, (blind) => keepLookup(blind, subject, until, guard));
  }

  return {
    /**
     * Keeps an epoch key, wrapped anew, and its records until an instant.
     *
     * @throws ForgedItem
     */
    async keepEpochKey(
      epochKey: StoredEpochKey,
      { wrappedKey, keyId }: Rewrapped,
      { since, until: asked, latestEnd }: KeptFor,
      guard: KeepingGuard,
    ): Promise<void> {
      const until = keepsUntil(epochKey, { until: asked });
      const current = async () => {
        const { items, live, epochKeys } = await reading.subjectOf(epochKey.subject, since);
        const isIt = (one: Parameters<typeof keyPairName>[0]) => keyPairName(one) === keyPairName(epochKey);
        return {
          head: items.head,
          before: live.kept.find(isIt),
          there: items.kept.find(isIt),
          stored: epochKeys.find(isIt),
        };
      };
      const putOffAll = async () => {
        const { stored } = await current();
        if (stored !== undefined) await putOffRecords(stored, { since, until, latestEnd });
      };
      await putOffAll();
      await guarded(guard, async () => {
        const { head, before, there, stored } = await current();
        // An erasure took it meanwhile.
        if (stored === undefined) return [];
        const tally = JSON.stringify(tallyForm(await recordsTally(stored, since)));
        // What an erasure kept as it was wrapped is wrapped anew, however long it lasts.
        const isAsItWas = before !== undefined && before.keyId === epochKey.keyId && keyId !== before.keyId;
        const stays = before !== undefined && before.until >= until && !isAsItWas;
        const wrapped = stays ? before : { wrappedKey, keyId, until: later(before?.until, until) };
        const isOwn = stored.records.tally !== undefined;
        const latest = isOwn ? later(before?.latest, latestEnd) : (before?.latest ?? before?.until);
        const facts = {
          publicKey: epochKey.publicKey,
          wrappedKey: wrapped.wrappedKey,
          keyId: wrapped.keyId,
          until: wrapped.until,
          tally,
          ...(latest === undefined ? {} : { latest }),
          ...withEarlier(before, before, wrapped),
        };
        return keeps(keptItemKey(epochKey), facts, there, head);
      });
      await putOffAll();
    },

    /** Keeps what a person is found by. @throws ForgedItem */
    async keepNames(
      subject: string,
      keptFor: Pick<KeptFor, 'since' | 'until'>,
      guard: KeepingGuard,
    ): Promise<void> {
      for (const kind of nameKinds) await keepNamesOf(kind, subject, keptFor, guard);
    },
  };
}

function isIn(tally: Tally, slot: string, place: number): boolean {
  const counted = tally.get(slot);
  return counted !== undefined && place < counted.n && !counted.gone.includes(place);
}

function later(a: string | undefined, b: string): string {
  return a !== undefined && a > b ? a : b;
}

export function asKept(before: { until: string; tally: string } | undefined): Test {
  return before === undefined
    ? absent('pk')
    : all(equals('until', before.until), equals('tally', before.tally));
}
