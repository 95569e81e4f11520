import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { before, describe, test } from 'node:test';
import { CreateTableCommand, DeleteTableCommand, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { World } from '#dev/world.ts';
import { theWorld } from '../harness.ts';
import { fullStory } from './full-story.ts';
import { findAnywhere, formsOf } from './scanner.ts';

describe('I1 sealed', () => {
  let world: World;
  before(async () => {
    world = await theWorld();
  });

  test('I1 after a full story nothing at rest holds an account, number, address or what was written of them', async () => {
    const { personal, answers } = await fullStory(world);
    const { finds, looked } = await findAnywhere(world, personal);
    assert.deepEqual(finds, []);
    for (const sort of ['item', 'stream record', 'object', 'log line']) {
      assert.ok((looked[sort] ?? 0) > 20, `only ${looked[sort]} of ${sort} looked at`);
    }
    for (const { what, text } of answers) {
      for (const [name, value] of personal) {
        assert.ok(!formsOf(value).some((form) => text.includes(form)), `${name} in the answer to ${what}`);
      }
    }
  });

  test('I1 the search would find a value, in whichever form and attribute it lay', async () => {
    const TableName = `canary-${randomUUID()}`;
    const value = `canary-${randomUUID()}`;
    const { dynamo } = world.aws;
    await dynamo.send(
      new CreateTableCommand({
        TableName,
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' },
      }),
    );
    try {
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
      for (const [i, found] of hidings.entries()) {
        await dynamo.send(new PutCommand({ TableName, Item: { pk: `canary ${i}`, it: found } }));
      }
      await dynamo.send(new PutCommand({ TableName, Item: { pk: value } }));
      const { finds } = await findAnywhere(world, new Map([['canary', value]]));
      const inItems = finds.filter(({ where }) => where === `item ${TableName}`);
      const inStream = finds.filter(({ where }) => where === `stream record ${TableName}`);
      assert.ok(inItems.length >= hidings.length + 1, `${inItems.length} of ${hidings.length + 1} found`);
      assert.ok(inStream.length >= hidings.length + 1, `${inStream.length} found in the stream`);
    } finally {
      await dynamo.send(new DeleteTableCommand({ TableName }));
    }
  });
});
