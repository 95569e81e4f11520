import { EventError, eventJson } from './identity.ts';
import type { Moment } from './moment.ts';
import { type LineOutcome, outcomeOf } from './reader.ts';

/**
 * What the fields of an event are in other people's logs: found by the reader of a format, made into those of the wire
 * here, in one way for all of them.
 */
export const fieldNames = ['account', 'at', 'ip', 'port', 'phone', 'username'] as const;
export type FieldName = (typeof fieldNames)[number];

/** What a line says of a field: undefined where it says nothing. */
export type Found = (field: FieldName) => unknown;

/** A JSON object that is one line. @throws EventError json-malformed, name-twice */
export function objectIn(text: string): Readonly<Record<string, unknown>> {
  const value = eventJson(text);
  if (!isObject(value)) throw new EventError('json-malformed');
  return value;
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A member of its own: not one that every object has. */
export function member(value: unknown, name: string): unknown {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

/** Logs write nothing in several ways. */
export function isNothing(value: unknown): value is undefined | null | '' {
  return value === undefined || value === null || value === '';
}

/**
 * The outcome of a line that tells of a log-in, of a try that failed, or of a number or name that holds.
 *
 * @param moment reads `at`
 * @throws EventError
 */
export function outcomeFrom(
  found: Found,
  moment: (value: unknown) => Moment,
  how: { failed: boolean; failedToo?: boolean | undefined },
): LineOutcome {
  const isLogin = isNothing(found('phone')) && isNothing(found('username'));
  // At the machine itself, or by a service: nobody came from anywhere. A failed try is not looked at further.
  if (isLogin && isNothing(found('ip')) && !how.failed) return { skipped: 'without-address' };
  let assumed: Moment['assumed'];
  const fields = () => {
    const { at, ...rest } = wireFields(found, isLogin);
    const read = moment(at);
    assumed = read.assumed;
    return { ...rest, at: read.at };
  };
  const outcome = outcomeOf(fields, how);
  return outcome.event === undefined || assumed === undefined ? outcome : { event: outcome.event, assumed };
}

function wireFields(found: Found, isLogin: boolean): Record<string, unknown> {
  const fields: Record<string, unknown> = { account: accountOf(found('account')), at: found('at') };
  if (isNothing(fields.at)) throw new EventError('field-missing');
  if (isLogin && isNothing(found('port'))) throw new EventError('port-missing');
  for (const field of ['ip', 'phone', 'username'] as const)
    if (!isNothing(found(field))) fields[field] = found(field);
  if (!isNothing(found('port'))) fields.port = portOf(found('port'));
  return fields;
}

function accountOf(value: unknown): unknown {
  if (isNothing(value)) throw new EventError('account-missing');
  // A longer number than these is not what the log said any more once it is read.
  if (typeof value === 'number' && Number.isSafeInteger(value) && !Object.is(value, -0)) return String(value);
  if (typeof value === 'number') throw new EventError('account-invalid');
  return value;
}

/** Some write the number as text. Anything else is refused as it is. */
function portOf(value: unknown): unknown {
  return typeof value === 'string' && /^[1-9]\d{0,4}$/.test(value) ? Number(value) : value;
}
