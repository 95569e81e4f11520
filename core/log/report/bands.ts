/**
 * Small counts in a table that people know the total of. A count of 1 to 4 is given as that band, and whatever else
 * would give it away by subtraction is given as a range (cell suppression with published intervals, as statistical
 * offices do it: docs/transparency.md). The attacker knows the total, every other line, and this rule.
 */

/** A count as a report gives it: itself, something from one number to another, or nothing. */
export type Figure = number | { from: number; to: number } | null;

/** Counts below this are small: the threshold of the frequency rule. */
export const THRESHOLD = 5;

const largestSmall = THRESHOLD - 1;
const isSmall = (count: number) => count > 0 && count < THRESHOLD;
const sum = (counts: readonly number[]) => counts.reduce((a, b) => a + b, 0);

/**
 * The lines of a table, of which each case is in one and whose total is given beside it exactly.
 *
 * Each band may still be any number from 1 to 4, whatever else is known of the table. So: either the small counts
 * keep each other uncertain, or as few of the largest as can make up for them are given as ranges. Which of the two,
 * and what the ranges are, hangs on nothing but what is published, so that it gives nothing away either. If neither
 * will do, the table is not given: null in every line, those that are 0 included.
 *
 * @returns in the order of the counts
 */
export function bandSmall(counts: readonly number[]): Figure[] {
  const small = counts.filter(isSmall);
  if (small.length === 0) return [...counts];
  const band = { from: 1, to: largestSmall };
  if (areUncertain(small)) return counts.map((count) => (isSmall(count) ? band : count));
  const top = rangeOfLargest(counts, small);
  if (top === undefined) return counts.map(() => null);
  return counts.map((count) => (isSmall(count) ? band : count >= top.least ? top.range : count));
}

/** Whether each of them may be anything from 1 to 4, though their sum is known. */
function areUncertain(small: readonly number[]): boolean {
  const others = small.length - 1;
  const total = sum(small);
  return total - 1 <= largestSmall * others && total - largestSmall >= others;
}

/**
 * The range that the largest counts are given as, so that the small ones are uncertain though the sum of both is known.
 * They stay larger than any count that is given exactly (`least`), whatever the small ones are: else the choice of them
 * would tell something.
 */
function rangeOfLargest(
  counts: readonly number[],
  small: readonly number[],
): { least: number; range: { from: number; to: number } } | undefined {
  const large = counts.filter((count) => count >= THRESHOLD).sort((a, b) => b - a);
  for (let taken = 1; taken <= large.length; taken++) {
    const together = sum(small) + sum(large.slice(0, taken));
    const least = Math.max(THRESHOLD, (large[taken] ?? 0) + 1);
    const left = together - largestSmall * small.length;
    if (left <= taken * least) continue;
    const from = taken === 1 ? left : least;
    return { least, range: { from, to: together - small.length - (taken - 1) * least } };
  }
  return undefined;
}

/**
 * What the cases of each line amount to: subjects asked about, records handed over. An amount of few cases would tell
 * of them however large it is, so it is given only where the number of cases is given exactly; what a line has of it
 * without a case in the same period would stand alone, and then the table is not given.
 *
 * @param cases the number of cases of each line, as `bandSmall` gives it: what it does not give exactly is several lines
 */
export function bandAmounts(amounts: readonly number[], cases: readonly Figure[]): Figure[] {
  const isAlone = amounts.some((amount, i) => amount > 0 && cases[i] === 0);
  return amounts.map((amount, i) => (typeof cases[i] === 'number' && !isAlone ? amount : null));
}
