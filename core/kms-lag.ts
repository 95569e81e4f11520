/**
 * KMS follows a change within a documented time and not at once. Until then an answer of KMS may be that of before: a new
 * grant is not listed, counts only with its token, and cannot be found to be revoked; a revoked one is listed and opens; a
 * new key is not found, and its tags do not count.
 *
 * AWS KMS Developer Guide, "AWS KMS eventual consistency" and "Grants in AWS KMS": usually less than five minutes. "ABAC for
 * AWS KMS": tags, up to five minutes. Decision 61 has what Writ makes of it.
 */
export const kmsFollowsMs = 300_000;

/**
 * Whether KMS may still answer as it was before a change.
 *
 * @param since when the change was made; undefined: nobody knows, and so long ago
 */
export function mayLag(since: string | undefined, now: string): boolean {
  return since !== undefined && Date.parse(now) - Date.parse(since) < kmsFollowsMs;
}
