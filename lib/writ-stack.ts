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
import { utf8 } from '#core/bytes.ts';
import { digestMember } from '#core/canonical.ts';
import { policyHash } from '#core/cases/policy.ts';
import { formatTrustPolicy } from '#core/log/trust-policy.ts';
import { provenTables } from '#core/store/tables.ts';
import { Alarms } from './alarms.ts';
import { Arrivals, ArrivalsBus } from './arrivals.ts';
import { Changes } from './changes.ts';
import type { Config } from './config.ts';
import { pageDigest } from './console.ts';
import { Domain } from './domain.ts';
import { setEnvironment } from './environment.ts';
import { deployedDigest, WritFunction } from './function.ts';
import { definitionOf, type FunctionName, functionNames, perFunction } from './functions.ts';
import { Gateway } from './gateway.ts';
import { EventStream } from './ingest.ts';
import { GuardedKey } from './key.ts';
import { LogBucket } from './log.ts';
import { setInMotion } from './motion.ts';
import { capitalized } from './names.ts';
import { NoticesBus } from './notices.ts';
import { functionOutput, type OtherOutput, shownTables, tableOutput } from './outputs.ts';
import { grantRights, type Held } from './rights.ts';
import { Tables } from './tables.ts';
import { Trail } from './trail.ts';

/** Writ, whole: what holds data, the functions of functions.ts with their rights, and what wakes them. */
export class WritStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps & { config: Config }) {
    const { config, ...rest } = props;
    super(scope, id, {
      ...rest,
      description: 'Writ disclosure gateway',
      terminationProtection: config.stage === 'prod',
    });
    const held = this.hold(config);
    const deadLetters = new sqs.Queue(this, 'DeadLetters', {
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });

    const fn = perFunction((name) => new WritFunction(this, name, config));
    grantRights(fn, held);
    setEnvironment(fn, held, config);
    setInMotion(this, fn, { held, deadLetters, config });
    const gateway = new Gateway(this, 'Gateway', { fn, config });
    const { authority, certificate } = config;
    if (authority !== undefined && certificate !== undefined) {
      const domain = new Domain(this, 'Domain', { api: gateway.api, authority, certificate });
      new CfnOutput(this, 'DomainTarget', { value: domain.target });
    }
    this.recordDeployment(fn, config);
    const alarms = new Alarms(this, 'Alarms', { fn, api: gateway.api, deadLetters });
    new Changes(this, 'Changes', { fn, publishing: alarms.publishing });
    const arrivals = new Arrivals(this, 'Arrivals', { bus: held.arrivals, publishing: alarms.publishing });

    this.show(fn, held, {
      ApiId: gateway.api.restApiId,
      Url: gateway.api.url,
      EventStreamName: held.incoming.stream.streamName,
      LogBucketName: held.log.bucket.bucketName,
      LogOrigin: held.log.origin,
      TrailBucketName: held.trail.bucket.bucketName,
      TrailFolder: held.trail.folder,
      NoticesBusName: held.notices.bus.eventBusName,
      LogKeyArn: held.log.key.keyArn,
      DeskKeyArn: held.deskKey.keyArn,
      IndexKeyArn: held.indexKey.keyArn,
      ReferenceKeyArn: held.referenceKey.keyArn,
      ProviderKeyArn: held.providerKeys[0]?.keyArn ?? '',
      DeadLettersUrl: deadLetters.queueUrl,
      PhoneRetentionMonths: String(config.retention.phone),
      AccessRetentionMonths: String(config.retention.access),
      AlarmsTopicArn: alarms.topic.topicArn,
      ArrivalsTopicArn: arrivals.topic.topicArn,
      ArrivalsChatTopicArn: arrivals.chatTopic.topicArn,
      ArrivalsBusName: held.arrivals.bus.eventBusName,
    });
  }

  private hold(config: Config): Held {
    return {
      tables: new Tables(this, 'Tables', config),
      macKeys: this.macKeys(config),
      log: new LogBucket(this, 'Log', config),
      trail: new Trail(this, 'Trail', config),
      incoming: new EventStream(this, 'Incoming', config),
      notices: new NoticesBus(this, 'Notices'),
      arrivals: new ArrivalsBus(this, 'NewCases'),
      deskKey: new GuardedKey(this, 'DeskKey', {
        config,
        description: 'Writ: what was asked',
        enableKeyRotation: true,
      }),
      indexKey: new GuardedKey(this, 'IndexKey', {
        config,
        description: 'Writ: pseudonyms and blind indices',
        keySpec: kms.KeySpec.HMAC_256,
        keyUsage: kms.KeyUsage.GENERATE_VERIFY_MAC,
      }),
      referenceKey: new GuardedKey(this, 'ReferenceKey', {
        config,
        description: "Writ: agencies' references",
        keySpec: kms.KeySpec.HMAC_256,
        keyUsage: kms.KeyUsage.GENERATE_VERIFY_MAC,
      }),
      providerKeys: config.providerKeys.map(
        (name) =>
          new GuardedKey(this, `ProviderKey${name}`, {
            config,
            description: 'Writ: signs answers and disclosures',
            keySpec: kms.KeySpec.ECC_NIST_P256,
            keyUsage: kms.KeyUsage.SIGN_VERIFY,
          }),
      ),
    };
  }

  /** A key for each table whose items carry MACs. Nobody but the functions that use the table may use it. */
  private macKeys(config: Config): Held['macKeys'] {
    const keys = provenTables.map((table) => [
      table,
      new GuardedKey(this, `${capitalized(table)}MacKey`, {
        config,
        description: `Writ: proves the items of the table ${table}`,
        keySpec: kms.KeySpec.HMAC_256,
        keyUsage: kms.KeyUsage.GENERATE_VERIFY_MAC,
      }),
    ]);
    return Object.fromEntries(keys) as Held['macKeys'];
  }

  /**
   * Has CloudFormation invoke a function whenever one of these properties changes, so that the log says what is deployed:
   * after every function has its new code and its new rights, and not before.
   */
  private recordDeployment(
    fn: Record<FunctionName, WritFunction>,
    { policy, providerKeys, witnesses }: Config,
  ): void {
    for (const name of functionNames.filter((each) => definitionOf(each).wokenBy.deployment)) {
      const deployment = new CustomResource(this, 'Deployment', {
        serviceToken: fn[name].functionArn,
        resourceType: 'Custom::WritDeployment',
        // A function that cannot start answers nothing: CloudFormation would wait an hour for it.
        serviceTimeout: Duration.minutes(10),
        properties: {
          code: deployedDigest(),
          console: pageDigest('desk'),
          portal: pageDigest('portal'),
          site: pageDigest('site'),
          policy: policyHash(policy),
          keys: providerKeys.join(' '),
          witnesses: digestMember(utf8(formatTrustPolicy(witnesses))),
        },
      });
      for (const each of Object.values(fn)) deployment.node.addDependency(each, each.role);
    }
  }

  private show(
    fn: Record<FunctionName, WritFunction>,
    { tables }: Held,
    others: Record<OtherOutput, string>,
  ): void {
    const outputs = [
      ...Object.entries(others),
      ...shownTables.map((name) => [tableOutput(name), tables.nameOf(name)] as const),
      ...functionNames.map((name) => [functionOutput(name), fn[name].functionName] as const),
    ];
    for (const [name, value] of outputs) new CfnOutput(this, name, { value });
  }
}
