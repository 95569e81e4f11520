import { z } from 'zod';
import type { ReviewLine } from '#client/reviewer.ts';
import { filtersSchema, sorts } from './choosing.ts';
import { tabs } from './tabs.ts';

/**
 * What this browser remembers of the queue: how one is told of an emergency, and filters by name. It is of the desk and not
 * of a case: no reference, no id, and nothing that was searched for.
 */
const savedSchema = z.strictObject({
  name: z.string().min(1).max(40),
  tab: z.enum(tabs),
  sort: z.enum(sorts),
  filters: filtersSchema,
});
export type Saved = z.infer<typeof savedSchema>;

const keptSchema = z.strictObject({
  sound: z.boolean(),
  notifies: z.boolean(),
  saved: z.array(savedSchema).max(50),
});
export type Kept = z.infer<typeof keptSchema>;

const nothingKept: Kept = { sound: true, notifies: false, saved: [] };

const place = 'queue';

type Storage = Pick<globalThis.Storage, 'getItem' | 'setItem'>;

/** What was kept; what cannot be read is forgotten. */
export function readKept(storage: Storage): Kept {
  try {
    return keptSchema.safeParse(JSON.parse(storage.getItem(place) ?? '')).data ?? nothingKept;
  } catch {
    return nothingKept;
  }
}

export function keep(storage: Storage, kept: Kept): void {
  storage.setItem(place, JSON.stringify(keptSchema.parse(kept)));
}

/** Under a name that is taken, the newer settings take the place of the older. */
export const withSaved = (kept: Kept, saved: Saved): Kept => ({
  ...kept,
  saved: [...kept.saved.filter(({ name }) => name !== saved.name), saved].sort((a, b) =>
    a.name.localeCompare(b.name),
  ),
});

export const withoutSaved = (kept: Kept, name: string): Kept => ({
  ...kept,
  saved: kept.saved.filter((each) => each.name !== name),
});

/** Why a filter cannot be called so: a name stays in this browser, so it names neither a case nor a person. */
export type NameProblem = 'empty' | 'long' | 'names-somebody';

export function nameProblem(name: string, lines: Iterable<ReviewLine>): NameProblem | undefined {
  const text = name.trim();
  if (text === '') return 'empty';
  if (text.length > 40) return 'long';
  // An address, or four digits in a row however they are set apart: of a number, a reference, a date of birth.
  if (text.includes('@') || /\d{4}/.test(text.replace(/[\s()/.,:-]+/g, ''))) return 'names-somebody';
  const folded = text.toLowerCase();
  for (const { reference, id } of lines)
    if ([reference, id].some((each) => folded.includes(each.toLowerCase()))) return 'names-somebody';
  return undefined;
}
