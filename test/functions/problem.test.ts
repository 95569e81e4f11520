import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Logger } from '@aws-lambda-powertools/logger';
import type { APIGatewayProxyResult } from 'aws-lambda';
import { z } from 'zod';
import { CaseError } from '#core/cases/errors.ts';
import { WireError } from '#core/problem.ts';
import { framesOf, problem } from '#functions/middleware/problem.ts';

const secret = 'alice at 203.0.113.5';

/** A logger whose lines are kept. */
function listening(): { logger: Logger; lines: unknown[][] } {
  const lines: unknown[][] = [];
  const logger = new Logger({ serviceName: 'test' });
  logger.error = (...told: unknown[]) => {
    lines.push(told);
  };
  return { logger, lines };
}

/** What the middleware answers to something thrown, and what it logs. */
function answerTo(error: unknown) {
  const { logger, lines } = listening();
  const request: { event: { problem?: unknown }; error: unknown; response?: APIGatewayProxyResult } = {
    event: {},
    error,
  };
  Reflect.apply(problem(logger).onError ?? (() => {}), undefined, [request]);
  const { response } = request;
  assert.ok(response);
  const body = z.object({ code: z.string(), status: z.int() }).loose().parse(JSON.parse(response.body));
  assert.equal(response.statusCode, body.status);
  assert.equal(response.headers?.['content-type'], 'application/problem+json');
  assert.deepEqual(request.event.problem, JSON.parse(response.body));
  return { response, body, lines };
}

test('frames say where and not what', () => {
  const frames = framesOf(new Error(secret));
  assert.ok(frames.length > 0 && frames.length <= 8);
  for (const frame of frames) assert.match(frame, /^at /);
  assert.doesNotMatch(frames.join(), /alice|203\.0/);
  for (const nothing of ['text', undefined, null, { stack: '    at alice' }, 7])
    assert.deepEqual(framesOf(nothing), []);
});

test('frames hide a message of several lines, and that of a cause', () => {
  const error = new Error(`first\n${secret}\n  ${secret}`, { cause: new Error(secret) });
  assert.doesNotMatch(framesOf(error).join(), /alice|203\.0/);
});

test('I1: a message cannot pass for a frame by being written like one', () => {
  // V8 quotes what it could not parse, line breaks and all.
  for (const make of [
    () => new Error(`x\n    at ${secret}\n    at ${secret}`),
    () => {
      try {
        return JSON.parse(`\n    at ${secret}`);
      } catch (error) {
        return error;
      }
    },
  ]) {
    assert.doesNotMatch(framesOf(make()).join(), /alice|203\.0/);
  }
});

test('a refusal is answered with its problem and leaves no line in the log', () => {
  const { response, body, lines } = answerTo(new CaseError('case-closed'));
  assert.deepEqual([response.statusCode, body.code, lines], [409, 'case-closed', []]);
  assert.equal(
    answerTo(new WireError('field-invalid', ['/period'])).response.body.includes('"at":["/period"]'),
    true,
  );
});

test('I1: what was not foreseen is a 500 that says nothing, and a log line without the message', () => {
  const error = Object.assign(new TypeError(secret), { code: secret, detail: secret });
  const { response, body, lines } = answerTo(error);
  assert.deepEqual([response.statusCode, body.code, lines.length], [500, 'internal', 1]);
  assert.doesNotMatch(JSON.stringify([response, lines]), /alice|203\.0/);
  assert.match(JSON.stringify(lines), /TypeError/);
});

test('a dependency that asks to come back later is a 503 with Retry-After', () => {
  for (const name of [
    'ThrottlingException',
    'ProvisionedThroughputExceededException',
    'StoreConflict',
    'TimeoutError',
  ]) {
    const error = new Error(secret);
    error.name = name;
    const { response, body } = answerTo(error);
    assert.deepEqual(
      [response.statusCode, body.code, response.headers?.['retry-after']],
      [503, 'try-again', '2'],
      name,
    );
  }
  assert.equal(answerTo(new Error('x')).response.headers?.['retry-after'], undefined);
});
