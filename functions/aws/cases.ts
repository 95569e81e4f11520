import { setTimeout as sleep } from 'node:timers/promises';
import { GetCommand, paginateQuery, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { type Case, caseSchema, type Status } from '#core/cases/case.ts';
import { isAwake } from '#core/cases/clock.ts';
import type { Outcome } from '#core/cases/transitions.ts';
import type { Entry } from '#core/log/entry.ts';
import type { Place } from '#core/wire/list-page.ts';
import { dynamo } from './clients.ts';
import { commitActs, type Prepared, prepareAct, StaleCaseError } from './commit.ts';
import { env } from './env.ts';

const { CASES_TABLE } = env('CASES_TABLE');

const caseKey = (id: string) => ({ pk: `case#${id}` });
const referenceKey = (agency: string, reference: string) => ({ pk: `reference#${agency}#${reference}` });

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
export function casesByStatus(status: Status): AsyncGenerator<Case> {
  return listed('byStatus', 'status', status);
}

/** A page of the cases of one status, those due first. Cases that change meanwhile may be missing from the rest. */
export async function casesPage(
  status: Status,
  { limit, from }: { limit: number; from?: Place | undefined },
): Promise<{ cases: Case[]; next?: Place | undefined }> {
  const { Items = [], LastEvaluatedKey: last } = await dynamo.send(
    new QueryCommand({
      TableName: CASES_TABLE,
      IndexName: 'byStatus',
      KeyConditionExpression: '#a = :v',
      ExpressionAttributeNames: { '#a': 'status' },
      ExpressionAttributeValues: { ':v': status },
      Limit: limit,
      ...(from === undefined ? {} : { ExclusiveStartKey: { ...caseKey(from.id), status, dueAt: from.at } }),
    }),
  );
  const cases = Items.map(parseItem);
  const end = cases.at(-1);
  return {
    cases,
    ...(last === undefined || end === undefined ? {} : { next: { at: end.dueAt, id: end.id } }),
  };
}

/** Cases to which time may still do something. Those that it is done with are in no such list. */
export function awakeCases(): AsyncGenerator<Case> {
  return listed('awake', 'awake', awake.awake);
}

const awake = { awake: 'yes' };

async function* listed(IndexName: string, attribute: string, value: string): AsyncGenerator<Case> {
  const pages = paginateQuery(
    { client: dynamo },
    {
      TableName: CASES_TABLE,
      IndexName,
      KeyConditionExpression: '#a = :v',
      ExpressionAttributeNames: { '#a': attribute },
      ExpressionAttributeValues: { ':v': value },
    },
  );
  for await (const { Items = [] } of pages) yield* Items.map(parseItem);
}

/** Commits an act on a case, with what is to happen alongside it. @throws StaleCaseError, RegistryError rate-exceeded */
export async function commit(
  { next, entry }: Outcome,
  also: { acts?: readonly Prepared[]; rates?: Parameters<typeof commitActs>[1] } = {},
): Promise<{ case: Case; entry: Entry }> {
  const act = prepareAct<Case>({
    table: CASES_TABLE,
    key: { ...caseKey(next.id), ...(isAwake(next) ? awake : {}) },
    reference: { ...referenceKey(next.agency, next.reference), case: next.id },
    stream: `case/${next.id}`,
    next,
    entry,
    // An intent waits for its own entry, so it carries that entry's hash.
    finish: (current, { n }) =>
      current.pending?.entry === n
        ? { ...current, pending: { ...current.pending, hash: current.entries.hash } }
        : current,
  });
  await commitActs([act, ...(also.acts ?? [])], also.rates);
  return { case: act.committed, entry: act.entry };
}

/** How often an act is decided again when others were first. Many at once on one case take turns. */
const attempts = 12;

/**
 * Reads a case, decides, commits; again from the start when another act was first.
 * @param act throws the refusal, or returns undefined to leave the case as it is
 * @param alongside what else is committed with it, as of that moment
 */
export async function change(
  id: string,
  act: (current: Case) => Outcome | undefined | Promise<Outcome | undefined>,
  alongside?: (outcome: Outcome) => Promise<Prepared[]>,
): Promise<{ case: Case; entry?: Entry } | undefined> {
  for (let attempt = 1; ; attempt++) {
    const value = await getCase(id);
    if (value === undefined) return undefined;
    const outcome = await act(value);
    if (outcome === undefined) return { case: value };
    try {
      return await commit(outcome, { acts: (await alongside?.(outcome)) ?? [] });
    } catch (error) {
      if (!(error instanceof StaleCaseError) || attempt === attempts) throw error;
      await sleep(Math.random() * 20 * 2 ** Math.min(attempt, 6));
    }
  }
}

function parseItem(item: Record<string, unknown>): Case {
  const { pk: _, awake: __, ...rest } = item;
  return caseSchema.parse(rest);
}
