import type { z } from 'zod';
import { tagPattern } from '#core/cases/notice-code.ts';
import type { ProblemCode } from '#core/problem.ts';
import type { Role } from '#core/registry/records.ts';

/** The functions that serve the wire, by their file's name. */
export type Server =
  | 'request'
  | 'collect'
  | 'review'
  | 'registry'
  | 'provider'
  | 'log'
  | 'revocations'
  | 'console';

/** As much of a route as API Gateway is set up by. */
export type ServedRoute = Pick<Route, 'method' | 'path' | 'server'>;

/** One way in which a route is answered when it is not refused. `Output` is what a JSON answer is parsed to. */
export interface RouteAnswer<Output = unknown> {
  status: 200 | 201 | 202;
  says: string;
  type:
    | 'application/atom+xml; charset=utf-8'
    | 'application/json'
    | 'application/jose'
    | 'application/octet-stream'
    | 'text/plain; charset=utf-8';
  /** Of a JSON answer. */
  schema?: z.ZodType<Output>;
  headers?: readonly AnswerHeader[];
}

export type AnswerHeader =
  | 'Location'
  | 'Retry-After'
  | 'Cache-Control'
  | 'Access-Control-Allow-Origin'
  | SignatureHeader;
export type SignatureHeader = 'Signature' | 'Signature-Input' | 'Content-Digest';

/** A parameter whose value the provider chose, in an earlier answer: unreserved characters alone (RFC 3986 section 2.3). */
export interface TokenParameter {
  /** Matches a whole value. */
  pattern: RegExp;
  description: string;
}
/** The values that a parameter may have, or what each of them looks like. No value needs an encoding. */
export type QueryParameter = readonly string[] | TokenParameter;
/** By name, in the one order in which a call may write them. */
export type QueryParameters = Readonly<Record<string, QueryParameter>>;

/**
 * One route of the wire, said once: API Gateway is set up, calls are let in, clients make their calls, and the OpenAPI
 * document is written from it. `Input` is what its body is parsed to; undefined for a route that takes none.
 */
export interface Route<
  Input = unknown,
  Output = unknown,
  Path extends `/${string}` = `/${string}`,
  Query extends QueryParameters = QueryParameters,
> {
  method: 'GET' | 'POST';
  /** As API Gateway names it, below `/v1`: `/requests/{id}`, `/log/tile/{path+}`. */
  path: Path;
  server: Server;
  /** Whose signature it takes. A route without callers is public. */
  callers: readonly Role[];
  /** The query parameters that it may have, each once. */
  query?: Query;
  body?: z.ZodType<Input>;
  /** A body that is a document of one of these types, and no JSON. The schema takes `{type, bytes}`. */
  document?: { readonly types: readonly string[]; readonly schema: z.ZodType<Input> };
  /**
   * It does nothing but end access: withdraw, suspend, revoke. It is served though the log cannot be read, which would show
   * whether the caller's key is revoked: a thief of that key gains nothing, and who ends access must not have to wait.
   */
  endsAccess?: true;
  /** In a few words, and in a few sentences. */
  summary: string;
  description: string;
  answers: readonly RouteAnswer<Output>[];
  /** What it may be refused with beyond what every route like it may be (refusals.ts). */
  refusals: readonly ProblemCode[];
}

/**
 * What may stand in a path, by its name. Anything else is `not-found` without a look into a table: DynamoDB takes no key
 * of more than 2 KB.
 */
export const pathParameters = {
  id: { pattern: /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, says: 'As the answer that made it has it' },
  keyid: { pattern: /^[A-Za-z0-9_-]{43}$/, says: 'A key’s RFC 7638 thumbprint' },
  tag: { pattern: tagPattern, says: 'The tag of the code in a letter' },
  person: { pattern: /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, says: 'The pseudonym that the provider gave' },
} as const satisfies Record<string, { pattern: RegExp; says: string }>;
export type PathParameter = keyof typeof pathParameters;

/** The parameters in a path, those aside that stand for a path of their own (`{path+}`). */
export function parametersIn(path: string): PathParameter[] {
  return [...path.matchAll(/\{(\w+)\}/g)].flatMap(([, name = '']) => (isPathParameter(name) ? [name] : []));
}

function isPathParameter(name: string): name is PathParameter {
  return Object.hasOwn(pathParameters, name);
}

/** Routes of one function, by their operation's id. */
export type RouteTable = Readonly<Record<string, Route>>;

/** Keeps what a route's body and answers are parsed to, and the names in its path and query. */
export function route<
  const Path extends `/${string}`,
  Input = undefined,
  Output = undefined,
  const Query extends QueryParameters = Record<never, never>,
>(value: Route<Input, Output, Path, Query>): Route<Input, Output, Path, Query> {
  return value;
}

/** Whether a route is called without a signature. */
export function isPublic({ callers }: Pick<Route, 'callers'>): boolean {
  return callers.length === 0;
}
