import { z } from 'zod';

const FORM = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,3}))?Z$/;

/**
 * An instant in UTC as its one canonical text, `YYYY-MM-DDTHH:MM:SS.sssZ`, whose order as text is the order in
 * time: what keys are made of and what is bound into seals.
 *
 * Takes the profile of ISO 8601 that the wire uses: `Z`, whole seconds or up to three digits of a fraction. Leap
 * seconds, 24:00 and days that the calendar does not have are no instants.
 *
 * @returns `undefined` for anything else
 */
export function parseInstant(text: string): string | undefined {
  const [, seconds, fraction = ''] = FORM.exec(text) ?? [];
  if (seconds === undefined) return undefined;
  const canonical = `${seconds}.${fraction.padEnd(3, '0')}Z`;
  // Date.parse reads 24:00 as the next day's midnight; only what prints as it was written was an instant.
  const time = Date.parse(canonical);
  return !Number.isNaN(time) && new Date(time).toISOString() === canonical ? canonical : undefined;
}

/** The canonical text of what is known to be an instant. @throws RangeError, without the text, if it is none */
export function canonicalInstant(text: string): string {
  const canonical = parseInstant(text);
  if (canonical === undefined) throw new RangeError('not an instant');
  return canonical;
}

/** The first instant of a canonical instant's day, in UTC. */
export function dayOf(canonical: string): string {
  return `${canonical.slice(0, 'YYYY-MM-DD'.length)}T00:00:00.000Z`;
}

const CANONICAL = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** A canonical instant in Unix milliseconds; NaN for any other text, an instant that is written otherwise included. */
export function timeOf(text: string): number {
  if (!CANONICAL.test(text)) return Number.NaN;
  const time = Date.parse(text);
  // Date.parse takes 30 February for 2 March, and 24:00 for the next day's midnight.
  return new Date(time).getUTCDate() === Number(text.slice(8, 10)) ? time : Number.NaN;
}

/** A canonical instant as the wire prints it: without a fraction that is zero. */
export function wireInstant(canonical: string): string {
  return canonical.endsWith('.000Z') ? `${canonical.slice(0, -'.000Z'.length)}Z` : canonical;
}

/**
 * An instant at a boundary, kept as it was written: digests are over what was signed, so nothing is rewritten
 * here. Use `canonicalInstant` for keys.
 */
export const instant = z
  .string()
  .max('YYYY-MM-DDTHH:MM:SS.sssZ'.length)
  .refine((text) => parseInstant(text) !== undefined, { error: 'instant-invalid' });

/** Before it, nobody had an account, and no order that is answered today was written: such a date is a slip of the pen. */
export const earliestStated = '1970-01-01T00:00:00.000Z';

/**
 * An instant that an agency states: of its order, its period, its delay. A year of one or two digits that lost its century
 * (`0026`) would otherwise be signed, and read as another.
 */
export const statedInstant = instant.refine((text) => (parseInstant(text) ?? text) >= earliestStated, {
  error: 'instant-early',
});
