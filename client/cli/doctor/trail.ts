import { type Check, ok, unknown, wrong } from '#client/doctor/check.ts';
import { type LiveTrail, logsChanges } from '#client/doctor/trails.ts';
import { printable } from '#client/printable.ts';
import { awsErrorName, type CloudTrailSdk } from '../aws.ts';
import type { ReadStack } from './stack.ts';

/** Whether somebody is told of what is changed by hand: the stack's rules see what a trail logs, and nothing without one. */
const name = 'trail';

interface CloudTrail {
  sdk: CloudTrailSdk;
  client: InstanceType<CloudTrailSdk['CloudTrailClient']>;
}

export async function trailCheck(cloudTrail: CloudTrail, stack: ReadStack): Promise<Check> {
  try {
    return trailVerdict(await readTrails(cloudTrail), stack);
  } catch (error) {
    return unknown(
      name,
      `the trails cannot be read (${printable(awsErrorName(error))})`,
      'these credentials need cloudtrail:DescribeTrails, GetTrailStatus and GetEventSelectors',
    );
  }
}

/** What trails there are, held against what the stack was deployed with. */
export function trailVerdict(
  trails: readonly LiveTrail[],
  { template, region }: Pick<ReadStack, 'template' | 'region'>,
): Check {
  const telling = trails.find(logsChanges);
  if (telling !== undefined) {
    const iam =
      region === 'us-east-1' ? '' : '. IAM’s calls come only where somebody forwards them from us-east-1';
    return ok(
      name,
      `${printable(telling.name)} logs what is changed in ${region}, and rules tell of it${iam}`,
    );
  }
  const told =
    'no trail logs what is changed in this region: nobody is told when somebody changes a key or a function';
  // With a trail of the account's own making the stack has neither bucket nor trail.
  const hasTrail = Object.values(template).some(({ Type }) => Type === 'AWS::CloudTrail::Trail');
  const isWithout = Object.hasOwn(template, 'TrailBucket') && !hasTrail;
  if (isWithout) return ok(name, `deployed with trail=none: ${told}`);
  return wrong(
    name,
    told,
    'who stopped or changed the trail? `aws cloudtrail start-logging`, or `cdk deploy` again',
  );
}

async function readTrails({ sdk, client }: CloudTrail): Promise<LiveTrail[]> {
  const { trailList = [] } = await client.send(new sdk.DescribeTrailsCommand({ includeShadowTrails: true }));
  return Promise.all(
    trailList.map(async ({ Name: of = '', TrailARN = of }) => {
      const { IsLogging = false } = await client.send(new sdk.GetTrailStatusCommand({ Name: TrailARN }));
      const { EventSelectors = [], AdvancedEventSelectors = [] } = await client.send(
        new sdk.GetEventSelectorsCommand({ TrailName: TrailARN }),
      );
      return {
        name: of,
        isLogging: IsLogging,
        selectors: EventSelectors,
        advancedSelectors: AdvancedEventSelectors,
      };
    }),
  );
}
