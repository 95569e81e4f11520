import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { type Counter, mostCountPages } from '#core/store/counting.ts';
import type { Key } from '#core/store/store.ts';
import { type TableName, type TableShape, tables } from '#core/store/tables.ts';
import { dynamo } from '../clients.ts';
import { Terms } from './expressions.ts';
import { queryInput } from './store.ts';

/** Counting in DynamoDB: `Select` has it answer with numbers, and the role's rights have it answer with nothing else. */
export function dynamoCounter(nameOf: (table: TableName) => string): Counter {
  return {
    async count(table, query) {
      const input = queryInput(nameOf(table), table, query, new Terms());
      let count = 0;
      let from: Key | undefined;
      for (let page = 0; page < mostCountPages; page++) {
        const begin = from === undefined ? {} : { ExclusiveStartKey: from };
        const { Count = 0, LastEvaluatedKey } = await dynamo.send(
          new QueryCommand({ ...input, Select: 'COUNT', ...begin }),
        );
        count += Count;
        from = LastEvaluatedKey;
        if (from === undefined) return { count };
      }
      return { count, atLeast: true };
    },

    async keys(table, query, most) {
      const terms = new Terms();
      const { key }: TableShape = tables[table];
      const names = [key.hash, ...(key.range === undefined ? [] : [key.range.name])];
      const ProjectionExpression = names.map((name) => terms.path(name)).join(', ');
      const { Items = [], LastEvaluatedKey } = await dynamo.send(
        new QueryCommand({
          ...queryInput(nameOf(table), table, query, terms),
          Select: 'SPECIFIC_ATTRIBUTES',
          ProjectionExpression,
          Limit: most,
        }),
      );
      return { keys: Items, more: LastEvaluatedKey !== undefined };
    },
  };
}
