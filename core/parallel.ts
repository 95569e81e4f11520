/** Does something to each of a list, a few at a time; the results in the list's order. The first failure ends it. */
export async function inParallel<T, R>(
  list: readonly T[],
  atOnce: number,
  act: (value: T) => Promise<R>,
): Promise<R[]> {
  const results = new Array<R>(list.length);
  const waiting = list.entries();
  const worker = async () => {
    for (const [i, value] of waiting) results[i] = await act(value);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, list.length) }, worker));
  return results;
}

/** A list in parts of a size, the last one smaller. */
export function chunks<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, i) =>
    list.slice(i * size, (i + 1) * size),
  );
}
