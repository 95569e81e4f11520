import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { policySchema } from '#core/cases/policy.ts';
import { retentionSchema } from '#core/vault/retention.ts';

/** A value that is told as JSON text. */
function json<S extends z.ZodType>(schema: S) {
  return z.string().transform((text): z.infer<S> => schema.parse(JSON.parse(text)));
}

/**
 * Everything a function is told at deployment. `lib/` gives each function just what it uses; a function asks for
 * it by name when it starts, so one that was not given what it needs fails at once and says which.
 */
const known = {
  CASES_TABLE: z.string().min(1),
  ENTRIES_TABLE: z.string().min(1),
  LOG_TABLE: z.string().min(1),
  CALLS_TABLE: z.string().min(1),
  REGISTRY_TABLE: z.string().min(1),
  VAULT_TABLE: z.string().min(1),
  LOG_BUCKET: z.string().min(1),
  REPORT_TABLE: z.string().min(1),
  /** The KMS key that signs the log's checkpoints, and the name that it signs under. */
  LOG_KEY: z.string().min(1),
  LOG_ORIGIN: z.string().regex(/^[^\s+]+$/),
  VAULT_KEYS_TABLE: z.string().min(1),
  INDEX_KEY: z.string().min(1),
  DESK_KEY: z.string().min(1),
  /** ARNs: the first signs, all are published. */
  PROVIDER_KEYS: z
    .string()
    .min(1)
    .transform((text) => text.split(' ')),
  COLLECT_ROLE: z.string().min(1),
  PRESERVE_ROLE: z.string().min(1),
  /** Where CloudTrail's files of this account and region lie. */
  TRAIL_BUCKET: z.string().min(1),
  TRAIL_FOLDER: z.string().min(1),
  PROVIDER_NAME: z.string().min(1),
  /** Of Writ. */
  VERSION: z.string().min(1),
  /** Hours from a key's enrolment until it may be used. */
  COOL_OFF_HOURS: z.coerce.number().nonnegative(),
  /** Months that each kind is kept; 0: not at all. */
  RETENTION: json(retentionSchema),
  /** Keys that share an epoch's epoch keys. */
  VAULT_KEYS_PER_EPOCH: z.coerce.number().int().positive(),
  /** Whom the vault keys' policy names, by ARN. */
  VAULT_ROLES: json(
    z.strictObject({
      account: z.string(),
      seal: z.string(),
      authorise: z.string(),
      collect: z.string(),
      expire: z.string(),
      preserve: z.string(),
      forget: z.string(),
    }),
  ),
  PREPARE_FUNCTION: z.string().min(1),
  PRESERVE_FUNCTION: z.string().min(1),
  /**
   * `event`: time may be moved by argument, as tests do. `real` in production, where it would destroy
   * data and tell people too early.
   */
  CLOCK: z.enum(['real', 'event']),
  /** The bus that notices to persons go out on. */
  NOTICES_BUS: z.string().min(1),
  /** The authorities that callers may sign for: the custom domain's, else whatever the API was reached by. */
  AUTHORITY: z.string().optional(),
  /** A file beside the function's code: Lambda's environment takes 4 KB in all. */
  POLICY: z
    .string()
    .min(1)
    .transform((file) => {
      const path = resolve(process.env.LAMBDA_TASK_ROOT ?? '', file);
      return policySchema.parse(JSON.parse(readFileSync(path, 'utf8')));
    }),
} as const;

type Known = typeof known;

/** @throws ZodError naming what is missing or wrong */
export function env<K extends keyof Known>(...names: K[]): { [N in K]: z.infer<Known[N]> } {
  const shape = Object.fromEntries(names.map((name) => [name, known[name]])) as { [N in K]: Known[N] };
  return z.object(shape).parse(process.env) as { [N in K]: z.infer<Known[N]> };
}
