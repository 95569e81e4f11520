import type { Judge } from './judges.ts';

/**
 * What a judge finds and we leave as it is, and why. A finding that no line accepts fails the suite, and so does a line
 * that accepts nothing any more.
 */
export interface Accepted {
  /** The judge's own names of its rules. */
  readonly rules: readonly string[];
  /** Logical ids without the construct library's suffix; `*` stands for anything. */
  readonly on: readonly string[];
  readonly because: string;
}

const signatures =
  'Every call but the public ones is signed (RFC 9421), and the functions verify the signature over the bytes that arrived: API Gateway knows neither the keys nor the enrolment.';
const lastQueue =
  'The queue is the last one: what is given up lies here for 14 days, with an alarm on the first message.';
const noTraces =
  'A trace records what is called with what: X-Ray would hold which subject was looked up when (I1).';
const madeUpFor =
  'What a clock or CloudFormation fails to start is made up for by the next run, and an alarm says that a run failed; streams have a destination for what they give up; a call of the wire is answered, and asked again by its caller.';
const openLog =
  'The log is public, and holds nothing personal (I7): who reads it is nobody’s business. Who writes is in CloudTrail.';

export const accepted: Readonly<Record<Judge, readonly Accepted[]>> = {
  'cfn-lint': [
    {
      rules: ['W3005'],
      on: ['*'],
      because:
        'The construct library names dependencies that CloudFormation also sees by itself: said twice, the order is the same.',
    },
  ],

  'cdk-nag': [
    {
      rules: ['AwsSolutions-IAM5[Action::kms:GenerateDataKey*]', 'AwsSolutions-IAM5[Action::kms:ReEncrypt*]'],
      on: ['*RoleDefaultPolicy'],
      because:
        'DynamoDB’s guide asks for these on the tables’ key, with their wildcards; kms:ViaService binds them to DynamoDB.',
    },
    {
      rules: ['AwsSolutions-IAM5[Resource::*]'],
      on: ['PrepareRoleDefaultPolicy'],
      because:
        'A key that is to be made has no ARN yet: tag, kind and use of the key are conditions instead.',
    },
    {
      rules: ['AwsSolutions-IAM5[Resource::*]'],
      on: ['SequenceRoleDefaultPolicy', 'AuthoriseRoleDefaultPolicy', 'ExpireRoleDefaultPolicy'],
      because: 'Lambda needs dynamodb:ListStreams, which is on no resource, to find the stream.',
    },
    {
      rules: ['AwsSolutions-IAM5[Resource::<LogBucket.Arn>/*]'],
      on: ['*RoleDefaultPolicy'],
      because: 'Whoever holds something against the log reads any of its files, and they are public.',
    },
    {
      rules: ['tile', 'head', 'place'].map(
        (folder) => `AwsSolutions-IAM5[Resource::<LogBucket.Arn>/${folder}/*]`,
      ),
      on: ['SequenceRoleDefaultPolicy'],
      because: 'The files of a folder are numbered as the log grows: a right to write names the folder.',
    },
    {
      rules: [
        'AwsSolutions-IAM5[Action::s3:GetBucket*]',
        'AwsSolutions-IAM5[Action::s3:GetObject*]',
        'AwsSolutions-IAM5[Action::s3:List*]',
        'AwsSolutions-IAM5[Resource::<TrailBucket.Arn>/AWSLogs/<AWS::AccountId>/CloudTrail/<AWS::Region>/*]',
        'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:s3:::bucket-of-a-trail/folder/<AWS::AccountId>/CloudTrail/<AWS::Region>/*]',
      ],
      on: ['ReconcileRoleDefaultPolicy'],
      because:
        'The construct library’s right to read, within the folder of this account’s trail. s3:GetObject and s3:ListBucket would do: the trail’s construct is to say so.',
    },
    {
      rules: ['AwsSolutions-S1'],
      on: ['LogBucket', 'TrailBucket'],
      because: `${openLog} The trail’s bucket is itself a record of access, which one function reads.`,
    },
    {
      rules: ['AwsSolutions-KDS3'],
      on: ['EventStream'],
      because:
        'The events have a key of their own, whose policy lets seal alone decrypt (I1): aws/kinesis has no such policy.',
    },
    { rules: ['AwsSolutions-SQS3', 'Serverless-SQSRedrivePolicy'], on: ['DeadLetters'], because: lastQueue },
    { rules: ['AwsSolutions-APIG4', 'AwsSolutions-COG4'], on: ['GatewayApi*'], because: signatures },
    {
      rules: ['AwsSolutions-APIG2'],
      on: ['GatewayApi'],
      because:
        'The functions hold every body against its schema after its signature. API Gateway’s own check would answer before the signature is looked at, and in words that are not the wire’s.',
    },
    {
      rules: ['AwsSolutions-APIG3'],
      on: ['GatewayApiDeploymentStagev1'],
      because:
        'A firewall’s rules read bodies and addresses, which are personal here (I1); the stage is throttled, and each key’s calls are counted. An operator may attach one.',
    },
    {
      rules: ['AwsSolutions-APIG1', 'Serverless-APIGWAccessLogging'],
      on: ['GatewayApiDeploymentStagev1'],
      because:
        'Access logs need a role that is the whole account’s: the setting apiLogs says whether there is one (docs/deploy.md).',
    },
    {
      rules: ['AwsSolutions-APIG6'],
      on: ['GatewayApiDeploymentStagev1'],
      because: 'Execution logs hold callers’ addresses and paths with ids (I1).',
    },
    {
      rules: [
        'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]',
      ],
      on: ['GatewayApiCloudWatchRole'],
      because:
        'The policy that API Gateway’s guide names for this role; it exists only where the operator asks for it.',
    },
    { rules: ['Serverless-LambdaTracing'], on: ['*'], because: noTraces },
    { rules: ['Serverless-APIGWXrayEnabled'], on: ['GatewayApiDeploymentStagev1'], because: noTraces },
    { rules: ['Serverless-LambdaDLQ'], on: ['*'], because: madeUpFor },
    {
      rules: ['Serverless-LambdaAsyncFailureDestination'],
      on: ['ForgetEventInvokeConfig'],
      because:
        'What the backend calls it with names an account, and the queue holds nothing of a person (I1): the backend asks again, and the hour does the rest.',
    },
  ],

  'cfn-guard': [
    {
      rules: ['CT.APIGATEWAY.PR.1'],
      on: ['GatewayApiDeploymentStagev1'],
      because: 'Execution logs hold callers’ addresses and paths with ids (I1).',
    },
    { rules: ['CT.APIGATEWAY.PR.2'], on: ['GatewayApiDeploymentStagev1'], because: noTraces },
    {
      rules: ['CT.CLOUDTRAIL.PR.1'],
      on: ['Trail'],
      because:
        'The trail says who used which key, and holds pseudonyms at most. S3 encrypts it; a key of ours would be one more that the record depends on.',
    },
    {
      rules: ['CT.CLOUDTRAIL.PR.3'],
      on: ['Trail'],
      because:
        'Reconcile reads the files, and EventBridge tells of changes: a copy in CloudWatch Logs would serve nobody.',
    },
    {
      rules: ['CT.CLOUDWATCH.PR.2'],
      on: ['*Log', 'GatewayAccessLog'],
      because: 'Logs are for finding faults, a month back. What must last is in the log that is public (I4).',
    },
    {
      rules: ['CT.CLOUDWATCH.PR.3'],
      on: ['*Log', 'GatewayAccessLog'],
      because: 'No line of a log is personal (I1), and tests hold that. CloudWatch encrypts them at rest.',
    },
    {
      rules: ['CT.KMS.PR.3'],
      on: ['*'],
      because:
        'The guarded keys let nobody make a grant at all. The keys of tables and stream lead only to what the account’s administrators may read anyway, and the events’ key denies decrypting to all but seal, grants included.',
    },
    {
      rules: ['CT.LAMBDA.PR.2'],
      on: ['GatewayApi*'],
      because:
        'Each of these permissions names the method of this API in SourceArn; the rule cannot read an ARN that is joined of parts.',
    },
    {
      rules: ['CT.LAMBDA.PR.3'],
      on: ['*'],
      because:
        'The functions call AWS’s services alone, each under a role of its own: a network of ours would add a way out, and nothing that the roles do not hold.',
    },
    {
      rules: ['CT.S3.PR.2'],
      on: ['LogBucket', 'TrailBucket'],
      because: `${openLog} The trail’s bucket is itself a record of access, which one function reads.`,
    },
    {
      rules: ['CT.S3.PR.3', 'CT.S3.PR.6'],
      on: ['LogBucket'],
      because:
        'Nothing in the log expires: retention under Object Lock ends by itself, and then the operator decides.',
    },
    {
      rules: ['CT.S3.PR.4'],
      on: ['LogBucket', 'TrailBucket'],
      because: 'Nobody waits for a file: sequence publishes by its own head, reconcile reads by the hour.',
    },
    {
      rules: ['CT.S3.PR.9'],
      on: ['TrailBucket'],
      because:
        'Encryption contexts hold pseudonyms, which a lock of years would keep too long (lib/trail.ts).',
    },
    {
      rules: ['CT.S3.PR.10'],
      on: ['LogBucket', 'TrailBucket'],
      because:
        'What is meant to be public needs no key that could be lost with it; the trail needs none that is ours.',
    },
    { rules: ['CT.SQS.PR.1'], on: ['DeadLetters'], because: lastQueue },
  ],
};
