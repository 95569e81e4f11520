import { type Warning, warningsOf } from '#client/policy-warnings.ts';
import { type Policy, policyHash, policySchema } from '#core/cases/policy.ts';
import { unkeepableWithin } from '#core/cases/policy-kept.ts';
import { JsonError, parseJsonText } from '#core/json.ts';

/** A policy's file as it was dropped on the page: what it says, or why it cannot be used. */
export type PolicyRead =
  | {
      is: 'policy';
      policy: Policy;
      hash: string;
      /** Lawful and unusual. */
      warnings: readonly Warning[];
      /** What this deployment could not keep. */
      unkeepable: readonly Fault[];
    }
  | { is: 'no-json' }
  | { is: 'faults'; faults: readonly Fault[] };

export interface Fault {
  /** `categories.TrafficData.0.offence` */
  at: string;
  says: string;
}

/**
 * @param now an instant, as of which holidays are known far enough or not
 * @param coolOffHours of the deployment, where it says
 */
export function readPolicy(text: string, now: string, coolOffHours: number | undefined): PolicyRead {
  let value: unknown;
  try {
    value = parseJsonText(text);
  } catch (error) {
    if (error instanceof JsonError) return { is: 'no-json' };
    throw error;
  }
  const parsed = policySchema.safeParse(value);
  const faultOf = ({ path, message }: { path: readonly PropertyKey[]; message: string }) => ({
    at: path.map(String).join('.'),
    says: message,
  });
  if (!parsed.success) return { is: 'faults', faults: parsed.error.issues.map(faultOf) };
  const policy = parsed.data;
  return {
    is: 'policy',
    policy,
    hash: policyHash(policy),
    warnings: warningsOf(policy, now),
    unkeepable: coolOffHours === undefined ? [] : unkeepableWithin(policy, coolOffHours).map(faultOf),
  };
}
