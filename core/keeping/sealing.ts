import { EventError } from '#core/events/identity.ts';
import { chunks, inParallel } from '#core/parallel.ts';
import { nameVaultItems, sealedVaultItem, type VaultItem, type VaultState } from '#core/state/vault.ts';
import { epochBounds, epochOf } from '#core/vault/epoch.ts';
import { epochKeyName } from '#core/vault/epoch-key.ts';
import type { Pseudonyms } from '#core/vault/pseudonyms.ts';
import { keptUntil } from '#core/vault/retention.ts';
import { sealRecords } from '#core/vault/seal.ts';
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
import { type PublicKeyPorts, publicKeys } from './public-keys.ts';

/** Calls to KMS and to the table at once. */
const atOnce = 16;

/** Items that are written together, and the events of which fail together. */
const batchItems = 25;

/** Some of a batch's events with what they become in the vault: they stand or fall together. */
interface Share {
  events: Incoming[];
  items: VaultItem[];
}

/**
 * Seals identity events as they arrive. It has the public keys and the right to wrap new private ones, and no right to
 * open anything: what writes metadata cannot read it (I2).
 *
 * The events of one subject, kind and month in a batch are sealed together. Where they lie in the vault comes from their
 * places in the stream, so a batch that is delivered again is written over itself. What is not an identity event is
 * refused and counted, never retried and never quoted. What could not be sealed this time is asked for again, and the
 * rest of the batch is done.
 */
export function sealer(
  ports: PublicKeyPorts & {
    vault: Pick<VaultState, 'put'>;
    pseudonyms: Pick<Pseudonyms, 'pseudonymOf' | 'blindIndex'>;
  },
) {
  const { vault, pseudonyms, clock, watch, retention } = ports;
  const keys = publicKeys(ports);

  /** The sealed items of events that belong to one epoch key. */
  async function recordItems(events: readonly RecordEvent[]): Promise<VaultItem[]> {
    const [first] = events;
    if (first === undefined) return [];
    const epochKey = epochKeyOf(first);
    const arrived = events.map((event) => ({ at: event.at, place: event.place, record: recordIn(event) }));
    const publicKey = await keys.of(epochKey);
    return sealRecords(epochKey, publicKey, arrived).map((item) =>
      // By the first record: those of one item are of one day.
      sealedVaultItem(epochKey, item, { publicKey, until: keptUntil(epochKey.kind, item.at, retention) }),
    );
  }

  async function nameItems(event: NameEvent): Promise<VaultItem[]> {
    const { kind, subject, at } = event;
    const blind = await pseudonyms.blindIndex(kind, nameIn(event));
    return nameVaultItems(
      { kind, subject, at, blind },
      { name: keptUntil(kind, at, retention), lookup: keptUntil(kind, lastOfEpoch(at), retention) },
    );
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

  /** @returns the sequences of the records that are to be delivered again */
  return async function seal(records: readonly StreamRecord[]): Promise<Set<string>> {
    const { incoming, refused } = await readEvents(records, { pseudonyms, retention, now: clock.now() });
    refuse(refused);
    const failed = new Set<Incoming>();
    const left = new Set<Incoming>();
    const fail = (events: readonly Incoming[], error: unknown) => {
      // By its name alone: what a failure says may quote what it failed on (I1).
      watch.error('not sealed this time', {
        error: error instanceof Error ? error.name : '',
        n: events.length,
      });
      for (const event of events) failed.add(event);
    };
    const trying = async (events: Incoming[], act: () => Promise<VaultItem[]>): Promise<Share> => {
      try {
        return { events, items: await act() };
      } catch (error) {
        if (error instanceof EventError) {
          refuse({ [error.code]: events.length });
          for (const event of events) left.add(event);
        } else fail(events, error);
        return { events: [], items: [] };
      }
    };

    const byEpochKey = Map.groupBy(incoming.filter(leavesRecord), (event) => epochKeyName(epochKeyOf(event)));
    const groups = [...byEpochKey.values()];
    await keys.lookUp(groups.flatMap(([first]) => (first === undefined ? [] : [epochKeyOf(first)])));
    const sealed = await inParallel(groups, atOnce, (events) => trying(events, () => recordItems(events)));
    const named = await inParallel(incoming.filter(setsName), atOnce, (event) =>
      trying([event], () => nameItems(event)),
    );
    await inParallel(batchesOf([...sealed, ...named]), atOnce, async ({ events, items }) => {
      try {
        await vault.put(items);
      } catch (error) {
        fail(events, error);
      }
    });
    const done = incoming.filter((event) => leavesRecord(event) && !failed.has(event) && !left.has(event));
    watch.count('EventsSealed', done.length);
    if (failed.size > 0) watch.count('EventsHeldBack', failed.size);
    return new Set([...failed].map(({ sequence }) => sequence));
  };
}

/** A look-up item stands for a month: whichever of its events is written last, it lasts as long as any. */
function lastOfEpoch(at: string): string {
  return new Date(Date.parse(epochBounds(epochOf(at)).to) - 1).toISOString();
}

/** Items in batches, each with the events that fail with it. No item is there twice. */
function batchesOf(shares: readonly Share[]): Share[] {
  const items = new Map<string, { item: VaultItem; events: Incoming[] }>();
  for (const { items: own, events } of shares) {
    for (const item of own) {
      const name = `${item.pk} ${item.sk}`;
      items.set(name, { item, events: [...(items.get(name)?.events ?? []), ...events] });
    }
  }
  return chunks([...items.values()], batchItems).map((part) => ({
    items: part.map(({ item }) => item),
    events: part.flatMap(({ events }) => events),
  }));
}
