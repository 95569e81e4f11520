import { type FieldName, isObject, member, objectIn, outcomeFrom } from './fields.ts';
import { EventError } from './identity.ts';
import { overriding } from './map.ts';
import { moments } from './moment.ts';
import type { EventReader } from './reader.ts';

/**
 * Log-ins out of the Elastic Common Schema, one JSON object a line, as Beats and Elastic Agent write them, or as an export
 * of an index does (`{"_source":{…}}`). Fields are nested or dotted, or both:
 *
 *   {"@timestamp":"2026-11-20T09:00:00.000Z","event":{"category":["authentication"],"type":["start"],"outcome":"success"},
 *    "user":{"id":"4711","name":"alice"},"source":{"ip":"192.0.2.1","port":40001}}
 *
 * "ECS categorization fields": a log-in has the category `authentication`, the outcome `success`, and the type `start`.
 * Beats gives several log-ins the type `info`, for which the action has to say that it is one (`ssh_login`). Other such
 * events are about credentials, tickets, second factors, sessions that end.
 *
 * The account is `user.id` and never `user.name`: a name passes from one person to the next. Where there is no id,
 * `--map account=.user.name` says that the names are ids.
 */
const places: Partial<Record<FieldName, readonly string[]>> = {
  account: ['user', 'id'],
  at: ['@timestamp'],
  ip: ['source', 'ip'],
  port: ['source', 'port'],
};

/** Elasticsearch Guide, "Date field type": a date that names no zone is one in UTC. */
const ELASTICSEARCH_ZONE = 'UTC';

/** Actions that are a log-in whatever their type, without case and signs: `ssh_login`, `logged-in`, `Sign-in activity`. */
const logins = new Set([
  'sshlogin',
  'login',
  'logon',
  'loggedin',
  'loggedon',
  'userlogin',
  'userlogon',
  'userloggedin',
  'signin',
  'signedin',
  'usersignin',
  'signinactivity',
]);

export const ecsLines: EventReader = {
  title: 'ECS events, one a line',
  recognises,
  malformed: 'stops',
  begin: ({ failedToo, map, zone }) => {
    const override = overriding(map, zone);
    const moment = override.moment ?? moments(ELASTICSEARCH_ZONE);
    return (text) => {
      const event = documentIn(objectIn(text));
      const of = (name: string) => texts(found(event, ['event', name]));
      const [types, outcomes] = [of('type'), of('outcome')];
      const isLogin =
        of('category').includes('authentication') &&
        !types.includes('end') &&
        (types.includes('start') || of('action').some((action) => logins.has(plain(action))));
      const [outcome, ...more] = outcomes;
      if (!isLogin || more.length > 0 || (outcome !== 'success' && outcome !== 'failure'))
        return { skipped: 'not-a-login' };
      const field = (name: FieldName) => {
        const place = places[name];
        return place === undefined ? undefined : single(found(event, place));
      };
      return outcomeFrom(override.found(event, field), moment, { failed: outcome === 'failure', failedToo });
    };
  },
};

function recognises(line: string): boolean {
  try {
    const event = documentIn(objectIn(line));
    const names = Object.keys(event);
    return names.includes('@timestamp') && names.some((name) => /^(?:event|ecs)(?:\.|$)/.test(name));
  } catch {
    return false;
  }
}

/** A document, out of the hit of a search that an export has on each line. */
function documentIn(line: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return isObject(line._source) && Object.hasOwn(line, '_index') ? line._source : line;
}

/**
 * A field, however its dots are written: `{"source":{"ip":…}}`, `{"source.ip":…}`.
 *
 * @throws EventError name-twice where two ways of writing it say two things
 */
function found(value: unknown, place: readonly string[]): unknown {
  const all = everywhere(value, place);
  if (all.length > 1 && new Set(all.map((each) => JSON.stringify(each))).size > 1)
    throw new EventError('name-twice');
  return all[0];
}

function everywhere(value: unknown, place: readonly string[]): unknown[] {
  if (place.length === 0) return value === undefined ? [] : [value];
  return place.flatMap((_, i) =>
    everywhere(member(value, place.slice(0, i + 1).join('.')), place.slice(i + 1)),
  );
}

/** A keyword field's values: Elasticsearch makes no difference between one and a list of one. */
function texts(value: unknown): string[] {
  return [value].flat().filter((each) => typeof each === 'string');
}

/** One value, which some exports put into a list. Of several nobody knows which is meant. */
function single(value: unknown): unknown {
  return Array.isArray(value) && value.length <= 1 ? value[0] : value;
}

function plain(action: string): string {
  return action.toLowerCase().replaceAll(/[^a-z]/g, '');
}
