import { aws_dynamodb as dynamodb, aws_iam as iam, aws_kms as kms, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Config } from './config.ts';
import type { WritFunction } from './function.ts';
import { pin, removal } from './keep.ts';

const string = (name: string) => ({ name, type: dynamodb.AttributeType.STRING });
const number = (name: string) => ({ name, type: dynamodb.AttributeType.NUMBER });

/**
 * The tables, all under one key that is not the vault's: whoever may use a table may have DynamoDB decrypt with its
 * key, so that key must open nothing else.
 */
export class Tables extends Construct {
  readonly registry: dynamodb.Table;
  readonly calls: dynamodb.Table;
  readonly cases: dynamodb.Table;
  readonly entries: dynamodb.Table;
  readonly log: dynamodb.Table;
  readonly vault: dynamodb.Table;
  readonly vaultKeys: dynamodb.Table;
  readonly report: dynamodb.Table;
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
    /** Who is enrolled, with which keys. */
    this.registry = this.table('RegistryTable', { partitionKey: string('pk') });
    /** Changes by status, and what was revoked. */
    this.registry.addGlobalSecondaryIndex({
      indexName: 'listed',
      partitionKey: string('listed'),
      sortKey: string('since'),
    });
    /** Nonces seen, strangers counted. */
    this.calls = this.table('CallsTable', { partitionKey: string('pk'), timeToLiveAttribute: 'ttl' });
    this.cases = this.table('CasesTable', { partitionKey: string('pk') });
    this.cases.addGlobalSecondaryIndex({
      indexName: 'byStatus',
      partitionKey: string('status'),
      sortKey: string('dueAt'),
    });
    // Of the millions that have ended, none: only what the clock has something left to do to.
    this.cases.addGlobalSecondaryIndex({
      indexName: 'awake',
      partitionKey: string('awake'),
      sortKey: string('dueAt'),
    });
    /** The outbox: entries committed with the change they tell, on their way to the log. */
    this.entries = this.table('EntriesTable', {
      partitionKey: string('stream'),
      sortKey: number('n'),
      stream: dynamodb.StreamViewType.NEW_IMAGE,
    });
    /** The log's head, what is staged, and where each entry is. */
    this.log = this.table('LogTable', {
      partitionKey: string('pk'),
      sortKey: string('sk'),
      stream: dynamodb.StreamViewType.NEW_AND_OLD_IMAGES,
    });
    this.vault = this.table('VaultTable', {
      partitionKey: string('pk'),
      sortKey: string('sk'),
      timeToLiveAttribute: 'ttl',
    });
    /** Which KMS keys wrap the vault. */
    this.vaultKeys = this.table('VaultKeysTable', { partitionKey: string('pk'), sortKey: number('sk') });
    /** The transparency report, apart from the log's table: whoever makes it can move no head. */
    this.report = this.table('ReportTable', { partitionKey: string('pk') });
  }

  /** Lets a function do just these things with a table. */
  allow(table: dynamodb.Table, to: WritFunction, ...actions: TableAction[]): void {
    table.grant(to, ...actions.map((action) => `dynamodb:${action}`));
    // Through DynamoDB alone: what a function gets hold of is not carried over to this key, to be opened with it.
    to.addToRolePolicy(
      new iam.PolicyStatement({
        actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
        resources: [this.key.keyArn],
        conditions: {
          StringEquals: { 'kms:ViaService': `dynamodb.${Stack.of(this).region}.amazonaws.com` },
        },
      }),
    );
  }

  /** A table as a source of events: the construct library's own types disagree under exactOptionalPropertyTypes. */
  static source(table: dynamodb.Table): dynamodb.ITable {
    return table as dynamodb.ITable;
  }

  private table(id: string, props: Omit<dynamodb.TableProps, 'billingMode'>): dynamodb.Table {
    const keep = this.config.stage === 'prod';
    return pin(
      new dynamodb.Table(this, id, {
        ...props,
        billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
        encryption: dynamodb.TableEncryption.CUSTOMER_MANAGED,
        encryptionKey: this.key,
        pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
        deletionProtection: keep,
        removalPolicy: removal(this.config),
      }),
      id,
    );
  }
}

export type TableAction =
  | 'GetItem'
  | 'PutItem'
  | 'UpdateItem'
  | 'DeleteItem'
  | 'Query'
  | 'Scan'
  | 'BatchGetItem'
  | 'BatchWriteItem';
