import { type FieldName, isObject, member, objectIn, outcomeFrom } from './fields.ts';
import { EventError } from './identity.ts';
import { overriding } from './map.ts';
import { type Moment, moments } from './moment.ts';
import type { EventReader } from './reader.ts';

/**
 * Log-ins out of the Open Cybersecurity Schema Framework (schema.ocsf.io), one JSON object a line: class Authentication
 * (`class_uid` 3002), activity Logon (`activity_id` 1), status Success (`status_id` 1).
 *
 *   {"class_uid":3002,"activity_id":1,"status_id":1,"time":1795165200000,
 *    "user":{"uid":"4711","name":"alice"},"src_endpoint":{"ip":"192.0.2.1","port":40001}}
 *
 * The account is `user.uid`, "the unique user identifier", and never `user.name`: a name passes from one person to the
 * next. `actor.user` is who asked for the log-in, not whom it was for. The address is `src_endpoint`'s own:
 * `intermediate_ips` are proxies.
 */
const AUTHENTICATION = 3002;
const LOGON = 1;
const SUCCESS = 1;
const FAILURE = 2;

const places: Partial<Record<FieldName, readonly string[]>> = {
  account: ['user', 'uid'],
  at: ['time'],
  ip: ['src_endpoint', 'ip'],
  port: ['src_endpoint', 'port'],
};

export const ocsfLines: EventReader = {
  title: 'OCSF events, one a line',
  recognises: (firstLine) => isNumbered(firstLine),
  malformed: 'stops',
  begin: ({ failedToo, map, zone }) => {
    const override = overriding(map, zone);
    return (text) => {
      const event = objectIn(text);
      if (!is(event.class_uid, AUTHENTICATION) || !is(event.activity_id, LOGON))
        return { skipped: 'not-a-login' };
      const [succeeded, failed] = [SUCCESS, FAILURE].map((status) => is(event.status_id, status));
      // Unknown, Other, or none: the log does not say that anybody got in.
      if (!succeeded && !failed) return { skipped: 'not-a-login' };
      const found = (field: FieldName) =>
        places[field]?.reduce<unknown>((value, name) => member(value, name), event);
      return outcomeFrom(override.found(event, found), override.moment ?? timestamp, {
        failed: failed === true,
        failedToo,
      });
    };
  },
};

function isNumbered(line: string): boolean {
  try {
    const event = objectIn(line);
    return Object.hasOwn(event, 'class_uid') && (Object.hasOwn(event, 'time') || isObject(event.metadata));
  } catch {
    return false;
  }
}

/** An enumerated number, which some writers give as text. */
function is(value: unknown, number: number): boolean {
  return value === number || value === String(number);
}

/** `timestamp_t`: milliseconds since 1970. A number of seconds would be a day of that year. */
function timestamp(value: unknown): Moment {
  const { at, assumed } = moments()(value);
  if (assumed !== 'in-milliseconds') throw new EventError('at-invalid');
  return { at };
}
