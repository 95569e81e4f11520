import { ZodError } from 'zod';
import { EventError } from '#core/events/identity.ts';
import { chunks, inParallel } from '#core/parallel.ts';
import { nameOfFailure } from '#core/parts.ts';
import type { Clock, Watch } from '#core/ports.ts';
import type { VaultState } from '#core/state/vault.ts';
import type { EpochKeyItem } from '#core/state/vault-items.ts';
import { attempts, type NewKeyPair } from '#core/state/vault-sealing.ts';
import { ForgedItem } from '#core/store/forged.ts';
import type { Put } from '#core/store/store.ts';
import { StoreConflict } from '#core/store/store.ts';
import { type EpochKey, epochKeyName } from '#core/vault/epoch-key.ts';
import { VaultError } from '#core/vault/errors.ts';
import type { Pseudonyms } from '#core/vault/pseudonyms.ts';
import { monthsOf } from '#core/vault/retention.ts';
import { type Arrived, keyFingerprint, type SealedItem, sealRecords } from '#core/vault/seal.ts';
import {
  epochKeyOf,
  type Incoming,
  leavesRecord,
  type NameEvent,
  nameIn,
  type RecordEvent,
  type Refused,
  readEvents,
  recordIn,
  type StreamRecord,
  setsName,
} from './incoming.ts';
import { type KeyPairPorts, keyPairs } from './key-pairs.ts';

/** Calls to KMS and to the table at once. */
const atOnce = 16;

/** Items of several epoch keys that one transaction writes. Fewer than it may: each that somebody disturbs, all try again. */
const togetherItems = 50;

/** Items of one epoch key that one transaction writes. It takes 100, and 4 MB. */
const aloneItems = 90;

/** What there is to do for one subject: its events stand or fall together. */
interface Task<E extends Incoming = Incoming> {
  events: readonly E[];
  run: () => Promise<void>;
}

/** The records of one epoch key that arrived together. */
interface Share {
  epochKey: EpochKey;
  events: readonly RecordEvent[];
  isDone: boolean;
}

export type SealPorts = KeyPairPorts & {
  vault: Pick<
    VaultState,
    'findEpochKeys' | 'addsToEpochKey' | 'makesEpochKey' | 'notThere' | 'write' | 'addName'
  >;
  pseudonyms: Pick<Pseudonyms, 'pseudonymOf' | 'blindIndex'>;
  clock: Clock;
  watch: Watch;
};

/**
 * Seals identity events as they arrive. It has the public keys and the right to wrap new private ones, and no right to
 * open anything: what writes metadata cannot read it (I2).
 *
 * The events of one subject, kind and month in a batch are sealed together, and written together with the tally that
 * counts them (I11). Where they lie in the vault comes from their places in the stream, so of a batch that is delivered
 * again what is there is left as it is. What is not an identity event is refused and counted, never retried and never
 * quoted. What could not be sealed this time is asked for again, and the rest of the batch is done. What no try would seal
 * is set aside: a stream goes on behind no record before that is done, and would stop for everybody.
 */
export function sealer(ports: SealPorts) {
  const { vault, pseudonyms, clock, watch, retention } = ports;
  const makeKeyPair = keyPairs(ports);

  function sealed({ epochKey, events }: Share, publicKey: Uint8Array): SealedItem[] {
    const arrived = events.map(
      (event): Arrived => ({ at: event.at, place: event.place, record: recordIn(event) }),
    );
    return sealRecords(epochKey, publicKey, arrived);
  }

  /** Those of epoch keys that there are, several in a transaction. What somebody disturbs is left for `sealAlone`. */
  async function sealTogether(shares: readonly Share[]): Promise<void> {
    const known = await vault.findEpochKeys(shares.map(({ epochKey }) => epochKey));
    const ready = shares.flatMap((share) => {
      const found = known.get(epochKeyName(share.epochKey));
      return found === undefined ? [] : [{ share, found }];
    });
    const parts: { share: Share; writes: Put[] }[] = [];
    for (const { share, found } of ready) {
      const items = trySealing(share, found);
      if (items.length === 0 || items.length >= togetherItems) continue;
      const writes = vault.addsToEpochKey(found, items, monthsOf(found.kind, retention));
      parts.push({ share, writes });
    }
    await inParallel(filled(parts, togetherItems), atOnce, async (pack) => {
      try {
        await vault.write(pack.flatMap(({ writes }) => writes));
        for (const { share } of pack) share.isDone = true;
      } catch {
        // One by one it shows which it was.
      }
    });
  }

  /** No item, if they cannot be sealed: `sealAlone` says why. */
  function trySealing(share: Share, { publicKey }: EpochKeyItem): SealedItem[] {
    try {
      return sealed(share, publicKey);
    } catch {
      return [];
    }
  }

  async function sealAlone(share: Share): Promise<void> {
    if (share.isDone) return;
    const { epochKey } = share;
    let pair: NewKeyPair | undefined;
    let items: { to: string; all: SealedItem[] } | undefined;
    for (let attempt = 1; ; attempt++) {
      const found = (await vault.findEpochKeys([epochKey])).get(epochKeyName(epochKey));
      if (found === undefined) pair ??= await makeKeyPair(epochKey);
      const publicKey = found?.publicKey ?? pair?.publicKey ?? new Uint8Array();
      const to = keyFingerprint(publicKey);
      if (items?.to !== to) items = { to, all: sealed(share, publicKey) };
      const left = await vault.notThere(epochKey, items.all);
      if (left.length === 0) return;
      const [some = [], ...more] = chunks(left, aloneItems);
      const months = monthsOf(epochKey.kind, retention);
      try {
        if (found !== undefined) await vault.write(vault.addsToEpochKey(found, some, months));
        else if (pair !== undefined) {
          await vault.write(await vault.makesEpochKey(epochKey, pair, some, months));
          watch.count('EpochKeysMade');
        }
        if (more.length === 0) return;
        attempt = 0;
      } catch (error) {
        if (!(error instanceof StoreConflict) || attempt >= attempts) throw error;
      }
    }
  }

  async function addName(
    event: NameEvent,
    inTurn: (blind: string, act: () => Promise<void>) => Promise<void>,
  ): Promise<void> {
    const { kind, subject, at } = event;
    const blind = await pseudonyms.blindIndex(kind, nameIn(event));
    await inTurn(blind, () => vault.addName(kind, subject, { at, blind }, monthsOf(kind, retention)));
  }

  function refuse(refused: Refused): void {
    const reasons = Object.entries(refused);
    if (reasons.length === 0) return;
    watch.count(
      'EventsRefused',
      reasons.reduce((sum, [, n]) => sum + n, 0),
    );
    for (const [reason, n] of reasons) watch.count('EventsRefused', n, reason);
    watch.warn('events refused', { refused });
  }

  /** Says where they lie in the stream, so that an operator can have them sealed once the trouble is over. */
  function setAside(aside: ReadonlySet<Incoming>, records: readonly StreamRecord[]): void {
    const sequences = new Set([...aside].map(({ sequence }) => sequence));
    for (const { shard, sequence } of records) {
      if (!sequences.has(sequence)) continue;
      const position = { shardId: shard, startSequenceNumber: sequence, endSequenceNumber: sequence };
      watch.error('events set aside', { KinesisBatchInfo: position });
    }
    watch.count('EventsSetAside', aside.size);
  }

  /** @returns the sequences of the records that are to be delivered again */
  return async function seal(records: readonly StreamRecord[]): Promise<Set<string>> {
    const { incoming, refused } = await readEvents(records, { pseudonyms, retention, now: clock.now() });
    refuse(refused);
    const failed = new Set<Incoming>();
    const left = new Set<Incoming>();
    const aside = new Set<Incoming>();
    const attempt = async ({ events, run }: Task) => {
      try {
        await run();
      } catch (error) {
        if (error instanceof EventError) {
          refuse({ [error.code]: events.length });
          for (const event of events) left.add(event);
          return;
        }
        const isHopeless = noTryHelps(error);
        watch.error(isHopeless ? 'never sealed as things are' : 'not sealed this time', {
          ...nameOfFailure(error),
          n: events.length,
        });
        for (const event of events) (isHopeless ? aside : failed).add(event);
      }
    };

    const byEpochKey = Map.groupBy(incoming.filter(leavesRecord), (event) => epochKeyName(epochKeyOf(event)));
    const shares = [...byEpochKey.values()].flatMap((events): Share[] => {
      const [first] = events;
      return first === undefined ? [] : [{ epochKey: epochKeyOf(first), events, isDone: false }];
    });
    // What fails of it is tried again one by one, so that one subject's trouble does not hold up the others.
    await sealTogether(shares).catch(() => undefined);
    // Of several subjects who have one number, one after the other: each changes the head of its look-ups.
    const turns = new Map<string, Promise<void>>();
    const inTurn = (blind: string, act: () => Promise<void>): Promise<void> => {
      const turn = (turns.get(blind) ?? Promise.resolve()).catch(() => undefined).then(act);
      turns.set(blind, turn);
      return turn;
    };
    const tasks = [
      ...shares.map((share): Task => ({ events: share.events, run: () => sealAlone(share) })),
      ...incoming
        .filter(setsName)
        .map((event): Task => ({ events: [event], run: () => addName(event, inTurn) })),
    ];
    // A subject's one after the other: they change the same head.
    const bySubject = Map.groupBy(tasks, ({ events }) => events[0]?.subject);
    await inParallel([...bySubject.values()], atOnce, async (tasks) => {
      for (const task of tasks) await attempt(task);
    });
    const undone = failed.union(left).union(aside);
    const done = incoming.filter((event) => leavesRecord(event) && !undone.has(event));
    watch.count('EventsSealed', done.length);
    if (aside.size > 0) setAside(aside, records);
    if (failed.size > 0) watch.count('EventsHeldBack', failed.size);
    return new Set([...failed].map(({ sequence }) => sequence));
  };
}

/**
 * Whether a failure is of the thing itself, and no outage: the next try would fail as well. An item that somebody changed is
 * put back by a person, and takes hours.
 */
function noTryHelps(error: unknown): boolean {
  if ([ForgedItem, ZodError, VaultError, TypeError, RangeError].some((type) => error instanceof type))
    return true;
  // DynamoDB's, of a write that it will never take.
  return error instanceof Error && error.name === 'ValidationException';
}

/** Parts in packs of at most so many writes. */
function filled<T extends { writes: readonly unknown[] }>(parts: readonly T[], most: number): T[][] {
  const packs: T[][] = [];
  let room = 0;
  for (const part of parts) {
    if (part.writes.length > room) {
      packs.push([]);
      room = most;
    }
    packs.at(-1)?.push(part);
    room -= part.writes.length;
  }
  return packs;
}
