import { GetCommand, paginateQuery, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import { type Preservation, type preserve, storedPreservation } from '#core/cases/preservation.ts';
import { appendEntry } from '#core/log/entry.ts';
import { RegistryError } from '#core/registry/errors.ts';
import { StaleCaseError } from './cases.ts';
import { cancelled, dynamo, lostRace } from './clients.ts';
import type { rateUpdate } from './door.ts';
import { entryPut } from './entries.ts';
import { env } from './env.ts';

/** Preservations lie beside the cases, as cases do: one item, and one that takes the agency's reference. */
const { CASES_TABLE } = env('CASES_TABLE');

const preservationKey = (id: string) => ({ pk: `preservation#${id}` });
const referenceKey = (agency: string, reference: string) => ({
  pk: `preservation-reference#${agency}#${reference}`,
});

export const preservationStream = (id: string) => `preservation/${id}`;

export async function getPreservation(id: string): Promise<Preservation | undefined> {
  const { Item } = await dynamo.send(
    new GetCommand({ TableName: CASES_TABLE, Key: preservationKey(id), ConsistentRead: true }),
  );
  return Item === undefined ? undefined : parseItem(Item);
}

/** The preservation that an agency's reference stands for. */
export async function preservationOfReference(
  agency: string,
  reference: string,
): Promise<Preservation | undefined> {
  const { Item } = await dynamo.send(
    new GetCommand({ TableName: CASES_TABLE, Key: referenceKey(agency, reference), ConsistentRead: true }),
  );
  return Item === undefined ? undefined : getPreservation(z.string().parse(Item.preservation));
}

/** Preservations whose time is over and that do not say so yet. */
export async function* overduePreservations(at: string): AsyncGenerator<Preservation> {
  const pages = paginateQuery(
    { client: dynamo },
    {
      TableName: CASES_TABLE,
      IndexName: 'byStatus',
      KeyConditionExpression: '#s = :s AND dueAt <= :at',
      ExpressionAttributeNames: { '#s': 'status' },
      ExpressionAttributeValues: { ':s': 'Preserved', ':at': at },
    },
  );
  for await (const { Items = [] } of pages) yield* Items.map(parseItem);
}

/**
 * Commits an act: the preservation as it becomes and the entry that tells it, in one transaction (I6).
 *
 * @param rates what a new one counts towards
 * @throws StaleCaseError if another act was first
 * @throws RegistryError rate-exceeded
 */
export async function commitPreservation(
  { next, entry: body }: ReturnType<typeof preserve>,
  at: string,
  rates: readonly ReturnType<typeof rateUpdate>[] = [],
): Promise<Preservation> {
  const { n, hash } = next.entries;
  const { entry, head } = appendEntry(
    preservationStream(next.id),
    { n, ...(hash === '' ? {} : { hash }) },
    body,
    at,
  );
  const committed = {
    ...next,
    version: next.version + 1,
    entries: { n: head.n, hash: head.hash ?? '' },
  };
  const isNew = next.version === 0;
  const unlessThere = { ConditionExpression: 'attribute_not_exists(pk)' };
  const unlessChanged = {
    ConditionExpression: 'version = :v',
    ExpressionAttributeValues: { ':v': next.version },
  };
  const put = (Item: Record<string, unknown>, condition: typeof unlessThere) => ({
    Put: { TableName: CASES_TABLE, Item, ...condition },
  });
  const reference = { ...referenceKey(next.agency, next.reference), preservation: next.id };
  const writes = [
    put({ ...preservationKey(next.id), ...committed }, isNew ? unlessThere : unlessChanged),
    ...(isNew ? [put(reference, unlessThere)] : []),
    entryPut(entry),
  ];
  try {
    await dynamo.send(new TransactWriteCommand({ TransactItems: [...writes, ...rates] }));
  } catch (error) {
    const failed = cancelled(error);
    if (failed.length > 0 && failed.every((i) => i >= writes.length))
      throw new RegistryError('rate-exceeded');
    if (lostRace(error)) throw new StaleCaseError();
    throw error;
  }
  return committed;
}

function parseItem(item: Record<string, unknown>): Preservation {
  const { pk: _, ...rest } = item;
  return storedPreservation.parse(rest);
}
