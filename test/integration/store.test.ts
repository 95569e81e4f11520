import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { CreateTableCommand, DeleteTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import type { Store } from '#core/store/store.ts';
import { type TableShape, tables } from '#core/store/tables.ts';
import type { World } from '#dev/world.ts';
import { theWorld } from '../harness.ts';
import { listedBy, namesIn, type ScriptTable, scripts, scriptTables } from '../memory/scripts.ts';
import { memoryStore } from '../memory/store.ts';

/** Tables of the test's own, in the shapes of ours, that nobody else reads and no function is woken by. */
describe('the store in DynamoDB and the one in memory', () => {
  let world: World;
  let dynamo: Store;
  const suffix = randomUUID();
  const nameOf = (table: string) => `store-test-${table}-${suffix}`;

  before(async () => {
    world = await theWorld();
    for (const table of scriptTables) await create(world.aws.dynamo, table, nameOf(table));
    const { region, endpoint, credentials } = world.cloud;
    Object.assign(process.env, {
      AWS_REGION: region,
      AWS_ENDPOINT_URL: endpoint,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    });
    // Its client reads the environment as it is loaded.
    const { dynamoStore } = await import('#functions/aws/dynamodb/store.ts');
    dynamo = dynamoStore(nameOf);
  });

  after(async () => {
    for (const table of scriptTables)
      await world.aws.dynamo.send(new DeleteTableCommand({ TableName: nameOf(table) }));
  });

  test('answer every script alike, down to which conditions failed', async () => {
    const memory = memoryStore();
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.nat().chain((seed) => {
          const run = `${runs++}-${seed}`;
          return fc.tuple(fc.constant(run), scripts(run));
        }),
        async ([run, steps]) => {
          // What fast-check makes smaller runs again, on items of its own.
          await clear([memory, dynamo], run);
          for (const { says, ask } of steps) {
            const [expected, answer] = [await ask(dynamo), await ask(memory)];
            assert.deepEqual(answer, expected, says);
          }
          for (const [index, of] of [
            ['byStatus', 'open'],
            ['byStatus', 'shut'],
            ['awake', 'yes'],
          ] as const) {
            const [expected, answer] = [
              await listedBy(dynamo, index, of, run),
              await listedBy(memory, index, of, run),
            ];
            assert.ok(expected.inOrder && answer.inOrder);
            assert.deepEqual(answer, expected, `${index} ${of}`);
          }
        },
      ),
      { numRuns: 40, endOnFailure: false },
    );
  });

  test('a page by an index begins where the last one ended', async () => {
    const memory = memoryStore();
    const run = `pages-${randomUUID()}`;
    const puts = Array.from({ length: 7 }, (_, i) => ({
      put: { pk: `${run}#${i}`, status: run, dueAt: `2026-0${1 + (i % 3)}` },
    }));
    const lengths = [];
    for (const store of [dynamo, memory]) {
      await store.writeMany('cases', puts);
      const seen: unknown[] = [];
      const query = { index: 'byStatus', of: run };
      let page = await store.page('cases', query, { limit: 3 });
      const sizes = [page.items.length];
      seen.push(...page.items);
      while (page.next !== undefined) {
        page = await store.page('cases', query, { limit: 3, from: page.next });
        sizes.push(page.items.length);
        seen.push(...page.items);
      }
      assert.equal(new Set(seen.map((item) => JSON.stringify(item))).size, puts.length);
      lengths.push(sizes);
    }
    assert.deepEqual(lengths[1], lengths[0]);
  });
});

async function clear(stores: readonly Store[], run: string): Promise<void> {
  for (const store of stores) {
    for (const table of scriptTables) {
      const names = namesIn(table);
      const where = { test: 'begins', at: tables[table].key.hash, value: `${run}#` } as const;
      for await (const { items } of store.scan(table, { where, only: names })) {
        const keys = items.map((item) => ({ delete: keyFrom(item, names) }));
        await store.writeMany(table, keys);
      }
    }
  }
}

function keyFrom(item: Record<string, unknown>, names: readonly string[]): Record<string, string | number> {
  return Object.fromEntries(
    names.map((name) => {
      const value = item[name];
      return [name, typeof value === 'number' ? value : String(value)];
    }),
  );
}

async function create(client: Pick<DynamoDBClient, 'send'>, table: ScriptTable, name: string): Promise<void> {
  const { key, indexes = {} }: TableShape = tables[table];
  const attributes = new Map<string, 'S' | 'N'>([[key.hash, 'S']]);
  if (key.range !== undefined) attributes.set(key.range.name, key.range.type === 'number' ? 'N' : 'S');
  for (const { hash, range } of Object.values(indexes)) attributes.set(hash, 'S').set(range, 'S');
  const schema = (hash: string, range: string | undefined) => [
    { AttributeName: hash, KeyType: 'HASH' as const },
    ...(range === undefined ? [] : [{ AttributeName: range, KeyType: 'RANGE' as const }]),
  ];
  await client.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [...attributes].map(([AttributeName, AttributeType]) => ({
        AttributeName,
        AttributeType,
      })),
      KeySchema: schema(key.hash, key.range?.name),
      ...(Object.keys(indexes).length === 0
        ? {}
        : {
            GlobalSecondaryIndexes: Object.entries(indexes).map(([IndexName, { hash, range }]) => ({
              IndexName,
              KeySchema: schema(hash, range),
              Projection: { ProjectionType: 'ALL' as const },
            })),
          }),
    }),
  );
}
