/** Half-open: valid from `from` until `to`, or until now when there is no `to`. */
export interface Validity {
  from: string;
  to?: string;
}

/**
 * A subject's phone numbers hold from the instant each was set until the next was: given those instants, in any
 * order, the intervals in order of time. A request for a period is answered with what was true then.
 *
 * @param instants canonical instants (`toISOString` form)
 */
export function validities(instants: readonly string[]): Validity[] {
  const ordered = [...new Set(instants)].sort();
  return ordered.map((from, i) => {
    const to = ordered[i + 1];
    return to === undefined ? { from } : { from, to };
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
