import { GetCommand, paginateQuery } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import { type Preservation, type preserve, storedPreservation } from '#core/cases/preservation.ts';
import { dynamo } from './clients.ts';
import { commitAct } from './commit.ts';
import { env } from './env.ts';

/** Preservations lie beside the cases, as cases do: one item, and one that takes the agency's reference. */
const { CASES_TABLE } = env('CASES_TABLE');

const preservationKey = (id: string) => ({ pk: `preservation#${id}` });
const referenceKey = (agency: string, reference: string) => ({
  pk: `preservation-reference#${agency}#${reference}`,
});

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

/** Preservations that are on and end by an instant. */
export async function* preservationsUntil(at: string): AsyncGenerator<Preservation> {
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

/** Commits an act on a preservation. @throws StaleCaseError, RegistryError rate-exceeded */
export async function commitPreservation(
  { next, entry }: ReturnType<typeof preserve>,
  rates: Parameters<typeof commitAct>[1] = [],
): Promise<Preservation> {
  const { committed } = await commitAct<Preservation>(
    {
      table: CASES_TABLE,
      key: preservationKey(next.id),
      reference: { ...referenceKey(next.agency, next.reference), preservation: next.id },
      stream: `preservation/${next.id}`,
      next,
      entry,
    },
    rates,
  );
  return committed;
}

function parseItem(item: Record<string, unknown>): Preservation {
  const { pk: _, ...rest } = item;
  return storedPreservation.parse(rest);
}
