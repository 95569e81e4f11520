import { aws_dynamodb as dynamodb, aws_iam as iam, aws_kms as kms } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { type TableName, type TableShape, tableNames, tables } from '#core/store/tables.ts';
import type { Config } from './config.ts';
import type { WritFunction } from './function.ts';
import type { CountUses, TableAction } from './function-definition.ts';
import { pin, removal } from './keep.ts';
import { capitalized, viaService } from './names.ts';

const types = { string: dynamodb.AttributeType.STRING, number: dynamodb.AttributeType.NUMBER };
const views = {
  new: dynamodb.StreamViewType.NEW_IMAGE,
  'new-and-old': dynamodb.StreamViewType.NEW_AND_OLD_IMAGES,
};
const string = (name: string) => ({ name, type: types.string });

/**
 * The tables of core/store/tables.ts, all under one key that is not the vault's: a function that may use a table may
 * have DynamoDB decrypt with the table's key, so that key must open nothing else.
 */
export class Tables extends Construct {
  private readonly made: Record<TableName, dynamodb.Table>;
  private readonly key: kms.Key;
  private readonly config: Config;

  constructor(scope: Construct, id: string, config: Config) {
    super(scope, id);
    this.config = config;
    this.key = pin(
      new kms.Key(this, 'Key', {
        description: 'Writ: tables at rest',
        enableKeyRotation: true,
        removalPolicy: removal(config),
      }),
      'TablesKey',
    );
    this.made = Object.fromEntries(tableNames.map((name) => [name, this.make(name)])) as Record<
      TableName,
      dynamodb.Table
    >;
  }

  nameOf(name: TableName): string {
    return this.made[name].tableName;
  }

  /** Lets a function do just these things with a table. */
  allow(name: TableName, to: WritFunction, ...actions: readonly TableAction[]): void {
    const { tableArn } = this.made[name];
    const { indexes = {} }: TableShape = tables[name];
    to.addToRolePolicy(
      new iam.PolicyStatement({
        actions: actions.filter((action) => !action.includes(' ')).map((action) => `dynamodb:${action}`),
        resources: [tableArn],
      }),
    );
    const indexArns = Object.keys(indexes)
      .filter((index) => actions.some((action) => action === 'Query' || action === `Query ${index}`))
      .map((index) => `${tableArn}/index/${index}`);
    if (indexArns.length > 0) {
      to.addToRolePolicy(new iam.PolicyStatement({ actions: ['dynamodb:Query'], resources: indexArns }));
    }
    this.allowKey(to, [
      'kms:Encrypt',
      'kms:Decrypt',
      'kms:ReEncrypt*',
      'kms:GenerateDataKey*',
      'kms:DescribeKey',
    ]);
  }

  /**
   * Lets a function have a table's items counted, by conditions on some attributes, and have none of them, or their keys
   * alone (DynamoDB Developer Guide, "Using IAM policy conditions for fine-grained access control"): an answer of
   * `Select: COUNT` holds numbers. `dynamodb:Attributes` has to name the keys of the table and of each index.
   */
  allowCounting(name: TableName, to: WritFunction, { by, where = [], keys }: CountUses): void {
    const { tableArn } = this.made[name];
    const { key, indexes = {} }: TableShape = tables[name];
    const itemKeys = [key.hash, ...(key.range === undefined ? [] : [key.range.name])];
    const listing = by.flatMap((index) => {
      const of = indexes[index];
      return of === undefined ? [] : [of.hash, of.range];
    });
    to.addToRolePolicy(
      new iam.PolicyStatement({
        actions: ['dynamodb:Query'],
        resources: by.map((index) => (index === 'key' ? tableArn : `${tableArn}/index/${index}`)),
        conditions: {
          StringEquals: { 'dynamodb:Select': keys === true ? ['COUNT', 'SPECIFIC_ATTRIBUTES'] : 'COUNT' },
          'ForAllValues:StringEquals': {
            'dynamodb:Attributes': [...new Set([...itemKeys, ...listing, ...where])],
          },
        },
      }),
    );
    this.allowKey(to, ['kms:Decrypt', 'kms:DescribeKey']);
  }

  /** Through DynamoDB alone: the function cannot open with this key what it copies from a table. */
  private allowKey(to: WritFunction, actions: string[]): void {
    to.addToRolePolicy(
      new iam.PolicyStatement({
        actions,
        resources: [this.key.keyArn],
        conditions: { StringEquals: viaService(this, 'dynamodb') },
      }),
    );
  }

  /** A table as a source of events: the construct library's own types disagree under exactOptionalPropertyTypes. */
  source(name: TableName): dynamodb.ITable {
    return this.made[name] as dynamodb.ITable;
  }

  private make(name: TableName): dynamodb.Table {
    const { key, indexes = {}, expires, stream }: TableShape = tables[name];
    const id = `${capitalized(name)}Table`;
    const table = new dynamodb.Table(this, id, {
      partitionKey: string(key.hash),
      ...(key.range === undefined ? {} : { sortKey: { name: key.range.name, type: types[key.range.type] } }),
      ...(expires === undefined ? {} : { timeToLiveAttribute: 'ttl' }),
      ...(stream === undefined ? {} : { stream: views[stream] }),
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      encryption: dynamodb.TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: this.key,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: this.config.stage === 'prod',
      removalPolicy: removal(this.config),
    });
    for (const [indexName, { hash, range }] of Object.entries(indexes)) {
      table.addGlobalSecondaryIndex({ indexName, partitionKey: string(hash), sortKey: string(range) });
    }
    return pin(table, id);
  }
}
