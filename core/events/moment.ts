import { parseInstant } from '#core/instant.ts';
import { EventError } from './identity.ts';
import { ReadingError } from './reader.ts';
import { stampIn } from './stamp.ts';
import { instantsOf } from './zone.ts';

/**
 * When something happened, as other people's files write it in a field of its own: an ISO 8601 text, or a number since
 * 1970 of whichever unit. A number does not name its unit. In the years 1973 to 5138 each unit has its own size, so the
 * number says it; and one file has one unit.
 */
export type TimeForm = 'iso' | 'iso-local' | 's' | 'ms' | 'us' | 'ns';

/** What a time was taken for, in words. */
export const timeForms: Record<TimeForm, string> = {
  iso: 'ISO 8601 with its offset from UTC',
  'iso-local': 'ISO 8601 in the zone that was given',
  s: 'seconds since 1970',
  ms: 'milliseconds since 1970',
  us: 'microseconds since 1970',
  ns: 'nanoseconds since 1970',
};

export interface Moment {
  /** Canonical. */
  at: string;
  form: TimeForm;
}

/** Digits of a whole number of each unit: the same years lie in each. */
const units = [
  { form: 's', least: 10n ** 8n, perMs: undefined },
  { form: 'ms', least: 10n ** 11n, perMs: 1n },
  { form: 'us', least: 10n ** 14n, perMs: 1000n },
  { form: 'ns', least: 10n ** 17n, perMs: 1_000_000n },
] as const;
const MOST = 10n ** 20n;

/**
 * @param zone the IANA name of the zone of times that name none
 * @throws EventError at-invalid for what names no instant; ReadingError zone-needed, time-in-gap
 */
export function momentOf(value: unknown, zone?: string): Moment {
  const number = numberIn(value);
  if (number !== undefined) return sinceEpoch(number);
  if (typeof value === 'string') return fromText(value, zone);
  throw new EventError('at-invalid');
}

/** The same of each line of one file, in which numbers have one unit. */
export function moments(zone?: string): (value: unknown) => string {
  let unit: TimeForm | undefined;
  return (value) => {
    const { at, form } = momentOf(value, zone);
    if (form.startsWith('iso')) return at;
    unit ??= form;
    if (form !== unit) throw new EventError('at-invalid');
    return at;
  };
}

interface Decimal {
  whole: bigint;
  /** The digits after the point. */
  fraction: string;
}

/** By its digits: as a float, 1795165200.123 seconds would be a millisecond early. */
function numberIn(value: unknown): Decimal | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string') return undefined;
  const [, whole, fraction = ''] = /^(\d{1,20})(?:\.(\d{1,9}))?$/.exec(text) ?? [];
  return whole === undefined ? undefined : { whole: BigInt(whole), fraction };
}

/** Cut to milliseconds: what was is not made later than it was. */
function sinceEpoch({ whole, fraction }: Decimal): Moment {
  const unit = units.findLast(({ least }) => whole >= least);
  if (unit === undefined || whole >= MOST) throw new EventError('at-invalid');
  const ms =
    unit.perMs === undefined
      ? whole * 1000n + BigInt(fraction.slice(0, 3).padEnd(3, '0'))
      : whole / unit.perMs;
  return { at: canonical(Number(ms)), form: unit.form };
}

function fromText(text: string, zone: string | undefined): Moment {
  // RFC 3339 section 5.6 takes small letters too.
  const stamp = stampIn(text.replace(/t(?=\d)/, 'T').replace(/z$/, 'Z'));
  if (stamp?.is === 'instant') return { at: canonical(stamp.ms), form: 'iso' };
  if (stamp?.is !== 'wall') throw new EventError('at-invalid');
  if (zone === undefined) throw new ReadingError('zone-needed');
  const [first] = instantsOf(zone, stamp.wall);
  if (first === undefined) throw new ReadingError('time-in-gap');
  return { at: canonical(first), form: 'iso-local' };
}

function canonical(ms: number): string {
  const date = new Date(ms);
  const at = Number.isNaN(date.getTime()) ? undefined : parseInstant(date.toISOString());
  if (at === undefined) throw new EventError('at-invalid');
  return at;
}
