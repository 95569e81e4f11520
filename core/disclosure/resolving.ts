import type { Holder } from '#core/cases/case.ts';
import type { Request, Subject } from '#core/cases/request.ts';
import type { VaultState } from '#core/state/vault.ts';
import type { Pseudonyms } from '#core/vault/pseudonyms.ts';
import { isNameKind } from '#core/vault/subject.ts';
import { heldWithin, validities } from '#core/vault/validity.ts';

/**
 * Whom a subject stands for in a period: an account is itself; a number or username is each account that had it, while
 * it did. Only subjects about whom something is stored count as known.
 */
export function resolver({
  vault,
  pseudonyms,
}: {
  vault: Pick<VaultState, 'epochKeysOf' | 'namesOf' | 'subjectsOf'>;
  pseudonyms: Pick<Pseudonyms, 'pseudonymOf' | 'blindIndex'>;
}) {
  return async function resolve({ kind, value }: Subject, period: Request['period']): Promise<Holder[]> {
    if (!isNameKind(kind)) {
      const subject = await pseudonyms.pseudonymOf(value);
      return (await vault.epochKeysOf(subject)).length > 0 ? [{ subject }] : [];
    }
    const blind = await pseudonyms.blindIndex(kind, value);
    const holders: Holder[] = [];
    for (const subject of await vault.subjectsOf(blind)) {
      for (const { from, to, blind: which } of validities(await vault.namesOf(kind, subject))) {
        const held = { from, ...(to === undefined ? {} : { to }) };
        if (which === blind && heldWithin(held, period)) holders.push({ subject, ...held });
      }
    }
    return holders;
  };
}
