/**
 * The journal of KMS calls: one line of JSON for each call on a key that came through the gate, in the shape of a
 * CloudTrail event as far as it goes. For tests and benches that count who asked KMS for what.
 *
 * It holds what CloudTrail holds of a KMS call and nothing that KMS keeps from it: no plaintext, no ciphertext, no
 * message, no grant token (KMS Developer Guide, "Logging KMS API calls with CloudTrail"). What the emulator's own
 * services do with keys does not come through the gate and is not here.
 */
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { KmsRequest } from '#dev/cloud/gate/request.ts';

export interface KmsEvent {
  readonly eventTime: string;
  readonly eventSource: 'kms.amazonaws.com';
  /** As KMS names the operation, for example `Decrypt`. */
  readonly eventName: string;
  readonly userIdentity: {
    /** A role's session, a user, or the account's root. */
    readonly arn: string;
    /** Of a session: the role behind it. */
    readonly sessionContext?: { readonly sessionIssuer: { readonly arn: string } };
  };
  readonly requestParameters: RequestParameters;
  /** The keys. For `ReEncrypt` the source's first, then the destination's. */
  readonly resources: readonly { readonly ARN: string }[];
  /** For example `AccessDenied` or `KMSInvalidStateException`; nothing if the call succeeded. */
  readonly errorCode?: string;
}

export interface RequestParameters {
  /** As the caller named it. `Decrypt` need not name one: see `resources`. */
  readonly keyId?: string;
  readonly encryptionContext?: Readonly<Record<string, string>>;
  readonly sourceEncryptionContext?: Readonly<Record<string, string>>;
  readonly destinationEncryptionContext?: Readonly<Record<string, string>>;
  readonly [other: string]: unknown;
}

/** The journal's name in the state directory. */
export const JOURNAL = 'kms.jsonl';

const fileOf = (stateDir: string) => join(stateDir, JOURNAL);

/**
 * The KMS calls so far, in the order of their answers. A caller that has its answer finds its call here.
 *
 * @param stateDir of the local cloud (`Cloud.stateDir`)
 * @returns nothing if no gate of ours runs there
 */
export function readKmsJournal(stateDir: string): KmsEvent[] {
  let text: string;
  try {
    text = readFileSync(fileOf(stateDir), 'utf8');
  } catch {
    return [];
  }
  // After the last newline there may be the beginning of a line that is being written.
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as KmsEvent);
}

export interface Journal {
  write(event: KmsEvent): void;
  close(): void;
}

/**
 * Opens the journal of a gate that starts: an empty one.
 *
 * A line is handed to the system before its call is answered, without waiting for a disk: a line that came later
 * would make every test that counts a race. A journal that cannot be written breaks no call.
 */
export function openJournal(stateDir: string): Journal {
  let file: number | undefined = openSync(fileOf(stateDir), 'w', 0o600);
  return {
    write: (event) => {
      // A call that was still under way when the gate closed.
      if (file === undefined) return;
      try {
        writeSync(file, `${JSON.stringify(event)}\n`);
      } catch (error) {
        console.error('kms journal:', error);
      }
    },
    close: () => {
      if (file !== undefined) closeSync(file);
      file = undefined;
    },
  };
}

/** The members of requests that are told. Any other is not: what KMS adds tomorrow may be a secret. */
const TOLD = [
  ...['KeyId', 'EncryptionContext', 'EncryptionAlgorithm', 'SigningAlgorithm', 'MessageType', 'MacAlgorithm'],
  ...['KeySpec', 'KeyUsage', 'KeyPairSpec', 'NumberOfBytes', 'Origin', 'MultiRegion', 'Description'],
  ...['Policy', 'PolicyName', 'BypassPolicyLockoutSafetyCheck', 'PendingWindowInDays', 'Tags', 'TagKeys'],
  ...['GranteePrincipal', 'RetiringPrincipal', 'Operations', 'Constraints', 'GrantId', 'Name'],
  ...['SourceKeyId', 'SourceEncryptionContext', 'SourceEncryptionAlgorithm'],
  ...['DestinationKeyId', 'DestinationEncryptionContext', 'DestinationEncryptionAlgorithm', 'DryRun'],
];

/** A call as CloudTrail tells it. */
export function kmsEvent(call: {
  operation: string;
  caller: { arn: string; roleArn?: string };
  request: KmsRequest;
  keyArns: readonly string[];
  error?: string | undefined;
  at?: Date;
}): KmsEvent {
  const { arn, roleArn } = call.caller;
  return {
    eventTime: (call.at ?? new Date()).toISOString(),
    eventSource: 'kms.amazonaws.com',
    eventName: call.operation,
    userIdentity: {
      arn,
      ...(roleArn === undefined ? {} : { sessionContext: { sessionIssuer: { arn: roleArn } } }),
    },
    requestParameters: Object.fromEntries(
      TOLD.filter((member) => call.request[member] !== undefined).map((member) => [
        lowered(member),
        member === 'Constraints' ? renamed(call.request.Constraints ?? {}) : call.request[member],
      ]),
    ),
    resources: call.keyArns.map((ARN) => ({ ARN })),
    ...(call.error === undefined ? {} : { errorCode: call.error }),
  };
}

/** The names of a grant's constraints, not those of the pairs in them. */
function renamed(constraints: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(constraints).map(([name, pairs]) => [lowered(name), pairs]));
}

/** CloudTrail writes members with a small first letter. */
function lowered(member: string): string {
  return member.charAt(0).toLowerCase() + member.slice(1);
}
