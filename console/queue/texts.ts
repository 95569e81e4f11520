import type { ReviewLine } from '#client/reviewer.ts';

/** Times as a line of the queue says them: short. The whole of each stands in its title, in UTC. */

/** Making a format takes a while, and a list needs hundreds. */
const dateFormats = new Map<string, Intl.DateTimeFormat>();
const numberFormats = new Map<string, Intl.NumberFormat>();

function dates(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale} ${JSON.stringify(options)}`;
  const format = dateFormats.get(key) ?? new Intl.DateTimeFormat(locale, options);
  dateFormats.set(key, format);
  return format;
}

function units(locale: string, unit: string): Intl.NumberFormat {
  const key = `${locale} ${unit}`;
  const format =
    numberFormats.get(key) ?? new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short' });
  numberFormats.set(key, format);
  return format;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** A span of time, without its direction: minutes below two hours, hours below two days, else days. */
export function spanText(ms: number, locale: string): string {
  const size = Math.abs(ms);
  if (size < 2 * hourMs) return units(locale, 'minute').format(Math.trunc(size / minuteMs));
  if (size < 48 * hourMs) return units(locale, 'hour').format(Math.trunc(size / hourMs));
  return units(locale, 'day').format(Math.trunc(size / (24 * hourMs)));
}

/** In the reader's zone; with the year where it is not this one. */
export function momentText(at: string, locale: string, now: number): string {
  const isThisYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return dates(locale, {
    day: 'numeric',
    month: 'short',
    ...(isThisYear ? {} : { year: 'numeric' }),
    hour: '2-digit',
    minute: '2-digit',
  }).format(new Date(at));
}

export const timeText = (ms: number, locale: string): string =>
  dates(locale, { hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(ms);

export const utcText = (at: string): string => {
  const iso = new Date(at).toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
};

/** The days of a period, by UTC, as requests state them; with the year where it is not this one. Its end is the first instant that is not in it any more. */
export function periodText({ from, to }: ReviewLine['asked']['period'], locale: string, now: number): string {
  const [first, last] = [new Date(from), new Date(Date.parse(to) - 1)];
  const thisYear = new Date(now).getUTCFullYear();
  const isThisYear = [first, last].every((day) => day.getUTCFullYear() === thisYear);
  const format = dates(locale, {
    day: 'numeric',
    month: 'short',
    ...(isThisYear ? {} : { year: 'numeric' }),
    timeZone: 'UTC',
  });
  return format.formatRange(first, last);
}
