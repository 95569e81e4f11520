import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { z } from 'zod';
import { policyHash } from '#core/cases/policy.ts';
import { formatTrustPolicy } from '#core/log/trust-policy.ts';
import { env } from './aws/env.ts';
import { logger } from './aws/observe.ts';
import { provider } from './aws/provider-key.ts';
import { deployments } from './aws/state.ts';

/**
 * Records in the log what is deployed: the hash of the code that runs, of each page for browsers, of the policy, the keys that
 * sign disclosures, and who witnesses the log. CloudFormation calls it as a resource of the stack, so a deployment that cannot be recorded does not come
 * about; one that is rolled back is recorded again, as what it goes back to.
 */
const { POLICY, WITNESSES } = env('POLICY', 'WITNESSES');

const properties = z.looseObject({
  code: z.string(),
  console: z.string().optional(),
  portal: z.string().optional(),
  site: z.string().optional(),
});

export async function handler(event: CloudFormationCustomResourceEvent): Promise<void> {
  const PhysicalResourceId = 'PhysicalResourceId' in event ? event.PhysicalResourceId : 'deployment';
  const { StackId, RequestId, LogicalResourceId } = event;
  const answer = { StackId, RequestId, LogicalResourceId, PhysicalResourceId };
  try {
    // What is deleted runs no more, and its tables may be gone.
    if (event.RequestType !== 'Delete') await recordDeployment(properties.parse(event.ResourceProperties));
    await respond(event.ResponseURL, { ...answer, Status: 'SUCCESS' });
  } catch (error) {
    logger.error('the deployment could not be recorded', { error: error instanceof Error ? error.name : '' });
    await respond(event.ResponseURL, {
      ...answer,
      Status: 'FAILED',
      Reason:
        'The log could not record this deployment. What was thrown is in the log group of the function Deployed.',
    });
  }
}

/** A rollback gives what an older template says, which may know fewer pages. */
async function recordDeployment({ code, ...given }: z.infer<typeof properties>): Promise<void> {
  const keys = (await provider.jwks()).map(({ kid }) => kid);
  const { console, portal, site } = given;
  const ofPages = Object.fromEntries(
    Object.entries({ console, portal, site }).filter(([, digest]) => digest !== undefined),
  );
  const witnesses = WITNESSES.witnesses.length === 0 ? {} : { witnesses: formatTrustPolicy(WITNESSES) };
  await deployments.record({ code, ...ofPages, policy: policyHash(POLICY), keys, ...witnesses });
}

/** CloudFormation waits for a PUT to the address that it gave. */
async function respond(url: string, answer: Record<string, string>): Promise<void> {
  const body = JSON.stringify(answer);
  const { ok } = await fetch(url, { method: 'PUT', body, headers: { 'content-type': '' } });
  if (!ok) throw new Error('CloudFormation did not take the answer');
}
