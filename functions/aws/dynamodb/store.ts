import {
  BatchGetCommand,
  BatchWriteCommand,
  DeleteCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
  type QueryCommandInput,
  ScanCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { chunks, inParallel } from '#core/parallel.ts';
import type { Item, Key, Page, Query, Store } from '#core/store/store.ts';
import { type TableName, type TableShape, tables, tableVariable } from '#core/store/tables.ts';
import { dynamo } from '../clients.ts';
import { conflictOf } from './conflict.ts';
import { partOf, rangeBounds, Terms } from './expressions.ts';

/** The store in DynamoDB. */

/** BatchWriteItem takes 25 items, BatchGetItem 100. */
const batchWrites = 25;
const batchGets = 100;
const atOnce = 8;
/** How often what DynamoDB left over of a batch is sent again. */
const attempts = 8;

/**
 * @param nameOf the name of each table; a function that was not told a table's name fails when it first uses it
 */
export function dynamoStore(nameOf: (table: TableName) => string): Store {
  return {
    async get(table, key) {
      const { Item } = await dynamo.send(
        new GetCommand({ TableName: nameOf(table), Key: key, ConsistentRead: true }),
      );
      return Item;
    },

    async getMany(table, keys, { only } = {}) {
      const name = nameOf(table);
      const terms = new Terms();
      const projection =
        only === undefined ? {} : { ProjectionExpression: only.map((name) => terms.path(name)).join(', ') };
      const found = await inParallel(chunks(keys, batchGets), atOnce, async (some) => {
        const items: Item[] = [];
        await untilNoneIsLeft(some, async (Keys) => {
          const { Responses, UnprocessedKeys } = await dynamo.send(
            new BatchGetCommand({
              RequestItems: { [name]: { Keys, ConsistentRead: true, ...projection, ...terms.names() } },
            }),
          );
          items.push(...(Responses?.[name] ?? []));
          return UnprocessedKeys?.[name]?.Keys;
        });
        return items;
      });
      return found.flat();
    },

    async *query(table, query) {
      let from: Key | undefined;
      do {
        const { items, next } = await queryOnce(nameOf(table), table, query, { from });
        yield* items;
        from = next;
      } while (from !== undefined);
    },

    page: (table, query, options) => queryOnce(nameOf(table), table, query, options),

    async *scan(table, { where, only, from: begin } = {}) {
      let from = begin;
      do {
        const terms = new Terms();
        const filter = where === undefined ? {} : { FilterExpression: terms.test(where) };
        const projection =
          only === undefined ? {} : { ProjectionExpression: only.map((name) => terms.path(name)).join(', ') };
        const { Items = [], LastEvaluatedKey } = await dynamo.send(
          new ScanCommand({
            TableName: nameOf(table),
            ConsistentRead: true,
            ...filter,
            ...projection,
            ...terms.all(),
            ...(from === undefined ? {} : { ExclusiveStartKey: from }),
          }),
        );
        from = LastEvaluatedKey;
        yield { items: Items, next: from };
      } while (from !== undefined);
    },

    async write(...writes) {
      const parts = writes.map((write) => partOf(nameOf(write.table), write));
      const [only, second] = parts;
      if (only === undefined) return;
      try {
        if (second !== undefined) await dynamo.send(new TransactWriteCommand({ TransactItems: parts }));
        else if (only.Put !== undefined) await dynamo.send(new PutCommand(only.Put));
        else if (only.Update !== undefined) await dynamo.send(new UpdateCommand(only.Update));
        else if (only.Delete !== undefined) await dynamo.send(new DeleteCommand(only.Delete));
      } catch (error) {
        throw conflictOf(error) ?? error;
      }
    },

    async writeMany(table, writes) {
      const name = nameOf(table);
      const requests = writes.map((write) =>
        'put' in write ? { PutRequest: { Item: write.put } } : { DeleteRequest: { Key: write.delete } },
      );
      await inParallel(chunks(requests, batchWrites), atOnce, (some) =>
        untilNoneIsLeft(some, async (left) => {
          const { UnprocessedItems } = await dynamo.send(
            new BatchWriteCommand({ RequestItems: { [name]: left } }),
          );
          return UnprocessedItems?.[name];
        }),
      );
    },
  };
}

/** Tables by the names in a function's environment. */
export function tableNames(environment: NodeJS.ProcessEnv): (table: TableName) => string {
  return (table) => {
    const name = environment[tableVariable(table)];
    if (name === undefined || name === '') throw new Error(`${tableVariable(table)} is not set`);
    return name;
  };
}

async function queryOnce(
  name: string,
  table: TableName,
  query: Query,
  { limit, from: begin }: { limit?: number; from?: Key | undefined },
): Promise<Page> {
  const input: QueryCommandInput = {
    ...queryInput(name, table, query, new Terms()),
    ...(limit === undefined ? {} : { Limit: limit }),
    ...(begin === undefined ? {} : { ExclusiveStartKey: begin }),
  };
  const { Items = [], LastEvaluatedKey } = await dynamo.send(new QueryCommand(input));
  return { items: Items, next: LastEvaluatedKey };
}

/** A query, as DynamoDB takes it. @param terms those that the caller names beside it */
export function queryInput(
  name: string,
  table: TableName,
  { index, of, from, to, below, prefix, where, backwards }: Query,
  terms: Terms,
): QueryCommandInput {
  const { hash, range } = orderOf(tables[table], index);
  const bounds = [
    `${terms.path(hash)} = ${terms.value(of)}`,
    ...(prefix === undefined ? [] : [`begins_with(${terms.path(range)}, ${terms.value(prefix)})`]),
    ...rangeBounds(terms, range, { from, to, below }),
  ];
  return {
    TableName: name,
    KeyConditionExpression: bounds.join(' AND '),
    ...(where === undefined ? {} : { FilterExpression: terms.test(where) }),
    ...terms.all(),
    ...(index === undefined ? { ConsistentRead: true } : { IndexName: index }),
    ...(backwards === undefined ? {} : { ScanIndexForward: false }),
  };
}

/** By what a table or one of its indexes is ordered. */
function orderOf(shape: TableShape, index: string | undefined): { hash: string; range: string } {
  if (index === undefined) return { hash: shape.key.hash, range: shape.key.range?.name ?? '' };
  const found = shape.indexes?.[index];
  if (found === undefined) throw new RangeError('the table has no such index');
  return found;
}

/** @param send what is left; answers what DynamoDB left over of it */
async function untilNoneIsLeft<T extends object>(
  given: readonly T[],
  send: (left: T[]) => Promise<Item[] | undefined>,
): Promise<void> {
  let left: T[] = [...given];
  for (let attempt = 1; left.length > 0; attempt++) {
    if (attempt > attempts) throw new Error('a table does not keep up');
    left = ((await send(left)) ?? []) as T[];
  }
}
