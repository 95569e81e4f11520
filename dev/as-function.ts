import { GenerateMacCommand } from '@aws-sdk/client-kms';
import { subjectPseudonym } from '#core/vault/subject.ts';
import type { FunctionName } from '#lib/functions.ts';
import { functionOutput } from '#lib/outputs.ts';
import { asRole, roleOf } from './as.ts';
import type { Aws } from './aws.ts';
import type { World } from './world.ts';

/** AWS with the rights of one function's role. */
export async function asFunction(world: World, name: FunctionName): Promise<Aws> {
  return asRole(world.cloud, world.aws, await roleOf(world.aws, world.outputs[functionOutput(name)]));
}

let pseudonymKey: Promise<Uint8Array> | undefined;

/** A pseudonym, worked out with the rights of `seal`: nobody else, the operator included, can. */
export async function pseudonymOf(world: World, account: string): Promise<string> {
  pseudonymKey ??= asFunction(world, 'Seal').then(async ({ kms }) => {
    const Message = new TextEncoder().encode('writ/pseudonym-key/v1');
    const { Mac } = await kms.send(
      new GenerateMacCommand({ KeyId: world.outputs.IndexKeyArn, MacAlgorithm: 'HMAC_SHA_256', Message }),
    );
    return Mac ?? new Uint8Array();
  });
  return subjectPseudonym(await pseudonymKey, account);
}
