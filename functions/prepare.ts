import { z } from 'zod';
import { keyMaker } from '#core/keeping/preparing.ts';
import { purposes } from '#core/vault/vault-keys.ts';
import { systemChance } from './aws/chance.ts';
import { systemClock, tick } from './aws/clock.ts';
import { env } from './aws/env.ts';
import { fixedPolicy, fixedPolicyDigest } from './aws/key-policy.ts';
import { kmsKeyMaker } from './aws/kms/vault-kms.ts';
import { watch } from './aws/observe.ts';
import { vaultKeys } from './aws/state.ts';

/**
 * Makes vault keys, by the clock and when `seal` or `preserve` asks. It can do nothing else: it gives each key the one
 * fixed policy, which names others, says so in the log, and has no right to use a key or to change its policy.
 */
const { RETENTION, VAULT_KEYS_PER_EPOCH } = env('RETENTION', 'VAULT_KEYS_PER_EPOCH');

const keys = keyMaker({
  vaultKeys,
  kms: kmsKeyMaker(fixedPolicy),
  clock: systemClock,
  chance: systemChance,
  watch,
  retention: RETENTION,
  keysPerEpoch: VAULT_KEYS_PER_EPOCH,
  policyDigest: fixedPolicyDigest,
});

const asked = z.strictObject({ purpose: z.enum(purposes), epoch: z.string().regex(/^\d{4}-\d{2}$/) });
/** An operator who must give older keys the policy of a new release asks for its text. */
const shown = z.strictObject({ show: z.literal('policy') });

export async function handler(event: unknown): Promise<{ policy: string; digest: string } | undefined> {
  const input = z.union([asked, shown, tick]).parse(event);
  if ('show' in input) return { policy: JSON.stringify(fixedPolicy), digest: fixedPolicyDigest };
  if ('purpose' in input) await keys.prepare(input);
  else await keys.prepareAhead();
  return undefined;
}
