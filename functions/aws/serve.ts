import { revocationCheck, suspensionCheck } from '#core/access/caller.ts';
import { signedServer } from '../middleware/serve.ts';
import { systemClock } from './clock.ts';
import { watch } from './observe.ts';
import { follows } from './places.ts';
import { providerSigner } from './provider-key.ts';
import { calls, registry } from './state.ts';

/** Serves signed calls over the tables, the log and the provider's key of this deployment. */
export const serveSigned = signedServer({
  registry,
  calls,
  isRevoked: revocationCheck({ log: { follows }, watch }),
  isSuspended: suspensionCheck({ log: { follows }, watch }),
  signer: providerSigner,
  clock: systemClock,
});
