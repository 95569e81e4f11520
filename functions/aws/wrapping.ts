import { InvokeCommand } from '@aws-sdk/client-lambda';
import { type Purpose, shardOf } from '#core/vault/vault-keys.ts';
import { lambda } from './clients.ts';
import { env } from './env.ts';
import { fixedPolicyDigest, livePolicyDigest } from './key-policy.ts';
import { count } from './observe.ts';
import { type VaultKey, vaultKeysOf } from './vault-keys.ts';

const { PREPARE_FUNCTION } = env('PREPARE_FUNCTION');

/** Keys by purpose and epoch that this instance has looked at. */
const seen = new Map<string, Promise<VaultKey[]>>();

/**
 * The vault key under which a subject's epoch keys of an epoch are wrapped. Asks `prepare` for it where there is none
 * yet, and looks at its policy before it is first used: a key that somebody else could open with is none (I2).
 *
 * @returns its ARN; undefined once the epoch is forgotten
 * @throws if the key cannot be had or its policy is not the fixed one
 */
export async function wrappingKey(
  purpose: Purpose,
  epoch: string,
  subject: string,
): Promise<string | undefined> {
  const name = `${purpose}#${epoch}`;
  const known = seen.get(name) ?? findKeys(purpose, epoch);
  seen.set(name, known);
  const keys = await known.catch((error: unknown) => {
    seen.delete(name);
    throw error;
  });
  return keys[shardOf(subject, keys.length)]?.arn;
}

/** A key that could not be used may have been destroyed since it was looked at. */
export function lookAgain(purpose: Purpose, epoch: string): void {
  seen.delete(`${purpose}#${epoch}`);
}

async function findKeys(purpose: Purpose, epoch: string): Promise<VaultKey[]> {
  let keys = await vaultKeysOf(purpose, epoch);
  if (keys.length === 0) {
    await prepare(purpose, epoch);
    keys = await vaultKeysOf(purpose, epoch);
    if (keys.length === 0) throw new Error('there is no vault key for this epoch');
  }
  if (keys.some(({ forgottenAt }) => forgottenAt !== undefined)) return [];
  for (const { arn } of keys) {
    if ((await livePolicyDigest(arn)) === fixedPolicyDigest) continue;
    count('VaultKeyPolicyDiffers');
    throw new Error('a vault key has another policy than the fixed one');
  }
  return keys;
}

async function prepare(purpose: Purpose, epoch: string): Promise<void> {
  const { FunctionError } = await lambda.send(
    new InvokeCommand({ FunctionName: PREPARE_FUNCTION, Payload: JSON.stringify({ purpose, epoch }) }),
  );
  if (FunctionError !== undefined) throw new Error('prepare could not make a vault key');
}
