import { InvokeCommand } from '@aws-sdk/client-lambda';
import type { Aws } from './aws.ts';
import type { Outputs } from './world.ts';

/** A function of the stack, as its outputs call it. */
export type FunctionName = {
  [K in keyof Outputs]: K extends `${infer Name}FunctionName` ? Name : never;
}[keyof Outputs];

/**
 * Invokes a function as an operator can, or as the service that triggers it does, with an event of our own.
 *
 * @returns what it answers
 * @throws where it fails, with what it says
 */
export async function invoke(
  { aws, outputs }: { aws: Aws; outputs: Outputs },
  name: FunctionName,
  event: unknown,
): Promise<unknown> {
  const functionName: keyof Outputs = `${name}FunctionName`;
  const { FunctionError, Payload } = await aws.lambda.send(
    new InvokeCommand({ FunctionName: outputs[functionName], Payload: JSON.stringify(event) }),
  );
  const text = Buffer.from(Payload ?? []).toString();
  if (FunctionError !== undefined) throw new Error(`${name.toLowerCase()} failed: ${FunctionError} ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}
