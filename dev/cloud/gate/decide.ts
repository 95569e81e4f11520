/**
 * Whether KMS would let a call through: its key policy, the caller's own policies, and the key's grants.
 *
 * AWS KMS Developer Guide: "Determining access to AWS KMS keys", "Key policies", "Grants in AWS KMS",
 * "Retiring and revoking grants". Nothing here talks to anyone; `gate.ts` gathers the facts.
 */
import { type Caller, type Context, matches, names, rootOf, type Statement } from '#dev/cloud/gate/policy.ts';

export interface Call {
  /** As KMS names it, for example `Decrypt`. */
  readonly operation: string;
  readonly caller: Caller;
  readonly keyArn: string;
  /** What the call says of itself to policy conditions. */
  readonly context: Context;
  /** The encryption context given with the call; empty if none was. */
  readonly encryptionContext: Readonly<Record<string, string>>;
  /** For `RetireGrant`: which grant. */
  readonly grantId?: string;
  readonly grantToken?: string;
  /** For `CreateGrant`: what the new grant is to allow. */
  readonly newGrant?: Pick<Grant, 'Operations' | 'Constraints'>;
}

export interface Grant {
  readonly GrantId: string;
  readonly Name?: string;
  readonly GranteePrincipal: string;
  readonly RetiringPrincipal?: string;
  readonly Operations: readonly string[];
  readonly Constraints?: Constraints;
  readonly GrantTokens?: readonly string[];
}

export interface Constraints {
  readonly EncryptionContextEquals?: Readonly<Record<string, string>> | undefined;
  readonly EncryptionContextSubset?: Readonly<Record<string, string>> | undefined;
}

export interface Rules {
  readonly keyPolicy: readonly Statement[];
  /** The caller's identity policies; `undefined` for the account's root, which has every permission. */
  readonly identityPolicies: readonly Statement[] | undefined;
  /** Permissions boundary and session policies: each must allow as well, and each may deny. */
  readonly limits: readonly (readonly Statement[])[];
  /** The key's live grants. A retired or revoked grant is not among them. */
  readonly grants: readonly Grant[];
}

export type Verdict =
  | { readonly allowed: true; readonly by: string }
  | { readonly allowed: false; readonly explicit: boolean; readonly reason: string };

/** Decides one call. An explicit deny wins over everything, grants included. */
export function decide(call: Call, rules: Rules): Verdict {
  const action = `kms:${call.operation}`;
  const hits = (statement: Statement) => matches(statement, action, call.keyArn, call.context);
  const denies = (statement: Statement) => statement.Effect === 'Deny' && hits(statement) !== 'no';
  const allows = (statement: Statement) => statement.Effect === 'Allow' && hits(statement) === 'yes';

  // kms:RetireGrant has no effect in a key policy.
  const keyPolicy = call.operation === 'RetireGrant' ? [] : rules.keyPolicy;
  const own = rules.identityPolicies ?? [];
  const explicit =
    keyPolicy.find((statement) => names(statement, call.caller) !== undefined && denies(statement)) ??
    [own, ...rules.limits].flat().find(denies);
  if (explicit !== undefined) return refuse(`an explicit deny${label(explicit)}`, true);

  if (call.operation === 'RetireGrant') return retirement(call, rules.grants);

  const withinLimits = rules.limits.every((limit) => limit.some(allows));
  for (const statement of keyPolicy) {
    if (statement.NotPrincipal !== undefined || !allows(statement)) continue;
    const how = names(statement, call.caller);
    if (how === 'itself') return permit(`the key policy${label(statement)}`);
    if ((how === 'role' || how === 'anyone') && withinLimits)
      return permit(`the key policy${label(statement)}`);
    if (how === 'account' && withinLimits) {
      if (rules.identityPolicies === undefined) return permit(`the key policy${label(statement)}`);
      const identity = own.find(allows);
      if (identity !== undefined)
        return permit(`an identity policy${label(identity)}, by leave of the key policy`);
    }
  }

  const grant = withinLimits ? rules.grants.find((candidate) => covers(candidate, call)) : undefined;
  if (grant !== undefined) return permit(`grant ${grant.GrantId}`);
  return refuse('no key policy statement, identity policy or grant allows it', false);
}

/**
 * Decides an operation on no key that exists, such as `CreateKey`: there is no key policy and no grant, so that the
 * caller's own policies are alone.
 */
export function decideWithoutKey(
  call: { readonly operation: string; readonly resource: string; readonly context: Context },
  { identityPolicies, limits }: Pick<Rules, 'identityPolicies' | 'limits'>,
): Verdict {
  const hits = (statement: Statement) =>
    matches(statement, `kms:${call.operation}`, call.resource, call.context);
  const allows = (statement: Statement) => statement.Effect === 'Allow' && hits(statement) === 'yes';
  const explicit = [identityPolicies ?? [], ...limits]
    .flat()
    .find((statement) => statement.Effect === 'Deny' && hits(statement) !== 'no');
  if (explicit !== undefined) return refuse(`an explicit deny${label(explicit)}`, true);
  if (!limits.every((limit) => limit.some(allows)))
    return refuse('a permissions boundary or session policy does not allow it', false);
  if (identityPolicies === undefined) return permit('the account, which has every permission');
  const identity = identityPolicies.find(allows);
  if (identity !== undefined) return permit(`an identity policy${label(identity)}`);
  return refuse('no identity policy allows it', false);
}

/** Whether a grant lets its grantee make this call. */
export function covers(grant: Grant, call: Call): boolean {
  return (
    isPrincipal(grant.GranteePrincipal, call.caller) &&
    grant.Operations.includes(call.operation) &&
    satisfies(grant, call)
  );
}

function satisfies(grant: Grant, call: Call): boolean {
  if (call.operation === 'CreateGrant') return narrows(grant, call.newGrant);
  // "Grants with grant constraints can include DescribeKey and RetireGrant, but the constraint doesn't apply".
  if (call.operation === 'DescribeKey') return true;
  const { EncryptionContextEquals: equals, EncryptionContextSubset: subset } = grant.Constraints ?? {};
  return (
    (equals === undefined ||
      (includes(call.encryptionContext, equals) && includes(equals, call.encryptionContext))) &&
    (subset === undefined || includes(call.encryptionContext, subset))
  );
}

/** A grant made under another grant allows none but its operations, under a constraint at least as strict. */
function narrows(grant: Grant, child: Call['newGrant']): boolean {
  if (child === undefined || !child.Operations.every((operation) => grant.Operations.includes(operation)))
    return false;
  const { EncryptionContextEquals: equals, EncryptionContextSubset: subset } = grant.Constraints ?? {};
  const childEquals = child.Constraints?.EncryptionContextEquals;
  const childPairs = childEquals ?? child.Constraints?.EncryptionContextSubset ?? {};
  return (
    (equals === undefined ||
      (childEquals !== undefined && includes(childEquals, equals) && includes(equals, childEquals))) &&
    (subset === undefined || includes(childPairs, subset))
  );
}

/**
 * The grant says who may retire it: its retiring principal, its grantee if it lists `RetireGrant`, and as a last
 * resort the account. KMS lets the account delegate that right by an identity policy too; we do not use it and
 * therefore do not allow it.
 */
function retirement(call: Call, grants: readonly Grant[]): Verdict {
  const grant = grants.find((candidate) =>
    call.grantToken !== undefined
      ? candidate.GrantTokens?.includes(call.grantToken)
      : candidate.GrantId === call.grantId,
  );
  if (call.caller.arn === rootOf(call.caller.account))
    return permit('the account, which may retire any of its grants');
  if (grant === undefined) return refuse('there is no such grant', false);
  if (grant.RetiringPrincipal !== undefined && isPrincipal(grant.RetiringPrincipal, call.caller)) {
    return permit(`grant ${grant.GrantId}, as its retiring principal`);
  }
  if (grant.Operations.includes('RetireGrant') && isPrincipal(grant.GranteePrincipal, call.caller)) {
    return permit(`grant ${grant.GrantId}, as its grantee`);
  }
  return refuse('the grant names another to retire it', false);
}

function isPrincipal(arn: string, caller: Caller): boolean {
  return arn === caller.arn || (caller.roleArn !== undefined && arn === caller.roleArn);
}

/** Whether every pair of `part` is in `whole`, name and value to the letter. */
function includes(whole: Readonly<Record<string, string>>, part: Readonly<Record<string, string>>): boolean {
  return Object.entries(part).every(([name, value]) => whole[name] === value);
}

function permit(by: string): Verdict {
  return { allowed: true, by };
}

function refuse(reason: string, explicit: boolean): Verdict {
  return { allowed: false, explicit, reason };
}

function label(statement: Statement): string {
  return statement.Sid === undefined ? '' : ` (${statement.Sid})`;
}
