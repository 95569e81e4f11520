import type { Cloud } from '#dev/cloud/cloud.ts';
import type { Outputs } from '#dev/world.ts';

/** The guides, in the order in which they follow from one another: what is enrolled in one asks in the next. */
export const guideFiles = ['docs/operator.md', 'docs/agency.md', 'docs/reviewer.md'] as const;

/** What the guides call things, and what these are on a local cloud. */
export function guideNames(cloud: Cloud, outputs: Pick<Outputs, 'EventStreamName'>): Record<string, string> {
  return {
    'https://disclosure.example': cloud.url,
    'disclosure.example': cloud.authority,
    'Writ-EventsStream': outputs.EventStreamName,
  };
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
