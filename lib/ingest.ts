import { Duration, aws_iam as iam, aws_kinesis as kinesis, aws_kms as kms } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Config } from './config.ts';
import type { WritFunction } from './function.ts';
import { pin, removal } from './keep.ts';

/**
 * The incoming identity events: the one place where they stand in the clear, under a key of their own, for 24 hours
 * at most (I1). The provider's backend writes; only `seal` can read.
 */
export class EventStream extends Construct {
  readonly stream: kinesis.Stream;
  readonly key: kms.Key;

  constructor(scope: Construct, id: string, config: Config) {
    super(scope, id);
    this.key = pin(
      new kms.Key(this, 'Key', {
        description: 'Writ: incoming identity events',
        enableKeyRotation: true,
        removalPolicy: removal(config),
      }),
      'EventsKey',
    );
    this.stream = pin(
      new kinesis.Stream(this, 'Stream', {
        streamMode: kinesis.StreamMode.ON_DEMAND,
        encryption: kinesis.StreamEncryption.KMS,
        encryptionKey: this.key,
        retentionPeriod: Duration.hours(24),
        removalPolicy: removal(config),
      }),
      'EventStream',
    );
  }

  readBy(seal: WritFunction): void {
    this.stream.grantRead(seal);
    this.key.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'OnlySealReads',
        effect: iam.Effect.DENY,
        principals: [new iam.StarPrincipal()],
        actions: ['kms:Decrypt'],
        resources: ['*'],
        conditions: { ArnNotEquals: { 'aws:PrincipalArn': seal.role.roleArn } },
      }),
    );
  }
}
