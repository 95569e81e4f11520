import type { Logger } from '@aws-lambda-powertools/logger';
import type { MiddlewareObj } from '@middy/core';
import { asProblem, type Problem, WireError } from '#core/problem.ts';
import { watch } from '../aws/observe.ts';
import type { Answer, Arrived } from './event.ts';

const awsSaysLater =
  /Throttl|TooManyRequests|ServiceUnavailable|InternalServer|ProvisionedThroughput|Timeout|StoreConflict|KMSInternal|DependencyTimeout/;

/** Turns whatever was thrown into an answer, and remembers with what the call was refused. */
export function problem(logger: Logger): MiddlewareObj<Arrived, Answer> {
  return {
    onError: (request) => {
      const { problem: body, answer } = answerTo(request.error, logger);
      request.event.problem = body;
      request.response = answer;
    },
  };
}

/**
 * The RFC 9457 answer to whatever was thrown, made in this one place. What we did not foresee is logged by its name and
 * where it happened: an error's message may quote what it choked on (I1).
 */
export function answerTo(
  error: unknown,
  logger: Pick<Logger, 'error'>,
): { problem: Problem; answer: Answer } {
  let body = asProblem(error);
  if (body.code === 'internal') {
    const name = error instanceof Error ? error.name : '';
    if (awsSaysLater.test(name)) body = asProblem(new WireError('try-again'));
    else watch.count('ErrorsUnforeseen');
    logger.error('unforeseen', { error: name, code: codeOf(error), frames: framesOf(error) });
  }
  const answer = {
    statusCode: body.status,
    headers: {
      'content-type': 'application/problem+json',
      ...(body.status === 503 ? { 'retry-after': '2' } : {}),
    },
    body: JSON.stringify(body),
  };
  return { problem: body, answer };
}

/** Our own errors say why in a code, which never holds a value. */
function codeOf(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^[a-z-]{1,40}$/.test(code) ? code : undefined;
}

const frame = /^at (?:async )?(?:[\w$.<>[\] ]+ \()?(?:file:\/\/|node:|\/)[\w\-./@+%]+:\d+:\d+\)?$/;

/** Where an error happened, without what it says: a message can be written to look like a frame. */
export function framesOf(error: unknown): string[] {
  if (!(error instanceof Error) || error.stack === undefined) return [];
  const message = error.stack.indexOf(error.message);
  if (message < 0) return [];
  return error.stack
    .slice(message + error.message.length)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => frame.test(line))
    .slice(0, 8);
}
