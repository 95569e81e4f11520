import type { QueryParameter, QueryParameters } from './route.ts';

/**
 * The one text that a query can have. `@query` is signed as the caller wrote it, and API Gateway hands the parameters
 * over decoded and in no order (docs/decisions/0006, 0043). So a route's parameters have one order, each occurs once at
 * most, and no value needs an encoding.
 *
 * @param given each parameter's values
 * @returns the query with its `?`; empty without parameters; undefined if the route does not take them
 */
export function queryText(
  takes: QueryParameters,
  given: Readonly<Record<string, readonly string[] | undefined>>,
): string | undefined {
  if (!Object.keys(given).every((name) => Object.hasOwn(takes, name))) return undefined;
  const parts: string[] = [];
  for (const [name, parameter] of Object.entries(takes)) {
    if (!Object.hasOwn(given, name)) continue;
    const [value, ...more] = given[name] ?? [];
    if (value === undefined || more.length > 0 || !isTaken(parameter, value)) return undefined;
    parts.push(`${name}=${value}`);
  }
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}

function isTaken(parameter: QueryParameter, value: string): boolean {
  return 'pattern' in parameter ? parameter.pattern.test(value) : parameter.includes(value);
}
