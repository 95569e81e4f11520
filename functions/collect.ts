import { type CollectPorts, collector } from '#core/access/collect.ts';
import { registryProver } from '#core/access/prover.ts';
import { recipientShown } from '#core/access/recipient.ts';
import { recordsOpener } from '#core/disclosure/opening.ts';
import { keyInLog } from '#core/registry/records.ts';
import { type Collection, collectRoutes } from '#core/wire/agency.ts';
import { env } from './aws/env.ts';
import { kmsProviderSigner } from './aws/kms/provider-signer.ts';
import { kmsVault } from './aws/kms/vault-kms.ts';
import { publishedLog } from './aws/log.ts';
import { watch } from './aws/observe.ts';
import { references } from './aws/references.ts';
import { serveSigned } from './aws/serve.ts';
import { cases, registry, statePorts, tokens, vault } from './aws/state.ts';
import { type Answer, json, type Signed } from './middleware/event.ts';

/**
 * Collecting: the one place where anything is opened, and only once the log in the bucket says so (I4). This
 * function's role has no right to decrypt of its own; each epoch key opens by the grant that `authorise` minted.
 */
const { AUTHORITY, POLICY, PROVIDER_KEYS, PROVIDER_NAME } = env(
  'AUTHORITY',
  'POLICY',
  'PROVIDER_KEYS',
  'PROVIDER_NAME',
);

const ports: CollectPorts = {
  cases,
  registry,
  prover: registryProver(registry),
  readLog: publishedLog,
  openRecords: recordsOpener({ vault, kms: kmsVault, tokens }),
  provider: kmsProviderSigner(PROVIDER_KEYS),
  references,
  clock: statePorts.clock,
  watch,
  policy: POLICY,
  providerName: PROVIDER_NAME,
};
const collectOnce = collector(ports);
const recipientOf = recipientShown(ports);

export const handler = serveSigned(collectRoutes, AUTHORITY, {
  collect,
  showRecipient: async ({ caller: { key }, at }) =>
    json(200, await recipientOf({ keyId: key.keyId, agency: key.agency, at })),
});

async function collect(event: Signed<Collection>): Promise<Answer> {
  const answer = await collectOnce({
    keyId: event.caller.key.keyId,
    agency: event.caller.key.agency,
    key: keyInLog(event.caller.key),
    case: event.pathParameters?.id ?? '',
    page: event.input.page,
    recipient: event.input.recipient,
    form: event.input.form,
    request: event.input.request,
    at: event.at,
  });
  if ('later' in answer) return json(202, answer.later, { 'retry-after': '2' });
  return { statusCode: 200, headers: { 'content-type': 'application/jose' }, body: answer.jwe };
}
