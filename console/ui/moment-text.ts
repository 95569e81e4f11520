import { locale } from '../words/lang.ts';

/** Instants, spans and numbers as the reader writes them. */

export function momentTexts(at: string, { seconds = false } = {}): { own: string; utc: string } {
  const date = new Date(at);
  const minutes = { hour: '2-digit', minute: '2-digit' } as const;
  const time = seconds ? ({ ...minutes, second: '2-digit' } as const) : minutes;
  const day = { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' } as const;
  const own = new Intl.DateTimeFormat(locale.value, { ...day, ...time, timeZoneName: 'short' }).format(date);
  const utc = `${date.toISOString().slice(0, 10)} ${date.toISOString().slice(11, seconds ? 19 : 16)} UTC`;
  return { own, utc };
}

const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const;

export function spanText(ms: number): string {
  const format = new Intl.RelativeTimeFormat(locale.value, { numeric: 'always', style: 'long' });
  const size = Math.abs(ms);
  // 47 hours say more than 1 day.
  const [unit, length] = units.find(([, each]) => size >= each * (each > 3_600_000 ? 2 : 1)) ?? units[2];
  return format.format(Math.trunc(ms / length), unit);
}

export function dayText(at: string): string {
  return new Intl.DateTimeFormat(locale.value, { day: 'numeric', month: 'short', year: 'numeric' }).format(
    new Date(at),
  );
}

export const countText = (n: number): string => new Intl.NumberFormat(locale.value).format(n);

/** A moment in the reader's zone, as fine as it is: seconds and their parts only where there are any. */
export function instantText(at: string): string {
  const date = new Date(at);
  const ms = date.getUTCMilliseconds();
  return new Intl.DateTimeFormat(locale.value, {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    ...(ms === 0 && date.getUTCSeconds() === 0 ? {} : { second: '2-digit' }),
    ...(ms === 0 ? {} : { fractionalSecondDigits: 3 }),
    timeZoneName: 'short',
  }).format(date);
}
