import { z } from 'zod';
import { utf8 } from '#core/bytes.ts';
import { canonicalJson } from '#core/canonical.ts';
import { readEntry } from '#core/log/entry.ts';
import { getItems } from './batch.ts';
import { getOutboxItem, type OutboxItem, type Place } from './entries.ts';
import { env } from './env.ts';
import { placeKey } from './log.ts';
import { count, logger } from './observe.ts';

const { LOG_TABLE } = env('LOG_TABLE');

const idOf = ({ stream, n }: Place) => `${stream} ${n}`;

/**
 * Which of some entries have no place in the log yet, in the order in which they get one: each behind its predecessors
 * in its stream, and those of one transaction one behind the other. A table's stream can bring a case's entries out of
 * order, or a transaction's in two batches; the log never does.
 */
export async function inOrder(arrived: readonly OutboxItem[]): Promise<OutboxItem[]> {
  const outbox = new Map<string, OutboxItem | undefined>(arrived.map((item) => [idOf(item), item]));
  const fetch = async (place: Place): Promise<OutboxItem | undefined> => {
    const id = idOf(place);
    if (!outbox.has(id)) outbox.set(id, await stored(place));
    return outbox.get(id);
  };
  const placed = await placedAmong(
    arrived.flatMap((item) => [item, ...predecessor(item), ...(item.together ?? [])]),
  );
  const isPlaced = async (place: Place) => {
    const id = idOf(place);
    if (!placed.has(id)) for (const [key, is] of await placedAmong([place])) placed.set(key, is);
    return placed.get(id) === true;
  };
  const ordered = new Map<string, OutboxItem>();
  // Two transactions cannot each come before the other; an outbox that says so must not hold up the log.
  const underWay = new Set<string>();

  const take = async (item: OutboxItem): Promise<void> => {
    if (underWay.has(idOf(item)) || (await isPlaced(item))) return;
    underWay.add(idOf(item));
    const others = item.together ?? [item];
    const unit: OutboxItem[] = [];
    for (const place of others) {
      // Somebody may have emptied the outbox: what is left of a transaction is still told.
      const member = (await isPlaced(place)) ? undefined : await fetch(place);
      if (member !== undefined) unit.push(member);
    }
    const own = new Set(unit.map(idOf));
    for (const id of own) underWay.add(id);
    for (const member of unit) {
      for (const place of predecessor(member)) {
        if (own.has(idOf(place)) || ordered.has(idOf(place)) || (await isPlaced(place))) continue;
        const before = await fetch(place);
        if (before !== undefined) await take(before);
      }
    }
    for (const member of unit) ordered.set(idOf(member), member);
  };
  for (const item of arrived) await take(item);
  return [...ordered.values()];
}

/** An entry from the outbox; undefined if there is none in its place. */
async function stored(place: Place): Promise<OutboxItem | undefined> {
  try {
    const item = await getOutboxItem(place);
    return item === undefined || isSound(item) ? item : malformed();
  } catch (error) {
    if (error instanceof z.ZodError) return malformed();
    throw error;
  }
}

/** A bundle has two bytes for an entry's length (C2SP tlog-tiles). */
const maxEntryBytes = 0xffff;
/** As many as one transaction of DynamoDB writes. */
const transactionItems = 100;

/**
 * Whether an outbox item is the entry of its place, as RFC 8785 writes it (another form could not be proven), and part
 * of the transaction that it names.
 */
export function isSound(item: OutboxItem): boolean {
  try {
    const bytes = utf8(item.entry);
    const together = item.together ?? [item];
    const { envelope } = readEntry(bytes);
    return (
      idOf(envelope) === idOf(item) &&
      bytes.length <= maxEntryBytes &&
      canonicalJson(JSON.parse(item.entry)) === item.entry &&
      together.length <= transactionItems &&
      together.some((place) => idOf(place) === idOf(item))
    );
  } catch {
    return false;
  }
}

/**
 * What is no entry was not written by any function of Writ: it must not stop the log, stays where it is, and somebody
 * is woken.
 */
export function malformed(): undefined {
  logger.error('what the outbox holds is no entry');
  count('EntriesMalformed');
}

function predecessor({ stream, n }: Place): Place[] {
  return n > 1 ? [{ stream, n: n - 1 }] : [];
}

/** Which of some entries have a place, by id. */
async function placedAmong(places: readonly Place[]): Promise<Map<string, boolean>> {
  const wanted = new Map(places.map((place) => [idOf(place), place]));
  const placed = new Map([...wanted.keys()].map((id) => [id, false]));
  const keys = [...wanted.values()].map(({ stream, n }) => placeKey(stream, n));
  for (const item of await getItems(LOG_TABLE, keys, 'pk, sk')) {
    const { pk, sk } = placeItem.parse(item);
    placed.set(`${pk.slice('place#'.length)} ${sk}`, true);
  }
  return placed;
}

const placeItem = z.object({ pk: z.string(), sk: z.string() });
