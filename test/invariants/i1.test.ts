import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { CreateTableCommand, DeleteTableCommand, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { World } from '#dev/world.ts';
import { theWorld } from '../harness.ts';
import { fullStory, ownReference } from './full-story.ts';
import { findAnywhere, formsOf } from './scanner.ts';

/** One search of everything at rest, for the values of a full story and for a canary that is hidden in every way. */
describe('I1 sealed', () => {
  const canaries = { table: `canary-${randomUUID()}`, value: `canary-${randomUUID()}` };
  let world: World;
  let hidden: number;
  let story: Awaited<ReturnType<typeof fullStory>>;
  let search: Awaited<ReturnType<typeof findAnywhere>>;

  before(async () => {
    world = await theWorld();
    [hidden, story] = await Promise.all([hideCanaries(world, canaries), fullStory(world)]);
    search = await findAnywhere(world, new Map([...story.personal, ['canary', canaries.value]]));
  });
  after(() => world?.aws.dynamo.send(new DeleteTableCommand({ TableName: canaries.table })));

  test('I1 after a full story nothing at rest holds an account, number, address or what was written of them', () => {
    assert.deepEqual(
      search.finds.filter(({ what }) => what !== 'canary'),
      [],
    );
    for (const sort of ['item', 'stream record', 'object', 'log line']) {
      assert.ok((search.looked[sort] ?? 0) > 20, `only ${search.looked[sort]} of ${sort} looked at`);
    }
    for (const { what, text } of story.answers) {
      for (const [name, value] of story.personal) {
        if (name === ownReference) continue;
        assert.ok(!formsOf(value).some((form) => text.includes(form)), `${name} in the answer to ${what}`);
      }
    }
  });

  test('I1 the search would find a value, in whichever form and attribute it lay', () => {
    const finds = search.finds.filter(({ what }) => what === 'canary');
    for (const sort of ['item', 'stream record']) {
      const count = finds.filter(({ where }) => where === `${sort} ${canaries.table}`).length;
      assert.ok(count >= hidden, `${count} of ${hidden} found as ${sort}`);
    }
  });
});

/** Puts a value into a table of its own, once in each way that code hides values. @returns in how many */
async function hideCanaries(
  { aws: { dynamo } }: World,
  { table: TableName, value }: { table: string; value: string },
): Promise<number> {
  await dynamo.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' },
    }),
  );
  await waitUntilTableExists({ client: dynamo, maxWaitTime: 30 }, { TableName });
  const bytes = Buffer.from(value);
  const hidings: unknown[] = [
    value,
    bytes,
    { deep: [{ er: `x${value}x` }] },
    bytes.toString('hex'),
    ...[0, 1, 2].map((i) => Buffer.from(`${'x'.repeat(i)}${value}yz`).toString('base64')),
    Buffer.from(JSON.stringify({ account: value })).toString('base64url'),
    Buffer.from(bytes.toString('base64')),
  ];
  for (const [i, hiding] of hidings.entries()) {
    await dynamo.send(new PutCommand({ TableName, Item: { pk: `canary ${i}`, hiding } }));
  }
  await dynamo.send(new PutCommand({ TableName, Item: { pk: value } }));
  return hidings.length + 1;
}
