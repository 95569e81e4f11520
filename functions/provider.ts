import { hoursOfTerms } from '#core/cases/deadline.ts';
import { policyHash } from '#core/cases/policy.ts';
import { categories } from '#core/categories/categories.ts';
import { formatVerifierKey } from '#core/log/note.ts';
import { MAX_WINDOW_SECONDS } from '#core/signature/profile.ts';
import { providerRoutes } from '#core/wire/everybody.ts';
import { openApi } from '#core/wire/openapi.ts';
import type { ProviderDocument } from '#core/wire/provider.ts';
import { env } from './aws/env.ts';
import { logKey } from './aws/log-key.ts';
import { provider as providerKey } from './aws/provider-key.ts';
import { registry } from './aws/state.ts';
import { anybody, json } from './middleware/event.ts';
import { maxBodyBytes } from './middleware/parse.ts';
import { serveEverybody } from './middleware/serve.ts';

/** Who runs this, with which key it signs, and what it discloses under which rules; and how it is called. Public. */
const { AUTHORITY, PROVIDER_NAME, POLICY, COOL_OFF_HOURS, VERSION } = env(
  'AUTHORITY',
  'PROVIDER_NAME',
  'POLICY',
  'COOL_OFF_HOURS',
  'VERSION',
);
const shortly = { 'cache-control': 'public, max-age=60' };

let described: ReturnType<typeof openApi> | undefined;

export const handler = serveEverybody(providerRoutes, {
  showProvider: async () => json(200, await provider(), shortly),
  showOpenApi: async () => {
    described ??= openApi(VERSION);
    return json(200, described, { ...shortly, ...anybody });
  },
});

async function provider(): Promise<ProviderDocument> {
  const hours = hoursOfTerms(POLICY.deadlines);
  return {
    name: PROVIDER_NAME,
    software: 'writ',
    version: VERSION,
    ...(AUTHORITY === undefined ? {} : { authority: AUTHORITY }),
    // The first signs; the others have signed, or are about to.
    keys: await providerKey.jwks(),
    revoked: await revocations(),
    // What anybody checks the log with, by tools of their own (C2SP signed-note).
    log: await publishedKey(),
    categories: [...categories],
    deadlines: { Routine: `PT${hours.Routine}H`, Emergency: `PT${hours.Emergency}H` },
    policy: POLICY,
    policyHash: policyHash(POLICY),
    limits: {
      ...POLICY.limits,
      bodyBytes: maxBodyBytes,
      signatureSeconds: MAX_WINDOW_SECONDS,
      coolOffHours: COOL_OFF_HOURS,
    },
  };
}

async function publishedKey(): Promise<ProviderDocument['log']> {
  const key = await logKey();
  return { origin: key.name, verifierKey: formatVerifierKey(key) };
}

/** Officers' and reviewers' keys that were revoked, by thumbprint: for a reader of a message that one of them signed. */
async function revocations(): Promise<ProviderDocument['revoked']> {
  const list: ProviderDocument['revoked'] = [];
  for await (const { keyId, revokedAt } of registry.revokedKeys()) {
    if (revokedAt !== undefined) list.push({ keyid: keyId, revokedAt });
  }
  return list;
}
