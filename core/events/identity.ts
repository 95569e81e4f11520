import { z } from 'zod';
import { namesIn } from '#core/exhaustive.ts';
import { parseInstant, wireInstant } from '#core/instant.ts';
import { JsonError, parseJsonText } from '#core/json.ts';
import { nameAsGiven } from '#core/text.ts';
import { eventShape, type FieldsOf, type Kind, type MarkOf, markShape } from '#core/vault/kinds.ts';
import type { NameKind } from '#core/vault/subject.ts';

/**
 * Identity events: what the provider's backend hands over, one JSON object each.
 *
 *   {"account":"…","at":"2026-11-20T09:00:00Z","ip":"192.0.2.1","port":51234}    a log-in
 *   {"account":"…","at":"2026-11-20T09:00:00Z","ip":"192.0.2.1","port":51234,"outcome":"failed"}   a try that failed
 *   {"account":"…","at":"2026-11-20T09:00:00Z","phone":"+4915112345678"}         a number that holds from then on
 *   {"account":"…","at":"2026-11-20T09:00:00Z","username":"…"}                   a name that finds it from then on
 *
 * Exactly these fields. All forms are closed, so that there is no place to put content (I5). Of a username nothing
 * is stored but the blind index to find the account by: there is no kind of record for it, so it can be asked by and
 * never be disclosed.
 */
export type IdentityEvent = { [K in EventKind]: EventOf<K> }[EventKind];

/** A kind of record, or a name of which nothing but the blind index is stored. */
export type EventKind = Kind | NameKind;
type EventFields<K extends EventKind> = K extends Kind ? FieldsOf<K> & MarkOf<K> : { [F in K]: string };
type EventOf<K extends EventKind> = Together<{ kind: K; account: string; at: string } & EventFields<K>>;
type Together<T> = { [F in keyof T]: T[F] };

/**
 * Why an identity event is refused. Codes only: an event's values are what Writ exists to keep.
 *
 * - `event-too-large`, `encoding-invalid`, `json-malformed`: not a short JSON object in UTF-8.
 * - `name-twice`: a field stands there twice, so two readers may take it for two events.
 * - `field-unknown`: a field beyond those of the wire. Content would come in as one (I5).
 * - `field-missing`: `account`, `at`, or one of `ip` with `port`, `phone` and `username`.
 * - `account-missing`, `port-missing`: a log-in in a log of other people's that does not name the account by its id, or
 *   no source port.
 * - `account-invalid`, `username-invalid`: no name that could be asked for (core/text.ts, `nameAsGiven`).
 * - `at-invalid`, `ip-invalid`, `port-invalid`, `phone-invalid`: not possible as such.
 * - `outcome-invalid`: an outcome of a log-in other than `failed`. One that succeeded says none.
 * - `time-future`, `time-before-retention`, `kind-not-kept`: possible, but not now or not here. `checkTime` finds
 *   these, with the clock and the retention (core/events/retention.ts).
 * - `row-length`, `line-break`: a row of a CSV file with more or fewer values than the first line has names, or with a
 *   line break in a value.
 * - `aggregate-malformed`: many events in one record of the stream, which is damaged (core/events/aggregate.ts).
 */
export type EventErrorCode =
  | 'event-too-large'
  | 'encoding-invalid'
  | 'json-malformed'
  | 'name-twice'
  | 'field-unknown'
  | 'field-missing'
  | 'account-missing'
  | 'port-missing'
  | 'account-invalid'
  | 'at-invalid'
  | 'ip-invalid'
  | 'port-invalid'
  | 'outcome-invalid'
  | 'phone-invalid'
  | 'username-invalid'
  | 'time-future'
  | 'time-before-retention'
  | 'kind-not-kept'
  | 'row-length'
  | 'line-break'
  | 'aggregate-malformed';

/** Carries the code and nothing of the event, so that it may be counted and logged as it is. */
export class EventError extends Error {
  override name = 'EventError';
  readonly code: EventErrorCode;

  constructor(code: EventErrorCode) {
    super(code);
    this.code = code;
  }
}

/** Longer than the longest event even with every character of its account escaped. */
const LONGEST = 4096;

/** As a request's subject: what can be ingested can be asked for, and the reverse. */
const name = nameAsGiven(256);

function canonical(parse: (text: string) => string | undefined) {
  return z.string().transform((text, context) => {
    const parsed = parse(text);
    if (parsed !== undefined) return parsed;
    context.addIssue({ code: 'custom' });
    return z.NEVER;
  });
}

const at = canonical(parseInstant);

function form<K extends EventKind, S extends z.ZodRawShape>(kind: K, fields: S) {
  return {
    fields: Object.keys(fields),
    schema: z.strictObject({ account: name, at, ...fields }).transform((event) => ({ kind, ...event })),
  };
}

/** Every kind of event: what it says beside account and instant. */
const forms: { [K in EventKind]: { fields: string[]; schema: z.ZodType<EventOf<K>> } } = {
  access: form('access', { ...eventShape('access'), ...markShape('access') }),
  phone: form('phone', eventShape('phone')),
  username: form('username', { username: name }),
};

export const eventKinds = namesIn(forms);

/**
 * One event from its JSON text, with instant and address in canonical form.
 *
 * @throws EventError
 */
export function parseIdentityEvent(json: string | Uint8Array): IdentityEvent {
  if (json.length > LONGEST) throw new EventError('event-too-large');
  return identityEvent(eventJson(typeof json === 'string' ? json : decodeUtf8(json)));
}

/**
 * One event from a value that stands as on the wire.
 *
 * @throws EventError
 */
export function identityEvent(value: unknown): IdentityEvent {
  const { data, error } = formOf(value).safeParse(value);
  if (data === undefined) throw refusal(error, value);
  return data;
}

/** By the first of its fields that a form has. What has none lacks one of whichever form. */
function formOf(value: unknown): z.ZodType<IdentityEvent> {
  const all = Object.values(forms);
  return (all.find(({ fields }) => fields.some((field) => has(value, field))) ?? forms.access).schema;
}

/** Whether an event is a try to log in that failed. */
export function isFailedTry(event: IdentityEvent): boolean {
  return 'outcome' in event && event.outcome !== undefined;
}

/** An event as the wire has it; `parseIdentityEvent` gives it back. */
export function eventText(event: IdentityEvent): string {
  const { kind, ...wire } = event;
  return JSON.stringify({ ...wire, at: wireInstant(wire.at) });
}

const invalid: Record<string, EventErrorCode> = {
  account: 'account-invalid',
  at: 'at-invalid',
  ip: 'ip-invalid',
  port: 'port-invalid',
  outcome: 'outcome-invalid',
  phone: 'phone-invalid',
  username: 'username-invalid',
};

function has(value: unknown, field: string): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, field);
}

/** zod's own messages can quote what they refuse; only our codes leave here. */
function refusal(error: z.ZodError, value: unknown): EventError {
  if (error.issues.some((issue) => issue.code === 'unrecognized_keys'))
    return new EventError('field-unknown');
  const field = String(error.issues[0]?.path[0]);
  return new EventError(has(value, field) ? (invalid[field] ?? 'json-malformed') : missing(value));
}

function missing(value: unknown): EventErrorCode {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? 'field-missing'
    : 'json-malformed';
}

/** What a JSON text says, by the rule of signed bodies. @throws EventError json-malformed, name-twice */
export function eventJson(text: string): unknown {
  try {
    return parseJsonText(text);
  } catch (error) {
    throw new EventError(
      error instanceof JsonError && error.code === 'name-twice' ? 'name-twice' : 'json-malformed',
    );
  }
}

/** Strictly: replacement characters would make one account of several. */
function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new EventError('encoding-invalid');
  }
}
