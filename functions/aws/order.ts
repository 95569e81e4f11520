import { BatchGetCommand } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import { chunks, inParallel } from '#core/parallel.ts';
import { dynamo } from './clients.ts';
import { getOutboxItem, type OutboxItem, type Place } from './entries.ts';
import { env } from './env.ts';
import { placeKey } from './log.ts';

const { LOG_TABLE } = env('LOG_TABLE');

/** As many keys as one BatchGetItem takes, and as many such calls at once. */
const keysACall = 100;
const atOnce = 8;

const idOf = ({ stream, n }: Place) => `${stream} ${n}`;

/**
 * Which of some entries have no place in the log yet, in the order in which they get one: each behind its predecessors
 * in its stream, and those of one transaction one behind the other. A table's stream can bring a case's entries out of
 * order, or a transaction's in two batches; the log never does.
 */
export async function inOrder(arrived: readonly OutboxItem[]): Promise<OutboxItem[]> {
  const outbox = new Map(arrived.map((item) => [idOf(item), item]));
  const fetch = async (place: Place): Promise<OutboxItem | undefined> => {
    const item = outbox.get(idOf(place)) ?? (await getOutboxItem(place));
    if (item !== undefined) outbox.set(idOf(place), item);
    return item;
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

  const take = async (item: OutboxItem): Promise<void> => {
    if (ordered.has(idOf(item)) || (await isPlaced(item))) return;
    const others = item.together ?? [item];
    const unit: OutboxItem[] = [];
    for (const place of others) {
      // Somebody may have emptied the outbox: what is left of a transaction is still told.
      const member = (await isPlaced(place)) ? undefined : await fetch(place);
      if (member !== undefined) unit.push(member);
    }
    const own = new Set(unit.map(idOf));
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

function predecessor({ stream, n }: Place): Place[] {
  return n > 1 ? [{ stream, n: n - 1 }] : [];
}

/** Which of some entries have a place, by id. */
async function placedAmong(places: readonly Place[]): Promise<Map<string, boolean>> {
  const wanted = new Map(places.map((place) => [idOf(place), place]));
  const placed = new Map([...wanted.keys()].map((id) => [id, false]));
  await inParallel(chunks([...wanted.values()], keysACall), atOnce, async (some) => {
    let Keys = some.map(({ stream, n }) => placeKey(stream, n));
    while (Keys.length > 0) {
      const { Responses, UnprocessedKeys } = await dynamo.send(
        new BatchGetCommand({
          RequestItems: { [LOG_TABLE]: { Keys, ConsistentRead: true, ProjectionExpression: 'pk, sk' } },
        }),
      );
      for (const item of Responses?.[LOG_TABLE] ?? []) {
        const { pk, sk } = placeItem.parse(item);
        placed.set(`${pk.slice('place#'.length)} ${sk}`, true);
      }
      Keys = z.array(placeItem).parse(UnprocessedKeys?.[LOG_TABLE]?.Keys ?? []);
    }
  });
  return placed;
}

const placeItem = z.object({ pk: z.string(), sk: z.string() });
