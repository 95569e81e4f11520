import { type CollectPorts, collector } from '#core/access/collect.ts';
import { registryProver } from '#core/access/prover.ts';
import { recipientShown } from '#core/access/recipient.ts';
import { recordsOpener } from '#core/disclosure/opening.ts';
import { collectRoutes } from '#core/wire/agency.ts';
import { env } from './aws/env.ts';
import { kmsProviderSigner } from './aws/kms/provider-signer.ts';
import { kmsVault } from './aws/kms/vault-kms.ts';
import { publishedLog, witnessedLog } from './aws/log.ts';
import { watch } from './aws/observe.ts';
import { references } from './aws/references.ts';
import { serveSigned } from './aws/serve.ts';
import { cases, registry, statePorts, tokens, vault } from './aws/state.ts';
import { collectHandlers } from './handlers/collect.ts';

/**
 * Collecting: the one place where anything is opened, and only once the log in the bucket says so (I4). This
 * function's role has no right to decrypt of its own; each epoch key opens by the grant that `authorise` minted.
 */
const { AUTHORITY, POLICY, PROVIDER_KEYS, PROVIDER_NAME, WITNESSES } = env(
  'AUTHORITY',
  'POLICY',
  'PROVIDER_KEYS',
  'PROVIDER_NAME',
  'WITNESSES',
);

const ports: CollectPorts = {
  cases,
  registry,
  prover: registryProver(registry),
  readLog: publishedLog,
  readWitnessed: witnessedLog(WITNESSES),
  openRecords: recordsOpener({ vault, kms: kmsVault, tokens }),
  provider: kmsProviderSigner(PROVIDER_KEYS),
  references,
  clock: statePorts.clock,
  watch,
  policy: POLICY,
  providerName: PROVIDER_NAME,
};

export const handler = serveSigned(
  collectRoutes,
  AUTHORITY,
  collectHandlers(collector(ports), recipientShown(ports)),
);
