import { GetCommand, paginateQuery } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import {
  keptStatuses,
  type Preservation,
  type PreservationOutcome,
  storedPreservation,
} from '#core/cases/preservation.ts';
import { dynamo } from './clients.ts';
import { commitActs, prepareAct } from './commit.ts';
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

/** Preservations that keep something and end by an instant. */
export async function* preservationsUntil(at: string): AsyncGenerator<Preservation> {
  for (const status of keptStatuses) {
    const pages = paginateQuery(
      { client: dynamo },
      {
        TableName: CASES_TABLE,
        IndexName: 'byStatus',
        KeyConditionExpression: '#s = :s AND dueAt <= :at',
        ExpressionAttributeNames: { '#s': 'status' },
        ExpressionAttributeValues: { ':s': status, ':at': at },
      },
    );
    for await (const { Items = [] } of pages) yield* Items.map(parseItem);
  }
}

/** An act on a preservation, to be committed with others. */
export function preparePreservation({ next, entry }: PreservationOutcome) {
  return prepareAct<Preservation>({
    table: CASES_TABLE,
    key: preservationKey(next.id),
    reference: { ...referenceKey(next.agency, next.reference), preservation: next.id },
    stream: `preservation/${next.id}`,
    next,
    entry,
  });
}

/** Commits an act on a preservation. @throws StaleCaseError, RegistryError rate-exceeded */
export async function commitPreservation(
  outcome: PreservationOutcome,
  rates: Parameters<typeof commitActs>[1] = [],
): Promise<Preservation> {
  const act = preparePreservation(outcome);
  await commitActs([act], rates);
  return act.committed;
}

function parseItem(item: Record<string, unknown>): Preservation {
  const { pk: _, ...rest } = item;
  return storedPreservation.parse(rest);
}
