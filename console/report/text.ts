import { printable } from '#client/printable.ts';
import type { Figure } from '#core/log/report/bands.ts';
import { countText } from '../ui/moment-text.ts';
import { locale } from '../words/lang.ts';

/** A report's figures and keys as the reader writes them. */

/** `1,234`, `1–4`; `·` for what is not given. */
export function figureText(figure: Figure): string {
  if (figure === null) return '·';
  if (typeof figure === 'number') return countText(figure);
  return `${countText(figure.from)}–${countText(figure.to)}`;
}

/** `November 2026` of `2026-11`. */
export function monthText(month: string, style: 'long' | 'short' = 'long'): string {
  return formatted(month, { month: style, year: 'numeric' });
}

/** `Nov` of `2026-11`. */
export const shortMonthText = (month: string): string => formatted(month, { month: 'short' });

function formatted(month: string, format: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(locale.value, { ...format, timeZone: 'UTC' }).format(
    new Date(`${month}-01T00:00:00Z`),
  );
}

export const periodText = (period: string): string =>
  /^\d{4}-\d{2}$/.test(period) ? monthText(period) : printable(period);

/** A country's name; whatever is no ISO 3166-1 code, as it stands. */
export function countryText(code: string): string {
  const names = new Intl.DisplayNames(locale.value, { type: 'region' });
  return /^[A-Z]{2}$/.test(code) ? (names.of(code) ?? code) : printable(code);
}
