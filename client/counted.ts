/** A number with what it counts: `1 day`, `2 days`. */
export function counted(n: number | bigint, one: string, many = `${one}s`): string {
  return `${n} ${Number(n) === 1 ? one : many}`;
}
