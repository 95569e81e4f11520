import { concat, utf8 } from '#core/bytes.ts';

/**
 * The bytes that stand for a value of an item, and for no other value. Every part begins with its type, and what has no
 * fixed length with its length, so that no two values run into each other. The order of the attributes of a map is that
 * of their names, whatever order they were written in.
 *
 * What a table gives back has the same bytes as what it was given: attributes that are undefined are left out, as
 * DynamoDB's client leaves them out, and a number is the same as a `bigint`.
 *
 *   null 0 | false 1 | true 2 | number 3 text | text 4 utf-8 | bytes 5 bytes | list 6 count values | map 7 count (name value)…
 *
 * @throws TypeError if no item can hold the value
 */
export function itemBytes(value: unknown): Uint8Array {
  const parts: Uint8Array[] = [];
  add(parts, value);
  return concat(...parts);
}

const tags = { null: 0, false: 1, true: 2, number: 3, text: 4, bytes: 5, list: 6, map: 7 } as const;

function add(parts: Uint8Array[], value: unknown): void {
  if (value === null) parts.push(head(tags.null));
  else if (typeof value === 'boolean') parts.push(head(value ? tags.true : tags.false));
  else if (typeof value === 'number' || typeof value === 'bigint')
    addSized(parts, tags.number, utf8(numberText(value)));
  else if (typeof value === 'string') addSized(parts, tags.text, utf8(value));
  else if (value instanceof Uint8Array) addSized(parts, tags.bytes, value);
  else if (Array.isArray(value)) {
    const members = value.filter((member) => member !== undefined);
    parts.push(head(tags.list, members.length));
    for (const member of members) add(parts, member);
  } else if (isPlain(value)) {
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    parts.push(head(tags.map, members.length));
    for (const [name, member] of members.toSorted(([a], [b]) => (a < b ? -1 : 1))) {
      addSized(parts, tags.text, utf8(name));
      add(parts, member);
    }
  } else throw new TypeError('no item holds a value of this type');
}

function addSized(parts: Uint8Array[], tag: number, bytes: Uint8Array): void {
  parts.push(head(tag, bytes.length), bytes);
}

/** A tag, and a length as 4 bytes, big endian. */
function head(tag: number, length?: number): Uint8Array {
  const bytes = new Uint8Array(length === undefined ? 1 : 5);
  bytes[0] = tag;
  if (length !== undefined) new DataView(bytes.buffer).setUint32(1, length);
  return bytes;
}

/** A table holds numbers without a type of their own: 7, 7n and 7.0 are one, and so are 0 and -0. */
function numberText(value: number | bigint): string {
  if (typeof value === 'bigint') return value.toString();
  if (!Number.isFinite(value)) throw new TypeError('no item holds a number that is not finite');
  return Number.isInteger(value) ? BigInt(value).toString() : String(value);
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
