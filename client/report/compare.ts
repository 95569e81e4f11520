/** Two reports of the same log at the same size: where they first say something different. */
export interface Difference {
  /** `periods[2026].countries[DE].figures.granted`. */
  place: string;
  /** As JSON; undefined where it is not there. */
  published: string | undefined;
  recomputed: string | undefined;
}

/**
 * Compares what a provider published with what was computed from its log.
 *
 * @returns the first figure that differs, in the report's own order; undefined if none does
 */
export function firstDifference(published: unknown, recomputed: unknown): Difference | undefined {
  return differenceAt('', published, recomputed);
}

function differenceAt(place: string, a: unknown, b: unknown): Difference | undefined {
  const [left, right] = [parts(a), parts(b)];
  if (left === undefined || right === undefined || Array.isArray(a) !== Array.isArray(b)) {
    const [published, recomputed] = [JSON.stringify(a), JSON.stringify(b)];
    return published === recomputed ? undefined : { place, published, recomputed };
  }
  for (const name of new Set([...right.keys(), ...left.keys()])) {
    const found = differenceAt(`${place}${name}`.replace(/^\./, ''), left.get(name), right.get(name));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** What an object or a list consists of, by where it stands; a list's lines by what they are called. */
function parts(value: unknown): Map<string, unknown> | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (!Array.isArray(value))
    return new Map(Object.entries(value).map(([name, value]) => [`.${name}`, value]));
  const lines = new Map<string, unknown>();
  for (const [i, found] of value.entries()) {
    const name = nameOf(found) ?? String(i);
    // A line that is there twice must not hide behind its twin.
    lines.set(lines.has(`[${name}]`) ? `[${name}, ${i}]` : `[${name}]`, found);
  }
  return lines;
}

function nameOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const named = ['period', 'key', 'code'].flatMap((name) => {
    const found: unknown = Reflect.get(value, name);
    return typeof found === 'string' ? [found] : [];
  });
  return named[0];
}
