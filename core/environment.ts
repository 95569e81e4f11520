import { z } from 'zod';
import { fromAscii } from './ascii.ts';
import {
  type MacKeyVariable,
  macKeyVariable,
  provenTables,
  type TableVariable,
  tableNames,
  tableVariable,
} from './store/tables.ts';
import type { VaultRoles } from './vault/key-policy.ts';
import { retentionSchema } from './vault/retention.ts';

/**
 * The environment variables of the functions: `lib/` sets them, `functions/` reads them, and neither can name one that
 * the other does not know.
 */

const text = z.string().min(1);

/** A value that is written as JSON text. */
function json<S extends z.ZodType>(schema: S) {
  return z.string().transform((value): z.infer<S> => schema.parse(JSON.parse(value)));
}

const ofTables = Object.fromEntries(tableNames.map((table) => [tableVariable(table), text])) as Record<
  TableVariable,
  typeof text
>;

/** KMS keys, by ARN, that the keys of items' MACs are made of. */
const ofMacKeys = Object.fromEntries(provenTables.map((table) => [macKeyVariable(table), text])) as Record<
  MacKeyVariable,
  typeof text
>;

const vaultRoles: z.ZodType<VaultRoles> = z.strictObject({
  account: z.string(),
  seal: z.string(),
  authorise: z.string(),
  collect: z.string(),
  expire: z.string(),
  preserve: z.string(),
  forget: z.string(),
});

export const environment = {
  ...ofTables,
  ...ofMacKeys,
  /** The name that this function writes items under: its file. */
  WRITER: text,
  /** KMS keys, by ARN. Of the provider's keys the first signs, and all are published. */
  DESK_KEY: text,
  INDEX_KEY: text,
  REFERENCE_KEY: text,
  LOG_KEY: text,
  PROVIDER_KEYS: text.transform((value) => value.split(' ')),
  /** Which roles the vault keys' policy names. */
  VAULT_ROLES: json(vaultRoles),
  LOG_BUCKET: text,
  /** Where CloudTrail's files of this account and region lie. */
  TRAIL_BUCKET: text,
  TRAIL_FOLDER: text,
  /** The stream of incoming events, by ARN. */
  EVENTS_STREAM: text,
  /** The bus for notices to persons. */
  NOTICES_BUS: text,
  /** The bus that tells of cases as they arrive. */
  ARRIVALS_BUS: text,
  /** Functions that others invoke, by name. */
  PREPARE_FUNCTION: text,
  PRESERVE_FUNCTION: text,
  /** Roles of functions, by ARN: who may be granted the use of a vault key, and who re-wraps. */
  COLLECT_ROLE: text,
  PRESERVE_ROLE: text,
  /** The name that the log's checkpoints are signed under. */
  LOG_ORIGIN: z.string().regex(/^[^\s+]+$/),
  PROVIDER_NAME: text.transform(fromAscii),
  /** The version of Writ. */
  VERSION: text,
  /** The authority that callers sign for: the custom domain. Without one: whatever domain the API was reached by. */
  AUTHORITY: z.string().optional(),
  /** Hours from a key's enrolment until it may be used. */
  COOL_OFF_HOURS: z.coerce.number().nonnegative(),
  /** Months that each kind of record is kept; 0: not at all. */
  RETENTION: json(retentionSchema),
  /** KMS keys that share the epoch keys of one kind of record and one epoch. */
  VAULT_KEYS_PER_EPOCH: z.coerce.number().int().positive(),
  /**
   * `event`: the event says what time it is, so that tests can move it. `real` in production: a moved clock would
   * destroy data and notify persons too early, and neither can be undone.
   */
  CLOCK: z.enum(['real', 'event']),
  /** The file beside the function's code that holds the policy: Lambda's environment takes 4 KB in all. */
  POLICY: text,
  /** The file beside the function's code that says who witnesses the log. */
  WITNESSES: text,
  /** The same of the file that says which other providers' feeds of revoked keys are heeded. */
  REVOCATIONS_FROM: text,
} as const;

export type Environment = typeof environment;
export type EnvironmentName = keyof Environment;
