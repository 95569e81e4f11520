import { z } from 'zod';

/**
 * Tallies: how a group of the vault's items knows that it is whole (I11). Somebody who writes the table cannot make an
 * item, each of which carries a MAC, but could take one away or put an older one back.
 *
 * A group counts its items by slot, a day or a month whose items end together. Each item carries its place: the first of
 * its slot is 0. The group's head holds the tally and changes in one transaction with the items, so an item that is
 * missing leaves its place empty, and a head that is put back knows less places than there are.
 */
export interface Slot {
  /** How many items were ever counted: their places are those below it. */
  n: number;
  /** For how many months what lies in it is kept: the retention when its first item came. */
  months: number;
  /** The places of items that were taken away since. */
  gone: readonly number[];
}
export type Tally = ReadonlyMap<string, Slot>;
export const noTally: Tally = new Map();

const count = z.int().nonnegative();
const slots = z.array(z.tuple([z.string(), count, count], count));

/** A tally as it is stored, `[["2026-11-02",3,12]]`, with the places that are gone after the months. */
export const tallySchema = slots.transform(
  (list): Tally => new Map(list.map(([slot, n, months, ...gone]) => [slot, { n, months, gone }])),
);

/** What `tallySchema` reads. The same tally is always the same text, since a condition compares it. */
export function tallyForm(tally: Tally): (string | number)[][] {
  return [...tally]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([slot, { n, months, gone }]) => [slot, n, months, ...gone.toSorted((a, b) => a - b)]);
}

/**
 * Counts one more item in a slot.
 *
 * @param months the retention now; a slot that there is keeps the one that it began with
 */
export function counted(
  tally: Tally,
  slot: string,
  months: number,
): { tally: Tally; place: number; months: number } {
  const before = tally.get(slot) ?? { n: 0, months, gone: [] };
  const next = new Map(tally).set(slot, { ...before, n: before.n + 1 });
  return { tally: next, place: before.n, months: before.months };
}

/** Where an item is counted. */
export interface Place {
  slot: string;
  place: number;
}

/** Items were taken away. Their places are not used again. */
export function takenAway(tally: Tally, places: readonly Place[]): Tally {
  const next = new Map(tally);
  for (const { slot, place } of places) {
    const before = next.get(slot);
    if (before !== undefined && !before.gone.includes(place))
      next.set(slot, { ...before, gone: [...before.gone, place] });
  }
  return next;
}

/** All items were taken away. */
export function takenAwayAll(tally: Tally): Tally {
  const all = [...tally].map(([slot, { n, months }]) => {
    const gone = Array.from({ length: n }, (_, place) => place);
    return [slot, { n, months, gone }] as const;
  });
  return new Map(all);
}

/** Without slots that hold nothing any more. */
export function withoutEmpty(tally: Tally): Tally {
  return new Map([...tally].filter(([, { n, gone }]) => gone.length < n));
}

/** A group: what its items are counted by, and when they end. */
export interface Group {
  /** Undefined: it is gone, and only what a preservation keeps counts. */
  tally: Tally | undefined;
  /** What of it a preservation keeps, as it was counted when that began, and until which instant. */
  kept?: { until: string; tally: Tally } | undefined;
  /** When the items of a slot end. */
  endOf(slot: string, months: number): string;
}

/** What of a slot must be there at an instant. */
interface Due {
  /** How many items the slot counts, where it has not ended: no item may have a place beyond them. */
  counted: number | undefined;
  size: number;
  has(place: number): boolean;
  months: number;
}

/** @returns undefined if nothing of the slot need be there */
function dueIn({ tally, kept, endOf }: Group, slot: string, now: string): Due | undefined {
  const own = tally?.get(slot);
  const live = own !== undefined && now < endOf(slot, own.months) ? own : undefined;
  const preserved = kept !== undefined && now < kept.until ? kept.tally.get(slot) : undefined;
  const parts = [live, preserved].flatMap((part) =>
    part === undefined ? [] : [{ ...part, gone: new Set(part.gone) }],
  );
  const [first] = parts;
  if (first === undefined) return undefined;
  const has = (place: number) => parts.some(({ n, gone }) => place < n && !gone.has(place));
  const most = Math.max(...parts.map(({ n }) => n));
  const size = parts.some(({ n, gone }) => n === most && gone.size === 0)
    ? most
    : Array.from({ length: most }, (_, place) => place).filter(has).length;
  return { counted: live?.n, size, has, months: first.months };
}

/** Whether an item must be there at an instant, as far as its group knows. */
export function isDue(group: Group, { slot, place }: Place, now: string): boolean {
  return dueIn(group, slot, now)?.has(place) ?? false;
}

/** The slots of a group of which something must be there, in order. */
export function dueSlots({ tally = noTally, ...group }: Group, now: string): string[] {
  const all = new Set([...tally.keys(), ...(group.kept?.tally.keys() ?? [])]);
  return [...all].filter((slot) => (dueIn({ ...group, tally }, slot, now)?.size ?? 0) > 0).sort();
}

/** All that must be there of a group at an instant, as a preservation keeps it. */
export function dueTally(group: Group, now: string): Tally {
  const slots = dueSlots(group, now).map((slot) => {
    const due = dueIn(group, slot, now);
    const n = Math.max(group.tally?.get(slot)?.n ?? 0, group.kept?.tally.get(slot)?.n ?? 0);
    const gone = Array.from({ length: n }, (_, place) => place).filter((place) => due?.has(place) !== true);
    return [slot, { n, months: due?.months ?? 0, gone }] as const;
  });
  return new Map(slots);
}

/**
 * The same with what was due at an earlier instant and lies there whole still: DynamoDB removes what has ended when it
 * gets to it.
 *
 * @param items all that are there, of the slots that were due then and are due no more
 */
export function dueTallySince(
  group: Group,
  { since, now }: { since: string; now: string },
  items: readonly Place[],
): Tally {
  const due = dueTally(group, now);
  const lost = [...dueTally(group, since)].filter(([slot, then]) => {
    const there = new Set(items.filter((item) => item.slot === slot).map(({ place }) => place));
    const isThere = Array.from({ length: then.n }, (_, place) => place).every(
      (place) => then.gone.includes(place) || there.has(place),
    );
    return !due.has(slot) && isThere;
  });
  return new Map([...lost, ...due]);
}

/** Whether something of a group ended between two instants. */
export function endedBetween(group: Group, since: string, now: string): boolean {
  const due = new Set(dueSlots(group, now));
  return dueSlots(group, since).some((slot) => !due.has(slot));
}

/**
 * The items of a group that must be there at an instant; what has ended and lies there still is left out.
 *
 * @param items all that are there, of the slots that are asked for
 * @param within which slots are asked for; all, if left out
 * @returns undefined if one is missing, is there twice, or was never counted
 */
export function wholeOf<T extends Place>(
  items: readonly T[],
  group: Group,
  now: string,
  within: (slot: string) => boolean = () => true,
): T[] | undefined {
  const dues = new Map<string, Due | undefined>();
  const due = (slot: string) => {
    if (!dues.has(slot)) dues.set(slot, dueIn(group, slot, now));
    return dues.get(slot);
  };
  const whole: T[] = [];
  const seen = new Map<string, Set<number>>();
  for (const item of items) {
    const { slot, place } = item;
    const isKnown = group.tally === undefined || group.tally.has(slot) || group.kept?.tally.has(slot);
    const { counted = Number.POSITIVE_INFINITY, has = () => false } = due(slot) ?? {};
    if (!isKnown || place >= counted) return undefined;
    if (!has(place)) continue;
    const places = seen.get(slot) ?? new Set();
    if (places.has(place)) return undefined;
    seen.set(slot, places.add(place));
    whole.push(item);
  }
  const isWhole = dueSlots(group, now).every(
    (slot) => !within(slot) || seen.get(slot)?.size === due(slot)?.size,
  );
  return isWhole ? whole : undefined;
}

/** Without slots that ended before an instant, long enough ago that nothing of them can be there any more. */
export function pruned({ tally = noTally, kept, endOf }: Group, before: string): Tally {
  return new Map(
    [...tally].filter(([slot, { months }]) => endOf(slot, months) > before || (kept?.until ?? '') > before),
  );
}
