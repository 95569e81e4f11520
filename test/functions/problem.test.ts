import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { Logger } from '@aws-lambda-powertools/logger';
import type { APIGatewayProxyResult } from 'aws-lambda';
import { z } from 'zod';
import { CaseError } from '#core/cases/errors.ts';
import { WireError } from '#core/problem.ts';
import { framesOf, problem } from '#functions/middleware/problem.ts';

/** A person's name and address. No path on any machine holds it, as a stack trace's frames hold paths. */
const person = `person-${randomUUID()}`;
const secret = `${person} at 203.0.113.5`;

function saysNothing(text: string): void {
  for (const value of [person, '203.0.113.5']) assert.ok(!text.includes(value), `${value} in ${text}`);
}

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
  saysNothing(frames.join());
  for (const nothing of ['text', undefined, null, { stack: `    at ${person}` }, 7])
    assert.deepEqual(framesOf(nothing), []);
});

test('frames hide a message of several lines, and that of a cause', () => {
  const error = new Error(`first\n${secret}\n  ${secret}`, { cause: new Error(secret) });
  saysNothing(framesOf(error).join());
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
    saysNothing(framesOf(make()).join());
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
  saysNothing(JSON.stringify([response, lines]));
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
