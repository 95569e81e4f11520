/** The gate's answers to calls that KMS would refuse, from what the emulator knows about them. */
import { type KnownFacts, newKey, type Principal, readCall, readCreateKey } from '#dev/cloud/gate/call.ts';
import { type Call, decide, decideWithoutKey, type Grant, type Verdict } from '#dev/cloud/gate/decide.ts';
import { type Reply, refusal } from '#dev/cloud/gate/emulated.ts';
import { type Statement, statementsOf } from '#dev/cloud/gate/policy.ts';
import type { KmsRequest } from '#dev/cloud/gate/request.ts';

/** @returns what KMS answers if nothing allows a call on a key; nothing if something does */
export function denial(call: Call, facts: KnownFacts & { grants: readonly Grant[] }): Reply | undefined {
  const { policy } = facts.key;
  const verdict = decide(call, {
    keyPolicy: policy === null ? [] : statementsOf(policy),
    ...ownRules(facts.principal),
    grants: facts.grants,
  });
  return denied(facts.principal, call.operation, call.keyArn, verdict);
}

/**
 * `CreateKey` is on no key: IAM policies decide. With tags it needs `kms:TagResource` too, "in an IAM policy that
 * isn't restricted to particular KMS keys" (Developer Guide, "Controlling access to tags").
 */
export function createKeyRefusal(
  request: KmsRequest,
  principal: Principal,
  region: string,
): Reply | undefined {
  const context = readCreateKey(request, principal, region);
  const keys = `arn:aws:kms:${region}:${principal.account}:key/`;
  const permissions = [
    { operation: 'CreateKey', resource: '*' },
    ...((request.Tags ?? []).length > 0 ? [{ operation: 'TagResource', resource: `${keys}*` }] : []),
  ];
  for (const { operation, resource } of permissions) {
    const verdict = decideWithoutKey({ operation, resource, context }, ownRules(principal));
    const refused = denied(principal, operation, resource, verdict);
    if (refused !== undefined) return refused;
  }
  const key = { arn: `${keys}new`, policy: null, aliases: [], ...newKey(request) };
  return policyRefusal(request, { principal, key });
}

/**
 * Whether KMS takes a new key policy. Unless the caller asks to bypass it, the lockout safety check wants the policy
 * to let the caller put another one: by naming the caller, or by naming the account while the caller's own policies
 * allow it. (CreateKey and PutKeyPolicy, parameter `BypassPolicyLockoutSafetyCheck`.)
 */
export function policyRefusal(request: KmsRequest, { principal, key }: KnownFacts): Reply | undefined {
  if (request.Policy === undefined) return undefined;
  const keyPolicy = statements(request.Policy);
  if (keyPolicy === undefined) return malformed('The key policy is not a JSON policy document.');
  if (request.BypassPolicyLockoutSafetyCheck === true) return undefined;
  const again = readCall('PutKeyPolicy', {}, { principal, key });
  return decide(again, { keyPolicy, ...ownRules(principal), grants: [] }).allowed
    ? undefined
    : malformed('The new key policy will not allow you to update the key policy in the future.');
}

function statements(policy: string): readonly Statement[] | undefined {
  try {
    const found = statementsOf(policy);
    return found.length > 0 &&
      found.every((statement) => statement.Effect === 'Allow' || statement.Effect === 'Deny')
      ? found
      : undefined;
  } catch {
    return undefined;
  }
}

function ownRules(principal: Principal) {
  return { identityPolicies: principal.identityPolicies ?? undefined, limits: principal.limits };
}

function denied(
  principal: Principal,
  operation: string,
  resource: string,
  verdict: Verdict,
): Reply | undefined {
  if (verdict.allowed) return undefined;
  return refusal(
    400,
    'AccessDeniedException',
    `User: ${principal.arn} is not authorized to perform: kms:${operation} on resource: ${resource} because of ${verdict.reason}`,
  );
}

function malformed(message: string): Reply {
  return refusal(400, 'MalformedPolicyDocumentException', message);
}
