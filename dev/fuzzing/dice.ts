/** Names that objects of JavaScript have, or that mean something to it: a table that takes them for its own is surprised. */
export const NAMES =
  'constructor __proto__ toString hasOwnProperty valueOf then prototype toJSON __defineGetter__ isPrototypeOf'.split(
    ' ',
  );

/** Chance from a seed (mulberry32), and texts made of it: of a grammar, of its pieces, or of anything. */
const MARKS = '( ) ; = , : " \\ \\" ?1 ? - 0 . @ * % # { } [ ] / é \u212a \ud800 \ufeff'.split(' ');
const WORDS = 'a=1 b ;req :AAAA: "@path" "date" created=1 "a": null 1e5 \\u0061 __proto__'.split(' ');
const PIECES = [...MARKS, ...WORDS, ...NAMES, ' ', ', ', '\t', '\n', '\r\n ', '\0'];

export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** A whole number from 0, less than `limit`. */
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * limit);
  }

  pick<T>(list: readonly T[]): T {
    const [chosen] = list.slice(this.below(list.length));
    if (chosen === undefined) throw new RangeError('nothing to pick from');
    return chosen;
  }

  shuffled<T>(list: readonly T[]): T[] {
    if (this.below(3) > 0) return [...list];
    const places = list.map((value) => [this.below(2 ** 30), value] as const);
    return places.sort(([a], [b]) => a - b).map(([, value]) => value);
  }

  many(most: number, make: () => string, between = ''): string {
    return Array.from({ length: this.below(most + 1) }, make).join(between);
  }

  noise(): string {
    return this.below(2) === 0
      ? this.many(20, () => this.pick(PIECES))
      : this.many(40, () => String.fromCharCode(this.below(this.pick([128, 256, 65536]))));
  }

  /** The text as it is, mostly; else changed in one place or a few, or another altogether. */
  spoilt(text: string): string {
    const how = this.below(80);
    if (how === 0) return this.noise();
    let changed = text;
    for (let times = how < 10 ? (how % 3) + 1 : 0; times > 0; times--) {
      const from = this.below(changed.length + 1);
      const to = from + this.below(this.pick([2, 2, 8, 64]));
      const within = changed.slice(from, to);
      // Long runs now and then, for what takes more than linear time.
      const run = () => (within || this.pick(PIECES)).repeat(this.pick([2, 3, this.pick([2, 2, 2, 2000])]));
      const put = this.pick([() => '', () => this.pick(PIECES), () => this.pick(PIECES) + within, run])();
      changed = changed.slice(0, from) + put + changed.slice(to);
    }
    return changed;
  }

  /** A structured field's dictionary (RFC 9651); keys may occur twice. */
  dictionary(): string {
    const key = () => this.pick(['a', 'b', 'c', '*x', 'sha-256', 'created', 'k_1.*', 'constructor', 'then']);
    const whole = () =>
      this.pick(['0', '-0', '007', '-12', '999999999999999', '1000000000000000', '99999999999999999', '1.5']);
    const text = () => `"${this.many(6, () => this.pick(['a', ' ', '\\"', '\\\\', '~', ';', ',']))}"`;
    const data = () => `:${Buffer.from(this.many(5, () => this.pick(['a', '\0', 'é']))).toString('base64')}:`;
    const bare = () => this.pick([whole, text, data, () => this.pick(['?1', '?0', 'tok/en:*', '*', '@1'])])();
    const params = () =>
      this.many(2, () => `;${this.pick(['', ' '])}${key()}${this.pick(['', `=${bare()}`])}`);
    const item = () => bare() + params();
    const list = () => `(${this.many(4, item, this.pick([' ', '  ']))})${params()}`;
    const value = () => this.pick([params, () => `=${item()}`, () => `=${list()}`])();
    return this.many(5, () => key() + value(), this.pick([',', ', ', ' \t, ']));
  }

  /** A JSON text; keys may occur twice. */
  json(depth = 0): string {
    const blank = () => this.pick(['', '', '', ' ', '\n']);
    const piece = () =>
      this.pick(['a', 'b', '\\u0061', '\\"', '\\\\', '{', ',', ':', ']', 'é', '😀', '\\ud800']);
    const text = () => `"${this.many(3, piece)}"`;
    const key = () =>
      this.pick([text, () => this.pick([`"${this.pick(NAMES)}"`, '"a"', '"\\u0061"', '"1"'])])();
    const member = () => `${key()}${blank()}:${this.json(depth + 1)}`;
    const leaf = () =>
      this.pick([text(), 'null', 'true', '0', '-0', '1.5e-7', '9007199254740993', '1e999', '01']);
    if (depth > 4 || this.below(4) === 0) return blank() + leaf() + blank();
    if (this.below(200) === 0) {
      const deep = this.pick([27, 31, 32, 33, 5000]);
      return '['.repeat(deep) + ']'.repeat(deep);
    }
    return this.below(2) === 0
      ? `{${this.many(4, member, `${blank()},${blank()}`)}}`
      : `[${this.many(4, () => this.json(depth + 1), ',')}]`;
  }
}
