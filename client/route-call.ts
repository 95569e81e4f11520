import { z } from 'zod';
import { queryText } from '#core/wire/query.ts';
import type { QueryParameters, Route } from '#core/wire/route.ts';

/**
 * A call of a route as it is sent: what a person is shown, what is signed and what goes over the wire are this one
 * value. Nothing else in `client/` writes a path below `/v1`.
 */
export interface RouteCall<Output = unknown> {
  method: Route['method'];
  /** Its method and its path as the table of routes has it: `POST /requests/{id}/withdrawal`. */
  route: string;
  /** The path with its query. */
  target: string;
  /** The JSON that is sent. */
  body?: string;
  /** What is sent instead, of a route that takes a document. */
  document?: { type: string; bytes: Uint8Array };
  /** What a JSON answer is parsed by. */
  answer?: z.ZodType<Output>;
}

const sentDocument = z.object({
  type: z.string(),
  bytes: z.custom<Uint8Array>((value) => value instanceof Uint8Array),
});

/** The version of the wire, which every path begins with. */
export const version = '/v1';

/** Names in a path: `id` of `/requests/{id}`. */
type NamesIn<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | NamesIn<Rest>
  : never;

type QueryOf<Query extends QueryParameters> = {
  [Name in keyof Query]?: (Query[Name] extends readonly (infer Value)[] ? Value : string) | undefined;
};

/** What a call of a route is made of: the ids in its path, its body, its query. */
type Parts<Input, Path extends string, Query extends QueryParameters> = Record<NamesIn<Path>, string> &
  (Input extends undefined ? { body?: never } : { body: Input }) &
  (keyof Query extends never ? { query?: never } : { query?: QueryOf<Query> });

/**
 * A call of a route. Ids are encoded here, so a caller gives them as it has them.
 *
 * @throws RangeError if the query is not one that the route takes
 */
export function callOf<
  Input,
  Output,
  const Path extends `/${string}`,
  const Query extends QueryParameters = Record<never, never>,
>(
  { method, path, query: takes, answers, document }: Route<Input, Output, Path, Query>,
  { body, query = {}, ...ids }: Parts<NoInfer<Input>, Path, Query>,
): RouteCall<Output> {
  const given = new Map(Object.entries<string>(ids));
  const written = path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent((given.get(name) ?? '').toWellFormed()),
  );
  const answer = answers.find(({ schema }) => schema !== undefined)?.schema;
  const text = queryText(takes ?? {}, listed(query));
  if (text === undefined) throw new RangeError('the route does not take this query');
  return {
    method,
    route: `${method} ${path}`,
    // An id of dots is resolved here, as it would be where the call is sent: what is shown is what is signed.
    target: new URL(`${version}${written}${text}`, 'https://provider.invalid').href.slice(
      'https://provider.invalid'.length,
    ),
    ...(body === undefined
      ? {}
      : document === undefined
        ? { body: JSON.stringify(body) }
        : { document: sentDocument.parse(body) }),
    ...(answer === undefined ? {} : { answer }),
  };
}

function listed(query: object): Record<string, string[]> {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [name, [String(value)]]));
}
