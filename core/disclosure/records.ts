import type { StoredScope } from '#core/cases/stored.ts';
import {
  type Category,
  type DisclosedRecord,
  disclosed,
  kindOf,
  selectionOf,
  takesMarked,
} from '#core/categories/categories.ts';
import { wireInstant } from '#core/instant.ts';
import { isMarked, type Kind, type WireOf } from '#core/vault/kinds.ts';
import { heldWithin } from '#core/vault/validity.ts';

/** A record as it comes out of the vault, of one subject of the request. Its instants are canonical. */
export type Opened = { [K in Kind]: { subject: number; kind: K } & WireOf<K> }[Kind];

/**
 * Cuts what was opened down to the approved scope, category by category, and to what was stored when the request arrived
 * (I5), in order of time. Records are a set: an event that the backend delivered twice is one record.
 */
export function disclose(scope: StoredScope, opened: readonly Opened[]): DisclosedRecord[] {
  const chosen = new Map<string, { category: Category; value: Opened }>();
  for (const one of opened) {
    const value = asKnown(one, scope);
    for (const category of categoriesOf(value, scope)) {
      const name = distinctName(category, value);
      const held = chosen.get(name)?.value;
      if (held === undefined || isLater(category, value, held)) chosen.set(name, { category, value });
    }
  }
  return [...chosen.values()].map(({ category, value }) => disclosed(category, onWire(value))).sort(byTime);
}

/**
 * The categories of a scope under which a record leaves; none where it is of another subject or outside the period. A try
 * that failed leaves only where it says so.
 */
export function categoriesOf(value: Opened, scope: StoredScope): Category[] {
  if (!scope.subjects.includes(value.subject) || !isWithin(value, scope)) return [];
  return scope.categories.filter(
    (category) => kindOf[category] === value.kind && (takesMarked(category) || !isMarked(value)),
  );
}

/** A record as it stood when the request arrived: that a number was replaced later was no fact yet. */
function asKnown(value: Opened, { asOf }: StoredScope): Opened {
  if ('at' in value || value.validTo === undefined || Date.parse(value.validTo) < Date.parse(asOf))
    return value;
  const { validTo: _, ...stillHolds } = value;
  return stillHolds;
}

/**
 * Whether a record happened, or held, at some moment of the period, and was there when the request arrived. `from` is
 * inclusive, `to` is not.
 */
function isWithin(value: Opened, { period, asOf }: StoredScope): boolean {
  if (startOf(value) >= Date.parse(asOf) || Date.parse(period.from) >= Date.parse(period.to)) return false;
  if ('at' in value) {
    const time = Date.parse(value.at);
    return time >= Date.parse(period.from) && time < Date.parse(period.to);
  }
  const { validFrom: from, validTo: to } = value;
  return heldWithin({ from, ...(to === undefined ? {} : { to }) }, period);
}

/** Two records of one name are one record of the category. */
export function distinctName(category: Category, value: Opened): string {
  const selects = selectionOf(category);
  const what = selects === 'each' ? JSON.stringify(value) : String(Reflect.get(value, selects.latest));
  return `${category} ${value.subject} ${what}`;
}

/** Whether of two records of one name the first counts. */
export function isLater(category: Category, value: Opened, than: Opened): boolean {
  const selects = selectionOf(category);
  if (selects === 'each') return false;
  const difference = startOf(value) - startOf(than);
  const tie = Number(Reflect.get(value, selects.tie)) - Number(Reflect.get(than, selects.tie));
  return difference > 0 || (difference === 0 && tie > 0);
}

/** Instants as the wire has them: whole seconds where they are whole. */
function onWire({ kind: _, ...value }: Opened): object {
  if ('at' in value) return { ...value, at: wireInstant(value.at) };
  const until = value.validTo === undefined ? {} : { validTo: wireInstant(value.validTo) };
  return { ...value, validFrom: wireInstant(value.validFrom), ...until };
}

/** When a record is from, in unix milliseconds: a lasting one is from when it began to hold. */
export function timeOf(record: DisclosedRecord): number {
  return startOf(record);
}

function startOf(value: { at: string } | { validFrom: string }): number {
  return Date.parse('at' in value ? value.at : value.validFrom);
}

/** By time, then by everything else, so that one disclosure has one form and one digest. */
function byTime(a: DisclosedRecord, b: DisclosedRecord): number {
  const [left, right] = [JSON.stringify(a), JSON.stringify(b)];
  return timeOf(a) - timeOf(b) || (left < right ? -1 : left > right ? 1 : 0);
}
