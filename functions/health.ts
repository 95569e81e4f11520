import { policyHash } from '#core/cases/policy.ts';
import type { HealthAnswer } from '#core/health/answer.ts';
import { healthLooker } from '#core/health/looking.ts';
import { systemClock } from './aws/clock.ts';
import { dynamoCounter } from './aws/dynamodb/counter.ts';
import { tableNames } from './aws/dynamodb/store.ts';
import { env } from './aws/env.ts';
import { watch } from './aws/observe.ts';
import { s3LogFiles } from './aws/s3/log-files.ts';
import { store } from './aws/tables.ts';

/**
 * How Writ is, in numbers: what waits, what is late, what ends. An operator invokes it with AWS credentials. Its role can
 * have items counted and read none (lib/functions.ts), and it has no key: what it does not see, it cannot tell.
 */
const { POLICY, WITNESSES, LOG_BUCKET, RETENTION, VAULT_KEYS_PER_EPOCH, VERSION } = env(
  'POLICY',
  'WITNESSES',
  'LOG_BUCKET',
  'RETENTION',
  'VAULT_KEYS_PER_EPOCH',
  'VERSION',
);

const look = healthLooker({
  counter: dynamoCounter(tableNames(process.env)),
  store,
  files: s3LogFiles(LOG_BUCKET),
  clock: systemClock,
  watch,
  version: VERSION,
  policyHash: policyHash(POLICY),
  witnesses: WITNESSES,
  retention: RETENTION,
  vaultKeysPerEpoch: VAULT_KEYS_PER_EPOCH,
});

export const handler = (): Promise<HealthAnswer> => look();
