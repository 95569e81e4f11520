/**
 * What tests need of a cloud beyond that the stack runs on it. A cloud has what a probe found there (probe.ts), whoever
 * made it; a test that needs more is skipped, and the end of a run says for want of what.
 */

/** Each with the words for where it is missing. */
const wants = {
  iam: 'policies of roles, users and buckets are not enforced here',
  kms: 'key policies, grants and encryption contexts do not decide KMS calls here',
  kmsJournal: 'nothing here records what KMS did',
  objectLock: 'the log’s bucket has no Object Lock here',
  singleRecords: 'event source mappings of Kinesis do not follow what a function says of single records here',
  streamEncryption: 'the events stream is not encrypted here',
  pointInTime: 'tables have no point-in-time recovery here',
  logGroups: 'functions do not write to the log groups that they name here',
  gatewayResponses: 'the API’s own refusals do not have the answers that it was given here',
  ours: 'the local cloud of this project, which the test is about, is not here',
} as const;

export type Capability = keyof typeof wants;

export const capabilities: readonly Capability[] = Object.keys(wants).filter(
  (name): name is Capability => name in wants,
);

/** Why a test that needs these cannot run on a cloud, in words; `false` where it can. For a test’s `skip`. */
export function lacks(
  { can }: { readonly can: readonly Capability[] },
  ...needed: readonly Capability[]
): string | false {
  const missing = needed.filter((name) => !can.includes(name));
  return missing.length === 0 ? false : missing.map((name) => wants[name]).join('; ');
}

/** All that a cloud lacks, in words. */
export function missingWords({ can }: { readonly can: readonly Capability[] }): string[] {
  return capabilities.filter((name) => name !== 'ours' && !can.includes(name)).map((name) => wants[name]);
}
