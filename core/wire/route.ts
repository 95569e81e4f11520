import type { z } from 'zod';
import type { ProblemCode } from '#core/problem.ts';
import type { Role } from '#core/registry/records.ts';

/** The functions that serve the wire, by their file's name. */
export type Server = 'request' | 'collect' | 'review' | 'registry' | 'provider' | 'log';

/** One way in which a route is answered when it is not refused. */
export interface RouteAnswer {
  status: 200 | 201 | 202;
  says: string;
  type: 'application/json' | 'application/jose' | 'application/octet-stream' | 'text/plain; charset=utf-8';
  /** Of a JSON answer. */
  schema?: z.ZodType;
  headers?: readonly AnswerHeader[];
}

export type AnswerHeader =
  | 'Location'
  | 'Retry-After'
  | 'Cache-Control'
  | 'Access-Control-Allow-Origin'
  | SignatureHeader;
export type SignatureHeader = 'Signature' | 'Signature-Input' | 'Content-Digest';

/**
 * One route of the wire, said once: API Gateway is set up, calls are let in, and the OpenAPI document is written from it.
 * `Input` is what its body is parsed to; undefined for a route that takes none.
 */
export interface Route<Input = unknown> {
  method: 'GET' | 'POST';
  /** As API Gateway names it, below `/v1`: `/requests/{id}`, `/log/tile/{path+}`. */
  path: `/${string}`;
  server: Server;
  /** Whose signature it takes; nobody's: it is for everybody. */
  callers: readonly Role[];
  /** The one query parameter that it may have, with the values that this may have. */
  query?: Readonly<Record<string, readonly string[]>>;
  body?: z.ZodType<Input>;
  /** In a few words, and in a few sentences. */
  summary: string;
  description: string;
  answers: readonly RouteAnswer[];
  /** What it may be refused with beyond what every route like it may be (refusals.ts). */
  refusals: readonly ProblemCode[];
}

/** Routes of one function, by their operation's id. */
export type RouteTable = Readonly<Record<string, Route>>;

/** Keeps what a route's body is parsed to. */
export function route<Input = undefined>(value: Route<Input>): Route<Input> {
  return value;
}

/** Whether a route is called without a signature. */
export function isPublic({ callers }: Pick<Route, 'callers'>): boolean {
  return callers.length === 0;
}
