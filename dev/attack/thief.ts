import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { DeleteCommand, GetCommand, PutCommand, paginateScan, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import type { TableName } from '#core/store/tables.ts';
import { assume } from '../as.ts';
import type { World } from '../world.ts';

/**
 * Somebody who can do everything to DynamoDB and nothing else: an operator, or a thief of a role. They have read Writ's
 * code, and know what every attribute is for.
 */
export interface Thief {
  get(table: TableName, key: Item): Promise<Item>;
  put(table: TableName, item: Item): Promise<void>;
  remove(table: TableName, key: Item): Promise<void>;
  /** The items under one hash key, in order. */
  under(table: TableName, name: string, value: string): Promise<Item[]>;
  all(table: TableName): Promise<Item[]>;
  leave(): Promise<void>;
}
export type Item = Record<string, unknown>;

export async function thiefOf({ cloud, aws, outputs }: World): Promise<Thief> {
  const RoleName = `writ-table-writer-${process.pid}-${Date.now()}`;
  const PolicyName = 'tables';
  const { Role } = await aws.iam.send(
    new CreateRoleCommand({
      RoleName,
      AssumeRolePolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { AWS: `arn:aws:iam::${cloud.accountId}:root` },
            Action: 'sts:AssumeRole',
          },
        ],
      }),
    }),
  );
  const PolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'dynamodb:*', Resource: '*' }],
  });
  await aws.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument }));
  const { dynamo } = await assume(cloud, aws, z.string().parse(Role?.Arn));
  const nameOf = (table: TableName) => tableOf(outputs, table);
  return {
    async get(table, Key) {
      const { Item } = await dynamo.send(
        new GetCommand({ TableName: nameOf(table), Key, ConsistentRead: true }),
      );
      if (Item === undefined) throw new Error(`the table ${table} has no such item`);
      return Item;
    },
    async put(table, Item) {
      await dynamo.send(new PutCommand({ TableName: nameOf(table), Item }));
    },
    async remove(table, Key) {
      await dynamo.send(new DeleteCommand({ TableName: nameOf(table), Key }));
    },
    async under(table, name, value) {
      const { Items = [] } = await dynamo.send(
        new QueryCommand({
          TableName: nameOf(table),
          KeyConditionExpression: '#n = :v',
          ExpressionAttributeNames: { '#n': name },
          ExpressionAttributeValues: { ':v': value },
          ConsistentRead: true,
        }),
      );
      return Items;
    },
    async all(table) {
      const items: Item[] = [];
      for await (const { Items = [] } of paginateScan({ client: dynamo }, { TableName: nameOf(table) }))
        items.push(...Items);
      return items;
    },
    async leave() {
      await aws.iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }));
      await aws.iam.send(new DeleteRoleCommand({ RoleName }));
    },
  };
}

function tableOf(outputs: World['outputs'], table: TableName): string {
  const names: Partial<Record<TableName, string>> = {
    registry: outputs.RegistryTableName,
    calls: outputs.CallsTableName,
    cases: outputs.CasesTableName,
    entries: outputs.EntriesTableName,
    log: outputs.LogTableName,
    vault: outputs.VaultTableName,
    vaultKeys: outputs.VaultKeysTableName,
  };
  const name = names[table];
  if (name === undefined) throw new Error(`nobody needs the table ${table} here`);
  return name;
}
