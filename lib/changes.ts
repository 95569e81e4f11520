import { aws_events as events, aws_events_targets as targets } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Publishing } from './alarms.ts';
import type { WritFunction } from './function.ts';
import type { FunctionName } from './functions.ts';

/** Calls of AWS that undo a promise of Writ's, whoever makes them. */
export interface Change {
  /** What somebody changed, for the message and the operator's guide. */
  readonly what: string;
  /** Which promise rests on it. */
  readonly undoes: string;
  /** The services by the names that CloudTrail has: `kms` for the event source kms.amazonaws.com. */
  readonly services: readonly string[];
  /** As CloudTrail names them. `UpdateFunctionCode*`: Lambda's names end in the version of its API. */
  readonly calls: readonly string[];
  /**
   * CloudFormation's own calls: `left out` where a deployment makes many of them, and `Deployments` tells of it once.
   * Everywhere else they are told like anybody's.
   */
  readonly ofDeployments: 'told' | 'left out';
  /** Calls that one function makes as its work, and that are told of everybody else. AWS's services make grants too. */
  readonly but?: Readonly<Record<string, { readonly by: FunctionName; readonly orServices?: true }>>;
}

/**
 * Every change that is published. A rule names what is done and not to what: `prepare` makes keys that no template can
 * name, and a function goes by several names. So a rule tells of the account's other resources too.
 */
export const changes = {
  KeyChanges: {
    what: 'a key of the account, its policy or who it was granted to',
    undoes: 'I2, I3, I10: what the keys’ policies deny, and that a destroyed key stays so',
    services: ['kms'],
    calls: [
      'PutKeyPolicy',
      'DisableKey',
      'EnableKey',
      'CancelKeyDeletion',
      'DisableKeyRotation',
      'ReplicateKey',
      'UpdatePrimaryRegion',
      'ImportKeyMaterial',
      'DeleteImportedKeyMaterial',
      'TagResource',
      'UntagResource',
    ],
    // `forget` destroys keys whose time is up, `authorise` mints: the log says so, and the sweep compares the grants.
    but: { ScheduleKeyDeletion: { by: 'Forget' }, CreateGrant: { by: 'Authorise', orServices: true } },
    ofDeployments: 'told',
  },
  TrailChanges: {
    what: 'a trail of CloudTrail',
    undoes:
      'I4: CloudTrail held against the log; and all that this list tells of, which comes through a trail',
    services: ['cloudtrail'],
    calls: ['StopLogging', 'DeleteTrail', 'UpdateTrail', 'PutEventSelectors'],
    ofDeployments: 'told',
  },
  RoleChanges: {
    what: 'a role: its rights, or who may take it',
    undoes: 'I2, I3, I11: that each function may do what its line says and no more',
    services: ['iam'],
    calls: [
      'PutRolePolicy',
      'DeleteRolePolicy',
      'AttachRolePolicy',
      'DetachRolePolicy',
      'UpdateAssumeRolePolicy',
      'PutRolePermissionsBoundary',
      'DeleteRolePermissionsBoundary',
      'CreatePolicyVersion',
      'SetDefaultPolicyVersion',
      'DeleteRole',
    ],
    // A stack of another region changes roles too, and its deployment is told there alone.
    ofDeployments: 'told',
  },
  CodeChanges: {
    what: 'a function: its code, its settings, who may invoke it, or what wakes it',
    undoes: 'all of them: they hold for the code that was deployed, run as it was',
    services: ['lambda'],
    calls: [
      'CreateFunction*',
      'UpdateFunction*',
      'DeleteFunction*',
      'PutFunction*',
      'AddPermission*',
      'CreateEventSourceMapping*',
      'UpdateEventSourceMapping*',
      'DeleteEventSourceMapping*',
    ],
    ofDeployments: 'left out',
  },
  TableChanges: {
    what: 'a table: its protection, its recovery, its end of life, its stream or who may use it',
    undoes: 'I6, I10, I11: streams that carry entries, removal in time, and bringing a table back',
    services: ['dynamodb'],
    calls: [
      'UpdateTable',
      'DeleteTable',
      'UpdateContinuousBackups',
      'UpdateTimeToLive',
      'PutResourcePolicy',
      'DeleteResourcePolicy',
      'EnableKinesisStreamingDestination',
    ],
    ofDeployments: 'left out',
  },
  StreamChanges: {
    what: 'the stream of incoming events: its encryption, how long it keeps, or who may use it',
    undoes: 'I1: incoming events under their own key, for 24 hours',
    services: ['kinesis'],
    calls: [
      'StopStreamEncryption',
      'StartStreamEncryption',
      'IncreaseStreamRetentionPeriod',
      'DeleteStream',
      'PutResourcePolicy',
    ],
    ofDeployments: 'left out',
  },
  BucketChanges: {
    what: 'a bucket: its policy, lifecycle, versions, Object Lock or access for the public',
    undoes: 'I4: who writes the log and CloudTrail’s files, and for how long they stay',
    services: ['s3'],
    calls: [
      'PutBucket*',
      'DeleteBucket*',
      'PutObjectLockConfiguration',
      'PutPublicAccessBlock',
      'DeletePublicAccessBlock',
      'PutAccountPublicAccessBlock',
      'DeleteAccountPublicAccessBlock',
    ],
    ofDeployments: 'left out',
  },
  RuleChanges: {
    what: 'a rule of EventBridge: when it wakes, or what',
    undoes: 'I9, I10: the clock that closes doors and forgets; and the rules of this list',
    services: ['events'],
    calls: ['DisableRule', 'DeleteRule', 'RemoveTargets', 'PutRule', 'PutTargets'],
    ofDeployments: 'left out',
  },
  AlarmChanges: {
    what: 'an alarm, its topic or who is subscribed to it',
    undoes: 'that somebody hears of all this',
    services: ['monitoring', 'sns'],
    calls: [
      'DeleteAlarms',
      'DisableAlarmActions',
      'PutMetricAlarm',
      'SetTopicAttributes',
      'AddPermission',
      'RemovePermission',
      'DeleteTopic',
      'Unsubscribe',
      'SetSubscriptionAttributes',
    ],
    ofDeployments: 'left out',
  },
  GatewayChanges: {
    what: 'the API: where its calls go, or what is logged of them',
    undoes: 'I1, I8: that what agencies send reaches Writ’s functions and nobody else’s log',
    services: ['apigateway'],
    calls: [
      'CreateDeployment',
      'UpdateStage',
      'UpdateRestApi',
      'PutRestApi',
      'CreateBasePathMapping',
      'UpdateBasePathMapping',
      'UpdateDomainName',
    ],
    ofDeployments: 'left out',
  },
  /** Whoever makes CloudFormation change something is told here, since other rules leave out what it then does. */
  Deployments: {
    what: 'a stack: it was deployed, deleted, or lost its protection',
    undoes: 'nothing, where it was yours: `deployment.made` in the log has its code. Otherwise all of them',
    services: ['cloudformation', 'cloudcontrolapi'],
    calls: [
      'CreateStack',
      'UpdateStack',
      'ExecuteChangeSet',
      'DeleteStack',
      'RollbackStack',
      'ContinueUpdateRollback',
      'ExecuteStackRefactor',
      'UpdateTerminationProtection',
      'SetStackPolicy',
      'CreateStackInstances',
      'UpdateStackInstances',
      'UpdateStackSet',
      'CreateResource',
      'UpdateResource',
      'DeleteResource',
    ],
    ofDeployments: 'told',
  },
} as const satisfies Record<string, Change>;

export type ChangeName = keyof typeof changes;
export const changeNames = Object.keys(changes).filter(isChangeName);

function isChangeName(name: string): name is ChangeName {
  return Object.hasOwn(changes, name);
}

/** A change's line, as every line has one. */
export function changeOf(name: ChangeName): Change {
  return changes[name];
}

/**
 * Publishes every such call to the alarms' topic. CloudTrail hands EventBridge what a trail of this region logs, as well as
 * it can ("best effort"): without a trail nothing comes. IAM's calls are logged in one region of the world.
 */
export class Changes extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { fn, publishing }: { fn: Record<FunctionName, WritFunction>; publishing: Publishing },
  ) {
    super(scope, id);
    for (const name of changeNames) {
      new events.Rule(this, name, {
        description: `Writ: somebody changed ${changeOf(name).what}`,
        eventPattern: patternOf(changeOf(name), (of) => fn[of].role.roleArn),
        targets: [
          new targets.SnsTopic(publishing.topic, { ...publishing.delivery, message: messageOf(name) }),
        ],
      });
    }
  }
}

/**
 * A member that an event lacks matches no `anything-but`: root and IAM users have no `sessionContext`, and people no
 * `invokedBy` (CloudTrail User Guide, "CloudTrail userIdentity element"). So each exception says that lacking it counts as
 * another.
 */
const isNot = (value: string) => [{ exists: false }, { 'anything-but': [value] }];

/** @param roleOf the ARN of a function's role */
export function patternOf(
  { services, calls, but = {}, ofDeployments }: Change,
  roleOf: (name: FunctionName) => string,
): events.EventPattern {
  const eventName = calls.map((call) => (call.endsWith('*') ? { prefix: call.slice(0, -1) } : call));
  const byOthers = Object.entries(but).map(([call, { by, orServices }]) => ({
    eventName: [call],
    userIdentity: {
      sessionContext: { sessionIssuer: { arn: isNot(roleOf(by)) } },
      ...(orServices ? { invokedBy: [{ exists: false }] } : {}),
    },
  }));
  return {
    source: services.map((service) => `aws.${service}`),
    detailType: ['AWS API Call via CloudTrail'],
    detail: {
      ...(byOthers.length === 0 ? { eventName } : { $or: [{ eventName }, ...byOthers] }),
      ...(ofDeployments === 'told'
        ? {}
        : { userIdentity: { invokedBy: isNot('cloudformation.amazonaws.com') } }),
    },
  };
}

/**
 * Who did what, when and from where, and where to look it up. Not the event itself: a grant's holds the pseudonym of whom
 * it opens.
 */
function messageOf(name: ChangeName): events.RuleTargetInput {
  const { what } = changeOf(name);
  const { detail, region, time } = {
    detail: (member: string) => events.EventField.fromPath(`$.detail.${member}`),
    region: events.EventField.fromPath('$.region'),
    time: events.EventField.fromPath('$.time'),
  };
  return events.RuleTargetInput.fromText(
    `Writ ${name}: somebody changed, or tried to change, ${what}. ${detail('eventName')} of ${detail('eventSource')}, ` +
      `${time}, ${region}, by ${detail('userIdentity.type')} ${detail('userIdentity.arn')} from ` +
      `${detail('sourceIPAddress')}. CloudTrail has it as the event ${detail('eventID')}. If nobody can say who did it ` +
      'and why, treat it as a breach.',
  );
}
