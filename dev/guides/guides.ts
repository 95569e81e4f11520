import { daySaid, instantOf } from '#client/cli/dates.ts';
import type { ProviderDocument } from '#client/provider.ts';
import { importPublicKey } from '#core/signature/keys.ts';
import type { Cloud } from '#dev/cloud/cloud.ts';
import type { Outputs } from '#dev/world.ts';

/** The guides, in the order in which they follow from one another: what is enrolled in one asks in the next. */
export const guideFiles = ['docs/operator.md', 'docs/agency.md', 'docs/reviewer.md'] as const;

const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

/** What the guides call things, and what these are on a local cloud now. */
export function guideNames(
  cloud: Cloud,
  outputs: Pick<Outputs, 'EventStreamName'>,
  { keys: [key], log }: ProviderDocument,
): Record<string, string> {
  return {
    // Before the host, which is in it.
    'disclosure.example/v1/log+fe2d8008+ASyOZIauh1LmfweSrawdD7Wpx1YSXY2sDSx+8b6X9l4Q': log?.verifierKey ?? '',
    'https://disclosure.example': cloud.url,
    'disclosure.example': cloud.authority,
    'Writ-EventsStream': outputs.EventStreamName,
    uW2dPq0vYx7Kc4TnLr9sZb1Ef6Gh3Jk5Mo8QiVaWsHy: importPublicKey(key).thumbprint,
    // The guides were written on a certain day, and are read on another.
    ...dates({
      '2026-10-25': day(-30),
      '2026-11-10': day(-14),
      '2026-11-18': day(-6),
      '2026-11-20': day(-4),
      '2026-11-25': day(1),
    }),
  };
}

/** Days as they are written, and as the command says them. */
function dates(of: Record<string, string>): Record<string, string> {
  const said = (date: string) => daySaid(instantOf(date) ?? '');
  return { ...of, ...Object.fromEntries(Object.entries(of).map(([name, now]) => [said(name), said(now)])) };
}

/** An operator's AWS surroundings: in the world outside, their own profile's. */
export function operatorEnv(cloud: Cloud): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: cloud.endpoint,
    AWS_REGION: cloud.region,
    AWS_ACCESS_KEY_ID: cloud.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: cloud.credentials.secretAccessKey,
  };
}
