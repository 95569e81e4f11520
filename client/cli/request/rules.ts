import { showAgency } from '#client/agency.ts';
import { isOutsideTerms, type Rules } from '#client/asking/rules.ts';
import type { Category } from '#core/categories/categories.ts';
import { publishedPolicy } from '../due-text.ts';
import type { Connection } from '../profile/connection.ts';

/** What this provider takes from this agency, as far as it can be had. */
export async function rulesOf({ session }: Pick<Connection, 'session'>): Promise<Rules> {
  const [policy, terms] = await Promise.all([
    publishedPolicy(session),
    showAgency(session).then(
      (agency) => agency.terms,
      () => undefined,
    ),
  ]);
  return { policy, terms };
}

/** Why an agency's terms do not have a category; undefined where they do, or are not known. */
export const outsideTerms = (rules: Rules, category: Category): string | undefined =>
  isOutsideTerms(rules, category) ? 'not in your agency’s terms' : undefined;
