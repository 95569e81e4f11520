import type { Counter } from '#core/store/counting.ts';
import type { TableShape } from '#core/store/tables.ts';
import { tables } from '#core/store/tables.ts';
import type { MemoryStore } from './store.ts';

/** Counting in memory: what DynamoDB does of it. @param most after so many a count ends, as after its pages */
export function memoryCounter(
  store: Pick<MemoryStore, 'query'>,
  { most = Number.POSITIVE_INFINITY }: { most?: number } = {},
): Counter {
  return {
    async count(table, query) {
      let count = 0;
      for await (const _ of store.query(table, query)) {
        if (count === most) return { count, atLeast: true };
        count++;
      }
      return { count };
    },

    async keys(table, query, limit) {
      const { key }: TableShape = tables[table];
      const keys: Record<string, unknown>[] = [];
      for await (const item of store.query(table, query)) {
        if (keys.length === limit) return { keys, more: true };
        const names = [key.hash, ...(key.range === undefined ? [] : [key.range.name])];
        keys.push(Object.fromEntries(names.map((name) => [name, item[name]])));
      }
      return { keys, more: false };
    },
  };
}
