import { now } from '../state/clock.ts';
import { locale } from '../words/lang.ts';

/** An instant in the reader's zone, with UTC beside it: people and logs mean the same moment. */
export function Moment({
  at,
  seconds = false,
  short = false,
}: {
  at: string;
  seconds?: boolean;
  short?: boolean;
}) {
  const { own, utc } = momentTexts(at, { seconds });
  return (
    <time dateTime={at} class="moment" title={utc}>
      {own}
      {short ? null : <span class="soft"> ({utc})</span>}
    </time>
  );
}

/** How long until an instant, or since: in the coarsest unit that still says something. */
export function Span({ at }: { at: string }) {
  return <span>{spanText(Date.parse(at) - now.value)}</span>;
}

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
