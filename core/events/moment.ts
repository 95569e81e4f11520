import { EventError } from './identity.ts';
import { placer } from './placing.ts';
import type { Assumption } from './reader.ts';
import { stampIn } from './stamp.ts';

/**
 * When something happened, as other people's files write it in a field of its own: an ISO 8601 text, or a number since
 * 1970 of whichever unit. A number does not name its unit. From 1973 to 5138 the numbers of each unit have a size of their
 * own, so the number says which it is; and one file has one unit.
 */
export interface Moment {
  /** Canonical. */
  at: string;
  assumed?: Assumption;
}

type Unit = Exclude<Assumption, 'hour-twice'>;

/** @param perMs how many of it a millisecond has. Seconds have a fraction instead. */
const units: readonly { unit: Unit; least: bigint; perMs?: bigint }[] = [
  { unit: 'in-seconds', least: 10n ** 8n },
  { unit: 'in-milliseconds', least: 10n ** 11n, perMs: 1n },
  { unit: 'in-microseconds', least: 10n ** 14n, perMs: 1000n },
  { unit: 'in-nanoseconds', least: 10n ** 17n, perMs: 1_000_000n },
];
const MOST = 10n ** 20n;

/**
 * Reads the times of one file, in the order of its lines.
 *
 * @param zone the IANA name of the zone of times that name none
 * @returns a function that throws EventError at-invalid for what names no instant, and ReadingError zone-needed, time-in-gap
 */
export function moments(zone?: string): (value: unknown) => Moment {
  const place = placer({ zone });
  let unit: Unit | undefined;
  return (value) => {
    const number = decimalIn(value);
    if (number !== undefined) {
      const moment = sinceEpoch(number);
      unit ??= moment.assumed;
      if (moment.assumed !== unit) throw new EventError('at-invalid');
      return moment;
    }
    // RFC 3339 section 5.6 takes small letters too.
    const stamp = stampIn(
      String(value)
        .replace(/t(?=\d)/, 'T')
        .replace(/z$/, 'Z'),
    );
    if (typeof value !== 'string' || stamp === undefined) throw new EventError('at-invalid');
    const { at, isOfTwo } = place(stamp)();
    return isOfTwo ? { at, assumed: 'hour-twice' } : { at };
  };
}

interface Decimal {
  whole: bigint;
  /** The digits after the point. */
  fraction: string;
}

/** By its digits: as a float, 1795165200.123 seconds would be a millisecond early. */
function decimalIn(value: unknown): Decimal | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string') return undefined;
  const [, whole, fraction = ''] = /^(\d{1,20})(?:\.(\d{1,9}))?$/.exec(text) ?? [];
  return whole === undefined ? undefined : { whole: BigInt(whole), fraction };
}

/** Cut to milliseconds: what was is not made later than it was. */
function sinceEpoch({ whole, fraction }: Decimal): Moment & { assumed: Unit } {
  const found = units.findLast(({ least }) => whole >= least);
  if (found === undefined || whole >= MOST) throw new EventError('at-invalid');
  const { unit, perMs } = found;
  const ms =
    perMs === undefined ? whole * 1000n + BigInt(fraction.slice(0, 3).padEnd(3, '0')) : whole / perMs;
  return { at: new Date(Number(ms)).toISOString(), assumed: unit };
}
