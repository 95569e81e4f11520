/**
 * Which rows of a long list are in the document: those near the part of the page that is seen, and the one that has the
 * focus, wherever it is. Gaps as high as what they stand for keep the scrollbar right.
 */
export type Part = { row: number } | { gap: number; after: number };

/**
 * Where each row begins, and where the last one ends.
 *
 * @param measured the heights of rows that were in the document, by their keys
 * @param guess the height of a row that was not
 */
export function offsetsOf(
  keys: readonly string[],
  measured: ReadonlyMap<string, number>,
  guess: number,
): Float64Array {
  const offsets = new Float64Array(keys.length + 1);
  let at = 0;
  keys.forEach((key, i) => {
    offsets[i] = at;
    at += measured.get(key) ?? guess;
  });
  offsets[keys.length] = at;
  return offsets;
}

const startOf = (offsets: Float64Array, row: number) => offsets[row] ?? 0;

/** The row that is at a height of the list. */
export function rowAt(offsets: Float64Array, height: number): number {
  let low = 0;
  let high = offsets.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (startOf(offsets, middle) <= height) low = middle;
    else high = middle - 1;
  }
  return Math.max(0, low);
}

/**
 * @param seen the part of the list that is seen, from its top
 * @param kept a row that stays, seen or not
 */
export function partsOf(
  offsets: Float64Array,
  seen: { from: number; to: number },
  { beyond, kept }: { beyond: number; kept?: number | undefined },
): Part[] {
  const count = offsets.length - 1;
  if (count <= 0) return [];
  const first = rowAt(offsets, Math.max(0, seen.from - beyond));
  const last = rowAt(offsets, Math.max(0, seen.to + beyond));
  const rows = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  if (kept !== undefined && kept >= 0 && kept < count) {
    if (kept < first) rows.unshift(kept);
    if (kept > last) rows.push(kept);
  }
  const parts: Part[] = [];
  let next = 0;
  const leap = (to: number) => {
    if (to > next) parts.push({ gap: startOf(offsets, to) - startOf(offsets, next), after: next });
  };
  for (const row of rows) {
    leap(row);
    parts.push({ row });
    next = row + 1;
  }
  leap(count);
  return parts;
}
