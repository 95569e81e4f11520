import type { z } from 'zod';
import type { ProblemCode } from '#core/problem.ts';
import type { Role } from '#core/registry/records.ts';

/** The functions that serve the wire, by their file's name. */
export type Server = 'request' | 'collect' | 'review' | 'registry' | 'provider' | 'log';

/** One way in which a route is answered when it is not refused. `Output` is what a JSON answer is parsed to. */
export interface RouteAnswer<Output = unknown> {
  status: 200 | 201 | 202;
  says: string;
  type: 'application/json' | 'application/jose' | 'application/octet-stream' | 'text/plain; charset=utf-8';
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
