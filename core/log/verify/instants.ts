import type { Ground } from './walk.ts';

/** Instants as entries have them: `YYYY-MM-DDTHH:MM:SS.sssZ`, in bytes. */
export const AT_LENGTH = 'YYYY-MM-DDTHH:MM:SS.sssZ'.length;

const DAY_LENGTH = 'YYYY-MM-DD'.length;
const [T, COLON, DOT, Z] = [0x54, 0x3a, 0x2e, 0x5a];

/**
 * Reads an instant at a place: Unix milliseconds, or NaN if it is none. Of entries that lie one behind the other most
 * are of one day, which is read once.
 */
export function instantReader(): (ground: Ground, at: number) => number {
  // The day that was read last, as numbers, and when it began.
  const day = { year: 0, month: 0, date: 0, start: Number.NaN };
  return ({ bytes, view }, at) => {
    const year = view.getInt32(at);
    const month = view.getInt32(at + 4);
    const date = view.getInt16(at + 8);
    if (year !== day.year || month !== day.month || date !== day.date) {
      day.year = year;
      day.month = month;
      day.date = date;
      day.start = dayStart(String.fromCharCode(...bytes.subarray(at, at + DAY_LENGTH)));
    }
    const hours = twoDigits(bytes, at + 11);
    const minutes = twoDigits(bytes, at + 14);
    const seconds = twoDigits(bytes, at + 17);
    const tens = twoDigits(bytes, at + 20);
    const ones = (bytes[at + 22] ?? 0) - 0x30;
    const isWhole =
      bytes[at + 10] === T &&
      bytes[at + 13] === COLON &&
      bytes[at + 16] === COLON &&
      bytes[at + 19] === DOT &&
      bytes[at + 23] === Z;
    if (!isWhole || hours > 23 || minutes > 59 || seconds > 59 || tens > 99 || ones < 0 || ones > 9)
      return Number.NaN;
    return day.start + ((hours * 60 + minutes) * 60 + seconds) * 1000 + tens * 10 + ones;
  };
}

/** More than 99 for anything else. */
function twoDigits(bytes: Uint8Array, at: number): number {
  const tens = (bytes[at] ?? 0) - 0x30;
  const ones = (bytes[at + 1] ?? 0) - 0x30;
  return (tens | ones | (9 - tens) | (9 - ones)) < 0 ? 100 : tens * 10 + ones;
}

/** Only what prints as it was written is a day: the 30th of February is none. */
function dayStart(day: string): number {
  const time = Date.parse(`${day}T00:00:00.000Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(`${day}T`) ? time : Number.NaN;
}
