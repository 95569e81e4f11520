import type { Pseudonyms } from '#core/vault/pseudonyms.ts';
import { CaseError } from './errors.ts';
import type { Subject } from './request.ts';

/**
 * Honeytokens: accounts, numbers and names that nobody has reason to ask for. A key that asks for one was used by somebody
 * who found it where they should not have been looking.
 */
export function honeytokenCheck<Key>({
  pseudonyms,
  catchKey,
}: {
  pseudonyms: Pick<Pseudonyms, 'honeytokenTag'>;
  /** Records that a key asked for one, and has it revoked. */
  catchKey(key: Key): Promise<void>;
}) {
  /**
   * @param tags of the policy's honeytokens
   * @throws CaseError subject-unknown, as for any subject of whom nothing is stored: a thief need not know
   */
  return async function checkHoneytokens(
    subjects: readonly Subject[],
    tags: readonly string[],
    key: Key,
  ): Promise<void> {
    if (tags.length === 0) return;
    const asked = await Promise.all(subjects.map(({ kind, value }) => pseudonyms.honeytokenTag(kind, value)));
    if (!asked.some((tag) => tags.includes(tag))) return;
    await catchKey(key);
    throw new CaseError('subject-unknown');
  };
}
