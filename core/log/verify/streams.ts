import { HASH_BYTES } from '#core/log/tree.ts';
import type { Ground } from './walk.ts';

/**
 * Where each stream of a log stands: how many entries it had, the last one's hash, index and time. A log has as many
 * streams as it has cases and refusals, so they lie in bytes, about a hundred each, and not in objects.
 *
 * A record: hash 0–31, time 32–39, index 40–47, number of entries 48–55, the stream's own
 * number 56–59, length of the name 60–63, its sum 64–67, name.
 */
const [TIME, INDEX, COUNT, NUMBER, LENGTH, SUM, NAME] = [32, 40, 48, 56, 60, 64, 68] as const;
const GRAIN = 8;
const HASH_WORDS = HASH_BYTES / 4;

export class Streams {
  private buffer = new ArrayBuffer(1 << 16);
  private bytes = Buffer.from(this.buffer);
  private words = new Int32Array(this.buffer);
  private numbers = new Float64Array(this.buffer);
  private view = new DataView(this.buffer);
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
  find(ground: Ground, from: number, to: number): number {
    const sum = this.sumOf(ground, from, to);
    const { slots, words } = this;
    for (let slot = sum & (slots.length - 1); ; slot = (slot + 1) & (slots.length - 1)) {
      const id = (slots[slot] ?? 0) - 1;
      if (id < 0) return this.begin(slot, sum, ground.bytes, from, to);
      if (words[2 * id + SUM / 4] === sum && this.isNamed(id, ground, from, to)) return id;
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

  /** Its number among all, from 0 and in the order in which they began. */
  number(id: number): number {
    return this.words[2 * id + NUMBER / 4] ?? 0;
  }

  /** Whether the last entry's hash stands there, in lower-case hex. */
  isLast(id: number, hex: DataView, from: number): boolean {
    const { bytes } = this;
    const start = id * GRAIN;
    for (let i = 0; i < HASH_BYTES; i++)
      if (bytes[start + i] !== BYTES[hex.getUint16(from + 2 * i)]) return false;
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

  private sumOf({ bytes, view }: Ground, from: number, to: number): number {
    let sum = this.seed ^ (to - from);
    let at = from;
    for (; at + 4 <= to; at += 4) {
      sum = Math.imul(sum ^ view.getInt32(at), 0x9e3779b1);
      sum ^= sum >>> 15;
    }
    for (; at < to; at++) sum = Math.imul(sum ^ (bytes[at] ?? 0), 0x9e3779b1);
    return sum ^ (sum >>> 13);
  }

  private isNamed(id: number, { bytes, view }: Ground, from: number, to: number): boolean {
    if (this.words[2 * id + LENGTH / 4] !== to - from) return false;
    const shift = id * GRAIN + NAME - from;
    let at = from;
    for (; at + 4 <= to; at += 4) if (this.view.getInt32(at + shift) !== view.getInt32(at)) return false;
    for (; at < to; at++) if (this.bytes[at + shift] !== bytes[at]) return false;
    return true;
  }

  private begin(slot: number, sum: number, names: Uint8Array, from: number, to: number): number {
    const length = Math.ceil((NAME + to - from) / GRAIN) * GRAIN;
    if (this.used + length > this.buffer.byteLength) this.enlarge();
    const id = this.used / GRAIN;
    this.used += length;
    this.words[2 * id + LENGTH / 4] = to - from;
    this.words[2 * id + SUM / 4] = sum;
    this.words[2 * id + NUMBER / 4] = this.known;
    const start = id * GRAIN + NAME - from;
    for (let i = from; i < to; i++) this.bytes[start + i] = names[i] ?? 0;
    this.slots[slot] = id + 1;
    if (++this.known > this.slots.length / 2) this.spread();
    return id;
  }

  private enlarge(): void {
    this.buffer = this.buffer.transfer(2 * this.buffer.byteLength);
    this.bytes = Buffer.from(this.buffer);
    this.words = new Int32Array(this.buffer);
    this.numbers = new Float64Array(this.buffer);
    this.view = new DataView(this.buffer);
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

/** The byte that two lower-case digits are; for all else more than a byte can be. */
const BYTES = new Uint16Array(65_536).fill(0x100);
for (let byte = 0; byte < 256; byte++) {
  const digits = byte.toString(16).padStart(2, '0');
  BYTES[(digits.charCodeAt(0) << 8) | digits.charCodeAt(1)] = byte;
}
