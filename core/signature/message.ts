/**
 * HTTP messages as signatures see them, and what may be signed of them at all.
 *
 * A message comes here as it arrived, before any framework decoded, joined or repaired it. Whatever
 * could end a line of the signature base, or be read in two ways, is refused rather than cleaned.
 */

/** One field line each, as received: a field sent twice is there twice. */
export type HeaderLines = ReadonlyArray<readonly [name: string, value: string]>;

export interface Message {
  readonly method: string;
  /** The `Host` that the client addressed, with its port if any. */
  readonly authority: string;
  /** Raw: percent-encoding as received, API stage included if the client sent it. */
  readonly path: string;
  /** Raw: `''`, or the query with its `?`. */
  readonly query: string;
  readonly headers: HeaderLines;
  /** The bytes that arrived, after API Gateway's base64 has been taken off. */
  readonly body: Uint8Array;
}

export interface Answer {
  readonly status: number;
  readonly headers: HeaderLines;
  readonly body: Uint8Array;
}

/** The longest path with query that is looked at, and the longest value of a signed field, in characters. */
const MAX_TARGET = 8 * 1024;
const MAX_FIELD = 4 * 1024;

const METHOD = /^[A-Z][A-Z-]{0,31}$/;
const AUTHORITY = /^(?:\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9._-]{1,253})(?::(?:0|[1-9][0-9]{0,4}))?$/;
const PATH = /^(?:\/[\x21\x22\x24-\x3e\x40-\x7e]*)?$/;
const QUERY = /^(?:\?[\x21\x22\x24-\x7e]*)?$/;
const FIELD_VALUE = /^[\x20-\x7e\t]+$/;

/** Whether method, authority, path and query can be signed unambiguously. */
export function isSignableTarget(message: Message): boolean {
  return (
    message.path.length + message.query.length <= MAX_TARGET &&
    METHOD.test(message.method) &&
    AUTHORITY.test(message.authority) &&
    PATH.test(message.path) &&
    QUERY.test(message.query)
  );
}

/** Whether a status is one that HTTP knows (RFC 9110 section 15). */
export function isStatus(status: number): boolean {
  return Number.isInteger(status) && status >= 100 && status <= 599;
}

/** `@authority` (RFC 9421 section 2.2.3): lower case, without the default port of https. */
export function normalAuthority(authority: string): string {
  const lower = authority.toLowerCase();
  return lower.endsWith(':443') ? lower.slice(0, -4) : lower;
}

/** Each line's value of a field, in order, without the white space around it (RFC 9421 section 2.1). */
export function fieldLines(headers: HeaderLines, name: string): string[] {
  const values: string[] = [];
  for (const [lineName, value] of headers) {
    if (lineName.length === name.length && lineName.toLowerCase() === name) values.push(trim(value));
  }
  return values;
}

/**
 * The value of a field that must stand on one line and be printable ASCII.
 *
 * @param name - in lower case
 * @returns `undefined` if the field is absent, `null` if it is there but refused: several lines, empty,
 * folded, too long, control or other characters beyond ASCII
 */
export function singleField(headers: HeaderLines, name: string): string | null | undefined {
  const lines = fieldLines(headers, name);
  const value = lines[0];
  if (value === undefined) return undefined;
  return lines.length === 1 && value.length <= MAX_FIELD && FIELD_VALUE.test(value) ? value : null;
}

// A pattern such as /[ \t]+$/ takes quadratic time on long runs of blanks within a value.
function trim(value: string): string {
  let from = 0;
  let to = value.length;
  while (from < to && isBlank(value.charCodeAt(from))) from++;
  while (to > from && isBlank(value.charCodeAt(to - 1))) to--;
  return value.slice(from, to);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
