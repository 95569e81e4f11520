import { parseJsonText } from '#core/json.ts';
import { type FieldName, type Found, fieldNames, isNothing, isObject, outcomeFrom } from './fields.ts';
import { moments } from './moment.ts';
import type { FieldMap, LineOutcome, ReadingOptions } from './reader.ts';

/**
 * Where the fields of an event are in JSON of any shape, as `--map` says it:
 *
 *   account=.user.id,at=.ts,ip=.client.address,port=.client.port
 *
 * A path is written as `jq` writes it: `.user.id`; `."user.id"` or `.["user.id"]` for a name that has signs in it, with the
 * escapes of JSON; `[0]` for a place in a list. A member is taken only as its own: `.constructor` is nothing that an object
 * happens to inherit.
 *
 * What a condition says (`--only .result=ok`) is compared with the value's text: `ok`, `true`, `1`.
 */
export type MapErrorCode = 'map-malformed' | 'map-field-unknown' | 'map-field-twice' | 'map-incomplete';

/** What is wrong with a map, and from which character on. A map is the caller's own and holds nobody's data. */
export class MapError extends Error {
  override name = 'MapError';
  readonly code: MapErrorCode;
  /** From 0. */
  readonly position: number;

  constructor(code: MapErrorCode, position = 0) {
    super(`${code} at character ${position + 1}`);
    this.code = code;
    this.position = position;
  }
}

type Step = string | number;
export type Path = readonly Step[];

/** Reads `account=.user.id,at=.ts,…`. @throws MapError */
export function parseMap(text: string): FieldMap {
  const map: Record<string, string> = {};
  let at = 0;
  for (;;) {
    const [, name = ''] = /^ *([a-z]+)=/.exec(text.slice(at)) ?? [];
    if (name === '') throw new MapError('map-malformed', at);
    if (!isField(name)) throw new MapError('map-field-unknown', at);
    if (Object.hasOwn(map, name)) throw new MapError('map-field-twice', at);
    const start = text.indexOf('=', at) + 1;
    const { end } = readPath(text, start);
    map[name] = text.slice(start, end);
    if (end === text.length) return map;
    if (text[end] !== ',') throw new MapError('map-malformed', end);
    at = end + 1;
  }
}

/** Reads `.result=ok,.kind=login`. @returns what each path must say. @throws MapError */
export function parseConditions(text: string): FieldMap {
  const conditions: Record<string, string> = {};
  let at = 0;
  for (;;) {
    const { end } = readPath(text, at);
    if (text[end] !== '=') throw new MapError('map-malformed', end);
    const path = text.slice(at, end);
    if (Object.hasOwn(conditions, path)) throw new MapError('map-field-twice', at);
    const next = text.indexOf(',.', end);
    const valueEnd = next < 0 ? text.length : next;
    conditions[path] = text.slice(end + 1, valueEnd);
    if (valueEnd === text.length) return conditions;
    at = valueEnd + 1;
  }
}

/** A whole path. @throws MapError */
export function parsePath(text: string): Path {
  const { path, end } = readPath(text, 0);
  if (end !== text.length) throw new MapError('map-malformed', end);
  return path;
}

const NAME = /^\.([\p{L}\p{N}_@$-]+)/u;
const QUOTED = /^\.?\[?("(?:[^"\\]|\\.)*")\]?/;
const INDEX = /^\.?\[(\d{1,6})\]/;

function readPath(text: string, start: number): { path: Path; end: number } {
  const path: Step[] = [];
  let at = start;
  while (text[at] === '.' || (text[at] === '[' && path.length > 0)) {
    const { step, length } = readStep(text.slice(at), at);
    path.push(step);
    at += length;
  }
  if (path.length === 0) throw new MapError('map-malformed', start);
  return { path, end: at };
}

function readStep(rest: string, at: number): { step: Step; length: number } {
  const name = NAME.exec(rest);
  if (name !== null) return { step: name[1] ?? '', length: name[0].length };
  const index = INDEX.exec(rest);
  if (index !== null) return { step: Number(index[1]), length: index[0].length };
  const [whole = '', quoted = ''] = QUOTED.exec(rest) ?? [];
  // A bracket is closed exactly if one was opened.
  if (quoted === '' || /^\.?\[/.test(rest) !== whole.endsWith(']')) throw new MapError('map-malformed', at);
  try {
    return { step: String(parseJsonText(quoted)), length: whole.length };
  } catch {
    throw new MapError('map-malformed', at);
  }
}

const isField = (name: string): name is FieldName => fieldNames.some((each) => each === name);

/** What lies at a path: undefined where nothing does. */
export function atPath(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inner, step) => {
    if (typeof step === 'number') return Array.isArray(inner) ? inner[step] : undefined;
    return isObject(inner) && Object.hasOwn(inner, step) ? inner[step] : undefined;
  }, value);
}

/** Where a map says that fields are. */
type Places = Partial<Record<FieldName, Path>>;

function placesOf(map: FieldMap = {}): Places {
  const places: Places = {};
  for (const [name, path] of Object.entries(map)) {
    if (!isField(name)) throw new MapError('map-field-unknown');
    places[name] = parsePath(path);
  }
  return places;
}

/** Enough for an event by itself: whose, when, and one of address with port, number and name. @throws MapError */
function checkWhole(places: Places): void {
  const has = (field: FieldName) => places[field] !== undefined;
  const says = (has('ip') && has('port')) || has('phone') || has('username');
  if (!has('account') || !has('at') || !says) throw new MapError('map-incomplete');
}

/**
 * What a map finds in a line. Address and port at the same place are one text of both, as programs in Go log it:
 * `192.0.2.1:40001`, `[2001:db8::1]:40001`.
 */
function foundBy(places: Places, line: unknown): Found {
  const together = JSON.stringify(places.ip) === JSON.stringify(places.port);
  return (field) => {
    const place = places[field];
    if (place === undefined) return undefined;
    const value = atPath(line, place);
    if (!together || (field !== 'ip' && field !== 'port') || typeof value !== 'string') return value;
    const [, bracketed, plain, port] = /^(?:\[([^\]]*)\]|([^:]*)):(\d{1,5})$/.exec(value) ?? [];
    return field === 'port' ? port : (bracketed ?? plain ?? value);
  };
}

/**
 * A map beside a format that has places of its own: what it names is elsewhere, the rest is where it was.
 */
export function overriding(map: FieldMap | undefined, zone: string | undefined) {
  const places = placesOf(map);
  return {
    found:
      (line: unknown, own: Found): Found =>
      (field) =>
        places[field] === undefined ? own(field) : foundBy(places, line)(field),
    moment: places.at === undefined ? undefined : moments(zone),
  };
}

/** Reads lines by a map alone. What meets all conditions is taken for a log-in that succeeded. @throws MapError */
export function mapped({ map, only = {}, zone }: ReadingOptions): (line: unknown) => LineOutcome {
  const places = placesOf(map);
  checkWhole(places);
  const conditions = Object.entries(only).map(([path, text]) => ({ path: parsePath(path), text }));
  const moment = moments(zone);
  return (line) =>
    meets(line, conditions)
      ? outcomeFrom(foundBy(places, line), moment, { failed: false })
      : { skipped: 'not-a-login' };
}

/** Whether a line says all that it must. */
function meets(line: unknown, conditions: readonly { path: Path; text: string }[]): boolean {
  return conditions.every(({ path, text }) => {
    const value = atPath(line, path);
    return !isNothing(value) && typeof value !== 'object' && String(value) === text;
  });
}
