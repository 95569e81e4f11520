import { printable } from '#client/printable.ts';
import { type AwsOptions, awsConfig, awsErrorName, cloudFormationSdk, lambdaSdk } from '../aws.ts';
import { CommandError } from '../errors.ts';

/** Which deployment an operator means. */
export interface StackOptions extends AwsOptions {
  stack: string;
  json?: boolean;
  yes?: boolean;
}

/**
 * Invokes a function of the stack as the operator whose AWS credentials these are.
 *
 * @param output the stack's output that names the function
 * @throws CommandError sdk-missing, aws-failed, function-failed
 */
export async function invokeOf(options: StackOptions, output: string, event: unknown): Promise<unknown> {
  const { LambdaClient, InvokeCommand } = await lambdaSdk();
  const FunctionName = await outputOf(options, output);
  const lambda = new LambdaClient(awsConfig(options));
  const { FunctionError, Payload } = await lambda
    .send(new InvokeCommand({ FunctionName, Payload: JSON.stringify(event) }))
    .catch(awsFailed('the function could not be invoked'));
  const text = Buffer.from(Payload ?? []).toString();
  if (FunctionError === undefined) return text === '' ? undefined : JSON.parse(text);
  throw new CommandError('function-failed', `the function refused: ${reasonOf(text)}`, 'its log has more');
}

async function outputOf(options: StackOptions, output: string): Promise<string> {
  const { CloudFormationClient, DescribeStacksCommand } = await cloudFormationSdk();
  const client = new CloudFormationClient(awsConfig(options));
  const { Stacks = [] } = await client
    .send(new DescribeStacksCommand({ StackName: options.stack }))
    .catch(awsFailed(`the stack ${printable(options.stack)} cannot be read`));
  const value = Stacks[0]?.Outputs?.find(({ OutputKey }) => OutputKey === output)?.OutputValue;
  if (value === undefined)
    throw new CommandError(
      'aws-failed',
      `${printable(options.stack)} is no stack of Writ`,
      'name it with --stack',
    );
  return value;
}

/** @throws CommandError aws-failed */
export const awsFailed =
  (what: string) =>
  (cause: unknown): never => {
    const next = 'are these the credentials, the region and the account of the deployment?';
    throw new CommandError('aws-failed', `${what} (${printable(awsErrorName(cause))})`, next, { cause });
  };

/** Why a function refused: a code of Writ's where it has one, and otherwise the kind of error. */
function reasonOf(text: string): string {
  try {
    const { errorMessage, errorType } = JSON.parse(text);
    return /^[a-z-]{1,40}$/.test(String(errorMessage)) ? errorMessage : printable(String(errorType));
  } catch {
    return 'without a reason';
  }
}
