import { GetCommand, paginateQuery, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { Outcome } from '#core/cases/acts.ts';
import { type Case, caseSchema, type Status } from '#core/cases/case.ts';
import { appendEntry, type Entry } from '#core/log/entry.ts';
import { RegistryError } from '#core/registry/errors.ts';
import { cancelled, dynamo, lostRace } from './clients.ts';
import type { rateUpdate } from './door.ts';
import { entryPut } from './entries.ts';
import { env } from './env.ts';

const { CASES_TABLE } = env('CASES_TABLE');

const caseKey = (id: string) => ({ pk: `case#${id}` });
const referenceKey = (agency: string, reference: string) => ({ pk: `reference#${agency}#${reference}` });

/** Another act got in between. The caller reads again and decides again. */
export class StaleCaseError extends Error {
  override name = 'StaleCaseError';
}

export async function getCase(id: string): Promise<Case | undefined> {
  const { Item } = await dynamo.send(
    new GetCommand({ TableName: CASES_TABLE, Key: caseKey(id), ConsistentRead: true }),
  );
  return Item === undefined ? undefined : parseItem(Item);
}

/** The id of the case that an agency's reference stands for. */
export async function caseOfReference(agency: string, reference: string): Promise<string | undefined> {
  const { Item } = await dynamo.send(
    new GetCommand({ TableName: CASES_TABLE, Key: referenceKey(agency, reference), ConsistentRead: true }),
  );
  return Item?.case;
}

/** Cases of one status, those due first. */
export async function* casesByStatus(status: Status): AsyncGenerator<Case> {
  const pages = paginateQuery(
    { client: dynamo },
    {
      TableName: CASES_TABLE,
      IndexName: 'byStatus',
      KeyConditionExpression: '#s = :s',
      ExpressionAttributeNames: { '#s': 'status' },
      ExpressionAttributeValues: { ':s': status },
    },
  );
  for await (const { Items = [] } of pages) yield* Items.map(parseItem);
}

/**
 * Commits an act: the case as it becomes and the entry that tells it, in one transaction (I6). Conditional on the
 * version the act was decided on; a new case (version 0) also takes its agency's reference, which nobody can take
 * twice.
 *
 * @param rates what a new case counts towards, in the same transaction: many at once pass no limit
 * @throws StaleCaseError if another act was first
 * @throws RegistryError rate-exceeded
 */
export async function commit(
  outcome: Outcome,
  at: string,
  rates: readonly ReturnType<typeof rateUpdate>[] = [],
): Promise<{ case: Case; entry: Entry }> {
  const { next, entry: body } = outcome;
  const stream = { n: next.entries.n, ...(next.entries.hash === '' ? {} : { hash: next.entries.hash }) };
  const { entry, head } = appendEntry(`case/${next.id}`, stream, body, at);
  const committed: Case = {
    ...next,
    version: next.version + 1,
    entries: { n: head.n, hash: head.hash ?? '' },
    // An intent waits for its own entry, so it carries that entry's hash.
    ...(next.pending?.entry === entry.n ? { pending: { ...next.pending, hash: head.hash ?? '' } } : {}),
  };
  const item = { ...caseKey(next.id), ...committed };
  const isNew = next.version === 0;
  const writes = [
    {
      Put: {
        TableName: CASES_TABLE,
        Item: item,
        ...(isNew
          ? { ConditionExpression: 'attribute_not_exists(pk)' }
          : { ConditionExpression: 'version = :v', ExpressionAttributeValues: { ':v': next.version } }),
      },
    },
    ...(isNew
      ? [
          {
            Put: {
              TableName: CASES_TABLE,
              Item: { ...referenceKey(next.agency, next.reference), case: next.id },
              ConditionExpression: 'attribute_not_exists(pk)',
            },
          },
        ]
      : []),
    entryPut(entry),
  ];
  try {
    await dynamo.send(
      new TransactWriteCommand({
        TransactItems: [...writes, ...rates],
      }),
    );
  } catch (error) {
    const failed = cancelled(error);
    // Its twin under the same reference is an answer; only what is new has reached a limit.
    if (failed.length > 0 && failed.every((i) => i >= writes.length))
      throw new RegistryError('rate-exceeded');
    if (lostRace(error)) throw new StaleCaseError();
    throw error;
  }
  return { case: committed, entry };
}

/**
 * Reads a case, decides, commits; again from the start when another act was first.
 * @param act throws the refusal, or returns undefined to leave the case as it is
 */
export async function change(
  id: string,
  at: string,
  act: (it: Case) => Outcome | undefined | Promise<Outcome | undefined>,
): Promise<{ case: Case; entry?: Entry } | undefined> {
  for (let attempt = 1; ; attempt++) {
    const it = await getCase(id);
    if (it === undefined) return undefined;
    const outcome = await act(it);
    if (outcome === undefined) return { case: it };
    try {
      return await commit(outcome, at);
    } catch (error) {
      if (!(error instanceof StaleCaseError) || attempt === 8) throw error;
    }
  }
}

function parseItem(item: Record<string, unknown>): Case {
  const { pk: _, ...rest } = item;
  return caseSchema.parse(rest);
}
