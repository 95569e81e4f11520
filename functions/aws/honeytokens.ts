import { CaseError } from '#core/cases/errors.ts';
import type { Subject } from '#core/cases/request.ts';
import type { KeyRecord } from '#core/registry/records.ts';
import { honeytokenTag } from './blind-index.ts';
import { catchKey } from './caught.ts';

/**
 * Decoys: accounts that nobody has reason to ask for. Whoever asks for one found it where they should not have been
 * looking.
 *
 * @param tags of the policy's decoys
 * @throws CaseError subject-unknown, as for anybody who is not there: a thief need not know
 */
export async function checkHoneytokens(
  subjects: readonly Subject[],
  tags: readonly string[],
  key: KeyRecord,
): Promise<void> {
  if (tags.length === 0) return;
  const asked = await Promise.all(subjects.map(({ kind, value }) => honeytokenTag(kind, value)));
  if (!asked.some((tag) => tags.includes(tag))) return;
  await catchKey(key);
  throw new CaseError('subject-unknown');
}
