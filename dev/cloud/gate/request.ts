/** The members of KMS requests that the gate looks at. It passes the others on without knowing them. */
import { z } from 'zod';

const text = z.string().optional();
const pairs = z.record(z.string(), z.string()).optional();

const kmsRequest = z.looseObject({
  KeyId: text,
  CiphertextBlob: text,
  EncryptionContext: pairs,
  EncryptionAlgorithm: text,
  SigningAlgorithm: text,
  MessageType: text,
  MacAlgorithm: text,
  KeyPairSpec: text,
  PendingWindowInDays: z.number().optional(),
  DryRun: z.boolean().optional(),
  // PutKeyPolicy, and with it CreateKey and TagResource
  Policy: text,
  BypassPolicyLockoutSafetyCheck: z.boolean().optional(),
  KeySpec: text,
  CustomerMasterKeySpec: text,
  KeyUsage: text,
  Origin: text,
  MultiRegion: z.boolean().optional(),
  Tags: z.array(z.looseObject({ TagKey: z.string(), TagValue: z.string() })).optional(),
  TagKeys: z.array(z.string()).optional(),
  // CreateKey
  Description: text,
  // CreateGrant, RetireGrant, ListGrants, and what is done by a grant
  Name: text,
  GrantTokens: z.array(z.string()).optional(),
  GranteePrincipal: text,
  RetiringPrincipal: text,
  Operations: z.array(z.string()).optional(),
  Constraints: z.looseObject({ EncryptionContextEquals: pairs, EncryptionContextSubset: pairs }).optional(),
  GrantId: text,
  GrantToken: text,
  // ReEncrypt
  SourceKeyId: text,
  SourceEncryptionContext: pairs,
  SourceEncryptionAlgorithm: text,
  DestinationKeyId: text,
  DestinationEncryptionContext: pairs,
  DestinationEncryptionAlgorithm: text,
});

export type KmsRequest = Readonly<z.infer<typeof kmsRequest>>;

/** @returns undefined for what is no KMS request: KMS answers it with a SerializationException */
export function parseRequest(body: Buffer): KmsRequest | undefined {
  try {
    return kmsRequest.parse(JSON.parse(body.toString('utf8'), member));
  } catch {
    return undefined;
  }
}

/** To KMS, null is a member that is not there. One that JavaScript would lose on the way is refused. */
function member(name: string, value: unknown): unknown {
  if (name === '__proto__') throw new SyntaxError('a member that cannot be passed on');
  return value === null ? undefined : value;
}
