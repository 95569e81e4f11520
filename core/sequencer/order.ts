import { z } from 'zod';
import type { Watch } from '#core/ports.ts';
import type { logPlaces } from '#core/state/log-places.ts';
import { type OutboxItem, type outbox, type Place, placeName } from '#core/state/outbox.ts';
import { isSound, reportMalformed } from './soundness.ts';

export interface OrderPorts {
  outbox: ReturnType<typeof outbox>;
  places: ReturnType<typeof logPlaces>;
  watch: Watch;
}

/**
 * Which of some entries have no place in the log yet, in the order in which they get one: each behind its predecessors
 * in its stream, and those of one transaction one behind the other. A table's stream can bring a case's entries out of
 * order, or a transaction's in two batches; the log never does.
 *
 * @param arrived sound items
 */
export async function inOrder(
  { outbox, places, watch }: OrderPorts,
  arrived: readonly OutboxItem[],
): Promise<OutboxItem[]> {
  const known = new Map<string, OutboxItem | undefined>(arrived.map((item) => [placeName(item), item]));
  const committedAt = async (place: Place): Promise<OutboxItem | undefined> => {
    const name = placeName(place);
    if (!known.has(name)) known.set(name, await committed({ outbox, watch }, place));
    return known.get(name);
  };
  const placed = await places.among(
    arrived.flatMap((item) => [item, ...predecessor(item), ...(item.together ?? [])]),
  );
  const isPlaced = async (place: Place) => {
    const name = placeName(place);
    if (!placed.has(name)) for (const [key, is] of await places.among([place])) placed.set(key, is);
    return placed.get(name) === true;
  };
  const ordered = new Map<string, OutboxItem>();
  // Two transactions cannot each come before the other. An outbox that says so must not hold up the log.
  const underWay = new Set<string>();

  const take = async (item: OutboxItem): Promise<void> => {
    if (underWay.has(placeName(item)) || (await isPlaced(item))) return;
    underWay.add(placeName(item));
    const transaction: OutboxItem[] = [];
    for (const place of item.together ?? [item]) {
      // Somebody may have emptied the outbox: the log still gets what is left of a transaction.
      const member = (await isPlaced(place)) ? undefined : await committedAt(place);
      if (member !== undefined) transaction.push(member);
    }
    const own = new Set(transaction.map(placeName));
    for (const name of own) underWay.add(name);
    for (const member of transaction) {
      for (const place of predecessor(member)) {
        const name = placeName(place);
        if (own.has(name) || ordered.has(name) || (await isPlaced(place))) continue;
        const before = await committedAt(place);
        if (before !== undefined) await take(before);
      }
    }
    for (const member of transaction) ordered.set(placeName(member), member);
  };
  for (const item of arrived) await take(item);
  return [...ordered.values()];
}

/** An entry from the outbox; undefined if there is none in its place. */
async function committed(
  { outbox, watch }: Pick<OrderPorts, 'outbox' | 'watch'>,
  place: Place,
): Promise<OutboxItem | undefined> {
  try {
    const item = await outbox.get(place);
    return item === undefined || isSound(item) ? item : reportMalformed(watch);
  } catch (error) {
    if (error instanceof z.ZodError) return reportMalformed(watch);
    throw error;
  }
}

function predecessor({ stream, n }: Place): Place[] {
  return n > 1 ? [{ stream, n: n - 1 }] : [];
}
