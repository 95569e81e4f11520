import { setTimeout as sleep } from 'node:timers/promises';
import { type CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';

/** Waits until a stack is made or changed. @returns its outputs @throws Error that says why it is not */
export async function settledStack(
  cloudFormation: CloudFormationClient,
  StackName: string,
): Promise<Record<string, string>> {
  for (;;) {
    const { Stacks = [] } = await cloudFormation.send(new DescribeStacksCommand({ StackName }));
    const { StackStatus = '', StackStatusReason = '', Outputs = [] } = Stacks[0] ?? {};
    if (/^(CREATE|UPDATE)_COMPLETE$/.test(StackStatus))
      return Object.fromEntries(
        Outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
      );
    // A rollback that is under way is a failure, whatever becomes of it.
    if (!/^(CREATE|UPDATE)_(COMPLETE_CLEANUP_)?IN_PROGRESS$/.test(StackStatus))
      throw new Error(`The stack ${StackName} cannot be made: ${StackStatus} ${StackStatusReason}`);
    await sleep(50);
  }
}
