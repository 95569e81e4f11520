import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Item } from '#core/store/store.ts';
import { type TableName, type TableShape, tableNames, tables } from '#core/store/tables.ts';
import type { Chapter, World } from './way.ts';

/**
 * What somebody who can write every table can do to one item: delete it, empty or change each of its attributes, give it
 * what another item of its sort has, put back each of its older versions, and put it in a stranger's place.
 */
export interface Mutation {
  table: TableName;
  /** The sort of item (see `sortOf`), and the attribute, where it is about one. */
  sort: string;
  attribute?: string;
  what: string;
  apply(world: World): void;
}

/** The names of the attributes that make up a table's key. */
function keyNames(table: TableName): string[] {
  const { key }: TableShape = tables[table];
  return [key.hash, ...(key.range === undefined ? [] : [key.range.name])];
}

const keyOf = (table: TableName, item: Item) =>
  Object.fromEntries(keyNames(table).map((name) => [name, item[name]]));

function replacing(table: TableName, old: Item, next: Item) {
  return ({ store }: World) => {
    if (!isDeepStrictEqual(keyOf(table, old), keyOf(table, next))) store.remove(table, keyIn(table, old));
    store.force(table, next);
  };
}

function keyIn(table: TableName, item: Item): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(keyOf(table, item)).map(([name, value]) => [
      name,
      typeof value === 'number' ? value : String(value),
    ]),
  );
}

/**
 * The sort of an item: what its key says that it is. Items of one sort have the same attributes and can be exchanged.
 * Ids, pseudonyms, instants and numbers are left out.
 */
export function sortOf(table: TableName, item: Item): string {
  if (table === 'entries') return `entry ${String(item.kind)}`;
  const text = keyNames(table)
    .map((name) => (typeof item[name] === 'number' ? '#' : String(item[name])))
    .join(' ');
  return text
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<id>')
    .replaceAll(/\d{4}-\d\d(-\d\d)?(T[\d:.]+Z?)?/g, '<time>')
    .replaceAll(/(?<=<time>#)[\w-]{16}$/g, '<place>')
    .replaceAll(/[\w-]{43}/g, '<digest>')
    .replaceAll(/(?<=^|#| )[\w-]{22}(?=$|#| )/g, '<subject>')
    .replaceAll(/agency-\d/g, '<agency>')
    .replaceAll(/(officer|reviewer)-\d/g, '<person>')
    .replaceAll(/#[^ #]*GS-[^ #]*/g, '#<reference>')
    .replaceAll(/(?<=[ #])[\d]+(?=$|[ #])/g, '<n>')
    .replaceAll(/(?<=#)nonce <n>/g, '<nonce>')
    .replaceAll(/(?<=[ #/])[0-9a-f]{24,64}(?=$|[ #])/g, '<hash>');
}

interface Leaf {
  path: readonly (string | number)[];
  value: unknown;
}

/** Every value of an item that is not made of others, and every one that is: with where it is. */
function* partsOf(value: unknown, path: readonly (string | number)[] = []): Generator<Leaf> {
  if (path.length > 0) yield { path, value };
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return;
  for (const [name, part] of Object.entries(value))
    yield* partsOf(part, [...path, Array.isArray(value) ? Number(name) : name]);
}

/** An item with a part replaced; `undefined` removes it. */
function withPart(value: unknown, path: readonly (string | number)[], part: unknown): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return part;
  if (Array.isArray(value)) {
    const next: unknown[] = value.map((one, i) => (i === name ? withPart(one, rest, part) : one));
    return rest.length === 0 && part === undefined ? next.filter((_, i) => i !== name) : next;
  }
  const next: Record<string, unknown> = { ...(typeof value === 'object' ? value : {}) };
  if (rest.length === 0 && part === undefined) delete next[name];
  else next[name] = withPart(next[name], rest, part);
  return next;
}

const isItem = (value: unknown): value is Item =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Another value of the same type, which is as near to it as can be. */
function* otherValues(value: unknown): Generator<[what: string, value: unknown]> {
  if (typeof value === 'string') {
    if (value !== '') yield ['emptied', ''];
    yield ['last character changed', `${value.slice(0, -1)}${value.endsWith('A') ? 'B' : 'A'}`];
    if (/^\d{4}-\d\d-\d\dT/.test(value)) {
      yield ['a year earlier', `${Number(value.slice(0, 4)) - 1}${value.slice(4)}`];
      yield ['years later', `2999${value.slice(4)}`];
    }
  } else if (typeof value === 'number') {
    yield ['one more', value + 1];
    yield ['one less', value - 1];
    if (value !== 0) yield ['zero', 0];
    yield ['very large', 4_000_000_000];
  } else if (typeof value === 'boolean') yield ['the other way', !value];
  else if (value instanceof Uint8Array) {
    yield ['emptied', new Uint8Array()];
    const flipped = Uint8Array.from(value);
    flipped[0] = (flipped[0] ?? 0) ^ 1;
    yield ['first bit flipped', flipped];
    const last = Uint8Array.from(value);
    last[last.length - 1] = (last.at(-1) ?? 0) ^ 0x80;
    yield ['last bit flipped', last];
  } else if (Array.isArray(value)) {
    if (value.length > 0) yield ['emptied', []];
    if (value.length > 0) yield ['last one twice', [...value, value.at(-1)]];
    if (value.length > 1) yield ['the other way round', value.toReversed()];
  } else if (typeof value === 'object' && value !== null) yield ['emptied', {}];
}

/** Of one sort, and of the items that one is exchanged with, so many are taken: the rest are as they are. */
const ofASort = 3;
const exchangedWith = 2;

/**
 * Of the mutations of all chapters, each sort of mutation in the last chapter that has it, and some of them in an earlier
 * one too: which, and where, depends on its name alone.
 *
 * @param every how many sorts there are for one that is tried earlier too
 */
export function sampled(chapters: readonly Chapter[], every = 6): { chapter: Chapter; mutation: Mutation }[] {
  const all = chapters.flatMap((chapter) =>
    [...mutationsOf(chapter)].map((mutation) => ({ chapter, mutation })),
  );
  const named = Map.groupBy(all, ({ mutation: { table, sort, what } }) => `${table} ${sort} ${what}`);
  return [...named].flatMap(([name, same]) => {
    const number = numberOf(name);
    const [latest, ...others] = same.toReversed();
    const earlier =
      number % every === 0 ? others[Math.floor(number / every) % Math.max(1, others.length)] : undefined;
    return [latest, earlier].filter((one) => one !== undefined);
  });
}

function numberOf(name: string): number {
  return createHash('sha256').update(name).digest().readUInt32BE(0);
}

/** Every mutation of the items of a world. */
export function* mutationsOf({ world, versions }: Chapter): Generator<Mutation> {
  for (const table of tableNames) {
    const items = world.store.items(table);
    const taken = new Map<string, number>();
    for (const item of items) {
      const sort = sortOf(table, item);
      const before = taken.get(sort) ?? 0;
      taken.set(sort, before + 1);
      if (before >= ofASort) continue;
      const others = items
        .filter((other) => other !== item && sortOf(table, other) === sort)
        .slice(0, exchangedWith);
      yield* deletions(table, sort, item);
      yield* exchanges(table, sort, item, others);
      yield* rollbacks(table, sort, item, versions);
      yield* changes(table, sort, item, others);
    }
  }
  yield* returns(world, versions);
}

function* deletions(table: TableName, sort: string, item: Item): Generator<Mutation> {
  yield { table, sort, what: 'deleted', apply: ({ store }) => store.remove(table, keyIn(table, item)) };
}

/** Another item's content under this one's key, and this one's under the other's. */
function* exchanges(
  table: TableName,
  sort: string,
  item: Item,
  others: readonly Item[],
): Generator<Mutation> {
  for (const other of others) {
    const content = { ...other, ...keyOf(table, item) };
    yield { table, sort, what: 'has another one’s content', apply: replacing(table, item, content) };
    const moved = { ...item, ...keyOf(table, other) };
    yield {
      table,
      sort,
      what: 'moved to another one’s place',
      apply: (world) => {
        world.store.remove(table, keyIn(table, item));
        world.store.force(table, moved);
      },
    };
  }
}

function* rollbacks(
  table: TableName,
  sort: string,
  item: Item,
  versions: Chapter['versions'],
): Generator<Mutation> {
  for (const { table: of, item: version } of versions) {
    if (of !== table || !isDeepStrictEqual(keyOf(table, version), keyOf(table, item))) continue;
    if (isDeepStrictEqual(version, item)) continue;
    yield { table, sort, what: 'an older version', apply: ({ store }) => store.force(table, version) };
  }
}

/** What is not there any more, put back. */
function* returns({ store }: World, versions: Chapter['versions']): Generator<Mutation> {
  for (const { table, item } of versions) {
    const key = keyOf(table, item);
    if (store.items(table).some((one) => isDeepStrictEqual(keyOf(table, one), key))) continue;
    const sort = sortOf(table, item);
    yield {
      table,
      sort,
      what: 'put back after it was deleted',
      apply: (world) => world.store.force(table, item),
    };
  }
}

function* changes(table: TableName, sort: string, item: Item, others: readonly Item[]): Generator<Mutation> {
  for (const { path, value } of partsOf(item)) {
    const [first] = path;
    const attribute = String(first);
    const isKey = keyNames(table).includes(attribute);
    const variants: [string, unknown][] = [...otherValues(value)];
    if (!isKey) variants.push(['removed', undefined]);
    for (const other of others) {
      const theirs = partIn(other, path);
      if (theirs !== undefined && !isDeepStrictEqual(theirs, value)) variants.push(['another one’s', theirs]);
    }
    for (const [what, part] of variants) {
      const next = withPart(item, path, part);
      // DynamoDB takes no empty key.
      if (!isItem(next) || keyNames(table).some((name) => next[name] === '')) continue;
      yield {
        table,
        sort,
        attribute,
        what: `${path.join('.')} ${what}`,
        apply: replacing(table, item, next),
      };
    }
  }
}

function partIn(value: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (part, name) => (typeof part === 'object' && part !== null ? Reflect.get(part, name) : undefined),
    value,
  );
}
