/**
 * Structured fields (RFC 9651), as far as signatures and digests use them: dictionaries of items and
 * inner lists, with parameters; integers, strings, tokens, byte sequences and booleans.
 *
 * Stricter than the RFC where leniency would let two readers see two messages: a key that occurs twice
 * is refused (the RFC lets the last one win), base64 must be canonical, decimals, dates and display
 * strings are refused because nothing here uses them. One pass, no backtracking, no exceptions out.
 * No Node imports: the browser reads and writes these too.
 */
import { fromBase64, toBase64 } from '#core/bytes.ts';

export type BareItem =
  | { readonly type: 'integer'; readonly value: number }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'token'; readonly value: string }
  | { readonly type: 'bytes'; readonly value: Uint8Array }
  | { readonly type: 'boolean'; readonly value: boolean };

/** In the order received, which is the order signed; no key twice. */
export type Parameters = ReadonlyArray<readonly [key: string, value: BareItem]>;

export interface Item {
  readonly kind: 'item';
  readonly value: BareItem;
  readonly params: Parameters;
}

export interface InnerList {
  readonly kind: 'list';
  readonly items: readonly Item[];
  readonly params: Parameters;
}

export type Dictionary = ReadonlyArray<readonly [key: string, member: Item | InnerList]>;

export const integer = (value: number): BareItem => ({ type: 'integer', value });
export const string = (value: string): BareItem => ({ type: 'string', value });
export const bytes = (value: Uint8Array): BareItem => ({ type: 'bytes', value });

/** Parses a dictionary (RFC 9651 section 4.2.2); `undefined` for anything that is not exactly one. */
export function parseDictionary(text: string): Dictionary | undefined {
  const reader = new Reader(text);
  try {
    return reader.dictionary();
  } catch (error) {
    if (error === malformed) return undefined;
    throw error;
  }
}

/** The canonical text of a dictionary (RFC 9651 section 4.1.2). */
export function serializeDictionary(dictionary: Dictionary): string {
  return dictionary
    .map(([key, member]) => {
      // As in parameters, a true boolean is written by its key alone.
      const flag = member.kind === 'item' && member.value.type === 'boolean' && member.value.value;
      return flag ? key + serializeParameters(member.params) : `${key}=${serializeMember(member)}`;
    })
    .join(', ');
}

/** The canonical text of an item or inner list with its parameters (RFC 9651 sections 4.1.1 and 4.1.3). */
export function serializeMember(member: Item | InnerList): string {
  const value =
    member.kind === 'item'
      ? serializeBareItem(member.value)
      : `(${member.items.map(serializeMember).join(' ')})`;
  return value + serializeParameters(member.params);
}

/** The canonical text of parameters (RFC 9651 section 4.1.1.2). */
export function serializeParameters(params: Parameters): string {
  let text = '';
  for (const [key, item] of params) {
    text += item.type === 'boolean' && item.value ? `;${key}` : `;${key}=${serializeBareItem(item)}`;
  }
  return text;
}

function serializeBareItem(item: BareItem): string {
  switch (item.type) {
    case 'integer':
      // "-0" and leading zeros parse, but do not survive: String(-0) is "0".
      return String(item.value);
    case 'string':
      return `"${escaped(item.value)}"`;
    case 'token':
      return item.value;
    case 'bytes':
      return `:${toBase64(item.value)}:`;
    case 'boolean':
      return item.value ? '?1' : '?0';
  }
}

/** Hardly any string needs it, and to look for what does costs a fraction of replacing none. */
function escaped(text: string): string {
  return text.includes('"') || text.includes('\\') ? text.replaceAll(/[\\"]/g, '\\$&') : text;
}

// Thrown within the reader only. One object, made once: a refusal does not pay for a stack trace.
const malformed = new Error('malformed structured field');

const KEY = /[a-z*][a-z0-9_.*-]*/y;
const TOKEN = /[A-Za-z*][A-Za-z0-9!#$%&'*+.^_`|~:/-]*/y;
const INTEGER = /-?[0-9]{1,15}/y;
// Unrolled: runs of plain characters, and an escape between one and the next. Each character has one
// way to match, so that no text makes it try twice.
const STRING = /"[\x20\x21\x23-\x5b\x5d-\x7e]*(?:\\[\\"][\x20\x21\x23-\x5b\x5d-\x7e]*)*"/y;
const BYTES = /:[A-Za-z0-9+/=]*:/y;
const BOOLEAN = /\?[01]/y;

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  dictionary(): Dictionary {
    const members: Array<Dictionary[number]> = [];
    const keys = new Set<string>();
    this.#skip(' ');
    while (!this.#atEnd()) {
      const key = this.#newKey(keys);
      members.push([key, this.#take('=') ? this.#member() : this.#flag()]);
      this.#skip(' \t');
      if (this.#atEnd()) break;
      if (!this.#take(',')) throw malformed;
      this.#skip(' \t');
      if (this.#atEnd()) throw malformed;
    }
    return members;
  }

  #member(): Item | InnerList {
    return this.#take('(') ? this.#innerList() : this.#item();
  }

  #innerList(): InnerList {
    const items: Item[] = [];
    for (;;) {
      this.#skip(' ');
      if (this.#take(')')) return { kind: 'list', items, params: this.#parameters() };
      items.push(this.#item());
      if (this.#peek() !== ' ' && this.#peek() !== ')') throw malformed;
    }
  }

  #item(): Item {
    return { kind: 'item', value: this.#bareItem(), params: this.#parameters() };
  }

  /** A dictionary key without a value: true, perhaps with parameters. */
  #flag(): Item {
    return { kind: 'item', value: { type: 'boolean', value: true }, params: this.#parameters() };
  }

  #parameters(): Parameters {
    if (this.#peek() !== ';') return [];
    const params: Array<Parameters[number]> = [];
    const keys = new Set<string>();
    while (this.#take(';')) {
      this.#skip(' ');
      const key = this.#newKey(keys);
      params.push([key, this.#take('=') ? this.#bareItem() : { type: 'boolean', value: true }]);
    }
    return params;
  }

  #bareItem(): BareItem {
    const first = this.#peek();
    if (first === '"') {
      const written = this.#match(STRING).slice(1, -1);
      return { type: 'string', value: written.includes('\\') ? written.replace(/\\(.)/g, '$1') : written };
    }
    if (first === ':') {
      const value = fromBase64(this.#match(BYTES).slice(1, -1));
      if (value === undefined) throw malformed;
      return { type: 'bytes', value };
    }
    if (first === '?') return { type: 'boolean', value: this.#match(BOOLEAN) === '?1' };
    if (first === '-' || (first >= '0' && first <= '9')) return this.#integer();
    return { type: 'token', value: this.#match(TOKEN) };
  }

  #integer(): BareItem {
    // A sixteenth digit or a decimal point stays in the text, and the next rule refuses it.
    return { type: 'integer', value: Number(this.#match(INTEGER)) };
  }

  /** A key that is not among these yet. A set: what a hostile caller repeats must not be searched in a list. */
  #newKey(keys: Set<string>): string {
    const key = this.#match(KEY);
    if (keys.has(key)) throw malformed;
    keys.add(key);
    return key;
  }

  /** Takes what the (sticky) pattern matches here. */
  #match(pattern: RegExp): string {
    const from = this.#at;
    pattern.lastIndex = from;
    if (!pattern.test(this.#text)) throw malformed;
    this.#at = pattern.lastIndex;
    return this.#text.slice(from, this.#at);
  }

  #take(char: string): boolean {
    if (this.#peek() !== char) return false;
    this.#at++;
    return true;
  }

  #skip(chars: string): void {
    while (!this.#atEnd() && chars.includes(this.#peek())) this.#at++;
  }

  #peek(): string {
    return this.#text.charAt(this.#at);
  }

  #atEnd(): boolean {
    return this.#at === this.#text.length;
  }
}
