/** All that an iteration gives, in order: `Array.fromAsync`, which Node 20 has not. */
export async function allOf<T>(values: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const value of values) all.push(value);
  return all;
}
