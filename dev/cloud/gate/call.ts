/**
 * Reads one KMS request as policies and grants see it: which operation, on whose behalf, with which context.
 *
 * AWS KMS Developer Guide, "Condition keys for AWS KMS". A key that is not here is one we cannot answer for, and
 * the gate fails closed on it.
 */
import type { Call, Constraints, Grant } from '#dev/cloud/gate/decide.ts';
import type { Caller, Context, Statement } from '#dev/cloud/gate/policy.ts';

/** What the emulator knows about a call (`kms_facts` in emulator.py). */
export interface Facts {
  readonly principal: null | {
    readonly arn: string;
    readonly account: string;
    readonly type: string;
    /** Nothing for the account's root, which has every permission. */
    readonly identityPolicies: readonly Statement[] | null;
    readonly limits: readonly (readonly Statement[])[];
    readonly tags: Readonly<Record<string, string>>;
  };
  readonly key: null | {
    readonly arn: string;
    readonly policy: string | null;
    readonly spec: string;
    readonly usage: string;
    readonly origin: string;
    readonly aliases: readonly string[];
    readonly tags: Readonly<Record<string, string>>;
  };
  readonly grants: readonly Grant[];
}

/** The members of KMS requests that authorisation looks at. */
export interface KmsRequest {
  readonly KeyId?: string;
  readonly CiphertextBlob?: string;
  readonly EncryptionContext?: Readonly<Record<string, string>>;
  readonly EncryptionAlgorithm?: string;
  readonly SigningAlgorithm?: string;
  readonly MessageType?: string;
  readonly MacAlgorithm?: string;
  readonly KeyPairSpec?: string;
  readonly PendingWindowInDays?: number;
  readonly BypassPolicyLockoutSafetyCheck?: boolean;
  readonly GranteePrincipal?: string;
  readonly RetiringPrincipal?: string;
  readonly Operations?: readonly string[];
  readonly Constraints?: Constraints;
  readonly GrantId?: string;
  readonly GrantToken?: string;
}

export function readCall(operation: string, request: KmsRequest, facts: KnownFacts): Call {
  const { principal, key } = facts;
  const session = /^arn:aws:sts::(\d{12}):assumed-role\/([^/]+)\//.exec(principal.arn);
  const caller: Caller = {
    arn: principal.arn,
    account: principal.account,
    // AWS tells the role's path only in the role itself; this project's roles have none.
    ...(session === null ? {} : { roleArn: `arn:aws:iam::${session[1]}:role/${session[2]}` }),
  };
  return {
    operation,
    caller,
    keyArn: key.arn,
    encryptionContext: request.EncryptionContext ?? {},
    context: readContext(operation, request, facts, caller),
    ...(request.GrantId === undefined ? {} : { grantId: request.GrantId }),
    ...(request.GrantToken === undefined ? {} : { grantToken: request.GrantToken }),
    ...(operation === 'CreateGrant'
      ? {
          newGrant: {
            Operations: request.Operations ?? [],
            ...(request.Constraints === undefined ? {} : { Constraints: request.Constraints }),
          },
        }
      : {}),
  };
}

/** Facts about a call whose caller and key exist. */
export type KnownFacts = { [K in 'principal' | 'key']: NonNullable<Facts[K]> };

const SYMMETRIC = /^(Encrypt|Decrypt|ReEncrypt(From|To)?|GenerateDataKey.*)$/;

function readContext(operation: string, request: KmsRequest, facts: KnownFacts, caller: Caller): Context {
  const { principal, key } = facts;
  const encryptionContext = SYMMETRIC.test(operation) ? (request.EncryptionContext ?? {}) : {};
  const when = (condition: boolean, value: string | number | boolean | undefined) =>
    condition && value !== undefined ? [String(value)] : [];
  const grants = operation === 'CreateGrant';
  const alias = /(?:^|:)(alias\/.+)$/.exec(request.KeyId ?? '')?.[1];
  const now = new Date();

  const known: Readonly<Record<string, readonly string[]>> = {
    // Who calls. In a session, IAM compares the role behind it.
    'aws:principalarn': [caller.roleArn ?? caller.arn],
    'aws:principalaccount': [caller.account],
    'aws:principaltype': [principal.type === 'Root' ? 'Account' : principal.type],
    'aws:principalisawsservice': ['false'],
    'kms:calleraccount': [caller.account],
    // How: directly, never on behalf of a service; over TLS; now.
    'aws:viaawsservice': ['false'],
    'aws:calledvia': [],
    'aws:calledviafirst': [],
    'aws:calledvialast': [],
    'aws:sourcearn': [],
    'aws:sourceaccount': [],
    'kms:viaservice': [],
    'kms:grantisforawsresource': when(/^(CreateGrant|ListGrants|RevokeGrant)$/.test(operation), false),
    'aws:securetransport': ['true'],
    'aws:requestedregion': [key.arn.split(':')[3] ?? ''],
    'aws:currenttime': [now.toISOString()],
    'aws:epochtime': [String(Math.floor(now.getTime() / 1000))],
    // On which key.
    'aws:resourceaccount': [key.arn.split(':')[4] ?? ''],
    'kms:keyspec': [key.spec],
    'kms:keyusage': [key.usage],
    'kms:keyorigin': [key.origin],
    'kms:resourcealiases': key.aliases,
    'kms:requestalias': when(true, alias),
    // To do what.
    'kms:encryptioncontextkeys': Object.keys(encryptionContext),
    'kms:encryptionalgorithm': when(
      /^(Encrypt|Decrypt|ReEncrypt.*)$/.test(operation),
      request.EncryptionAlgorithm ?? 'SYMMETRIC_DEFAULT',
    ),
    'kms:signingalgorithm': when(/^(Sign|Verify)$/.test(operation), request.SigningAlgorithm),
    'kms:messagetype': when(/^(Sign|Verify)$/.test(operation), request.MessageType ?? 'RAW'),
    'kms:macalgorithm': when(/^(GenerateMac|VerifyMac)$/.test(operation), request.MacAlgorithm),
    'kms:datakeypairspec': when(/^GenerateDataKeyPair/.test(operation), request.KeyPairSpec),
    'kms:schedulekeydeletionpendingwindowindays': when(
      operation === 'ScheduleKeyDeletion',
      request.PendingWindowInDays ?? 30,
    ),
    'kms:bypasspolicylockoutsafetycheck': when(
      operation === 'PutKeyPolicy',
      request.BypassPolicyLockoutSafetyCheck ?? false,
    ),
    'kms:grantoperations': grants ? (request.Operations ?? []) : [],
    'kms:grantconstrainttype': grants ? Object.keys(request.Constraints ?? {}) : [],
    'kms:granteeprincipal': when(grants, request.GranteePrincipal),
    'kms:retiringprincipal': when(grants, request.RetiringPrincipal),
  };

  const prefixed: readonly [string, Readonly<Record<string, string>>][] = [
    ['kms:encryptioncontext:', encryptionContext],
    ['aws:principaltag/', principal.tags],
    ['aws:resourcetag/', key.tags],
  ];

  return {
    values(name) {
      const lower = name.toLowerCase();
      for (const [prefix, pairs] of prefixed) {
        if (!lower.startsWith(prefix)) continue;
        const wanted = lower.slice(prefix.length);
        // Names that differ only in case are the same condition key, with more than one value.
        return Object.entries(pairs).flatMap(([pair, value]) =>
          pair.toLowerCase() === wanted ? [value] : [],
        );
      }
      return Object.hasOwn(known, lower) ? known[lower] : undefined;
    },
  };
}
