import { globSync, statSync } from 'node:fs';
import { z } from 'zod';
import { ofType, type Resource, type Synthesized } from '../lib/synth.ts';
import type { Limit, Line } from './aws-limits.ts';

/**
 * What CloudFormation makes of the template, at its longest: each name that it makes up has as many characters as it may,
 * of a stack whose own name has 64, in the partition and region with the longest names.
 */
const region = 'us-gov-west-1';
const account = '123456789012';
const stackName = 'x'.repeat(64);
const pseudo: Record<string, string> = {
  'AWS::Partition': 'aws-us-gov',
  'AWS::Region': region,
  'AWS::AccountId': account,
  'AWS::URLSuffix': 'amazonaws.com.cn',
  'AWS::StackName': stackName,
  'AWS::StackId': `arn:aws-us-gov:cloudformation:${region}:${account}:stack/${stackName}/${'x'.repeat(36)}`,
  'AWS::NoValue': '',
};

/** How long names of a type may be, and how its ARN begins. */
const named: Record<string, { most: number; arn: string }> = {
  'AWS::IAM::Role': { most: 64, arn: 'iam::ACCOUNT:role/' },
  'AWS::Lambda::Function': { most: 64, arn: 'lambda:REGION:ACCOUNT:function:' },
  'AWS::DynamoDB::Table': { most: 255, arn: 'dynamodb:REGION:ACCOUNT:table/' },
  'AWS::KMS::Key': { most: 36, arn: 'kms:REGION:ACCOUNT:key/' },
  'AWS::S3::Bucket': { most: 63, arn: 's3:::' },
  'AWS::SQS::Queue': { most: 80, arn: 'sqs:REGION:ACCOUNT:' },
  'AWS::SNS::Topic': { most: 256, arn: 'sns:REGION:ACCOUNT:' },
  'AWS::Kinesis::Stream': { most: 128, arn: 'kinesis:REGION:ACCOUNT:stream/' },
  'AWS::Logs::LogGroup': { most: 512, arn: 'logs:REGION:ACCOUNT:log-group:' },
  'AWS::Events::EventBus': { most: 256, arn: 'events:REGION:ACCOUNT:event-bus/' },
  'AWS::Events::Rule': { most: 64, arn: 'events:REGION:ACCOUNT:rule/' },
  'AWS::ApiGateway::RestApi': { most: 10, arn: 'apigateway:REGION:ACCOUNT:' },
};

const refSchema = z.strictObject({ Ref: z.string() });
const attSchema = z.strictObject({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) });
const joinSchema = z.strictObject({ 'Fn::Join': z.tuple([z.string(), z.array(z.unknown())]) });

export function renderer(resources: readonly Resource[]) {
  const byId = new Map(resources.map((resource) => [resource.id, resource]));

  /** A name as CloudFormation makes it up: the stack's, the resource's, and 13 characters; cut where it may not be as long. */
  function nameOf(id: string): string {
    const most = named[byId.get(id)?.Type ?? '']?.most ?? 150;
    if (byId.get(id)?.Type === 'AWS::KMS::Key') return 'x'.repeat(36);
    return `${stackName}-${id}-${'x'.repeat(13)}`.slice(0, most);
  }

  function arnOf(id: string): string {
    const arn = named[byId.get(id)?.Type ?? '']?.arn ?? `${'x'.repeat(20)}:REGION:ACCOUNT:`;
    const tail = arn.replace('REGION', region).replace('ACCOUNT', account);
    return `arn:aws-us-gov:${tail}${nameOf(id)}`;
  }

  /** A value of the template with every reference in its place. */
  function rendered(value: unknown): unknown {
    const ref = refSchema.safeParse(value).data;
    if (ref !== undefined) return pseudo[ref.Ref] ?? nameOf(ref.Ref);
    const att = attSchema.safeParse(value).data;
    if (att !== undefined) {
      const [id, attribute] = att['Fn::GetAtt'];
      return attribute === 'StreamArn' ? `${arnOf(id)}/stream/${'x'.repeat(23)}` : arnOf(id);
    }
    const join = joinSchema.safeParse(value).data;
    if (join !== undefined) {
      const [separator, parts] = join['Fn::Join'];
      return parts.map((part) => String(rendered(part))).join(separator);
    }
    if (Array.isArray(value)) return value.map(rendered);
    if (typeof value === 'object' && value !== null)
      return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, rendered(part)]));
    return value;
  }
  return { arnOf, json: (value: unknown) => JSON.stringify(rendered(value)) };
}

/** The resource that a reference is to. */
const idOf = (value: unknown) =>
  refSchema.safeParse(value).data?.Ref ?? attSchema.safeParse(value).data?.['Fn::GetAtt'][0];

const environment = z.object({ Variables: z.record(z.string(), z.unknown()) }).optional();
const policies = z.array(z.object({ PolicyDocument: z.unknown() })).default([]);
const refs = z.array(z.unknown()).default([]);

/** Everything of a stack that AWS bounds, at its longest. */
export function stackSizes(stage: string, { resources, template }: Synthesized): Line[] {
  const { arnOf, json } = renderer(resources);
  const line = (what: string, largest: number, limit: Limit): Line => ({
    what: `${what} (${stage})`,
    largest,
    limit,
  });
  const documentLines = (type: string, property: string, limit: Limit) =>
    ofType(resources, type).map(({ id, Properties }) =>
      line(`${limit} ${id}`, json(Properties[property]).length, limit),
    );

  const ofRoles = ofType(resources, 'AWS::IAM::Role').flatMap(({ id, Properties }) => {
    const own = policies.parse(Properties.Policies).map(({ PolicyDocument }) => PolicyDocument);
    const attached = ofType(resources, 'AWS::IAM::Policy')
      .filter(({ Properties }) => refs.parse(Properties.Roles).some((role) => idOf(role) === id))
      .map(({ Properties }) => Properties.PolicyDocument);
    const sum = [...own, ...attached].reduce<number>((length, each) => length + json(each).length, 0);
    return [
      line(`rolePolicies ${id}`, sum, 'rolePolicies'),
      line(`trustPolicy ${id}`, json(Properties.AssumeRolePolicyDocument).length, 'trustPolicy'),
    ];
  });

  const ofFunctions = ofType(resources, 'AWS::Lambda::Function').flatMap(({ id, Properties }) => {
    const { Variables = {} } = environment.parse(Properties.Environment) ?? {};
    const variables = json(Variables).length;
    const statements = ofType(resources, 'AWS::Lambda::Permission')
      .filter(({ Properties }) => idOf(Properties.FunctionName) === id)
      .map(({ id: Sid, Properties: { Action, Principal, SourceArn } }) => ({
        Sid: `${stackName}-${Sid}-${'x'.repeat(13)}`.slice(0, 100),
        Effect: 'Allow',
        Principal: { Service: Principal },
        Action,
        Resource: arnOf(id),
        Condition: { ArnLike: { 'AWS:SourceArn': SourceArn } },
      }));
    const policy = json({ Version: '2012-10-17', Id: 'default', Statement: statements }).length;
    return [
      line(`environment ${id}`, variables, 'environment'),
      line(`lambdaPolicy ${id}`, policy, 'lambdaPolicy'),
    ];
  });

  const ofRules = ofType(resources, 'AWS::Events::Rule').flatMap(({ id, Properties }) => [
    line(`eventPattern ${id}`, json(Properties.EventPattern ?? {}).length, 'eventPattern'),
    line(`ruleTargets ${id}`, refs.parse(Properties.Targets).length, 'ruleTargets'),
  ]);

  return [
    ...ofRoles,
    ...ofFunctions,
    ...ofRules,
    ...documentLines('AWS::KMS::Key', 'KeyPolicy', 'keyPolicy'),
    ...documentLines('AWS::S3::BucketPolicy', 'PolicyDocument', 'bucketPolicy'),
    ...documentLines('AWS::SNS::TopicPolicy', 'PolicyDocument', 'topicPolicy'),
    ...documentLines('AWS::SQS::QueuePolicy', 'PolicyDocument', 'queuePolicy'),
    line('template', JSON.stringify(template.toJSON()).length, 'template'),
    line('resources', resources.length, 'templateResources'),
    line('outputs', Object.keys(template.toJSON().Outputs ?? {}).length, 'templateOutputs'),
  ];
}

/** The bundles that a synthesis has just made, unzipped. */
export function codeSizes(): Line[] {
  const bundles = globSync('node_modules/.cache/writ/*/*/index.mjs');
  const largest = Math.max(0, ...bundles.map((file) => statSync(file).size));
  return [{ what: 'the code of a function', largest, limit: 'lambdaCode' }];
}
