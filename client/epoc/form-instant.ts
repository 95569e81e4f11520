import { parseInstant, wireInstant } from '#core/instant.ts';

const FORM = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(\.\d{1,3})?([+-])(\d{2}):(\d{2})$/;

/**
 * An instant as forms write it, with an offset or in UTC, as requests have it. What is in UTC stays as it was written. A day
 * alone is no instant: nobody knows in which zone it begins.
 *
 * @returns undefined for anything else
 */
export function formInstant(text: string): string | undefined {
  if (parseInstant(text) !== undefined) return text;
  const [, seconds, fraction = '', sign, hours, minutes] = FORM.exec(text) ?? [];
  // RFC 3339 has no offset beyond 23:59; none in use is beyond 14 hours.
  if (seconds === undefined || Number(hours) > 23 || Number(minutes) > 59) return undefined;
  const local = parseInstant(`${seconds}${fraction}Z`);
  if (local === undefined) return undefined;
  const offset = (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -60_000 : 60_000);
  const time = new Date(Date.parse(local) - offset);
  const canonical = Number.isNaN(time.getTime()) ? undefined : parseInstant(time.toISOString());
  return canonical === undefined ? undefined : wireInstant(canonical);
}
