/**
 * Reads one KMS request as policies and grants see it: which operation, on whose behalf, with which context.
 *
 * AWS KMS Developer Guide, "Condition keys for AWS KMS". A key that is not here is one we cannot answer for, and
 * the gate fails closed on it.
 */
import type { Call, Grant } from '#dev/cloud/gate/decide.ts';
import type { Caller, Context, Statement } from '#dev/cloud/gate/policy.ts';
import type { KmsRequest } from '#dev/cloud/gate/request.ts';

/** What the emulator knows about a call (`kms_facts` in emulator.py). */
export interface Facts {
  readonly principal: null | {
    readonly arn: string;
    readonly account: string;
    readonly type: string;
    /** Nothing for the account's root, which has every permission. */
    readonly identityPolicies: readonly Statement[] | null;
    readonly limits: readonly (readonly Statement[])[];
    readonly tags: Tags;
  };
  readonly key:
    | null
    | (KeyFacts & {
        readonly arn: string;
        readonly policy: string | null;
        readonly aliases: readonly string[];
      });
  readonly grants: readonly Grant[];
}

/** Facts about a call whose caller and key exist. */
export type KnownFacts = { [K in 'principal' | 'key']: NonNullable<Facts[K]> };
export type Principal = KnownFacts['principal'];

type Tags = Readonly<Record<string, string>>;

/** What a key is, or is to be. */
export interface KeyFacts {
  readonly spec: string;
  readonly usage: string;
  readonly origin: string;
  /** Which of its multi-Region keys it is; nothing for a key of one Region. */
  readonly multiRegion: 'PRIMARY' | 'REPLICA' | null;
  readonly tags: Tags;
}

export function callerOf(principal: Principal): Caller {
  const session = /^arn:aws:sts::(\d{12}):assumed-role\/([^/]+)\//.exec(principal.arn);
  return {
    arn: principal.arn,
    account: principal.account,
    // AWS tells the role's path only in the role itself; this project's roles have none.
    ...(session === null ? {} : { roleArn: `arn:aws:iam::${session[1]}:role/${session[2]}` }),
  };
}

/**
 * Reads a call on a key. `ReEncrypt` is two of them, `ReEncryptFrom` and `ReEncryptTo`, each read from its own part
 * of the request.
 *
 * @param sameKey for the parts of `ReEncrypt`: whether source and destination are one key
 */
export function readCall(operation: string, request: KmsRequest, facts: KnownFacts, sameKey?: boolean): Call {
  const { principal, key } = facts;
  const caller = callerOf(principal);
  return {
    operation,
    caller,
    keyArn: key.arn,
    encryptionContext: request.EncryptionContext ?? {},
    context: readContext(operation, request, facts, caller, sameKey),
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

const SYMMETRIC = /^(Encrypt|Decrypt|ReEncrypt(From|To)|GenerateDataKey.*)$/;

function readContext(
  operation: string,
  request: KmsRequest,
  { principal, key }: KnownFacts,
  caller: Caller,
  sameKey: boolean | undefined,
): Context {
  const encryptionContext = SYMMETRIC.test(operation) ? (request.EncryptionContext ?? {}) : {};
  const grants = operation === 'CreateGrant';
  const requestTags = /^(TagResource|ReplicateKey)$/.test(operation) ? tagsOf(request) : {};
  return contextOf(
    {
      ...ofCaller(principal, caller),
      ...ofKey(key),
      'kms:calleraccount': [caller.account],
      'kms:grantisforawsresource': when(/^(CreateGrant|ListGrants|RevokeGrant)$/.test(operation), false),
      'aws:requestedregion': [key.arn.split(':')[3] ?? ''],
      'aws:resourceaccount': [key.arn.split(':')[4] ?? ''],
      'kms:resourcealiases': key.aliases,
      'kms:requestalias': when(true, /(?:^|:)(alias\/.+)$/.exec(request.KeyId ?? '')?.[1]),
      // To do what.
      'kms:encryptioncontextkeys': Object.keys(encryptionContext),
      // The algorithm used counts, given or not: data keys are always wrapped with the symmetric one.
      'kms:encryptionalgorithm': when(
        SYMMETRIC.test(operation),
        request.EncryptionAlgorithm ?? 'SYMMETRIC_DEFAULT',
      ),
      'kms:reencryptonsamekey': when(true, sameKey),
      'kms:signingalgorithm': when(/^(Sign|Verify)$/.test(operation), request.SigningAlgorithm),
      'kms:messagetype': when(/^(Sign|Verify)$/.test(operation), request.MessageType ?? 'RAW'),
      'kms:macalgorithm': when(/^(GenerateMac|VerifyMac)$/.test(operation), request.MacAlgorithm),
      'kms:datakeypairspec': when(/^GenerateDataKeyPair/.test(operation), request.KeyPairSpec),
      'kms:schedulekeydeletionpendingwindowindays': when(
        operation === 'ScheduleKeyDeletion',
        request.PendingWindowInDays ?? 30,
      ),
      ...ofLockout(operation === 'PutKeyPolicy', request),
      'kms:grantoperations': grants ? (request.Operations ?? []) : [],
      'kms:grantconstrainttype': grants ? Object.keys(request.Constraints ?? {}) : [],
      'kms:granteeprincipal': when(grants, request.GranteePrincipal),
      'kms:retiringprincipal': when(grants, request.RetiringPrincipal),
      'aws:tagkeys': operation === 'UntagResource' ? (request.TagKeys ?? []) : Object.keys(requestTags),
    },
    {
      'kms:encryptioncontext:': encryptionContext,
      'aws:principaltag/': principal.tags,
      'aws:resourcetag/': key.tags,
      'aws:requesttag/': requestTags,
    },
  );
}

/** What `CreateKey` tells IAM policies, which are alone with it: there is no key yet, and so no key policy. */
export function readCreateKey(request: KmsRequest, principal: Principal, region: string): Context {
  const key = newKey(request);
  return contextOf(
    {
      ...ofCaller(principal, callerOf(principal)),
      ...ofKey(key),
      'kms:calleraccount': [],
      'aws:requestedregion': [region],
      ...ofLockout(true, request),
      'aws:tagkeys': Object.keys(key.tags),
    },
    { 'aws:principaltag/': principal.tags, 'aws:requesttag/': key.tags, 'aws:resourcetag/': {} },
  );
}

/** The key that a `CreateKey` asks for, with KMS's defaults. */
export function newKey(request: KmsRequest): KeyFacts {
  return {
    spec: request.KeySpec ?? request.CustomerMasterKeySpec ?? 'SYMMETRIC_DEFAULT',
    usage: request.KeyUsage ?? 'ENCRYPT_DECRYPT',
    origin: request.Origin ?? 'AWS_KMS',
    multiRegion: request.MultiRegion === true ? 'PRIMARY' : null,
    tags: tagsOf(request),
  };
}

function tagsOf(request: KmsRequest): Tags {
  return Object.fromEntries((request.Tags ?? []).map(({ TagKey, TagValue }) => [TagKey, TagValue]));
}

type Values = Readonly<Record<string, readonly string[]>>;

function when(condition: boolean, value: string | number | boolean | undefined): readonly string[] {
  return condition && value !== undefined ? [String(value)] : [];
}

/** Who calls, and how: directly, never on behalf of a service; over TLS; now. */
function ofCaller(principal: Principal, caller: Caller): Values {
  const now = new Date();
  return {
    // In a session, IAM compares the role behind it.
    'aws:principalarn': [caller.roleArn ?? caller.arn],
    'aws:principalaccount': [caller.account],
    'aws:principaltype': [principal.type === 'Root' ? 'Account' : principal.type],
    'aws:principalisawsservice': ['false'],
    'aws:viaawsservice': ['false'],
    'aws:calledvia': [],
    'aws:calledviafirst': [],
    'aws:calledvialast': [],
    'aws:sourcearn': [],
    'aws:sourceaccount': [],
    'kms:viaservice': [],
    'aws:securetransport': ['true'],
    'aws:currenttime': [now.toISOString()],
    'aws:epochtime': [String(Math.floor(now.getTime() / 1000))],
  };
}

function ofKey(key: KeyFacts): Values {
  return {
    'kms:keyspec': [key.spec],
    'kms:customermasterkeyspec': [key.spec],
    'kms:keyusage': [key.usage],
    'kms:customermasterkeyusage': [key.usage],
    'kms:keyorigin': [key.origin],
    'kms:multiregion': [String(key.multiRegion !== null)],
    'kms:multiregionkeytype': when(true, key.multiRegion ?? undefined),
  };
}

/** The guide's example tests the key with `Null`: it is there only if the request has the parameter. */
function ofLockout(applies: boolean, request: KmsRequest): Values {
  return { 'kms:bypasspolicylockoutsafetycheck': when(applies, request.BypassPolicyLockoutSafetyCheck) };
}

/** @param prefixed the condition keys whose name goes on with that of a tag or a pair of the encryption context */
function contextOf(known: Values, prefixed: Readonly<Record<string, Tags>>): Context {
  return {
    values(name) {
      const lower = name.toLowerCase();
      for (const [prefix, pairs] of Object.entries(prefixed)) {
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
