import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { CreateTableCommand, DeleteTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { z } from 'zod';
import { concat, utf8 } from '#core/bytes.ts';
import { sha256 } from '#core/canonical.ts';
import { authenticStore, itemVerifier } from '#core/store/authentic.ts';
import { ForgedItem } from '#core/store/forged.ts';
import { derivedItemKeys } from '#core/store/item-keys.ts';
import { itemProofs } from '#core/store/item-proof.ts';
import { absent, all, atMost, type Item, present, type Store } from '#core/store/store.ts';
import { type TableShape, tables } from '#core/store/tables.ts';
import type { World } from '#dev/world.ts';
import { theWorld } from '../harness.ts';
import { memoryCounter } from '../memory/counter.ts';
import { itemAttributes } from '../memory/item-values.ts';
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

  test('I11 what DynamoDB gives back of an item carries the same proof, whatever the item holds', async () => {
    const keys = derivedItemKeys((of) => ({ mac: async (message) => sha256(concat(utf8(of), message)) }));
    const proofs = itemProofs(keys, (of) => tables[of].believed.writers[0]);
    const forged: unknown[] = [];
    const verify = itemVerifier(proofs, async (item) => {
      forged.push(item);
    });
    const proven = authenticStore(dynamo, { prove: proofs.prove, verify });
    let n = 0;
    await fc.assert(
      fc.asyncProperty(itemAttributes, async (attributes) => {
        const key = { pk: `proof ${n++}` };
        await proven.write({ table: 'cases', put: { ...attributes, ...key } });
        const memory = memoryStore();
        await memory.write({ table: 'cases', put: { ...attributes, ...key } });
        assert.deepEqual(await proven.get('cases', key), memory.items('cases')[0]);
        const raw = await dynamo.get('cases', key);
        await dynamo.write({ table: 'cases', put: { ...raw, more: null } });
        await assert.rejects(proven.get('cases', key), ForgedItem);
      }),
      { numRuns: 60 },
    );
    assert.equal(forged.length, n);
  });

  test('count alike, by an index, its bounds and conditions on other attributes; and give keys alone', async () => {
    const { dynamoCounter } = await import('#functions/aws/dynamodb/counter.ts');
    const memory = memoryStore();
    const run = `counts-${randomUUID()}`;
    const puts = Array.from({ length: 9 }, (_, i) => ({
      put: {
        pk: `${run}#${i}`,
        status: run,
        dueAt: `2026-0${1 + i}`,
        ...(i % 2 === 0 ? { debts: { dueAt: `2026-0${1 + i}`, ...(i > 4 ? { settled: 1 } : {}) } } : {}),
      },
    }));
    const entries = Array.from({ length: 5 }, (_, n) => ({
      put: { stream: `${run} ${n}`, n: n + 1, written: run, entry: 'what nobody is given' },
    }));
    for (const store of [dynamo, memory]) {
      await store.writeMany('cases', puts);
      await store.writeMany('entries', entries);
    }
    const owes = all(present('debts'), absent('debts.settled'));
    const counts = await Promise.all(
      [dynamoCounter(nameOf), memoryCounter(memory)].map(async (counter) => [
        await counter.count('cases', { index: 'byStatus', of: run }),
        await counter.count('cases', { index: 'byStatus', of: run, to: '2026-04' }),
        await counter.count('cases', { index: 'byStatus', of: run, where: owes }),
        await counter.count('cases', {
          index: 'byStatus',
          of: run,
          where: all(owes, atMost('debts.dueAt', '2026-03')),
        }),
        await counter.count('cases', { index: 'awake', of: run }),
        await counter.keys('entries', { index: 'written', of: run }, 3),
        await counter.keys('entries', { index: 'written', of: run }, 9),
      ]),
    );
    assert.deepEqual(counts[0], counts[1]);
    assert.deepEqual(
      counts[1]?.slice(0, 5),
      [9, 4, 3, 2, 0].map((count) => ({ count })),
    );
    assert.deepEqual(counts[1]?.[5], {
      keys: [1, 2, 3].map((n) => ({ stream: `${run} ${n - 1}`, n })),
      more: true,
    });
  });

  test('a page by an index begins where the last one ended', async () => {
    const memory = memoryStore();
    const run = `pages-${randomUUID()}`;
    const puts = Array.from({ length: 7 }, (_, i) => ({
      put: { pk: `${run}#${i}`, status: run, dueAt: `2026-0${1 + (i % 3)}` },
    }));
    const lengths = [];
    for (const [store, backwards] of [
      [dynamo, undefined],
      [memory, undefined],
      [dynamo, true],
      [memory, true],
    ] as const) {
      await store.writeMany('cases', puts);
      const seen: Item[] = [];
      const query = { index: 'byStatus', of: run, backwards };
      let page = await store.page('cases', query, { limit: 3 });
      const sizes = [page.items.length];
      seen.push(...page.items);
      while (page.next !== undefined) {
        page = await store.page('cases', query, { limit: 3, from: page.next });
        sizes.push(page.items.length);
        seen.push(...page.items);
      }
      assert.equal(new Set(seen.map((item) => JSON.stringify(item))).size, puts.length);
      const dates = seen.map(({ dueAt }) => String(dueAt));
      assert.deepEqual(dates, backwards ? dates.toSorted().toReversed() : dates.toSorted());
      lengths.push(sizes);
    }
    for (const sizes of lengths) assert.deepEqual(sizes, lengths[0]);
  });

  test('what DynamoDB did not get to in one call it is asked for in the next', async () => {
    const { dynamo: client } = await import('#functions/aws/clients.ts');
    const table = nameOf('vault');
    client.middlewareStack.add(
      (next, { commandName }) =>
        async ({ input, ...rest }) =>
          halfDone(String(commandName), input, table, () => next({ input, ...rest })),
      { step: 'initialize', priority: 'high', name: 'half-done' },
    );
    try {
      const keys = Array.from({ length: 130 }, (_, i) => ({ pk: `half-${suffix}`, sk: String(i) }));
      await dynamo.writeMany(
        'vault',
        keys.map((key) => ({ put: { ...key, is: 'there' } })),
      );
      assert.equal((await dynamo.getMany('vault', keys)).length, keys.length);
      await dynamo.writeMany(
        'vault',
        keys.map((key) => ({ delete: key })),
      );
      assert.deepEqual(await dynamo.getMany('vault', keys), []);
    } finally {
      client.middlewareStack.remove('half-done');
    }
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

const writes = z.object({ RequestItems: z.record(z.string(), z.array(z.unknown())) });
const reads = z.object({ RequestItems: z.record(z.string(), z.object({ Keys: z.array(z.unknown()) })) });
const answered = z.object({ output: z.custom<object>((each) => typeof each === 'object' && each !== null) });

/** Of each batch that is asked of DynamoDB for a table, the first half is done, and the rest said not to be. */
async function halfDone<R>(command: string, input: object, of: string, send: () => Promise<R>): Promise<R> {
  const isWrite = command === 'BatchWriteItemCommand';
  if (!isWrite && command !== 'BatchGetItemCommand') return send();
  const [[table, asked] = ['', []]] = isWrite
    ? Object.entries(writes.parse(input).RequestItems)
    : Object.entries(reads.parse(input).RequestItems).map(([name, { Keys }]) => [name, Keys] as const);
  if (table !== of) return send();
  const more = isWrite ? {} : Reflect.get(reads.parse(input).RequestItems, table);
  const some = (part: unknown[]) => ({ [table]: isWrite ? part : { ...more, Keys: part } });
  const half = Math.ceil(asked.length / 2);
  Reflect.set(input, 'RequestItems', some(asked.slice(0, half)));
  const answer = await send();
  const rest = half < asked.length ? some(asked.slice(half)) : {};
  Reflect.set(answered.parse(answer).output, isWrite ? 'UnprocessedItems' : 'UnprocessedKeys', rest);
  return answer;
}
