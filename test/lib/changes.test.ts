import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { z } from 'zod';
import { type ChangeName, changeNames, changeOf, patternOf } from '#lib/changes.ts';
import type { FunctionName } from '#lib/functions.ts';
import { judges, rendered } from '../conformance/eventbridge/judges.ts';
import { account, cloudTrailEvent, type Identity, identities, inRole, service, through } from './events.ts';
import { ofType, statementsOf, synthesize } from './synth.ts';

/** Rules on what CloudTrail tells, held against events by AWS's own matching. */
const { resources } = synthesize({ stage: 'prod' });

/** As long as CloudFormation makes a role's name. */
const roleArn = (role: string) => `arn:aws-us-gov:iam::${account}:role/${role.padEnd(64, 'X')}`;
const ofFunction = (name: FunctionName) => roleArn(`${name}Role`);

const got = z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.literal('Arn')]) });
/** A part of the template with the roles' ARNs put in. */
function deployed(part: unknown): unknown {
  const role = got.safeParse(part);
  if (role.success) return roleArn(role.data['Fn::GetAtt'][0]);
  if (Array.isArray(part)) return part.map(deployed);
  if (typeof part !== 'object' || part === null) return part;
  return Object.fromEntries(Object.entries(part).map(([name, value]) => [name, deployed(value)]));
}

const object = z.record(z.string(), z.unknown());
const rules = ofType(resources, 'AWS::Events::Rule')
  .filter(({ id, Properties }) => id.startsWith('Changes') && Properties.EventPattern !== undefined)
  .map(({ id, Properties }) => ({
    name: id.replace(/^Changes/, '').replace(/[0-9A-F]{8}$/, ''),
    pattern: object.parse(deployed(Properties.EventPattern)),
  }));
const patterns = rules.map(({ pattern }) => pattern);

interface Sample {
  what: string;
  event: object;
  /** The rules that tell of it. */
  told: readonly string[];
}

/** Every call of a line by each of these. Lambda's names end in a version. */
function samplesOf(
  name: ChangeName,
  who: Readonly<Record<string, Identity>>,
  isTold: (call: string) => boolean,
): Sample[] {
  const { services, calls, but = {} } = changeOf(name);
  return services.flatMap((of) =>
    [...calls, ...Object.keys(but)].flatMap((call) =>
      Object.entries(who).map(([whose, identity]) => ({
        what: `${name}: ${call} of ${of} by ${whose}`,
        event: cloudTrailEvent(of, call.replace('*', '20150331v2'), identity),
        told: isTold(call) ? [name] : [],
      })),
    ),
  );
}

const byEachKind = changeNames.flatMap((name) => samplesOf(name, identities, () => true));

const byCloudFormation = changeNames.flatMap((name) =>
  samplesOf(
    name,
    Object.fromEntries(
      Object.entries(identities).map(([who, identity]) => [
        `CloudFormation for ${who}`,
        through('cloudformation.amazonaws.com', identity),
      ]),
    ),
    // No template makes a grant.
    (call) => changeOf(name).ofDeployments === 'told' && call !== 'CreateGrant',
  ),
);

const kms = (call: string, who: Identity, told: boolean): Sample => ({
  what: `${call} by ${JSON.stringify(who)}`,
  event: cloudTrailEvent('kms', call, who),
  told: told ? ['KeyChanges'] : [],
});
const forget = inRole(ofFunction('Forget'));
const authorise = inRole(ofFunction('Authorise'));
const namesake = inRole(ofFunction('Forget').replace(account, '444455556666'));
const exceptions: Sample[] = [
  kms('ScheduleKeyDeletion', forget, false),
  kms('PutKeyPolicy', forget, true),
  kms('DisableKey', forget, true),
  kms('CancelKeyDeletion', forget, true),
  kms('CreateGrant', forget, true),
  kms('ScheduleKeyDeletion', namesake, true),
  kms('ScheduleKeyDeletion', authorise, true),
  kms('CreateGrant', authorise, false),
  kms('CreateGrant', service('dynamodb.amazonaws.com'), false),
  kms('CreateGrant', through('dynamodb.amazonaws.com', inRole(roleArn('Admin'))), false),
  kms('ScheduleKeyDeletion', service('dynamodb.amazonaws.com'), true),
];

const [anybody = service('')] = Object.values(identities);
const untold: Sample[] = [
  ...['GetKeyPolicy', 'DescribeKey', 'Decrypt', 'CreateKey', 'RevokeGrant', 'RetireGrant'].map((call) =>
    kms(call, anybody, false),
  ),
  ...[
    ['lambda', 'GetFunction20150331v2'],
    ['lambda', 'Invoke'],
    ['s3', 'GetBucketPolicy'],
    ['s3', 'PutObject'],
    ['dynamodb', 'DescribeTable'],
    ['dynamodb', 'RestoreTableToPointInTime'],
    ['sns', 'Subscribe'],
    ['cloudformation', 'CreateChangeSet'],
    ['iam', 'CreateUser'],
  ].map(([of = '', call = '']) => ({
    what: `${call} of ${of}`,
    event: cloudTrailEvent(of, call, anybody),
    told: [],
  })),
  // An action of a service that is not watched, by a name that is.
  {
    what: 'PutResourcePolicy of logs',
    event: cloudTrailEvent('logs', 'PutResourcePolicy', anybody),
    told: [],
  },
];

const disguised: Sample = {
  what: 'somebody whose program calls itself CloudFormation',
  event: cloudTrailEvent('lambda', 'UpdateFunctionCode20150331v2', anybody, 'cloudformation.amazonaws.com'),
  told: ['CodeChanges'],
};

const byKind = [
  ...byEachKind,
  // DynamoDB, which may make a grant for itself, is among the exceptions.
  ...changeNames
    .filter((name) => name !== 'KeyChanges')
    .flatMap((name) => samplesOf(name, { 'a service': service('other.amazonaws.com') }, () => true)),
];
const all = [...byKind, ...byCloudFormation, disguised, ...exceptions, ...untold];

/** The rule that there was: it asked for another role than `forget`'s, and for nothing of who has no role. */
const blind = {
  detail: { userIdentity: { sessionContext: { sessionIssuer: { arn: [{ 'anything-but': ['forget'] }] } } } },
};

for (const { name: whose, skip, matches } of judges) {
  describe(`by ${whose}`, { skip }, () => {
    let matching: ReadonlyMap<object, readonly number[]>;
    before(async () => {
      const events = all.map(({ event }) => event);
      const found = await matches([...patterns, blind], events);
      matching = new Map(events.map((event, i) => [event, found[i] ?? []]));
    });

    const toldOf = ({ event }: Sample) =>
      (matching.get(event) ?? []).flatMap((at) => rules[at]?.name ?? []).join();

    function hold(samples: readonly Sample[]): void {
      const wrong = samples.filter((sample) => toldOf(sample) !== sample.told.join());
      assert.deepEqual(
        wrong.map((sample) => `${sample.what}: ${toldOf(sample) || 'nobody is told'}`),
        [],
      );
    }

    test('each call that undoes a promise is told once, whoever makes it: root, user, role, service or another account', () => {
      hold(byKind);
    });

    test('of CloudFormation’s own calls keys, trails and roles are told, and each deployment is', () => {
      hold([...byCloudFormation, disguised]);
    });

    test('I2, I3: what forget and authorise do as their work is not told, and all else that they do is', () => {
      hold(exceptions);
    });

    test('what changes nothing is not told', () => {
      hold(untold);
    });

    test('I2: the rule that there was is blind to root and to users', () => {
      const seen = byEachKind.filter(({ event }) => matching.get(event)?.includes(patterns.length));
      assert.deepEqual(
        [...new Set(seen.map(({ what }) => what.replace(/^.* by /, '')))],
        ['an administrator’s role', 'somebody signed in through IAM Identity Center', 'a federated user'],
      );
    });
  });
}

test('every line of the table is one rule, within the 2,048 characters that EventBridge takes', () => {
  assert.deepEqual(rules.map(({ name }) => name).toSorted(), changeNames.toSorted());
  for (const { name, pattern } of rules) {
    assert.ok(JSON.stringify(pattern).length <= 2048, `${name}: ${JSON.stringify(pattern).length}`);
    const { detailType, ...rest } = patternOf(changeOf(name as ChangeName), ofFunction);
    assert.deepEqual(pattern, { ...rest, 'detail-type': detailType });
  }
});

test('a message says who did what and where to look it up, of a service without a name too', async () => {
  const [keys] = ofType(resources, 'AWS::Events::Rule').filter(({ id }) =>
    id.startsWith('ChangesKeyChanges'),
  );
  const targets = z.array(z.object({ InputTransformer: object })).parse(keys?.Properties.Targets);
  const root = identities['root with an access key'] ?? anybody;
  const sent = await rendered(targets[0]?.InputTransformer ?? {}, [
    cloudTrailEvent('kms', 'PutKeyPolicy', root),
    cloudTrailEvent('kms', 'ScheduleKeyDeletion', service('other.amazonaws.com')),
  ]);
  const said = (call: string, who: string) =>
    'Writ KeyChanges: somebody changed, or tried to change, a key of the account, its policy or who it was granted to. ' +
    `${call} of kms.amazonaws.com, 2026-11-24T10:00:00Z, eu-central-1, by ${who}. CloudTrail has it as the event ` +
    'd1a2b3c4-0000-4000-8000-000000000000. If nobody can say who did it and why, treat it as a breach.';
  assert.deepEqual(sent, [
    said('PutKeyPolicy', `Root arn:aws:iam::${account}:root from 203.0.113.7`),
    said('ScheduleKeyDeletion', 'AWSService  from other.amazonaws.com'),
  ]);
});

test('no function of Writ makes a call that is told of, but those that are left out for it', () => {
  const watched = changeNames.flatMap((name) => {
    const { services, calls } = changeOf(name);
    return services.map((of) => ({ of, calls: calls.map((call) => call.replace('*', '')) }));
  });
  const own = ofType(resources, 'AWS::IAM::Policy').flatMap(({ id, Properties }) =>
    statementsOf(Properties.PolicyDocument)
      .filter(({ Effect }) => Effect === 'Allow')
      .flatMap(({ Action }) => Action.map((action) => ({ id, action }))),
  );
  const told = own.filter(({ action }) => {
    const [of, call = ''] = action.split(':');
    return watched.some((each) => each.of === of && each.calls.some((name) => call.startsWith(name)));
  });
  // To make a key with a tag takes this right too, and is no call of its own.
  assert.deepEqual(
    told.map(({ id, action }) => `${id.replace(/Role.*/, '')} ${action}`),
    ['Prepare kms:TagResource'],
  );
});
