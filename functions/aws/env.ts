import { z } from 'zod';
import { policySchema } from '#core/cases/policy.ts';

/**
 * Everything a function is told at deployment. `lib/` gives each function just what it uses; a function asks for
 * it by name when it starts, so one that was not given what it needs fails at once and says which.
 */
const known = {
  CASES_TABLE: z.string().min(1),
  ENTRIES_TABLE: z.string().min(1),
  LOG_TABLE: z.string().min(1),
  DOOR_TABLE: z.string().min(1),
  REGISTRY_TABLE: z.string().min(1),
  VAULT_TABLE: z.string().min(1),
  LOG_BUCKET: z.string().min(1),
  VAULT_KEY: z.string().min(1),
  INDEX_KEY: z.string().min(1),
  DESK_KEY: z.string().min(1),
  /** ARNs: the first signs, all are published. */
  PROVIDER_KEYS: z
    .string()
    .min(1)
    .transform((text) => text.split(' ')),
  COLLECT_ROLE: z.string().min(1),
  PROVIDER_NAME: z.string().min(1),
  /** Hours from a key's enrolment until it may be used. */
  COOL_OFF_HOURS: z.coerce.number().nonnegative(),
  RETENTION_MONTHS: z.coerce.number().int().positive(),
  /** The authorities that callers may sign for: the custom domain's, else whatever the API was reached by. */
  AUTHORITY: z.string().optional(),
  POLICY: z.string().transform((text) => policySchema.parse(JSON.parse(text))),
} as const;

type Known = typeof known;

/** @throws ZodError naming what is missing or wrong */
export function env<K extends keyof Known>(...names: K[]): { [N in K]: z.infer<Known[N]> } {
  const shape = Object.fromEntries(names.map((name) => [name, known[name]])) as { [N in K]: Known[N] };
  return z.object(shape).parse(process.env) as { [N in K]: z.infer<Known[N]> };
}
