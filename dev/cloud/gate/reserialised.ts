import type { Reply } from '#dev/cloud/gate/emulated.ts';

/**
 * A key policy as KMS gives it back: what it says, and not as it was written. By many reports (terraform-provider-aws,
 * community.aws, Crossplane; not tried on an account) a list of one member comes back as a text, and longer ones in
 * another order. Whoever compares a policy as it stands takes each key for one that somebody changed.
 *
 * @param policy that is valid JSON; anything else stays as it is
 */
export function reserialised(policy: string): string {
  try {
    return JSON.stringify(written(JSON.parse(policy)), null, 2);
  } catch {
    return policy;
  }
}

function written(value: unknown, name = ''): unknown {
  if (Array.isArray(value)) {
    // Statements stay in their order; every other list of a policy is a set.
    if (name === 'Statement') return value.map((member) => written(member));
    return value.length === 1 ? value[0] : value.toReversed();
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, written(member, key)]));
}

/** The answer to a call, with the policy in it as KMS would give it back. */
export function policyAsGivenBack(operation: string, reply: Reply): Reply {
  if (operation !== 'GetKeyPolicy' || reply.status !== 200) return reply;
  const { Policy, ...rest } = JSON.parse(reply.body.toString('utf8')) as Record<string, unknown>;
  if (typeof Policy !== 'string') return reply;
  return { ...reply, body: Buffer.from(JSON.stringify({ ...rest, Policy: reserialised(Policy) })) };
}
