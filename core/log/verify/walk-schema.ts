import { z } from 'zod';
import {
  COUNT,
  COUNTS,
  literal,
  PATTERN,
  type Path,
  PLAIN,
  pairsOf,
  RUN,
  RUNS,
  SLACK,
  STRIDE,
  TEXT,
  TEXTS,
  TRUTH,
  type Walk,
} from './walk.ts';

/**
 * Compiles a schema to a walk. A walk takes less than its schema does: what is beyond printable ASCII, needs an escape
 * or has too many digits is left to the schema itself. It never takes more: of a schema with anything in it that is
 * not known here there is no walk.
 */

/**
 * @param schema a strict object
 * @param before what stands before the object, and is walked over with it
 * @param after what stands behind it
 */
export function objectWalk(schema: z.ZodObject, before: string, after: string): Walk | undefined {
  const names = Object.keys(schema.shape).sort();
  const values: Value[] = [];
  for (const name of names) {
    const given: z.core.$ZodType | undefined = schema.shape[name];
    const isOptional = given instanceof z.ZodOptional;
    const value = valueIn(isOptional ? given.unwrap() : given);
    if (value === undefined) return undefined;
    values.push({ ...value, isOptional });
  }
  const members = values.map((value, i) => ({ ...value, place: 2 * i, key: `${JSON.stringify(names[i])}:` }));
  const paths = choices(members).map((some) => pathOf(some, members, before, after));
  return { names, paths, last: 0 };
}

interface Value {
  /** What its step is and takes, as numbers. */
  step: (path: { classes: Uint8Array[]; patterns: RegExp[][] }) => readonly [is: number, ...number[]];
  /** What it stands between. */
  around: readonly [open: string, close: string];
  isOptional?: boolean;
}

interface Member extends Value {
  key: string;
  place: number;
}

/** The members with and without each that may be left out; all of them first. */
function choices([first, ...rest]: readonly Member[]): Member[][] {
  if (first === undefined) return [[]];
  const others = choices(rest);
  const all = others.map((some) => [first, ...some]);
  return first.isOptional ? [...all, ...others] : all;
}

function pathOf(members: readonly Member[], all: readonly Member[], before: string, after: string): Path {
  const lists = { classes: [], patterns: [] };
  const steps: number[] = [];
  let known = `${before}{`;
  for (const [i, { key, place, step, around }] of members.entries()) {
    const [open, close] = around;
    const [is, ...takes] = step(lists);
    const padding = Array.from({ length: STRIDE - 2 - takes.length }, () => 0);
    steps.push(...literal(`${known}${i === 0 ? '' : ','}${key}${open}`), is, place, ...takes, ...padding);
    known = close;
  }
  steps.push(...literal(`${known}}${after}`));
  const absent = all.filter((it) => !members.includes(it)).map(({ place }) => place);
  return { steps: Int32Array.from(steps), absent, ...lists };
}

function valueIn(schema: z.core.$ZodType | undefined): Value | undefined {
  if (schema instanceof z.ZodString) return textValue(schema);
  if (schema instanceof z.ZodNumber) return countValue(schema);
  if (schema instanceof z.ZodBoolean) return { around: ['', ''], step: () => [TRUTH] };
  if (schema instanceof z.ZodEnum) return choiceValue(schema.options.map(String));
  if (schema instanceof z.ZodArray) return listValue(schema);
  if (schema instanceof z.ZodRecord) return recordValue(schema);
  return undefined;
}

/** Where nothing is said: more than an entry can have. */
const MOST = 2 ** 31 - 1;

interface Limits {
  min: number;
  max: number;
  patterns: RegExp[];
}

/** What checks say; undefined if one says something else. */
function limitsOf(schema: z.ZodString | z.ZodArray): Limits | undefined {
  const limits: Limits = { min: 0, max: MOST, patterns: [] };
  const least = (min: number) => Math.max(limits.min, min);
  const most = (max: number) => Math.min(limits.max, max);
  for (const check of schema._zod.def.checks ?? []) {
    if (check instanceof z.core.$ZodCheckMinLength) limits.min = least(check._zod.def.minimum);
    else if (check instanceof z.core.$ZodCheckMaxLength) limits.max = most(check._zod.def.maximum);
    else if (check instanceof z.core.$ZodCheckLengthEquals) {
      limits.min = least(check._zod.def.length);
      limits.max = most(check._zod.def.length);
    } else if (check instanceof z.core.$ZodCheckRegex) limits.patterns.push(check._zod.def.pattern);
    else return undefined;
  }
  return limits;
}

function textValue(schema: z.ZodString): Value | undefined {
  const limits = limitsOf(schema);
  if (limits === undefined) return undefined;
  const { min, max, patterns } = limits;
  const run = runOf(limits);
  if (run !== undefined) {
    const { pairs, length, lead, trail } = run;
    return {
      around: [`"${lead}`, `${trail}"`],
      step: ({ classes }) => [RUN, classes.push(pairs) - 1, length, lead.length, trail.length],
    };
  }
  if (patterns.length > 0) return patternValue([...patterns, new RegExp(`^[^]{${min},${max}}$`)]);
  return { around: quotes, step: () => [TEXT, min, max] };
}

const quotes = ['"', '"'] as const;

function patternValue(all: RegExp[]): Value {
  return { around: quotes, step: ({ patterns }) => [PATTERN, patterns.push(all) - 1] };
}

function choiceValue(texts: readonly string[]): Value | undefined {
  // Nothing in them that a pattern would take for something else.
  const areWords = texts.every((text) => /^\w+$/.test(text));
  return areWords ? patternValue([new RegExp(`^(?:${texts.join('|')})$`)]) : undefined;
}

interface Run {
  pairs: Uint8Array;
  length: number;
  /** Known text that stands before and behind. */
  lead: string;
  trail: string;
}

/**
 * A pattern that is so many of one class of characters, with or without known text around them, `^sha-256=:[…]{n}=:$`:
 * commitments and digests, and so most of the log.
 */
function runOf({ min, max, patterns }: Limits): Run | undefined {
  const [pattern, ...more] = patterns;
  const [, lead = '', of = '', times, trail = ''] =
    /^\^([\w:=-]*)(\[[^\]]+\])\{(\d+)\}([\w:=-]*)\$$/.exec(pattern?.source ?? '') ?? [];
  const length = Number(times);
  const whole = lead.length + length + trail.length;
  const isRun = pattern?.flags === '' && more.length === 0 && min <= whole && whole <= max;
  if (!isRun || length < 2 || whole > SLACK) return undefined;
  return { pairs: pairsOfClass(of), length, lead, trail };
}

const known = new Map<string, Uint8Array>();

/** The class that a run is of: one table for all runs of it, or they would not stay in a core's nearest memory. */
function pairsOfClass(of: string): Uint8Array {
  const there = known.get(of);
  if (there !== undefined) return there;
  const one = new RegExp(`^${of}$`);
  const pairs = pairsOf(PLAIN.map((plain, c) => (plain === 1 && one.test(String.fromCharCode(c)) ? 1 : 0)));
  known.set(of, pairs);
  return pairs;
}

function countValue(schema: z.ZodNumber): Value | undefined {
  const least = leastOf(schema);
  return least === undefined ? undefined : { around: ['', ''], step: () => [COUNT, least] };
}

/** What whole numbers start from: 0, or 1. */
function leastOf(schema: z.ZodNumber): 0 | 1 | undefined {
  const [check, ...more] = schema._zod.def.checks ?? [];
  if (schema.format !== 'safeint' || more.length > 0) return undefined;
  if (!(check instanceof z.core.$ZodCheckGreaterThan) || check._zod.def.value !== 0) return undefined;
  return check._zod.def.inclusive ? 0 : 1;
}

const brackets = ['[', ']'] as const;

function listValue(schema: z.ZodArray): Value | undefined {
  const limits = limitsOf(schema);
  const item = schema.element instanceof z.ZodString ? limitsOf(schema.element) : undefined;
  if (limits === undefined || item === undefined) return undefined;
  const many = [limits.min, limits.max];
  const run = runOf(item);
  if (run !== undefined && run.lead === '' && run.trail === '')
    return {
      around: brackets,
      step: ({ classes }) => [RUNS, classes.push(run.pairs) - 1, run.length, ...many],
    };
  if (item.patterns.length > 0) return undefined;
  return { around: brackets, step: () => [TEXTS, item.min, item.max, ...many] };
}

function recordValue({ keyType, valueType }: z.ZodRecord): Value | undefined {
  const key = keyType instanceof z.ZodString ? limitsOf(keyType) : undefined;
  const least = valueType instanceof z.ZodNumber ? leastOf(valueType) : undefined;
  if (key === undefined || key.patterns.length > 0 || least === undefined) return undefined;
  return { around: ['{', '}'], step: () => [COUNTS, key.min, key.max, least] };
}
