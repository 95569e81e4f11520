import type { Context } from 'aws-lambda';
import { asProblem, WireError } from '#core/problem.ts';
import type { Answer, Arrived } from './event.ts';

type Handler = (event: Arrived, context: Context) => Promise<Answer>;

/** The stage's name, and the base path of a custom domain. */
const base = '/v1';

/**
 * Sends a call to its route, keyed as API Gateway names it: `POST /requests/{id}/withdrawal`.
 *
 * API Gateway finds the route of other spellings of a path too: `/v1//reviews`, `/v1/reviews/`, `/v1/%72eviews`. A
 * signature covers the path as it is written, so each route has one spelling, and every other is not there.
 */
export function routes(table: Record<string, Handler>): Handler {
  const handlers = new Map(Object.entries(table));
  return async (event, context) => {
    const handler = handlers.get(`${event.httpMethod} ${event.resource}`);
    if (handler !== undefined && isPlain(event)) return handler(event, context);
    const body = asProblem(new WireError('not-found'));
    return {
      statusCode: body.status,
      headers: { 'content-type': 'application/problem+json' },
      body: JSON.stringify(body),
    };
  };
}

/** Whether the path is written as its route is, with its parameters in their places. */
function isPlain({ resource, pathParameters, requestContext }: Arrived): boolean {
  const parameters = new Map(Object.entries(pathParameters ?? {}));
  const path = resource.replace(/\{(\w+)\+?\}/g, (_, name: string) => parameters.get(name) ?? '');
  return requestContext.path === `${base}${path}`;
}
