import { HASH_BYTES } from './tree.ts';

/**
 * Where each stream of a log stands: how many entries it had, the last one's hash, index and time. A log has as many
 * streams as it has cases and refusals, so they lie in bytes, about a hundred each, and not in objects.
 *
 * A record: hash 0–31, time 32–39, index 40–47, number of entries 48–55, length of the name 56–59, its sum 60–63, name.
 */
const [TIME, INDEX, COUNT, LENGTH, SUM, NAME] = [32, 40, 48, 56, 60, 64] as const;
const GRAIN = 8;
const HASH_WORDS = HASH_BYTES / 4;

export class Streams {
  private buffer = new ArrayBuffer(1 << 16);
  private bytes = Buffer.from(this.buffer);
  private words = new Int32Array(this.buffer);
  private numbers = new Float64Array(this.buffer);
  private used = 0;
  /** Open addressing: by the sum of a name, where its record is, in grains and from 1; 0 is free. */
  private slots = new Int32Array(1 << 10);
  private known = 0;
  private readonly seed: number;

  /** @param seed whatever whoever names streams could not know then: it keeps them from choosing names of one sum */
  constructor(seed: number) {
    this.seed = seed;
  }

  get size(): number {
    return this.known;
  }

  /** The stream of a name, which is begun if it is new: what all else here is asked by. */
  find(names: Uint8Array, from: number, to: number): number {
    const sum = this.sumOf(names, from, to);
    const { slots, words } = this;
    for (let slot = sum & (slots.length - 1); ; slot = (slot + 1) & (slots.length - 1)) {
      const id = (slots[slot] ?? 0) - 1;
      if (id < 0) return this.begin(slot, sum, names.subarray(from, to));
      if (words[2 * id + SUM / 4] === sum && this.isNamed(id, names, from, to)) return id;
    }
  }

  count(id: number): number {
    return this.numbers[id + COUNT / GRAIN] ?? 0;
  }

  time(id: number): number {
    return this.numbers[id + TIME / GRAIN] ?? 0;
  }

  index(id: number): number {
    return this.numbers[id + INDEX / GRAIN] ?? 0;
  }

  /** Whether the last entry's hash stands there, in lower-case hex. */
  isLast(id: number, hex: Uint8Array, from: number): boolean {
    const { bytes } = this;
    const start = id * GRAIN;
    for (let i = 0; i < HASH_BYTES; i++) {
      const digits = ((DIGITS[hex[from + 2 * i] ?? 0] ?? 0) << 4) | (DIGITS[hex[from + 2 * i + 1] ?? 0] ?? 0);
      if (bytes[start + i] !== digits) return false;
    }
    return true;
  }

  /** The stream has one entry more, whose hash is among others: the `which`-th, each of them eight words. */
  move(id: number, count: number, time: number, index: number, hashes: Int32Array, which: number): void {
    const { words, numbers } = this;
    numbers[id + TIME / GRAIN] = time;
    numbers[id + INDEX / GRAIN] = index;
    numbers[id + COUNT / GRAIN] = count;
    for (let i = 0; i < HASH_WORDS; i++) words[2 * id + i] = hashes[which * HASH_WORDS + i] ?? 0;
  }

  /** Four bytes at a time, as a multiplication takes longer than all else here. */
  private sumOf(names: Uint8Array, from: number, to: number): number {
    let sum = this.seed ^ (to - from);
    let at = from;
    for (; at + 4 <= to; at += 4) {
      const low = (names[at] ?? 0) | ((names[at + 1] ?? 0) << 8);
      const high = (names[at + 2] ?? 0) | ((names[at + 3] ?? 0) << 8);
      sum = Math.imul(sum ^ low ^ (high << 16), 0x9e3779b1);
      sum ^= sum >>> 15;
    }
    for (; at < to; at++) sum = Math.imul(sum ^ (names[at] ?? 0), 0x9e3779b1);
    return sum ^ (sum >>> 13);
  }

  private isNamed(id: number, names: Uint8Array, from: number, to: number): boolean {
    const { bytes } = this;
    if (this.words[2 * id + LENGTH / 4] !== to - from) return false;
    const start = id * GRAIN + NAME - from;
    for (let i = from; i < to; i++) if (bytes[start + i] !== names[i]) return false;
    return true;
  }

  private begin(slot: number, sum: number, name: Uint8Array): number {
    const length = Math.ceil((NAME + name.length) / GRAIN) * GRAIN;
    if (this.used + length > this.buffer.byteLength) this.enlarge();
    const id = this.used / GRAIN;
    this.used += length;
    this.words[2 * id + LENGTH / 4] = name.length;
    this.words[2 * id + SUM / 4] = sum;
    this.bytes.set(name, id * GRAIN + NAME);
    this.slots[slot] = id + 1;
    if (++this.known > this.slots.length / 2) this.spread();
    return id;
  }

  private enlarge(): void {
    this.buffer = this.buffer.transfer(2 * this.buffer.byteLength);
    this.bytes = Buffer.from(this.buffer);
    this.words = new Int32Array(this.buffer);
    this.numbers = new Float64Array(this.buffer);
  }

  private spread(): void {
    const old = this.slots;
    this.slots = new Int32Array(2 * old.length);
    const mask = this.slots.length - 1;
    for (const taken of old) {
      if (taken === 0) continue;
      let slot = (this.words[2 * (taken - 1) + SUM / 4] ?? 0) & mask;
      while (this.slots[slot] !== 0) slot = (slot + 1) & mask;
      this.slots[slot] = taken;
    }
  }
}

/** What each lower-case digit counts; for all else more than a digit can. */
const DIGITS = Uint16Array.from({ length: 256 }, (_, c) => {
  const value = '0123456789abcdef'.indexOf(String.fromCharCode(c));
  return value < 0 ? 0x100 : value;
});
