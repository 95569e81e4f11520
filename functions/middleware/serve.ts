import middy from '@middy/core';
import { WireError } from '#core/problem.ts';
import type { Route } from '#core/wire/route.ts';
import { logger } from '../aws/observe.ts';
import type { Answer, Arrived, Signed } from './event.ts';
import { parse } from './parse.ts';
import { problem } from './problem.ts';
import { routes } from './routes.ts';
import { signedRequest } from './signed-request.ts';

type Handler<Event> = (event: Event) => Promise<Answer>;
type Dispatched = ReturnType<typeof routes>;

/**
 * Serves the routes of a table that take a signature. Each call passes the signature check with the roles and the query
 * of its route, and its body is parsed by the route's schema. A route without a handler, or with one that expects
 * another body, does not compile: `NoInfer` makes the table alone say which routes there are.
 *
 * @param authority the custom domain that callers sign for, if there is one
 */
export function serveSigned<Inputs>(
  table: { readonly [Id in keyof Inputs]: Route<Inputs[Id]> },
  authority: string | undefined,
  handlers: NoInfer<{ readonly [Id in keyof Inputs]: Handler<Signed<Inputs[Id]>> }>,
): Dispatched {
  const served: Parameters<typeof routes>[0] = {};
  for (const id in table) served[keyOf(table[id])] = signedRoute(table[id], authority, handlers[id]);
  return routes(served);
}

/** Serves the public routes of a table. */
export function serveEverybody<Ids extends string>(
  table: Readonly<Record<Ids, Route<undefined>>>,
  handlers: NoInfer<Readonly<Record<Ids, Handler<Arrived>>>>,
): Dispatched {
  const served: Parameters<typeof routes>[0] = {};
  for (const id in table) {
    served[keyOf(table[id])] = middy<Arrived, Answer>().use(problem(logger)).handler(handlers[id]);
  }
  return routes(served);
}

/** As API Gateway names it. */
const keyOf = <Input>({ method, path }: Route<Input>) => `${method} ${path}`;

function signedRoute<Input>(
  route: Route<Input>,
  authority: string | undefined,
  handler: Handler<Signed<Input>>,
): Dispatched {
  const { callers: roles, query = {}, body, path, endsAccess = false } = route;
  const chain = middy<Signed<Input>, Answer>().use(
    signedRequest<Input>({ roles, query, authority, endsAccess }),
  );
  if (path.includes('{id}')) chain.before(checkId);
  if (body !== undefined) chain.use(parse(body));
  return chain.use(problem(logger)).handler(handler);
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Every id is a UUID. Anything else is `not-found` without a look into a table: DynamoDB takes no key of more than 2 KB. */
function checkId({ event }: { event: Pick<Arrived, 'pathParameters'> }): void {
  if (!uuid.test(event.pathParameters?.id ?? '')) throw new WireError('not-found');
}
