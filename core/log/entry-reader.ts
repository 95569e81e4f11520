import { z } from 'zod';
import { concat, utf8 } from '#core/bytes.ts';
import { canonicalJson } from '#core/canonical.ts';
import { type Entry, entrySchema, readEntry } from './entry.ts';
import { LogError } from './errors.ts';
import { AT_LENGTH, instantReader } from './instants.ts';
import {
  type Ground,
  isDigit,
  literal,
  literalEnd,
  MOST_DIGITS,
  PLAIN,
  QUOTE,
  SLACK,
  type Walk,
  walk,
} from './walk.ts';
import { objectWalk } from './walk-schema.ts';

/**
 * Reads entries one after the other, for whoever reads them all: a million in about the time that hashing them takes.
 *
 * The RFC 8785 form puts the envelope's members at known places: `at` and `data` from the front; `v`, `stream`,
 * `previous`, `n` and `kind` from the back. Between them stands the data, walked as its kind has it. What does not fit
 * (a kind or version that is not known, text that needs more than ASCII, or what is no entry) is read by `readEntry`,
 * so this takes what that takes and says the same of it. But an entry in any other form than RFC 8785's is refused:
 * two spellings would be two leaves for one entry, and a member that stands there twice two meanings of one leaf.
 */
export type Kind = Entry['kind'];

interface Known {
  kind: Kind;
  /** From behind `at` to `n`. */
  walk: Walk;
}

const FIRST = '{"at":"';
const PREVIOUS = ',"previous":"';
const STREAM = ',"stream":"';
const LAST = '","v":1}';
const [first, previous] = [literal(FIRST), literal(PREVIOUS)];
const [stream, last] = [literal(STREAM), literal(LAST)];
const BEFORE_N = '","n":';
const HASH_LENGTH = 64;
const MOST_STREAM = 200;
/** No fewer bytes hold what stands around the data. */
const LEAST = 80;
const MOST_MEMBERS = 32;
const LETTER_T = 0x74;
const MOST_INPUTS = 1024;
/** C2SP tlog-tiles: a bundle has two bytes for an entry's length. */
const MOST_BYTES = 0xffff;

const byName = new Map<number, Known>();
for (const option of entrySchema.options) {
  const kind = option.shape.kind.value;
  const walk = objectWalk(option.shape.data, '","data":', `,"kind":"${kind}${BEFORE_N}`);
  const name = utf8(kind);
  // Two names of one sum would only cost one of them its speed.
  if (walk !== undefined) byName.set(nameSum(name, 0, name.length), { kind, walk });
}

function nameSum(bytes: Uint8Array, from: number, to: number): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum = (Math.imul(sum, 31) + (bytes[i] ?? 0)) | 0;
  return sum;
}

/** One entry at a time: what it says holds until the next is read. */
export class EntryReader {
  /** Undefined for a kind or version that is not known here: then only the envelope can be told. */
  kind: Kind | undefined;
  /** Kind and version of what is not known here. */
  unknown: string | undefined;
  n = 0;
  /** Unix milliseconds; NaN for what is no instant in UTC with milliseconds. */
  at = Number.NaN;
  /** Where the stream's name is, in UTF-8, and the hash of the entry before; −1 for the first of a stream. */
  names: Uint8Array;
  streamFrom = 0;
  streamTo = 0;
  previousFrom = -1;

  /** A leaf's input, `0x00 || entry` (RFC 6962 §2.1), and behind it room for walks to look at. */
  private readonly store = Buffer.alloc(1 + MOST_BYTES + SLACK);
  private readonly ground: Ground = {
    bytes: this.store,
    view: new DataView(this.store.buffer, this.store.byteOffset, this.store.length),
  };
  /** Views of the store by length: most entries have one of a few. */
  private readonly inputs: (Uint8Array | undefined)[] = Array.from({ length: MOST_INPUTS + 1 });
  private end = 1;
  private known: Known | undefined;
  private entry: Entry | undefined;
  private readonly places = new Int32Array(2 * MOST_MEMBERS);
  private readonly instants = instantReader();
  private readonly otherInstants = instantReader();

  constructor() {
    this.names = this.store;
  }

  /**
   * Takes the entry at a place of a bundle.
   *
   * @returns what its leaf hash is made of: `0x00 || entry`, until the next is taken
   */
  take(bundle: Buffer, from: number, to: number): Uint8Array {
    const length = 1 + bundle.copy(this.store, 1, from, to);
    this.end = length;
    this.store[length] = 0;
    if (length > MOST_INPUTS) return this.store.subarray(0, length);
    this.inputs[length] ??= this.store.subarray(0, length);
    return this.inputs[length];
  }

  /**
   * Reads what was taken.
   *
   * @throws LogError entry-malformed for what no version of Writ would have written
   */
  read(): void {
    if (!this.walk(1, this.end)) this.parse(this.store.subarray(1, this.end));
  }

  /** The stream's name. */
  get stream(): string {
    return new TextDecoder().decode(this.names.subarray(this.streamFrom, this.streamTo));
  }

  startsStream(prefix: Uint8Array): boolean {
    for (let i = 0; i < prefix.length; i++) if (this.names[this.streamFrom + i] !== prefix[i]) return false;
    return true;
  }

  /** A member of the data that is a text; empty where it is left out. */
  text(name: string): string {
    const at = this.find(name);
    if (at >= 0) return this.store.toString('latin1', this.places[at], this.places[at + 1]);
    const value = this.parsed(name) ?? '';
    if (typeof value !== 'string') throw new RangeError('not a text');
    return value;
  }

  /** Whether a member of the data is this text: told without making another of it. */
  isText(name: string, expected: string): boolean {
    const at = this.find(name);
    if (at < 0) return this.text(name) === expected;
    const from = this.places[at] ?? 0;
    if ((this.places[at + 1] ?? 0) - from !== expected.length) return false;
    for (let i = 0; i < expected.length; i++)
      if (this.store[from + i] !== expected.charCodeAt(i)) return false;
    return true;
  }

  /** A member of the data that is an instant: Unix milliseconds, or NaN if it is none. */
  instant(name: string): number {
    const text = this.text(name);
    return text.length === AT_LENGTH ? this.otherInstants(utf8(text), 0) : Number.NaN;
  }

  /** A member of the data that is a number. */
  count(name: string): number {
    const at = this.find(name);
    if (at < 0) {
      const value = this.parsed(name);
      if (typeof value !== 'number') throw new RangeError('not a number');
      return value;
    }
    let count = 0;
    const to = this.places[at + 1] ?? 0;
    for (let i = this.places[at] ?? 0; i < to; i++) count = count * 10 + (this.store[i] ?? 0) - 0x30;
    return count;
  }

  /** A member of the data that is true or false. */
  flag(name: string): boolean {
    const at = this.find(name);
    return at >= 0 ? this.store[this.places[at] ?? 0] === LETTER_T : this.parsed(name) === true;
  }

  /** A member of the data that is a list of texts. */
  list(name: string): string[] {
    const at = this.find(name);
    if (at < 0) return z.array(z.string()).parse(this.parsed(name));
    const text = this.store.toString('latin1', this.places[at], this.places[at + 1]);
    return z.array(z.string()).parse(JSON.parse(`[${text}]`));
  }

  /** Where a member's place is noted; −1 where the entry was not walked, or has none. */
  private find(name: string): number {
    const member = this.known === undefined ? -1 : 2 * this.known.walk.names.indexOf(name);
    return member >= 0 && (this.places[member] ?? -1) >= 0 ? member : -1;
  }

  private parsed(name: string): unknown {
    return new Map(Object.entries(this.entry?.data ?? {})).get(name);
  }

  private walk(from: number, to: number): boolean {
    const { ground, store } = this;
    const streamTo = to - LAST.length;
    if (to - from < LEAST || literalEnd(ground, streamTo, last) < 0 || literalEnd(ground, from, first) < 0)
      return false;
    let at = streamTo;
    while (PLAIN[store[at - 1] ?? 0] === 1) at--;
    const streamFrom = at;
    at -= STREAM.length;
    if (streamTo - streamFrom > MOST_STREAM || at < from || literalEnd(ground, at, stream) < 0) return false;

    let previousFrom = -1;
    if (store[at - 1] === QUOTE) {
      previousFrom = at - 1 - HASH_LENGTH;
      at = previousFrom - PREVIOUS.length;
      if (at < from || literalEnd(ground, at, previous) < 0) return false;
    }
    const digitsTo = at;
    let n = 0;
    for (let unit = 1; isDigit(store[at - 1]); unit *= 10) n += unit * ((store[--at] ?? 0) - 0x30);
    if (n < 1 || store[at] === 0x30 || digitsTo - at > MOST_DIGITS) return false;

    const nameTo = at - BEFORE_N.length;
    let nameFrom = nameTo;
    while (PLAIN[store[nameFrom - 1] ?? 0] === 1) nameFrom--;
    const known = byName.get(nameSum(store, nameFrom, nameTo));
    // The walk ends where what was read from the back begins: it has not gone beyond this entry.
    const data = from + FIRST.length + AT_LENGTH;
    if (known === undefined || walk(known.walk, ground, data, this.places) !== at) return false;
    const instant = this.instants(store, from + FIRST.length);
    if (Number.isNaN(instant)) return false;

    this.names = store;
    this.known = known;
    this.kind = known.kind;
    this.unknown = undefined;
    this.streamFrom = streamFrom;
    this.streamTo = streamTo;
    this.previousFrom = previousFrom;
    this.n = n;
    this.at = instant;
    return true;
  }

  private parse(bytes: Uint8Array): void {
    const { envelope, entry } = readEntry(bytes);
    if (Buffer.compare(utf8(canonicalJson(entry ?? envelope)), bytes) !== 0)
      throw new LogError('entry-malformed');
    const { kind, v, stream, previous = '', n, at } = envelope;
    const [name, hash] = [utf8(stream), utf8(previous)];
    this.names = concat(name, hash);
    this.known = undefined;
    this.entry = entry;
    this.kind = entry?.kind;
    this.unknown = entry === undefined ? `${kind} v${v}` : undefined;
    this.streamFrom = 0;
    this.streamTo = name.length;
    this.previousFrom = previous === '' ? -1 : name.length;
    this.n = n;
    this.at = this.instants(utf8(at), 0);
  }
}
