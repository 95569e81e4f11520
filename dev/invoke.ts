import { InvokeCommand } from '@aws-sdk/client-lambda';
import type { FunctionName } from '#lib/functions.ts';
import { functionOutput, type Outputs } from '#lib/outputs.ts';
import type { Aws } from './aws.ts';

/**
 * Invokes a function as an operator can, or as the service that triggers it does, with an event of our own.
 *
 * @returns the function's answer
 * @throws Error with the function's own error, if it fails
 */
export async function invoke(
  { aws, outputs }: { aws: Aws; outputs: Outputs },
  name: FunctionName,
  event: unknown,
): Promise<unknown> {
  const { FunctionError, Payload } = await aws.lambda.send(
    new InvokeCommand({ FunctionName: outputs[functionOutput(name)], Payload: JSON.stringify(event) }),
  );
  const text = Buffer.from(Payload ?? []).toString();
  if (FunctionError !== undefined) throw new Error(`${name.toLowerCase()} failed: ${FunctionError} ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}
