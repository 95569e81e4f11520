import type { Context } from 'aws-lambda';
import { asProblem, WireError } from '#core/problem.ts';
import type { Answer, Arrived } from './event.ts';

type Handler = (event: Arrived, context: Context) => Promise<Answer>;

/** Sends a call to its route, keyed as API Gateway names it: `POST /requests/{id}/withdrawal`. */
export function routes(table: Record<string, Handler>): Handler {
  return async (event, context) => {
    const handler = table[`${event.httpMethod} ${event.resource}`];
    if (handler !== undefined) return handler(event, context);
    const body = asProblem(new WireError('not-found'));
    return {
      statusCode: body.status,
      headers: { 'content-type': 'application/problem+json' },
      body: JSON.stringify(body),
    };
  };
}
