import { type AuthoriserRole, authoriserRoles, type Policy } from '#core/cases/policy.ts';
import { type Category, categories } from '#core/categories/categories.ts';
import type { Terms } from '#core/registry/terms.ts';

/**
 * What this provider takes from this agency: its policy, and the agency's terms. A provider of another version may publish
 * what this version does not read; then questions have no choices, and the provider alone decides.
 */
export interface Rules {
  policy?: Policy | undefined;
  terms?: Terms | undefined;
}

/** The lines of a category; for a preservation its own rule, which is the same for all. */
function linesOf({ policy }: Rules, isPreservation: boolean) {
  if (policy === undefined) return [];
  if (isPreservation) return [{ ...policy.preservation, jurisdictions: undefined }];
  return categories.flatMap((category) => policy.categories[category]);
}

/** Kinds of order that both policy and terms take; undefined where neither is known. */
export function instrumentsFor(rules: Rules, isPreservation: boolean): string[] | undefined {
  const { terms } = rules;
  if (rules.policy === undefined) return terms?.instruments;
  const taken = [...new Set(linesOf(rules, isPreservation).flatMap(({ instruments }) => instruments))];
  return taken.filter((kind) => terms?.instruments.includes(kind) ?? true);
}

/** Laws under which a kind of order may be issued; undefined where any may, or nothing is known. */
export function jurisdictionsFor(rules: Rules, kind: string, isPreservation: boolean): string[] | undefined {
  const { terms } = rules;
  const lines = linesOf(rules, isPreservation).filter(({ instruments }) => instruments.includes(kind));
  const isAny = lines.length === 0 || lines.some(({ jurisdictions }) => jurisdictions === undefined);
  const taken = isAny ? undefined : lines.flatMap(({ jurisdictions = [] }) => jurisdictions);
  if (taken === undefined) return terms?.jurisdictions;
  return [...new Set(taken)].filter((law) => terms?.jurisdictions.includes(law) ?? true);
}

/** Who may have ordered it, for anything at all. */
export function authorisersFor(rules: Rules, kind: string, isPreservation: boolean): AuthoriserRole[] {
  const lines = linesOf(rules, isPreservation).filter(({ instruments }) => instruments.includes(kind));
  const taken = authoriserRoles.filter((role) => lines.some(({ authorisers }) => authorisers.includes(role)));
  return taken.length === 0 ? [...authoriserRoles] : taken;
}

/** Offices of which one must be named, since no line takes this authoriser's order without; none where it may be left out. */
export function officesFor({ policy }: Rules, kind: string, authoriser: string): string[] {
  const lines = categories
    .flatMap((category) => policy?.categories[category] ?? [])
    .filter(
      (line) => line.instruments.includes(kind) && line.authorisers.some((role) => role === authoriser),
    );
  if (lines.some(({ roles }) => roles === undefined)) return [];
  const named = new Set(lines.flatMap(({ roles = [] }) => roles));
  return [...named].filter((role) => policy?.roles?.[role]?.is === authoriser);
}

/** Whether an agency's terms leave a category out. Where they are not known, they leave none out. */
export const isOutsideTerms = ({ terms }: Rules, category: Category): boolean =>
  terms !== undefined && !terms.categories.includes(category);

/** Emergencies that this agency may ask for in a week; undefined where nothing bounds them. */
export function emergenciesAllowed({ policy, terms }: Rules): number | undefined {
  const most = [policy?.limits.emergenciesPerWeek, terms?.rates.emergenciesPerWeek].filter(
    (each) => each !== undefined,
  );
  return most.length === 0 ? undefined : Math.min(...most);
}
