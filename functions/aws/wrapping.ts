import { wrappingKeys } from '#core/keeping/wrapping.ts';
import { env } from './env.ts';
import { fixedPolicyDigest } from './key-policy.ts';
import { kmsVault } from './kms/vault-kms.ts';
import { lambdaPrepare } from './lambda/workers.ts';
import { watch } from './observe.ts';
import { vaultKeys } from './state.ts';

const { PREPARE_FUNCTION } = env('PREPARE_FUNCTION');

/** The vault keys that wrap epoch keys, as this instance knows them. */
export const wrapping = wrappingKeys({
  vaultKeys,
  kms: kmsVault,
  workers: lambdaPrepare(PREPARE_FUNCTION),
  watch,
  policyDigest: fixedPolicyDigest,
});
