/** Chance that gives the same for the same seed, so that a desk of invented cases is the same desk every time. */
export interface Chance {
  /** From `least` to `most`, both included. */
  whole(least: number, most: number): number;
  /** From `least` to `most`. */
  between(least: number, most: number): number;
  isLucky(share: number): boolean;
  pick<T>(list: readonly T[]): T;
  /** So many of them, each once, in their own order. */
  some<T>(list: readonly T[], count: number): T[];
  shuffled<T>(list: readonly T[]): T[];
}

/** @param seed a whole number */
export function chanceFrom(seed: number): Chance {
  const fraction = mulberry32(seed);
  const between = (least: number, most: number) => least + fraction() * (most - least);
  const whole = (least: number, most: number) => Math.floor(between(least, most + 1));
  const shuffled = <T>(list: readonly T[]): T[] =>
    list
      .map((value) => ({ value, order: fraction() }))
      .sort((a, b) => a.order - b.order)
      .map(({ value }) => value);
  return {
    between,
    whole,
    shuffled,
    isLucky: (share) => fraction() < share,
    pick(list) {
      const picked = list[whole(0, list.length - 1)];
      if (picked === undefined) throw new RangeError('there is nothing to pick from');
      return picked;
    },
    some(list, count) {
      const chosen = new Set(shuffled(list.map((_, i) => i)).slice(0, count));
      return list.filter((_, i) => chosen.has(i));
    },
  };
}

/** Tommy Ettinger's generator of 32 bits, in the public domain. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
