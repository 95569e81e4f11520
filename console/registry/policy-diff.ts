import { printable } from '#client/printable.ts';
import { canonicalJson } from '#core/canonical.ts';

/**
 * Two policies, line by line. Both are taken in the form of RFC 8785, over which the hash is made too: spaces and the order
 * of names are no difference, and every other difference is a line. Members are compared by name, lists member by member.
 */
export interface Row {
  is: 'same' | 'removed' | 'added' | 'changed';
  depth: number;
  /** Where it stands: `categories › SubscriberData › 1`. */
  within: string;
  before?: string;
  after?: string;
}

/** @throws TypeError for what has no JSON form */
export function policyRows(before: unknown, after: unknown): Row[] {
  return compared(normal(before), normal(after), { label: '', path: [] });
}

const normal = (value: unknown): unknown => JSON.parse(canonicalJson(value));

interface Place {
  /** What stands before the value on its line: `days: `. */
  label: string;
  /** Names and numbers that lead to the value. */
  path: readonly string[];
}

function compared(before: unknown, after: unknown, place: Place): Row[] {
  if (isSame(before, after)) return whole(after, place, 'same');
  if (Array.isArray(before) && Array.isArray(after))
    return [
      line('same', `${place.label}[`, place),
      ...membersOf(before, after, place),
      line('same', ']', place),
    ];
  if (isObject(before) && isObject(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
    const rows = names.flatMap((name) => {
      const inner = { label: `${name}: `, path: [...place.path, name] };
      if (!Object.hasOwn(before, name)) return whole(after[name], inner, 'added');
      if (!Object.hasOwn(after, name)) return whole(before[name], inner, 'removed');
      return compared(before[name], after[name], inner);
    });
    return [line('same', `${place.label}{`, place), ...rows, line('same', '}', place)];
  }
  if (!isContainer(before) && !isContainer(after)) {
    const texts = [before, after].map((value) => printable(`${place.label}${JSON.stringify(value)}`));
    return [{ ...at(place), is: 'changed', before: texts[0] ?? '', after: texts[1] ?? '' }];
  }
  return [...whole(before, place, 'removed'), ...whole(after, place, 'added')];
}

/** Members of two lists: those that are alike, in order, hold the lists together. */
function membersOf(before: readonly unknown[], after: readonly unknown[], { path }: Place): Row[] {
  const rows: Row[] = [];
  const inner = (i: number) => ({ label: '', path: [...path, String(i + 1)] });
  let [i, j] = [0, 0];
  for (const [nextI, nextJ] of [...alike(before, after), [before.length, after.length] as const]) {
    // What stands between two that are alike took each other's place, as far as both have something.
    for (; i < nextI && j < nextJ && isContainer(before[i]) && isContainer(after[j]); i++, j++)
      rows.push(...compared(before[i], after[j], inner(j)));
    for (; i < nextI; i++) rows.push(...whole(before[i], inner(i), 'removed'));
    for (; j < nextJ; j++) rows.push(...whole(after[j], inner(j), 'added'));
    if (nextI < before.length && nextJ < after.length) {
      rows.push(...whole(after[nextJ], inner(nextJ), 'same'));
      [i, j] = [nextI + 1, nextJ + 1];
    }
  }
  return rows;
}

/** The longest sequence of members that both lists have, as pairs of places. */
function alike(before: readonly unknown[], after: readonly unknown[]): (readonly [number, number])[] {
  const [a, b] = [before, after].map((list) => list.map(canonicalJson));
  if (a === undefined || b === undefined) return [];
  // lengths[i][j]: of the longest one behind the places i and j.
  const lengths = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  const at = (i: number, j: number) => lengths[i]?.[j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--) {
      const row = lengths[i];
      if (row !== undefined)
        row[j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  const pairs: [number, number][] = [];
  for (let [i, j] = [0, 0]; i < a.length && j < b.length; ) {
    if (a[i] === b[j]) pairs.push([i++, j++]);
    else if (at(i + 1, j) >= at(i, j + 1)) i++;
    else j++;
  }
  return pairs;
}

/** A value with all that is in it. */
function whole(value: unknown, place: Place, is: 'same' | 'removed' | 'added'): Row[] {
  const { label, path } = place;
  if (!isContainer(value)) return [line(is, `${label}${JSON.stringify(value)}`, place)];
  const isList = Array.isArray(value);
  const [open, close] = isList ? ['[', ']'] : ['{', '}'];
  const members = Object.entries(value);
  if (members.length === 0) return [line(is, `${label}${open}${close}`, place)];
  const inner = members.flatMap(([name, member], i) =>
    whole(
      member,
      isList ? { label: '', path: [...path, String(i + 1)] } : { label: `${name}: `, path: [...path, name] },
      is,
    ),
  );
  return [line(is, `${label}${open}`, place), ...inner, line(is, close, place)];
}

function line(is: 'same' | 'removed' | 'added', text: string, place: Place): Row {
  const shown = printable(text);
  return {
    ...at(place),
    is,
    ...(is === 'added' ? {} : { before: shown }),
    ...(is === 'removed' ? {} : { after: shown }),
  };
}

const at = ({ path }: Place) => ({
  depth: path.length,
  within: path.slice(0, -1).map(printable).join(' › '),
});

const isContainer = (value: unknown): value is object => typeof value === 'object' && value !== null;
const isObject = (value: unknown): value is Record<string, unknown> =>
  isContainer(value) && !Array.isArray(value);
const isSame = (a: unknown, b: unknown) => canonicalJson(a) === canonicalJson(b);

/** Rows that are shown, or as many that are the same and are folded away. */
export type Part = { rows: readonly Row[]; isFolded: boolean };

/** @param around rows that stay on each side of what differs */
export function folded(rows: readonly Row[], around = 2): Part[] {
  const isNear = rows.map((_, i) =>
    rows.slice(Math.max(0, i - around), i + around + 1).some(({ is }) => is !== 'same'),
  );
  const parts: { rows: Row[]; isFolded: boolean }[] = [];
  for (const [i, row] of rows.entries()) {
    const isFolded = isNear[i] !== true;
    const last = parts.at(-1);
    if (last?.isFolded === isFolded) last.rows.push(row);
    else parts.push({ rows: [row], isFolded });
  }
  return parts;
}

/** How many lines are new, gone and other. */
export function countsOf(rows: readonly Row[]): Record<'added' | 'removed' | 'changed', number> {
  const count = (which: Row['is']) => rows.filter(({ is }) => is === which).length;
  return { added: count('added'), removed: count('removed'), changed: count('changed') };
}
