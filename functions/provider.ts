import { providerRoutes } from '#core/wire/everybody.ts';
import { openApi } from '#core/wire/openapi.ts';
import { env } from './aws/env.ts';
import { logKey } from './aws/log-key.ts';
import { provider as providerKey } from './aws/provider-key.ts';
import { registry } from './aws/state.ts';
import { logPolicy, providerDocument } from './handlers/provider.ts';
import { anybody, json } from './middleware/event.ts';
import { serveEverybody } from './middleware/serve.ts';

/** Who runs this, with which key it signs, and what it discloses under which rules; and how it is called. Public. */
const { AUTHORITY, PROVIDER_NAME, POLICY, WITNESSES, COOL_OFF_HOURS, VERSION } = env(
  'AUTHORITY',
  'PROVIDER_NAME',
  'POLICY',
  'WITNESSES',
  'COOL_OFF_HOURS',
  'VERSION',
);
const shortly = { 'cache-control': 'public, max-age=60' };

let described: ReturnType<typeof openApi> | undefined;

export const handler = serveEverybody(providerRoutes, {
  showProvider: async () => json(200, await provider(), shortly),
  showLogPolicy: async () => logPolicy(await logKey(), WITNESSES, shortly),
  showOpenApi: async () => {
    described ??= openApi(VERSION);
    return json(200, described, { ...shortly, ...anybody });
  },
});

const provider = () =>
  providerDocument({
    name: PROVIDER_NAME,
    version: VERSION,
    authority: AUTHORITY,
    policy: POLICY,
    coolOffHours: COOL_OFF_HOURS,
    jwks: providerKey.jwks,
    logKey,
    registry,
  });
