import middy from '@middy/core';
import { WireError } from '#core/problem.ts';
import {
  type PathParameter,
  parametersIn,
  pathParameters,
  type Route,
  type ServedRoute,
} from '#core/wire/route.ts';
import { logger } from '../aws/observe.ts';
import type { Answer, Arrived, Signed } from './event.ts';
import { parse, parseDocument } from './parse.ts';
import { problem } from './problem.ts';
import { routes } from './routes.ts';
import { type SignaturePorts, signedRequest } from './signed-request.ts';

type Handler<Event> = (event: Event) => Promise<Answer>;
type Dispatched = ReturnType<typeof routes>;

/** Serves what takes a signature, over what the signature check reads and writes. */
export function signedServer(ports: SignaturePorts) {
  /**
   * Serves the routes of a table that take a signature. Each call passes the signature check with the roles and the query
   * of its route, and its body is parsed by the route's schema. A route without a handler, or with one that expects
   * another body, does not compile: `NoInfer` makes the table alone say which routes there are.
   *
   * @param authority the custom domain that callers sign for, if there is one
   */
  return function serveSigned<Inputs>(
    table: { readonly [Id in keyof Inputs]: Route<Inputs[Id]> },
    authority: string | undefined,
    handlers: NoInfer<SignedHandlers<Inputs>>,
  ): Dispatched {
    const served: Parameters<typeof routes>[0] = {};
    for (const id in table) served[keyOf(table[id])] = signedRoute(table[id], authority, handlers[id], ports);
    return routes(served);
  };
}

/** What serves each route of a table that takes a signature. */
type SignedHandlers<Inputs> = { readonly [Id in keyof Inputs]: Handler<Signed<Inputs[Id]>> };
export type HandlersOf<Table> = SignedHandlers<{ [Id in keyof Table]: InputOf<Table[Id]> }>;
type InputOf<R> = R extends Route<infer Input, infer _Output, infer _Path, infer _Query> ? Input : never;

/** Serves the public routes of a table. */
export function serveEverybody<Ids extends string>(
  table: Readonly<Record<Ids, ServedRoute>>,
  handlers: NoInfer<Readonly<Record<Ids, Handler<Arrived>>>>,
): Dispatched {
  const served: Parameters<typeof routes>[0] = {};
  for (const id in table) {
    served[keyOf(table[id])] = middy<Arrived, Answer>().use(problem(logger)).handler(handlers[id]);
  }
  return routes(served);
}

/** As API Gateway names it. */
const keyOf = ({ method, path }: Pick<ServedRoute, 'method' | 'path'>) => `${method} ${path}`;

function signedRoute<Input>(
  route: Route<Input>,
  authority: string | undefined,
  handler: Handler<Signed<Input>>,
  ports: SignaturePorts,
): Dispatched {
  const { callers: roles, query = {}, body, document, path, endsAccess = false } = route;
  const chain = middy<Signed<Input>, Answer>().use(
    signedRequest<Input>({ roles, query, authority, endsAccess }, ports),
  );
  const names = parametersIn(path);
  if (names.length > 0) chain.before(checkNames(names));
  if (body !== undefined) chain.use(parse(body));
  if (document !== undefined) chain.use(parseDocument(document));
  return chain.use(problem(logger)).handler(handler);
}

/** @throws WireError not-found: what the path names can be nobody's id */
function checkNames(names: readonly PathParameter[]) {
  return ({ event }: { event: Pick<Arrived, 'pathParameters'> }): void => {
    const isOne = (name: PathParameter) =>
      pathParameters[name].pattern.test(event.pathParameters?.[name] ?? '');
    if (!names.every(isOne)) throw new WireError('not-found');
  };
}
