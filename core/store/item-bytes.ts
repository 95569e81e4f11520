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
  const written = new Written();
  add(written, value);
  return written.whole();
}

const tags = { null: 0, false: 1, true: 2, number: 3, text: 4, bytes: 5, list: 6, map: 7 } as const;

function add(to: Written, value: unknown): void {
  if (value === null) to.tag(tags.null);
  else if (typeof value === 'boolean') to.tag(value ? tags.true : tags.false);
  else if (typeof value === 'number' || typeof value === 'bigint') to.text(tags.number, numberText(value));
  else if (typeof value === 'string') to.text(tags.text, value);
  else if (value instanceof Uint8Array) to.bytes(tags.bytes, value);
  else if (Array.isArray(value)) {
    const members = value.filter((member) => member !== undefined);
    to.tag(tags.list, members.length);
    for (const member of members) add(to, member);
  } else if (isPlain(value)) {
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    to.tag(tags.map, members.length);
    for (const [name, member] of members.toSorted(([a], [b]) => (a < b ? -1 : 1))) {
      to.text(tags.text, name);
      add(to, member);
    }
  } else throw new TypeError('no item holds a value of this type');
}

const encoder = new TextEncoder();

/** Bytes that grow: every item that is read or written passes here. Each tag is a byte, each length 4, big endian. */
class Written {
  #bytes = new Uint8Array(1024);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  tag(tag: number, length?: number): void {
    this.#reserve(5);
    this.#bytes[this.#length++] = tag;
    if (length === undefined) return;
    this.#view.setUint32(this.#length, length);
    this.#length += 4;
  }

  bytes(tag: number, bytes: Uint8Array): void {
    this.tag(tag, bytes.length);
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** As UTF-8, of which a unit of a text takes at most three bytes. */
  text(tag: number, text: string): void {
    this.#reserve(5 + 3 * text.length);
    const { written } = encoder.encodeInto(text, this.#bytes.subarray(this.#length + 5));
    this.tag(tag, written);
    this.#length += written;
  }

  whole(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  #reserve(count: number): void {
    if (this.#length + count <= this.#bytes.length) return;
    const larger = new Uint8Array(2 * (this.#length + count));
    larger.set(this.#bytes);
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }
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
