/**
 * A deployment that an earlier run left at an endpoint. Its desk is founded, so this run can only go on with it, and only
 * with the keys that its reviewers were founded with.
 */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { followRequest } from '#client/agency.ts';
import { RefusedError } from '#client/errors.ts';
import type { Session } from '#client/exchange.ts';
import { listReviewPage } from '#client/reviewer.ts';
import type { Cloud } from '#dev/cloud/cloud.ts';

type Place = Pick<Cloud, 'endpoint' | 'region' | 'credentials' | 'keepDir' | 'stateDir'>;

/** Where the keys of a cloud's people are. */
export const keysDirOf = ({ keepDir }: Pick<Cloud, 'keepDir'>): string => join(keepDir, 'keys');

/**
 * Says before anything is deployed that a deployment is there whose reviewers' keys are not.
 *
 * @throws Error that says what to do
 */
export async function refuseOthers(cloud: Place, stackName: string): Promise<void> {
  if (cloud.keepDir === cloud.stateDir || existsSync(keysDirOf(cloud))) return;
  const { endpoint, region, credentials } = cloud;
  const cloudFormation = new CloudFormationClient({ endpoint, region, credentials });
  try {
    const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName: stackName }));
    if (/^(CREATE|UPDATE|UPDATE_ROLLBACK)_COMPLETE$/.test(Stacks?.[0]?.StackStatus ?? '')) {
      throw new Error(notOurs(cloud, stackName));
    }
  } catch (error) {
    // CloudFormation API Reference, DescribeStacks: no such stack is a ValidationError.
    if (!(error instanceof Error && error.name === 'ValidationError')) throw error;
  } finally {
    cloudFormation.destroy();
  }
}

/**
 * Whether a desk that is founded already is that of these reviewers.
 *
 * @throws Error that says what to do, if it is somebody else's
 */
export async function goOnWith(
  cloud: Place,
  stackName: string,
  reviewers: readonly Session[],
): Promise<void> {
  for (const session of reviewers) {
    if (!(await isKnown(() => listReviewPage(session)))) throw new Error(notOurs(cloud, stackName));
  }
}

/** Whether an officer's key is enrolled there. */
export function isOfficer(session: Session): Promise<boolean> {
  return isKnown(() => followRequest(session, randomUUID()));
}

async function isKnown(call: () => Promise<unknown>): Promise<boolean> {
  try {
    await call();
    return true;
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    return error.status !== 401;
  }
}

function notOurs({ endpoint, region, keepDir, stateDir }: Place, stackName: string): string {
  const aws = `aws --endpoint-url ${endpoint} --region ${region} cloudformation`;
  const kept =
    keepDir === stateDir ? '' : ` Keys that an earlier run of this checkout made would be in ${keepDir}.`;
  return (
    `Another deployment of Writ is at ${endpoint}, and its desk has reviewers whose keys are not here.${kept} ` +
    `Restart the endpoint without its state, or delete that deployment: ${aws} delete-stack --stack-name ${stackName}`
  );
}
