import type { z } from 'zod';
import { longestMatch } from './longest-match.ts';

/**
 * The largest value that a schema takes, in bytes of one writing of it: as DynamoDB counts an item, or as JSON. It is read
 * from the schema's own bounds, so nobody has to think of the largest sample. What has no bound fails, by its path.
 */
export interface Writing {
  /** A text of so many UTF-16 units, each of which takes three bytes of UTF-8 at most (a pair of two: four), or one in ASCII. */
  text(units: number, isAscii: boolean): number;
  /** A text of which each possible value is known. */
  literal(text: string): number;
  number(isWhole: boolean): number;
  boolean: number;
  bytes(count: number): number;
  /** Around a list, and beside each of its members. */
  list: { around: number; each: number };
  /** Around a map, and beside each of its members but the name. */
  map: { around: number; each: number; name(name: string): number };
}

/** "DynamoDB item sizes and formats" in the DynamoDB Developer Guide. A number takes 21 bytes at most. */
export const asItem: Writing = {
  text: (units, isAscii) => (isAscii ? units : 3 * units),
  literal: (text) => Buffer.byteLength(text),
  // A whole number of ours has 16 digits: a byte for two, and two more.
  number: (isWhole) => (isWhole ? 10 : 21),
  boolean: 1,
  bytes: (count) => count,
  list: { around: 3, each: 1 },
  map: { around: 3, each: 1, name: (name) => Buffer.byteLength(name) },
};

/** JSON. A character takes six bytes where it is escaped; those of ours that are have two. */
export const asJson: Writing = {
  // Of ASCII, quotes and backslashes take two.
  text: (units, isAscii) => (isAscii ? 2 : 3) * units + 2,
  literal: (text) => Buffer.byteLength(JSON.stringify(text)),
  number: (isWhole) => (isWhole ? 17 : 24),
  boolean: 5,
  bytes: (count) => 4 * Math.ceil(count / 3) + 2,
  list: { around: 2, each: 1 },
  map: { around: 2, each: 2, name: (name) => name.length + 2 },
};

/** JSON as a text within JSON, as a function hands an answer to API Gateway: quotes and backslashes take a second byte. */
export const asQuotedJson: Writing = {
  // A quote is escaped twice: four bytes.
  text: (units) => 4 * units + 4,
  literal: (text) => Buffer.byteLength(JSON.stringify(JSON.stringify(text))) - 2,
  number: asJson.number,
  boolean: 5,
  bytes: (count) => asJson.bytes(count) + 2,
  list: asJson.list,
  map: { around: 2, each: 2, name: (name) => name.length + 4 },
};

/** Bounds that no schema has, by path: each with its reason where it is used. */
export type Assumed = Readonly<Record<string, number>>;

export class NoBound extends Error {
  override name = 'NoBound';
}

/**
 * @param assumed bytes of parts that have no bound, by their path
 * @throws NoBound naming the path of a part that has no bound
 */
export function mostBytes(schema: z.core.$ZodType, writing: Writing, assumed: Assumed = {}): number {
  return sizeOf(schema, '');

  function sizeOf(part: z.core.$ZodType, path: string): number {
    const known = assumed[path];
    if (known !== undefined) return known;
    const meta = metaOf(part);
    if (meta.mostBytes !== undefined) return writing.bytes(meta.mostBytes);
    const { def } = part._zod;
    switch (def.type) {
      case 'string':
        return textSize(part, path);
      case 'number':
        return writing.number('format' in def || hasCheck(part, 'number_format'));
      case 'bigint':
        return writing.number(false);
      case 'boolean':
        return writing.boolean;
      case 'null':
        return 4;
      case 'literal':
      case 'enum': {
        const values = [...(part._zod.values ?? [])];
        return Math.max(
          ...values.map((v) => (typeof v === 'string' ? writing.literal(v) : writing.number(true))),
        );
      }
      case 'array':
        return listSize(part, path, meta.mostInAll);
      case 'tuple': {
        return partsOf(def, 'items').reduce(
          (sum, item, i) => sum + writing.list.each + sizeOf(item, `${path}/${i}`),
          writing.list.around,
        );
      }
      case 'object':
        return objectSize(part, path);
      case 'record':
        return recordSize(part, path, meta.mostMembers);
      case 'union':
        return Math.max(...partsOf(def, 'options').map((option) => sizeOf(option, path)));
      case 'optional':
      case 'default':
      case 'nullable':
      case 'readonly':
      case 'catch':
      case 'nonoptional':
        return sizeOf(partOf(def, 'innerType'), path);
      case 'pipe':
        return sizeOf(partOf(def, 'in'), path);
      default:
        throw new NoBound(`${path || '(whole)'}: a ${def.type} says nothing of its size`);
    }
  }

  function textSize(part: z.core.$ZodType, path: string): number {
    const units = unitsOf(part);
    if (units === undefined) throw new NoBound(`${path || '(whole)'}: a text of any length`);
    return writing.text(units, isAscii(part));
  }

  function listSize(part: z.core.$ZodType, path: string, mostInAll: number | undefined): number {
    const { def } = part._zod;
    const element = partOf(def, 'element');
    const most = lengthBound(part);
    if (most === undefined) throw new NoBound(`${path || '(whole)'}: a list of any length`);
    const { around, each } = writing.list;
    if (mostInAll === undefined) return around + most * (each + sizeOf(element, `${path}/*`));
    // Lists in a list, whose members are bounded together.
    const inner = partOf(element._zod.def, 'element');
    return around + most * (each + around) + mostInAll * (each + sizeOf(inner, `${path}/*/*`));
  }

  function objectSize(part: z.core.$ZodType, path: string): number {
    const { around, each, name } = writing.map;
    const shape = shapeOf(part);
    return Object.entries(shape).reduce(
      (sum, [key, value]) => sum + name(key) + each + sizeOf(value, `${path}/${key}`),
      around,
    );
  }

  function recordSize(part: z.core.$ZodType, path: string, mostMembers: number | undefined): number {
    const { def } = part._zod;
    const { around, each, name } = writing.map;
    const [key, value] = [partOf(def, 'keyType'), partOf(def, 'valueType')];
    const valueSize = each + sizeOf(value, `${path}/*`);
    const names = [...(key._zod.values ?? [])].map(String);
    if (names.length > 0) return names.reduce((sum, one) => sum + name(one) + valueSize, around);
    const units = unitsOf(key);
    if (mostMembers === undefined || units === undefined)
      throw new NoBound(`${path || '(whole)'}: a record of any names`);
    return around + mostMembers * (name('x'.repeat(units)) + valueSize);
  }
}

interface Meta {
  mostBytes?: number;
  mostInAll?: number;
  mostMembers?: number;
}

function metaOf(part: z.core.$ZodType): Meta {
  const meta: unknown = 'meta' in part && typeof part.meta === 'function' ? part.meta() : undefined;
  if (typeof meta !== 'object' || meta === null) return {};
  const found: Meta = {};
  for (const name of ['mostBytes', 'mostInAll', 'mostMembers'] as const) {
    const value: unknown = Reflect.get(meta, name);
    if (typeof value === 'number') found[name] = value;
  }
  return found;
}

function checksOf(part: z.core.$ZodType): Record<string, unknown>[] {
  const checks = part._zod.def.checks ?? [];
  const own = { ...part._zod.def };
  return [own, ...checks.map((check) => ({ ...check._zod.def }))];
}

const hasCheck = (part: z.core.$ZodType, name: string) => checksOf(part).some(({ check }) => check === name);

function lengthBound(part: z.core.$ZodType): number | undefined {
  const bounds = checksOf(part).flatMap(({ check, maximum, length }) =>
    check === 'max_length' ? [Number(maximum)] : check === 'length_equals' ? [Number(length)] : [],
  );
  return bounds.length === 0 ? undefined : Math.min(...bounds);
}

/** How many UTF-16 units a text has at most: by its own bound, or by the longest that its pattern takes. */
function unitsOf(part: z.core.$ZodType): number | undefined {
  const bounds = checksOf(part).flatMap(({ format, pattern }) => {
    if (format === 'uuid') return [36];
    const longest = pattern instanceof RegExp ? longestMatch(pattern) : undefined;
    return longest === undefined ? [] : [longest];
  });
  const own = lengthBound(part);
  const all = own === undefined ? bounds : [...bounds, own];
  return all.length === 0 ? undefined : Math.min(...all);
}

/** Whether a pattern lets nothing through but ASCII: classes and literals of it, none that are negated or Unicode's own. */
function isAscii(part: z.core.$ZodType): boolean {
  return checksOf(part).some(
    ({ pattern }) =>
      pattern instanceof RegExp &&
      /^[ -~]*$/.test(pattern.source) &&
      !/\[\^|\\[pPDWSsu]|(?<!\\)\./.test(
        pattern.source.replaceAll(/\[[^^\]]*\]/g, (one) => one.replaceAll('.', '')),
      ),
  );
}

function isSchema(value: unknown): value is z.core.$ZodType {
  return typeof value === 'object' && value !== null && '_zod' in value;
}

function partOf(def: object, name: string): z.core.$ZodType {
  const part: unknown = Reflect.get(def, name);
  if (!isSchema(part)) throw new TypeError(`no schema has ${name}`);
  return part;
}

function partsOf(def: object, name: string): z.core.$ZodType[] {
  const parts: unknown = Reflect.get(def, name);
  if (!Array.isArray(parts)) throw new TypeError(`no schema has ${name}`);
  return parts.filter(isSchema);
}

function shapeOf(part: z.core.$ZodType): Record<string, z.core.$ZodType> {
  const shape: unknown = Reflect.get(part._zod.def, 'shape');
  if (typeof shape !== 'object' || shape === null) throw new TypeError('no shape');
  return Object.fromEntries(Object.entries(shape).filter(([, value]) => isSchema(value)));
}
