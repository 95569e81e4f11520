import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { daySaid, instantOf } from '#client/cli/dates.ts';
import type { ProviderDocument } from '#client/provider.ts';
import { importPublicKey } from '#core/signature/keys.ts';
import type { Cloud } from '#dev/cloud/cloud.ts';
import { home } from '#dev/cloud/emulator.ts';
import type { Outputs } from '#dev/world.ts';

/** The guides, in the order in which they follow from one another: what is enrolled in one asks in the next. */
export const guideFiles = ['docs/operator.md', 'docs/agency.md', 'docs/reviewer.md'] as const;

/** Days that the guides name, from the one on which they were written. */
const guideDays = [-30, -14, -6, -4, 1];

const dayAfter = (date: string, days: number) =>
  new Date(Date.parse(date) + days * 86_400_000).toISOString().slice(0, 10);
const today = () => new Date().toISOString().slice(0, 10);
/** A day that the guides name, as it is now. */
export const day = (days: number) => dayAfter(today(), days);

const WRITTEN = /(?<=<!-- written on )\d{4}-\d\d-\d\d/;
const writtenFile = join(home, 'docs/agency.md');

/** The day on which `npm run guides` wrote them last. */
function writtenOn(): string {
  const [date] = WRITTEN.exec(readFileSync(writtenFile, 'utf8')) ?? [];
  if (date === undefined) throw new Error('docs/agency.md does not say when it was written');
  return date;
}

/** Has the guides name days around today: what is printed today then fits what is typed. */
export function dateGuides(): void {
  const [from, to] = [writtenOn(), today()];
  const days = new Map(guideDays.map((each) => [dayAfter(from, each), dayAfter(to, each)]));
  for (const file of guideFiles) {
    const path = join(home, file);
    const text = readFileSync(path, 'utf8').replaceAll(/\d{4}-\d\d-\d\d/g, (date) => days.get(date) ?? date);
    writeFileSync(path, text.replace(WRITTEN, to));
  }
}

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
    ...dates(Object.fromEntries(guideDays.map((each) => [dayAfter(writtenOn(), each), day(each)]))),
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
