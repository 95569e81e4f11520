/** Half-open: valid from `from` until `to`, or until now when there is no `to`. */
export interface Validity {
  from: string;
  to?: string;
}

/** A number or name that an account had from an instant on, known by its blind index. */
export interface Named {
  at: string;
  blind: string;
}

/**
 * A subject's phone numbers (and likewise usernames) hold from the instant each was set until another was: the
 * intervals in order of time. The same one sent again goes on. A request for a period is answered with what was
 * true then.
 *
 * @param named in any order; instants canonical (`toISOString` form), no two the same
 */
export function validities(named: readonly Named[]): (Validity & { blind: string })[] {
  const ordered = named.toSorted((a, b) => (a.at < b.at ? -1 : 1));
  const changes = ordered.filter(({ blind }, i) => ordered[i - 1]?.blind !== blind);
  return changes.map(({ at, blind }, i) => {
    const to = changes[i + 1]?.at;
    return to === undefined ? { from: at, blind } : { from: at, to, blind };
  });
}

/** Whether something held at any moment of a period. */
export function heldWithin(validity: Validity, period: { from: string; to: string }): boolean {
  return (
    Date.parse(validity.from) < Date.parse(period.to) &&
    (validity.to === undefined || Date.parse(validity.to) > Date.parse(period.from))
  );
}

/** The part of a period in which something held, or undefined if it never did. */
export function heldPart(
  period: { from: string; to: string },
  held: { from?: string | undefined; to?: string | undefined },
): { from: string; to: string } | undefined {
  const from =
    held.from !== undefined && Date.parse(held.from) > Date.parse(period.from) ? held.from : period.from;
  const to = held.to !== undefined && Date.parse(held.to) < Date.parse(period.to) ? held.to : period.to;
  return Date.parse(from) < Date.parse(to) ? { from, to } : undefined;
}
