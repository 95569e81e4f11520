import { parseInstant, wireInstant } from '#core/instant.ts';

/**
 * Instants as people write them. A date by itself is the midnight with which that day begins where the reader is, since
 * orders are written in days of their own country; what it became in UTC is always said, and is what is signed.
 */
const DAY = /^(\d{4})-(\d{2})-(\d{2})$/;
/** ISO 8601 with an offset, which the wire does not take. */
const WITH_OFFSET = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/;

/** @returns the instant as the wire has it; undefined for what is neither a day nor an instant */
export function instantOf(text: string): string | undefined {
  if (parseInstant(text) !== undefined) return text;
  const [, year = '', month = '', day = ''] = DAY.exec(text) ?? [];
  if (year !== '') {
    // The calendar's own days only: the 30th of February would be one of March.
    if (parseInstant(`${text}T00:00:00Z`) === undefined) return undefined;
    return wire(new Date(Number(year), Number(month) - 1, Number(day)));
  }
  const [, date = ''] = WITH_OFFSET.exec(text) ?? [];
  if (parseInstant(`${date}T00:00:00Z`) === undefined) return undefined;
  return wire(new Date(text));
}

const wire = (at: Date) => (Number.isNaN(at.getTime()) ? undefined : wireInstant(at.toISOString()));

export const instantHelp = 'a day (2026-11-20) or an instant (2026-11-20T09:00:00Z)';
