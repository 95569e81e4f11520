import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { checkActive, policySchema } from '#core/cases/policy.ts';
import { environment } from '#core/environment.ts';
import { parseJson } from '#core/json.ts';
import { parseTrustPolicy } from '#core/log/trust-policy.ts';
import { subscriptionsOf, subscriptionsSchema } from '#core/revocations/subscription.ts';

/** A file beside the function's code. */
const beside = (file: string) => resolve(process.env.LAMBDA_TASK_ROOT ?? '', file);

const known = {
  ...environment,
  POLICY: environment.POLICY.transform((file) => {
    const policy = policySchema.parse(parseJson(readFileSync(beside(file))));
    // It was refused when the stack was made. Whoever puts it there otherwise has functions that do not start.
    checkActive(policy);
    return policy;
  }),
  WITNESSES: environment.WITNESSES.transform((file) => parseTrustPolicy(readFileSync(beside(file), 'utf8'))),
  REVOCATIONS_FROM: environment.REVOCATIONS_FROM.transform((file) =>
    subscriptionsOf(subscriptionsSchema.parse(parseJson(readFileSync(beside(file))))),
  ),
} as const;

type Known = typeof known;

/**
 * What the deployment set for this function. A module asks for its variables by name when it is loaded, so a function
 * that lacks one fails at its start. lib/functions.ts says which function has which.
 *
 * @throws ZodError naming what is missing or wrong
 */
export function env<K extends keyof Known>(...names: K[]): { [N in K]: z.infer<Known[N]> } {
  const shape = Object.fromEntries(names.map((name) => [name, known[name]])) as { [N in K]: Known[N] };
  return z.object(shape).parse(process.env) as { [N in K]: z.infer<Known[N]> };
}
