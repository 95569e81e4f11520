import type { Holder } from '#core/cases/case.ts';
import type { Request, Subject } from '#core/cases/request.ts';
import { heldWithin, validities } from '#core/vault/validity.ts';
import { blindIndex, pseudonymOf } from './blind-index.ts';
import { epochKeysOf, namesOf, subjectsOf } from './vault.ts';

/**
 * Whom a subject stands for in a period: an account is itself; a number or username is whoever had it, while they had
 * it. Only subjects about whom something is stored count as known.
 */
export async function resolve(subject: Subject, period: Request['period']): Promise<Holder[]> {
  if (subject.kind === 'account') {
    const pseudonym = await pseudonymOf(subject.value);
    return (await epochKeysOf(pseudonym)).length > 0 ? [{ subject: pseudonym }] : [];
  }
  const blind = await blindIndex(subject.kind, subject.value);
  const holders: Holder[] = [];
  for (const candidate of await subjectsOf(blind)) {
    for (const { from, to, blind: which } of validities(await namesOf(subject.kind, candidate))) {
      const held = { from, ...(to === undefined ? {} : { to }) };
      if (which === blind && heldWithin(held, period)) holders.push({ subject: candidate, ...held });
    }
  }
  return holders;
}
