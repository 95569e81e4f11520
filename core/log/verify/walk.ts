/**
 * Walks over bytes: whether an object stands there in its RFC 8785 form, told without decoding it. In that form members
 * stand in one order and each value has one spelling, so an object is text that is known, and values between. Walks
 * are compiled from schemas (walk-schema.ts).
 */
export interface Walk {
  /** The object's members, in the order of its form. */
  names: readonly string[];
  /** One path for each choice of members that may be left out: no object is more than one of them. */
  paths: readonly Path[];
  /** Which of them was taken last: the next object is mostly like it. */
  last: number;
}

/** Steps, one behind the other as numbers: what it is, then what it takes. A million entries are twelve million steps. */
export interface Path {
  steps: Int32Array;
  /** The places of members that are left out on this path. */
  absent: readonly number[];
  /** Which bytes runs consist of, and what patterns are of: steps name their places here. */
  classes: readonly Uint8Array[];
  patterns: readonly (readonly RegExp[])[];
}

/** Bytes, and the same four at a time. Behind what is walked over a zero must stand, and `SLACK` bytes to look at. */
export interface Ground {
  bytes: Uint8Array;
  view: DataView;
}

/** No step looks further ahead than this; and since none takes a zero, none starts behind one. */
export const SLACK = 256;

/** Text that is known: length, number of words but the last, last word, words. */
export const LITERAL = 0;
/** All others have `STRIDE` numbers, of which the second is where among the places their value is noted. */
export const STRIDE = 6;
/** So many bytes of a class: class, length, and how much known text stands before and behind them as part of the value. */
export const RUN = 1;
/** Text: least and greatest length. */
export const TEXT = 2;
/** A whole number: the least, 0 or 1. */
export const COUNT = 3;
/** `true` or `false`. */
export const TRUTH = 4;
/** Text that patterns take: which. */
export const PATTERN = 5;
/** A list of texts: least and greatest length of each, fewest and most. */
export const TEXTS = 6;
/** A list of runs: class and length of each, fewest and most. */
export const RUNS = 7;
/** Counts by name: least and greatest length of a name, the least count. */
export const COUNTS = 8;

export const QUOTE = 0x22;
const [COMMA, COLON, ZERO, CLOSE_LIST, CLOSE] = [0x2c, 0x3a, 0x30, 0x5d, 0x7d];

/** What may stand in a text as itself: printable ASCII but the quotation mark and the backslash. */
export const PLAIN = Uint8Array.from({ length: 256 }, (_, c) =>
  c >= 0x20 && c < 0x7f && c !== QUOTE && c !== 0x5c ? 1 : 0,
);

/** The same of two bytes at a time, the first the higher. */
export const pairsOf = (takes: Uint8Array): Uint8Array =>
  Uint8Array.from({ length: 65_536 }, (_, pair) => (takes[pair >> 8] ?? 0) & (takes[pair & 0xff] ?? 0));
const PAIRS = pairsOf(PLAIN);

/** A known text as a step: whole words of four bytes, and the last four, which may overlap them. */
export function literal(text: string): Int32Array {
  const bytes = new TextEncoder().encode(text);
  const { length } = bytes;
  if (length < 4 || length > SLACK) throw new RangeError('no literal of this length');
  const view = new DataView(bytes.buffer);
  const words = Array.from({ length: Math.ceil(length / 4) - 1 }, (_, i) => view.getInt32(4 * i));
  return Int32Array.of(LITERAL, length, words.length, view.getInt32(length - 4), ...words);
}

/** Where a known text ends; −1 if it does not stand there. @param step where its step is in `steps` */
export function literalEnd({ view }: Ground, at: number, steps: Int32Array, step = 0): number {
  const length = steps[step + 1] ?? 0;
  const words = steps[step + 2] ?? 0;
  if (view.getInt32(at + length - 4) !== steps[step + 3]) return -1;
  for (let i = 0; i < words; i++) if (view.getInt32(at + 4 * i) !== steps[step + 4 + i]) return -1;
  return at + length;
}

/**
 * Walks.
 *
 * @param places of each member in turn, where its value starts and ends is noted there, of a text or list without what
 *   it stands between; −1 for one that is left out
 * @returns the place behind the object; −1 if no such object is there
 */
export function walk(it: Walk, ground: Ground, at: number, places: Int32Array): number {
  const { paths } = it;
  for (let i = 0; i < paths.length; i++) {
    const which = (it.last + i) % paths.length;
    const path = paths[which];
    if (path === undefined) return -1;
    const end = walkPath(path, ground, at, places);
    if (end < 0) continue;
    for (const place of path.absent) places[place] = -1;
    it.last = which;
    return end;
  }
  return -1;
}

function walkPath(path: Path, ground: Ground, start: number, places: Int32Array): number {
  const { steps, classes } = path;
  const { bytes, view } = ground;
  let at = start;
  for (let step = 0; step < steps.length; ) {
    const is = steps[step];
    if (is === LITERAL) {
      at = literalEnd(ground, at, steps, step);
      if (at < 0) return -1;
      step += 4 + (steps[step + 2] ?? 0);
      continue;
    }
    const place = steps[step + 1] ?? 0;
    const one = steps[step + 2] ?? 0;
    const two = steps[step + 3] ?? 0;
    places[place] = at;
    if (is === RUN) at = runEnd(view, at, classes[one] ?? PAIRS, two);
    else if (is === TEXT) at = textEnd(ground, at, one, two);
    else if (is === COUNT) at = countEnd(bytes, at, one);
    else if (is === TRUTH) at = truthEnd(ground, at);
    else if (is === PATTERN) at = patternEnd(ground, at, path.patterns[one] ?? []);
    else if (is === COUNTS) at = countsEnd(ground, at, steps, step);
    else at = listEnd(path, ground, at, step);
    if (at < 0) return -1;
    places[place + 1] = at;
    if (is === RUN) {
      places[place] = (places[place] ?? 0) - (steps[step + 4] ?? 0);
      places[place + 1] = at + (steps[step + 5] ?? 0);
    }
    step += STRIDE;
  }
  return at;
}

function runEnd(view: DataView, at: number, takes: Uint8Array, length: number): number {
  const last = at + length - 2;
  // An odd length has its last pair overlap the one before.
  let all = takes[view.getUint16(last)] ?? 0;
  for (let i = at; i < last; i += 2) all &= takes[view.getUint16(i)] ?? 0;
  return all === 1 ? last + 2 : -1;
}

function textEnd({ bytes, view }: Ground, at: number, min: number, max: number): number {
  let end = at;
  while (PAIRS[view.getUint16(end)] === 1) end += 2;
  if (PLAIN[bytes[end] ?? 0] === 1) end++;
  return end - at >= min && end - at <= max ? end : -1;
}

function patternEnd(ground: Ground, at: number, patterns: readonly RegExp[]): number {
  const { bytes } = ground;
  const end = textEnd(ground, at, 0, bytes.length);
  const text = String.fromCharCode(...bytes.subarray(at, end));
  return patterns.every((it) => it.test(text)) ? end : -1;
}

/** More digits might be a number that is not exact. */
export const MOST_DIGITS = 15;

function countEnd(bytes: Uint8Array, at: number, least: number): number {
  if (bytes[at] === ZERO) return least === 0 ? at + 1 : -1;
  let end = at;
  while (isDigit(bytes[end])) end++;
  return end > at && end - at <= MOST_DIGITS ? end : -1;
}

export function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte < 0x3a;
}

const [TRUE, FALSE] = [literal('true'), literal('false')];

function truthEnd(ground: Ground, at: number): number {
  return literalEnd(ground, at, ground.bytes[at] === 0x74 ? TRUE : FALSE);
}

/** From behind a list's bracket to the other one. */
function listEnd({ steps, classes }: Path, ground: Ground, start: number, step: number): number {
  const { bytes, view } = ground;
  const isRuns = steps[step] === RUNS;
  const one = steps[step + 2] ?? 0;
  const two = steps[step + 3] ?? 0;
  const fewest = steps[step + 4] ?? 0;
  const most = steps[step + 5] ?? 0;
  if (bytes[start] === CLOSE_LIST) return fewest === 0 ? start : -1;
  let at = start;
  for (let count = 1; count <= most; count++) {
    if (bytes[at] !== QUOTE) return -1;
    at = isRuns ? runEnd(view, at + 1, classes[one] ?? PAIRS, two) : textEnd(ground, at + 1, one, two);
    if (at < 0 || bytes[at] !== QUOTE) return -1;
    at++;
    if (bytes[at] === CLOSE_LIST) return count >= fewest ? at : -1;
    if (bytes[at++] !== COMMA) return -1;
  }
  return -1;
}

/** From behind a bracket to the other one. Names stand in order, and none twice: RFC 8785 section 3.2.3. */
function countsEnd(ground: Ground, start: number, steps: Int32Array, step: number): number {
  const { bytes } = ground;
  if (bytes[start] === CLOSE) return start;
  let at = start;
  for (let before = bytes.subarray(0, 0); ; at++) {
    const end =
      bytes[at] === QUOTE ? textEnd(ground, at + 1, steps[step + 2] ?? 0, steps[step + 3] ?? 0) : -1;
    if (end < 0 || bytes[end] !== QUOTE || bytes[end + 1] !== COLON) return -1;
    const name = bytes.subarray(at + 1, end);
    if (at > start && Buffer.compare(before, name) >= 0) return -1;
    before = name;
    at = countEnd(bytes, end + 2, steps[step + 4] ?? 0);
    if (at < 0) return -1;
    if (bytes[at] === CLOSE) return at;
    if (bytes[at] !== COMMA) return -1;
  }
}
