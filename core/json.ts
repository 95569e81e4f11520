/**
 * JSON as a signed body may be written: RFC 8259, less what two readers may take for two values.
 *
 * A signature is over bytes, a decision is on what was read from them. `{"a":1,"a":2}` is one body whose
 * signature holds and which one reader takes for 1 and another for 2, so it is refused; likewise whatever a
 * decoder would have to repair. `JSON.parse` makes the values, so nothing is read here that it reads otherwise.
 */

/** The deepest that arrays and objects may stand in each other. */
export const MAX_JSON_DEPTH = 32;

/**
 * Why bytes are no JSON that has one meaning.
 *
 * - `name-twice`: an object has a key twice.
 * - `name-escaped`: a key is written with an escape.
 * - `too-deep`: more than `MAX_JSON_DEPTH` levels.
 * - `malformed`: no JSON, invalid UTF-8, a byte order mark.
 */
export type JsonErrorCode = 'name-twice' | 'name-escaped' | 'too-deep' | 'malformed';

/** The bytes are no JSON that has one meaning. Says nothing of the bytes. */
export class JsonError extends Error {
  readonly code: JsonErrorCode;

  constructor(code: JsonErrorCode = 'malformed') {
    super('malformed JSON');
    this.name = 'JsonError';
    this.code = code;
  }
}

// `ignoreBOM` keeps a byte order mark in the text, and `JSON.parse` refuses it there.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Parses a JSON text that arrived as bytes.
 *
 * @returns what `JSON.parse` returns; a key `__proto__` is a property like any other
 * @throws JsonError invalid UTF-8, a byte order mark, no JSON, a key twice in one object, a key written with an
 * escape (`"a"` and `"\u0061"` would be one), more than `MAX_JSON_DEPTH` levels
 */
export function parseJson(bytes: Uint8Array): unknown {
  return parseJsonText(decoded(bytes));
}

/**
 * Parses a JSON text that somebody else decoded: a line of a file, a part of an answer.
 *
 * @throws JsonError as `parseJson`
 */
export function parseJsonText(text: string): unknown {
  // Before parsing: a text of a million brackets would cost `JSON.parse` its stack or a million arrays.
  const fault = faultOf(text);
  try {
    if (fault === undefined) return JSON.parse(text);
  } catch {
    throw new JsonError();
  }
  throw new JsonError(fault);
}

function decoded(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new JsonError();
  }
}

/**
 * Why a JSON text has more than one meaning, or lies too deep. Of a text that is no JSON it says nothing of use, nor
 * need it: `JSON.parse` comes after.
 */
function faultOf(text: string): JsonErrorCode | undefined {
  // For each open bracket the keys of its object so far, or none if it is an array.
  const open: (Set<string> | undefined)[] = [];
  let keyNext = false;
  for (let at = 0; at < text.length; at++) {
    switch (text[at]) {
      case '{':
      case '[':
        keyNext = text[at] === '{';
        if (open.push(keyNext ? new Set() : undefined) > MAX_JSON_DEPTH) return 'too-deep';
        break;
      case '}':
      case ']':
        open.pop();
        keyNext = false;
        break;
      case ',':
        keyNext = open.at(-1) !== undefined;
        break;
      case '"': {
        const end = endOfString(text, at);
        const keys = keyNext ? open.at(-1) : undefined;
        const key = text.slice(at, end);
        // No field of ours needs an escape in its name, and V8 may take a name that has one for another that it has
        // read before (nodejs/node#63785).
        if (keys !== undefined && key.includes('\\')) return 'name-escaped';
        if (keys?.has(key) === true) return 'name-twice';
        keys?.add(key);
        keyNext = false;
        at = end - 1;
      }
    }
  }
  return undefined;
}

/** Where the string that starts here is over. A pattern would try an open one again from each of its quotes. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}
