import { readFileSync } from 'node:fs';
import {
  CfnOutput,
  CustomResource,
  Duration,
  aws_kms as kms,
  Stack,
  type StackProps,
  aws_sqs as sqs,
} from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { z } from 'zod';
import { policyHash } from '#core/cases/policy.ts';
import { Alarms } from './alarms.ts';
import type { Config } from './config.ts';
import { codeDigest, WritFunction } from './function.ts';
import { Gateway } from './gateway.ts';
import { EventStream } from './ingest.ts';
import { GuardedKey } from './key.ts';
import { LogBucket } from './log.ts';
import { setInMotion } from './motion.ts';
import { NoticesBus } from './notices.ts';
import { Tables } from './tables.ts';
import { Trail } from './trail.ts';
import { keepWithinVault, letMakeVaultKeys, tellVaultRoles } from './vault.ts';

const { version } = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')));

/**
 * Writ, whole. Read it as the way through: events are sealed into the vault; requests and reviews change cases and
 * write entries; entries become the log; what the log shows as approved is authorised; what is authorised can be
 * collected; what has ended is closed.
 */
export class WritStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps & { config: Config }) {
    const { config, ...rest } = props;
    super(scope, id, {
      ...rest,
      description: 'Writ disclosure gateway',
      terminationProtection: config.stage === 'prod',
    });

    // What holds and guards data.
    const tables = new Tables(this, 'Tables', config);
    const log = new LogBucket(this, 'Log', config);
    const trail = new Trail(this, 'Trail', config);
    const incoming = new EventStream(this, 'Incoming', config);
    const notices = new NoticesBus(this, 'Notices');
    const deskKey = new GuardedKey(this, 'DeskKey', {
      config,
      description: 'Writ: what was asked',
      enableKeyRotation: true,
    });
    const indexKey = new GuardedKey(this, 'IndexKey', {
      config,
      description: 'Writ: pseudonyms and blind indices',
      keySpec: kms.KeySpec.HMAC_256,
      keyUsage: kms.KeyUsage.GENERATE_VERIFY_MAC,
    });
    const providerKeys = config.providerKeys.map(
      (name) =>
        new GuardedKey(this, `ProviderKey${name}`, {
          config,
          description: 'Writ: signs answers and disclosures',
          keySpec: kms.KeySpec.ECC_NIST_P256,
          keyUsage: kms.KeyUsage.SIGN_VERIFY,
        }),
    );
    const deadLetters = new sqs.Queue(this, 'DeadLetters', {
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });

    // What runs.
    const { policy } = config;
    const environment = {
      CASES_TABLE: tables.cases.tableName,
      ENTRIES_TABLE: tables.entries.tableName,
      LOG_TABLE: tables.log.tableName,
      CALLS_TABLE: tables.calls.tableName,
      REGISTRY_TABLE: tables.registry.tableName,
      VAULT_TABLE: tables.vault.tableName,
      VAULT_KEYS_TABLE: tables.vaultKeys.tableName,
      REPORT_TABLE: tables.report.tableName,
      LOG_BUCKET: log.bucket.bucketName,
      LOG_KEY: log.key.keyArn,
      LOG_ORIGIN: log.origin,
      INDEX_KEY: indexKey.keyArn,
      DESK_KEY: deskKey.keyArn,
      PROVIDER_KEYS: providerKeys.map((key) => key.keyArn).join(' '),
      COOL_OFF_HOURS: String(config.coolOffHours),
      PROVIDER_NAME: config.provider,
      VERSION: version,
      RETENTION: JSON.stringify(config.retention),
      VAULT_KEYS_PER_EPOCH: String(config.vaultKeysPerEpoch),
      NOTICES_BUS: notices.bus.eventBusName,
      // In production nobody tells a function what time it is: what it does then does not come back.
      CLOCK: config.stage === 'prod' ? 'real' : 'event',
      ...(config.authority === undefined ? {} : { AUTHORITY: config.authority }),
    };
    const pick = <K extends keyof typeof environment>(...names: K[]) =>
      Object.fromEntries(
        names.flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]]])),
      );
    const theLog = pick('LOG_TABLE', 'LOG_BUCKET', 'LOG_KEY', 'LOG_ORIGIN');
    const door = pick('REGISTRY_TABLE', 'CALLS_TABLE', 'ENTRIES_TABLE', 'PROVIDER_KEYS', 'AUTHORITY');

    const prepare = new WritFunction(this, 'Prepare', {
      file: 'prepare',
      environment: pick('VAULT_KEYS_TABLE', 'ENTRIES_TABLE', 'RETENTION', 'VAULT_KEYS_PER_EPOCH'),
      timeoutSeconds: 60,
    });
    const seal = new WritFunction(this, 'Seal', {
      file: 'seal',
      environment: {
        ...pick('VAULT_TABLE', 'VAULT_KEYS_TABLE', 'INDEX_KEY', 'RETENTION'),
        PREPARE_FUNCTION: prepare.functionName,
      },
      timeoutSeconds: 120,
      memoryMb: 1769,
    });
    const preserve = new WritFunction(this, 'Preserve', {
      file: 'preserve',
      environment: {
        ...pick('CASES_TABLE', 'ENTRIES_TABLE', 'VAULT_TABLE', 'VAULT_KEYS_TABLE'),
        PREPARE_FUNCTION: prepare.functionName,
      },
      timeoutSeconds: 300,
    });
    const request = new WritFunction(this, 'Request', {
      file: 'request',
      environment: {
        ...door,
        ...pick('CASES_TABLE', 'VAULT_TABLE', 'DESK_KEY', 'INDEX_KEY'),
        PRESERVE_FUNCTION: preserve.functionName,
      },
      policy,
    });
    const review = new WritFunction(this, 'Review', {
      file: 'review',
      environment: { ...door, ...pick('CASES_TABLE', 'VAULT_TABLE', 'DESK_KEY') },
      policy,
    });
    const sequence = new WritFunction(this, 'Sequence', {
      file: 'sequence',
      environment: { ...theLog, ...pick('ENTRIES_TABLE') },
      timeoutSeconds: 120,
      memoryMb: 1769,
    });
    const collect = new WritFunction(this, 'Collect', {
      file: 'collect',
      environment: {
        ...door,
        ...theLog,
        ...pick('CASES_TABLE', 'VAULT_TABLE', 'PROVIDER_NAME'),
      },
      policy,
      memoryMb: 1769,
    });
    const collectRole = { COLLECT_ROLE: collect.role.roleArn };
    const authorise = new WritFunction(this, 'Authorise', {
      file: 'authorise',
      environment: {
        ...theLog,
        ...pick('CASES_TABLE', 'ENTRIES_TABLE', 'REGISTRY_TABLE', 'VAULT_TABLE', 'DESK_KEY'),
        ...collectRole,
      },
      policy,
      timeoutSeconds: 120,
    });
    const expire = new WritFunction(this, 'Expire', {
      file: 'expire',
      environment: {
        ...pick('CASES_TABLE', 'ENTRIES_TABLE', 'CALLS_TABLE', 'REGISTRY_TABLE', 'VAULT_KEYS_TABLE'),
        ...pick('CLOCK', 'NOTICES_BUS', 'LOG_ORIGIN'),
        ...collectRole,
      },
      policy,
      timeoutSeconds: 300,
    });
    const forget = new WritFunction(this, 'Forget', {
      file: 'forget',
      environment: {
        ...pick('CASES_TABLE', 'ENTRIES_TABLE', 'VAULT_TABLE', 'VAULT_KEYS_TABLE', 'INDEX_KEY', 'RETENTION'),
        ...pick('CLOCK'),
      },
      timeoutSeconds: 300,
    });
    const provider = new WritFunction(this, 'Provider', {
      file: 'provider',
      environment: pick(
        'AUTHORITY',
        'PROVIDER_KEYS',
        'PROVIDER_NAME',
        'VERSION',
        'REGISTRY_TABLE',
        'ENTRIES_TABLE',
        'COOL_OFF_HOURS',
        'LOG_KEY',
        'LOG_ORIGIN',
      ),
      policy,
    });
    const publicLog = new WritFunction(this, 'PublicLog', {
      file: 'log',
      environment: pick('LOG_BUCKET', 'REPORT_TABLE'),
    });
    const report = new WritFunction(this, 'Report', {
      file: 'report',
      environment: pick('LOG_BUCKET', 'LOG_KEY', 'LOG_ORIGIN', 'REPORT_TABLE'),
      policy,
      timeoutSeconds: 900,
      memoryMb: 1769,
    });
    const reconcile = new WritFunction(this, 'Reconcile', {
      file: 'reconcile',
      environment: {
        ...theLog,
        ...pick('CASES_TABLE', 'ENTRIES_TABLE', 'VAULT_KEYS_TABLE'),
        ...collectRole,
        PRESERVE_ROLE: preserve.role.roleArn,
      },
      timeoutSeconds: 900,
      memoryMb: 1769,
    });
    const deployed = new WritFunction(this, 'Deployed', {
      file: 'deployed',
      environment: pick('REGISTRY_TABLE', 'ENTRIES_TABLE', 'PROVIDER_KEYS'),
      policy,
    });
    const registry = new WritFunction(this, 'Registry', {
      file: 'registry',
      environment: { ...door, ...pick('COOL_OFF_HOURS') },
    });
    const found = new WritFunction(this, 'Found', {
      file: 'found',
      environment: pick('REGISTRY_TABLE', 'ENTRIES_TABLE'),
      policy,
    });
    const operate = new WritFunction(this, 'Operate', {
      file: 'operate',
      environment: pick('REGISTRY_TABLE', 'ENTRIES_TABLE', 'INDEX_KEY'),
    });
    const notice = new WritFunction(this, 'Notice', {
      file: 'notice',
      environment: pick('CASES_TABLE', 'ENTRIES_TABLE', 'DESK_KEY'),
    });

    // Who may open. Nobody by standing right: `collect` by the grants that `authorise` mints, and only so (I2, I3).
    tellVaultRoles(
      { seal, authorise, collect, expire, preserve, forget },
      ...[prepare, seal, preserve, expire],
    );
    letMakeVaultKeys(prepare);
    keepWithinVault(preserve);
    for (const fn of [seal, preserve]) prepare.grantInvoke(fn);
    preserve.grantInvoke(request);

    // What was asked, for those who must see it.
    const part = (name: string) => ({ StringEquals: { 'kms:EncryptionContext:part': name } });
    deskKey.allow('RequestSeals', request.role, ['kms:GenerateDataKey'], part('request'));
    deskKey.allow('ReviewSeals', review.role, ['kms:GenerateDataKey'], part('decision'));
    deskKey.allow('ReviewReadsRequests', review.role, ['kms:Decrypt'], part('request'));
    deskKey.allow('NoticeReadsRequests', notice.role, ['kms:Decrypt'], part('request'));
    deskKey.allow('AuthoriseReadsDecisions', authorise.role, ['kms:Decrypt'], part('decision'));
    for (const finder of [seal, request, forget, operate])
      indexKey.allow(`${finder.node.id}Finds`, finder.role, ['kms:GenerateMac']);
    for (const [i, key] of providerKeys.entries()) {
      // Only the first signs: a key that is not in use yet, or no more, can sign nothing.
      for (const fn of i === 0 ? [request, review, collect, registry] : []) {
        key.allow(`${fn.node.id}Signs`, fn.role, ['kms:Sign', 'kms:GetPublicKey']);
      }
      for (const fn of [provider, deployed])
        key.allow(`${fn.node.id}Publishes`, fn.role, ['kms:GetPublicKey']);
    }

    // What each may do with the tables.
    incoming.readBy(seal);
    tables.allow(tables.vault, seal, 'BatchGetItem', 'PutItem', 'BatchWriteItem');
    tables.allow(tables.vaultKeys, seal, 'Query');
    tables.allow(tables.vaultKeys, prepare, 'Query', 'UpdateItem');
    tables.allow(tables.entries, prepare, 'PutItem');
    tables.allow(tables.vault, preserve, 'Query', 'UpdateItem');
    tables.allow(tables.vaultKeys, preserve, 'Query');
    tables.allow(tables.cases, preserve, 'GetItem', 'PutItem', 'Query');
    tables.allow(tables.entries, preserve, 'PutItem');
    tables.allow(tables.vault, forget, 'Query', 'Scan', 'BatchWriteItem');
    tables.allow(tables.vaultKeys, forget, 'Scan', 'GetItem', 'PutItem', 'UpdateItem', 'DeleteItem');
    tables.allow(tables.cases, forget, 'Query', 'PutItem');
    tables.allow(tables.entries, forget, 'PutItem');
    tables.allow(tables.vaultKeys, expire, 'Scan');
    for (const fn of [request, review, collect, registry]) {
      tables.allow(tables.registry, fn, 'GetItem');
      tables.allow(tables.calls, fn, 'PutItem', 'UpdateItem');
      tables.allow(tables.entries, fn, 'PutItem');
    }
    for (const fn of [request, review, collect]) {
      tables.allow(tables.cases, fn, 'GetItem', 'PutItem');
      tables.allow(tables.vault, fn, 'Query');
    }
    tables.allow(tables.cases, review, 'Query');
    tables.allow(tables.entries, sequence, 'GetItem');
    tables.allow(
      tables.log,
      sequence,
      'GetItem',
      'PutItem',
      'UpdateItem',
      'DeleteItem',
      'Query',
      'BatchGetItem',
      'BatchWriteItem',
    );
    log.writtenBy(sequence);
    tables.allow(tables.log, collect, 'GetItem');
    for (const fn of [collect, authorise, report, reconcile]) log.readBy(fn);
    log.bucket.grantRead(publicLog);
    trail.heldAgainstLogBy(reconcile);
    tables.allow(tables.cases, reconcile, 'GetItem');
    tables.allow(tables.entries, reconcile, 'GetItem', 'PutItem');
    tables.allow(tables.vaultKeys, reconcile, 'Scan');
    tables.allow(tables.report, publicLog, 'GetItem');
    tables.allow(tables.report, report, 'GetItem', 'PutItem');
    log.knownTo(provider);
    tables.allow(tables.cases, authorise, 'GetItem', 'PutItem');
    tables.allow(tables.entries, authorise, 'GetItem', 'PutItem');
    tables.allow(tables.log, authorise, 'GetItem');
    tables.allow(tables.registry, authorise, 'GetItem');
    tables.allow(tables.vault, authorise, 'Query');
    tables.allow(tables.cases, expire, 'GetItem', 'PutItem', 'Query');
    tables.allow(tables.entries, expire, 'PutItem');
    tables.allow(tables.calls, expire, 'Scan', 'DeleteItem');
    tables.allow(tables.registry, expire, 'GetItem', 'PutItem', 'Query');
    notices.sentBy(expire);
    tables.allow(tables.cases, notice, 'GetItem', 'PutItem');
    tables.allow(tables.entries, notice, 'PutItem');
    tables.allow(tables.registry, operate, 'GetItem', 'PutItem');
    tables.allow(tables.entries, operate, 'PutItem');
    tables.allow(tables.registry, provider, 'Query');
    tables.allow(tables.registry, registry, 'PutItem', 'Query');
    tables.allow(tables.registry, found, 'GetItem', 'PutItem');
    tables.allow(tables.entries, found, 'PutItem');
    tables.allow(tables.registry, deployed, 'GetItem', 'PutItem');
    tables.allow(tables.entries, deployed, 'PutItem');

    setInMotion(
      this,
      { seal, sequence, expire, authorise, prepare, preserve, forget, report },
      { incoming, tables, deadLetters },
    );
    const gateway = new Gateway(this, 'Gateway', {
      request,
      collect,
      review,
      provider,
      registry,
      log: publicLog,
    });
    const deployment = new CustomResource(this, 'Deployment', {
      serviceToken: deployed.functionArn,
      resourceType: 'Custom::WritDeployment',
      // Whatever changes here brings CloudFormation to tell the log of it.
      properties: {
        code: codeDigest(),
        policy: policyHash(policy),
        keys: config.providerKeys.join(' '),
      },
    });
    deployment.node.addDependency(deployed, deployed.role);
    const functions = [
      prepare,
      seal,
      request,
      review,
      sequence,
      collect,
      authorise,
      expire,
      preserve,
      forget,
      provider,
      registry,
      found,
      operate,
      notice,
      publicLog,
      report,
      reconcile,
      deployed,
    ];
    const alarms = new Alarms(this, 'Alarms', {
      functions,
      readers: [seal, sequence, expire, authorise],
      deadLetters,
      forget,
    });
    trail.watchedBy(alarms.topic);

    const outputs: Record<string, string> = {
      ApiId: gateway.api.restApiId,
      Url: gateway.api.url,
      EventStreamName: incoming.stream.streamName,
      LogBucketName: log.bucket.bucketName,
      LogOrigin: log.origin,
      TrailBucketName: trail.bucket.bucketName,
      TrailFolder: trail.folder,
      NoticesBusName: notices.bus.eventBusName,
      LogKeyArn: log.key.keyArn,
      DeskKeyArn: deskKey.keyArn,
      IndexKeyArn: indexKey.keyArn,
      ProviderKeyArn: providerKeys[0]?.keyArn ?? '',
      RegistryTableName: tables.registry.tableName,
      CallsTableName: tables.calls.tableName,
      CasesTableName: tables.cases.tableName,
      EntriesTableName: tables.entries.tableName,
      LogTableName: tables.log.tableName,
      VaultTableName: tables.vault.tableName,
      VaultKeysTableName: tables.vaultKeys.tableName,
      DeadLettersUrl: deadLetters.queueUrl,
      PhoneRetentionMonths: String(config.retention.phone),
      AccessRetentionMonths: String(config.retention.access),
      AlarmsTopicArn: alarms.topic.topicArn,
    };
    for (const fn of functions) outputs[`${fn.node.id}FunctionName`] = fn.functionName;
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value });
  }
}
