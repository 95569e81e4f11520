import { parseInstant, wireInstant } from '#core/instant.ts';

/**
 * Instants as people write them. A date alone means the midnight that begins this day in the reader's time zone, since
 * orders name days of their own country. The command always shows the instant in UTC, which is the one that is signed.
 */
const DAY = /^\d{4}-\d{2}-\d{2}$/;
/** ISO 8601 with an offset. The wire takes UTC only. */
const WITH_OFFSET = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/;

/** @returns the instant as the wire has it; undefined for what is neither a day nor an instant */
export function instantOf(text: string): string | undefined {
  if (parseInstant(text) !== undefined) return text;
  if (DAY.test(text)) {
    // JavaScript takes the 30th of February for a day of March.
    if (parseInstant(`${text}T00:00:00Z`) === undefined) return undefined;
    // As text, without a zone: `new Date(50, 0, 1)` would be a day of 1950.
    return wire(new Date(`${text}T00:00:00`));
  }
  const [, date = ''] = WITH_OFFSET.exec(text) ?? [];
  if (parseInstant(`${date}T00:00:00Z`) === undefined) return undefined;
  return wire(new Date(text));
}

/** A zone can take the first and the last day out of the years 0000 to 9999, which have no instant on the wire. */
function wire(at: Date): string | undefined {
  const canonical = Number.isNaN(at.getTime()) ? undefined : parseInstant(at.toISOString());
  return canonical === undefined ? undefined : wireInstant(canonical);
}

export const instantHelp = 'a day (2026-11-20) or an instant (2026-11-20T09:00:00Z)';
