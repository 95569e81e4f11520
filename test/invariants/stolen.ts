import { GenerateMacCommand } from '@aws-sdk/client-kms';
import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { PutCommand, type PutCommandInput } from '@aws-sdk/lib-dynamodb';
import { derivedItemKeys } from '#core/store/item-keys.ts';
import { itemProofs } from '#core/store/item-proof.ts';
import type { Item } from '#core/store/store.ts';
import { macKeyVariable, type ProvenTable, tableVariable } from '#core/store/tables.ts';
import type { World } from '#dev/world.ts';
import { definitionOf, type FunctionName } from '#lib/functions.ts';
import { functionOutput } from '#lib/outputs.ts';
import { asFunction } from '../harness.ts';

/**
 * Puts an item that is proven, as nobody can who has rights on tables alone: with the role of a function, and so with the
 * keys of its items. What lies behind the proof of items (signatures, the log, grants) must hold against them too.
 */
export async function putAs(
  world: World,
  name: FunctionName,
  table: ProvenTable,
  item: Item,
  when?: Pick<PutCommandInput, 'ConditionExpression' | 'ExpressionAttributeValues'>,
): Promise<void> {
  const { Environment } = await world.aws.lambda.send(
    new GetFunctionConfigurationCommand({ FunctionName: world.outputs[functionOutput(name)] }),
  );
  const variables = Environment?.Variables ?? {};
  const { kms } = await asFunction(world, name);
  const keys = derivedItemKeys((of) => ({
    async mac(Message) {
      const KeyId = variables[macKeyVariable(of)];
      const { Mac } = await kms.send(
        new GenerateMacCommand({ KeyId, MacAlgorithm: 'HMAC_SHA_256', Message }),
      );
      return Mac ?? new Uint8Array();
    },
  }));
  const { by: _, mac: __, ...own } = item;
  const Item = await itemProofs(keys, definitionOf(name).file).prove(table, own);
  await world.aws.dynamo.send(new PutCommand({ TableName: variables[tableVariable(table)], Item, ...when }));
}
