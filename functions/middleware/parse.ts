import type { MiddlewareObj } from '@middy/core';
import type { z } from 'zod';
import { CaseError } from '#core/cases/errors.ts';
import { JsonError, parseJson } from '#core/json.ts';
import { WireError } from '#core/problem.ts';
import { type HeaderLines, singleField } from '#core/signature/message.ts';
import type { Answer, Signed } from './event.ts';

/** No route's body is larger: a request of 100 subjects fits several times over. */
export const maxBodyBytes = 64 * 1024;

/**
 * Parses the body once, at the boundary. Runs after `signedRequest`, over the very bytes that were signed.
 * An absent body counts as `{}`, since withdrawal and collection need none.
 */
export function parse<S extends z.ZodType>(schema: S): MiddlewareObj<Signed<z.infer<S>>, Answer> {
  return {
    before: (request) => {
      const { body, headers } = request.event.caller.message;
      if (body.length > 0 && !isJson(headers)) throw new WireError('media-type');
      request.event.input = parseBody(body, schema);
    },
  };
}

/**
 * Takes a body that is a document: its type is what `content-type` says, without parameters. The signature covers both.
 *
 * @throws CaseError order-too-large, order-type
 */
export function parseDocument<T>({
  types,
  schema,
}: {
  types: readonly string[];
  schema: z.ZodType<T>;
}): MiddlewareObj<Signed<T>, Answer> {
  return {
    before: (request) => {
      const { body, headers } = request.event.caller.message;
      const type = singleField(headers, 'content-type')?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
      if (!types.includes(type)) throw new CaseError('order-type');
      const parsed = schema.safeParse({ type, bytes: body });
      if (!parsed.success) throw new CaseError('order-too-large');
      request.event.input = parsed.data;
    },
  };
}

export function parseBody<S extends z.ZodType>(body: Uint8Array, schema: S): z.infer<S> {
  if (body.length > maxBodyBytes) throw new WireError('body-too-large');
  const value = body.length === 0 ? {} : readJson(body);
  if (namesPrototype(value)) throw new WireError('field-unknown');
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw refusal(result.error.issues);
}

/** RFC 8259 knows no parameters; `charset=utf-8` is what half of all clients write all the same. */
function isJson(headers: HeaderLines): boolean {
  return /^application\/json[ \t]*(?:;[ \t]*charset="?utf-8"?[ \t]*)?$/i.test(
    singleField(headers, 'content-type') ?? '',
  );
}

/**
 * Whether an object has a member `__proto__`, which is no field of any route. Where the caller chooses names (a JWK), zod
 * passes over it in silence, and what is read would not be what was signed.
 */
function namesPrototype(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.hasOwn(value, '__proto__') || Object.values(value).some(namesPrototype);
}

function readJson(body: Uint8Array): unknown {
  try {
    return parseJson(body);
  } catch (error) {
    throw error instanceof JsonError ? new WireError('body-malformed') : error;
  }
}

/**
 * What was wrong, said in the schema's own words: positions only, since an unknown field's name and every value
 * come from the request.
 */
function refusal(issues: readonly z.core.$ZodIssue[]): WireError {
  const at = issues.map((issue) => issue.path.map((part) => `/${String(part)}`).join(''));
  const unknown = issues.filter((issue) => issue.code === 'unrecognized_keys');
  if (unknown.length > 0) return new WireError('field-unknown', at);
  // Asking for anything but the three categories is the one refusal that people will want to find in the log.
  const category = issues.some((issue) => issue.path[0] === 'categories' && issue.path.length === 2);
  return new WireError(category ? 'category-unsupported' : 'field-invalid', at);
}
