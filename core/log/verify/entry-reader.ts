import { z } from 'zod';
import { utf8 } from '#core/bytes.ts';
import { canonicalJson } from '#core/canonical.ts';
import { readEntry } from '#core/log/entry.ts';
import { LogError } from '#core/log/errors.ts';
import { entryKinds, type Kind, kinds } from '#core/log/kinds.ts';
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
export { type Kind, kinds };

interface Known {
  /** The kind's. */
  number: number;
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
const NAMES = 1 + MOST_BYTES + SLACK;

/** Where each member of a kind's data is noted: what it is asked for by. */
export function membersOf(kind: Kind): Map<string, number> {
  const names = Object.keys(entryKinds[kind].data).sort();
  return new Map(names.map((name, i) => [name, 2 * i]));
}

/** @throws RangeError if the kind has no such member */
export function member(kind: Kind, name: string): number {
  const place = membersOf(kind).get(name);
  if (place === undefined) throw new RangeError(`${kind} has no ${name}`);
  return place;
}

/** By the end of the kind's name and what stands before it: two that agree would only cost one of them its speed. */
const byEnd = new Map<number, Known>();
for (const [number, kind] of kinds.entries()) {
  const walk = objectWalk(z.strictObject(entryKinds[kind].data), '","data":', `,"kind":"${kind}${BEFORE_N}`);
  const before = utf8(`"data":{},"kind":"${kind}`);
  if (walk !== undefined) byEnd.set(endSum(new DataView(before.buffer), before.length), { number, walk });
}

function endSum(view: DataView, end: number): number {
  const sum = view.getInt32(end - 4) ^ Math.imul(view.getInt32(end - 8), 31);
  return sum ^ Math.imul(view.getInt32(end - 12), 961);
}

/** One entry at a time: what it says holds until the next is read. */
export class EntryReader {
  /** The kind's number; −1 for a kind or version that is not known here: then only the envelope can be told. */
  kindNumber = -1;
  /** Kind and version of what is not known here. */
  unknown: string | undefined;
  n = 0;
  /** Unix milliseconds; NaN for what is no instant in UTC with milliseconds. */
  at = Number.NaN;
  /** Where on the ground the stream's name is, in UTF-8, and the hash of the entry before; −1 for a stream's first. */
  streamFrom = 0;
  streamTo = 0;
  previousFrom = -1;

  /**
   * A leaf's input, `0x00 || entry` (RFC 6962 §2.1); behind it room for walks to look at, and for the names of what
   * was not walked.
   */
  private readonly store = Buffer.alloc(2 * NAMES);
  readonly ground: Ground = {
    bytes: this.store,
    view: new DataView(this.store.buffer, this.store.byteOffset, this.store.length),
  };
  /** Views of the store by length: most entries have one of a few. */
  private readonly inputs: (Uint8Array | undefined)[] = Array.from({ length: MOST_INPUTS + 1 });
  private end = 1;
  /** Whether it was walked over: nothing in an ordinary log should have to be parsed. */
  isWalked = false;
  private readonly places = new Int32Array(2 * MOST_MEMBERS);
  private readonly instants = instantReader();
  private readonly otherInstants = instantReader();

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

  get kind(): Kind | undefined {
    return kinds[this.kindNumber];
  }

  /** The stream's name. */
  get stream(): string {
    return this.store.toString('utf8', this.streamFrom, this.streamTo);
  }

  startsStream(prefix: Uint8Array): boolean {
    for (let i = 0; i < prefix.length; i++) if (this.store[this.streamFrom + i] !== prefix[i]) return false;
    return true;
  }

  /** A member of the data that is a text; empty where it is left out. */
  text(member: number): string {
    const from = this.places[member] ?? -1;
    return from < 0
      ? ''
      : this.store.toString(this.isWalked ? 'latin1' : 'utf8', from, this.places[member + 1]);
  }

  /** Whether a member of the data is this text, of ASCII: told without making another of it. */
  isText(member: number, expected: string): boolean {
    const from = this.places[member] ?? -1;
    const { length } = expected;
    if (from < 0 || (this.places[member + 1] ?? 0) - from !== length) return false;
    for (let i = 0; i < length; i++) if (this.store[from + i] !== expected.charCodeAt(i)) return false;
    return true;
  }

  /** A member of the data that is an instant: Unix milliseconds, or NaN if it is none. */
  instant(member: number): number {
    const from = this.places[member] ?? -1;
    const length = (this.places[member + 1] ?? 0) - from;
    return from >= 0 && length === AT_LENGTH ? this.otherInstants(this.ground, from) : Number.NaN;
  }

  /** A member of the data that is a whole number; NaN where it is left out. */
  count(member: number): number {
    const from = this.places[member] ?? -1;
    if (from < 0) return Number.NaN;
    const to = this.places[member + 1] ?? 0;
    let count = 0;
    for (let at = from; at < to; at++) count = count * 10 + ((this.store[at] ?? 0) - 0x30);
    return count;
  }

  /** A member of the data that is true or false. */
  flag(member: number): boolean {
    return this.store[this.places[member] ?? 0] === LETTER_T;
  }

  /** A member of the data that is a list of texts. */
  list(member: number): string[] {
    return z.array(z.string()).parse(JSON.parse(`[${this.text(member)}]`));
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
      for (let i = 0; i < HASH_LENGTH; i++) if (PLAIN[store[previousFrom + i] ?? 0] !== 1) return false;
    }
    const digitsTo = at;
    let n = 0;
    for (let unit = 1; isDigit(store[at - 1]); unit *= 10) n += unit * ((store[--at] ?? 0) - 0x30);
    if (n < 1 || store[at] === 0x30 || digitsTo - at > MOST_DIGITS) return false;

    const known = byEnd.get(endSum(ground.view, at - BEFORE_N.length));
    // The walk ends where what was read from the back begins: it has not gone beyond this entry.
    const data = from + FIRST.length + AT_LENGTH;
    if (known === undefined || walk(known.walk, ground, data, this.places) !== at) return false;
    const instant = this.instants(ground, from + FIRST.length);
    if (Number.isNaN(instant)) return false;

    this.kindNumber = known.number;
    this.isWalked = true;
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
    this.kindNumber = entry === undefined ? -1 : kinds.indexOf(entry.kind);
    this.isWalked = false;
    this.unknown = entry === undefined ? `${kind} v${v}` : undefined;
    let end = NAMES;
    const put = (text: string) => {
      const from = end;
      end += this.store.write(text, end);
      return from;
    };
    this.streamFrom = put(stream);
    this.streamTo = end;
    this.previousFrom = previous === '' ? -1 : put(previous);
    this.n = n;
    const atFrom = put(at);
    this.at = end - atFrom === AT_LENGTH ? this.instants(this.ground, atFrom) : Number.NaN;
    // As if it had been walked: each member's value, in its place.
    const data = new Map<string, unknown>(Object.entries(entry?.data ?? {}));
    for (const [name, member] of entry === undefined ? [] : membersOf(entry.kind)) {
      const value = data.get(name);
      const text = value === undefined ? undefined : typeof value === 'string' ? value : canonicalJson(value);
      // A list or counts without the brackets, as a walk has them.
      const inner = typeof value === 'object' ? text?.slice(1, -1) : text;
      this.places[member] = inner === undefined ? -1 : put(inner);
      this.places[member + 1] = end;
    }
  }
}
